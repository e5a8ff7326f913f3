# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule of a composite alarm: what it names, and what it comes to when some states are not known. Pure.

The language: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
(AND, OR, NOT, parentheses, TRUE, FALSE, ALARM(...), OK(...), INSUFFICIENT_DATA(...), and AT_LEAST(M, state, (...)),
where M is a number or a percentage of the alarms and the state may have NOT before it).
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

ALARM: Final = "ALARM"
OK: Final = "OK"
INSUFFICIENT_DATA: Final = "INSUFFICIENT_DATA"
STATES: Final = (ALARM, OK, INSUFFICIENT_DATA)

_WORD = r"""[^\s(),"']+"""
# Each character belongs to one of these, so that a text is read once; what is not closed takes the rest of it.
_TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')|(?P<mark>[(),])|(?P<space>\s++)|(?P<open>["'].*)"""
    rf"""|(?P<word>{_WORD})""",
    re.ASCII | re.DOTALL,
)
# AWS takes 500 elements; a rule that is nested so deep that Python could not follow is nobody's.
_DEEPEST = 100
_THRESHOLD = re.compile(r"(\d+(?:\.\d+)?)(%?)", re.ASCII)

States = Callable[[str], frozenset[str]]
"""The states that the alarm of this name or ARN may be in; more than one where it is not known which."""

Outcomes = frozenset[bool]
"""What something may come to: one value, or both."""

_UNSURE: Final[Outcomes] = frozenset((True, False))


class AlarmRuleError(ValueError):
    """The text is no rule of a composite alarm, as far as its language is documented."""


@dataclass(frozen=True)
class Condition:
    """At least so many of the alarms are in the state, or are not; ALARM(x) is this with one alarm."""

    alarms: tuple[str, ...]
    state: str
    negated: bool = False
    needed: int = 1

    def outcomes(self, states: States) -> Outcomes:
        """What it may come to, each alarm taken singly."""
        each = [self._holds(states(alarm)) for alarm in self.alarms]
        surely = sum(one == {True} for one in each)
        perhaps = sum(True in one for one in each)
        return frozenset((surely >= self.needed, perhaps >= self.needed))

    def _holds(self, possible: frozenset[str]) -> Outcomes:
        return frozenset((state == self.state) != self.negated for state in possible)


@dataclass(frozen=True)
class Constant:
    """TRUE or FALSE."""

    value: bool

    def outcomes(self, _states: States) -> Outcomes:
        """The value."""
        return frozenset((self.value,))


@dataclass(frozen=True)
class Not:
    """The opposite."""

    operand: Rule

    def outcomes(self, states: States) -> Outcomes:
        """The opposite of each of the operand's."""
        return frozenset(not outcome for outcome in self.operand.outcomes(states))


@dataclass(frozen=True)
class Combined:
    """Operands joined with AND or with OR."""

    operator: str
    operands: tuple[Rule, ...]

    def outcomes(self, states: States) -> Outcomes:
        """What it may come to, as if the operands had nothing to do with one another."""
        decisive = self.operator == "OR"  # one operand of this value decides
        each = [operand.outcomes(states) for operand in self.operands]
        if frozenset((decisive,)) in each:
            return frozenset((decisive,))
        return _UNSURE if any(decisive in one for one in each) else frozenset((not decisive,))


Rule: TypeAlias = "Condition | Constant | Not | Combined"


@functools.lru_cache(maxsize=1024)
def parse(text: str) -> Rule:
    """The rule that a text is. Raises AlarmRuleError for anything else."""
    reader = _Reader(_tokens(text))
    rule = reader.alternatives()
    if reader.next is not None:
        raise AlarmRuleError(f"unexpected {reader.next[:20]}")
    return rule


def alarms_in(text: str) -> frozenset[str]:
    """The names and ARNs that a rule is about; of a text that is no rule, all that it quotes or puts in parentheses."""
    try:
        return _named(parse(text))
    except AlarmRuleError:
        tokens = [token for token in _TOKEN.finditer(text) if not token["mark"] and not token["space"]]
        words = [re.findall(_WORD, token[0], re.ASCII) if token["open"] else [_unquoted(token[0])] for token in tokens]
        return frozenset(itertools.chain.from_iterable(words))


def _named(rule: Rule) -> frozenset[str]:
    if isinstance(rule, Condition):
        return frozenset(rule.alarms)
    if isinstance(rule, Not):
        return _named(rule.operand)
    if isinstance(rule, Combined):
        return frozenset().union(*map(_named, rule.operands))
    return frozenset()


def _tokens(text: str) -> list[str]:
    tokens = []
    for token in _TOKEN.finditer(text):
        if token["open"]:
            raise AlarmRuleError(f"a quotation mark is not closed: {token[0][:20]}")
        if not token["space"]:
            tokens.append(token[0])
    return tokens


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token[:1] in "\"'" else token


class _Reader:
    """Reads a rule from left to right. NOT binds closest, then AND, then OR."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    @property
    def next(self) -> str | None:
        """The token to come, None at the end."""
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def alternatives(self) -> Rule:
        """Operands joined with OR."""
        return self._joined("OR", lambda: self._joined("AND", self._operand))

    def _joined(self, operator: str, operand: Callable[[], Rule]) -> Rule:
        operands = [operand()]
        while (self.next or "").upper() == operator:
            self._take()
            operands.append(operand())
        return Combined(operator, tuple(operands)) if len(operands) > 1 else operands[0]

    def _operand(self) -> Rule:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise AlarmRuleError("the rule is nested too deep")
        operand = self._operand_within()
        self._depth -= 1
        return operand

    def _operand_within(self) -> Rule:
        word = self._take().upper()
        if word == "NOT":
            return Not(self._operand())
        if word == "(":
            inner = self.alternatives()
            self._expect(")")
            return inner
        if word in ("TRUE", "FALSE"):
            return Constant(word == "TRUE")
        self._expect("(")
        condition = self._at_least() if word == "AT_LEAST" else Condition((self._name(),), self._state(word))
        self._expect(")")
        return condition

    def _at_least(self) -> Condition:
        threshold = _THRESHOLD.fullmatch(self._take())
        self._expect(",")
        word = self._take().upper()
        negated = word == "NOT"
        state = self._state(self._take().upper() if negated else word)
        self._expect(",")
        self._expect("(")
        alarms = [self._name()]
        while self.next == ",":
            self._take()
            alarms.append(self._name())
        self._expect(")")
        if threshold is None:
            raise AlarmRuleError("AT_LEAST has no number")
        number = float(threshold[1])
        needed = math.ceil(number * len(alarms) / 100) if threshold[2] else math.ceil(number)
        return Condition(tuple(alarms), state, negated, needed)

    def _name(self) -> str:
        token = self._take()
        if token in ("(", ")", ","):
            raise AlarmRuleError(f"expected an alarm, found {token}")
        return _unquoted(token)

    @staticmethod
    def _state(word: str) -> str:
        if word not in STATES:
            raise AlarmRuleError(f"{word} is not a state of an alarm")
        return word

    def _take(self) -> str:
        token = self.next
        if token is None:
            raise AlarmRuleError("the rule ends too early")
        self._place += 1
        return token

    def _expect(self, mark: str) -> None:
        token = self._take()
        if token != mark:
            raise AlarmRuleError(f"expected {mark}, found {token}")
