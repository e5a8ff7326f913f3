# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a verdict rests on: enough to check it, and nobody's address."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import ActionResult, Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.evidence import of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.subscriptions import masked
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    DENIED,
    PENDING,
    READ_AT,
    SEVEN,
    SIX,
    TOPIC_ARN,
    a_filter,
    a_subscription,
    an_encrypted_topic,
    whole_account,
    with_alarm,
    with_filters,
    with_subscriptions,
    with_trail,
)


def evidence(observation: Observation) -> dict[str, Any]:
    verdict = judge(observation, SECURITY_GROUP_CHANGES)
    entry = of([verdict.path, verdict.path])
    assert json.loads(json.dumps(entry)) == entry
    return entry


def test_the_whole_path_can_be_checked() -> None:
    found = evidence(whole_account())
    assert [one["pattern"] for one in found["metric_filters"]] == [SIX, SEVEN]
    (alarm,), (trail,), (topic,) = found["alarms"], found["trails"], found["topics"]
    assert (alarm["statistic"], alarm["threshold"], alarm["period"]) == ("Sum", 1.0, 300)
    assert trail["last_delivery"] == "2026-11-23T04:55:00Z"
    assert topic["arn"] == TOPIC_ARN
    assert len(topic["subscriptions"]) == 1


def test_a_setting_that_is_zero_or_off_is_shown_and_one_that_is_not_set_is_not() -> None:
    (alarm,) = evidence(with_alarm(threshold=0.0, actions_enabled=False))["alarms"]
    assert (alarm["threshold"], alarm["actions_enabled"]) == (0.0, False)
    assert not {"unit", "notifier_arn", "dimensions"} & set(alarm)
    (first, *_more) = evidence(with_filters(a_filter(default_value=0.0)))["metric_filters"]
    assert first["default_value"] == 0.0
    assert "unit" not in first


def test_what_is_not_there_is_empty_and_what_was_not_read_is_null() -> None:
    nothing: dict[str, Any] = {"trails": [], "log_groups": [], "metric_filters": [], "alarms": [], "topics": []}
    assert evidence(whole_account(trails=(), log_groups={})) == nothing
    (unread,) = evidence(with_trail(status=DENIED))["trails"]
    assert (unread["logging"], unread["last_delivery"]) == (None, None)


def test_the_last_action_and_the_key_are_shown() -> None:
    results = (ActionResult(READ_AT, TOPIC_ARN, False, "No."), ActionResult(READ_AT.replace(day=1), "x", True, ""))
    observation = dataclasses.replace(with_alarm(history=results), topics={TOPIC_ARN: an_encrypted_topic()})
    found = evidence(observation)
    assert found["alarms"][0]["last_action"] == {"at": "2026-11-23T05:00:00Z", "succeeded": False}
    assert (found["topics"][0]["key_manager"], found["topics"][0]["key_state"]) == ("CUSTOMER", "Enabled")


def test_every_subscriber_is_shown_with_its_status() -> None:
    filtered = a_subscription(filter_policy={"a": [{"exists": False}]}, raw_delivery=True)
    unread = a_subscription(filter_policy=DENIED, raw_delivery=DENIED)
    (topic,) = evidence(with_subscriptions(filtered, PENDING, a_subscription(arn="Deleted"), unread))["topics"]
    found = topic["subscriptions"]
    assert [one["status"] for one in found] == ["confirmed", "pending", "deleted", "confirmed"]
    assert [one["filtered"] for one in found] == [True, False, False, None]
    assert [one["raw_message_delivery"] for one in found] == [True, False, False, None]


@pytest.mark.parametrize(
    ("protocol", "endpoint", "shown"),
    [
        ("email", "security@example.com", "se***@example.com"),
        ("email-json", "a@b@example.com", "a@***@example.com"),
        (
            "https",
            "https://user:token@hooks.example.com:8443/services/T0/secret?key=1",
            "https://hooks.example.com/***",
        ),
        ("http", "http://", "http:///***"),
        ("sms", "+15551234567", "***67"),
        ("sqs", "arn:aws:sqs:eu-west-1:111122223333:queue", "arn:aws:sqs:eu-west-1:111122223333:queue"),
        ("email", "", "***"),
    ],
)
def test_an_endpoint_can_be_known_again_but_not_used(protocol: str, endpoint: str, shown: str) -> None:
    assert masked(protocol, endpoint) == shown
