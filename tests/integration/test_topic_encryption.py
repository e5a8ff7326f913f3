# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypted topics: the audit names what is wrong, the drill proves it, the role mends it, the drill passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from account_builder import ALARM, TOPIC, Builder
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_info
from encrypted_topic import encrypt, key_policy, make_key, topic_of
from harness import PlaybookRun, Sandbox, accounts_inventory
from module_runner import ModuleRunner

POLICIES = Path(__file__).parents[2] / "docs" / "policies"
KEY_SID = "AwsCisMonitoringCloudWatchUseKey"

Run = Callable[..., PlaybookRun]


@pytest.fixture
def run(sandbox: Sandbox, account: str, ansible_playbook: Any) -> Run:
    def run_playbook(playbook: str, *arguments: str, **variables: Any) -> PlaybookRun:
        sandbox.clear_calls()
        return ansible_playbook(
            playbook, accounts_inventory(sandbox.url, {"production": account}, **variables), *arguments
        )

    return run_playbook


def finding(sandbox: Sandbox, account: str) -> tuple[str, str]:
    """What the audit says of the topic."""
    read = ModuleRunner(cis_monitoring_info, sandbox.url, account)()
    [link] = [link for link in read["controls"][0]["links"] if link["link"] == "topic"]
    return link["status"], link["code"]


DRILL = {
    "cis_monitoring_drill_depth": "notification",
    "cis_monitoring_drill_confirm": True,
    "cis_monitoring_drill_arrival_queue": True,
    "cis_monitoring_drill_timeout": 5,
    "cis_monitoring_drill_interval": 1,
}


def test_the_audit_names_it_the_drill_proves_it_the_role_mends_it_and_the_drill_passes(
    sandbox: Sandbox, account: str, builder: Builder, run: Run
) -> None:
    key_id = make_key(builder, account)
    encrypt(builder, key_id)
    assert_is_silent(sandbox, account, run)

    variables = {"cis_monitoring_kms_key_id": key_id, "cis_monitoring_update_key_policy": True}
    mended = run("aws_cis.monitoring.remediate", **variables)
    assert mended.rc == 0, mended.stdout
    made = {f"{call['service']}:{call['action']}" for call in sandbox.calls(account)}
    assert made <= _allowed("audit", "remediate", "encryption")
    assert made - _allowed("audit", "remediate") == {"kms:PutKeyPolicy"}
    assert finding(sandbox, account) == ("pass", "OK")
    assert run("aws_cis.monitoring.remediate", **variables).stats["production"]["changed"] == 0

    loud = run("aws_cis.monitoring.drill", **DRILL)
    told = loud.result("Keep the result")["ansible_facts"]["cis_monitoring_drill_result"]
    assert {leg["leg"]: leg["status"] for leg in told["legs"]} | {"return": ""} == {
        "pattern": "pass",
        "alarm": "pass",
        "action": "pass",
        "message": "pass",
        "return": "",
    }
    assert ALARM in told["message"]["subject"]


def _allowed(*policies: str) -> set[str]:
    read = [json.loads((POLICIES / f"{policy}.json").read_text()) for policy in policies]
    return {action for policy in read for statement in policy["Statement"] for action in statement["Action"]}


@pytest.mark.slow
def test_a_topic_that_is_encrypted_with_the_key_of_aws_is_mended_too(
    sandbox: Sandbox, account: str, builder: Builder, run: Run
) -> None:
    encrypt(builder, "alias/aws/sns")
    assert_is_silent(sandbox, account, run)
    variables = {
        "cis_monitoring_kms_key_id": make_key(builder, account),
        "cis_monitoring_update_key_policy": True,
    }
    mended = run("aws_cis.monitoring.remediate", **variables)
    assert mended.rc == 0, mended.stdout
    assert finding(sandbox, account) == ("pass", "OK")


def assert_is_silent(sandbox: Sandbox, account: str, run: Run) -> None:
    """The audit says so, and a drill proves it."""
    assert finding(sandbox, account) == ("fail", "TOPIC_KEY_UNUSABLE")
    silent = run("aws_cis.monitoring.drill", **DRILL)
    assert silent.rc == 2
    told = silent.result("Keep the result")["ansible_facts"]["cis_monitoring_drill_result"]
    assert {leg["leg"]: leg["status"] for leg in told["legs"]}["action"] == "fail"
    assert "KMS" in told["summary"]
    assert told["message"] is None
    assert [one["status"] for one in told["subscribers"]] == ["not_sent"]
    sandbox.tick(301)


