# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each benchmark's own audit, and Security Hub, would say."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    BasicSelector,
    EventSelectors,
    Observation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import BENCHMARKS, SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.standards import Assessment
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    BOTH_FILTERS,
    DENIED,
    GROUP_ARN,
    OTHER_ACCOUNT,
    PENDING,
    REGION,
    SEVEN,
    SIX,
    SIX_NAMES,
    TOPIC_ARN,
    a_filter,
    a_group,
    a_topic,
    a_trail,
    an_alarm,
    any_of,
    whole_account,
    with_alarm,
    with_alarms,
    with_filters,
    with_pattern,
    with_subscriptions,
    with_topic,
    with_trail,
)


def assess(observation: Observation) -> dict[str, Assessment]:
    return {one.standard: one for one in judge(observation, SECURITY_GROUP_CHANGES).standards}


def outcome(observation: Observation, standard: str) -> tuple[str, str]:
    assessment = assess(observation)[standard]
    return assessment.status, assessment.code


def test_every_benchmark_is_there_with_its_number() -> None:
    assessments = judge(whole_account(), SECURITY_GROUP_CHANGES).standards
    assert [one.standard for one in assessments][:-2] == list(BENCHMARKS)
    assert all(one.id == SECURITY_GROUP_CHANGES.ids[one.standard] for one in assessments[:-2])
    assert assessments[0].as_dict("") == {
        "standard": "cis_v1_2_0",
        "id": "3.10",
        "status": "pass",
        "code": "OK",
    }


def test_what_the_reason_of_the_control_says_is_not_repeated_for_each_standard() -> None:
    verdict = judge(whole_account(trails=()), SECURITY_GROUP_CHANGES)
    entries = {one["standard"]: one for one in verdict.as_dict()["standards"]}
    assert entries["cis_v7_0_0"]["status"] == "fail"
    assert verdict.standards[0].why == verdict.reason
    assert "why" not in entries["cis_v7_0_0"]
    assert entries["security_hub"]["why"] != verdict.reason


@pytest.mark.parametrize(
    ("observation", "old", "new", "hub"),
    [
        (with_pattern(SIX), "pass", "fail", "pass"),
        (with_pattern(SEVEN), "pass", "pass", "fail"),
        (with_filters(*BOTH_FILTERS), "pass", "pass", "pass"),
        (with_pattern("".join(SIX.split())), "pass", "fail", "pass"),
        (with_pattern(any_of(SIX_NAMES, clause='($.eventName = "{name}")')), "pass", "fail", "fail"),
        (with_pattern(""), "fail", "fail", "fail"),
        (with_filters(*BOTH_FILTERS, a_filter("", "all")), "pass", "pass", "pass"),
    ],
)
def test_one_filter_can_not_satisfy_old_new_and_security_hub(
    observation: Observation, old: str, new: str, hub: str
) -> None:
    found = assess(observation)
    assert (found["cis_v1_2_0"].status, found["cis_v7_0_0"].status, found["security_hub"].status) == (old, new, hub)


@pytest.mark.parametrize(
    ("observation", "cis"),
    [
        (with_alarm(threshold=1000.0, actions_enabled=False), ("pass", "OK")),
        (with_alarms(), ("fail", "ALARM_MISSING")),
        (with_subscriptions(PENDING), ("fail", "SUBSCRIPTION_PENDING")),
        (with_trail(is_multi_region=False), ("fail", "TRAIL_SINGLE_REGION")),
        (
            with_trail(selectors=EventSelectors(basic=(BasicSelector("WriteOnly", True),))),
            ("fail", "TRAIL_EVENTS_EXCLUDED"),
        ),
        (with_alarms(an_alarm(), an_alarm(name="other", alarm_actions=())), ("pass", "OK")),
        (whole_account(alarms={REGION: DENIED}), ("unknown", "ACCESS_DENIED")),
        (with_trail(status=DENIED), ("unknown", "ACCESS_DENIED")),
        (with_topic(subscriptions=DENIED), ("unknown", "ACCESS_DENIED")),
        # What the procedure does not ask for may be unread.
        (whole_account(mute_rules={REGION: DENIED}), ("pass", "OK")),
        (with_alarm(history=DENIED), ("pass", "OK")),
        (with_topic(policy=DENIED, key=DENIED), ("pass", "OK")),
        (whole_account(log_groups={GROUP_ARN: a_group(log_class=DENIED)}), ("pass", "OK")),
        # What fails for sure is not excused by what is not known.
        (dataclasses.replace(with_alarms(), trails=(a_trail(status=DENIED),)), ("fail", "ALARM_MISSING")),
    ],
)
def test_the_cis_procedure_asks_for_less_than_we_do(observation: Observation, cis: tuple[str, str]) -> None:
    assert outcome(observation, "cis_v1_4_0") == cis


