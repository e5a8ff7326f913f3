# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps a change from being told on the path that was asked for, and what decides nothing about it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation, Topic
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import Desired
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.obstacles import deaf_as_asked, obstacles
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import (
    DENIED,
    OTHER_ACCOUNT,
    TOPIC_ARN,
    alarm,
    bare,
    converged,
    desired,
    plan,
    rest_of,
    subscription,
    topic,
)

CENTRAL = TOPIC_ARN.replace("111122223333", OTHER_ACCOUNT)


def found(observation: Observation, asked_for: Desired | None = None) -> list[str]:
    wanted = asked_for or desired()
    verdicts = [judge(observation, one.control, wanted.judging_benchmark(one.control)) for one in wanted.wanted]
    result = obstacles(plan(observation, wanted), verdicts, observation.account, rest_of(observation, wanted))
    return [one.reason for one in result]


def with_topics(*actions: str, **topics: Topic) -> Observation:
    by_arn = {one.arn: one for one in topics.values()}
    return converged(alarms={"eu-west-1": (alarm(alarm_actions=actions),)}, topics=by_arn)


def test_a_converged_account_has_none() -> None:
    assert found(converged()) == []


def test_while_something_is_left_to_write_there_are_none() -> None:
    assert found(bare()) == []


def test_who_has_yet_to_confirm_is_none() -> None:
    waiting = topic(subscriptions=(subscription(arn="PendingConfirmation"),))
    assert found(converged(topics={TOPIC_ARN: waiting})) == []


def test_a_filter_policy_that_drops_the_message_is_one() -> None:
    filtered = topic(subscriptions=(subscription(filter_policy={"kind": ["other"]}),))
    [reason] = found(converged(topics={TOPIC_ARN: filtered}))
    assert "drops the alarm's message" in reason


@pytest.mark.parametrize("subscriptions", [(), DENIED])
def test_another_topic_beside_ours_decides_nothing(subscriptions: object) -> None:
    old = topic(arn=TOPIC_ARN.replace("alerts", "a-old"), subscriptions=subscriptions)
    waiting = topic(subscriptions=(subscription(arn="PendingConfirmation"),))
    assert found(with_topics(old.arn, TOPIC_ARN, old=old, ours=waiting)) == []


@pytest.mark.parametrize("subscriptions", [(subscription(),), ()], ids=["whole", "without a subscriber"])
def test_another_teams_alarm_beside_ours_decides_nothing(subscriptions: object) -> None:
    theirs = topic(arn=TOPIC_ARN.replace("alerts", "theirs"), subscriptions=subscriptions)
    ours = topic(subscriptions=(subscription(arn="PendingConfirmation"),))
    beside = alarm(arn=alarm().arn + "-theirs", name="a-theirs", alarm_actions=(theirs.arn,))
    account = converged(alarms={"eu-west-1": (beside, alarm())}, topics={one.arn: one for one in (theirs, ours)})
    assert found(account) == []
    filtered = topic(subscriptions=(subscription(filter_policy={"kind": ["other"]}),))
    [reason] = found(replace(account, topics={**account.topics, TOPIC_ARN: filtered}))
    assert "drops the alarm's message" in reason


def test_a_path_of_somebody_else_that_is_whole_does_not_hide_ours() -> None:
    theirs = topic(arn=TOPIC_ARN.replace("alerts", "theirs"))
    filtered = topic(subscriptions=(subscription(filter_policy={"kind": ["other"]}),))
    [reason] = found(with_topics(theirs.arn, TOPIC_ARN, theirs=theirs, ours=filtered))
    assert "drops the alarm's message" in reason


def test_a_topic_of_another_account_is_theirs_to_verify() -> None:
    unread = topic(arn=CENTRAL, account=OTHER_ACCOUNT, owner=OTHER_ACCOUNT)
    unread = replace(unread, policy=DENIED, key=DENIED, subscriptions=DENIED)
    assert found(with_topics(CENTRAL, central=unread), desired(topic_arn=CENTRAL, subscriptions=[])) == []


@pytest.mark.parametrize(
    ("override", "settings", "said"),
    [
        ({"threshold": 5}, {"threshold": 5.0}, "needs a value of at least 5"),
        ({"evaluation_periods": 2}, {"evaluation_periods": 2}, "needs changes in 2 of 2 periods"),
    ],
)
def test_an_alarm_that_an_override_makes_deaf_is_said_and_is_none(
    override: dict[str, int], settings: dict[str, float], said: str
) -> None:
    account = converged(alarms={"eu-west-1": (alarm(**settings),)})
    asked_for = desired(overrides={"security_group_changes": override})
    assert found(account, asked_for) == []
    [warning] = deaf(account, asked_for)
    assert said in warning


def test_what_no_override_asks_for_stays_an_obstacle() -> None:
    account = converged(topics={TOPIC_ARN: topic(subscriptions=(subscription(filter_policy={"kind": ["other"]}),))})
    account = replace(account, alarms={"eu-west-1": (alarm(threshold=5.0),)})
    [reason] = found(account, desired(overrides={"security_group_changes": {"threshold": 5}}))
    assert "drops the alarm's message" in reason


def test_an_alarm_as_the_benchmark_has_it_is_not_warned_of() -> None:
    assert deaf(converged(), desired()) == ()


def deaf(observation: Observation, asked_for: Desired) -> tuple[str, ...]:
    verdicts = [judge(observation, one.control, asked_for.judging_benchmark(one.control)) for one in asked_for.wanted]
    return deaf_as_asked(plan(observation, asked_for), verdicts, observation.account, asked_for)
