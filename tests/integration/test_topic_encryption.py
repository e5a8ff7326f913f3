# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypted topics: the audit names what is wrong, the drill proves it, the role mends it, the drill passes.

And the modules behind that: check mode, real, again, absent.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from account_builder import SEVEN_EVENTS, SIX_EVENTS, Builder
from harness import PlaybookRun, Sandbox, accounts_inventory

ALARM = "security_group_changes_alarm"
TOPIC = "security_group_changes_topic"
KEY_SID = "AwsCisMonitoringCloudWatchUseKey"
FILTERS = {"security_group_changes_metric": SIX_EVENTS, "security_group_changes_metric_cis_v5": SEVEN_EVENTS}

Run = Callable[..., PlaybookRun]
Task = Callable[..., dict[str, Any]]


@pytest.fixture
def account(sandbox: Sandbox) -> str:
    return sandbox.new_account()


@pytest.fixture
def builder(sandbox: Sandbox, account: str) -> Builder:
    """An account as the role leaves it, with a queue as subscriber."""
    builder = Builder(sandbox, account)
    builder.trail()
    for name, pattern in FILTERS.items():
        builder.metric_filter(name, pattern)
    arn = builder.client("sns").create_topic(Name=TOPIC)["TopicArn"]
    url = builder.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    inbox = builder.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    builder.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=inbox["QueueArn"])
    builder.alarm(arn)
    builder.client("cloudwatch").set_alarm_state(AlarmName=ALARM, StateValue="OK", StateReason="quiet")
    sandbox.clear_calls()
    return builder


@pytest.fixture
def run(sandbox: Sandbox, account: str, ansible_playbook: Any) -> Run:
    def run_playbook(playbook: str, *arguments: str, **variables: Any) -> PlaybookRun:
        sandbox.clear_calls()
        return ansible_playbook(
            playbook, accounts_inventory(sandbox.url, {"production": account}, **variables), *arguments
        )

    return run_playbook


@pytest.fixture
def task(run: Run) -> Task:
    """Run one module."""

    def run_task(module: str, *arguments: str, **options: Any) -> dict[str, Any]:
        playbook = (
            "- hosts: all\n"
            "  gather_facts: false\n"
            "  module_defaults:\n"
            "    group/aws_cis.monitoring.aws: \"{{ lookup('aws_cis.monitoring.account_connection') }}\"\n"
            "  tasks:\n"
            "    - name: The task\n"
            f"      aws_cis.monitoring.{module}: {json.dumps(options)}\n"
        )
        return run(playbook, *arguments).result("The task")

    return run_task


def topic_of(builder: Builder) -> tuple[str, dict[str, str]]:
    [topic] = builder.client("sns").list_topics()["Topics"]
    arn = topic["TopicArn"]
    return arn, builder.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]


def make_key(builder: Builder, account: str) -> str:
    """Make a key with the policy that KMS gives one: nobody but the account itself may use it."""
    statement = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement]}, indent=2)
    return str(builder.client("kms").create_key(Policy=policy)["KeyMetadata"]["KeyId"])


def key_policy(builder: Builder, key_id: str) -> str:
    return str(builder.client("kms").get_key_policy(KeyId=key_id, PolicyName="default")["Policy"])


def encrypt(builder: Builder, key_id: str) -> None:
    arn, _attributes = topic_of(builder)
    builder.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=key_id)


def finding(run: Run) -> tuple[str, str]:
    """What the audit says of the topic."""
    read = run(
        "- hosts: all\n"
        "  gather_facts: false\n"
        "  tasks:\n"
        "    - name: Read\n"
        "      aws_cis.monitoring.cis_monitoring_info: \"{{ lookup('aws_cis.monitoring.account_connection') }}\"\n"
    ).result("Read")
    [link] = [link for link in read["controls"][0]["links"] if link["link"] == "topic"]
    return link["status"], link["code"]


DRILL = {
    "drill_depth": "notification",
    "drill_confirm": True,
    "drill_arrival_queue": True,
    "drill_timeout": 5,
    "drill_interval": 1,
}


