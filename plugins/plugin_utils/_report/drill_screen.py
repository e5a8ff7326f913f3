# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screen of drills: what they proved, the accounts first in which they failed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from .outcome import number
from .screen import Row, Screen

PASSING = ("passed", "planned", "covered_elsewhere")
_NOT_REACHED = "not_reached"
_STATUS = {"failed": "FAIL", "not_drilled": "UNTESTED", _NOT_REACHED: "UNTESTED"}
_ORDER = (*_STATUS, *reversed(PASSING))


def screen_of_drills(
    drills: Mapping[str, Mapping[str, Any] | None], failures: Mapping[str, str], folder: str, *, in_full: bool = False
) -> Screen:
    """Return the screen of the results of hosts, or of the messages of those without one.

    `folder` is where they are stored, '' if they are not. A single drill is shown in full, all of them if asked for.
    """
    outcomes = {host: drill["outcome"] if drill else _NOT_REACHED for host, drill in drills.items()}
    counts = Counter(outcomes.values())
    said = ", ".join(f"{counts[one]} {one.replace('_', ' ')}" for one in (*PASSING, *_STATUS) if counts[one])
    shown = {host: drill for host, drill in drills.items() if drill and (in_full or len(drills) == 1)}
    return Screen(
        totals=[f"{_title(drills)}, {number(len(drills), 'account')}: {said}"],
        rows=[
            _row(host, drill, outcomes[host], failures.get(host, ""))
            for host, drill in sorted(drills.items(), key=lambda one: _ORDER.index(outcomes[one[0]]))
            if outcomes[host] in _STATUS or host in shown
        ],
        listing=[line for host, drill in shown.items() for line in _in_full(drill, host if len(drills) > 1 else "")],
        ends=[f"Stored for the next audit's report: {folder}"] if folder else [],
        rest="use -v to list all",
    )


def _title(drills: Mapping[str, Mapping[str, Any] | None]) -> str:
    found = [drill for drill in drills.values() if drill]
    depths = ", ".join(dict.fromkeys(drill["depth"] for drill in found))
    controls = list(dict.fromkeys(one["control"] for drill in found for one in drill.get("controls", ())))
    what = controls[0] if len(controls) == 1 else number(len(controls), "control")
    return f"Drill of depth {depths}, {what}" if found else "Drill"


def _row(host: str, drill: Mapping[str, Any] | None, outcome: str, failure: str) -> Row:
    account = str((drill or {}).get("account", ""))
    said = str(drill["summary"]) if drill else failure or "no drill"
    text = said.removeprefix(f"Account {account}: ").removeprefix("Not tested. ")
    return Row(_STATUS.get(outcome, outcome.replace("_", " ")), host, account, cause=text)


def _in_full(drill: Mapping[str, Any], host: str) -> Iterator[str]:
    """The steps, who was notified, and the message as its recipient sees it."""
    name = f"{host}: " if host else ""
    for leg in drill["legs"]:
        seconds = "" if leg["seconds"] is None else f"{leg['seconds']:g} s"
        yield f"{name}{leg['leg']:<8}  {leg['status'].replace('_', ' '):<11}  {seconds:<7}  {leg['detail']}"
    for one in drill.get("subscribers", ()):
        yield f"{name}{one['protocol']} {one['endpoint']}: {one['status'].replace('_', ' ')}. {one['detail']}"
    for control in drill.get("controls", ()):
        if control.get("message"):
            yield f"{name}Message of {control['control']}, as its recipient sees it:"
            yield from (f"  {line}" for line in control["message"]["mail"])
    for what in ("leftovers_removed", "in_use", "left"):
        yield from (f"{name}{what.replace('_', ' ')}: {one}" for one in drill.get(what, ()))
