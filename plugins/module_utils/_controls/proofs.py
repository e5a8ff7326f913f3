# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a text matches of the cases of controls, and of calls, within a budget. Pure.

Anyone who may write to a log group can put a pattern there that costs more to prove than all others together. So each
text has a budget for a control, and so have all filters of an account (`_judge/paths.py`). It is spent on steps of
proofs, which depend on the questions alone, so that the verdict does not depend on how fast a machine is, or on what it
has proven already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .. import coverage
from ..coverage import FULL, Coverage
from . import Case
from .reading_calls import Call

# A million steps take half a second or so. All nineteen texts that we install need 250,000 together for a control,
# where they are not known beforehand.
MAX_STEPS_OF_TEXT = 2_000_000
MAX_STEPS_OF_ACCOUNT = 3_000_000

TOO_COSTLY = "this audit would take too long to evaluate the pattern"


class TooCostly(Exception):
    """The proofs of a text are beyond its budget."""


class Proofs:
    """The answers about one text. Raises FilterPatternError, as coverage does, and TooCostly."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = 0
        self._answers: dict[str, Coverage] = {}

    def of(self, case: Case) -> Coverage:
        """How many records of the case the text matches."""
        if case.pattern not in self._answers:
            self._answers[case.pattern] = self._charged(lambda: coverage.covers(self.text, case.pattern))
        return self._answers[case.pattern]

    def of_event(self, name: str, source: str) -> Coverage:
        """How many records of the event the text matches."""
        return self._charged(lambda: coverage.coverage(self.text, name, source))

    def of_call(self, call: Call, cases: tuple[str, ...]) -> Coverage:
        """How many records of the call, other than the cases, the text matches."""
        return self._charged(lambda: coverage.covers_call(self.text, call, cases))

    def match_all(self, calls: Iterable[Call], cases: tuple[str, ...]) -> bool:
        """Whether the text matches every record of the calls, other than the cases, where they are not denied."""
        return all(self._of_ordinary_call(call, cases) == FULL for call in calls)

    def _of_ordinary_call(self, call: Call, cases: tuple[str, ...]) -> Coverage:
        return self._charged(lambda: coverage.covers_ordinary_call(self.text, call, cases))

    def _charged(self, question: Callable[[], Coverage]) -> Coverage:
        if self.steps > MAX_STEPS_OF_TEXT:
            raise TooCostly(self.text)
        answer = question()
        self.steps += answer.steps
        return answer


class Budget:
    """What the texts of an account's filters may cost together, for one control."""

    def __init__(self) -> None:
        self._left = MAX_STEPS_OF_ACCOUNT

    def spend(self, steps: int) -> None:
        """Take off what something has cost."""
        self._left -= steps

    @property
    def is_spent(self) -> bool:
        """Whether nothing more is to be examined."""
        return self._left < 0
