# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What log alarms do on AWS, as checks of the sandbox's corrections. `test_sandbox.py` runs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from account_builder import ALARM, LOG_GROUP, Builder, put_record
from botocore.exceptions import ClientError
from harness import REGION, Sandbox

POLICIES = Path(__file__).parents[2] / "docs" / "policies"
LINES = "LogLines"  # the sandbox's word: AWS does not document the field
NAME = "security_group_changes_log_alarm"
QUERY = 'fields @timestamp, eventName | filter eventName = "CreateSecurityGroup"'


def log_alarm(builder: Builder, query: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A request of PutLogAlarm."""
    return {
        "AlarmName": NAME,
        "ScheduledQueryConfiguration": {
            "QueryString": QUERY,
            "LogGroupIdentifiers": [f"arn:aws:logs:{REGION}:{builder.account}:log-group:{LOG_GROUP}"],
            "ScheduledQueryRoleARN": f"arn:aws:iam::{builder.account}:role/log-alarm-query",
            "ScheduleConfiguration": {"ScheduleExpression": "rate(5 minutes)", "StartTimeOffset": 300},
            "AggregationExpression": "count(*)",
            **(query or {}),
        },
        "QueryResultsToEvaluate": 1,
        "QueryResultsToAlarm": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        **changes,
    }


def listed(builder: Builder) -> list[dict[str, Any]]:
    """The log alarms of the account."""
    found: list[dict[str, Any]] = builder.client("cloudwatch").describe_alarms(AlarmTypes=["LogAlarm"])["LogAlarms"]
    return found


def log_alarms(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch API Reference, PutLogAlarm, DescribeAlarms and DeleteAlarms; User Guide, 'Log alarms'."""
    cloudwatch = builder.client("cloudwatch")
    cloudwatch.put_log_alarm(**log_alarm(builder, Tags=[{"Key": "team", "Value": "security"}]))
    [alarm] = listed(builder)
    assert (alarm["StateValue"], alarm["TreatMissingData"], alarm["ActionsEnabled"], alarm["ActionLogLineCount"]) == (
        "INSUFFICIENT_DATA",
        "missing",
        True,
        0,
    )
    assert alarm["ScheduledQueryConfiguration"]["QueryARN"].startswith(f"arn:aws:logs:{REGION}:{builder.account}:")
    _only_where_it_is(sandbox, builder)
    _as_other_alarms(builder, alarm["AlarmArn"])
    _update_replaces(builder)
    _refusals(builder)
    _deletion(builder)


def _only_where_it_is(sandbox: Sandbox, builder: Builder) -> None:
    every_kind = ["MetricAlarm", "CompositeAlarm", "LogAlarm"]
    answer = builder.client("cloudwatch").describe_alarms(AlarmTypes=every_kind)
    assert ([one["AlarmName"] for one in answer["LogAlarms"]], answer["MetricAlarms"]) == ([NAME], [])
    assert builder.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    elsewhere = (
        sandbox.client("cloudwatch", builder.account, "eu-west-1"),
        sandbox.client("cloudwatch", sandbox.new_account(), REGION),
    )
    assert [client.describe_alarms(AlarmTypes=every_kind)["LogAlarms"] for client in elsewhere] == [[], []]


def _as_other_alarms(builder: Builder, arn: str) -> None:
    """Tags, states and actions are those of any alarm."""
    cloudwatch = builder.client("cloudwatch")
    cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "stage", "Value": "test"}])
    cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["team"])
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "stage", "Value": "test"}]
    cloudwatch.disable_alarm_actions(AlarmNames=[NAME])
    assert not listed(builder)[0]["ActionsEnabled"]
    cloudwatch.enable_alarm_actions(AlarmNames=[NAME])
    cloudwatch.set_alarm_state(AlarmName=NAME, StateValue="OK", StateReason="test")
    assert (listed(builder)[0]["ActionsEnabled"], listed(builder)[0]["StateValue"]) == (True, "OK")
    items = cloudwatch.describe_alarm_history(AlarmName=NAME, AlarmTypes=["LogAlarm"])["AlarmHistoryItems"]
    assert [item["AlarmType"] for item in items] == ["LogAlarm"]


