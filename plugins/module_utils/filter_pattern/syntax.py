# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest pieces of a filter pattern: errors, characters, quoted strings and tokens.

Follows AWS's 'Filter pattern syntax for metric filters, subscription filters, filter log events,
and Live Tail' (Amazon CloudWatch Logs User Guide, FilterAndPatternSyntax).
"""

from __future__ import annotations

import string
from dataclasses import dataclass

MAX_LENGTH = 1024  # PutMetricFilter: filterPattern, "Maximum length of 1024"
WHITE_SPACE = " \t\r\n"
WORD_CHARACTERS = frozenset(string.ascii_letters + string.digits + "_.*+-")
OPERATORS = ("&&", "||", "!=", "<=", ">=", "(", ")", "=", "<", ">", ",")


class FilterPatternError(ValueError):
    """A pattern that AWS rejects, as far as public sources tell.

    In a pattern that is not installed yet it is a fault. AWS has accepted the pattern of an existing filter: there it
    means that this parser can't read it, so that it is not known what the filter matches.

    position: index of the offending character, from 0. expected: what could have stood there.
    """

    def __init__(self, text: str, position: int, expected: str, problem: str = "") -> None:
        self.text = text
        self.position = position
        self.expected = expected
        found = f"'{text[position : position + 20]}'" if position < len(text) else "the end of the pattern"
        detail = problem or f"found {found}"
        super().__init__(f"Invalid filter pattern at character {position + 1}: {detail}; expected {expected}.")

    def __reduce__(self) -> tuple[type[FilterPatternError], tuple[str, int, str]]:
        return FilterPatternError, (self.text, self.position, self.expected)


@dataclass(frozen=True)
class Token:
    """A piece of a pattern. value is the content of a string or regular expression, without its marks."""

    kind: str  # an operator, or selector, string, regex, word, end
    text: str
    position: int
    value: str = ""


def skip_white_space(text: str, position: int) -> int:
    """Return the index of the next character that is not white space."""
    while position < len(text) and text[position] in WHITE_SPACE:
        position += 1
    return position


def read_quoted(text: str, start: int) -> Token:
    r"""Read a string in double quotes, in which \" stands for a quote and \\ for a backslash."""
    content: list[str] = []
    position = start + 1
    while position < len(text):
        character = text[position]
        if character == '"':
            return Token("string", text[start : position + 1], start, "".join(content))
        if character == "\\" and text[position + 1 : position + 2] in ('"', "\\"):
            position += 1
            character = text[position]
        content.append(character)
        position += 1
    raise FilterPatternError(text, start, "a closing double quote", "a string is not closed")


def read_regex(text: str, start: int) -> Token:
    """Read a regular expression between two percent signs."""
    end = text.find("%", start + 1)
    if end < 0:
        raise FilterPatternError(text, start, "a closing %", "a regular expression is not closed")
    return Token("regex", text[start : end + 1], start, text[start + 1 : end])


def read_selector(text: str, start: int) -> Token:
    """Read a property selector: up to white space or an operator outside of its brackets."""
    position = start + 1
    while position < len(text):
        character = text[position]
        if character == "[":
            close = text.find("']", position) if text[position + 1 : position + 2] == "'" else text.find("]", position)
            if close < 0:
                raise FilterPatternError(text, position, "a closing bracket", "a bracket is not closed")
            position = text.index("]", close) + 1
        elif character in WORD_CHARACTERS and character != "+":
            position += 1
        else:
            break
    return Token("selector", text[start:position], start)


def read_word(text: str, start: int) -> Token:
    """Read an unquoted value."""
    position = start
    while position < len(text) and text[position] in WORD_CHARACTERS:
        position += 1
    if position == start:
        raise FilterPatternError(
            text, start, "a letter, a digit or one of _ . * + - (anything else needs double quotes)"
        )
    return Token("word", text[start:position], start, text[start:position])


def tokenize(text: str, start: int, end: int) -> list[Token]:
    """Split what lies between the outer braces or brackets into tokens, closed by one of kind 'end'."""
    tokens = []
    inner = text[:end]
    position = skip_white_space(inner, start)
    while position < end:
        token = _next_token(inner, position)
        tokens.append(token)
        position = skip_white_space(inner, position + len(token.text))
    tokens.append(Token("end", "", end))
    return tokens


def _next_token(text: str, position: int) -> Token:
    for operator in OPERATORS:
        if text.startswith(operator, position):
            return Token(operator, operator, position)
    readers = {'"': read_quoted, "%": read_regex, "$": read_selector}
    return readers.get(text[position], read_word)(text, position)
