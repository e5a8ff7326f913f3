# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is added to paths of others; that a second run adds nothing, and that nothing of theirs is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Alarm,
    LogGroup,
    MetricFilter,
    Observation,
    Topic,
    Trail,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import Desired
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.obstacles import message, obstacles
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import Obstacle, Plan
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import (
    ACCOUNT,
    ALARM,
    DENIED,
    GROUP,
    GROUP_ARN,
    METRIC,
    OTHER_ACCOUNT,
    TOPIC_ARN,
    TRAIL,
    alarm,
    bare,
    converged,
    metric_filter,
    plan,
    rest_of,
    subscription,
    topic,
)

SIX = SECURITY_GROUP_CHANGES.prescriptions["cis_v1_4_0"].texts[0]
SEVEN = SECURITY_GROUP_CHANGES.prescriptions["cis_v7_0_0"].texts[0]
QUOTED = SEVEN.replace("($.eventName = ", '( $.eventName = "').replace(") ||", '") ||').replace(") }", '") }')
THEIR_TOPIC = TOPIC_ARN.replace(":alerts", ":their-topic")
THEIRS = {"metric_name": "SgChanges", "metric_namespace": "LandingZone"}


def request(**options: Any) -> Desired:
    ours = {
        "existing": "reuse",
        "topic_name": "alerts",
        "benchmarks": ["cis_v7_0_0"],
        "subscriptions": [{"protocol": "email", "endpoint": "security@example.com"}],
    }
    return Desired.from_parameters({**ours, **options})


def their_filter(pattern: str = SEVEN, name: str = "lz-sg", **fields: Any) -> MetricFilter:
    return replace(metric_filter(name, pattern, **THEIRS), **fields)


def their_alarm(name: str = "lz-sg-alarm", **fields: Any) -> Alarm:
    arn = f"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{name}"
    return alarm(**{"name": name, "arn": arn, "description": "", "alarm_actions": (THEIR_TOPIC,), **THEIRS, **fields})


def their_topic(**fields: Any) -> Topic:
    return topic(THEIR_TOPIC, **{"name": "their-topic", **fields})


def account(
    *filters: MetricFilter, alarms: tuple[Alarm, ...] | None = None, topics: tuple[Topic, ...] | None = None
) -> Observation:
    """An account that somebody else has set up; whole but for what is given."""
    found = (their_topic(),) if topics is None else topics
    return bare(
        log_groups={GROUP_ARN: replace(GROUP, filters=filters or (their_filter(),))},
        alarms={"eu-west-1": (their_alarm(),) if alarms is None else alarms},
        topics={TOPIC_ARN: None, THEIR_TOPIC: None, **{one.arn: one for one in found}},
    )


def additions(result: Plan) -> list[tuple[str, str]]:
    return [(change.resource, change.name) for change in result.changes]


def written(observation: Observation, result: Plan) -> Observation:
    """The account once the plan's changes are made, as far as these tests have them. None is of another's resource."""
    [group] = observation.log_groups.values()
    assert isinstance(group, LogGroup)
    assert isinstance(group.filters, tuple)
    filters = {one.name: one for one in group.filters}
    alarms = {one.name: one for one in observation.alarms["eu-west-1"]}  # type: ignore[union-attr]
    topics = dict(observation.topics)
    for change in result.changes:
        settings = change.settings
        if change.resource == "metric_filter":
            transformation = settings["metric_transformation"]
            filters[change.name] = metric_filter(change.name, settings["filter_pattern"], **transformation)
        elif change.resource == "alarm":
            fields = {field: settings[field] for field in ("description", "metric_name", "period", "threshold")}
            arn = f"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{change.name}"
            actions, namespace = tuple(settings["alarm_actions"]), settings["namespace"]
            alarms[change.name] = alarm(
                name=change.name, arn=arn, alarm_actions=actions, metric_namespace=namespace, **fields
            )
        elif change.resource == "topic":
            topics[TOPIC_ARN] = topic(subscriptions=())
        elif change.resource == "subscription":
            there = topics[settings["topic_arn"]]
            assert isinstance(there, Topic)
            assert isinstance(there.subscriptions, tuple)
            topics[there.arn] = replace(there, subscriptions=(*there.subscriptions, subscription()))
        else:
            raise AssertionError(change)
    return replace(
        observation,
        log_groups={group.arn: replace(group, filters=tuple(filters.values()))},
        alarms={"eu-west-1": tuple(alarms.values())},
        topics=topics,
    )


