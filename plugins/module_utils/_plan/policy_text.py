# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put one statement into the text of a policy, or take it out; all other text stays as it is, byte for byte. Pure.

The policy's grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")

Span = tuple[int, int]


class PolicyTextError(ValueError):
    """The text is no policy, or what was requested would leave none. The message is for people."""


def statements(text: str) -> list[Any]:
    """The statements of a policy, decoded; a policy may have a single one without a list."""
    found = _document(text).get("Statement", [])
    return list(found) if isinstance(found, list) else [found]


def with_statement(text: str, statement: Mapping[str, Any]) -> str:
    """The policy with the statement in the place of the one that has its Sid, or else as the last one.

    Without a text, the policy has this statement alone. Raises PolicyTextError for a text that is no policy.
    """
    ours = json.dumps(statement)
    if not text:
        return f'{{"Version": "2012-10-17", "Statement": [{ours}]}}'
    span = _statement_member(text)
    if span is None:
        end = text.rindex("}")
        comma = ", " if _document(text) else ""
        return f'{text[:end]}{comma}"Statement": [{ours}]{text[end:]}'
    start, end = span
    if text[start] == "{":
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
        end += 2
    places = _statements(text, (start, end))
    for first, last in places:
        if _sid(text, first) == statement["Sid"]:
            return text[:first] + ours + text[last:]
    if not places:
        return f"{text[:start]}[{ours}]{text[end:]}"
    last = places[-1][1]
    return f"{text[:last]}, {ours}{text[last:]}"


def without_statement(text: str, sid: str) -> str:
    """The policy without the statement of that Sid.

    Raises PolicyTextError for a text that is no policy, or if it has no other statement.
    """
    span = _statement_member(text)
    places = _statements(text, span) if span else []
    number = next((number for number, (start, _end) in enumerate(places) if _sid(text, start) == sid), None)
    if number is None:
        return text
    if len(places) == 1:
        raise PolicyTextError(f"Statement {sid} is the only one of the policy, and a policy needs at least one.")
    if number:
        return text[: places[number - 1][1]] + text[places[number][1] :]
    return text[: places[0][0]] + text[places[1][0] :]


def _document(text: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise PolicyTextError(f"The policy is not valid JSON: {error}") from error
    if not isinstance(document, dict):
        raise PolicyTextError("The policy is not a JSON object.")
    return document


def _statement_member(text: str) -> Span | None:
    """Where the value of "Statement" is. The last one counts, as for every reader of JSON."""
    _document(text)
    found = None
    for name, start, end in _members(text, _skip(text, 0)):
        if name == "Statement":
            found = (start, end)
    return found


def _statements(text: str, span: Span) -> list[Span]:
    start = span[0]
    return list(_elements(text, start)) if text[start] == "[" else [span]


def _sid(text: str, start: int) -> Any:
    statement = _DECODER.raw_decode(text, start)[0]
    return statement.get("Sid") if isinstance(statement, dict) else None


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Name, start and end of value of each member of the object that begins here."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        _value, end = _DECODER.raw_decode(text, start)
        yield name, start, end
        at = _after_comma(text, end)


def _elements(text: str, at: int) -> Iterator[Span]:
    """Start and end of each element of the list that begins here."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        _value, end = _DECODER.raw_decode(text, at)
        yield at, end
        at = _after_comma(text, end)


def _after_comma(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at