@pytest.mark.parametrize("kind", ["a key that CloudWatch may not use", "AWS's own key"])
def test_the_audit_names_it_the_drill_proves_it_the_role_mends_it_and_the_drill_passes(
    sandbox: Sandbox, account: str, builder: Builder, run: Run, kind: str
) -> None:
    key_id = make_key(builder, account)
    encrypt(builder, key_id if kind.startswith("a key") else "alias/aws/sns")

    assert finding(run) == ("fail", "TOPIC_KEY_UNUSABLE")
    silent = run("aws_cis.monitoring.drill", **DRILL)
    assert silent.rc == 2
    told = silent.result("Say how it went")["msg"]
    assert {leg["leg"]: leg["status"] for leg in told["legs"]}["action"] == "fail"
    assert "KMS" in told["summary"]
    assert told["message"] is None
    assert [one["status"] for one in told["subscribers"]] == ["not_sent"]
    sandbox.tick(301)

    variables = {"cis_sg_monitoring_kms_key_id": key_id, "cis_sg_monitoring_update_key_policy": True}
    mended = run("aws_cis.monitoring.remediate", **variables)
    assert mended.rc == 0, mended.stdout
    assert finding(run) == ("pass", "OK")
    assert run("aws_cis.monitoring.remediate", **variables).stats["production"]["changed"] == 0

    loud = run("aws_cis.monitoring.drill", **DRILL)
    told = loud.result("Say how it went")["msg"]
    assert {leg["leg"]: leg["status"] for leg in told["legs"]} | {"return": ""} == {
        "pattern": "pass",
        "alarm": "pass",
        "action": "pass",
        "message": "pass",
        "return": "",
    }
    assert ALARM in told["message"]["subject"]


