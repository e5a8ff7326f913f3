# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns for JSON messages: { $.selector operator value }.

Follows 'Using filter patterns to match terms in JSON log events' (Amazon CloudWatch Logs User
Guide, FilterAndPatternSyntax).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any as Anything

from .conditions import (
    EQUALITY,
    ORDER,
    Comparison,
    Expression,
    Number,
    TokenReader,
    conditions_of,
    parse_expression,
    truth_of,
)
from .syntax import FilterPatternError, Token, tokenize
from .text import Truth

MAX_WILDCARDS = 3  # "up to three wildcard selectors in a filter pattern with compound expressions"
MAX_INDEX = 2**31 - 1
STEP = re.compile(r"\.(?P<key>[A-Za-z0-9_-]+)|\.(?P<any>\*)|\.?\['(?P<quoted>[^']+)'\]|\[(?P<index>[0-9]+|\*)\]")


@dataclass(frozen=True)
class AnyMember:
    """A wildcard selector: .* is any field of an object, [*] any element of an array."""

    of: type[dict[str, object]] | type[list[object]]


Step = str | int | AnyMember  # pylint: disable=unsupported-binary-operation


@dataclass(frozen=True)
class Selector:
    """The way to a value of a record, from its root."""

    steps: tuple[Step, ...]
    written: str = field(compare=False)

    @cached_property
    def has_wildcard(self) -> bool:
        return any(isinstance(step, AnyMember) for step in self.steps)

    def __str__(self) -> str:
        """The selector without its $., as users name a field."""
        return self.written[2:]

    def select(self, record: object) -> list[object]:
        """Return the values that the selector leads to: none, one, or with a wildcard many."""
        found = [record]
        for step in self.steps:
            found = [member for value in found for member in _members(value, step)]
        return found


def _members(value: object, step: Step) -> list[object]:
    if isinstance(step, AnyMember):
        if isinstance(value, dict) and step.of is dict:
            return list(value.values())
        return value if isinstance(value, list) and step.of is list else []
    if isinstance(step, str):
        return [value[step]] if isinstance(value, dict) and step in value else []
    return [value[step]] if isinstance(value, list) and step < len(value) else []


@dataclass(frozen=True)
class FieldComparison:
    """A selector compared with a value."""

    selector: Selector
    comparison: Comparison

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Kept, since a condition is part of each claim about it."""
        return hash((self.selector, self.comparison))

    def truth(self, record: object) -> Truth:
        """Compare the record's value."""
        return self.truth_of_values(self.selector.select(record))

    def truth_of_values(self, values: list[object]) -> Truth:
        """Compare the values that the selector led to.

        A missing field satisfies neither = nor != (recorded with test-metric-filter: DataBiosphere/azul#5884
        and #8228). With a wildcard any element may match (the documented examples); for != nothing tells
        whether one element or all must differ, nor what becomes of none.
        """
        truths = [self.comparison.truth(value) for value in values]
        if self.comparison.operator != "!=" or not (truths or self.selector.has_wildcard):
            return max(truths, default=Truth.NO)
        if not truths or min(truths) != max(truths):
            return Truth.PROBABLY_NOT
        return truths[0]


LITERALS: dict[str, object] = {"NULL": None, "TRUE": True, "FALSE": False}


@dataclass(frozen=True)
class FieldIs:
    """A selector with IS NULL, IS TRUE or IS FALSE; true only where the field is there and has that value."""

    selector: Selector
    literal: str
    is_documented: bool = True  # its keywords are in capitals

    def truth(self, record: object) -> Truth:
        return self.truth_of_values(self.selector.select(record))

    def truth_of_values(self, values: list[object]) -> Truth:
        found = any(value is LITERALS[self.literal] for value in values)
        return _as_established(Truth.YES if found else Truth.NO, self.is_documented)


@dataclass(frozen=True)
class FieldNotExists:
    """A selector with NOT EXISTS; what it means for some elements of a wildcard is not documented."""

    selector: Selector
    is_documented: bool = True  # its keywords are in capitals

    def truth(self, record: object) -> Truth:
        return self.truth_of_values(self.selector.select(record))

    def truth_of_values(self, values: list[object]) -> Truth:
        if not values:
            return _as_established(Truth.YES, self.is_documented)
        found = Truth.PROBABLY_NOT if self.selector.has_wildcard else Truth.NO
        return _as_established(found, self.is_documented)


