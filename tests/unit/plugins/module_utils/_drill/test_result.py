# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How it is told how the drill of a control went."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.result import (
    Drill,
    Leg,
    actions_leg,
    subscribers,
)
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    DENIED,
    PENDING,
    a_subscription,
    a_topic,
    an_alarm,
)


class TestSubscribers:
    @pytest.mark.parametrize(
        ("subscription", "was_sent", "status"),
        [
            (a_subscription(), True, "accepted"),
            (a_subscription(), False, "not_sent"),
            (PENDING, True, "pending"),
            (a_subscription(arn="Deleted"), True, "deleted"),
            (a_subscription(filter_policy=DENIED), True, "unknown"),
            (a_subscription(filter_policy={"severity": ["high"]}), True, "filtered"),
        ],
    )
    def test_what_is_known_of_one(self, subscription: Any, was_sent: bool, status: str) -> None:
        [found] = subscribers(a_topic(subscriptions=(subscription,)), an_alarm(), was_sent=was_sent)
        assert found["status"] == status
        assert "@example.com" in found["endpoint"]
        assert "security@" not in found["endpoint"]

    def test_one_that_gets_messages_without_the_envelope(self) -> None:
        queue = a_subscription(protocol="sqs", endpoint="arn:aws:sqs:eu-west-1:1:alarms", raw_delivery=True)
        for subscription, is_told in ((queue, True), (a_subscription(), False)):
            [found] = subscribers(a_topic(subscriptions=(subscription,)), an_alarm(), was_sent=True)
            assert ("without its envelope" in found["detail"]) is is_told

    def test_nothing_is_known_of_those_that_could_not_be_listed(self) -> None:
        assert subscribers(a_topic(subscriptions=DENIED), an_alarm(), was_sent=True) == []
        assert subscribers(None, an_alarm(), was_sent=True) == []


class TestActions:
    @pytest.mark.parametrize(
        ("results", "status", "said"),
        [
            ({"a": (True, ""), "b": (True, "")}, "pass", "executed every action: a, b"),
            ({"a": (True, ""), "b": (False, "KMS denied it")}, "fail", "b: KMS denied it"),
            ({"a": (True, "")}, "fail", "no attempt to execute b"),
        ],
    )
    def test_each_has_to_succeed(self, results: dict[str, tuple[bool, str]], status: str, said: str) -> None:
        leg = actions_leg(results, ["a", "b"], 2.5)
        assert (leg.status, leg.seconds) == (status, 2.5)
        assert said in leg.detail


def a_drill(**changes: Any) -> Drill:
    return Drill("security_group_changes", **changes)


class TestOutcome:
    PATTERN = Leg("pattern", "pass", "AWS matches every record.")
    ACTION = Leg("action", "pass", "CloudWatch executed every action.", 2.0)

    @pytest.mark.parametrize(
        ("drill", "outcome", "said"),
        [
            (a_drill(legs=[PATTERN, ACTION]), "passed", "The drill passed. CloudWatch executed every action."),
            (
                a_drill(legs=[PATTERN, ACTION, Leg("message", "not_checked", "No queue.")]),
                "passed",
                "The drill passed. CloudWatch executed every action.",
            ),
            (
                a_drill(legs=[PATTERN, Leg("action", "fail", "KMS denied it.")]),
                "failed",
                "The drill failed. KMS denied it.",
            ),
            (a_drill(obstacle="No alarm."), "not_drilled", "Not tested. No alarm."),
            (a_drill(obstacle="It is there.", is_elsewhere=True), "covered_elsewhere", "Not tested. It is there."),
            (a_drill(legs=[PATTERN], is_planned=True), "planned", "Nothing was written."),
            (a_drill(legs=[Leg("pattern", "fail", "Missed.")], is_planned=True), "failed", "Missed."),
        ],
    )
    def test_the_legs_decide(self, drill: Drill, outcome: str, said: str) -> None:
        assert drill.outcome == outcome
        assert said in drill.summary
        assert drill.as_dict()["outcome"] == outcome
