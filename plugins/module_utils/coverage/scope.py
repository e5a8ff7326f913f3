# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which records is a question about? Those of an event, those that a case describes, or those beyond some cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ..filter_pattern.conditions import All, Any, Expression, Leaf, conditions_of
from ..filter_pattern.json_pattern import Condition, FieldComparison, JsonPattern, Step
from ..filter_pattern.text import Truth, Wildcard
from .certainty import Certainty, Goal, simplified
from .records import Known
from .remaining import NOTHING, remaining
from .values import SURELY_MATCHES, SURELY_MISSES, Bound, Claim

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

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Kept, since a scope is looked up far more often than it is made."""
        return hash((tuple(self.known.items()), self.given, self.choices, self.wanted))

    @classmethod
    def where(cls, known: Mapping[str, Known], wanted: Iterable[Wanted]) -> Scope:
        """The records with these fields for which each pattern surely has the truth that is wanted of it."""
        wanted = tuple(wanted)
        known = {**known, **_exact_fields(known, wanted)}
        # What can match none of these records is missed by all: most cases, where the name of the event is known.
        wanted = tuple(each for each in wanted if each[1] != SURELY_MISSES or remaining(each[0], known) != NOTHING)
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
        return _same(cls(known, tuple(dict.fromkeys(given)), tuple(choices), wanted))

    @property
    def goals(self) -> tuple[Goal, ...]:
        """What must be claimed of a record for it to be meant."""
        return (*(Leaf(claim) for claim in self.given), *self.choices)

    def about(self, fields: frozenset[str]) -> Scope:
        """What is known, and must be claimed, of these top fields of a record, and of those that depend on them.

        The scope itself where a claim may be about any field.
        """
        return _about(self, fields)

    def has(self, record: object) -> bool:
        """Tell whether a record, as record_of gives it, is meant."""
        return all(bound.admits(pattern.truth(record)) for pattern, bound in self.wanted) and (
            bool(self.wanted) or all(_holds(goal, record) for goal in self.goals)
        )


def _holds(goal: Goal, record: object) -> bool:
    if isinstance(goal, Leaf):
        claim = goal.condition
        return claim.bound.admits(claim.condition.truth(record))
    holding = (_holds(part, record) for part in goal.parts)
    return all(holding) if isinstance(goal, All) else any(holding)


def fields_of(expression: Expression[Condition]) -> frozenset[str] | None:
    """The top fields that a pattern is about; None: any field."""
    return _named(condition.selector.steps[0] for condition in conditions_of(expression))


def _fields_of_goal(goal: Goal) -> frozenset[str] | None:
    return _named(claim.condition.selector.steps[0] for claim in conditions_of(goal))


def _named(steps: Iterable[Step]) -> frozenset[str] | None:
    names = set(steps)
    return frozenset(map(str, names)) if all(isinstance(name, str) for name in names) else None


@lru_cache(maxsize=4096)
def _about(scope: Scope, fields: frozenset[str]) -> Scope:
    given = [(claim, _fields_of_goal(Leaf(claim))) for claim in scope.given]
    choices = [(choice, _fields_of_goal(choice)) for choice in scope.choices]
    if any(named is None for _unused, named in (*given, *choices)):
        return scope
    reached: frozenset[str] = frozenset()
    while reached != fields:
        reached = fields
        fields = fields.union(*(named for _unused, named in choices if named and named & fields))
    part = Scope(
        {name: known for name, known in scope.known.items() if name in fields},
        tuple(claim for claim, named in given if named and named <= fields),
        tuple(choice for choice, named in choices if named and named <= fields),
    )
    return _same(part)


@lru_cache(maxsize=4096)
def _same(scope: Scope) -> Scope:
    """The first of those that are alike, which is found faster."""
    return scope


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
