# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a claim hold for all records, for none, or does it depend? And what of a pattern is left to be asked then?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from ..filter_pattern.conditions import All, Any, Expression, Leaf, combine
from ..filter_pattern.json_pattern import Condition, FieldComparison, FieldNotExists, Step
from ..filter_pattern.text import Truth
from .records import Known, find_record, is_plain
from .texts import Budget, NoAnswer
from .values import Bound, Claim

Goal = Expression[Claim]
MAX_STEPS = 60_000  # of automata, a fraction of a second
CLAIM_STEPS = 16  # what it costs to compare a claim with others


class Certainty:
    """Answers for the records with the known fields for which the given claims hold."""

    def __init__(self, known: Mapping[str, Known], given: Sequence[Claim] = (), budget: Budget | None = None) -> None:
        self._known = known
        self._given: dict[Condition, list[Claim]] = {}
        self._given_about: dict[Step, list[Claim]] = {}  # by top field
        for claim in given:
            if is_plain(claim.condition.selector):
                self._given.setdefault(claim.condition, []).append(claim)
                self._given_about.setdefault(claim.condition.selector.steps[0], []).append(claim)
        self._budget = budget or Budget(MAX_STEPS)
        self._answers: dict[Claim, bool | None] = {}

    def __call__(self, claim: Claim) -> bool | None:
        """Tell whether a claim holds for all records (True), for none (False), or that it depends."""
        if claim not in self._answers:
            self._budget.spend(CLAIM_STEPS)
            self._answers[claim] = self._answer(claim)
        return self._answers[claim]

    def _answer(self, claim: Claim) -> bool | None:
        for given in self._given.get(claim.condition, ()):
            truths = {truth for truth in Truth if given.bound.admits(truth)}
            admitted = {truth for truth in truths if claim.bound.admits(truth)}
            if not admitted or admitted == truths:
                return bool(admitted)
        if not is_plain(claim.condition.selector):
            return self._answer_for_wildcard(claim)
        steps = claim.condition.selector.steps
        known = self._known.get(steps[0]) if len(steps) == 1 and isinstance(steps[0], str) else None
        if known and known.is_exact:
            return claim.holds_for([known.sample])
        if not self._may_hold(claim):
            return False
        return None if self._may_hold(Claim(claim.condition, claim.bound.opposite)) else True

    def _may_hold(self, claim: Claim) -> bool:
        # Other fields, and what is given of them, have no bearing on it.
        given = self._given_about.get(claim.condition.selector.steps[0], ())
        return self.may_hold((*given, claim))

    def may_hold(self, claims: tuple[Claim, ...]) -> bool:
        """Tell whether claims about one field, or what is in it, may hold together, for all that is proven."""
        if self._budget.steps <= 0:
            return True
        field = claims[-1].condition.selector.steps[0]
        may_hold, steps = _may_hold_in(self._known.get(str(field)), claims)
        return not self._budget.spend(steps + CLAIM_STEPS * len(claims)) or may_hold

    def _answer_for_wildcard(self, claim: Claim) -> bool | None:
        """Look at the fields that are the same in all records: one that matches is enough, others only add to it."""
        condition = claim.condition
        if isinstance(condition, FieldNotExists):
            return None
        if isinstance(condition, FieldComparison) and condition.comparison.operator == "!=":
            return None
        same = {name: known.sample for name, known in self._known.items() if known.is_exact}
        truth = condition.truth(same)
        if claim.bound.upwards and claim.bound.admits(truth):
            return True
        if not claim.bound.upwards and not claim.bound.admits(truth):
            return False
        return None


@lru_cache(maxsize=16384)
def _may_hold_in(known: Known | None, claims: tuple[Claim, ...]) -> tuple[bool, int]:
    """Tell whether claims about one field, or what is in it, may hold, and what it costs to find out.

    Kept, since the texts of a log group name the same events; asking again costs a budget the same.
    """
    budget = Budget(MAX_STEPS)
    field = claims[-1].condition.selector.steps[0]
    record = find_record({str(field): known} if known else {}, claims, budget)
    return record is not NoAnswer.IMPOSSIBLE, MAX_STEPS - budget.steps


def simplified(
    expression: Expression[Condition], bound: Bound, certainty: Callable[[Claim], bool | None]
) -> Goal | bool:
    """Return what must be claimed for the bound, without what is so, or can't be so, for all records.

    Filter patterns have no NOT: a pattern matches where enough of its conditions hold, and misses where enough fail.
    """
    if isinstance(expression, Leaf):
        claim = Claim(expression.condition, bound)
        certain = certainty(claim)
        return Leaf(claim) if certain is None else certain
    # To match, all parts of && must match; to miss, all parts of || must miss.
    needs_all = isinstance(expression, All) == bound.upwards
    deciding = not needs_all
    parts: dict[Goal, None] = {}
    for inner in expression.parts:
        part = simplified(inner, bound, certainty)
        if part is deciding:
            return deciding
        if not isinstance(part, bool):
            parts[part] = None
    if not parts:
        return needs_all
    return combine(All, list(parts)) if needs_all else combine(Any, list(parts))
