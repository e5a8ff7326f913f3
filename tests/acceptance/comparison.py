# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what AWS said of filter patterns with what we say: a table for people, and a file that can be sent to us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asking import Answer
from questions import MATCH, NO_MATCH, REJECTED_WORD, Expectation, Question

_LONGEST = 100  # characters of a message in the table; the file has all


@dataclass(frozen=True)
class Comparison:
    """What we say of a pattern and a message, beside what AWS said."""

    pattern: str
    expectation: Expectation
    answer: str
    rejected: str  # AWS's words

    @property
    def agrees(self) -> bool:
        """Whether AWS says what we say."""
        return self.answer == self.expectation.says


def compared(answers: Mapping[Question, Answer]) -> list[Comparison]:
    """Return a comparison for each expectation."""
    return [
        Comparison(question.pattern, expectation, answer.says(number), answer.rejected)
        for question, answer in answers.items()
        for number, expectation in enumerate(question.expectations, start=1)
    ]


def table(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Yield the lines of the table, and every difference."""
    yield f"{'Filter patterns: we say that it':34}{'':12}{'AWS agrees':>12}{'AWS differs':>13}"
    for says in (MATCH, NO_MATCH, REJECTED_WORD):
        for is_inferred in (False, True):
            of_kind = [
                one for one in comparisons if (one.expectation.says, one.expectation.is_inferred) == (says, is_inferred)
            ]
            agreeing = sum(one.agrees for one in of_kind)
            kind = "inferred" if is_inferred else "established"
            yield f"  {says:32}{kind:12}{agreeing:12}{len(of_kind) - agreeing:13}"
    for one in comparisons:
        if not one.agrees:
            yield from _difference(one)


def _difference(one: Comparison) -> Iterator[str]:
    expectation = one.expectation
    inferred = ", which we only infer" if expectation.is_inferred else ""
    yield f"DIFFERS: {one.pattern}"
    if expectation.message is not None:
        yield f"  message:  {_short(expectation.message)}"
    yield f"  we say:   {expectation.says}{inferred} ({expectation.source})"
    yield f"  AWS says: {one.answer}" + (f" ({one.rejected})" if one.rejected else "")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 4] + " ..."


def entries(comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    """Return all comparisons for the file: our vectors and AWS's words on them, nothing of the account."""
    return [
        {
            "pattern": one.pattern,
            "message": one.expectation.message,
            "we_say": one.expectation.says,
            "inferred": one.expectation.is_inferred,
            "source": one.expectation.source,
            "aws_says": one.answer,
            "rejected_with": one.rejected,
            "agrees": one.agrees,
        }
        for one in comparisons
    ]
