# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong values that are of the right types are found before an account is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import to_json
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variable_checks import (
    account_of,
    account_of_host,
    checked,
    faults_of,
    faults_of_connection,
    unanswered,
)
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import playbooks
from ansible_collections.aws_cis.monitoring.tests.unit.alarm_notifications import ALARM
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import FLEET, report_of


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def faults(playbook: str, **given: Any) -> list[str]:
    return list(faults_of(playbooks()[playbook].values({f"cis_monitoring_{name}": one for name, one in given.items()})))


@pytest.mark.parametrize("playbook", ["audit", "drill", "events", "remediate", "teardown"])
def test_the_defaults_are_right(playbook: str, tmp_path: Path) -> None:
    assert faults(playbook) == []
    assert list(tmp_path.iterdir()) == [], "to look for faults leaves nothing"


RULE = {"reason": "SEC-1."}
ALTERNATIVE = {"reason": "SIEM.", "evidence": "https://siem.example.com/10", "until": "2027-01-31"}
EXPECTED = {"reason": "SEC-1.", "principals": ["config.amazonaws.com"]}


@pytest.mark.parametrize(
    ("playbook", "given", "said"),
    [
        ("audit", {"controls": "organizations_changes", "benchmark": "cis_v1_2_0"}, "cis_v1_2_0 does not have"),
        ("drill", {"controls": ["all", "organizations_changes"], "benchmark": "cis_v1_2_0"}, "organizations_changes"),
        ("audit", {"controls": []}, "controls is empty"),
        ("events", {"controls": []}, "controls is empty"),
        ("drill", {"drill_depth": "full"}, "needs cis_monitoring_drill_vpc_id"),
        ("events", {"since": "2999-01-01"}, "since (2999-01-01) must be before until (now)"),
        ("events", {"since": "yesterday"}, "'yesterday' is not a valid time"),
        ("events", {"until": "2026-13-01"}, "'2026-13-01' is not a valid time"),
        ("events", {"since": "2026-02-01", "until": "2026-01-01"}, "must be before until"),
        ("events", {"since": "last_alarm", "until": "1h"}, "not with last_alarm"),
        ("events", {"limit": 0}, "limit must be at least 1"),
        ("events", {"preview_days": -1}, "must not be negative"),
        ("audit", {"accepted": [{**RULE, "code": "FILTER_MISING"}]}, "FILTER_MISING. Did you mean FILTER_MISSING?"),
        ("audit", {"accepted": [RULE, {**RULE, "code": "topic_missing"}]}, "entry 2: unknown code topic_missing. Did"),
        ("audit", {"accepted": [{**RULE, "control": "root"}]}, "unknown control root"),
        ("audit", {"accepted": [{**RULE, "until": "31.1.2027"}]}, "which is not a date"),
        ("audit", {"accepted": [{"reason": " "}]}, "has no reason"),
        ("audit", {"alternative": [ALTERNATIVE, {**ALTERNATIVE, "control": "root"}]}, "entry 2: unknown control root"),
        ("audit", {"alternative": [{**ALTERNATIVE, "until": "soon"}]}, "which is not a date"),
        ("merge_reports", {"alternative": [{**ALTERNATIVE, "evidence": "mine"}], "reports": []}, "is not a link"),
        (
            "events",
            {"expected": [EXPECTED, {**EXPECTED, "principals": ["Deployment"]}]},
            "entry 2: The expected principal",
        ),
        ("events", {"alarm_message": json.dumps(ALARM)}, "is not percent-encoded, so a template"),
        ("events", {"alarm_message": dict(ALARM)}, "is not percent-encoded"),
        ("events", {"alarm_message": "x"}, "cis_monitoring_alarm_message: The alarm notification is not JSON"),
        (
            "events",
            {"alarm_message": quote(json.dumps(ALARM)), "preview_days": 7},
            "can't be used with cis_monitoring_pre",
        ),
        ("events", {"webhook_url": "https://a.example.com", "report_formats": ["csv"]}, "Add json to"),
        ("events", {"expected": [{**EXPECTED, "control": "root"}]}, "unknown control root"),
        ("events", {"expected": [{**EXPECTED, "until": "31.1.2027"}]}, "which is not a date"),
        ("audit", {"compare_with": "nowhere"}, "there is no such file"),
        ("audit", {"compare_with": "page.html"}, "it is an HTML page; give the report.json"),
        ("merge_reports", {"reports": ["good/report.json", "page.html"]}, "it is an HTML page"),
        ("audit", {"report_dir": "page.html"}, "page.html can't be written to"),
        ("audit", {"report_dir": "page.html/below/it"}, "Not a directory"),
        ("drill", {"report_dir": "/proc/reports"}, "can't be written to"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, playbook: str, given: dict[str, Any], said: str) -> None:
    (tmp_path / "page.html").write_text("<!DOCTYPE html><title>Report</title>")
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "report.json").write_text("".join(to_json(report_of(FLEET))))
    [fault] = faults(playbook, **given)
    assert said in fault


def test_what_is_right_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(json.dumps({**report_of(FLEET), "accounts": []}))
    rules = [{**RULE, "control": "root_usage", "code": "ACCESS_DENIED", "until": "2027-01-31"}, {**RULE, "code": "all"}]
    for report in (".", "report.json"):
        assert (
            faults("audit", accepted=rules, alternative=[ALTERNATIVE], compare_with=report, report_dir="deep/below")
            == []
        )
    assert faults("drill", drill_depth="full", drill_vpc_id="vpc-1") == []
    assert faults("events", since="last_alarm") == []
    assert faults("events", since="2999-01-01", preview_days=7) == [], "a preview does not look at it"


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"does not have .*; .*no such file"):
        checked({"controls": ["organizations_changes"], "benchmark": "cis_v1_2_0", "compare_with": "nowhere"})


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"aws_role_arn": "arn:aws:iam::12345:role/Audit"}, "is not the ARN of a role"),
        ({"aws_role_arn": "Audit"}, "is not the ARN of a role"),
        ({"aws_role_arn": "arn:aws:iam::111122223333:user/me"}, "is not the ARN of a role"),
        ({"aws_role_chain": ["arn:aws:iam::111122223333:role/Hub", "nonsense"]}, "'nonsense'"),
        ({"aws_role_chain": [{"rolearn": "arn"}]}, "Unknown key of a role: 'rolearn'"),
        ({"aws_account_id": "shop"}, "aws_account_id is 'shop', not the 12 digits"),
        ({"aws_account_id": 1111222233334}, "aws_account_id is '1111222233334', not the 12 digits"),
        (
            {"aws_account_id": "444455556666", "aws_role_arn": "arn:aws:iam::111122223333:role/A"},
            "aws_account_id is 444455556666, but aws_role_arn is a role of account 111122223333",
        ),
    ],
)
def test_a_role_that_leads_nowhere_is_named(variables: dict[str, Any], said: str) -> None:
    [fault] = faults_of_connection(variables)
    assert said in fault


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"aws_role_arn": ""},
        {"aws_role_arn": None},
        {"aws_role_arn": "arn:aws:iam::111122223333:role/A"},
        {"aws_account_id": "111122223333", "aws_role_arn": "arn:aws:iam::111122223333:role/A"},
        {"aws_account_id": 12345678, "aws_role_arn": "arn:aws:iam::000012345678:role/A"},
        {"aws_account_id": None},
    ],
)
def test_a_role_that_is_right_or_not_given_is_no_fault(variables: dict[str, Any]) -> None:
    assert list(faults_of_connection(variables)) == []


@pytest.mark.parametrize(
    ("connection", "account"),
    [
        ({"aws_account_id": "111122223333"}, "111122223333"),
        ({"aws_account_id": 12345678901}, "12345678901"),
        ({"aws_role_arn": "arn:aws:iam::111122223333:role/auditor"}, "111122223333"),
        ({"aws_account_id": None, "aws_role_arn": None}, ""),
        ({}, ""),
    ],
)
def test_the_account_that_a_host_names(connection: dict[str, Any], account: str) -> None:
    assert account_of_host(connection) == account


def test_an_alarms_message_selects_its_account_and_a_drills_is_not_answered() -> None:
    message = {"account": "999988887777", "alarm_message": quote(json.dumps(ALARM))}
    assert (account_of(message), unanswered(message)) == ("111122223333", "")
    assert account_of({"account": "999988887777", "alarm_message": None}) == "999988887777"
    assert (account_of({}), unanswered({})) == ("", "")
    drill = quote(json.dumps({**ALARM, "NewStateReason": "DRILL of vpc_changes."}))
    assert "was set by a drill" in unanswered({"alarm_message": drill})
