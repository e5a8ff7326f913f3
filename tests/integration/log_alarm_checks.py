# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What log alarms do on AWS, as checks of the sandbox's corrections. `test_sandbox.py` runs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from account_builder import ALARM, LOG_GROUP, Builder
from botocore.exceptions import ClientError
from harness import REGION, Sandbox

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
