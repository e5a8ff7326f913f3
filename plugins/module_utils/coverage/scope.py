# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which records is a question about? Those of an event, those that a case describes, or those beyond some cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any as Anything
from typing import TypeVar

from ..filter_pattern.conditions import All, Any, Leaf
from ..filter_pattern.json_pattern import Condition, FieldComparison, JsonPattern
from ..filter_pattern.text import Truth, Wildcard
from .certainty import Certainty, Goal, simplified
from .records import Known
from .values import SURELY_MATCHES, Bound, Claim

T = TypeVar("T")

Wanted = tuple[JsonPattern, Bound]
"""A pattern, and the truth that it is to have for the records of a scope."""


@dataclass(frozen=True)
class Scope:
    """Records, by what is known of all of them."""

    known: Mapping[str, Known]  # the fields that each has
    given: tuple[Claim, ...] = ()  # what holds for each
    choices: tuple[Any[Claim], ...] = ()  # of each of these some part holds
    wanted: tuple[Wanted, ...] = ()  # where this comes from
    is_empty: bool = False  # surely no record is meant
    _answers: dict[JsonPattern, Anything] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def where(cls, known: Mapping[str, Known], wanted: Iterable[Wanted]) -> Scope:
        """The records with these fields for which each pattern surely has the truth that is wanted of it."""
        wanted = tuple(wanted)
        known = {**known, **_exact_fields(known, wanted)}
        certainty = Certainty(known)
        given: list[Claim] = []
        choices: list[Any[Claim]] = []
        for pattern, bound in wanted:
            goal = simplified(pattern.expression, bound, certainty)
            if goal is False:
                return cls(known, wanted=wanted, is_empty=True)
            for part in _parts(goal):
                if isinstance(part, Leaf):
                    given.append(part.condition)
                elif isinstance(part, Any):
                    choices.append(part)
        return cls(known, tuple(dict.fromkeys(given)), tuple(choices), wanted)

    @property
    def goals(self) -> tuple[Goal, ...]:
        """What must be claimed of a record for it to be meant."""
        return (*(Leaf(claim) for claim in self.given), *self.choices)

    def answer(self, pattern: JsonPattern, question: Callable[[JsonPattern, Scope], T]) -> T:
        """The answer to one kind of question about a pattern and this scope, kept for those that come to the same."""
        if pattern not in self._answers:
            self._answers[pattern] = question(pattern, self)
        kept: T = self._answers[pattern]
        return kept

    def has(self, record: object) -> bool:
        """Tell whether a record, as record_of gives it, is meant."""
        return all(bound.admits(pattern.truth(record)) for pattern, bound in self.wanted)


def _parts(goal: Goal | bool) -> tuple[Goal, ...]:
    if isinstance(goal, bool):
        return ()
    return goal.parts if isinstance(goal, All) else (goal,)


def _exact_fields(known: Mapping[str, Known], wanted: Iterable[Wanted]) -> dict[str, Known]:
    """Return the fields for which a pattern leaves one text, such as eventName in { $.eventName = x && ... }."""
    exact = {}
    for pattern, bound in wanted:
        for part in _conjuncts(pattern) if bound == SURELY_MATCHES else ():
            name = part.selector.steps[0]
            if isinstance(name, str) and name in known and (text := _only_text(part)) is not None:
                exact[name] = Known(text, is_exact=True)
    return exact


def _conjuncts(pattern: JsonPattern) -> Iterable[Condition]:
    expression = pattern.expression
    parts = expression.parts if isinstance(expression, All) else (expression,)
    return (part.condition for part in parts if isinstance(part, Leaf))


def _only_text(condition: Condition) -> str | None:
    """Return the one text that a field of a record must have for a condition on the field itself to hold."""
    if not isinstance(condition, FieldComparison) or len(condition.selector.steps) != 1:
        return None
    comparison = condition.comparison
    is_exact = isinstance(comparison.operand, Wildcard) and comparison.operand.is_exact
    if comparison.operator != "=" or not is_exact or not isinstance(comparison.operand, Wildcard):
        return None
    value = comparison.operand.value
    return value if condition.truth_of_values([value]) is Truth.YES else None
