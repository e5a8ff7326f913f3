# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements of resource policies, as IAM's documentation evaluates them for a service's request."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.resource_policy import (
    ALLOWED,
    DENIED,
    UNDETERMINED,
    Request,
    decide,
)

TOPIC = "arn:aws:sns:eu-west-1:111122223333:security"
ALARM = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:sg"
REQUEST = Request(
    "cloudwatch.amazonaws.com",
    "sns:Publish",
    TOPIC,
    {
        "aws:sourcearn": ALARM,
        "aws:sourceaccount": "111122223333",
        "aws:principalisawsservice": "true",
        "aws:securetransport": "true",
        "aws:principalorgid": None,
    },
)
SERVICE = {"Service": "cloudwatch.amazonaws.com"}


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    base = {"Effect": effect, "Principal": SERVICE, "Action": "sns:Publish", "Resource": TOPIC}
    return {key: value for key, value in {**base, **elements}.items() if value is not None}


def on(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {operator: {key: value}}


ALLOW = statement()


@pytest.mark.parametrize(
    ("one", "decision"),
    [
        (ALLOW, ALLOWED),
        # Principals
        (statement(Principal="*"), ALLOWED),
        (statement(Principal={"AWS": "*"}), ALLOWED),
        (statement(Principal={"Service": ["events.amazonaws.com", "cloudwatch.amazonaws.com"]}), ALLOWED),
        (statement(Principal={"Service": "events.amazonaws.com"}), DENIED),
        (statement(Principal={"AWS": "arn:aws:iam::111122223333:root"}), DENIED),
        (statement(Principal={"AWS": "111122223333"}), DENIED),
        (statement(Principal=None, NotPrincipal={"Service": "events.amazonaws.com"}), ALLOWED),
        (statement(Principal=None, NotPrincipal=SERVICE), DENIED),
        (statement(Principal=None), DENIED),
        # Actions
        (statement(Action="*"), ALLOWED),
        (statement(Action="SNS:*"), ALLOWED),
        (statement(Action=["sns:Subscribe", "SNS:Pub*"]), ALLOWED),
        (statement(Action="sns:Subscribe"), DENIED),
        (statement(Action="sns:Publis?"), ALLOWED),
        (statement(Action=None, NotAction="sns:Subscribe"), ALLOWED),
        (statement(Action=None, NotAction="sns:*"), DENIED),
        (statement(Action=None), DENIED),
        # Resources
        (statement(Resource="*"), ALLOWED),
        (statement(Resource="arn:aws:sns:*:111122223333:*"), ALLOWED),
        (statement(Resource=TOPIC + "2"), DENIED),
        (statement(Resource=TOPIC.upper()), DENIED),
        (statement(Resource=None), ALLOWED),
        (statement(Resource=None, NotResource=TOPIC), DENIED),
        (statement(Resource=TOPIC.replace("security", "[sx]ecurity")), DENIED),
        # Conditions
        (statement(Condition=on("StringEquals", "aws:SourceAccount", "111122223333")), ALLOWED),
        (statement(Condition=on("StringEquals", "AWS:SourceAccount", ["1", "111122223333"])), ALLOWED),
        (statement(Condition=on("StringEquals", "aws:SourceAccount", "444455556666")), DENIED),
        (statement(Condition=on("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:*:111122223333:alarm:*")), ALLOWED),
        (statement(Condition=on("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:us-*:111122223333:alarm:*")), DENIED),
        (statement(Condition=on("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:*:alarm:sg:x:y")), DENIED),
        (statement(Condition=on("ArnEquals", "aws:SourceArn", ALARM)), ALLOWED),
        (statement(Condition=on("StringLike", "aws:SourceArn", "arn:*:sg")), ALLOWED),
        (statement(Condition=on("StringNotEquals", "aws:SourceAccount", "444455556666")), ALLOWED),
        (statement(Condition=on("StringNotEquals", "aws:SourceAccount", "111122223333")), DENIED),
        (statement(Condition=on("Bool", "aws:SecureTransport", True)), ALLOWED),
        (statement(Condition=on("Bool", "aws:SecureTransport", "false")), DENIED),
        (statement(Condition=on("Null", "aws:PrincipalOrgID", "true")), ALLOWED),
        (statement(Condition=on("Null", "aws:SourceArn", "true")), DENIED),
        # A key that the request does not carry
        (statement(Condition=on("StringEquals", "aws:PrincipalOrgID", "o-1")), DENIED),
        (statement(Condition=on("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1")), ALLOWED),
        (statement(Condition=on("StringNotEquals", "aws:PrincipalOrgID", "o-1")), ALLOWED),
        (statement(Condition=on("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-1")), ALLOWED),
        (statement(Condition=on("ForAnyValue:StringEquals", "aws:PrincipalOrgID", "o-1")), DENIED),
        # What is not known
        (statement(Condition=on("StringEquals", "aws:SourceOrgID", "o-1")), UNDETERMINED),
        (statement(Condition=on("IpAddress", "aws:SourceIp", "10.0.0.0/8")), UNDETERMINED),
        (statement(Condition=on("DateGreaterThan", "aws:SourceAccount", "2020-01-01")), UNDETERMINED),
        (statement(Condition=on("StringEquals", "aws:SourceAccount", "${aws:PrincipalAccount}")), UNDETERMINED),
        (
            statement(Condition={**on("StringEquals", "aws:SourceOrgID", "o"), **on("ArnLike", "aws:SourceArn", "x")}),
            DENIED,
        ),
    ],
)
def test_one_statement(one: dict[str, Any], decision: str) -> None:
    assert decide({"Statement": [one]}, REQUEST) == decision
    assert decide({"Statement": one}, REQUEST) == decision


@pytest.mark.parametrize(
    ("deny", "decision"),
    [
        (statement("Deny"), DENIED),
        (statement("Deny", Principal="*", Condition=on("Bool", "aws:SecureTransport", "false")), ALLOWED),
        (statement("Deny", Principal="*", Condition=on("StringNotEquals", "aws:PrincipalOrgID", "o-1")), DENIED),
        (statement("Deny", Principal="*", Condition=on("BoolIfExists", "aws:PrincipalIsAWSService", "false")), ALLOWED),
        (statement("Deny", Condition=on("StringNotEquals", "aws:SourceOrgID", "o-1")), UNDETERMINED),
        (statement("Deny", Principal=None, NotPrincipal={"AWS": "111122223333"}), DENIED),
        (statement("Deny", Action="sns:Subscribe"), ALLOWED),
    ],
)
def test_a_deny_beside_an_allow(deny: dict[str, Any], decision: str) -> None:
    assert decide({"Statement": [ALLOW, deny]}, REQUEST) == decision


def test_an_allow_that_is_sure_outweighs_one_that_is_not() -> None:
    unsure = statement(Condition=on("StringEquals", "aws:SourceOrgID", "o-1"))
    assert decide({"Statement": [unsure, ALLOW]}, REQUEST) == ALLOWED


@pytest.mark.parametrize("policy", [{}, {"Statement": []}, {"Statement": "x"}, {"Statement": [{"Effect": "Allow"}]}])
def test_what_allows_nothing_denies(policy: dict[str, Any]) -> None:
    assert decide(policy, REQUEST) == DENIED
