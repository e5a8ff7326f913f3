# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict by several benchmarks, of which the worst counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from .._account.observation import Observation
from .._controls import Control
from .._controls.proofs import Budget
from .paths import STALE_AFTER
from .verdict import VERDICTS, Verdict, judge


def having(control: Control, benchmarks: Iterable[str]) -> list[str]:
    """Return those of the benchmarks that have the control."""
    return [benchmark for benchmark in benchmarks if benchmark in control.ids]


def judge_by_all(
    observation: Observation,
    control: Control,
    benchmarks: Sequence[str],
    stale_after: timedelta = STALE_AFTER,
    budget: Budget | None = None,
) -> Verdict:
    """The worst verdict on the control by those of the benchmarks that have it; its reason names the benchmark.

    Raises ValueError if none has it.
    """
    verdicts = [judge(observation, control, one, stale_after, budget) for one in having(control, benchmarks)]
    worst = max(verdicts, key=lambda one: VERDICTS.index(one.verdict))
    if len(verdicts) == 1:
        return worst
    differing = {one.verdict for one in verdicts} != {worst.verdict}
    reason = f"By {worst.benchmark}: {worst.reason}" if differing else worst.reason
    return replace(worst, benchmark=", ".join(one.benchmark for one in verdicts), reason=reason)
