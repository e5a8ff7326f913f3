# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch Logs Insights queries: `fields` and `filter`, on log events that are JSON. It knows no filter patterns.

Follows 'CloudWatch Logs Insights language query syntax' (fields, filter, functions, fields that contain special
characters) and 'Supported logs and discovered fields' of the Amazon CloudWatch Logs User Guide. Where AWS documents
nothing, a query is refused if its text leaves open what it means (`and` beside `or` without parentheses, a backslash in
a string), and an event has both answers if its values do (null, text against a number, `!=` on a missing field).
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST_FIELDS = 200  # "can extract a maximum of 200 log event fields from a JSON log"; which ones, it does not say

YES, NO, EITHER = frozenset({True}), frozenset({False}), frozenset({True, False})
Answer = frozenset[bool]
Fields = Mapping[str, Any]
Test = Callable[[Fields], Answer]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>"[^"\\]*"|'[^'\\]*')
        |/(?P<regex>(?:\\.|[^/\\])+)/
        |`(?P<quoted>[^`]+)`
        |(?P<word>[A-Za-z0-9@.]+)
        |(?P<symbol>!=|[=()\[\],|])
    )""",
    re.VERBOSE | re.DOTALL,
)
_KEYWORDS = ("and", "or", "not", "in", "like")


class QueryError(ValueError):
    """A query that Logs Insights rejects, or whose meaning AWS does not document."""


class _Both:
    """A field's value of which AWS does not document whether Logs Insights has it, or how."""


@dataclass(frozen=True)
class Query:
    """A query that has been read."""

    shown: tuple[str, ...]
    tests: tuple[Test, ...]

    def finds(self, message: str) -> Answer:
        """Whether the query finds a log event: yes, no, or either where AWS does not document it."""
        fields = discovered_fields(message)
        return _every(test(fields) for test in self.tests)

    def row(self, message: str, timestamp: str = "") -> dict[str, str]:
        """What the query shows of a log event: its fields, as far as the event has them."""
        fields = {**discovered_fields(message), "@timestamp": timestamp}
        known = {name: fields[name] for name in self.shown if name in fields}
        return {name: str(value) for name, value in known.items() if not isinstance(value, _Both)}


def read(text: str) -> Query:
    """Read a query, or raise QueryError."""
    tokens = list(_tokens(text))
    shown: list[str] = []
    tests: list[Test] = []
    for is_pipe, command in itertools.groupby(tokens, key=lambda token: token == ("symbol", "|")):
        if is_pipe:
            continue
        parser = _Parser([*command])
        name = parser.take("word")
        if name == "fields":
            shown.extend(parser.names())
        elif name == "filter":
            tests.append(parser.alternatives())
        else:
            raise QueryError(f"{name} is not known here")
        parser.end()
    return Query(tuple(shown), tuple(tests))


def discovered_fields(message: str) -> dict[str, Any]:
    """The fields of a JSON event in dot notation; a part of an object or an array is a field, they are not."""
    fields: dict[str, Any] = {"@message": message}
    try:
        event = json.loads(message)
    except ValueError:
        return fields
    leaves = dict(_leaves(event, ""))
    return {**fields, **(leaves if len(leaves) <= MOST_FIELDS else dict.fromkeys(leaves, _Both()))}


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, member in members:
            yield from _leaves(member, f"{name}.{key}" if name else str(key))
        if name:
            yield name, _Both()
    else:
        yield name, value if isinstance(value, str) else _Both()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(text.rstrip()):
        found = _TOKEN.match(text, position)
        if found is None:
            raise QueryError(f"unexpected {text[position : position + 20]!r}")
        kind = str(found.lastgroup)
        value = found[kind]
        yield kind, value[1:-1] if kind == "string" else value
        position = found.end()


class _Parser:
    """Reads one command."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.position = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.position] if self.position < len(self.tokens) else ("end", "")

    def take(self, *kinds: str) -> str:
        kind, value = self.peek()
        if kind not in kinds:
            raise QueryError(f"unexpected {value or 'end'!r}")
        self.position += 1
        return value

    def takes(self, kind: str, value: str) -> bool:
        taken = self.peek() == (kind, value)
        self.position += taken
        return taken

    def expect(self, kind: str, value: str) -> None:
        if not self.takes(kind, value):
            raise QueryError(f"expected {value!r}, not {self.peek()[1]!r}")

    def end(self) -> None:
        if self.peek()[0] != "end":
            raise QueryError(f"unexpected {self.peek()[1]!r}")

    def name(self) -> str:
        name = self.take("word", "quoted")
        if name in _KEYWORDS:
            raise QueryError(f"{name} is no field")
        return name

    def names(self) -> list[str]:
        names = [self.name()]
        while self.takes("symbol", ","):
            names.append(self.name())
        return names

    def alternatives(self) -> Test:
        """Conditions joined by `and`, or by `or`: which binds closer is not documented."""
        tests, joints = [self.condition()], set()
        while self.peek() in (("word", "and"), ("word", "or")):
            joints.add(self.take("word"))
            tests.append(self.condition())
        if len(joints) > 1:
            raise QueryError("'and' beside 'or' needs parentheses")
        join = _any if joints == {"or"} else _every
        return lambda fields: join(test(fields) for test in tests)

    def condition(self) -> Test:
        if self.takes("symbol", "("):
            inverted = self.takes("word", "not")
            test = self.condition() if inverted else self.alternatives()
            self.expect("symbol", ")")  # what `not` reaches is documented for one condition in parentheses alone
            return (lambda fields: _inverse(test(fields))) if inverted else test
        if self.takes("word", "ispresent"):
            self.expect("symbol", "(")
            name = self.name()
            self.expect("symbol", ")")
            return lambda fields: _is_present(fields, name)
        return self.comparison(self.name())

    def comparison(self, name: str) -> Test:
        if self.takes("symbol", "="):
            return _compared(name, self.value())
        if self.takes("symbol", "!="):
            return _unlike(_compared(name, self.value()), name)
        inverted = self.takes("word", "not")
        if self.takes("word", "in"):
            test = _compared(name, *self.values())
        else:
            self.expect("word", "like")
            test = self.likeness(name)
        return _unlike(test, name) if inverted else test

    def value(self) -> str:
        return self.take("string")

    def values(self) -> list[str]:
        self.expect("symbol", "[")
        values = [self.value()]
        while self.takes("symbol", ","):
            values.append(self.value())
        self.expect("symbol", "]")
        return values

    def likeness(self, name: str) -> Test:
        if self.peek()[0] == "string":
            wanted = self.value()
            return lambda fields: _of_text(fields, name, lambda text: _certain(wanted in text))
        source = self.take("regex").replace(r"\/", "/")
        try:
            # Whether $ also matches before a last line break is different from engine to engine.
            readings = [re.compile(source), re.compile(re.sub(r"(?<!\\)\$", r"\\Z", source))]
        except re.error as error:
            raise QueryError(f"invalid regular expression: {error}") from error
        return lambda fields: _of_text(
            fields, name, lambda text: frozenset(reading.search(text) is not None for reading in readings)
        )


def _certain(holds: bool) -> Answer:
    return YES if holds else NO


def _is_present(fields: Fields, name: str) -> Answer:
    return EITHER if isinstance(fields.get(name), _Both) else _certain(name in fields)


def _compared(name: str, *values: str) -> Test:
    return lambda fields: _of_text(fields, name, lambda text: _certain(text in values))


def _of_text(fields: Fields, name: str, test: Callable[[str], Answer]) -> Answer:
    """A field that is missing is like nothing."""
    value = fields.get(name)
    if value is None:
        return NO
    return EITHER if isinstance(value, _Both) else test(value)


def _unlike(test: Test, name: str) -> Test:
    return lambda fields: EITHER if name not in fields else _inverse(test(fields))


def _inverse(answer: Answer) -> Answer:
    return frozenset(not holds for holds in answer)


def _every(answers: Iterator[Answer]) -> Answer:
    return frozenset(all(one) for one in itertools.product(*_decisive(answers, NO)))


def _any(answers: Iterator[Answer]) -> Answer:
    return frozenset(any(one) for one in itertools.product(*_decisive(answers, YES)))


def _decisive(answers: Iterator[Answer], decides: Answer) -> set[Answer]:
    """The distinct answers, or the one that decides alone."""
    found = set(answers)
    return {decides} if decides in found else found
