# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants of a key count in addition to its policy, and a success contradicts a policy that denies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    ActionResult,
    Gap,
    Grant,
    Observation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    ACCOUNT,
    ALARM_ARN,
    KEY_POLICY,
    READ_AT,
    REGION,
    TOPIC_ARN,
    a_topic,
    an_alarm,
    an_encrypted_topic,
    whole_account,
)

USE = ("Decrypt", "GenerateDataKey")
ACCOUNT_ONLY = {"Statement": KEY_POLICY["Statement"][:1]}
DENYING = {
    "Statement": [*KEY_POLICY["Statement"], {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}]
}
DENIED = Gap("kms:ListGrants", "key", "ACCESS_DENIED", "kms:ListGrants for key was denied.")


def told(result: bool) -> ActionResult:
    return ActionResult(READ_AT - timedelta(minutes=10), TOPIC_ARN, result, "")


def verdict(policy: Any, grants: Any = (), *history: ActionResult) -> tuple[str, str]:
    observation = whole_account(
        topics={TOPIC_ARN: an_encrypted_topic(policy=policy, grants=grants)},
        alarms={REGION: (an_alarm(history=history),)},
    )
    return judged(observation)


def judged(observation: Observation) -> tuple[str, str]:
    found = judge(observation, SECURITY_GROUP_CHANGES)
    return found.verdict, found.links[4].code


@pytest.mark.parametrize(
    "grant",
    [
        Grant(USE),
        Grant(USE, ALARM_ARN),
        Grant(USE, f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:*"),
        Grant(USE, None, {"aws:sns:topicArn": TOPIC_ARN}),
    ],
)
def test_a_grant_does_what_the_policy_does_not(grant: Grant) -> None:
    assert verdict(ACCOUNT_ONLY, (grant,)) == ("compliant", "OK")


@pytest.mark.parametrize(
    "grants",
    [
        (),
        (Grant(("Decrypt",)),),
        (Grant(USE, f"{ALARM_ARN}2"),),
        (Grant(USE, None, {"aws:sns:topicArn": f"{TOPIC_ARN}2"}),),
    ],
)
def test_one_for_something_else_does_not(grants: tuple[Grant, ...]) -> None:
    assert verdict(ACCOUNT_ONLY, grants) == ("non_compliant", "TOPIC_KEY_UNUSABLE")


def test_two_grants_count_together() -> None:
    assert verdict(ACCOUNT_ONLY, (Grant(("Decrypt",)), Grant(("GenerateDataKey",))))[0] == "compliant"


def test_a_statement_that_denies_outweighs_a_grant() -> None:
    assert verdict(DENYING, (Grant(USE),)) == ("non_compliant", "TOPIC_KEY_UNUSABLE")


def test_grants_that_could_not_be_read_matter_only_where_the_policy_does_not_do() -> None:
    assert verdict(KEY_POLICY, DENIED) == ("compliant", "OK")
    assert verdict(ACCOUNT_ONLY, DENIED) == ("unknown", "ACCESS_DENIED")


@pytest.mark.parametrize("grants", [(), DENIED])
def test_a_success_leaves_open_what_a_policy_denies(grants: Any) -> None:
    assert verdict(ACCOUNT_ONLY, grants, told(True)) == ("unknown", "TOPIC_KEY_UNUSABLE")
    assert verdict(ACCOUNT_ONLY, (), told(False)) == ("non_compliant", "TOPIC_KEY_UNUSABLE")


def test_so_does_one_that_the_topics_policy_denies() -> None:
    topic = a_topic(policy={"Statement": []})
    observation = whole_account(topics={TOPIC_ARN: topic}, alarms={REGION: (an_alarm(history=(told(True),)),)})
    assert judged(observation) == ("unknown", "TOPIC_POLICY_DENIES")
    assert "succeeded" in judge(observation, SECURITY_GROUP_CHANGES).reason
    assert judged(whole_account(topics={TOPIC_ARN: topic})) == ("non_compliant", "TOPIC_POLICY_DENIES")
