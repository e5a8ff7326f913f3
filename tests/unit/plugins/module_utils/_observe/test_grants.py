# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grants of a key: those to CloudWatch, and where they are asked for."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap, Grant, Key
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.grants import read_grants
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.topics import read_key
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws, Fault

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234"
ALARM = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:sg"
CLOUDWATCH = "cloudwatch.amazonaws.com"
USE = ["Decrypt", "GenerateDataKey"]


def read(answer: Any) -> tuple[Grant, ...] | Gap:
    return read_grants(Reader(FakeAws({"kms:ListGrants": answer})), KEY, "eu-west-1")


def test_those_to_cloudwatch_with_their_constraints() -> None:
    grants = [
        {"GranteeServicePrincipal": CLOUDWATCH, "Operations": USE, "Constraints": {"SourceArn": ALARM}},
        {"GranteePrincipal": CLOUDWATCH, "Operations": USE},
        {
            "GranteeServicePrincipal": CLOUDWATCH,
            "Operations": ["Decrypt"],
            "Constraints": {"EncryptionContextSubset": {"aws:sns:topicArn": "a"}},
        },
        {"GranteePrincipal": "arn:aws:iam::111122223333:role/x", "Operations": USE},
        {"GranteeServicePrincipal": "s3.amazonaws.com", "Operations": USE},
    ]
    assert read({"Grants": grants, "Truncated": False}) == (
        Grant(tuple(USE), ALARM),
        Grant(tuple(USE)),
        Grant(("Decrypt",), None, {"aws:sns:topicArn": "a"}),
    )


def test_a_key_without_any() -> None:
    assert read({}) == ()
    assert read(Fault("NotFoundException")) == ()


@pytest.mark.parametrize(
    ("fault", "code"),
    [("AccessDeniedException", "ACCESS_DENIED"), ("KMSInternalException", "RESPONSE_INCOMPLETE")],
)
def test_what_could_not_be_read_is_a_gap(fault: str, code: str) -> None:
    gap = read(Fault(fault))
    assert isinstance(gap, Gap)
    assert (gap.call, gap.code) == ("kms:ListGrants", code)


@pytest.mark.parametrize(
    ("manager", "asked", "calls"), [("CUSTOMER", True, 1), ("AWS", True, 0), ("CUSTOMER", False, 0)]
)
def test_they_are_asked_for_where_they_can_help(manager: str, asked: bool, calls: int) -> None:
    metadata = {"KeyId": "1234", "Arn": KEY, "KeyManager": manager, "KeyState": "Enabled"}
    answers = {"kms:DescribeKey": {"KeyMetadata": metadata}, "kms:GetKeyPolicy": {"Policy": "{}"}, "kms:ListGrants": {}}
    aws = FakeAws(answers)
    assert isinstance(read_key(Reader(aws), KEY, "eu-west-1", is_own=True, with_grants=asked), Key)
    assert len(aws.made("kms:ListGrants")) == calls
