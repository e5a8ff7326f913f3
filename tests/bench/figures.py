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
from typing import Any

import arithmetic
import bars
import plot
from bars import Row
from contestants import AUDIT, JOBS
from measure import Cost

FOLDER = Path(__file__).parents[2] / "docs" / "bench"
HEAD = (
    "| | controls | filters' texts | CPU s an account | ratio | wall s an account | MiB | calls an account | rounds |"
)


@dataclass(frozen=True)
class Sample:
    """One measurement, or why there is none."""

    row: Row
    accounts: int
    cost: Cost | None
    failure: str = ""


@dataclass(frozen=True)
class Median:
    """The median of the rounds, for one account."""

    job: str
    size: int
    contestant: str
    controls: int
    texts: str
    cpu: float
    wall: float
    memory: float
    calls: float
    sandbox_cpu: float
    rounds: int
    day: str

    @property
    def row(self) -> Row:
        """What it is the median of."""
        return Row(self.job, self.size, self.contestant, self.controls, self.texts)


@dataclass(frozen=True)
class Results:
    """What results.json has: the medians, and a sentence about each contestant that did not do its job, by table."""

    machine: str
    medians: Sequence[Median]
    failures: Sequence[tuple[str, int, str]]


def medians(samples: Sequence[Sample]) -> list[Median]:
    """Return the medians in the order in which the contestants were first measured."""
    groups: dict[tuple[Row, int], list[Cost]] = {}
    for sample in samples:
        if sample.cost:
            groups.setdefault((sample.row, sample.accounts), []).append(sample.cost)
    return [
        Median(
            **row._asdict(),
            cpu=statistics.median(cost.cpu / accounts for cost in costs),
            wall=statistics.median(cost.wall / accounts for cost in costs),
            memory=statistics.median(cost.memory for cost in costs),
            calls=statistics.median(cost.calls / accounts for cost in costs),
            sandbox_cpu=statistics.median(cost.sandbox_cpu / accounts for cost in costs),
            rounds=len(costs),
            day=time.strftime("%Y-%m-%d"),
        )
        for (row, accounts), costs in groups.items()
    ]


def failures(samples: Sequence[Sample]) -> list[tuple[str, int, str]]:
    """Return the table and a sentence for each measurement that failed."""
    return [
        (sample.row.job, sample.row.size, f"{sample.row}: {sample.failure}") for sample in samples if sample.failure
    ]


def write(samples: Sequence[Sample]) -> str:
    """Write results.json and what follows from it: results.md, cost.svg, docs/fleet.md. Returns the page."""
    before, found, failed = written(), medians(samples), failures(samples)
    if before.machine == machine():
        again = {(sample.row.job, sample.row.size) for sample in samples}
        found += [one for one in before.medians if (one.job, one.size) not in again]
        failed += [one for one in before.failures if (one[0], one[1]) not in again]
    found.sort(key=lambda one: (JOBS.index(one.job), one.size))
    results = Results(machine(), found, failed)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "results.json").write_text(json.dumps(asdict(results), indent=1) + "\n")
    text = page(results)
    (FOLDER / "results.md").write_text(text)
    audits = [one for one in found if one.job == AUDIT.job]
    (FOLDER / "cost.svg").write_text(plot.svg(audits))
    arithmetic.write(audits)
    return text


def written() -> Results:
    """Return what results.json has."""
    try:
        found: dict[str, Any] = json.loads((FOLDER / "results.json").read_text())
    except FileNotFoundError:
        return Results("", [], [])
    failures = [tuple(failure) for failure in found["failures"]]
    return Results(found["machine"], [Median(**one) for one in found["medians"]], failures)


def machine() -> str:
    """Describe the machine."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "CPU")
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}"


def page(results: Results) -> str:
    """Return results.md."""
    return "\n".join(_page(results)) + "\n"


def _page(results: Results) -> Iterator[str]:
    yield "# Cost of an account (CPU)\n"
    yield f"Medians of the rounds in the last column, by `make bench` on {results.machine}."
    yield "Each table was measured in one run, its rows in turn, over TLS unless stated otherwise, without the CPU"
    yield "of the sandbox that answers. Ratios are to the first row. [README.md](README.md) describes what each row"
    yield "does, and how to repeat it. The last table compares the figures with the targets.\n"
    for job, size in dict.fromkeys((one.job, one.size) for one in results.medians):
        yield from _table([one for one in results.medians if (one.job, one.size) == (job, size)])
        yield from (f"Failed: {why}\n" for *table, why in results.failures if table == [job, size])
    yield from _growth([one for one in results.medians if one.job == AUDIT.job])
    yield from bars.table({one.row: one for one in results.medians}, bars.baseline())


def _table(side_by_side: Sequence[Median]) -> Iterator[str]:
    first = side_by_side[0]
    accounts = "1 account" if first.size == 1 else f"{first.size:,} accounts"
    yield f"## {first.job.capitalize()}: {accounts}\n"
    yield f"On {first.day}.\n"
    yield HEAD
    yield "|---|---:|---|" + "---:|" * (HEAD.count("|") - 4)
    for one in side_by_side:
        yield (
            f"| {one.contestant} | {one.controls} | {one.texts} | {one.cpu:.3f} | {one.cpu / first.cpu:.2f} "
            f"| {one.wall:.3f} | {one.memory:.0f} | {one.calls:.0f} | {one.rounds} |"
        )
    yield ""


def _growth(audits: Iterable[Median]) -> Iterator[str]:
    """Fit CPU an account = an account + start / n, for the contestants with three sizes or more."""
    yield "## How the audit's cost grows\n"
    yield "The CPU of a run's start and of each account, fitted to the CPU per account at each size."
    yield "The sizes are measured at different times, so a varying speed of the machine shows in the deviation.\n"
    yield "| | controls | filters' texts | start, s | an account, s | largest deviation |"
    yield "|---|---:|---|---:|---:|---:|"
    by_contestant: dict[tuple[str, int, str], list[Median]] = {}
    for one in audits:
        by_contestant.setdefault((one.contestant, one.controls, one.texts), []).append(one)
    for (contestant, controls, texts), of_one in by_contestant.items():
        if len(of_one) < 3:
            continue
        start, each = statistics.linear_regression([1 / one.size for one in of_one], [one.cpu for one in of_one])
        worst = max(abs(each + start / one.size - one.cpu) / one.cpu for one in of_one)
        yield f"| {contestant} | {controls} | {texts} | {start:.2f} | {each:.4f} | {worst:.0%} |"
    yield ""
