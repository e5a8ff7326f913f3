# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last drills of an account, of each depth, as the report has them. Pure.

A drill of a lesser depth does not take the place of a deeper one, which proves more; nor does one of fewer controls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

_TEXTS = ("outcome", "summary")
_TEXTS_OF_LEG = ("leg", "status", "detail")


def kept(drill: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of the result of cis_monitoring_drill. Version 1.0.0 knew of no controls.

    Raises KeyError, TypeError or ValueError for what is no such result.
    """
    controls = [{"control": _text(one, "control"), **_fate(one)} for one in drill.get("controls", ())]
    return {"when": _text(drill, "when"), "depth": _text(drill, "depth"), **_fate(drill), "controls": controls}


def _fate(drill: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: _text(drill, name) for name in _TEXTS}, "legs": [_leg(leg) for leg in drill["legs"]]}


def _leg(leg: Mapping[str, Any]) -> dict[str, Any]:
    seconds = leg["seconds"]
    if seconds is not None and not (type(seconds) in (int, float) and isfinite(seconds)):
        raise ValueError(f"seconds has {seconds!r}, which is no number")
    return {**{name: _text(leg, name) for name in _TEXTS_OF_LEG}, "seconds": seconds}


def _text(data: Mapping[str, Any], name: str) -> str:
    if not isinstance(data[name], str):
        raise TypeError(f"{name} is no text")
    return str(data[name])


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