OTHER_TOPIC = f"arn:aws:sns:{REGION}:{OTHER_ACCOUNT}:central"
MEMBER = {"arn": f"arn:aws:cloudtrail:{REGION}:{OTHER_ACCOUNT}:trail/org"}


@pytest.mark.parametrize(
    ("observation", "hub"),
    [
        (whole_account(), ("pass", "OK")),
        (whole_account(trails=()), ("fail", "CLOUDTRAIL_MULTI_REGION_NOT_PRESENT")),
        (with_trail(is_multi_region=False), ("fail", "CLOUDTRAIL_MULTI_REGION_NOT_PRESENT")),
        (with_trail(log_group_arn=None), ("fail", "CLOUDTRAIL_MULTI_REGION_NOT_PRESENT")),
        (with_filters(), ("pass", "OK")),
        (whole_account(log_groups={GROUP_ARN: a_group(filters=())}), ("fail", "CLOUDTRAIL_METRIC_FILTERS_NOT_PRESENT")),
        (with_pattern(SEVEN), ("fail", "CLOUDTRAIL_METRIC_FILTER_NOT_VALID")),
        (with_alarms(), ("fail", "CLOUDWATCH_ALARMS_NOT_PRESENT")),
        (with_alarm(metric_namespace="x"), ("fail", "CLOUDWATCH_ALARMS_NOT_PRESENT")),
        (with_alarm(alarm_actions=()), ("fail", "CLOUDWATCH_ALARM_ACTIONS_NOT_VALID")),
        (with_subscriptions(PENDING), ("fail", "SNS_SUBSCRIPTION_NOT_PRESENT")),
        (whole_account(topics={TOPIC_ARN: None}), ("fail", "SNS_TOPIC_INVALID")),
        (with_trail(home_region="us-east-1"), ("unknown", "NO_DATA")),
        (with_trail(**MEMBER), ("unknown", "NO_DATA")),
        (
            dataclasses.replace(with_alarm(alarm_actions=(OTHER_TOPIC,)), topics={OTHER_TOPIC: DENIED}),
            ("unknown", "SNS_TOPIC_CROSS_ACCOUNT"),
        ),
        (
            dataclasses.replace(with_alarm(alarm_actions=(OTHER_TOPIC,)), topics={OTHER_TOPIC: a_topic()}),
            ("pass", "OK"),
        ),
        # The furthest of several counts.
        (with_alarms(an_alarm(name="other", alarm_actions=()), an_alarm()), ("pass", "OK")),
        (whole_account(trails=(a_trail(is_multi_region=False), a_trail())), ("pass", "OK")),
    ],
)
def test_security_hub_answers_with_its_own_codes(observation: Observation, hub: tuple[str, str]) -> None:
    assert outcome(observation, "security_hub") == hub


def test_where_security_hub_has_no_data_it_is_said_what_it_says_elsewhere() -> None:
    why: Any = assess(with_trail(home_region="us-east-1"))["security_hub"].why
    assert "us-east-1" in why
    assert "pass" in why
