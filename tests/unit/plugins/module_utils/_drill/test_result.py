# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drill announces, what stands in its way, and how it is told how it went."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.result import (
    Drill,
    Leg,
    actions_leg,
    announce,
    obstacle,
    subscribers,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Path, judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    DENIED,
    PENDING,
    REGION,
    TOPIC_ARN,
    a_group,
    a_subscription,
    a_topic,
    an_alarm,
    whole_account,
)


def path_of(observation: Observation) -> Path:
    return judge(observation, SECURITY_GROUP_CHANGES).path


def announced(depth: str, **options: Any) -> str:
    chosen: dict[str, Any] = {"with_queue": False, "vpc_id": None, "timeout": 60, **options}
    return " ".join(announce(path_of(whole_account()), depth, **chosen))


class TestAnnouncement:
    def test_a_drill_that_reads_announces_no_writing(self) -> None:
        assert announced("pattern").startswith("Ask AWS (TestMetricFilter, which writes nothing)")
        assert "Create" not in announced("pattern")
        assert "Set alarm" not in announced("pattern")

    def test_every_writing_act_is_announced(self) -> None:
        said = announced("notification", with_queue=True)
        assert "Set alarm security_group_changes_alarm to ALARM" in said
        assert f"Create an SQS queue named cis-monitoring-drill-*, subscribe it to {TOPIC_ARN}" in said
        assert f"really happens: {TOPIC_ARN}" in said
        assert "SQS queue named" not in announced("notification")

    def test_the_full_one_names_the_vpc_and_sets_no_alarm(self) -> None:
        said = announced("full", vpc_id="vpc-1")
        assert "in VPC vpc-1" in said
        assert "Set alarm" not in said


class TestObstacle:
    @pytest.mark.parametrize("depth", ["pattern", "notification", "full"])
    def test_a_whole_path_can_be_drilled(self, depth: str) -> None:
        assert obstacle(path_of(whole_account()), depth, "") == ""

    def test_without_a_filter_nothing_can(self) -> None:
        group = a_group()
        bare = whole_account(log_groups={group.arn: a_group(filters=())})
        assert "no metric filter to try. Because." in obstacle(path_of(bare), "pattern", "Because.")

    def test_without_an_alarm_only_the_pattern_can(self) -> None:
        path = path_of(whole_account(alarms={REGION: ()}))
        assert obstacle(path, "pattern", "Because.") == ""
        assert obstacle(path, "notification", "Because.") == "The path ends before a topic. Because."

    @pytest.mark.parametrize(
        ("changes", "said"),
        [({"actions_enabled": False}, "are disabled"), ({"state": "ALARM"}, "is in ALARM now")],
    )
    def test_an_alarm_that_would_not_act(self, changes: dict[str, Any], said: str) -> None:
        path = path_of(whole_account(alarms={REGION: (an_alarm(**changes),)}))
        assert said in obstacle(path, "full", "")
        assert obstacle(path, "pattern", "") == ""


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

    def test_nothing_is_known_of_those_that_could_not_be_listed(self) -> None:
        assert subscribers(a_topic(subscriptions=DENIED), an_alarm(), was_sent=True) == []
        assert subscribers(None, an_alarm(), was_sent=True) == []


class TestActions:
    @pytest.mark.parametrize(
        ("results", "status", "said"),
        [
            ({"a": (True, ""), "b": (True, "")}, "pass", "executed every action: a, b"),
            ({"a": (True, ""), "b": (False, "KMS denied it")}, "fail", "b: KMS denied it"),
            ({"a": (True, "")}, "fail", "no attempt at b"),
        ],
    )
    def test_each_has_to_succeed(self, results: dict[str, tuple[bool, str]], status: str, said: str) -> None:
        leg = actions_leg(results, ["a", "b"], 2.5)
        assert (leg.status, leg.seconds) == (status, 2.5)
        assert said in leg.detail


def a_drill(**changes: Any) -> Drill:
    return Drill(datetime(2026, 11, 23, 5, tzinfo=UTC), "notification", "111122223333", (), **changes)


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
            (a_drill(legs=[PATTERN, ACTION], left=["queue q. Denied."]), "failed", "Left behind: queue q. Denied."),
            (a_drill(obstacle="No alarm."), "not_drilled", "Nothing was drilled. No alarm."),
            (a_drill(legs=[PATTERN], is_planned=True), "planned", "nothing else was done"),
            (a_drill(legs=[Leg("pattern", "fail", "Missed.")], is_planned=True), "failed", "Missed."),
        ],
    )
    def test_the_legs_decide(self, drill: Drill, outcome: str, said: str) -> None:
        assert drill.outcome == outcome
        assert drill.summary.startswith("Account 111122223333: ")
        assert said in drill.summary
        assert (drill.as_dict()["outcome"], drill.as_dict()["when"]) == (outcome, "2026-11-23T05:00:00Z")
