# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a log alarm: what PutLogAlarm takes, compared with what DescribeAlarms gives. Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutLogAlarm.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._account.arn import Arn
from .._account.observation import Alarm
from .result import differing

BOTOCORE = "1.43.37"
"""The first version that knows the operation."""
MOST_LINES = 50
LONGEST_NAME = 255
COMPARISONS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
DEFAULTS: Mapping[str, Any] = {
    "description": "",
    "schedule_expression": "rate(5 minutes)",
    "end_time_offset": 0,
    "aggregation_expression": "count(*)",
    "results_to_evaluate": 1,
    "results_to_alarm": 1,
    "threshold": 1.0,
    "comparison": "GreaterThanOrEqualToThreshold",
    "treat_missing_data": "notBreaching",
    "log_lines": 0,
    "log_lines_role_arn": "",
    "actions_enabled": True,
    "alarm_actions": [],
    "ok_actions": [],
    "insufficient_data_actions": [],
}
"""The settings that a log alarm need not be given, by their names as options of cloudwatch_log_alarm."""
FIELDS = ("query_string", "log_groups", "query_role_arn", "start_time_offset", *DEFAULTS)

_LONGEST_QUERY, _LONGEST_AGGREGATION, _LONGEST_DESCRIPTION = 10_000, 2048, 1024
_MOST_GROUPS, _MOST_RESULTS, _MOST_ACTIONS = 50, 100, 5
_LONGEST_OFFSET = 2_592_000  # seconds
_ROLE = re.compile(r"arn:[^:]+:iam::[0-9]{12}:role/.+")
_TOO_OLD = "The installed botocore does not know log alarms (PutLogAlarm). Update boto3 and botocore to"


def too_old(otherwise: str = "") -> str:
    """What to do about a botocore that lacks the operation; `otherwise` is what else helps."""
    return f"{_TOO_OLD} {BOTOCORE} or newer{f', or {otherwise}' if otherwise else ''}."


def settings_of(alarm: Alarm) -> dict[str, Any]:
    """The settings of an existing log alarm, {} of an alarm of another kind. Groups of its own region have names."""
    query = alarm.log_query
    if query is None:
        return {}
    return {
        "query_string": query.text,
        "log_groups": as_names(query.log_groups, alarm.account, alarm.region),
        "query_role_arn": query.role,
        "start_time_offset": query.start_offset,
        "description": alarm.description,
        "schedule_expression": query.schedule,
        "end_time_offset": query.end_offset,
        "aggregation_expression": query.aggregation,
        "results_to_evaluate": query.results_to_evaluate,
        "results_to_alarm": query.results_to_alarm,
        "threshold": alarm.threshold,
        "comparison": alarm.comparison,
        "treat_missing_data": alarm.treat_missing_data,
        "log_lines": query.lines,
        "log_lines_role_arn": query.lines_role,
        "actions_enabled": alarm.actions_enabled,
        "alarm_actions": list(alarm.alarm_actions),
        "ok_actions": list(alarm.ok_actions),
        "insufficient_data_actions": list(alarm.insufficient_data_actions),
    }


