# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of accounts as cis_monitoring_info gives them, to make reports of."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge import evidence
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import whole_account

READ_AT = "2026-11-23T05:00:00Z"


def result(number: str = "111122223333", **changes: Any) -> dict[str, Any]:
    """Return the result of an account: a compliant one, with changes to its control."""
    verdict = judge(whole_account(), SECURITY_GROUP_CHANGES)
    return {
        "changed": False,
        "account": {"id": number, "partition": "aws", "region": "us-east-1"},
        "read_at": READ_AT,
        "controls": [json.loads(json.dumps({**verdict.as_dict(), **changes}, default=str))],
        "evidence": evidence.of([verdict.path]),
    }


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