class TestRole:
    def test_fails_with_the_missing_statement_before_anything_is_written(
        self, sandbox: Sandbox, account: str, builder: Builder, run: Run
    ) -> None:
        builder.client("cloudwatch").delete_alarms(AlarmNames=[ALARM])
        failed = run("aws_cis.monitoring.remediate", cis_monitoring_kms_key_id=make_key(builder, account))

        assert failed.rc == 2
        message = failed.result("Summarize the changes")["failing"]["production"]
        assert f'"Sid": "{KEY_SID}"' in message
        assert "set update_key_policy" in message
        assert sandbox.writing_calls(account) == []

    def test_the_key_of_aws_is_refused_before_anything_is_written(
        self, sandbox: Sandbox, account: str, builder: Builder, run: Run
    ) -> None:
        failed = run("aws_cis.monitoring.remediate", cis_monitoring_kms_key_id="alias/aws/sns")
        assert failed.rc == 2
        assert "the AWS managed key for SNS" in failed.stdout
        assert sandbox.writing_calls(account) == []

    def test_check_mode_shows_both_changes_and_writes_nothing(
        self, sandbox: Sandbox, account: str, builder: Builder, ansible_playbook: Any
    ) -> None:
        """As a user sees it: the json callback gives the plan's result away to the `meta` task that follows it."""
        key_id = make_key(builder, account)
        variables = {"cis_monitoring_kms_key_id": key_id, "cis_monitoring_update_key_policy": True}
        inventory = accounts_inventory(sandbox.url, {"production": account}, **variables)
        sandbox.clear_calls()
        shown = ansible_playbook("aws_cis.monitoring.remediate", inventory, "--check", "--diff", results=False)
        assert shown.rc == 0, shown.stdout
        lines = shown.stdout.splitlines()
        of_key, of_topic = (line for line in lines if line.startswith("+++ "))
        assert of_key.endswith(f"key policy {key_id}")
        assert of_topic.endswith(f"topic encryption {TOPIC}")
        named = [line[0] for line in lines if KEY_SID in line and line[0] in "+-"]
        assert named
        assert set(named) == {"+"}
        assert any(line.startswith("+") and "kms_key_id" in line and key_id in line for line in lines)
        assert sandbox.writing_calls(account) == []

    def test_a_bare_account_gets_an_encrypted_topic(self, sandbox: Sandbox, account: str, run: Run) -> None:
        builder = Builder(sandbox, account)
        builder.trail()
        key_id = make_key(builder, account)
        theirs = key_policy(builder, key_id)
        variables = {
            "cis_monitoring_kms_key_id": key_id,
            "cis_monitoring_update_key_policy": True,
            "cis_monitoring_subscriptions": [{"protocol": "email", "endpoint": "security@example.com"}],
        }

        checked = run("aws_cis.monitoring.remediate", "--check", "--diff", **variables)
        assert checked.rc == 0, checked.stdout
        assert sandbox.writing_calls(account) == []

        made = run("aws_cis.monitoring.remediate", **variables)
        assert made.rc == 0, made.stdout
        writes = sandbox.writing_calls(account)
        assert writes.index("kms:PutKeyPolicy") < writes.index("sns:SetTopicAttributes")
        assert writes.index("sns:SetTopicAttributes") < writes.index("cloudwatch:PutMetricAlarm")
        assert topic_of(builder)[1]["KmsMasterKeyId"] == key_id
        assert key_policy(builder, key_id).startswith(theirs[: theirs.rindex("]")].rstrip())

        assert run("aws_cis.monitoring.remediate", **variables).stats["production"]["changed"] == 0
        assert sandbox.writing_calls(account) == []

    def test_a_key_that_is_denied_to_cloudwatch_is_refused_before_anything_is_written(
        self, sandbox: Sandbox, account: str, builder: Builder, run: Run
    ) -> None:
        key_id = make_key(builder, account)
        policy = json.loads(key_policy(builder, key_id))
        policy["Statement"].append({"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"})
        builder.client("kms").put_key_policy(KeyId=key_id, PolicyName="default", Policy=json.dumps(policy))
        variables = {"cis_monitoring_kms_key_id": key_id, "cis_monitoring_update_key_policy": True}
        failed = run("aws_cis.monitoring.remediate", **variables)
        assert failed.rc == 2
        assert "denies its use to cloudwatch.amazonaws.com" in failed.stdout
        assert sandbox.writing_calls(account) == []

    def test_the_central_topic_of_an_organization_takes_the_alarms_of_all_its_accounts(
        self, sandbox: Sandbox, account: str, builder: Builder, run: Run
    ) -> None:
        _arn, before = topic_of(builder)
        variables = {"cis_monitoring_organization_id": "o-a1b2c3d4e5"}

        assert run("aws_cis.monitoring.remediate", **variables).rc == 0

        assert sandbox.writing_calls(account) == ["sns:SetTopicAttributes"]
        _arn, after = topic_of(builder)
        statements = json.loads(after["Policy"])["Statement"]
        assert statements[:-1] == json.loads(before["Policy"])["Statement"]
        assert statements[-1]["Condition"] == {
            "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:*:alarm:*"},
            "StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"},
        }
        assert run("aws_cis.monitoring.remediate", **variables).stats["production"]["changed"] == 0

    @pytest.mark.slow
    def test_the_central_topic_of_an_organization_is_encrypted_for_the_alarms_of_all_its_accounts(
        self, sandbox: Sandbox, account: str, builder: Builder, run: Run
    ) -> None:
        organization = builder.client("organizations").describe_organization()["Organization"]["Id"]
        key_id = make_key(builder, account)
        variables = {
            "cis_monitoring_organization_id": organization,
            "cis_monitoring_kms_key_id": key_id,
            "cis_monitoring_update_key_policy": True,
        }

        made = run("aws_cis.monitoring.remediate", **variables)

        assert made.rc == 0, made.stdout
        statement = json.loads(key_policy(builder, key_id))["Statement"][-1]
        assert statement["Condition"] == {"StringEquals": {"aws:SourceOrgID": organization}}
        assert finding(sandbox, account) == ("pass", "OK")
        # Asked for the account's own alarms alone, the statement is enough and stays that of the organization.
        del variables["cis_monitoring_organization_id"]
        assert run("aws_cis.monitoring.remediate", **variables).stats["production"]["changed"] == 0
        # Nor is it narrowed where the organization that the account belongs to can't be read.
        sandbox.fault(
            account=account, service="organizations", action="DescribeOrganization", code="AccessDeniedException"
        )
        sandbox.clear_calls()
        denied = run("aws_cis.monitoring.remediate", **variables)
        assert denied.rc == 2
        assert "organizations:DescribeOrganization" in denied.stdout
        assert sandbox.writing_calls(account) == []
