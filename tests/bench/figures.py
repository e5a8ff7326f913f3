# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures: medians, ratios and growth, as JSON, as tables, and as a plot. Written to docs/bench/.

What is compared is measured side by side: a job at a size, by each contestant. Measuring that again replaces it as a
whole and leaves the other jobs and sizes, unless they are of another machine.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import plot
from measure import Cost

FOLDER = Path(__file__).parents[2] / "docs" / "bench"
JOBS = ("audit", "first rollout", "steady state")


@dataclass(frozen=True)
class Sample:
    """One measurement."""

    job: str
    contestant: str
    size: int
    cost: Cost


@dataclass(frozen=True)
class Median:
    """The median of the rounds, for one account."""

    job: str
    size: int
    contestant: str
    cpu: float
    wall: float
    memory: float
    calls: float
    sandbox_cpu: float
    rounds: int
    day: str


def medians(samples: Sequence[Sample]) -> list[Median]:
    """Return the medians in the order in which the contestants were first measured."""
    groups: dict[tuple[str, int, str], list[Cost]] = {}
    for sample in samples:
        groups.setdefault((sample.job, sample.size, sample.contestant), []).append(sample.cost)
    return [
        Median(
            job,
            size,
            contestant,
            cpu=statistics.median(cost.cpu / size for cost in costs),
            wall=statistics.median(cost.wall / size for cost in costs),
            memory=statistics.median(cost.memory for cost in costs),
            calls=statistics.median(cost.calls / size for cost in costs),
            sandbox_cpu=statistics.median(cost.sandbox_cpu / size for cost in costs),
            rounds=len(costs),
            day=time.strftime("%Y-%m-%d"),
        )
        for (job, size, contestant), costs in groups.items()
    ]


def write(samples: Sequence[Sample]) -> str:
    """Write results.json, results.md and cost.svg. Returns the page."""
    found = medians(samples)
    again = {(one.job, one.size) for one in found}
    found += [one for one in _written() if (one.job, one.size) not in again]
    found.sort(key=lambda one: (JOBS.index(one.job), one.size))
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "results.json").write_text(
        json.dumps({"machine": machine(), "medians": [asdict(one) for one in found]}, indent=1) + "\n"
    )
    text = "\n".join(_page(found)) + "\n"
    (FOLDER / "results.md").write_text(text)
    (FOLDER / "cost.svg").write_text(plot.svg([one for one in found if one.job == "audit"]))
    return text


def _written() -> list[Median]:
    """Return what was measured before on this machine."""
    try:
        results = json.loads((FOLDER / "results.json").read_text())
    except FileNotFoundError:
        return []
    return [Median(**one) for one in results["medians"]] if results["machine"] == machine() else []


def machine() -> str:
    """Describe the machine."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "CPU")
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}"


def _page(found: Sequence[Median]) -> Iterator[str]:
    yield "# What an account costs\n"
    yield f"Medians of the rounds that the last column tells, by `make bench` on {machine()}."
    yield "Each table was measured side by side, in one run. The sandbox's own CPU is not in it.\n"
    for job, size in dict.fromkeys((one.job, one.size) for one in found):
        side_by_side = [one for one in found if (one.job, one.size) == (job, size)]
        yield f"## {job.capitalize()}, {size:,} accounts\n"
        yield f"On {side_by_side[0].day}.\n"
        yield "| | CPU s an account | ratio | wall s an account | MiB | calls an account | rounds |"
        yield "|---|---:|---:|---:|---:|---:|---:|"
        ours = side_by_side[0].cpu
        for one in side_by_side:
            yield (
                f"| {one.contestant} | {one.cpu:.3f} | {one.cpu / ours:.1f} | {one.wall:.3f} "
                f"| {one.memory:.0f} | {one.calls:.0f} | {one.rounds} |"
            )
        yield ""
    yield from _growth([one for one in found if one.job == "audit"])


def _growth(audits: Iterable[Median]) -> Iterator[str]:
    """Fit CPU an account = an account + start / n, for the contestants with three sizes or more."""
    yield "## How the audit's cost grows\n"
    yield "What a run costs to start and what each account adds, fitted to the CPU an account at each size."
    yield "The sizes are measured at different times, so a machine whose speed varies shows in the deviation.\n"
    yield "| | start, s | an account, s | largest deviation |"
    yield "|---|---:|---:|---:|"
    by_contestant: dict[str, list[Median]] = {}
    for one in audits:
        by_contestant.setdefault(one.contestant, []).append(one)
    for contestant, of_one in by_contestant.items():
        if len(of_one) < 3:
            continue
        start, each = statistics.linear_regression([1 / one.size for one in of_one], [one.cpu for one in of_one])
        worst = max(abs(each + start / one.size - one.cpu) / one.cpu for one in of_one)
        yield f"| {contestant} | {start:.2f} | {each:.4f} | {worst:.0%} |"
