# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of an alarm's history and of SNS's own metric, in the shapes that AWS answers with."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.alarm_history import AlarmHistory
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.histories import (
    read_alarm_history,
    read_failed_deliveries,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws, Fault, Pages
from ansible_collections.aws_cis.monitoring.tests.unit.observations import TOPIC_ARN, an_alarm

UNTIL = datetime(2026, 11, 23, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=30)
HISTORY = "cloudwatch:DescribeAlarmHistory"


def at(day: int) -> datetime:
    return SINCE + timedelta(days=day)


def changed(day: int, before: str, after: str) -> dict[str, Any]:
    data = {"oldState": {"stateValue": before}, "newState": {"stateValue": after}}
    return {"Timestamp": at(day), "HistoryData": json.dumps(data), "HistorySummary": ""}


def configured(day: int, actions: list[str], kind: str = "updatedAlarm", **settings: Any) -> dict[str, Any]:
    data = {"type": "Update", kind: {"alarmActions": actions, "actionsEnabled": True, **settings}}
    return {"Timestamp": at(day), "HistoryData": json.dumps(data), "HistorySummary": "Alarm updated"}


def read(answer: Any, **alarm: Any) -> tuple[FakeAws, AlarmHistory | Gap]:
    aws = FakeAws({HISTORY: answer})
    return aws, read_alarm_history(Reader(aws), an_alarm(**alarm), SINCE, UNTIL)


def found(answer: Any, **alarm: Any) -> AlarmHistory:
    _aws, history = read(answer, **alarm)
    assert isinstance(history, AlarmHistory)
    return history


def test_all_pages_count_whatever_their_order() -> None:
    pages = Pages(
        [
            {"AlarmHistoryItems": [changed(3, "ALARM", "OK"), changed(2, "OK", "ALARM")]},
            {"AlarmHistoryItems": [changed(5, "OK", "ALARM")]},
        ]
    )
    history = found(pages, state="ALARM")
    assert history.fired == (at(2), at(5))
    assert history.in_alarm == timedelta(days=26)


def test_data_that_is_cut_off_is_read_from_the_summary() -> None:
    item = {"Timestamp": at(1), "HistoryData": '{"version', "HistorySummary": "Alarm updated from OK to ALARM"}
    assert found({"AlarmHistoryItems": [item]}).fired == (at(1),)
    other = {**item, "HistorySummary": "Something else"}
    assert found({"AlarmHistoryItems": [other]}).changes == ()


def test_a_composite_alarm_is_asked_about_as_one() -> None:
    aws, _history = read({"AlarmHistoryItems": []}, rule="ALARM(a)")
    assert [one["AlarmTypes"] for one in aws.made(HISTORY)] == [["CompositeAlarm"]]


def test_an_alarm_without_changes_has_its_state_since_it_was_made() -> None:
    assert found({"AlarmHistoryItems": []}, updated_at=at(29)).known_since == at(29)
    assert found({"AlarmHistoryItems": []}, updated_at=at(-5)).known_since == SINCE
    assert found({"AlarmHistoryItems": [changed(2, "OK", "ALARM")]}, updated_at=at(29)).known_since == SINCE


def by_kind(*configurations: dict[str, Any]) -> Any:
    return lambda HistoryItemType, **_asked: {
        "AlarmHistoryItems": list(configurations) if HistoryItemType == "ConfigurationUpdate" else []
    }


def test_when_the_actions_were_removed() -> None:
    answer = by_kind(configured(3, []), configured(1, [TOPIC_ARN]), configured(9, [], description="again"))
    assert found(answer, alarm_actions=()).actions_removed == at(3)
    disabled = by_kind(configured(1, [TOPIC_ARN]), configured(4, [TOPIC_ARN], actionsEnabled=False))
    assert found(disabled, actions_enabled=False).actions_removed == at(4)


def test_an_alarm_that_never_had_actions_lost_none() -> None:
    created = configured(1, [], "createdAlarm")
    created["HistoryData"] = created["HistoryData"].replace("Update", "Create")
    assert found(by_kind(created, configured(2, [])), alarm_actions=()).actions_removed is None


def test_an_alarm_with_actions_is_not_asked_how_it_was_configured() -> None:
    aws, _history = read({"AlarmHistoryItems": []})
    assert [one["HistoryItemType"] for one in aws.made(HISTORY)] == ["StateUpdate"]


def test_failed_deliveries_are_those_of_the_topic() -> None:
    aws = FakeAws({"cloudwatch:GetMetricStatistics": {"Datapoints": [{"Sum": 2.0}, {"Sum": 3.0}]}})
    assert read_failed_deliveries(Reader(aws), TOPIC_ARN, SINCE, UNTIL) == 5
    [asked] = aws.made("cloudwatch:GetMetricStatistics")
    assert asked["Dimensions"] == [{"Name": "TopicName", "Value": "security"}]
    assert (asked["Namespace"], asked["MetricName"]) == ("AWS/SNS", "NumberOfNotificationsFailed")


@pytest.mark.parametrize("call", [HISTORY, "cloudwatch:GetMetricStatistics"])
def test_a_denied_call_is_a_gap(call: str) -> None:
    aws = FakeAws({call: Fault("AccessDenied")})
    if call == HISTORY:
        answer: object = read_alarm_history(Reader(aws), an_alarm(), SINCE, UNTIL)
    else:
        answer = read_failed_deliveries(Reader(aws), TOPIC_ARN, SINCE, UNTIL)
    assert isinstance(answer, Gap)
    assert answer.call == call
