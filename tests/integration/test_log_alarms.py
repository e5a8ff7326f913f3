# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log alarms: the module, the role's cycle through ansible-playbook, and what an audit lists."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from account_builder import ALARM, FILTERS, LOG_GROUP, TOPIC, Builder, put_record
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_info, cloudwatch_log_alarm
from harness import REGION, PlaybookRun, Sandbox, accounts_inventory
from log_alarm_checks import LINES, POLICIES, documented_role
from module_runner import ModuleRunner

NAME = f"{ALARM}_log"
ROLE = "log-alarms"
READ = "Read the account and plan the changes"
EMAIL = {"protocol": "email", "endpoint": "security@example.com"}
PLAYBOOK = """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.own: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  roles:
    - aws_cis.monitoring.cis_monitoring
"""

RunRole = Callable[..., PlaybookRun]


@pytest.fixture
def builder(sandbox: Sandbox, account: str) -> Builder:
    """A bare account with the role that docs/log-alarms.md describes."""
    builder = Builder(sandbox, account)
    builder.trail()
    documented_role(builder)
    sandbox.clear_calls()
    return builder


@pytest.fixture
def run_role(sandbox: Sandbox, account: str, ansible_playbook: Any) -> RunRole:
    def run(*arguments: str, playbook: str = PLAYBOOK, **variables: Any) -> PlaybookRun:
        sandbox.clear_calls()
        given = {"log_alarms": True, "log_alarms_role": ROLE, "subscriptions": [EMAIL], **variables}
        named = {f"cis_monitoring_{name}": value for name, value in given.items()}
        return ansible_playbook(playbook, accounts_inventory(sandbox.url, {"production": account}, **named), *arguments)

    return run


def log_alarms_of(builder: Builder) -> dict[str, dict[str, Any]]:
    found = builder.client("cloudwatch").describe_alarms(AlarmTypes=["LogAlarm"])["LogAlarms"]
    return {one["AlarmName"]: one for one in found}


def tags_of(builder: Builder, arn: str) -> dict[str, str]:
    found = builder.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {one["Key"]: one["Value"] for one in found}


def made(sandbox: Sandbox, account: str) -> set[str]:
    return {f"{call['service']}:{call['action']}" for call in sandbox.calls(account)}


def allowed(*policies: str) -> set[str]:
    read = [json.loads((POLICIES / f"{policy}.json").read_text()) for policy in policies]
    return {action for policy in read for statement in policy["Statement"] for action in statement["Action"]}


def test_check_real_again_absent(sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole) -> None:
    planned = run_role("--check", "--diff", tags={"team": "security"})
    assert planned.rc == 0, planned.stdout
    assert "could not be determined" not in planned.stdout + planned.stderr
    shown = planned.result(READ)["diff"][-1]
    assert (shown["after_header"], shown["before"]) == (f"log alarm {NAME}", "")
    assert sandbox.writing_calls(account) == []

    first = run_role(tags={"team": "security"})
    assert first.rc == 0, first.stdout
    assert sandbox.writing_calls(account).count("cloudwatch:PutLogAlarm") == 1
    alarm = log_alarms_of(builder)[NAME]
    query = alarm["ScheduledQueryConfiguration"]
    assert shown["after"]["query_string"] == query["QueryString"]
    assert query["LogGroupIdentifiers"] == [LOG_GROUP]
    assert query["ScheduledQueryRoleARN"] == alarm["ActionLogLineRoleArn"] == f"arn:aws:iam::{account}:role/{ROLE}"
    assert alarm["AlarmActions"] == [f"arn:aws:sns:{REGION}:{account}:{TOPIC}"]
    assert tags_of(builder, alarm["AlarmArn"]) == {"team": "security"}

    again = run_role(tags={"team": "security"})
    assert (again.rc, again.stats["production"]["changed"]) == (0, 0), again.stdout
    assert sandbox.writing_calls(account) == []

    # Whether or not log alarms are requested any more.
    removed = run_role(state="absent", log_alarms=False)
    assert removed.rc == 0, removed.stdout
    assert sandbox.writing_calls(account).count("cloudwatch:DeleteAlarms") == 2
    assert log_alarms_of(builder) == {}
    assert builder.client("sns").list_topics()["Topics"] == []


