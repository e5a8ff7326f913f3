# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log alarms run their query, count what it finds, and put the lines into the notification.

Follows 'Log alarms' and 'Alarming on logs' of the Amazon CloudWatch User Guide: M of the last N query results must
breach; the role of the query must trust logs.amazonaws.com and that of the lines cloudwatch.amazonaws.com; an invalid
query or a role that won't do is an EVALUATION_ERROR. AWS runs a query on its schedule, the sandbox with each record and
each tick. Other aggregations than count(*) are not computed here. AWS does not document the field in which a message
has the lines, and names e-mail alone: here it is LINES, for every subscriber.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import clock
import insights
from ministack.core.iam_evaluator import EvalContext, _gather_role_policies, evaluate_resource_policy
from ministack.core.iam_evaluator import evaluate as evaluate_policies
from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, cloudwatch_logs, iam

from corrections import alarm_evaluation, alarm_messages, log_alarms
from corrections.wrap import replace

LINES = "LogLines"
_ARRIVAL = "_arrival"
_MOST_BYTES = 262_144  # of a message of SNS
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
_COMPARED = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}


@dataclass(frozen=True)
class Execution:
    """One run of the query: when, and the lines that it found, the newest first."""

    at: float
    lines: list[dict[str, str]]


class EvaluationError(Exception):
    """Why an alarm can't be evaluated, as its configuration is."""


def apply() -> None:
    """Evaluate log alarms where others are evaluated, and write their notifications.

    The sandbox's clock can be ahead of a client's. So an event is as old as its arrival, as for metric filters.
    """
    original_append = cloudwatch_logs._append_log_events
    original_evaluate, original_completed = cloudwatch._evaluate_alarm, alarm_messages.completed

    def evaluate_alarm(alarm: dict[str, Any]) -> None:
        (evaluate if log_alarms.is_log_alarm(alarm) else original_evaluate)(alarm)

    def completed(text: str, alarm: dict[str, Any]) -> str:
        standard = original_completed(text, alarm)
        return json.dumps(message(alarm, json.loads(standard))) if log_alarms.is_log_alarm(alarm) else standard

    def append_log_events(stream: dict[str, Any], events: list[dict[str, Any]]) -> None:
        for event in events:
            event[_ARRIVAL] = clock.now()
        original_append(stream, events)

    replace(cloudwatch_logs, "_append_log_events", append_log_events)
    replace(cloudwatch, "_evaluate_alarm", evaluate_alarm)
    replace(alarm_messages, "completed", completed)


def evaluate(alarm: dict[str, Any]) -> None:
    """Let a log alarm take the state that its query asks for, and act on a transition."""
    if alarm["ScheduledQueryConfiguration"]["AggregationExpression"] != "count(*)":
        return
    try:
        results = list(_executions(alarm))
    except EvaluationError as error:
        alarm["EvaluationState"] = "EVALUATION_ERROR"
        _take(alarm, "INSUFFICIENT_DATA", str(error), None)
        return
    alarm.pop("EvaluationState", None)
    compare = alarm_evaluation.COMPARISONS[alarm["ComparisonOperator"]]
    breaching = [one for one in results if compare(len(one.lines), alarm["Threshold"])]
    state = "ALARM" if len(breaching) >= alarm["QueryResultsToAlarm"] else "OK"
    _take(alarm, state, _reason(alarm, breaching or results, len(breaching)), _reason_data(alarm, results))


def message(alarm: Mapping[str, Any], standard: Mapping[str, Any]) -> dict[str, Any]:
    """The notification of a log alarm: what that of any alarm has, the results, and the lines of the newest one."""
    found = {name: value for name, value in standard.items() if name != "Trigger"}
    if alarm.get("StateReasonData"):
        found["NewStateReasonData"] = json.loads(alarm["StateReasonData"])
    lines = _lines_to_send(alarm)
    while lines and len(json.dumps({**found, LINES: lines})) > _MOST_BYTES:
        lines.pop()
    return {**found, LINES: lines} if lines else found


