# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a text matches of the cases of controls, and of calls, within a budget. Pure.

Anyone who may write to a log group can put a pattern there that costs more to prove than all others together. So each
text has a budget for a control, and all filters of an account have one for all controls (`_judge/paths.py`). It is
spent on steps of proofs, which depend on the questions alone, so that a verdict does not depend on how fast a machine
is, or on what it has proven already. The first controls that are judged may spend what the others lack.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from .. import coverage
from ..coverage import FULL, Coverage
from . import Case
from .reading_calls import Call

# A million steps take half a second at most. Nineteen texts as we install need 450,000 together for all controls, where
# they are not known beforehand.
MAX_STEPS_OF_TEXT = 2_000_000
MAX_STEPS_OF_ACCOUNT = 5_000_000

TOO_COSTLY = "this audit would take too long to evaluate the pattern"


class TooCostly(Exception):
    """The proofs of a text are beyond its budget."""


class Proofs:
    """The answers about one text. Raises FilterPatternError, as coverage does, and TooCostly.

    steps: what they have cost. Questions of which the same is left to prove cost once.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = 0
        self._charged_for: set[Hashable] = set()

    def of(self, case: Case) -> Coverage:
        """How many records of the case the text matches."""
        return self._charged(case.pattern, lambda: coverage.covers(self.text, case.pattern))

    def of_event(self, name: str, source: str) -> Coverage:
        """How many records of the event the text matches."""
        return self._charged((name, source), lambda: coverage.coverage(self.text, name, source))

    def of_call(self, call: Call, cases: tuple[str, ...]) -> Coverage:
        """How many records of the call, other than the cases, the text matches."""
        return self._charged((call, cases), lambda: coverage.covers_call(self.text, call, cases))

    def match_all(self, calls: Iterable[Call], cases: tuple[str, ...]) -> bool:
        """Whether the text matches every record of the calls, other than the cases, where they are not denied."""
        return all(self._of_ordinary_call(call, cases) == FULL for call in calls)

    def _of_ordinary_call(self, call: Call, cases: tuple[str, ...]) -> Coverage:
        question = (call, cases, "ordinary")
        return self._charged(question, lambda: coverage.covers_ordinary_call(self.text, call, cases))

    def _charged(self, question: Hashable, answered: Callable[[], Coverage]) -> Coverage:
        if self.steps > MAX_STEPS_OF_TEXT:
            raise TooCostly(self.text)
        answer = answered()
        proof = answer.proof or question
        if proof not in self._charged_for:
            self._charged_for.add(proof)
            self.steps += answer.steps
        return answer


class Budget:
    """What the texts of an account's filters may cost together, for all controls, in the order they are judged in.

    What is asked about a text for several benchmarks or metrics is charged once.
    """

    def __init__(self) -> None:
        self._left = MAX_STEPS_OF_ACCOUNT
        self._charged: set[tuple[Hashable, ...]] = set()

    def spend(self, steps: int, *purpose: Hashable) -> None:
        """Charge what something has cost, unless it has been charged for the same purpose."""
        if purpose not in self._charged:
            self._charged.add(purpose)
            self._left -= steps

    @property
    def is_spent(self) -> bool:
        """Whether only texts that are known to everyone are examined."""
        return self._left < 0
