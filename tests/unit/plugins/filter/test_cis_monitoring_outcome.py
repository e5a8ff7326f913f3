# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run did to an account, in one line."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.filter.cis_monitoring_outcome import (
    FilterModule,
    cis_monitoring_outcome,
)

SG = "security_group_changes"
CHANGES = [
    {"resource": "topic", "summary": "create topic t", "control": ""},
    {"resource": "alarm", "summary": "create alarm a", "control": SG},
]
OF_TWO = [*CHANGES, {"resource": "alarm", "summary": "create alarm b", "control": "root_usage"}]
LINES = ["for all controls: create topic", f"{SG}: create alarm", "root_usage: create alarm"]
BY = "2026-11-25T05:00:00Z"
UNTIL = f"until {BY} at the latest)"
SOMEBODY = [{"endpoint": "se***@example.com", "confirm_by": BY}, {"endpoint": "https://host/***", "confirm_by": BY}]


def read(changes: Any = (), pending: Any = (), check_mode: bool = False) -> dict[str, Any]:
    plan = {"account": "111122223333", "changes": list(changes), "pending": list(pending)}
    return {"plan": plan, "check_mode": check_mode}


def written(*messages: str, runs: int = 0) -> dict[str, Any]:
    """What the role has registered of its writes: a message only of those that failed, and the results of `runs`."""
    return {
        "results": [
            {
                "__cis_monitoring_resource": change["resource"],
                **({"msg": message} if message else {"changed": True}),
                **({"results": [{}] * runs} if runs else {}),
            }
            for change, message in zip(CHANGES, messages, strict=False)
        ]
    }


