# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a text does for the cases of controls, as far as it may cost. Pure.

Anybody can put a pattern into a log group that costs more to prove than all others together. So each text has a budget
for a control, and so have all filters of an account (`paths.py`). It is spent on steps of proofs, which depend on the
questions alone, so that the verdict does not depend on how fast a machine is, or on what it has proven already.
"""

from __future__ import annotations

from .. import coverage
from .._controls import Case

# A million steps take half a second or so. All nineteen texts that we install need 250,000 together for a control,
# where they are not known beforehand.
MAX_STEPS_OF_TEXT = 2_000_000
MAX_STEPS_OF_ACCOUNT = 3_000_000

TOO_COSTLY = "this audit would take too long to evaluate the pattern"


class TooCostly(Exception):
    """The proofs of a text are beyond its budget."""


class Proofs:
    """The answers about one text, each asked for once. Raises FilterPatternError, as coverage does, and TooCostly."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = 0
        self._answers: dict[str, coverage.Coverage] = {}

    def of(self, case: Case) -> coverage.Coverage:
        """How far the text catches the case."""
        if case.pattern not in self._answers:
            if self.steps > MAX_STEPS_OF_TEXT:
                raise TooCostly(self.text)
            answer = coverage.covers(self.text, case.pattern)
            self.steps += answer.steps
            self._answers[case.pattern] = answer
        return self._answers[case.pattern]


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
