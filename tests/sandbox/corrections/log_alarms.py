# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log alarms, which the emulator lacks. They live among its alarms, whose names, tags, states and actions they share.

Follows PutLogAlarm, DescribeAlarms and DeleteAlarms of the Amazon CloudWatch API Reference, and 'Log alarms' of its
User Guide. AWS does not document what PutLogAlarm does with the tags of an alarm that exists: here, as with
PutMetricAlarm, it ignores them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import cbor2
import clock
from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch

from corrections.wrap import replace

COMPARISONS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
MOST_LINES = 50
MOST_RESULTS = 100
MOST_LOG_GROUPS = 50
MOST_CHARACTERS_OF_QUERY = 10_000
MOST_CHARACTERS_OF_AGGREGATION = 2048
MOST_SECONDS = 2_592_000
_AGGREGATION = re.compile(
    r"(count\(\*\)|(avg|sum|min|max|count)\([^()]+\))( +by +(?P<fields>[^|]+?))?( *\| *sort +(asc|desc))? *",
    re.IGNORECASE,
)
_MOST_FIELDS = 5
_TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
# "When you update the query, aggregation expression, schedule, or log groups ... transitions to INSUFFICIENT_DATA"
_RESETTING = ("QueryString", "AggregationExpression", "ScheduleConfiguration", "LogGroupIdentifiers")


def is_log_alarm(alarm: Mapping[str, Any]) -> bool:
    """Whether one of the emulator's alarms is a log alarm."""
    return "ScheduledQueryConfiguration" in alarm


def kind_of(alarm_name: str, default: str = "MetricAlarm") -> str:
    """The AlarmType by which a history names the alarm."""
    alarm = cloudwatch._alarms.get(alarm_name)
    return "LogAlarm" if alarm and is_log_alarm(alarm) else default


def apply() -> None:
    """Answer PutLogAlarm, and let the calls for alarms know log alarms."""
    _put_log_alarms()
    _describe_log_alarms()
    _delete_log_alarms()
    _remember_the_kind()