class TestRole:
    def test_fails_with_the_missing_statement_before_anything_is_written(
        self, sandbox: Sandbox, account: str, builder: Builder, run: Run
    ) -> None:
        builder.client("cloudwatch").delete_alarms(AlarmNames=[ALARM])
        failed = run("aws_cis.monitoring.remediate", cis_sg_monitoring_kms_key_id=make_key(builder, account))

        assert failed.rc == 2
        message = failed.result("Stop where the account lacks what this builds on")["msg"]
        assert f'"Sid": "{KEY_SID}"' in message
        assert "cis_sg_monitoring_update_key_policy" in message
        assert sandbox.writing_calls(account) == []

    def test_the_key_of_aws_is_refused_before_anything_is_read(
        self, sandbox: Sandbox, account: str, builder: Builder, run: Run
    ) -> None:
        failed = run("aws_cis.monitoring.remediate", cis_sg_monitoring_kms_key_id="alias/aws/sns")
        assert failed.rc == 2
        assert "AWS's own key for SNS" in failed.stdout
        assert sandbox.calls(account) == []

    def test_check_mode_shows_both_changes_and_writes_nothing(
        self, sandbox: Sandbox, account: str, builder: Builder, run: Run
    ) -> None:
        key_id = make_key(builder, account)
        variables = {"cis_sg_monitoring_kms_key_id": key_id, "cis_sg_monitoring_update_key_policy": True}
        shown = run("aws_cis.monitoring.remediate", "--check", "--diff", **variables).result("Show the planned changes")
        of_key, of_topic = shown["diff"]
        assert of_key["after_header"] == f"key policy {key_id}"
        assert KEY_SID in of_key["after"]
        assert KEY_SID not in of_key["before"]
        assert of_topic["after_header"] == f"topic encryption {TOPIC}"
        assert of_topic["after"] == f"kms_key_id: {key_id}\n"
        assert sandbox.writing_calls(account) == []

    def test_a_bare_account_gets_an_encrypted_topic(self, sandbox: Sandbox, account: str, run: Run) -> None:
        builder = Builder(sandbox, account)
        builder.trail()
        key_id = make_key(builder, account)
        theirs = key_policy(builder, key_id)
        variables = {
            "cis_sg_monitoring_kms_key_id": key_id,
            "cis_sg_monitoring_update_key_policy": True,
            "cis_sg_monitoring_subscriptions": [{"protocol": "email", "endpoint": "security@example.com"}],
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
        variables = {"cis_sg_monitoring_kms_key_id": key_id, "cis_sg_monitoring_update_key_policy": True}
        failed = run("aws_cis.monitoring.remediate", **variables)
        assert failed.rc == 2
        assert "denies cloudwatch.amazonaws.com its use" in failed.stdout
        assert sandbox.writing_calls(account) == []

    def test_the_central_topic_of_an_organization_takes_the_alarms_of_all_its_accounts(
        self, sandbox: Sandbox, account: str, builder: Builder, run: Run
    ) -> None:
        _arn, before = topic_of(builder)
        variables = {"cis_sg_monitoring_organization_id": "o-a1b2c3d4e5"}

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

    def test_the_central_topic_of_an_organization_is_encrypted_for_the_alarms_of_all_its_accounts(
        self, sandbox: Sandbox, account: str, builder: Builder, run: Run
    ) -> None:
        organization = builder.client("organizations").describe_organization()["Organization"]["Id"]
        key_id = make_key(builder, account)
        variables = {
            "cis_sg_monitoring_organization_id": organization,
            "cis_sg_monitoring_kms_key_id": key_id,
            "cis_sg_monitoring_update_key_policy": True,
        }

        made = run("aws_cis.monitoring.remediate", **variables)

        assert made.rc == 0, made.stdout
        statement = json.loads(key_policy(builder, key_id))["Statement"][-1]
        assert statement["Condition"] == {"StringEquals": {"aws:SourceOrgID": organization}}
        assert finding(run) == ("pass", "OK")
        # Asked for the account's own alarms alone, the statement is enough and stays that of the organization.
        del variables["cis_sg_monitoring_organization_id"]
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


class TestEncryptionModule:
    def test_check_real_again_absent(self, sandbox: Sandbox, account: str, builder: Builder, task: Task) -> None:
        arn, _attributes = topic_of(builder)
        key_id = make_key(builder, account)
        before = key_policy(builder, key_id)
        options = {"topic_arn": arn, "kms_key_id": key_id, "update_key_policy": True}

        planned = task("sns_topic_encryption", "--check", "--diff", **options)
        assert planned["changed"]
        assert planned["diff"]["after"]["kms_key_id"] == key_id
        assert sandbox.writing_calls(account) == []

        written = task("sns_topic_encryption", **options)
        assert (written["changed"], written["kms_key_id"], written["key_policy_changed"]) == (True, key_id, True)
        assert sandbox.writing_calls(account) == ["kms:PutKeyPolicy", "sns:SetTopicAttributes"]
        assert topic_of(builder)[1]["KmsMasterKeyId"] == key_id
        theirs = before[before.index("[") : before.rindex("]")].rstrip()
        assert theirs in key_policy(builder, key_id)

        again = task("sns_topic_encryption", **options)
        assert not again["changed"]
        assert sandbox.writing_calls(account) == []

        absent = task("sns_topic_encryption", topic_arn=arn, state="absent")
        assert (absent["changed"], absent["kms_key_id"]) == (True, "")
        assert not topic_of(builder)[1].get("KmsMasterKeyId")
        assert not task("sns_topic_encryption", topic_arn=arn, state="absent")["changed"]

    def test_another_name_of_the_same_key_is_no_change(self, account: str, builder: Builder, task: Task) -> None:
        arn, _attributes = topic_of(builder)
        key_id = make_key(builder, account)
        builder.client("kms").create_alias(AliasName="alias/alerts", TargetKeyId=key_id)
        task("sns_topic_encryption", topic_arn=arn, kms_key_id=key_id, update_key_policy=True)
        again = task("sns_topic_encryption", topic_arn=arn, kms_key_id="alias/alerts")
        assert (again["changed"], again["kms_key_id"]) == (False, key_id)

    @pytest.mark.parametrize(
        ("key_id", "said"),
        [("alias/aws/sns", "AWS's own key"), ("alias/none", "does not exist"), ("", "The policy of key")],
    )
    def test_a_key_that_can_not_be_used_is_refused(
        self, sandbox: Sandbox, account: str, builder: Builder, task: Task, key_id: str, said: str
    ) -> None:
        arn, _attributes = topic_of(builder)
        failed = task("sns_topic_encryption", topic_arn=arn, kms_key_id=key_id or make_key(builder, account))
        assert failed["failed"]
        assert said in failed["msg"]
        assert "sns:SetTopicAttributes" not in sandbox.writing_calls(account)


class TestPolicyStatementModule:
    def test_check_real_again_absent(self, sandbox: Sandbox, account: str, builder: Builder, task: Task) -> None:
        arn, attributes = topic_of(builder)
        before = attributes["Policy"]
        statement = {
            "Sid": "Ours",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": arn,
        }

        planned = task("sns_topic_policy_statement", "--check", "--diff", topic_arn=arn, statement=statement)
        assert planned["changed"]
        assert planned["diff"]["after"]["policy"]["Statement"][-1] == statement
        assert sandbox.writing_calls(account) == []

        assert task("sns_topic_policy_statement", topic_arn=arn, statement=statement)["changed"]
        written = topic_of(builder)[1]["Policy"]
        assert json.loads(written)["Statement"][-1] == statement
        assert written.startswith(before[: before.rindex("]")].rstrip())
        assert not task("sns_topic_policy_statement", topic_arn=arn, statement=statement)["changed"]

        assert task("sns_topic_policy_statement", topic_arn=arn, sid="Ours", state="absent")["changed"]
        assert topic_of(builder)[1]["Policy"] == before
        again = task("sns_topic_policy_statement", topic_arn=arn, sid="Ours", state="absent")
        assert not again["changed"]
        assert sandbox.writing_calls(account) == []

    def test_a_statement_without_a_sid_is_refused(self, builder: Builder, task: Task) -> None:
        failed = task("sns_topic_policy_statement", topic_arn=topic_of(builder)[0], statement={"Effect": "Allow"})
        assert "has no Sid" in failed["msg"]