def differences(found: Alarm, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings that differ, as they are and as they are wanted. The order of groups and actions does not matter."""
    after = {**wanted, "log_groups": as_names(wanted["log_groups"], found.account, found.region)}
    return differing(_ordered(settings_of(found)), _ordered(after))


def _ordered(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if isinstance(value, list) else value for name, value in settings.items()}


def as_names(groups: Iterable[str], account: str, region: str) -> list[str]:
    """The log groups by name, and those of another account or region by ARN, as PutLogAlarm needs it."""
    return [_as_name(one, account, region) for one in groups]


def _as_name(group: str, account: str, region: str) -> str:
    arn = Arn.parse(group.removesuffix(":*"))
    is_own = (arn.account, arn.region) == (account, region)
    return arn.resource.removeprefix("log-group:") if is_own else group.removesuffix(":*")


def request(name: str, settings: Mapping[str, Any], existing: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of PutLogAlarm, which replaces everything: what is not managed here stays as `existing` has it.

    `existing` is DescribeAlarms' entry of the alarm, {} of a new one.
    """
    tags = (existing.get("ScheduledQueryConfiguration") or {}).get("Tags")
    lines = {"ActionLogLineCount": settings["log_lines"], "ActionLogLineRoleArn": settings["log_lines_role_arn"]}
    kept = {key: existing[key] for key in ("WarmUpConfiguration", "ActionConfiguration") if existing.get(key)}
    return {
        "AlarmName": name,
        "AlarmDescription": settings["description"],
        "ScheduledQueryConfiguration": {
            "QueryString": settings["query_string"],
            "LogGroupIdentifiers": list(settings["log_groups"]),
            "ScheduledQueryRoleARN": settings["query_role_arn"],
            "ScheduleConfiguration": {
                "ScheduleExpression": settings["schedule_expression"],
                "StartTimeOffset": settings["start_time_offset"],
                "EndTimeOffset": settings["end_time_offset"],
            },
            "AggregationExpression": settings["aggregation_expression"],
            **({"Tags": tags} if tags else {}),
        },
        **(lines if settings["log_lines"] else {}),
        "ActionsEnabled": settings["actions_enabled"],
        "OKActions": list(settings["ok_actions"]),
        "AlarmActions": list(settings["alarm_actions"]),
        "InsufficientDataActions": list(settings["insufficient_data_actions"]),
        "QueryResultsToEvaluate": settings["results_to_evaluate"],
        "QueryResultsToAlarm": settings["results_to_alarm"],
        "Threshold": settings["threshold"],
        "ComparisonOperator": settings["comparison"],
        "TreatMissingData": settings["treat_missing_data"],
        **kept,
    }


def faults(name: str, settings: Mapping[str, Any]) -> Iterator[str]:
    """What AWS would refuse, in a sentence each."""
    if not 1 <= len(name) <= LONGEST_NAME:
        yield f"alarm_name has {len(name)} characters, but CloudWatch accepts 1 to {LONGEST_NAME}."
    for option, longest in (
        ("description", _LONGEST_DESCRIPTION),
        ("query_string", _LONGEST_QUERY),
        ("aggregation_expression", _LONGEST_AGGREGATION),
    ):
        if len(settings[option]) > longest:
            yield f"{option} has {len(settings[option])} characters, but CloudWatch accepts at most {longest}."
    if not 1 <= len(settings["log_groups"]) <= _MOST_GROUPS:
        yield f"log_groups has {len(settings['log_groups'])} log groups, but it must have 1 to {_MOST_GROUPS}."
    yield from _faults_of_roles(settings)
    yield from _faults_of_numbers(settings)
    for option in ("alarm_actions", "ok_actions", "insufficient_data_actions"):
        if len(settings[option]) > _MOST_ACTIONS:
            yield f"{option} has {len(settings[option])} actions, but an alarm has at most {_MOST_ACTIONS}."


def _faults_of_roles(settings: Mapping[str, Any]) -> Iterator[str]:
    for option in ("query_role_arn", "log_lines_role_arn"):
        if settings[option] and not _ROLE.fullmatch(settings[option]):
            yield f"{option} is {settings[option]!r}, which is not the ARN of an IAM role."
    if settings["log_lines"] and not settings["log_lines_role_arn"]:
        yield "log_lines requires log_lines_role_arn, the role that reads them. Set it, or set log_lines to 0."


def _faults_of_numbers(settings: Mapping[str, Any]) -> Iterator[str]:
    start, end = settings["start_time_offset"], settings["end_time_offset"]
    if not 0 <= end < start <= _LONGEST_OFFSET:
        yield (
            f"start_time_offset is {start} and end_time_offset {end}. The first must be greater than the second, "
            f"and they must be within 0 and {_LONGEST_OFFSET} seconds."
        )
    evaluated, needed = settings["results_to_evaluate"], settings["results_to_alarm"]
    if not 1 <= needed <= evaluated <= _MOST_RESULTS:
        yield (
            f"results_to_alarm is {needed} and results_to_evaluate {evaluated}. Both must be within 1 and "
            f"{_MOST_RESULTS}, and the first not greater than the second."
        )
    if not 0 <= settings["log_lines"] <= MOST_LINES:
        yield f"log_lines is {settings['log_lines']}, but CloudWatch accepts 0 to {MOST_LINES}."
