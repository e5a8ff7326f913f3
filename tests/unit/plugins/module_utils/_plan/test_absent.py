# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is removed, and what is kept since somebody else needs it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import Plan
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import (
    ALARM,
    DENIED,
    GROUP,
    GROUP_ARN,
    METRIC,
    TOPIC_ARN,
    alarm,
    bare,
    converged,
    desired,
    metric_filter,
    plan,
    subscription,
    topic,
)


def absent(**options: Any) -> Any:
    return desired(state="absent", **options)


def deleted(result: Plan) -> list[tuple[str, str]]:
    assert all(change.action == "delete" and change.after == {} and change.before for change in result.changes)
    return [(change.resource, change.name) for change in result.changes]


def kept(result: Plan) -> list[tuple[str, str]]:
    return [(one.resource, one.name) for one in result.kept]


def test_what_was_made_is_removed() -> None:
    result = plan(converged(), absent())
    assert deleted(result) == [
        ("alarm", ALARM),
        ("metric_filter", METRIC),
        ("metric_filter", METRIC + "_cis_v5"),
        ("topic", "alerts"),
    ]
    assert (result.kept, result.blocked) == ((), "")


def test_of_a_bare_account_nothing_is_removed() -> None:
    result = plan(bare(), absent())
    assert (result.changes, result.kept, result.blocked) == ((), (), "")


def test_both_filters_go_whatever_benchmarks_are_named() -> None:
    assert ("metric_filter", METRIC + "_cis_v5") in deleted(plan(converged(), absent(benchmarks=["security_hub"])))


def test_filters_of_other_names_stay() -> None:
    filters = (metric_filter(METRIC + "s", "{ $.a = 1 }"), metric_filter(METRIC[:-1], "{ $.a = 1 }"))
    result = plan(converged(log_groups={GROUP_ARN: replace(GROUP, filters=filters)}), absent())
    assert deleted(result) == [("alarm", ALARM), ("topic", "alerts")]
    assert result.kept == ()


@pytest.mark.parametrize("other", [{"metric_name": "theirs"}, {"metric_namespace": "Theirs"}])
def test_a_filter_that_feeds_another_metric_is_kept(other: dict[str, str]) -> None:
    filters = (metric_filter(METRIC, "{ $.a = 1 }", **other),)
    result = plan(converged(log_groups={GROUP_ARN: replace(GROUP, filters=filters)}), absent())
    assert kept(result) == [("metric_filter", METRIC)]
    assert ("metric_filter", METRIC) not in deleted(result)
    assert f"does not write to CISBenchmark/{METRIC}" in result.kept[0].why


@pytest.mark.parametrize("other", [{"metric_namespace": "Theirs"}, {"metric_name": None, "rule": 'ALARM("x")'}])
def test_an_alarm_on_another_metric_is_kept_and_with_it_the_topic(other: dict[str, Any]) -> None:
    result = plan(converged(alarms={"eu-west-1": (alarm(**other),)}), absent())
    assert kept(result) == [("alarm", ALARM), ("topic", "alerts")]
    assert f"it watches {'other alarms' if 'rule' in other else f'Theirs/{METRIC}'}, not " in result.kept[0].why


def test_a_topic_that_another_alarm_notifies_is_kept() -> None:
    result = plan(converged(topic_users={TOPIC_ARN: (ALARM, "b", "a")}), absent())
    assert kept(result) == [("topic", "alerts")]
    assert result.kept[0].why == "Topic alerts is kept: other alarms notify it: a, b."


@pytest.mark.parametrize("arn", ["PendingConfirmation", f"{TOPIC_ARN}:0-2"])
def test_a_topic_with_a_subscriber_that_was_not_asked_for_is_kept(arn: str) -> None:
    stranger = subscription("other@example.com", arn=arn)
    result = plan(converged(topics={TOPIC_ARN: topic(subscriptions=(subscription(), stranger))}), absent())
    assert kept(result) == [("topic", "alerts")]
    assert "it has 1 subscriber that subscriptions does not list" in result.kept[0].why
    assert "other@example.com" not in result.kept[0].why


@pytest.mark.parametrize(
    "observation",
    [
        converged(topics={TOPIC_ARN: topic(subscriptions=DENIED)}),
        converged(topic_users={TOPIC_ARN: DENIED}),
    ],
)
def test_a_topic_whose_users_could_not_be_read_is_kept(observation: Any) -> None:
    result = plan(observation, absent())
    assert kept(result) == [("topic", "alerts")]
    assert result.kept[0].why.endswith("could not be read. sns:Something for x was denied.")


def test_a_topic_given_by_its_arn_is_kept() -> None:
    result = plan(converged(), absent(topic_arn=TOPIC_ARN))
    assert kept(result) == [("topic", TOPIC_ARN)]


@pytest.mark.parametrize(
    "change",
    [
        {"trails": DENIED},
        {"alarms": {"eu-west-1": DENIED}},
        {"log_groups": {GROUP_ARN: replace(GROUP, filters=DENIED)}},
    ],
)
def test_what_could_not_be_read_blocks(change: dict[str, Any]) -> None:
    result = plan(converged(**change), absent())
    assert "sns:Something for x was denied." in result.blocked
    assert result.changes == ()
