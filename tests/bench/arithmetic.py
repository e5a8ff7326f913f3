# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arithmetic for 10,000 accounts, from what was measured: a section of docs/fleet.md between two marks."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from texts import PRESCRIBED

PAGE = Path(__file__).parents[2] / "docs" / "fleet.md"
BEGIN, END = "<!-- begin: written by make bench -->", "<!-- end: written by make bench -->"
OURS = "ours, in the worker"
FLEET = 10_000
ROUND_TRIPS = 25  # 13 calls, and two round trips to open each of six connections
NODES = ((2, 5), (2, 12), (2, 24), (8, 48))  # cores and forks
SLICES = 10


class Measured(Protocol):
    """A median of the audit."""

    contestant: str
    controls: int
    texts: str
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
    ours = sorted((one for one in audits if one.contestant == OURS and one.size > 1), key=lambda one: one.size)
    prescribed = [one for one in ours if one.texts == PRESCRIBED]
    yield from _costs({(one.controls, one.texts): one for one in ours}.values())
    yield from _nodes(sorted({one.controls: one for one in prescribed}.items()))
    for controls in sorted({one.controls for one in prescribed}):
        yield from _memory(controls, [one for one in prescribed if one.controls == controls])


def _costs(largest: Iterable[Measured]) -> Iterator[str]:
    yield "C, TLS included, as measured at the largest size ([bench/results.md](bench/results.md)):\n"
    yield "| controls | filters' texts | accounts | C |"
    yield "|---:|---|---:|---:|"
    for one in largest:
        yield f"| {one.controls} | {one.texts} | {one.size:,} | {one.cpu:.2f} s |"


def _nodes(prescribed: Iterable[tuple[int, Measured]]) -> Iterator[str]:
    near, far = (ROUND_TRIPS * seconds for seconds in (0.02, 0.1))
    yield f"\nL is some {ROUND_TRIPS} round trips: {near:.1f} s in a region that is 20 ms away, {far:.1f} s in one that"
    yield "is 100 ms away. With prescribed texts:\n"
    yield f"| controls | k cores | n forks | 20 ms away | 100 ms away | {FLEET:,}, 20 ms | {FLEET:,}, 100 ms |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for controls, one in prescribed:
        for cores, forks in NODES:
            rates = [min(forks / (one.cpu + wait), cores / one.cpu) for wait in (near, far)]
            said = [*(f"{rate:.1f} a second" for rate in rates), *(f"{FLEET / rate / 60:.0f} min" for rate in rates)]
            yield f"| {controls} | {cores} | {forks} | {' | '.join(said)} |"
    yield ""


def _memory(controls: int, of_one: Sequence[Measured]) -> Iterator[str]:
    """Fit memory in MiB = start + an account's * n, if there are sizes enough to know how it grows."""
    if len(of_one) < 2:
        return
    each, start = statistics.linear_regression([one.size for one in of_one], [one.memory for one in of_one])
    whole, slice_of_it = (start + each * FLEET) / 1024, start + each * FLEET / SLICES
    named = "one control" if controls == 1 else f"{controls} controls"
    yield f"Memory with {named}: the controller takes {start:.0f} MiB, and {each:.2f} MiB more for"
    yield f"each account whose result it holds, so about {whole:.1f} GiB at {FLEET:,} accounts; each of {SLICES}"
    yield f"slices {slice_of_it:.0f} MiB.\n"
