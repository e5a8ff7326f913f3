# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is there a record within a scope that a JSON pattern matches, or misses? A search with proof.

Either way it is a choice of claims that must hold together, in addition to those of the scope.
"""

from __future__ import annotations

from dataclasses import replace

from ..filter_pattern.conditions import All, Any, Leaf
from ..filter_pattern.json_pattern import Condition, JsonPattern
from .certainty import MAX_STEPS, Certainty, Goal, simplified
from .records import find_record, is_plain, without_wildcard
from .scope import Scope
from .texts import Budget, NoAnswer
from .values import MAY_MATCH, MAY_MISS, Bound, Claim

BRANCH_STEPS = 150  # what a choice between claims costs in comparison with a step of an automaton


class Search:
    """Answers questions about one pattern and one scope."""

    def __init__(self, pattern: JsonPattern, scope: Scope) -> None:
        self._pattern = pattern
        self._scope = scope
        self._budget = Budget(MAX_STEPS)
        self._certainty = Certainty(scope.known, scope.given, self._budget)
        self._compatible: dict[tuple[Claim, ...], bool] = {}

    @property
    def steps(self) -> int:
        """What the answers so far cost."""
        return MAX_STEPS - self._budget.steps

    def find(self, bound: Bound) -> dict[str, object] | NoAnswer:
        """Return a record of the scope for which the truth of the pattern is within the bound."""
        goal = self.simplified(bound)
        if goal is False or self._scope.is_empty:
            return NoAnswer.IMPOSSIBLE
        return self._find(bound, (*self._scope.goals, *(() if isinstance(goal, bool) else (goal,))))

    def simplified(self, bound: Bound) -> Goal | bool:
        """Return what must be claimed of a record, without what is so, or can't be so, for all of them."""
        return simplified(self._pattern.expression, bound, self._certainty)

    def is_in_doubt(self, condition: Condition) -> bool:
        """Tell whether there are records for which it is not established whether the condition holds."""
        claims = [Claim(condition, MAY_MATCH), Claim(condition, MAY_MISS)]
        if any(self._certainty(claim) is False for claim in claims):
            return False
        if not is_plain(condition.selector):
            return condition.selector.has_wildcard
        return not isinstance(find_record(self._scope.known, claims, self._budget), NoAnswer)

    def _find(self, bound: Bound, goals: tuple[Goal, ...]) -> dict[str, object] | NoAnswer:
        """Choose claims, depth first and with an explicit stack, until a record fits the choice."""
        is_proof = True
        stack: list[tuple[tuple[Claim, ...], tuple[Goal, ...]]] = [((), goals)]
        while stack:
            held, goal = stack.pop()
            if not self._budget.spend(BRANCH_STEPS + len(held) + len(goal)):
                return NoAnswer.UNDECIDED
            claims, choices = self._claimed(held, goal)
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
        held = set(claims)
        while pending:
            goal = pending.pop()
            if isinstance(goal, Any):
                if not any(isinstance(part, Leaf) and part.condition in held for part in goal.parts):
                    choices.append(goal)
            elif isinstance(goal, All):
                pending.extend(goal.parts)
            elif goal.condition not in held:
                claims = (*claims, goal.condition)
                held.add(goal.condition)
                if not self._is_compatible(goal.condition, claims):
                    return None, ()
        choices.sort(key=lambda choice: len(choice.parts))
        return claims, tuple(choices)

    def _is_compatible(self, claim: Claim, claims: tuple[Claim, ...]) -> bool:
        """Tell whether the claims about the same field may hold together."""
        steps = claim.condition.selector.steps
        if not is_plain(claim.condition.selector):
            return True
        group = tuple(each for each in claims if each.condition.selector.steps == steps)
        if group not in self._compatible:
            self._compatible[group] = self._certainty.may_hold(group)
        return self._compatible[group]

    def _record(self, bound: Bound, claims: tuple[Claim, ...]) -> dict[str, object] | NoAnswer:
        """Return a record for which the claims hold, checked against the whole pattern."""
        plain = [claim for claim in claims if is_plain(claim.condition.selector)]
        record = find_record(self._scope.known, plain, self._budget)
        if not isinstance(record, NoAnswer) and self._fits(record, bound):
            return record
        if record is NoAnswer.IMPOSSIBLE or len(plain) == len(claims):
            return NoAnswer.IMPOSSIBLE if record is NoAnswer.IMPOSSIBLE else NoAnswer.UNDECIDED
        guesses = [_one_member(claim) for claim in claims if claim not in plain]
        guessed = [claim for claim in guesses if is_plain(claim.condition.selector)]
        record = find_record(self._scope.known, [*plain, *guessed], self._budget)
        if not isinstance(record, NoAnswer) and self._fits(record, bound):
            return record
        return NoAnswer.UNDECIDED

    def _fits(self, record: object, bound: Bound) -> bool:
        return bound.admits(self._pattern.truth(record)) and self._scope.has(record)


def _one_member(claim: Claim) -> Claim:
    return Claim(replace(claim.condition, selector=without_wildcard(claim.condition.selector)), claim.bound)