@pytest.mark.slow
def test_there_are_none_by_default_and_off_leaves_them(
    sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
) -> None:
    off = {"log_alarms": False, "log_alarms_role": None}
    assert run_role(**off).rc == 0
    assert "cloudwatch:PutLogAlarm" not in sandbox.writing_calls(account)
    assert "iam:GetRole" not in made(sandbox, account)
    assert run_role().rc == 0
    assert sandbox.writing_calls(account) == ["cloudwatch:PutLogAlarm"]
    assert run_role(**off).rc == 0
    assert (sandbox.writing_calls(account), list(log_alarms_of(builder))) == ([], [NAME])


@pytest.mark.slow
def test_each_control_gets_one_and_what_was_changed_is_restored(
    sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
) -> None:
    assert run_role(controls="all").rc == 0
    assert made(sandbox, account) <= allowed("audit", "remediate", "log_alarms")
    assert sandbox.writing_calls(account).count("cloudwatch:PutLogAlarm") == len(log_alarms_of(builder)) == 15
    cloudwatch = builder.client("cloudwatch")
    cloudwatch.disable_alarm_actions(AlarmNames=[NAME])
    cloudwatch.delete_alarms(AlarmNames=["vpc_changes_alarm_log"])
    assert run_role(controls="all").rc == 0
    assert sandbox.writing_calls(account) == ["cloudwatch:PutLogAlarm"] * 2
    assert log_alarms_of(builder)[NAME]["ActionsEnabled"]
    assert run_role(controls="all", state="absent").rc == 0
    assert made(sandbox, account) <= allowed("audit", "teardown")
    assert (log_alarms_of(builder), builder.client("sns").list_topics()["Topics"]) == ({}, [])


@pytest.mark.slow
def test_the_playbooks_set_them_up_and_remove_them(
    sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
) -> None:
    remediate = run_role(playbook="aws_cis.monitoring.remediate")
    assert remediate.rc == 0, remediate.stdout
    assert list(log_alarms_of(builder)) == [NAME]
    teardown = run_role(playbook="aws_cis.monitoring.teardown")
    assert teardown.rc == 0, teardown.stdout
    assert log_alarms_of(builder) == {}


@pytest.mark.slow
def test_the_notification_lists_who_did_what(
    sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
) -> None:
    sqs = builder.client("sqs")
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    assert run_role(subscriptions=[{"protocol": "sqs", "endpoint": queue}]).rc == 0
    sandbox.tick(301)
    put_record(sandbox, account, "DescribeSecurityGroups")
    put_record(sandbox, account, "CreateSecurityGroup")
    received = [
        json.loads(one["Body"]) for one in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    ]
    messages = {said["AlarmName"]: said for one in received if (said := json.loads(one["Message"]))}
    assert {name: one["NewStateValue"] for name, one in messages.items()} == {ALARM: "ALARM", NAME: "ALARM"}
    [line] = messages[NAME][LINES]
    assert (line["eventName"], line["userIdentity.type"]) == ("CreateSecurityGroup", "IAMUser")
    assert not {one for one in line if one.startswith(("@message", "request", "response"))}


