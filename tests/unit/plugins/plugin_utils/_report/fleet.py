# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of accounts as cis_monitoring_info gives them, to make reports of."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    CONTROLS,
    SECURITY_GROUP_CHANGES,
    Control,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.result import result_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report as reports
from ansible_collections.aws_cis.monitoring.tests.unit.observations import all_controls, whole_account

READ_AT = "2026-11-23T05:00:00Z"
FIFTEEN = tuple(CONTROLS.values())


def of_observation(observation: Observation, *controls: Control, number: str = "111122223333") -> dict[str, Any]:
    """Return the result of an account as it was read."""
    found = {"changed": False, **result_of(observation, [judge(observation, control) for control in controls])}
    plain: dict[str, Any] = json.loads(json.dumps(found, default=str))
    return {**plain, "account": {"id": number, "partition": "aws", "region": "us-east-1"}, "read_at": READ_AT}


def result(number: str = "111122223333", **changes: Any) -> dict[str, Any]:
    """Return the result of an account: a compliant one, with changes to its control."""
    found = of_observation(whole_account(), SECURITY_GROUP_CHANGES, number=number)
    found["controls"][0] |= changes
    return found


def fifteen(number: str = "111122223333", observation: Observation | None = None) -> dict[str, Any]:
    """Return the result of an account with fifteen controls, which are compliant unless something else was read."""
    return of_observation(observation or all_controls(), *FIFTEEN, number=number)


def broken(number: str = "222233334444", reason: str = "Nobody is told.") -> dict[str, Any]:
    found = result(number, verdict="non_compliant", reason=reason, fix="Tell somebody.")
    found["controls"][0]["links"][3] |= {"status": "fail", "code": "ALARM_MISSING", "detail": reason, "fix": "Put one."}
    return found


def member(number: str = "333344445555", covering: str = "111122223333") -> dict[str, Any]:
    place = {
        "account": covering,
        "region": "us-east-1",
        "log_group_arn": f"arn:aws:logs:us-east-1:{covering}:log-group:g",
    }
    return result(number, verdict="covered_elsewhere", reason="Covered elsewhere.", fix="Look there.", covered_by=place)


FLEET: dict[str, dict[str, Any]] = {
    "whole": result(),
    "broken": broken(),
    "member": member(),
    "lost": {"failed": True, "msg": "Could not read the caller's identity: ExpiredToken"},
}


def report_of(results: dict[str, Any], *arguments: Any) -> dict[str, Any]:
    """Build the report of these results."""
    return reports.build(results.items(), "1.0.0", *arguments)


def as_data(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report as its JSON has it."""
    return {**report, "accounts": list(report["accounts"])}


def parts_of(report: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a report as merge() takes it."""
    return report, list(report["accounts"])