def _update_replaces(builder: Builder) -> None:
    """What an update does not give is at its default again; the state goes with the query, not with the threshold."""
    cloudwatch = builder.client("cloudwatch")
    cloudwatch.put_log_alarm(**log_alarm(builder, Threshold=5, AlarmDescription="Changes", ActionsEnabled=False))
    assert (listed(builder)[0]["StateValue"], listed(builder)[0]["Threshold"]) == ("OK", 5)
    cloudwatch.put_log_alarm(**log_alarm(builder, {"QueryString": "fields eventName"}))
    [alarm] = listed(builder)
    assert (alarm["StateValue"], alarm["ActionsEnabled"]) == ("INSUFFICIENT_DATA", True)
    assert "AlarmDescription" not in alarm


def _refusals(builder: Builder) -> None:
    role = f"arn:aws:iam::{builder.account}:role/log-alarm-lines"
    schedule = {"ScheduleExpression": "rate(5 minutes)", "StartTimeOffset": 300}
    unmasked = {"QueryString": "fields unmask(@message)"}
    for query, changes in (
        ({}, {"ComparisonOperator": "GreaterThanUpperThreshold"}),
        ({}, {"QueryResultsToEvaluate": 101}),
        ({}, {"QueryResultsToEvaluate": 2, "QueryResultsToAlarm": 3}),
        ({}, {"TreatMissingData": "never"}),
        ({}, {"ActionLogLineCount": 51, "ActionLogLineRoleArn": role}),
        ({}, {"ActionLogLineCount": 1}),
        (unmasked, {"ActionLogLineCount": 1, "ActionLogLineRoleArn": role}),
        ({"AggregationExpression": "pct(duration, 99)"}, {}),
        ({"AggregationExpression": "count(*) by bin(5m)"}, {}),
        ({"AggregationExpression": "count(*) by a, b, c, d, e, f"}, {}),
        ({"ScheduleConfiguration": {**schedule, "ScheduleExpression": "cron(0 * * * ? *)"}}, {}),
        ({"ScheduleConfiguration": {**schedule, "EndTimeOffset": 300}}, {}),
    ):
        assert _code(builder, **log_alarm(builder, query, **changes)) == "ValidationError", (query, changes)
    builder.alarm(f"arn:aws:sns:{REGION}:{builder.account}:topic")
    assert _code(builder, **log_alarm(builder, AlarmName=ALARM)) == "ResourceConflict"


def _deletion(builder: Builder) -> None:
    cloudwatch = builder.client("cloudwatch")
    with pytest.raises(ClientError, match="cannot be batch deleted"):
        cloudwatch.delete_alarms(AlarmNames=[NAME, ALARM])
    cloudwatch.delete_alarms(AlarmNames=[NAME])
    assert listed(builder) == []


