# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry of an account in a report, from the result of cis_monitoring_info. Pure.

What is well is kept short, since ten thousand accounts carry it along for fifteen controls each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def of_result(name: str, result: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the entry of a host, from its result or the failure in its place; None if the host was not asked."""
    if result is None:
        reason, fix = "It was not asked: an earlier play of the run had failed for it.", "Mend that first."
        return _unread(name, "unknown", reason, fix)
    if result.get("failed") or "controls" not in result:
        reason = str(result.get("msg") or "The account was not read.")
        fix = "Check the credentials, the role and the network, and run the audit again."
        return _unread(name, "unreachable", reason, fix)
    return {
        "name": name,
        "account": dict(result["account"]),
        "read_at": result["read_at"],
        "verdict": "",
        "reason": "",
        "fix": "",
        "controls": [_control(control) for control in result["controls"]],
        "evidence": result.get("evidence", {}),
        "drills": [],
    }


def _unread(name: str, verdict: str, reason: str, fix: str) -> dict[str, Any]:
    return {
        "name": name,
        "account": None,
        "read_at": None,
        "verdict": verdict,
        "reason": reason,
        "fix": fix,
        "controls": [],
        "evidence": {},
        "drills": [],
    }


def _control(control: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "control": control["control"],
        "verdict": control["verdict"],
        "reason": control["reason"],
        "fix": control["fix"],
        "accepted": None,
        "covering": None,
        "covered_by": control.get("covered_by"),
        "links": [_link(link) for link in control["links"]],
        "other_paths": [] if control["verdict"] == "compliant" else list(control.get("other_paths", ())),
        "uncovered": [case for case in control.get("cases", ()) if case["coverage"] != "full"],
        "notes": list(control.get("notes", ())),
        "standards": [_standard(one, control["reason"]) for one in control["standards"] if one["status"] != "pass"],
        "other_auditors": [one for one in control.get("other_auditors", ()) if one["differs"]],
    }


def _link(link: Mapping[str, Any]) -> dict[str, Any]:
    if link["status"] == "pass":
        return {name: link[name] for name in ("link", "status", "code", "resource")}
    return dict(link)


def _standard(standard: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """The standard, without what it says if that is the control's own reason."""
    return {name: value for name, value in standard.items() if name != "why" or value != reason}
