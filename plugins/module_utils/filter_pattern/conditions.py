# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions on a value, and their combination with && and ||, as JSON and space-delimited patterns share them.

Follows 'Writing filter patterns that match strings', 'that match numeric values' and the note on
compound expressions (Amazon CloudWatch Logs User Guide, FilterAndPatternSyntax): () > && > ||.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar

from .regex import Regex
from .syntax import FilterPatternError, Token
from .text import Truth, Wildcard

EQUALITY = ("=", "!=")
ORDER = ("<", ">", "<=", ">=")
MAX_REGEXES = 2  # "a limit of 2 regex for each filter pattern when creating a delimited or JSON filter pattern"
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def number_of(text: str) -> Decimal:
    """Return the value of a number; infinite or zero where its exponent is out of Decimal's range."""
    try:
        return Decimal(text)
    except InvalidOperation:
        mantissa, _unused, exponent = text.lower().partition("e")
        sign = "-" if mantissa.startswith("-") else ""
        return Decimal(sign + ("0" if exponent.startswith("-") or not mantissa.strip("+-0.") else "Infinity"))


@dataclass(frozen=True)
class Number:
    """A number of a record, with the text it was written in: 12.0 equals the number 12, not the string "12"."""

    text: str

    @property
    def value(self) -> Decimal:
        return number_of(self.text)


@dataclass(frozen=True)
class NumberOperand:
    """An unquoted number on the right of an operator."""

    text: str
    value: Decimal

    def truth(self, text: str) -> Truth:
        """Compare with a string: the same digits are equal; whether "123.0" equals 123 is not established."""
        if text == self.text:
            return Truth.YES
        is_equal = NUMBER.fullmatch(text) is not None and Number(text).value == self.value
        return Truth.PROBABLY_NOT if is_equal else Truth.NO


Operand = Wildcard | NumberOperand | Regex  # pylint: disable=unsupported-binary-operation


@dataclass(frozen=True)
class Comparison:
    """An operator and what stands on its right."""

    operator: str
    operand: Operand
    written: str = field(compare=False)  # the operand as it stands in the pattern

    def truth(self, value: object) -> Truth:
        """Compare with a value of a record: str, Number, bool, None, or a container.

        A container never compares ("If a property selector points to an array or object, the filter
        pattern won't match the log format"). What = and != make of true, false and null is not
        documented ("Value nodes can be strings or numbers").
        """
        if isinstance(value, (dict, list)):
            return Truth.NO
        if value is None or isinstance(value, bool):
            return self._truth_of_literal(json.dumps(value))
        if self.operator in ORDER:
            return self._truth_of_order(value)
        return self._equality(value) if self.operator == "=" else self._equality(value).negated()

    def _equality(self, value: object) -> Truth:
        if not isinstance(value, Number):
            return self.operand.truth(str(value))
        if not isinstance(self.operand, NumberOperand):
            return self.operand.truth(value.text)
        return Truth.YES if value.value == self.operand.value else Truth.NO

    def _truth_of_order(self, value: object) -> Truth:
        if not isinstance(value, Number) or not isinstance(self.operand, NumberOperand):
            return Truth.NO
        number, limit = value.value, self.operand.value
        holds = {"<": number < limit, ">": number > limit, "<=": number <= limit, ">=": number >= limit}
        return Truth.YES if holds[self.operator] else Truth.NO

    def _truth_of_literal(self, literal: str) -> Truth:
        if self.operator in ORDER:
            return Truth.NO
        if self.operator == "=" and self.operand.truth(literal) is Truth.NO:
            return Truth.NO
        return Truth.PROBABLY_NOT


T = TypeVar("T")


@dataclass(frozen=True)
class All(Generic[T]):
    """Parts that must all hold (&&)."""

    parts: tuple[Expression[T], ...]


@dataclass(frozen=True)
class Any(Generic[T]):
    """Parts of which one must hold (||)."""

    parts: tuple[Expression[T], ...]


@dataclass(frozen=True)
class Leaf(Generic[T]):
    """A single condition."""

    condition: T


Expression = All[T] | Any[T] | Leaf[T]  # pylint: disable=unsupported-binary-operation