def _as_established(truth: Truth, is_documented: bool) -> Truth:
    """Published modules create filters with keywords in lower case, so AWS accepts them; how is not documented."""
    if is_documented:
        return truth
    return Truth.PROBABLY if truth >= Truth.PROBABLY else Truth.PROBABLY_NOT


Condition = FieldComparison | FieldIs | FieldNotExists  # pylint: disable=unsupported-binary-operation


@dataclass(frozen=True)
class JsonPattern:
    """A parsed JSON pattern."""

    expression: Expression[Condition]

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Kept, since a pattern is looked up far more often than it is parsed."""
        return hash(self.expression)

    def truth(self, record: object) -> Truth:
        """Evaluate against a record, as record_of gives it; a message that is no JSON object never matches."""
        if not isinstance(record, dict):
            return Truth.NO
        return truth_of(self.expression, lambda condition: condition.truth(record))


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def record_of(message: str) -> object:
    """Decode a log message, keeping the text of its numbers. None: the message is not a JSON object."""
    try:
        record = json.loads(message, parse_int=Number, parse_float=Number, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def record_of_event(event: Mapping[str, Anything]) -> object:
    """Bring a decoded event into the form that record_of gives."""
    return record_of(message_of(event))


def message_of(event: Mapping[str, Anything]) -> str:
    """Write an event as CloudTrail writes it to a log group: JSON without white space between its parts."""
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False, default=_written)


def _written(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def parse_json_pattern(text: str, start: int, end: int) -> JsonPattern:
    """Parse a pattern whose braces stand at the indexes start and end."""
    reader = TokenReader(text, tokenize(text, start + 1, end))
    expression = parse_expression(reader, lambda: _condition(reader), ("end",))
    _check_wildcards(text, expression)
    return JsonPattern(expression)


def _condition(reader: TokenReader) -> Condition:
    if reader.token.kind != "selector":
        raise reader.error("a property selector such as $.eventName")
    selector = _selector(reader.text, reader.take())
    if reader.token.kind in EQUALITY + ORDER:
        return FieldComparison(selector, reader.comparison())
    keyword = reader.take()
    if keyword.text.upper() == "IS":
        literal = reader.take()
        if literal.kind != "word" or literal.text.upper() not in LITERALS:
            raise reader.error("NULL, TRUE or FALSE after IS", token=literal)
        return FieldIs(selector, literal.text.upper(), _in_capitals(keyword, literal))
    if keyword.text.upper() == "NOT":
        exists = reader.take()
        if exists.text.upper() != "EXISTS":
            raise reader.error("EXISTS after NOT", token=exists)
        return FieldNotExists(selector, _in_capitals(keyword, exists))
    raise reader.error("= != < > <= >=, IS or NOT EXISTS", token=keyword)


def _in_capitals(*keywords: Token) -> bool:
    return all(keyword.text.isupper() for keyword in keywords)


def _selector(text: str, token: Token) -> Selector:
    steps: list[Step] = []
    position = 1
    if not token.text.startswith("$."):
        raise FilterPatternError(text, token.position + 1, "a period after $, as in $.eventName")
    while position < len(token.text):
        match = STEP.match(token.text, position)
        if not match:
            expected = "a key of letters, digits, - and _, or ['key'], [0], [*], .* in a property selector"
            raise FilterPatternError(text, token.position + position, expected)
        steps.append(_step(text, token.position + match.start(), match))
        position = match.end()
    if sum(isinstance(step, AnyMember) for step in steps) > 1:
        raise FilterPatternError(
            text, token.position, "at most one wildcard in a property selector", "a second wildcard"
        )
    return Selector(tuple(steps), token.text)


def _step(text: str, position: int, match: re.Match[str]) -> Step:
    if match["any"]:
        return AnyMember(dict)
    if match["index"] is None:
        return match["key"] or match["quoted"]
    if match["index"] == "*":
        return AnyMember(list)
    if len(match["index"]) > 10 or int(match["index"]) > MAX_INDEX:
        raise FilterPatternError(text, position, f"an index of at most {MAX_INDEX}", "the index is out of range")
    return int(match["index"])


def _check_wildcards(text: str, expression: Expression[Condition]) -> None:
    wildcards = [condition for condition in conditions_of(expression) if condition.selector.has_wildcard]
    if len(wildcards) > MAX_WILDCARDS:
        position = text.find(wildcards[MAX_WILDCARDS].selector.written)
        raise FilterPatternError(
            text, position, "at most three wildcard selectors in a pattern", "a fourth wildcard selector"
        )
