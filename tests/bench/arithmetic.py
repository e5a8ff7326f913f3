# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arithmetic for 10,000 accounts, from what was measured: a section of docs/fleet.md between two marks."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

PAGE = Path(__file__).parents[2] / "docs" / "fleet.md"
BEGIN, END = "<!-- begin: written by make bench -->", "<!-- end: written by make bench -->"
OURS = "ours, in the worker"
FLEET = 10_000
ROUND_TRIPS = 22  # 12 calls, and two round trips to open each of five connections
NODES = ((2, 5), (2, 12), (2, 24), (8, 48))  # cores and forks
SLICES = 10


class Measured(Protocol):
    """A median of the audit."""

    contestant: str
    controls: int
    size: int
    cpu: float
    memory: float


def write(audits: Sequence[Measured], path: Path = PAGE) -> None:
    """Write the section anew, and leave what is written by hand around it."""
    before, _begin, rest = path.read_text().partition(BEGIN)
    _old, _end, after = rest.partition(END)
    path.write_text(before + section(audits) + after)


def section(audits: Sequence[Measured]) -> str:
    """Return the section with its marks."""
    return "\n".join([BEGIN, *_lines(audits), END])


def _lines(audits: Sequence[Measured]) -> Iterator[str]:
    ours = [one for one in audits if one.contestant == OURS and one.size > 1]
    largest = {one.controls: one for one in sorted(ours, key=lambda one: one.size)}
    for controls, one in sorted(largest.items()):
        yield (
            f"- C with {_controls(controls)} is {one.cpu:.2f} s, TLS included, as measured with {one.size:,} accounts\n"
            "  ([bench/results.md](bench/results.md))."
        )
    near, far = (ROUND_TRIPS * seconds for seconds in (0.02, 0.1))
    yield (
        f"- L is some {ROUND_TRIPS} round trips: {near:.1f} s in a region that is 20 ms away, {far:.1f} s in one\n"
        "  that is 100 ms away."
    )
    yield ""
    yield f"| controls | k cores | n forks | 20 ms away | 100 ms away | {FLEET:,}, 20 ms | {FLEET:,}, 100 ms |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for controls, one in sorted(largest.items()):
        for cores, forks in NODES:
            rates = [min(forks / (one.cpu + wait), cores / one.cpu) for wait in (near, far)]
            said = [*(f"{rate:.1f} a second" for rate in rates), *(f"{FLEET / rate / 60:.0f} min" for rate in rates)]
            yield f"| {controls} | {cores} | {forks} | {' | '.join(said)} |"
    yield ""
    for controls in sorted(largest):
        of_one = [one for one in ours if one.controls == controls]
        if len(of_one) < 2:
            continue  # nothing is known of how it grows
        start, each = _memory(of_one)
        whole, slice_of_it = (start + each * FLEET) / 1024, start + each * FLEET / SLICES
        yield (
            f"Memory with {_controls(controls)}: the controller takes {start:.0f} MiB, and {each:.2f} MiB more for\n"
            f"each account whose result it holds, so about {whole:.1f} GiB at {FLEET:,} accounts; each of {SLICES}\n"
            f"slices {slice_of_it:.0f} MiB.\n"
        )


def _controls(number: int) -> str:
    return "one control" if number == 1 else f"{number} controls"


def _memory(of_one: Sequence[Measured]) -> tuple[float, float]:
    """Fit memory in MiB = start + an account's * n; return both."""
    each, start = statistics.linear_regression([one.size for one in of_one], [one.memory for one in of_one])
    return start, each
