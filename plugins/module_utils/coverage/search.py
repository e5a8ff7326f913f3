# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is there a record of an event that a JSON pattern matches, or misses? A search with proof.

Filter patterns have no NOT, so a pattern matches where enough of its conditions hold and misses
where enough of them fail: either way it is a choice of claims that must hold together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.records import (
    Known,
    find_record,
    is_plain,
    without_wildcard,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.texts import Budget, NoAnswer
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.values import (
    MAY_MATCH,
    MAY_MISS,
    Bound,
    Claim,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.conditions import (
    All,
    Any,
    Expression,
    Leaf,
    combine,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.json_pattern import (
    Condition,
    FieldComparison,
    FieldNotExists,
    JsonPattern,
)

Goal = Expression[Claim]
MAX_STEPS = 60_000  # of automata, a fraction of a second
BRANCH_STEPS = 150  # what a choice between claims costs in comparison


class Search:
    """Answers questions about one pattern and one event."""

    def __init__(self, pattern: JsonPattern, known: Mapping[str, Known]) -> None:
        self._pattern = pattern
        self._known = known
        self._budget = Budget(MAX_STEPS)
        self._certain: dict[Claim, bool | None] = {}
        self._compatible: dict[frozenset[Claim], bool] = {}

    def find(self, bound: Bound) -> dict[str, object] | NoAnswer:
        """Return a record for which the truth of the pattern is within the bound."""
        goal = self.simplified(bound)
        if goal is False:
            return NoAnswer.IMPOSSIBLE
        return self._find(bound, [] if goal is True else [goal])

    def simplified(self, bound: Bound) -> Goal | bool:
        """Return what must be claimed of a record, without what is so, or can't be so, for all of them."""
        return _simplified(self._pattern.expression, bound, self.certainty)

    def certainty(self, claim: Claim) -> bool | None:
        """Tell whether a claim holds for all records (True), for none (False), or that it depends."""
        if claim not in self._certain:
            self._certain[claim] = self._certainty(claim)
        return self._certain[claim]

    def _certainty(self, claim: Claim) -> bool | None:
        if not is_plain(claim.condition.selector):
            return self._certainty_of_wildcard(claim)
        if find_record(self._known, [claim], self._budget) is NoAnswer.IMPOSSIBLE:
            return False
        opposite = Claim(claim.condition, claim.bound.opposite)
        return True if find_record(self._known, [opposite], self._budget) is NoAnswer.IMPOSSIBLE else None

    def is_in_doubt(self, condition: Condition) -> bool:
        """Tell whether there are records for which it is not established whether the condition holds."""
        claims = [Claim(condition, MAY_MATCH), Claim(condition, MAY_MISS)]
        if any(self.certainty(claim) is False for claim in claims):
            return False
        if not is_plain(condition.selector):
            return condition.selector.has_wildcard
        return not isinstance(find_record(self._known, claims, self._budget), NoAnswer)

    def _certainty_of_wildcard(self, claim: Claim) -> bool | None:
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

    def _find(self, bound: Bound, goals: list[Goal]) -> dict[str, object] | NoAnswer:
        """Choose claims, depth first and with a stack of its own, until a record fits the choice."""
        is_proof = True
        stack: list[tuple[tuple[Claim, ...], tuple[Goal, ...]]] = [((), tuple(goals))]
        while stack:
            if not self._budget.spend(BRANCH_STEPS):
                return NoAnswer.UNDECIDED
            claims, choices = self._claimed(*stack.pop())
            if claims is None:
                continue
            if choices:
                first, rest = choices[0], choices[1:]
                stack.extend((claims, (part, *rest)) for part in reversed(first.parts))
                continue
            record = self._record(bound, claims)
            if not isinstance(record, NoAnswer):
                return record
            is_proof &= record is NoAnswer.IMPOSSIBLE
        return NoAnswer.IMPOSSIBLE if is_proof else NoAnswer.UNDECIDED

    def _claimed(
        self, claims: tuple[Claim, ...], goals: tuple[Goal, ...]
    ) -> tuple[tuple[Claim, ...] | None, tuple[Any[Claim], ...]]:
        """Add what the goals leave no choice about; None: that can't be. The choices come back, narrowest first."""
        pending = list(goals)
        choices: list[Any[Claim]] = []
        while pending:
            goal = pending.pop()
            if isinstance(goal, Any):
                if not any(isinstance(part, Leaf) and part.condition in claims for part in goal.parts):
                    choices.append(goal)
            elif isinstance(goal, All):
                pending.extend(goal.parts)
            elif goal.condition not in claims:
                claims = (*claims, goal.condition)
                if not self._is_compatible(goal.condition, claims):
                    return None, ()
        choices.sort(key=lambda choice: len(choice.parts))
        return claims, tuple(choices)

    def _is_compatible(self, claim: Claim, claims: tuple[Claim, ...]) -> bool:
        """Tell whether the claims about the same field may hold together."""
        steps = claim.condition.selector.steps
        if not is_plain(claim.condition.selector):
            return True
        group = frozenset(each for each in claims if each.condition.selector.steps == steps)
        if group not in self._compatible:
            self._compatible[group] = find_record(self._known, group, self._budget) is not NoAnswer.IMPOSSIBLE
        return self._compatible[group]

    def _record(self, bound: Bound, claims: tuple[Claim, ...]) -> dict[str, object] | NoAnswer:
        """Return a record for which the claims hold, checked against the whole pattern."""
        plain = [claim for claim in claims if is_plain(claim.condition.selector)]
        record = find_record(self._known, plain, self._budget)
        if not isinstance(record, NoAnswer) and bound.admits(self._pattern.truth(record)):
            return record
        if record is NoAnswer.IMPOSSIBLE or len(plain) == len(claims):
            return NoAnswer.IMPOSSIBLE if record is NoAnswer.IMPOSSIBLE else NoAnswer.UNDECIDED
        guesses = [_one_member(claim) for claim in claims if claim not in plain]
        guessed = [claim for claim in guesses if is_plain(claim.condition.selector)]
        record = find_record(self._known, [*plain, *guessed], self._budget)
        if not isinstance(record, NoAnswer) and bound.admits(self._pattern.truth(record)):
            return record
        return NoAnswer.UNDECIDED


def _one_member(claim: Claim) -> Claim:
    return Claim(replace(claim.condition, selector=without_wildcard(claim.condition.selector)), claim.bound)


def _simplified(
    expression: Expression[Condition], bound: Bound, certainty: Callable[[Claim], bool | None]
) -> Goal | bool:
    if isinstance(expression, Leaf):
        claim = Claim(expression.condition, bound)
        certain = certainty(claim)
        return Leaf(claim) if certain is None else certain
    # To match, all parts of && must match; to miss, all parts of || must miss.
    needs_all = isinstance(expression, All) == bound.upwards
    deciding = not needs_all
    parts: list[Goal] = []
    for inner in expression.parts:
        part = _simplified(inner, bound, certainty)
        if part is deciding:
            return deciding
        if not isinstance(part, bool) and part not in parts:
            parts.append(part)
    if not parts:
        return needs_all
    return combine(All, parts) if needs_all else combine(Any, parts)