def _code(builder: Builder, **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        builder.client("cloudwatch").put_log_alarm(**request)
    return str(caught.value.response["Error"]["Code"])


def log_alarm_evaluation(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch User Guide, 'Log alarms' and 'Alarming on logs': state, notification, lines and roles."""
    take = queue_of_topic(builder)
    topic = f"arn:aws:sns:{REGION}:{builder.account}:log-alarms"
    lines = {"ActionLogLineCount": 1, "ActionLogLineRoleArn": _role_arn(builder, "log-alarm-lines")}
    cloudwatch = builder.client("cloudwatch")
    _role(builder, "log-alarm-query", "logs", ["logs:StartQuery", "logs:GetQueryResults"])
    cloudwatch.put_log_alarm(**log_alarm(builder, AlarmActions=[topic], **lines))
    put_record(sandbox, builder.account, "DescribeSecurityGroups")
    assert (listed(builder)[0]["StateValue"], take()) == ("OK", [])
    put_record(sandbox, builder.account, "CreateSecurityGroup")
    [message] = take()
    assert listed(builder)[0]["StateValue"] == message["NewStateValue"] == "ALARM"
    assert message["AlarmArn"] == f"arn:aws:cloudwatch:{REGION}:{builder.account}:alarm:{NAME}"
    assert message["NewStateReason"].startswith("Threshold Crossed: 1 out of the last 1 query results [1.0 (")
    data = message["NewStateReasonData"]
    assert (data["queryResultsToEvaluate"], data["threshold"], data["results"][0]["value"]) == (1, 1.0, 1.0)
    assert not {"Trigger", LINES} & message.keys()  # the role of the lines does not exist
    _with_lines(sandbox, builder, take)
    _what_it_cannot_evaluate(sandbox, builder)


def _with_lines(sandbox: Sandbox, builder: Builder, take: Callable[[], list[dict[str, Any]]]) -> None:
    """The lines are what the query shows, at most as many as the alarm says; the query looks back as far as it says."""
    role = documented_role(builder)
    configuration = {"ScheduledQueryRoleARN": role}
    settings = {"ActionLogLineCount": 1, "ActionLogLineRoleArn": role}
    topic = f"arn:aws:sns:{REGION}:{builder.account}:log-alarms"
    builder.client("cloudwatch").put_log_alarm(**log_alarm(builder, configuration, AlarmActions=[topic], **settings))
    sandbox.tick(301)
    assert listed(builder)[0]["StateValue"] == "OK"
    for _number in range(2):
        put_record(sandbox, builder.account, "CreateSecurityGroup")
    [message] = take()
    [line] = message[LINES]
    assert (line.pop("@timestamp")[:2], line) == ("20", {"eventName": "CreateSecurityGroup"})


def _what_it_cannot_evaluate(sandbox: Sandbox, builder: Builder) -> None:
    role = _role_arn(builder, "absent")
    for query, reason in (
        ({"QueryString": "filter a"}, "query is invalid"),
        ({"LogGroupIdentifiers": ["absent"]}, "Log group absent does not exist"),
        ({"ScheduledQueryRoleARN": role}, f"Role {role} does not exist"),
        ({"ScheduledQueryRoleARN": _role(builder, "lines", "cloudwatch", [])}, "logs.amazonaws.com is not authorized"),
        ({"ScheduledQueryRoleARN": _role(builder, "weak", "logs", ["logs:StopQuery"])}, "perform: logs:StartQuery"),
    ):
        builder.client("cloudwatch").put_log_alarm(**log_alarm(builder, query))
        builder.client("cloudwatch").set_alarm_state(AlarmName=NAME, StateValue="OK", StateReason="test")
        sandbox.tick(1)
        [alarm] = listed(builder)
        assert (alarm["StateValue"], alarm["EvaluationState"]) == ("INSUFFICIENT_DATA", "EVALUATION_ERROR")
        assert reason in alarm["StateReason"]


def documented_role(builder: Builder) -> str:
    """Make the role that docs/log-alarms.md describes, for the log group."""
    trust, permissions = (
        (POLICIES / f"log_alarms_role{part}.json").read_text().replace("log-group:*:*", f"log-group:{LOG_GROUP}:*")
        for part in ("_trust", "")
    )
    return _create_role(builder, "log-alarms", trust, permissions)


def _role_arn(builder: Builder, name: str) -> str:
    return f"arn:aws:iam::{builder.account}:role/{name}"


def _role(builder: Builder, name: str, service: str, actions: list[str]) -> str:
    """Make a role as 'Alarming on logs' describes it: it trusts the service, and may do that on the log group."""
    trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    group = f"arn:aws:logs:{REGION}:{builder.account}:log-group:{LOG_GROUP}:*"
    permission = {"Effect": "Allow", "Action": actions or ["logs:GetQueryResults"], "Resource": group}
    trusts, permits = (json.dumps({"Version": "2012-10-17", "Statement": [one]}) for one in (trust, permission))
    return _create_role(builder, name, trusts, permits)


def _create_role(builder: Builder, name: str, trust: str, permissions: str) -> str:
    builder.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    builder.client("iam").put_role_policy(RoleName=name, PolicyName="logs", PolicyDocument=permissions)
    return _role_arn(builder, name)


def queue_of_topic(builder: Builder) -> Callable[[], list[dict[str, Any]]]:
    """Make topic log-alarms with a queue, and return a function that takes what arrived there."""
    sqs, sns = builder.client("sqs"), builder.client("sns")
    url = sqs.create_queue(QueueName="log-alarms")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="log-alarms")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def take() -> list[dict[str, Any]]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in messages]

    return take
