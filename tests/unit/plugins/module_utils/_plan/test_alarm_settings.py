# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An alarm of ours is not written over another kind of alarm, and loses no setting that the writing module lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.alarms import to_alarm
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import (
    ALARM,
    GROUP_ARN,
    TOPIC_ARN,
    TRAIL,
    alarm,
    converged,
    desired,
    plan,
    subscription,
    topic,
)

ENTRY = {"AlarmName": ALARM, "AlarmArn": f"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{ALARM}"}
QUERY = {"ScheduledQueryConfiguration": {"QueryString": "filter 1", "LogGroupIdentifiers": ["cloudtrail"]}}
PROMQL = {"EvaluationCriteria": {"PromQLCriteria": {"Query": "up"}}}
TAGS = {"ActionConfiguration": {"AlarmTagsPropagation": {"Enabled": True}}}
WINDOW = {"EvaluationWindow": {"WallClockWindow": {"Timezone": "UTC"}}}
WARM_UP = {"WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 5}}


def with_alarm(**fields: Any) -> Observation:
    return converged(alarms={"eu-west-1": (alarm(**fields),)})


def written(**settings: Any) -> dict[str, Any]:
    """The settings of an alarm that AWS describes, as far as PutMetricAlarm would remove them."""
    return {"unwritable": to_alarm({**ENTRY, **settings}).unwritable}


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({**ENTRY, **QUERY}, "log alarm"),
        ({**ENTRY, **PROMQL}, "PromQL alarm"),
        ({**ENTRY, "AlarmRule": "TRUE"}, "composite alarm"),
    ],
)
def test_an_alarm_of_another_kind_keeps_its_name(entry: dict[str, Any], kind: str) -> None:
    found = plan(converged(alarms={"eu-west-1": (to_alarm(entry),)}), desired())
    assert found.blocked == (f"Alarm {ALARM} in eu-west-1 is a {kind}. Rename it, or set another alarm_name.")
    assert found.changes == ()


@pytest.mark.parametrize(
    ("entry", "watched"), [({**ENTRY, **QUERY}, "log events"), ({**ENTRY, **PROMQL}, "an expression")]
)
def test_and_is_not_removed(entry: dict[str, Any], watched: str) -> None:
    found = plan(converged(alarms={"eu-west-1": (to_alarm(entry),)}), desired(state="absent"))
    assert ALARM not in [change.name for change in found.changes]
    assert f"it watches {watched}, not " in str(found.kept)


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        (TAGS, "ActionConfiguration"),
        (WINDOW, "EvaluationWindow"),
        (WARM_UP, "WarmUpConfiguration"),
        ({**TAGS, **WINDOW, **WARM_UP}, "ActionConfiguration, EvaluationWindow, WarmUpConfiguration"),
    ],
)
def test_an_update_that_would_remove_a_setting_is_blocked(settings: dict[str, Any], names: str) -> None:
    found = plan(with_alarm(threshold=5.0, **written(**settings)), desired())
    assert found.changes == ()
    assert f"needs an update, which would remove its {names}. Remove {names} from the alarm" in (found.blocked or "")


@pytest.mark.parametrize("settings", [TAGS, WINDOW, WARM_UP])
def test_an_alarm_that_needs_no_update_keeps_them(settings: dict[str, Any]) -> None:
    found = plan(with_alarm(**written(**settings)), desired())
    assert not found.blocked
    assert found.changes == ()


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"ActionConfiguration": {"AlarmTagsPropagation": {"Enabled": False}}},
        {"EvaluationWindow": {"SlidingWindow": {}}},
        {"WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 0}},
    ],
)
def test_settings_at_their_default_are_no_obstacle(settings: dict[str, Any]) -> None:
    found = plan(with_alarm(threshold=5.0, **written(**settings)), desired())
    assert not found.blocked
    assert [change.resource for change in found.changes] == ["alarm"]


@pytest.mark.parametrize(
    ("is_organization", "group", "announced"),
    [(True, GROUP_ARN, True), (False, GROUP_ARN, False), (True, GROUP_ARN + "2", False)],
)
def test_the_alarm_of_a_central_log_group_says_whose_events_count(
    is_organization: bool, group: str, announced: bool
) -> None:
    second = replace(TRAIL, name="organization", is_organization=is_organization, log_group_arn=group + ":*")
    found = plan(converged(trails=(TRAIL, second), alarms={"eu-west-1": ()}), desired(log_group_name="cloudtrail"))
    (change,) = found.changes
    assert ("Events of other accounts of the organization also count" in change.after["description"]) is announced


LARGE = {"largest_message": 1048576}


@pytest.mark.parametrize("protocol", ["email", "email-json"])
def test_a_topic_with_large_messages_takes_no_mail(protocol: str) -> None:
    wanted = desired(subscriptions=[{"protocol": protocol, "endpoint": "new@example.com"}])
    found = plan(converged(topics={TOPIC_ARN: topic(**LARGE)}), wanted)
    assert f"SNS refuses subscriptions of protocol {protocol}" in (found.blocked or "")
    assert not plan(converged(topics={TOPIC_ARN: topic(largest_message=262144)}), wanted).blocked


def test_but_a_queue_and_who_is_there_already() -> None:
    queue = {"protocol": "sqs", "endpoint": "arn:aws:sqs:eu-west-1:111122223333:alerts"}
    large = converged(topics={TOPIC_ARN: topic(**LARGE, subscriptions=(subscription(),))})
    assert not plan(large, desired(subscriptions=[queue])).blocked
    assert not plan(large, desired()).blocked
