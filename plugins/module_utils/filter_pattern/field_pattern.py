# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns for space-delimited messages: [ip, user, status_code = 4*, ...].

Follows 'Using filter patterns to match terms in space-delimited log events' (Amazon CloudWatch Logs
User Guide, FilterAndPatternSyntax).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .conditions import (
    EQUALITY,
    NUMBER,
    ORDER,
    Comparison,
    Expression,
    Number,
    NumberOperand,
    TokenReader,
    parse_expression,
    truth_of,
)
from .syntax import tokenize
from .text import Truth

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
ELLIPSIS = "..."
# "Characters between brackets and double quotation marks are considered single fields."
FIELD = re.compile(r'\[(?P<bracketed>[^\]]*)\]|"(?P<quoted>[^"]*)"|(?P<plain>[^ ]+)')


@dataclass(frozen=True)
class Column:
    """A named field of a pattern, with the condition that it must satisfy, if any."""

    name: str
    condition: Expression[Comparison] | None = None

    def truth(self, field: str) -> Truth:
        if self.condition is None:
            return Truth.YES
        return truth_of(self.condition, lambda comparison: _compare(comparison, field))


def _compare(comparison: Comparison, field: str) -> Truth:
    """Compare a field as the number that it spells where the pattern asks for a number."""
    is_number = isinstance(comparison.operand, NumberOperand) and NUMBER.fullmatch(field)
    return comparison.truth(Number(field) if is_number else field)


@dataclass(frozen=True)
class FieldPattern:
    """Columns from the left, and after an ellipsis those from the right (None: there is no ellipsis)."""

    left: tuple[Column, ...]
    right: tuple[Column, ...] | None

    def truth(self, message: str) -> Truth:
        """Evaluate against a text message."""
        fields = _fields(message)
        if self.right is None:
            if self.left and len(fields) > len(self.left):  # the last column takes the rest ("[w1=ERROR, w2]")
                fields = [*fields[: len(self.left) - 1], " ".join(fields[len(self.left) - 1 :])]
            if len(fields) < len(self.left):
                return Truth.NO
            pairs = list(zip(self.left, fields, strict=False))
        else:
            if len(fields) < len(self.left) + len(self.right):
                return Truth.NO
            pairs = list(zip(self.left, fields, strict=False))
            pairs += zip(self.right, fields[len(fields) - len(self.right) :], strict=False)
        return min((column.truth(field) for column, field in pairs), default=Truth.YES)


def _fields(message: str) -> list[str]:
    return [match[match.lastgroup or 0] for match in FIELD.finditer(message)]


def parse_field_pattern(text: str, start: int, end: int) -> FieldPattern:
    """Parse a pattern whose brackets stand at the indexes start and end."""
    reader = TokenReader(text, tokenize(text, start + 1, end))
    sides: list[list[Column]] = [[]]
    while reader.token.kind != "end":
        if reader.token.text == ELLIPSIS:
            if len(sides) > 1:
                raise reader.error("at most one ellipsis in a pattern", "a second ellipsis")
            sides.append([])
            reader.take()
        else:
            sides[-1].append(_column(reader))
        if reader.token.kind == ",":
            reader.take()
            if reader.token.kind == "end":
                sides[-1].append(Column(""))
        elif reader.token.kind != "end":
            raise reader.error("a comma between fields")
    return FieldPattern(tuple(sides[0]), tuple(sides[1]) if len(sides) > 1 else None)


def _column(reader: TokenReader) -> Column:
    if reader.token.kind == ",":
        return Column("")
    name = reader.token
    if name.kind == "word" and NAME.fullmatch(name.text):
        reader.take()
        if reader.token.kind in (",", "end"):
            return Column(name.text)
        first: list[Comparison] = [_condition_of(reader, name.text)]

        def condition() -> Comparison:
            if first:
                return first.pop()
            _take_name(reader, name.text)
            return _condition_of(reader, name.text)

        return Column(name.text, parse_expression(reader, condition, (",", "end")))
    if name.kind == "(":
        raise reader.error("the name of a field")
    raise reader.error("the name of a field, or ...")


def _take_name(reader: TokenReader, name: str) -> None:
    if reader.token.text != name:
        raise reader.error(f"a condition on {name}, as its field began")
    reader.take()


def _condition_of(reader: TokenReader, name: str) -> Comparison:
    if reader.token.kind not in EQUALITY + ORDER:
        raise reader.error(f"= != < > <= or >= after {name}")
    return reader.comparison()
