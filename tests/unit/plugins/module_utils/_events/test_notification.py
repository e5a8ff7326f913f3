# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a notification tells of its alarm, in each form in which a queue receives it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.notification import Notification
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.description import log_alarm_description
from ansible_collections.aws_cis.monitoring.tests.unit.alarm_notifications import ALARM, enveloped

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "form",
    [
        ALARM,
        enveloped(ALARM),
        json.dumps(ALARM),
        json.dumps(enveloped(ALARM)),
        quote(json.dumps(ALARM)),
        quote(json.dumps(enveloped(ALARM))),
    ],
    ids=["raw", "enveloped", "JSON", "enveloped JSON", "encoded", "enveloped encoded"],
)
def test_each_form_is_the_same_message(form: Any) -> None:
    told = Notification.of(form)
    assert (told.alarm, told.account, told.region) == ("our own name", "111122223333", "eu-west-1")
    assert told.metrics == (("Ours", "sg_changes"),)
    assert (told.at, told.unanswered) == (AT, "")


def test_what_it_evaluated_and_what_came_since() -> None:
    told = Notification.of({**ALARM, "Trigger": {**ALARM["Trigger"], "Period": 60, "EvaluationPeriods": 3}})
    now = AT + timedelta(seconds=40)
    assert told.window(now).since == AT - timedelta(minutes=3 + 5)
    assert told.window(now).until == now
    assert told.window(AT + timedelta(days=9)).until == AT + timedelta(hours=1), "a late answer is about the alarm, too"
    assert told.window(AT - timedelta(seconds=3)).until == AT, "clocks differ"


def test_the_metric_of_a_monitored_account_is_searched_for_there() -> None:
    stat = {"Metric": {"Namespace": "Ours", "MetricName": "m"}, "Period": 300, "Stat": "Sum"}
    queries = [{"Id": "e", "Expression": "m * 2"}, {"Id": "m", "AccountId": "444455556666", "MetricStat": stat}]
    told = Notification.of({**ALARM, "Trigger": {"Metrics": queries}})
    assert (told.account, told.metrics, told.period) == ("444455556666", (("Ours", "m"),), 300)


def test_a_composite_alarm_names_its_children() -> None:
    composite = {name: value for name, value in ALARM.items() if name != "Trigger"}
    told = Notification.of({**composite, "TriggeringChildren": [{"Arn": "arn:1"}, {"Arn": "arn:2"}]})
    assert (told.metrics, told.children) == ((), ("arn:1", "arn:2"))


LOG_ALARM = log_alarm_description(SECURITY_GROUP_CHANGES, "111122223333")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"NewStateValue": "OK"}, "went into OK, not into ALARM"),
        ({"NewStateReason": "DRILL of vpc_changes, no event occurred."}, "was set by a drill"),
        ({"NewStateReason": "Not a DRILL of ours."}, ""),
        ({"AlarmDescription": LOG_ALARM}, "is a log alarm. The metric alarm of the same control is answered."),
    ],
)
def test_a_drill_a_log_alarm_and_another_state_are_not_answered(changed: dict[str, str], why: str) -> None:
    said = Notification.of({**ALARM, **changed}).unanswered
    assert why in said
    assert bool(said) is bool(why)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("no JSON", "is not JSON"),
        ("[1]", "is not a JSON object"),
        (7, "is not a JSON object"),
        ({"Records": []}, "has no AlarmName"),
        ({"Message": "You have chosen to subscribe to the topic."}, "is not JSON"),
        ({"Message": json.dumps({"a": 1})}, "has no AlarmName"),
        ({"AlarmName": "x"}, "no valid StateChangeTime"),
    ],
)
def test_what_is_no_notification(given: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Notification.of(given)