def truth_of(expression: Expression[T], truth: Callable[[T], Truth]) -> Truth:
    """Evaluate an expression. A pattern's 1,024 characters nest it some 130 deep at most (see combine)."""
    if isinstance(expression, Leaf):
        return truth(expression.condition)
    decided = Truth.NO if isinstance(expression, All) else Truth.YES
    result = Truth.YES if isinstance(expression, All) else Truth.NO
    for part in expression.parts:
        value = truth_of(part, truth)
        if value is decided:
            return decided
        result = min(result, value) if isinstance(expression, All) else max(result, value)
    return result


def conditions_of(expression: Expression[T]) -> Iterator[T]:
    """Yield the conditions of an expression in their order."""
    pending = [expression]
    while pending:
        current = pending.pop()
        if isinstance(current, Leaf):
            yield current.condition
        else:
            pending.extend(reversed(current.parts))


def combine(kind: type[All[T]] | type[Any[T]], parts: list[Expression[T]]) -> Expression[T]:
    """Join parts, taking in those of the same kind: parentheses add no depth."""
    if len(parts) == 1:
        return parts[0]
    joined: list[Expression[T]] = []
    for part in parts:
        joined.extend(part.parts if isinstance(part, kind) else [part])
    return kind(tuple(joined))


class TokenReader:
    """Walks over the tokens of a pattern, and turns what it does not expect into an error."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self._tokens = tokens
        self._next = 0
        self._regexes = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._next]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self._next += 1
        return token

    def error(self, expected: str, problem: str = "", token: Token | None = None) -> FilterPatternError:
        return FilterPatternError(self.text, (token or self.token).position, expected, problem)

    def comparison(self) -> Comparison:
        """Read an operator and its operand."""
        operator = self.take()
        operand = self.take()
        if operator.kind in ORDER:
            if operand.kind != "word" or not NUMBER.fullmatch(operand.value):
                raise self.error(f"a number without quotes after {operator.kind}", token=operand)
            return Comparison(operator.kind, self._number(operand), operand.text)
        return Comparison(operator.kind, self._operand(operand), operand.text)

    def _operand(self, token: Token) -> Operand:
        if token.kind == "regex":
            self._regexes += 1
            if self._regexes > MAX_REGEXES:
                raise self.error("at most two regular expressions in a pattern", "a third regular expression", token)
            return Regex(token.value, self.text, token.position + 1)
        if token.kind == "string":
            return Wildcard(token.value)
        if token.kind != "word":
            raise self.error(
                "a value: a number, a word, a string in double quotes, or a %regular expression%", token=token
            )
        return self._number(token) if NUMBER.fullmatch(token.value) else Wildcard(token.value)

    @staticmethod
    def _number(token: Token) -> NumberOperand:
        return NumberOperand(token.value, number_of(token.value))


def parse_expression(reader: TokenReader, condition: Callable[[], T], stop: tuple[str, ...]) -> Expression[T]:
    """Read conditions joined by && and ||, with parentheses, up to a token that stop names.

    Keeps its own stack, so that a thousand parentheses do not exhaust Python's.
    """
    # Each level of parentheses: the alternatives read so far, the last of which collects && parts.
    levels: list[list[list[Expression[T]]]] = [[[]]]
    opened: list[Token] = []
    while True:
        while reader.token.kind == "(":
            opened.append(reader.take())
            levels.append([[]])
        levels[-1][-1].append(Leaf(condition()))
        while opened and reader.token.kind == ")":
            reader.take()
            opened.pop()
            inner = _joined(levels.pop())
            levels[-1][-1].append(inner)
        token = reader.token
        if token.kind == "||":
            levels[-1].append([])
        elif token.kind != "&&":
            if opened:
                raise reader.error("&&, || or a closing parenthesis")
            if token.kind not in stop:
                raise reader.error("&&, || or " + " or ".join("the end" if kind == "end" else kind for kind in stop))
            return _joined(levels[0])
        reader.take()


def _joined(alternatives: list[list[Expression[T]]]) -> Expression[T]:
    return combine(Any, [combine(All, parts) for parts in alternatives])
