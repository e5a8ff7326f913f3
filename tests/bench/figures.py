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
import plot
from measure import Cost

FOLDER = Path(__file__).parents[2] / "docs" / "bench"
JOBS = ("audit", "first rollout", "steady state")
HEAD = "| | controls | CPU s an account | ratio | wall s an account | MiB | calls an account | rounds |"


@dataclass(frozen=True)
class Sample:
    """One measurement."""

    job: str
    contestant: str
    controls: int
    size: int
    cost: Cost


@dataclass(frozen=True)
class Median:
    """The median of the rounds, for one account."""

    job: str
    size: int
    contestant: str
    controls: int
    cpu: float
    wall: float
    memory: float
    calls: float
    sandbox_cpu: float
    rounds: int
    day: str


def medians(samples: Sequence[Sample]) -> list[Median]:
    """Return the medians in the order in which the contestants were first measured."""
    groups: dict[tuple[str, int, str, int], list[Cost]] = {}
    for sample in samples:
        groups.setdefault((sample.job, sample.size, sample.contestant, sample.controls), []).append(sample.cost)
    return [
        Median(
            job,
            size,
            contestant,
            controls,
            cpu=statistics.median(cost.cpu / size for cost in costs),
            wall=statistics.median(cost.wall / size for cost in costs),
            memory=statistics.median(cost.memory for cost in costs),
            calls=statistics.median(cost.calls / size for cost in costs),
            sandbox_cpu=statistics.median(cost.sandbox_cpu / size for cost in costs),
            rounds=len(costs),
            day=time.strftime("%Y-%m-%d"),
        )
        for (job, size, contestant, controls), costs in groups.items()
    ]


def write(samples: Sequence[Sample]) -> str:
    """Write results.json and what follows from it: results.md, cost.svg, docs/fleet.md. Returns the page."""
    found = medians(samples)
    again = {(one.job, one.size) for one in found}
    found += [one for one in written() if (one.job, one.size) not in again and machine_written() == machine()]
    found.sort(key=lambda one: (JOBS.index(one.job), one.size, one.controls))
    FOLDER.mkdir(parents=True, exist_ok=True)
    results = {"machine": machine(), "medians": [asdict(one) for one in found]}
    (FOLDER / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    text = page(found, machine())
    (FOLDER / "results.md").write_text(text)
    (FOLDER / "cost.svg").write_text(plot.svg([one for one in found if one.job == "audit" and one.size > 1]))
    arithmetic.write([one for one in found if one.job == "audit"])
    return text


def written() -> list[Median]:
    """Return what results.json has."""
    return [Median(**one) for one in _results()["medians"]]


def machine_written() -> str:
    """Return the machine that results.json is of."""
    return str(_results()["machine"])


def _results() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((FOLDER / "results.json").read_text())
    except FileNotFoundError:
        return {"machine": "", "medians": []}
    return found


def machine() -> str:
    """Describe the machine."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "CPU")
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}"


def page(found: Sequence[Median], of_machine: str) -> str:
    """Return results.md."""
    return "\n".join(_page(found, of_machine)) + "\n"


def _page(found: Sequence[Median], of_machine: str) -> Iterator[str]:
    yield "# Cost of an account (CPU)\n"
    yield f"Medians of the rounds in the last column, by `make bench` on {of_machine}."
    yield "Each table was measured in one run, over TLS unless stated otherwise, with a CA bundle of"
    yield "ordinary size, and without the sandbox's CPU. Ratios are to the first row with as many controls.\n"
    for job, size in dict.fromkeys((one.job, one.size) for one in found):
        yield from _table([one for one in found if (one.job, one.size) == (job, size)])
    yield from _growth([one for one in found if one.job == "audit" and one.size > 1])


def _table(side_by_side: Sequence[Median]) -> Iterator[str]:
    first = side_by_side[0]
    accounts = "1 account" if first.size == 1 else f"{first.size:,} accounts"
    yield f"## {first.job.capitalize()}, {accounts}\n"
    yield f"On {first.day}.\n"
    yield HEAD
    yield "|---|" + "---:|" * (HEAD.count("|") - 2)
    ours: dict[int, float] = {}
    for one in side_by_side:
        ratio = one.cpu / ours.setdefault(one.controls, one.cpu)
        yield (
            f"| {one.contestant} | {one.controls} | {one.cpu:.3f} | {ratio:.2f} | {one.wall:.3f} "
            f"| {one.memory:.0f} | {one.calls:.0f} | {one.rounds} |"
        )
    if len(ours) > 1:
        few, many = sorted(ours)
        yield f"\nFor {many} controls {first.contestant} takes {ours[many] / ours[few]:.2f} times the CPU of {few}."
    yield ""


def _growth(audits: Iterable[Median]) -> Iterator[str]:
    """Fit CPU an account = an account + start / n, for the contestants with three sizes or more."""
    yield "## How the audit's cost grows\n"
    yield "The CPU of a run's start and of each account, fitted to the CPU per account at each size."
    yield "The sizes are measured at different times, so a varying speed of the machine shows in the deviation.\n"
    yield "| | controls | start, s | an account, s | largest deviation |"
    yield "|---|---:|---:|---:|---:|"
    by_contestant: dict[tuple[str, int], list[Median]] = {}
    for one in audits:
        by_contestant.setdefault((one.contestant, one.controls), []).append(one)
    for (contestant, controls), of_one in by_contestant.items():
        if len(of_one) < 3:
            continue
        start, each = statistics.linear_regression([1 / one.size for one in of_one], [one.cpu for one in of_one])
        worst = max(abs(each + start / one.size - one.cpu) / one.cpu for one in of_one)
        yield f"| {contestant} | {controls} | {start:.2f} | {each:.4f} | {worst:.0%} |"
