# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch Logs filter patterns: parse one, and decide which log messages it matches.

Follows 'Filter pattern syntax for metric filters, subscription filters, filter log events, and Live
Tail' (Amazon CloudWatch Logs User Guide, FilterAndPatternSyntax). Where AWS documents nothing, the
public evidence decides; the package coverage treats that as not established.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .field_pattern import FieldPattern, parse_field_pattern
from .json_pattern import JsonPattern, message_of, parse_json_pattern, record_of
from .syntax import MAX_LENGTH, WHITE_SPACE, FilterPatternError, read_quoted, read_regex, skip_white_space, tokenize
from .term_pattern import TermPattern, parse_terms
from .text import Truth

__all__ = ["FilterPatternError", "Pattern", "Truth", "normalize_white_space", "parse"]

BRACKETS = {"{": "}", "[": "]"}


@dataclass(frozen=True)
class Pattern:
    """A filter pattern that AWS accepts."""

    text: str
    body: JsonPattern | TermPattern | FieldPattern = field(compare=False)

    def truth(self, event: str | Mapping[str, Any]) -> Truth:
        """Return whether the pattern matches a log message or a decoded event, as far as AWS documents it."""
        message = event if isinstance(event, str) else message_of(event)
        if isinstance(self.body, TermPattern):
            return self.body.truth(message)
        record = record_of(message)
        if isinstance(self.body, JsonPattern):
            return self.body.truth(record)
        # The fields of a space-delimited pattern are not those of a JSON record.
        return Truth.NO if record is not None else self.body.truth(message)

    def matches(self, event: str | Mapping[str, Any]) -> bool:
        """Return whether the pattern matches a log message (text) or a decoded event."""
        return self.truth(event) >= Truth.PROBABLY


def parse(text: str) -> Pattern:
    """Parse a filter pattern of 0 to 1,024 characters.

    Raises FilterPatternError, with the position, for what AWS rejects as far as public sources tell.
    """
    if len(text) > MAX_LENGTH:
        raise FilterPatternError(text, MAX_LENGTH, f"at most {MAX_LENGTH} characters", f"it has {len(text)}")
    start = skip_white_space(text, 0)
    opening = text[start : start + 1]
    if opening not in BRACKETS or not opening:
        return Pattern(text, parse_terms(text))
    end = len(text.rstrip(WHITE_SPACE)) - 1
    if text[end] != BRACKETS[opening] or end == start:
        closing = BRACKETS[opening]
        raise FilterPatternError(
            text, end + 1, closing, f"a pattern that starts with '{opening}' must end with '{closing}'"
        )
    if opening == "{":
        return Pattern(text, parse_json_pattern(text, start, end))
    return Pattern(text, parse_field_pattern(text, start, end))


def normalize_white_space(text: str) -> str:
    """Return one form for patterns that differ only in white space, outside quotes.

    A pattern that AWS rejects comes back without its outer white space.
    """
    try:
        body = parse(text).body
    except FilterPatternError:
        return text.strip(WHITE_SPACE)
    stripped = text.strip(WHITE_SPACE)
    if isinstance(body, TermPattern):
        return " ".join(_written_terms(stripped))
    tokens = tokenize(stripped, 1, len(stripped) - 1)
    return " ".join([stripped[0], *(token.text for token in tokens[:-1]), stripped[-1]])


def _written_terms(text: str) -> list[str]:
    terms = []
    position = 0
    while position < len(text):
        start = position
        while position < len(text) and text[position] not in WHITE_SPACE:
            readers = {'"': read_quoted, "%": read_regex}
            reader = readers.get(text[position])
            position += len(reader(text, position).text) if reader else 1
        terms.append(text[start:position])
        position = skip_white_space(text, position)
    return terms
