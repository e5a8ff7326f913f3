# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry of an account in a report, from the result of cis_monitoring_info. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .packed import findings_of


def of_result(name: str, result: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the entry of a host, from its result or the failure in its place; None if the host was not audited."""
    if result is None:
        reason, fix = "The account was not audited, since an earlier play failed for it.", "Fix that failure first."
        return _unread(name, "unknown", reason, fix)
    if result.get("failed") or "controls" not in result:
        reason = str(result.get("msg") or "The account was not read.")
        fix = "Check the credentials, the role and the network, then audit again."
        return _unread(name, "unreachable", reason, fix)
    return {
        "name": name,
        "account": dict(result["account"]),
        "read_at": result["read_at"],
        "verdict": "",
        "reason": "",
        "fix": "",
        "controls": [entry_of_control(control) for control in result["controls"]],
        "evidence": result.get("evidence", {}),
        "drills": [],
        "since": {control["control"]: result["read_at"] for control in result["controls"]},
    }


def of_missing(name: str) -> dict[str, Any]:
    """Return the entry of a host that should be in merged reports and is in none of them."""
    reason = "None of the merged reports has the account."
    return _unread(name, "unknown", reason, "Find out why the run that should have read it left no report.")


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
        "since": {},
    }


def entry_of_control(control: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry of a control, from the result of cis_monitoring_info."""
    found = findings_of(control)
    return {
        "control": found["control"],
        "benchmark": found["benchmark"],
        "verdict": found["verdict"],
        "reason": found["reason"],
        "fix": found["fix"],
        "declared": None,
        "accepted": None,
        "covering": None,
        "covered_by": found.get("covered_by"),
        "links": found["links"],
        "other_paths": found["other_paths"],
        "uncovered": found["cases"],
        "notes": list(found.get("notes", ())),
        "standards": found["standards"],
        "other_auditors": found["other_auditors"],
        **({"history": found["history"]} if found.get("history") else {}),
    }
