# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of an ARN, and what is none."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.arn import Arn, is_topic_arn

TOPIC = "arn:aws-us-gov:sns:us-gov-west-1:111122223333:alerts"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (TOPIC, Arn("aws-us-gov", "sns", "us-gov-west-1", "111122223333", "alerts")),
        ("arn:aws:iam::111122223333:role/a/b", Arn("aws", "iam", "", "111122223333", "role/a/b")),
        (
            "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a: b",
            Arn("aws", "cloudwatch", "eu-west-1", "111122223333", "alarm:a: b"),
        ),
    ],
)
def test_an_arn_is_its_parts_and_back(text: str, parts: Arn) -> None:
    assert Arn.parse(text) == parts
    assert str(parts) == text


@pytest.mark.parametrize("text", ["", "*", "alerts", "arn:aws:sns:eu-west-1", "urn:aws:sns:eu-west-1:111122223333:a"])
def test_what_is_no_arn_has_no_parts(text: str) -> None:
    assert Arn.parse(text) == Arn("", "", "", "", "")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [(TOPIC, True), (TOPIC + ":0-1", False), (TOPIC.replace("sns", "sqs"), False), ("alerts", False)],
)
def test_a_topics_arn_is_no_subscriptions(text: str, is_one: bool) -> None:
    assert is_topic_arn(text) is is_one