@pytest.mark.parametrize(
    ("results", "line"),
    [
        ({}, "not reached"),
        ({"cis_monitoring_before": {"skipped": True}}, "skipped"),
        ({"cis_monitoring_before": read()}, "unchanged"),
        ({"cis_monitoring_before": read(CHANGES)}, "changed: create topic t; create alarm a"),
        (
            {"cis_monitoring_before": read(CHANGES, check_mode=True)},
            "would change: create topic t; create alarm a",
        ),
        ({"cis_monitoring_before": read(check_mode=True)}, "unchanged"),
        ({"cis_monitoring_before": read(CHANGES[:1]), "ansible_check_mode": True}, "changed: create topic t"),
        ({"__cis_monitoring_failure": "No trail qualifies."}, "failed: No trail qualifies."),
        (
            {"__cis_monitoring_failure": "Three\n  lines:\n- one", "cis_monitoring_before": read()},
            "failed: Three lines: - one",
        ),
        (
            {"__cis_monitoring_failure": "It wrote nothing.", "cis_monitoring_before": read(CHANGES)},
            "failed: It wrote nothing. Some of these changes to account 111122223333 may have been applied: "
            "create topic t; create alarm a.",
        ),
        (
            {"__cis_monitoring_failure": "Denied.", "cis_monitoring_before": read(CHANGES, check_mode=True)},
            "failed: Denied.",
        ),
        (
            {
                "__cis_monitoring_failure": "No subscriber.",
                "cis_monitoring_before": read(CHANGES),
                "cis_monitoring_after": read(),
            },
            "failed: No subscriber.",
        ),
        (
            {"__cis_monitoring_failure": "\u202eNo \x9b2J\u2028trail."},
            "failed: ?No ?2J trail.",
        ),
        (
            {"cis_monitoring_before": read([{"summary": "create alarm \x1b[2Ja", "control": SG}])},
            "changed: create alarm ?[2Ja",
        ),
        (
            {"cis_monitoring_before": read(pending=SOMEBODY)},
            "unchanged (waiting for se***@example.com, https://host/*** to confirm, " + UNTIL,
        ),
        (
            {"cis_monitoring_before": read(CHANGES[:1]), "cis_monitoring_after": read(pending=SOMEBODY[:1])},
            "changed: create topic t (waiting for se***@example.com to confirm, " + UNTIL,
        ),
        (
            {"cis_monitoring_before": read(pending=SOMEBODY), "cis_monitoring_after": read()},
            "unchanged",
        ),
        (
            {"cis_monitoring_before": read(pending=SOMEBODY[:1]), "cis_monitoring_after": {"skipped": True}},
            "unchanged (waiting for se***@example.com to confirm, " + UNTIL,
        ),
        ({"cis_monitoring_before": {"plan": {"changes": []}}}, "unchanged"),
        (
            {"cis_monitoring_before": read(CHANGES), "__cis_monitoring_written": written("", "Denied.")},
            "failed: Denied. Some of these changes to account 111122223333 may have been applied: "
            "create topic t; create alarm a.",
        ),
        (
            {"cis_monitoring_before": read([*CHANGES, OF_TWO[2]]), "__cis_monitoring_written": written("Denied.")},
            "failed: Denied. Some of these changes to account 111122223333 may have been applied: create topic t.",
        ),
        (
            {"cis_monitoring_before": read(OF_TWO), "__cis_monitoring_written": written("", "Denied.")},
            "failed: Denied. Some of these changes to account 111122223333 may have been applied: "
            "create topic t; create alarm a; create alarm b.",
        ),
        (
            {"cis_monitoring_before": read(OF_TWO), "__cis_monitoring_written": written("", "Denied.", runs=1)},
            "failed: Denied. Some of these changes to account 111122223333 may have been applied: "
            "create topic t; create alarm a.",
        ),
        (
            {
                "cis_monitoring_before": read(CHANGES),
                "__cis_monitoring_written": written("", ""),
                "cis_monitoring_after": {"msg": "Timed out."},
            },
            "failed: Timed out. Some of these changes to account 111122223333 may have been applied: "
            "create topic t; create alarm a.",
        ),
        (
            {
                "cis_monitoring_before": read(CHANGES),
                "__cis_monitoring_written": written("", ""),
                "cis_monitoring_after": read(CHANGES[1:]),
            },
            "failed: Account 111122223333 still differs from what was requested for account 111122223333: "
            "create alarm a",
        ),
        (
            {
                "cis_monitoring_before": read(CHANGES),
                "cis_monitoring_after": {"plan": {**read()["plan"], "blocked": "No trail qualifies."}},
            },
            "failed: No trail qualifies.",
        ),
        (
            {
                "cis_monitoring_before": read(CHANGES),
                "cis_monitoring_after": {"plan": {**read()["plan"], "account": "222233334444"}},
            },
            "failed: Account 222233334444 still differs from what was requested for account 111122223333:",
        ),
        (
            {"cis_monitoring_before": {"plan": {"changes": OF_TWO, "summary": LINES}}},
            f"changed: {'; '.join(LINES)}",
        ),
    ],
)
def test_one_line(results: dict[str, Any], line: str) -> None:
    hostvars = {"production": results, "other": {"__cis_monitoring_failure": "not this one"}}
    assert cis_monitoring_outcome("production", hostvars) == f"production: {line}"


def test_is_a_filter() -> None:
    assert FilterModule().filters() == {"cis_monitoring_outcome": cis_monitoring_outcome}


MANAGEMENT, ELSEWHERE = "111122223333", "444455556666"


def of_account(account: str, covered: Any = (), kept: int = 0, changes: Any = (), cost: str = "") -> dict[str, Any]:
    plan = {
        "account": account,
        "changes": list(changes),
        "covered": [{"control": SG, "account": one, "region": "eu-west-1"} for one in covered],
        "kept": [{"resource": "notification_path", "name": "x", "why": "", "control": SG}] * kept,
        "cost": cost,
    }
    return {"cis_monitoring_before": {"plan": plan, "check_mode": False}}


def test_who_covers_an_account_is_looked_up_in_the_inventory() -> None:
    hostvars = {
        "management": of_account(MANAGEMENT, kept=2),
        "member": of_account("222233334444", covered=[MANAGEMENT, MANAGEMENT]),
        "lost": of_account("333344445555", covered=[ELSEWHERE]),
        "partly": of_account("555566667777", covered=[MANAGEMENT], changes=CHANGES, kept=1, cost="Adds 1 alarm."),
    }
    assert cis_monitoring_outcome(list(hostvars), hostvars) == [
        "management: unchanged, 2 existing paths are used",
        "member: covered by management",
        f"lost: covered by account {ELSEWHERE}, which is not in this inventory",
        "partly: changed: create topic t; create alarm a, 1 existing path is used, "
        "1 control covered by management. Adds 1 alarm.",
    ]
