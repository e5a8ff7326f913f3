# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screen of a report of events: how many there are, what was not searched, and the newest of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._events.noise import preview_lines, quieter_lines
from ...module_utils._events.table import event_lines
from .outcome import number
from .screen import Row, Screen


def screen_of_events(report: Mapping[str, Any], path: str) -> Screen:
    """Return the screen of a report that is written to a path: of events, or of the alarm volume to expect."""
    accounts = report["accounts"]
    counted = [control for account in accounts for control in account["controls"] if "rings" in control]
    what = f"Alarm volume{_days(counted)}" if counted else "Matching events"
    found = number(sum(one["records"] for one in counted) if counted else len(report["events"]), "event")
    lost = sum(bool(account["failure"]) for account in accounts)
    said = f"{found}, {lost} not searched" if lost else found
    return Screen(
        totals=[f"{what}{_controls(accounts)}, {number(len(accounts), 'account')}: {said}"],
        rows=sorted((row for account in accounts if (row := _row(account))), key=lambda row: row.status == "NOTE"),
        listing=[
            *(event_lines(report["events"]) if report["events"] else ()),
            *(
                f"{account['name']}: {line}" if len(accounts) > 1 else line
                for account in accounts
                for line in preview_lines(control for control in account["controls"] if "rings" in control)
            ),
        ],
        remarks=quieter_lines(counted),
        ends=[f"Report: {path}"],
    )


def _days(counted: list[Mapping[str, Any]]) -> str:
    return f" of {number(counted[0]['days'], 'day')}"


def _controls(accounts: list[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(control["control"] for account in accounts for control in account["controls"]))
    if not names:
        return ""
    return f", {names[0]}" if len(names) == 1 else f", {number(len(names), 'control')}"


def _row(account: Mapping[str, Any]) -> Row | None:
    """An account that was not searched, or not all of it."""
    if account["failure"]:
        return Row("UNKNOWN", account["name"], account["account"] or "", cause=account["failure"])
    notes = dict.fromkeys(str(control.get("note") or "") for control in account["controls"] if "rings" not in control)
    text = " ".join(filter(None, notes))
    return Row("NOTE", account["name"], account["account"] or "", cause=text) if text else None
