# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role that a request names: read, missing, denied, and an answer that is not whole."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap, Role
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.roles import read_role
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import Body, FakeAws, Fault

ARN = "arn:aws:iam::111122223333:role/log-alarms"
POLICY = "%7B%22Statement%22%3A%20%5B%5D%7D"
ANSWER = (
    '<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role><Path>/</Path>'
    "<RoleName>log-alarms</RoleName><RoleId>AROA</RoleId><CreateDate>2026-11-23T05:00:00Z</CreateDate>"
    f"<Arn>{ARN}</Arn><AssumeRolePolicyDocument>%s</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>"
)


def read(answer: Any) -> Any:
    aws = FakeAws({"iam:GetRole": answer})
    found = read_role(Reader(aws), "log-alarms", "eu-west-1")
    assert aws.made("iam:GetRole") == [{"RoleName": "log-alarms"}]
    return found


def test_its_trust_policy_is_decoded() -> None:
    assert read(Body(ANSWER % POLICY)) == Role(ARN, {"Statement": []})


def test_one_that_does_not_exist() -> None:
    assert read(Fault("NoSuchEntity")) is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Fault("AccessDenied"), "ACCESS_DENIED"),
        (Body(ANSWER % "text"), "RESPONSE_INCOMPLETE"),
        ({"Role": {"RoleName": "log-alarms"}}, "RESPONSE_INCOMPLETE"),
        ({}, "RESPONSE_INCOMPLETE"),
    ],
)
def test_what_is_not_known(answer: Any, code: str) -> None:
    found = read(answer)
    assert isinstance(found, Gap)
    assert (found.call, found.code) == ("iam:GetRole", code)