def _put_log_alarms() -> None:
    original = cloudwatch.handle_request

    async def handle_request(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Any:
        operation = re.search(r"(?:/operation/|\.)(\w+)$", headers.get("x-amz-target") or path)
        if not operation or operation.group(1) != "PutLogAlarm":
            return await original(method, path, headers, body, query)
        is_cbor = "smithy-protocol" in headers
        data = (cbor2.loads(body) if is_cbor else json.loads(body)) or {}
        for code, message in _faults(data):
            status = 409 if code == "ResourceConflict" else 400
            return cloudwatch._error(code, message, status, use_json=not is_cbor, use_cbor=is_cbor)
        _put(data)
        return cloudwatch._cbor_ok({}) if is_cbor else cloudwatch._json_ok({})

    replace(cloudwatch, "handle_request", handle_request)


def _put(data: dict[str, Any]) -> None:
    name = data["AlarmName"]
    arn = f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"
    before = cloudwatch._alarms.get(name)
    query = data["ScheduledQueryConfiguration"]
    now = int(clock.now())
    if before is None and data.get("Tags"):
        cloudwatch._resource_tags[arn] = {tag["Key"]: tag["Value"] for tag in data["Tags"]}
    alarm = {
        "ActionsEnabled": True,
        "TreatMissingData": "missing",
        "ActionLogLineCount": 0,
        "OKActions": [],
        "AlarmActions": [],
        "InsufficientDataActions": [],
        **{field: value for field, value in data.items() if field != "Tags"},
        "ScheduledQueryConfiguration": {
            **{field: value for field, value in query.items() if field != "Tags"},
            "QueryARN": f"arn:aws:logs:{get_region()}:{get_account_id()}:scheduled-query:{name}",
        },
        "AlarmArn": arn,
        "AlarmConfigurationUpdatedTimestamp": now,
    }
    if before and not any(before["ScheduledQueryConfiguration"].get(one) != query.get(one) for one in _RESETTING):
        state = {field: value for field, value in before.items() if field.startswith("State")}
    else:
        state = {"StateValue": "INSUFFICIENT_DATA", "StateReason": "Unchecked: Initial alarm creation"}
        state |= {"StateUpdatedTimestamp": now, "StateTransitionedTimestamp": now}
    cloudwatch._alarms[name] = {**alarm, **state}


def _faults(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the error code and message of what AWS would reject, if anything."""
    other = cloudwatch._alarms.get(data.get("AlarmName")) or cloudwatch._composite_alarms.get(data.get("AlarmName"))
    if other and not is_log_alarm(other):
        yield "ResourceConflict", f"{data['AlarmName']} is the name of an alarm of another type."
    for message in (*_alarm_faults(data), *_query_faults(data.get("ScheduledQueryConfiguration") or {})):
        yield "ValidationError", message


def _alarm_faults(data: dict[str, Any]) -> Iterator[str]:
    lines = data.get("ActionLogLineCount") or 0
    if not 1 <= len(data.get("AlarmName") or "") <= 255:
        yield "AlarmName must have 1 to 255 characters."
    if data.get("ComparisonOperator") not in COMPARISONS:
        yield f"ComparisonOperator must be one of {', '.join(COMPARISONS)}."
    if not 1 <= data.get("QueryResultsToEvaluate", 0) <= MOST_RESULTS:
        yield f"QueryResultsToEvaluate must be from 1 through {MOST_RESULTS}."
    if not 1 <= data.get("QueryResultsToAlarm", 0) <= data.get("QueryResultsToEvaluate", 0):
        yield "QueryResultsToAlarm must be from 1 through QueryResultsToEvaluate."
    if not isinstance(data.get("Threshold"), int | float):
        yield "Threshold must be a number."
    if (data.get("TreatMissingData") or "missing") not in _TREATMENTS:
        yield f"TreatMissingData must be one of {', '.join(_TREATMENTS)}."
    if not 0 <= lines <= MOST_LINES:
        yield f"ActionLogLineCount must be from 0 through {MOST_LINES}."
    if lines and not data.get("ActionLogLineRoleArn"):
        yield "ActionLogLineRoleArn is required when ActionLogLineCount is greater than 0."
    if lines and "unmask(" in (data.get("ScheduledQueryConfiguration") or {}).get("QueryString", ""):
        yield "A query that uses unmask() cannot include log lines in notifications."


def _query_faults(query: dict[str, Any]) -> Iterator[str]:
    schedule = query.get("ScheduleConfiguration") or {}
    start, end = schedule.get("StartTimeOffset", 0), schedule.get("EndTimeOffset") or 0
    if not 1 <= len(query.get("QueryString") or "") <= MOST_CHARACTERS_OF_QUERY:
        yield f"QueryString must have 1 to {MOST_CHARACTERS_OF_QUERY} characters."
    if not 1 <= len(query.get("LogGroupIdentifiers") or ()) <= MOST_LOG_GROUPS:
        yield f"LogGroupIdentifiers must have 1 to {MOST_LOG_GROUPS} entries."
    if not query.get("ScheduledQueryRoleARN"):
        yield "ScheduledQueryRoleARN is required."
    if not re.fullmatch(r"rate\([1-9][0-9]* (minute|hour|day)s?\)", schedule.get("ScheduleExpression") or ""):
        yield "ScheduleExpression must be a rate() expression."
    if not 1 <= start <= MOST_SECONDS:
        yield f"StartTimeOffset must be from 1 through {MOST_SECONDS}."
    if not 0 <= end < start:
        yield "EndTimeOffset must be non-negative and less than StartTimeOffset."
    yield from _aggregation_faults(query.get("AggregationExpression") or "")


def _aggregation_faults(expression: str) -> Iterator[str]:
    parts = _AGGREGATION.fullmatch(expression)
    if len(expression) > MOST_CHARACTERS_OF_AGGREGATION or not parts:
        yield "AggregationExpression is invalid."
    elif len((parts["fields"] or "").split(",")) > _MOST_FIELDS:
        yield f"AggregationExpression can group by at most {_MOST_FIELDS} fields."
    elif "bin(" in (parts["fields"] or ""):
        yield "AggregationExpression cannot use bin()."


def _describe_log_alarms() -> None:
    """DescribeAlarms lists log alarms where AlarmTypes names them, and not otherwise."""
    original = cloudwatch._describe_alarms

    def describe_alarms(params: Any, data: dict[str, Any], is_cbor: bool, is_json: bool = False) -> Any:
        if not (is_cbor or is_json):  # botocore sends one of them; the Query protocol stays as it is
            return original(params, data, is_cbor, is_json)
        kinds = data.get("AlarmTypes") or ["MetricAlarm"]
        of_emulator = sorted({"MetricAlarm" if kind == "LogAlarm" else kind for kind in kinds})
        status, headers, body = original(params, {**data, "AlarmTypes": of_emulator}, is_cbor, is_json)
        if status != 200:
            return status, headers, body
        page = cbor2.loads(body) if is_cbor else json.loads(body)
        found = page.get("MetricAlarms") or []
        page["MetricAlarms"] = [one for one in found if not is_log_alarm(one) and "MetricAlarm" in kinds]
        page["LogAlarms"] = [one for one in found if is_log_alarm(one) and "LogAlarm" in kinds]
        if is_cbor:
            for kind in ("MetricAlarms", "CompositeAlarms", "LogAlarms"):
                page[kind] = [cloudwatch._cbor_alarm(_in_seconds(one)) for one in page.get(kind) or ()]
        return cloudwatch._cbor_ok(page) if is_cbor else cloudwatch._json_ok(page)

    replace(cloudwatch, "_describe_alarms", describe_alarms)


def _in_seconds(alarm: dict[str, Any]) -> dict[str, Any]:
    """Undo what decoding CBOR makes of timestamps."""
    return {name: value.timestamp() if isinstance(value, datetime) else value for name, value in alarm.items()}


def _delete_log_alarms() -> None:
    """DeleteAlarms: 'Log alarms cannot be batch deleted.'"""
    original = cloudwatch._delete_alarms

    def delete_alarms(params: Any, data: dict[str, Any], is_cbor: bool, is_json: bool = False) -> Any:
        names = data.get("AlarmNames") or []
        if len(names) > 1 and any(kind_of(name) == "LogAlarm" for name in names):
            message = "Log alarms cannot be batch deleted."
            return cloudwatch._error("ValidationError", message, 400, use_json=is_json, use_cbor=is_cbor)
        return original(params, data, is_cbor, is_json)

    replace(cloudwatch, "_delete_alarms", delete_alarms)


def _remember_the_kind() -> None:
    original = cloudwatch._record_history

    def record_history(
        name: str, old: str, new: str, reason: str, alarm_type: str = "MetricAlarm", reason_data: Any = None
    ) -> None:
        original(name, old, new, reason, kind_of(name, alarm_type), reason_data)

    replace(cloudwatch, "_record_history", record_history)