SEVEN_FILTER = ("metric_filter", METRIC + "_cis_v5")
SUBSCRIPTION = ("subscription", "email security@example.com")
OWN_ALARM = [("topic", "alerts"), SUBSCRIPTION, ("alarm", ALARM)]
OWN_PATH = [("topic", "alerts"), SUBSCRIPTION, SEVEN_FILTER, ("alarm", ALARM)]
NOBODY = their_topic(subscriptions=())
STATES: Mapping[str, tuple[Observation, Mapping[str, Any], list[tuple[str, str]]]] = {
    "whole": (account(), {}, []),
    "whole, in other quotes": (account(their_filter(QUOTED)), {}, []),
    "no path": (
        bare(),
        {},
        OWN_PATH,
    ),
    "six events": (account(their_filter(SIX)), {}, [SEVEN_FILTER]),
    "six events, with Security Hub": (
        account(their_filter(SIX)),
        {"benchmarks": ["security_hub", "cis_v7_0_0"]},
        [SEVEN_FILTER],
    ),
    "Security Hub's text lacks": (
        account(their_filter(QUOTED)),
        {"benchmarks": ["security_hub", "cis_v7_0_0"]},
        [("metric_filter", METRIC)],
    ),
    "no subscriber": (account(topics=(NOBODY,)), {}, [SUBSCRIPTION]),
    "another subscriber": (
        account(topics=(their_topic(subscriptions=(subscription("ops@example.com"),)),)),
        {},
        [SUBSCRIPTION],
    ),
    "six events and no subscriber": (
        account(their_filter(SIX), topics=(NOBODY,)),
        {},
        [SUBSCRIPTION, SEVEN_FILTER],
    ),
    "no alarm": (
        account(alarms=()),
        {},
        OWN_ALARM,
    ),
    "threshold": (
        account(alarms=(their_alarm(threshold=5.0),)),
        {},
        OWN_ALARM,
    ),
    "actions disabled": (
        account(alarms=(their_alarm(actions_enabled=False),)),
        {},
        OWN_ALARM,
    ),
    "six events, written in a unit": (
        account(metric_filter("lz-sg", SIX, unit="Count", **THEIRS), alarms=(their_alarm(unit="Count"),)),
        {},
        [SEVEN_FILTER],
    ),
    "six events, written in two units": (
        account(
            metric_filter("lz-sg", SIX, unit="Count", **THEIRS),
            metric_filter("lz-sg-again", SIX, **THEIRS),
            alarms=(their_alarm(unit="Count"),),
        ),
        {},
        OWN_PATH,
    ),
    "an alarm in another unit": (account(alarms=(their_alarm(unit="Count"),)), {}, OWN_ALARM),
    "never matches": (
        account(their_filter(SIX.replace("||", "&&"))),
        {},
        OWN_PATH,
    ),
    "matches everything": (
        account(their_filter('{ $.eventName = "*" }')),
        {},
        OWN_PATH,
    ),
    "another topic": (
        account(),
        {"topic_arn": TOPIC_ARN},
        [("alarm", ALARM)],
    ),
    "a requested subscriber whose filter policy drops alarms": (
        account(topics=(their_topic(subscriptions=(subscription(filter_policy={"kind": ["other"]}),)),)),
        {},
        OWN_ALARM,
    ),
}
STATES["another topic"][0].topics[TOPIC_ARN] = topic()  # type: ignore[index]


@pytest.mark.parametrize(("observation", "options", "expected"), STATES.values(), ids=STATES)
def test_what_lacks_is_added_once(
    observation: Observation, options: Mapping[str, Any], expected: list[tuple[str, str]]
) -> None:
    first = plan(observation, request(**options))
    assert first.blocked == ""
    assert additions(first) == expected
    after = written(observation, first)
    assert judge(after, SECURITY_GROUP_CHANGES, "cis_v7_0_0").verdict == "compliant"
    second = plan(after, request(**options))
    assert second.blocked == ""
    assert additions(second) == []


@pytest.mark.parametrize(("observation", "options", "expected"), STATES.values(), ids=STATES)
def test_removal_takes_what_was_made_and_nothing_else(
    observation: Observation, options: Mapping[str, Any], expected: list[tuple[str, str]]
) -> None:
    after = written(observation, plan(observation, request(**options)))
    after = replace(after, topic_users={TOPIC_ARN: (ALARM,)})
    removed = set(additions(plan(after, request(**options, state="absent"))))
    made = {one for one in expected if one[0] != "subscription"}
    assert removed == made


