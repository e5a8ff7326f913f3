# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the alarm still read? What the audit says of the last days of an account whose alarm fires all the time."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from account_builder import ALARM, TOPIC, Builder, put_record
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_info
from harness import ROOT, Sandbox, accounts_inventory
from jsonschema import Draft202012Validator
from module_runner import ModuleRunner

POLICIES = ROOT / "docs" / "policies"


def deployment(account: str) -> dict[str, Any]:
    """The identity of a session of a role."""
    role = f"arn:aws:iam::{account}:role/Deployment"
    issuer = {"type": "Role", "arn": role, "accountId": account, "userName": "Deployment"}
    return {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{account}:assumed-role/Deployment/pipeline",
        "accountId": account,
        "sessionContext": {"sessionIssuer": issuer},
    }


def fire(sandbox: Sandbox, builder: Builder, times: int) -> None:
    """Let the alarm fire so often, with records by one role at the end, and one by a user."""
    cloudwatch = builder.client("cloudwatch")
    for _time in range(times - 1):
        for state in ("ALARM", "OK"):
            cloudwatch.set_alarm_state(AlarmName=ALARM, StateValue=state, StateReason="a change")
    for _record in range(9):
        put_record(sandbox, builder.account, "CreateSecurityGroup", by=deployment(builder.account))
    put_record(sandbox, builder.account, "DeleteSecurityGroup")
    sandbox.clear_calls()


def warned(control: dict[str, Any]) -> list[str]:
    return [link["code"] for link in control["links"] if link["status"] == "warn"]


@pytest.fixture
def info(sandbox: Sandbox, builder: Builder) -> ModuleRunner:
    return ModuleRunner(cis_monitoring_info, sandbox.url, builder.account)


def test_an_alarm_that_fires_often(sandbox: Sandbox, builder: Builder, info: ModuleRunner) -> None:
    fire(sandbox, builder, times=4)

    result = info(history_days=30, frequent_after=3)

    control = result["controls"][0]
    assert (control["verdict"], warned(control)) == ("compliant", ["ALARM_FREQUENT"])
    history = control["history"]
    assert (history["fired"], history["principal"], history["principal_share"]) == (4, "role Deployment", 90)
    assert history["failed_deliveries"] == 0
    assert sandbox.writing_calls() == []
    files = [json.loads((POLICIES / f"{name}.json").read_text()) for name in ("audit", "history")]
    allowed = {action for policy in files for statement in policy["Statement"] for action in statement["Action"]}
    made = {f"{call['service']}:{call['action']}" for call in sandbox.calls(builder.account)}
    assert {"logs:FilterLogEvents", "cloudwatch:GetMetricStatistics"} <= made <= allowed
    assert warned(info(history_days=30, frequent_after=4)["controls"][0]) == []
    assert "history" not in info()["controls"][0]


def test_deliveries_that_failed(builder: Builder, info: ModuleRunner) -> None:
    failed = {"MetricName": "NumberOfNotificationsFailed", "Value": 2}
    failed["Dimensions"] = [{"Name": "TopicName", "Value": TOPIC}]
    builder.client("cloudwatch").put_metric_data(Namespace="AWS/SNS", MetricData=[failed])

    control = info(history_days=1)["controls"][0]

    assert (warned(control), control["history"]["failed_deliveries"]) == (["SUBSCRIPTION_DELIVERY_FAILING"], 2)


@pytest.mark.parametrize(("service", "action"), [("logs", "FilterLogEvents"), ("cloudwatch", "GetMetricStatistics")])
def test_what_may_not_be_read_is_said(
    sandbox: Sandbox, builder: Builder, info: ModuleRunner, service: str, action: str
) -> None:
    fire(sandbox, builder, times=2)
    sandbox.fault(account=builder.account, service=service, action=action, code="AccessDenied", status=403)

    control = info(history_days=30, frequent_after=1)["controls"][0]

    assert (control["verdict"], warned(control)) == ("compliant", ["ALARM_FREQUENT"])
    assert any(f"{service}:{action}" in note for note in control["notes"])
    assert None in control["history"].values()


@pytest.mark.parametrize(("option", "value"), [("history_days", 31), ("history_days", -1), ("frequent_after", -1)])
def test_wrong_numbers_ask_nothing(
    sandbox: Sandbox, builder: Builder, info: ModuleRunner, option: str, value: int
) -> None:
    result = info(**{option: value})
    assert result["failed"]
    assert option in result["msg"]
    assert sandbox.calls(builder.account) == []


@pytest.mark.slow
def test_an_account_that_fired_400_times_by_one_role(
    sandbox: Sandbox, builder: Builder, tmp_path: Path, ansible_playbook: Any
) -> None:
    fire(sandbox, builder, times=400)
    inventory = accounts_inventory(
        sandbox.url,
        {"shop": builder.account},
        cis_monitoring_report_dir=str(tmp_path),
        cis_monitoring_history_days=30,
    )

    run = ansible_playbook("aws_cis.monitoring.audit", inventory)

    assert run.rc == 0, run.stdout
    report = json.loads((tmp_path / "latest" / "report.json").read_text())
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text())
    assert list(Draft202012Validator(schema).iter_errors(report)) == []
    control = report["accounts"][0]["controls"][0]
    assert (control["verdict"], control["history"]["fired"]) == ("compliant", 400)
    detail = "fired 400 times in the last 30 days. role Deployment caused 90 % of the records of the last 10 alarms."
    assert detail in json.dumps(control["links"])
    with (tmp_path / "latest" / "report.csv").open(encoding="utf-8-sig") as file:
        assert any("ALARM_FREQUENT" in row.values() for row in csv.DictReader(file))
    assert "ALARM_FREQUENT" in (tmp_path / "latest" / "report.html").read_text()
