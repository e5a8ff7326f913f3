# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of a run: medians, ratios and growth, as JSON, as a table, and as a plot. Written to docs/bench/."""

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
    contestant: str
    size: int
    cpu: float
    wall: float
    memory: float
    calls: float
    sandbox_cpu: float
    rounds: int


def medians(samples: Sequence[Sample]) -> list[Median]:
    """Return the medians in the order in which the contestants were first measured."""
    groups: dict[tuple[str, str, int], list[Cost]] = {}
    for sample in samples:
        groups.setdefault((sample.job, sample.contestant, sample.size), []).append(sample.cost)
    return [
        Median(
            job,
            contestant,
            size,
            cpu=statistics.median(cost.cpu / size for cost in costs),
            wall=statistics.median(cost.wall / size for cost in costs),
            memory=statistics.median(cost.memory for cost in costs),
            calls=statistics.median(cost.calls / size for cost in costs),
            sandbox_cpu=statistics.median(cost.sandbox_cpu / size for cost in costs),
            rounds=len(costs),
        )
        for (job, contestant, size), costs in groups.items()
    ]


def write(samples: Sequence[Sample]) -> str:
    """Write results.json, results.md and cost.svg. Returns the page."""
    found = medians(samples)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "results.json").write_text(
        json.dumps({"machine": machine(), "medians": [asdict(one) for one in found]}, indent=1) + "\n"
    )
    text = "\n".join(_page(found)) + "\n"
    (FOLDER / "results.md").write_text(text)
    (FOLDER / "cost.svg").write_text(plot.svg([one for one in found if one.job == "audit"]))
    return text


def machine() -> str:
    """Describe the machine and the day."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "CPU")
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"


def _page(found: Sequence[Median]) -> Iterator[str]:
    yield "# What an account costs\n"
    yield f"Medians of the rounds that the last column tells, in one run of `make bench` on {machine()}."
    yield "The sandbox's own CPU is not in them.\n"
    for job in dict.fromkeys(one.job for one in found):
        of_job = [one for one in found if one.job == job]
        yield f"## {job.capitalize()}\n"
        yield "| accounts | | CPU s an account | ratio | wall s an account | MiB | calls an account | rounds |"
        yield "|---:|---|---:|---:|---:|---:|---:|---:|"
        for size in dict.fromkeys(one.size for one in of_job):
            of_size = [one for one in of_job if one.size == size]
            ours = of_size[0].cpu
            for one in of_size:
                yield (
                    f"| {size} | {one.contestant} | {one.cpu:.3f} | {one.cpu / ours:.1f} | {one.wall:.3f} "
                    f"| {one.memory:.0f} | {one.calls:.0f} | {one.rounds} |"
                )
        yield ""
    yield from _growth([one for one in found if one.job == "audit"])


def _growth(audits: Iterable[Median]) -> Iterator[str]:
    """Fit total CPU = start + n * an account, for the contestants with three sizes or more."""
    yield "## How the audit's cost grows\n"
    yield "A line fitted to the total CPU of each size.\n"
    yield "| | start, s | an account, s | largest deviation |"
    yield "|---|---:|---:|---:|"
    by_contestant: dict[str, list[Median]] = {}
    for one in audits:
        by_contestant.setdefault(one.contestant, []).append(one)
    for contestant, of_one in by_contestant.items():
        sizes, totals = [one.size for one in of_one], [one.cpu * one.size for one in of_one]
        if len(sizes) < 3:
            continue
        slope, start = statistics.linear_regression(sizes, totals)
        worst = max(abs(start + slope * size - total) / total for size, total in zip(sizes, totals, strict=True))
        yield f"| {contestant} | {start:.2f} | {slope:.4f} | {worst:.0%} |"