@pytest.mark.parametrize(("observation", "options", "expected"), STATES.values(), ids=STATES)
def test_a_run_that_ended_half_way_is_completed(
    observation: Observation, options: Mapping[str, Any], expected: list[tuple[str, str]]
) -> None:
    first = plan(observation, request(**options))
    for count in range(len(first.changes)):
        half = written(observation, replace(first, changes=first.changes[:count]))
        again = plan(half, request(**options))
        assert additions(again) == expected[count:]
        assert additions(plan(written(half, again), request(**options))) == []


def test_a_metric_that_filters_of_others_spoil_is_not_ours() -> None:
    """The default metric, which a filter of somebody else floods."""
    flood = metric_filter("lz-all", '{ $.eventName = "*" }')
    observation = account(flood, alarms=())
    first = plan(observation, request())
    [made] = [one for one in first.changes if one.resource == "metric_filter"]
    assert made.settings["metric_transformation"]["metric_name"] == METRIC + "_aws_cis"
    after = written(observation, first)
    assert additions(plan(after, request())) == []
    assert judge(after, SECURITY_GROUP_CHANGES, "cis_v7_0_0").verdict == "compliant"
    after = replace(after, topic_users={TOPIC_ARN: (ALARM,)})
    assert set(additions(plan(after, request(state="absent")))) == {
        SEVEN_FILTER,
        ("alarm", ALARM),
        ("topic", "alerts"),
    }


class TestWhatIsReported:
    def test_a_whole_path_is_named(self) -> None:
        [kept] = plan(account(), request()).kept
        assert kept.control == "security_group_changes"
        assert kept.why == (
            "security_group_changes: the existing path is left as is: metric filter lz-sg, alarm lz-sg-alarm, "
            f"topic {THEIR_TOPIC}."
        )

    def test_of_a_path_with_a_new_alarm_the_filter_alone(self) -> None:
        [kept] = plan(account(alarms=()), request()).kept
        assert kept.why == "security_group_changes: the existing path is completed: metric filter lz-sg."

    def test_a_pending_subscriber_of_their_topic(self) -> None:
        waiting = their_topic(subscriptions=(subscription(arn="PendingConfirmation"),))
        result = plan(account(topics=(waiting,)), request())
        assert not result.changes
        assert [one["topic_arn"] for one in result.pending] == [THEIR_TOPIC]


def obstacle_of(observation: Observation, wanted: Desired) -> list[str]:
    verdicts = [judge(observation, one.control, wanted.judging_benchmark(one.control)) for one in wanted.wanted]
    found = obstacles(plan(observation, wanted), verdicts, observation.account, rest_of(observation, wanted))
    return [f"{one.reason} {one.fix}" for one in found]


class TestUnknown:
    """Neither whole nor missing: nothing is written, and the run says what could not be read."""

    @pytest.mark.parametrize(
        "observation",
        [
            replace(account(), alarms={"eu-west-1": DENIED}),
            replace(account(), topics={THEIR_TOPIC: DENIED, TOPIC_ARN: None}),
            replace(account(), topics={THEIR_TOPIC: their_topic(subscriptions=DENIED), TOPIC_ARN: None}),
        ],
    )
    def test_it_is_not_written(self, observation: Observation) -> None:
        result = plan(observation, request())
        assert not result.changes
        [said] = obstacle_of(observation, request())
        assert "sns:Something for x was denied." in said
        assert "existing=ignore" in said

    def test_what_controls_share_is_said_once(self) -> None:
        found = [Obstacle(name, "Not set up.", "Allow it.") for name in ("a", "b")]
        assert message([*found, Obstacle("c", "No one is notified.", "")]) == (
            "a, b: Not set up. Allow it. c: No one is notified."
        )

    def test_an_account_whose_paths_are_whole_has_no_obstacle(self) -> None:
        assert obstacle_of(account(), request()) == []

    def test_a_topic_that_nobody_reads_and_nobody_was_named_for(self) -> None:
        result = plan(account(topics=(NOBODY,)), request(subscriptions=[]))
        assert "has no subscriber" in result.blocked


CENTRAL_GROUP = GROUP_ARN.replace(ACCOUNT.id, OTHER_ACCOUNT)
ORGANIZATION_TRAIL = replace(
    TRAIL,
    arn=TRAIL.arn.replace(ACCOUNT.id, OTHER_ACCOUNT),
    name="organization",
    is_organization=True,
    log_group_arn=CENTRAL_GROUP + ":*",
)


def member(*trails: Trail, **fields: Any) -> Observation:
    return bare(trails=(ORGANIZATION_TRAIL, *trails), **{"log_groups": {}, "alarms": {}, "topics": {}, **fields})


