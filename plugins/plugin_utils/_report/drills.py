# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last drills of an account, of each depth, as the report has them. Pure.

A drill of a lesser depth does not take the place of a deeper one, which proves more; nor does one of fewer controls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_KEPT = ("when", "depth", "outcome", "summary", "legs")
_KEPT_OF_CONTROL = ("control", "outcome", "summary", "legs")


def kept(drill: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of the result of cis_monitoring_drill. Version 1.0.0 knew of no controls."""
    controls = [{name: one[name] for name in _KEPT_OF_CONTROL} for one in drill.get("controls", ())]
    return {**{name: drill[name] for name in _KEPT}, "controls": controls}


def newest(drills: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the last drills, the newest one first: those of which no later one of the depth has all the controls."""
    found: list[dict[str, Any]] = []
    for drill in sorted(drills, key=lambda drill: str(drill["when"]), reverse=True):
        later = [one for one in found if one["depth"] == drill["depth"]]
        if not any(_controls(drill) <= _controls(one) for one in later):
            found.append(dict(drill))
    return found


def _controls(drill: Mapping[str, Any]) -> set[str]:
    return {one["control"] for one in drill.get("controls", ())}


def latencies(drill: Mapping[str, Any]) -> str:
    """Return when each leg was seen after the start, such as "alarm 0.1 s, action 2.4 s"; '' if none was measured."""
    return ", ".join(f"{leg['leg']} {leg['seconds']:g} s" for leg in drill["legs"] if leg["seconds"] is not None)


def line(drill: Mapping[str, Any]) -> str:
    """Return a drill in a line, such as "full, passed, 2026-11-23T05:00:00Z: record 302 s, metric 310 s"."""
    said = f"{drill['depth']}, {drill['outcome'].replace('_', ' ')}, {drill['when']}"
    return f"{said}: {latencies(drill)}" if latencies(drill) else said
