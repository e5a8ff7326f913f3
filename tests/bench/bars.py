# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bars: what a job may cost, compared with another row of the same table, and memory with an earlier commit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from contestants import (
    AUDIT,
    CLI,
    FLOOR,
    HTTP,
    ONE_TRAIL,
    OURS,
    PROWLER,
    REMEDIATE,
    ROLE,
    ROLLOUT,
    STEADY_STATE,
)
from texts import OWN, PRESCRIBED, SPELLED

BASELINE = Path(__file__).parents[2] / "docs" / "bench" / "baseline.json"


class Row(NamedTuple):
    """A row of a table."""

    job: str
    size: int
    contestant: str
    controls: int
    texts: str = PRESCRIBED

    def __str__(self) -> str:
        return f"{self.contestant} ({self.controls}, {self.texts})"


class Measured(Protocol):
    """A median."""

    cpu: float
    memory: float


class Bar(NamedTuple):
    """The CPU of a row, at most so many times that of another one."""

    name: str
    asked: float
    row: Row
    other: Row


def _audit(size: int, contestant: str, texts: str = PRESCRIBED, controls: int = 15) -> Row:
    return Row(AUDIT.job, size, contestant, controls, texts)


def _own(texts: str) -> tuple[Bar, Bar]:
    ours = _audit(100, OURS, texts)
    return (
        Bar(f"15 controls, texts {texts}, 100 accounts: to the loop", 1.0, ours, _audit(100, FLOOR)),
        Bar(f"15 controls, texts {texts}, 100 accounts: to prescribed texts", 1.1, ours, _audit(100, OURS)),
    )


def _rollout(size: int, asked: float) -> tuple[Bar, Bar]:
    role, cli = (Row(ROLLOUT.job, size, *one) for one in ((ROLE, 15), (CLI, 1)))
    again, audit = (Row(STEADY_STATE, size, one, 15) for one in (ROLE, OURS))
    return (
        Bar(f"First rollout of 15 controls, {size} accounts: to the AWS CLI's one control", asked, role, cli),
        Bar(f"Steady state of 15 controls, {size} accounts: to their audit", 1.3, again, audit),
    )


BARS = (
    *_own(OWN),
    *_own(SPELLED),
    Bar("15 controls, prescribed texts, 100 accounts: to the loop", 1.0, _audit(100, OURS), _audit(100, FLOOR)),
    Bar("15 controls, 100 accounts: to 1 control", 1.3, _audit(100, OURS), _audit(100, OURS, controls=1)),
    *_rollout(5, 0.7),
    *_rollout(50, 0.5),
    *(
        Bar(f"HTTP, {controls} control{'s' * (controls > 1)}, 200 accounts: to the loop over HTTP", 2.0, ours, loop)
        for controls in (1, 15)
        for ours, loop in [[Row(HTTP.job, 200, one, controls) for one in (OURS, FLOOR)]]
    ),
    Bar("15 controls, 1 account: to prowler", 1.0, _audit(1, OURS), _audit(1, PROWLER)),
    Bar(
        "Organization of 50 accounts: remediate to audit",
        1.0,
        *(Row(ONE_TRAIL.job, 50, one, 15) for one in (REMEDIATE, OURS)),
    ),
)


def table(found: Mapping[Row, Measured], before: Mapping[Row, float]) -> Iterator[str]:
    """Yield the table of the bars. `before` has the memory of an earlier commit."""
    yield "## Targets\n"
    yield "CPU as a ratio. For memory, the row that grew most since [baseline.json](baseline.json).\n"
    yield "| | target: at most | measured | |"
    yield "|---|---:|---:|---|"
    for target in BARS:
        ours, other = found.get(target.row), found.get(target.other)
        yield _line(target.name, target.asked, ours.cpu / other.cpu if ours and other else None)
    grown = {row: found[row].memory / before[row] for row in found if row in before}
    worst = max(grown, key=lambda row: grown[row], default=None)
    of_row = f" ({worst.job}, {worst.size}: {worst})" if worst else ""
    yield _line(f"Memory: to the baseline{of_row}", 1.0, grown[worst] if worst else None)


def _line(name: str, asked: float, measured: float | None) -> str:
    if measured is None:
        return f"| {name} | {asked:.2f} | not measured | |"
    return f"| {name} | {asked:.2f} | {measured:.2f} | {'met' if round(measured, 2) <= asked else '**missed**'} |"


def baseline() -> dict[Row, float]:
    """Return the memory of an earlier commit in MiB, by row."""
    rows = json.loads(BASELINE.read_text())["rows"]
    return {Row(**{name: one[name] for name in Row._fields}): one["memory"] for one in rows}