class TestCoveredByAnotherAccount:
    def test_a_member_of_an_organization_is_left_as_is(self) -> None:
        result = plan(member(), request())
        assert (result.blocked, result.changes) == ("", ())
        assert [(one.control, one.account, one.region) for one in result.covered] == [
            ("security_group_changes", OTHER_ACCOUNT, "eu-west-1")
        ]
        assert obstacle_of(member(), request()) == []

    def test_without_reuse_it_is_blocked_as_before(self) -> None:
        assert "No trail" in plan(member(), request(existing="ignore")).blocked

    def test_a_topic_of_another_account_is_left_as_is(self) -> None:
        central = THEIR_TOPIC.replace(ACCOUNT.id, OTHER_ACCOUNT)
        elsewhere = replace(
            account(alarms=(their_alarm(alarm_actions=(central,)),)),
            topics={central: topic(central, account=OTHER_ACCOUNT, subscriptions=DENIED), TOPIC_ARN: None},
        )
        result = plan(elsewhere, request())
        assert (result.blocked, result.changes) == ("", ())
        assert [one.account for one in result.covered] == [OTHER_ACCOUNT]

    def test_a_trail_of_its_own_with_a_whole_path_counts_first(self) -> None:
        both = member(TRAIL, log_groups=account().log_groups, alarms=account().alarms, topics=account().topics)
        result = plan(both, request())
        assert (result.changes, result.covered) == ((), ())
        assert result.kept

    def test_a_trail_of_its_own_without_a_path_is_not_needed(self) -> None:
        result = plan(member(TRAIL, log_groups={GROUP_ARN: GROUP}), request())
        assert result.changes == ()
        [covered] = result.covered
        assert covered.account == OTHER_ACCOUNT
        assert covered.why.endswith("Trail main of this account is not needed for this control.")


class TestOurs:
    @pytest.mark.parametrize("existing", ["reuse", "ignore"])
    def test_what_an_earlier_run_made_is_compared_field_by_field(self, existing: str) -> None:
        wanted = request(existing=existing, benchmarks=["security_hub", "cis_v7_0_0"])
        assert additions(plan(converged(), wanted)) == []
        drifted = converged(alarms={"eu-west-1": (alarm(threshold=3.0),)})
        assert additions(plan(drifted, wanted)) == [("alarm", ALARM)]

    def test_it_is_ours_also_beside_a_whole_path_of_others(self) -> None:
        both = converged(
            log_groups={GROUP_ARN: replace(GROUP, filters=(their_filter(), *_filters(converged())))},
            alarms={"eu-west-1": (their_alarm(), alarm(threshold=3.0))},
            topics={TOPIC_ARN: topic(), THEIR_TOPIC: their_topic()},
        )
        wanted = request(benchmarks=["security_hub", "cis_v7_0_0"])
        assert additions(plan(both, wanted)) == [("alarm", ALARM)]

    @pytest.mark.parametrize(
        ("observation", "expected"),
        [
            (account(), []),
            (account(their_filter(SIX)), [("create", "lz-sg_cis_v5")]),
            (
                account(alarms=(their_alarm(threshold=5.0),)),
                [("create", "alerts"), ("create", "email security@example.com"), ("update", "lz-sg-alarm")],
            ),
        ],
    )
    def test_resources_that_overrides_name_are_ours(
        self, observation: Observation, expected: list[tuple[str, str]]
    ) -> None:
        """A whole path is left as is all the same."""
        names = {"filter_name": "lz-sg", "alarm_name": "lz-sg-alarm", "metric_name": THEIRS["metric_name"]}
        wanted = request(overrides={"security_group_changes": names}, metric_namespace=THEIRS["metric_namespace"])
        result = plan(observation, wanted)
        assert [(change.action, change.name) for change in result.changes] == expected

    def test_a_path_by_hand_that_follows_the_benchmark_is_left_as_is(self) -> None:
        """Its names are the benchmark's, as ours are; its topic is its own."""
        by_hand = account(metric_filter(METRIC, SEVEN), alarms=(alarm(description="", alarm_actions=(THEIR_TOPIC,)),))
        result = plan(by_hand, request())
        assert additions(result) == []
        assert result.kept


def _filters(observation: Observation) -> tuple[MetricFilter, ...]:
    group = observation.log_groups[GROUP_ARN]
    assert isinstance(group, LogGroup)
    assert isinstance(group.filters, tuple)
    return group.filters