@pytest.mark.slow
def test_it_goes_with_an_existing_path(sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole) -> None:
    metric = {"metricName": "theirs", "metricNamespace": "Theirs", "metricValue": "1"}
    for number, pattern in enumerate(FILTERS.values()):
        builder.client("logs").put_metric_filter(
            logGroupName=LOG_GROUP, filterName=f"their-{number}", filterPattern=pattern, metricTransformations=[metric]
        )
    topic_arn = builder.client("sns").create_topic(Name="theirs")["TopicArn"]
    queue = f"arn:aws:sqs:{REGION}:{account}:theirs"
    builder.client("sqs").create_queue(QueueName="theirs")
    builder.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue)
    builder.alarm(topic_arn, namespace="Theirs", metric_name="theirs", name="their-alarm")
    reuse = {"existing": "reuse", "subscriptions": []}
    assert run_role(**reuse).rc == 0
    assert sandbox.writing_calls(account) == ["cloudwatch:PutLogAlarm"]
    assert log_alarms_of(builder)[NAME]["AlarmActions"] == [topic_arn]
    assert run_role(**reuse).rc == 0
    assert sandbox.writing_calls(account) == []
    assert run_role(state="absent").rc == 0
    assert sandbox.writing_calls(account) == ["cloudwatch:DeleteAlarms"]


@pytest.mark.slow
def test_a_role_that_does_not_do_stops_before_anything_is_written(
    sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
) -> None:
    missing = run_role(log_alarms_role="none")
    assert missing.rc != 0
    assert f"Role arn:aws:iam::{account}:role/none does not exist." in missing.stdout
    trust = {"Effect": "Allow", "Principal": {"Service": "logs.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    builder.client("iam").create_role(RoleName="query", AssumeRolePolicyDocument=document)
    untrusted = run_role(log_alarms_role="query")
    assert "does not allow cloudwatch.amazonaws.com to assume it" in untrusted.stdout
    assert sandbox.writing_calls(account) == []


def test_the_module_check_real_again_update_absent(sandbox: Sandbox, account: str, builder: Builder) -> None:
    module = ModuleRunner(cloudwatch_log_alarm, sandbox.url, account)
    role = f"arn:aws:iam::{account}:role/{ROLE}"
    options = {
        "alarm_name": "lines",
        "query_string": 'fields eventName | filter eventName = "CreateSecurityGroup"',
        "log_groups": [LOG_GROUP],
        "query_role_arn": role,
        "start_time_offset": 1200,
        "tags": {"team": "security"},
    }
    assert module.both_ways(**options)["changed"]
    assert sandbox.writing_calls(account) == ["cloudwatch:PutLogAlarm"]
    assert not module(**options)["changed"]
    more = {**options, "log_lines": 10, "log_lines_role_arn": role, "tags": {"team": "other"}}
    assert module.both_ways(**more)["diff"]["after"] == {
        "log_lines": 10,
        "log_lines_role_arn": role,
        "tags": {"team": "other"},
    }
    assert tags_of(builder, log_alarms_of(builder)["lines"]["AlarmArn"]) == {"team": "other"}
    assert module.both_ways(alarm_name="lines", state="absent")["changed"]
    assert not module(alarm_name="lines", state="absent")["changed"]
    assert log_alarms_of(builder) == {}


def test_an_audit_lists_it_without_a_call_more(sandbox: Sandbox, account: str, builder: Builder) -> None:
    info = ModuleRunner(cis_monitoring_info, sandbox.url, account)
    topic_arn = builder.topic()
    for name, pattern in FILTERS.items():
        builder.metric_filter(name, pattern)
    builder.alarm(topic_arn)
    before, calls = info(), len(sandbox.calls(account))
    ModuleRunner(cloudwatch_log_alarm, sandbox.url, account)(
        alarm_name="lines",
        query_string='filter eventName = "CreateSecurityGroup"',
        log_groups=[LOG_GROUP],
        query_role_arn=f"arn:aws:iam::{account}:role/{ROLE}",
        start_time_offset=1200,
        alarm_actions=[topic_arn],
    )
    sandbox.clear_calls()
    after = info()
    [note] = [one for one in after["controls"][0]["notes"] if one not in before["controls"][0]["notes"]]
    assert note.startswith("Log alarm lines also evaluates the log group for this control and notifies ")
    assert after["controls"][0]["verdict"] == before["controls"][0]["verdict"]
    assert len(sandbox.calls(account)) <= calls
