# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of an account's drill, for all of its controls. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .result import ELSEWHERE, FAIL, FAILED, NOT_CHECKED, NOT_DRILLED, PASS, PASSED, PLANNED, Drill, Leg

_LEGS = ("pattern", "record", "metric", "alarm", "action", "message", "return")
_WORST_FIRST = (FAILED, NOT_DRILLED, PLANNED, PASSED, ELSEWHERE)


@dataclass
class AccountDrill:
    """The result of all controls of a drill. Filled while the drill runs."""

    when: datetime
    depth: str
    account: str
    announcement: tuple[str, ...]
    drills: Sequence[Drill]
    leftovers: list[str] = field(default_factory=list)  # of an earlier drill, removed
    in_use: list[str] = field(default_factory=list)  # of other drills, which may still run
    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # what could not be removed, and why

    @property
    def outcome(self) -> str:
        """The worst outcome of the controls. Failed if something could not be removed."""
        if self.left:
            return FAILED
        return min((drill.outcome for drill in self.drills), key=_WORST_FIRST.index)

    @property
    def summary(self) -> str:
        """The result in one or more sentences. For several controls, the counts and the faults."""
        left = [f"Could not remove {one}" for one in self.left]
        alone = len(self.drills) == 1
        said = [self.drills[0].summary] if alone else [_counted(self.drills), *_said_of(self.drills)]
        return f"Account {self.account}: {' '.join([*said, *left])}"

    def as_dict(self) -> dict[str, Any]:
        """The value of `drill` in the module's result."""
        return {
            "when": f"{self.when:%Y-%m-%dT%H:%M:%SZ}",
            "depth": self.depth,
            "outcome": self.outcome,
            "account": self.account,
            "summary": self.summary,
            "announcement": list(self.announcement),
            "legs": [leg.as_dict() for leg in _legs(self.drills)],
            "pattern": _pattern(self.drills),
            "subscribers": _distinct(one for drill in self.drills for one in drill.subscribers),
            "message": next((drill.message for drill in self.drills if drill.message), None),
            "controls": [drill.as_dict() for drill in self.drills],
            "leftovers_removed": list(self.leftovers),
            "in_use": list(self.in_use),
            "removed": list(self.removed),
            "left": list(self.left),
        }


def _counted(drills: Sequence[Drill]) -> str:
    counts = Counter(drill.outcome for drill in drills)
    each = ", ".join(f"{counts[outcome]} {outcome.replace('_', ' ')}" for outcome in _WORST_FIRST if counts[outcome])
    return f"{len(drills)} controls: {each}."


def _said_of(drills: Iterable[Drill]) -> Iterator[str]:
    """What went wrong or should be tested elsewhere; controls with the same obstacle in one sentence."""
    by_summary: dict[str, list[str]] = {}
    for drill in drills:
        if drill.outcome in (FAILED, NOT_DRILLED, ELSEWHERE):
            by_summary.setdefault(drill.summary, []).append(drill.control)
    return (f"{', '.join(controls)}: {summary}" for summary, controls in by_summary.items())


def _legs(drills: Sequence[Drill]) -> Iterator[Leg]:
    """Each leg once: as bad as it was for any control, and as late."""
    if len(drills) == 1:
        yield from drills[0].legs
        return
    for name in _LEGS:
        found = [(drill.control, leg) for drill in drills for leg in drill.legs if leg.leg == name]
        for status in (FAIL, NOT_CHECKED, PASS):
            if having := [(control, leg) for control, leg in found if leg.status == status]:
                measured = [leg.seconds for dummy, leg in found if leg.seconds is not None]
                yield Leg(name, status, _detail(having, len(found)), max(measured, default=None))
                break


def _detail(having: Sequence[tuple[str, Leg]], of: int) -> str:
    """In words for those controls that went alike, which are all of them where the leg has passed."""
    if having[0][1].status == PASS:
        return f"Passed for {of} controls."
    return f"{len(having)} of {of} controls: " + " ".join(f"{control}: {leg.detail}" for control, leg in having)


def _pattern(drills: Iterable[Drill]) -> dict[str, Any]:
    """What AWS's evaluation came to for all controls together; {} if nothing was tried."""
    tried = [drill.pattern for drill in drills if drill.pattern]
    if not tried:
        return {}
    lists = [name for name in tried[0] if name != "records"]
    together = {name: [one for pattern in tried for one in pattern[name]] for name in lists}
    return {"records": sum(pattern["records"] for pattern in tried), **together}


def _distinct(entries: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return [dict(one) for one in dict.fromkeys(tuple(entry.items()) for entry in entries)]
