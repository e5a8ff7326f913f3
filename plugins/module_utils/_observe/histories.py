# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what became of notifications over some days: the history of an alarm, and deliveries that failed.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .._account.alarm_history import AlarmHistory, StateChange
from .._account.arn import Arn
from .._account.observation import Alarm
from .reader import Reader, or_gap

MOST_ITEMS = 100  # of a page
_DAY = 86_400  # seconds


@or_gap
def read_alarm_history(reader: Reader, alarm: Alarm, since: datetime, until: datetime) -> AlarmHistory:
    """The alarm's changes of state, and when an alarm without actions lost them."""
    asked = {"StartDate": since, "EndDate": until, "ScanBy": "TimestampAscending"}
    changes = [_change(item) for item in history_of(reader, alarm, "StateUpdate", **asked)]
    removed = None
    if not (alarm.actions_enabled and alarm.alarm_actions):
        removed = _removal(history_of(reader, alarm, "ConfigurationUpdate", **asked))
    ordered = tuple(sorted((one for one in changes if one), key=lambda change: change.at))
    # Before it was made, an alarm had no state; without a change since, it has had the same one.
    known = max(since, alarm.updated_at) if alarm.updated_at and not ordered else since
    return AlarmHistory(since, until, alarm.state, known, ordered, removed)


@or_gap
def read_failed_deliveries(reader: Reader, topic_arn: str, since: datetime, until: datetime) -> int:
    """How many notifications SNS could not deliver to the topic's subscribers, by its own metric."""
    topic = Arn.parse(topic_arn)
    answer = reader.ask(
        "cloudwatch",
        "get_metric_statistics",
        region=topic.region,
        about=f"deliveries of {topic_arn}",
        needs=("Datapoints",),
        Namespace="AWS/SNS",
        MetricName="NumberOfNotificationsFailed",
        Dimensions=[{"Name": "TopicName", "Value": topic.resource}],
        StartTime=since,
        EndTime=until,
        Period=_DAY,
        Statistics=["Sum"],
    )
    return int(sum(point["Sum"] for point in answer["Datapoints"]))


def history_of(reader: Reader, alarm: Alarm, kind: str, **parameters: Any) -> list[Mapping[str, Any]]:
    """The items of a kind in an alarm's history. Raises Unanswered."""
    # Without the types composite alarms are left out.
    types = ["CompositeAlarm" if alarm.rule else "MetricAlarm"]
    return history_items(reader, alarm.region, alarm.arn, types, kind, AlarmName=alarm.name, **parameters)


def history_items(
    reader: Reader, region: str, about: str, types: list[str], kind: str, **parameters: Any
) -> list[Mapping[str, Any]]:
    """The items of a kind in the history of alarms. Raises Unanswered."""
    pages = reader.pages(
        "cloudwatch",
        "describe_alarm_history",
        region=region,
        about=about,
        needs=("AlarmHistoryItems",),
        AlarmTypes=types,
        HistoryItemType=kind,
        **{"PaginationConfig": {"PageSize": MOST_ITEMS}, **parameters},
    )
    return [item for page in pages for item in page["AlarmHistoryItems"]]


def history_data(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item's HistoryData, {} where CloudWatch has cut it off at 4,095 characters; the summary says it in words."""
    try:
        data = json.loads(item.get("HistoryData") or "")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _change(item: Mapping[str, Any]) -> StateChange | None:
    """The change that an item tells of; its summary says the same where its data is cut off."""
    data = history_data(item)
    before = (data.get("oldState") or {}).get("stateValue")
    after = (data.get("newState") or {}).get("stateValue")
    if not (before and after):
        words = str(item.get("HistorySummary", "")).rsplit(" from ", maxsplit=1)[-1].split(" to ")
        if len(words) != 2:
            return None
        before, after = words
    return StateChange(item["Timestamp"], str(before).strip(), str(after).strip())


def _removal(items: list[Mapping[str, Any]]) -> datetime | None:
    """When the alarm last went from having actions to having none, as far as its history goes."""
    removed: datetime | None = None
    acted = True  # what was before the first item is not known, so that the item counts
    for item in sorted(items, key=lambda one: one["Timestamp"]):
        data = history_data(item)
        alarm = data.get("updatedAlarm")
        if not isinstance(alarm, dict):
            acted = data.get("type") != "Create" or _acts(data.get("createdAlarm"))
            continue
        acts = _acts(alarm)
        if acted and not acts:
            removed = item["Timestamp"]
        acted = acts
    return removed


def _acts(alarm: Any) -> bool:
    return isinstance(alarm, dict) and bool(alarm.get("alarmActions")) and alarm.get("actionsEnabled") is not False
