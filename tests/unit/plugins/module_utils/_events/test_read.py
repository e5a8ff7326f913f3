# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS is asked, page by page, and what its answers lack."""

from __future__ import annotations

import dataclasses
import itertools
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import TaskError
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.read import (
    Message,
    Progress,
    last_alarm,
    messages,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.sources import Source
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.window import Window
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws, Fault

SINCE, UNTIL = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
METRIC = ("CISBenchmark", "sg")
SOURCE = Source("eu-west-1", "cloudtrail", "{ $.eventName = CreateVpc }", ("vpc",), (METRIC,))


def log_event(number: int, name: str = "CreateVpc") -> dict[str, Any]:
    return {"eventId": str(number), "timestamp": number, "message": json.dumps({"eventName": name})}


def read(
    answers: dict[str, Any], told: list[str] | None = None, source: Source = SOURCE
) -> tuple[list[Message], FakeAws]:
    aws = FakeAws(answers)
    ticks = iter(range(0, 1000, 6))
    progress = Progress((told if told is not None else []).append, now=lambda: next(ticks))
    return list(messages(Reader(aws), source, Window(SINCE, UNTIL), progress)), aws


def pages(*answers: list[dict[str, Any]]) -> Any:
    """Answers of FilterLogEvents; each but the last one has a token."""

    def answer(nextToken: str = "0", **_asked: Any) -> dict[str, Any]:
        number = int(nextToken)
        more = {"nextToken": str(number + 1)} if number + 1 < len(answers) else {}
        return {"events": answers[number], **more}

    return answer


def test_empty_pages_are_not_the_end() -> None:
    told: list[str] = []
    found, aws = read({"logs:FilterLogEvents": pages([], [log_event(1)], [], [], [log_event(2)])}, told)
    assert [message.id for message in found] == ["1", "2"]
    asked = aws.made("logs:FilterLogEvents")
    assert [one.get("nextToken") for one in asked] == [None, "1", "2", "3", "4"]
    assert {(one["filterPattern"], one["startTime"], one["endTime"]) for one in asked} == {
        ("{ $.eventName = CreateVpc }", 1_795_305_600_000, 1_795_392_000_000)
    }
    assert told == ["log group cloudtrail: 1 record so far, searching from 2026-11-22T00:00:00Z"] * 2


def test_what_aws_finds_is_matched_again() -> None:
    found, _aws = read({"logs:FilterLogEvents": pages([log_event(1), log_event(2, "DeleteVpc")])})
    assert [message.agreed for message in found] == [True, False]


def test_where_only_aws_can_read_a_pattern_its_word_counts() -> None:
    source = dataclasses.replace(SOURCE, pattern="{ $.eventName ~ CreateVpc }")
    found, _aws = read({"logs:FilterLogEvents": pages([log_event(1)])}, source=source)
    assert [message.agreed for message in found] == [True]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("AccessDeniedException"), "logs:FilterLogEvents for the records of log group cloudtrail was denied"),
        (Fault("ResourceNotFoundException"), "no longer exists in eu-west-1"),
        (Fault("InvalidParameterException"), "InvalidParameterException"),
        ({}, "lacks what it must have"),
    ],
)
def test_no_answer_is_no_empty_answer(fault: Any, said: str) -> None:
    with pytest.raises(TaskError) as raised:
        read({"logs:FilterLogEvents": fault})
    assert said in raised.value.message


def alarm(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{name}",
        "Namespace": METRIC[0],
        "MetricName": METRIC[1],
        "Period": 300,
        "EvaluationPeriods": 1,
        **fields,
    }


def history_of(**items: list[dict[str, Any]]) -> Any:
    return lambda AlarmName, **_asked: {"AlarmHistoryItems": items[AlarmName]}


def state(hour: int, new: str, **data: Any) -> dict[str, Any]:
    text = json.dumps({"newState": {"stateValue": new, "stateReasonData": data}})
    return {"Timestamp": datetime(2026, 11, 23, hour, tzinfo=UTC), "HistoryData": text, "HistorySummary": ""}


def test_the_last_of_the_alarms_on_the_metrics_to_go_to_alarm() -> None:
    answers = {
        "cloudwatch:DescribeAlarms": {
            "MetricAlarms": [alarm("early"), alarm("late"), alarm("never"), alarm("other", MetricName="other")]
        },
        "cloudwatch:DescribeAlarmHistory": history_of(
            early=[state(2, "ALARM")],
            late=[state(4, "OK"), state(3, "ALARM", startDate="2026-11-23T02:55:00.000+0000", period=300)],
            never=[state(5, "OK")],
        ),
    }
    rang = last_alarm(Reader(FakeAws(answers)), (SOURCE,))
    assert rang is not None
    assert (rang.alarm, rang.at) == ("late", datetime(2026, 11, 23, 3, tzinfo=UTC))
    assert rang.window.since == datetime(2026, 11, 23, 2, 55, tzinfo=UTC)


def test_no_alarm_or_none_that_rang() -> None:
    assert last_alarm(Reader(FakeAws({"cloudwatch:DescribeAlarms": {"MetricAlarms": []}})), (SOURCE,)) is None


@pytest.mark.parametrize("denied", ["cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmHistory"])
def test_a_denied_call_is_not_that_nothing_rang(denied: str) -> None:
    answers = {
        "cloudwatch:DescribeAlarms": {"MetricAlarms": [alarm("one")]},
        "cloudwatch:DescribeAlarmHistory": {"AlarmHistoryItems": []},
        denied: Fault("AccessDenied"),
    }
    with pytest.raises(TaskError, match=denied):
        last_alarm(Reader(FakeAws(answers)), (SOURCE,))


def circling(answer: dict[str, Any], token: str) -> Any:
    """An answer whose pages lead into a circle of two."""
    asked = itertools.count()

    def page(**_asked: Any) -> dict[str, Any]:
        number = next(asked)
        assert number < 10, "asked again and again"
        return {**answer, token: f"page{number % 2}"}

    return page


def test_records_whose_pages_come_again_are_no_endless_answer() -> None:
    with pytest.raises(TaskError, match=r"records of log group cloudtrail: AWS returns the same pages again"):
        read({"logs:FilterLogEvents": circling({"events": []}, "nextToken")})


def test_a_history_whose_pages_come_again_is_no_endless_answer() -> None:
    alarm = {"AlarmName": "a", "AlarmArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a"}
    answers = {
        "cloudwatch:DescribeAlarms": {"MetricAlarms": [{**alarm, "Namespace": METRIC[0], "MetricName": METRIC[1]}]},
        "cloudwatch:DescribeAlarmHistory": circling({"AlarmHistoryItems": []}, "NextToken"),
    }
    with pytest.raises(TaskError, match=r"history of alarm a: AWS returns the same pages again"):
        last_alarm(Reader(FakeAws(answers)), (SOURCE,))