def _take(alarm: dict[str, Any], new: str, reason: str, data: dict[str, Any] | None) -> None:
    old, now = alarm["StateValue"], int(clock.now())
    if new == old:
        return
    alarm.update(StateValue=new, StateReason=reason, StateUpdatedTimestamp=now, StateTransitionedTimestamp=now)
    alarm["StateReasonData"] = json.dumps(data) if data else ""
    cloudwatch._record_history(alarm["AlarmName"], old, new, reason, "LogAlarm", data)
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _executions(alarm: Mapping[str, Any]) -> Iterator[Execution]:
    """The last runs of the query, the newest first."""
    configuration = alarm["ScheduledQueryConfiguration"]
    groups = [_name_of(one) for one in configuration["LogGroupIdentifiers"]]
    for group in groups:
        if group not in cloudwatch_logs._log_groups:
            raise EvaluationError(f"Log group {group} does not exist.")
        _check_role(configuration["ScheduledQueryRoleARN"], "logs.amazonaws.com", "logs:StartQuery", group)
    try:
        query = insights.read(configuration["QueryString"])
    except insights.QueryError as error:
        raise EvaluationError(f"The query is invalid: {error}.") from error
    schedule = configuration["ScheduleConfiguration"]
    amount, unit = re.findall(r"\d+|minute|hour|day", schedule["ScheduleExpression"])
    for number in range(alarm["QueryResultsToEvaluate"]):
        at = clock.now() - number * int(amount) * _SECONDS[unit]
        begin, end = at - schedule["StartTimeOffset"], at - (schedule.get("EndTimeOffset") or 0)
        yield Execution(at, list(_found(query, groups, begin, end)))


def _found(query: insights.Query, groups: list[str], begin: float, end: float) -> Iterator[dict[str, str]]:
    events = [
        event
        for group in groups
        for stream in cloudwatch_logs._log_groups[group]["streams"].values()
        for event in stream["events"]
        if begin <= event[_ARRIVAL] <= end
    ]
    for event in sorted(events, key=operator.itemgetter(_ARRIVAL), reverse=True):
        if query.finds(event["message"]) == insights.YES:
            yield query.row(event["message"], cloudwatch_logs._format_insights_timestamp(event["timestamp"]))


def _name_of(group: str) -> str:
    return group.partition(":log-group:")[2].removesuffix(":*") if group.startswith("arn:") else group


def _lines_to_send(alarm: Mapping[str, Any]) -> list[dict[str, str]]:
    role = alarm.get("ActionLogLineRoleArn") or ""
    try:
        newest = next(_executions(alarm))
        for group in alarm["ScheduledQueryConfiguration"]["LogGroupIdentifiers"]:
            _check_role(role, "cloudwatch.amazonaws.com", "logs:GetQueryResults", _name_of(group))
    except EvaluationError:
        return []
    return newest.lines[: alarm.get("ActionLogLineCount") or 0]


def _check_role(arn: str, service: str, action: str, group: str) -> None:
    """Raise EvaluationError where the service can't assume the role, or the role may not do that on the log group."""
    name = arn.rpartition("/")[2]
    role = iam._roles.get(name)
    if not role or role["Arn"] != arn:
        raise EvaluationError(f"Role {arn} does not exist.")
    context = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="sts:AssumeRole",
        resource_arn="*",
        region=get_region(),
        service_context={"aws:sourceaccount": get_account_id()},
    )
    trust = json.loads(role["AssumeRolePolicyDocument"])
    trust["Statement"] = [{**one, "Resource": "*"} for one in trust["Statement"]]
    if evaluate_resource_policy(trust, context, service=service).decision != "Allow":
        raise EvaluationError(f"{service} is not authorized to assume role {arn}.")
    context.action = action
    context.resource_arn = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}:*"
    if evaluate_policies(context, _gather_role_policies(name, get_account_id())).decision != "Allow":
        raise EvaluationError(f"Role {arn} is not authorized to perform: {action} on {context.resource_arn}.")


def _reason(alarm: Mapping[str, Any], results: list[Execution], breaching: int) -> str:
    shown = ", ".join(f"{len(one.lines):.1f} ({_moment(one.at):%d/%m/%y %H:%M:%S})" for one in results)
    were = "were" if breaching else "were not"
    return (
        f"Threshold Crossed: {len(results)} out of the last {alarm['QueryResultsToEvaluate']} query results [{shown}] "
        f"{were} {_COMPARED[alarm['ComparisonOperator']]} the threshold ({alarm['Threshold']:.1f})."
    )


def _reason_data(alarm: Mapping[str, Any], results: list[Execution]) -> dict[str, Any]:
    return {
        "version": "1.0",
        "queryDate": _written(clock.now()),
        "threshold": float(alarm["Threshold"]),
        "queryResultsToEvaluate": alarm["QueryResultsToEvaluate"],
        "queryResultsToAlarm": alarm["QueryResultsToAlarm"],
        "results": [
            {
                "queryResultId": f"scheduled-query-execution-{int(one.at)}",
                "status": "COMPLETE",
                "timestamp": _written(one.at),
                "value": float(len(one.lines)),
            }
            for one in results
        ],
    }


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, tz=UTC)


def _written(at: float) -> str:
    return f"{_moment(at):%Y-%m-%dT%H:%M:%S}.000+0000"
