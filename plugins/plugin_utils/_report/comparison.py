# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has changed since another report: what became worse, better, is new or gone. Pure.

What was known and no longer is counts as worse. What was no success and is unknown now is no change for either side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from sys import intern
from typing import Any

from .outcome import ACCEPTED, DECLARED, of_account, of_control

Cells = dict[str, dict[str, str]]
KINDS = ("worse", "better", "new", "gone")
_GOOD = ("compliant", "covered_elsewhere")
_APART = (DECLARED, ACCEPTED)
_UNKNOWN = ("unknown", "unreachable")
_WHOLE = ""  # stands for the account where it was not read, so that nothing is known of its controls


def cells(accounts: Iterable[Mapping[str, Any]]) -> Cells:
    """Return the verdicts of all accounts: by the name of the host, by control. Declared and accepted ones keep it."""
    return {account["name"]: _of_account(account) for account in accounts}


def _of_account(account: Mapping[str, Any]) -> dict[str, str]:
    if not account["controls"]:
        return {_WHOLE: of_account(account)}
    return {intern(control["control"]): intern(_verdict(control)) for control in account["controls"]}


def _verdict(control: Mapping[str, Any]) -> str:
    counted = of_control(control)
    if counted not in _APART:
        return counted
    return str((control["covering"] or control)["verdict"])


def compare(before: Cells, now: Iterable[Mapping[str, Any]], with_report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the comparison of the accounts of a report with an earlier one, which `with_report` names.

    A control that was added or removed for all accounts is listed once, without a name.
    """
    changes: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    present: set[str] = set()
    seen: set[str] = set()
    known = {control for verdicts in before.values() for control in verdicts} - {_WHOLE}
    for account in now:
        name, verdicts = account["name"], _of_account(account)
        seen.add(name)
        present |= verdicts.keys() - {_WHOLE}
        if name not in before:
            changes["new"].append({"name": name, "control": None, "verdict": of_account(account)})
            continue
        counted = {control["control"]: of_control(control) for control in account["controls"]}
        for kind, control, earlier, later in _changes(before[name], verdicts):
            entry: dict[str, Any] = {"name": name, "control": control or None, "before": earlier, "verdict": later}
            if kind == "worse":
                entry |= {why: counted.get(control) == why for why in _APART}
            changes[kind].append(entry)
    if not present or not known:  # nothing was read then or now, which shows nothing of what was requested
        present = known = set()
    changes["new"] += [{"name": None, "control": control, "verdict": None} for control in sorted(present - known)]
    changes["gone"] += [{"name": name, "control": None, "verdict": None} for name in sorted(before.keys() - seen)]
    changes["gone"] += [{"name": None, "control": control, "verdict": None} for control in sorted(known - present)]
    return {"with": dict(with_report), **changes}


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> Iterable[tuple[str, str, str, str]]:
    if _WHOLE in before or _WHOLE in now:
        earlier, later = _worst(before.values()), _worst(now.values())
        kind = _kind(earlier, later)
        return [(kind, _WHOLE, earlier, later)] if kind else []
    return [
        (kind, control, before[control], now[control])
        for control in now
        if control in before
        for kind in [_kind(before[control], now[control])]
        if kind
    ]


def _kind(before: str, now: str) -> str:
    if _rank(now) > _rank(before) and not (before in _UNKNOWN and now in _UNKNOWN):
        return "worse"
    return "better" if now in _GOOD and before not in _GOOD else ""


def _rank(verdict: str) -> int:
    return 0 if verdict in _GOOD else 1 if verdict in _UNKNOWN else 2


def _worst(verdicts: Iterable[str]) -> str:
    return max(verdicts, key=_rank)


def regressions(comparison: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the accounts that became worse, and in what, and those that are new and fail.

    What is declared or accepted is neither.
    """
    said: dict[str, list[str]] = {}
    for change in comparison["new"] if comparison else ():
        if change["name"] and change["verdict"] not in (*_GOOD, *_APART):
            said[change["name"]] = [f"is new, and {change['verdict'].replace('_', ' ')}"]
    for change in comparison["worse"] if comparison else ():
        if not any(map(change.get, _APART)):
            said.setdefault(change["name"], []).append(_told(change))
    return {name: "; ".join(those) for name, those in said.items()}


def _told(change: Mapping[str, Any]) -> str:
    what = f"{change['control']}: " if change["control"] else ""
    return f"{what}was {change['before'].replace('_', ' ')}, is {change['verdict'].replace('_', ' ')}"


def _apart(change: Mapping[str, Any]) -> str:
    return next((f" ({why})" for why in _APART if change.get(why)), "")


def lines(comparison: Mapping[str, Any] | None) -> list[str]:
    """Return what has changed, for a terminal; nothing without a report to compare with."""
    if comparison is None:
        return []
    counts = ", ".join(f"{len(comparison[kind])} {kind}" for kind in KINDS if comparison[kind])
    source = comparison["with"]
    others = len(source.get("others", ()))
    also = f" and {others} other report{'s' if others > 1 else ''}" if others else ""
    said = [f"Since {source['read_at'] or source['name']}{also}: {counts or 'no changes'}"]
    for kind in ("worse", "better"):
        said += [f"{kind:<6}  {change['name']}  {_told(change)}{_apart(change)}" for change in comparison[kind]]
    for kind in ("new", "gone"):
        said += [f"{kind:<6}  {change['name'] or 'control ' + change['control']}" for change in comparison[kind]]
    return said
