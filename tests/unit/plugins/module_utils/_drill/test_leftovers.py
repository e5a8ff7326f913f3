# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What earlier drills left is looked for, and an answer without end is ended."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill import leftovers
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws

TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts"


@pytest.mark.parametrize(
    ("call", "look"),
    [
        ("sqs:ListQueues", lambda aws, things: things.queues(aws.client("sqs"))),
        (
            "sns:ListSubscriptionsByTopic",
            lambda aws, to: to.subscriptions(aws.client("sns"), TOPIC),
        ),
        ("ec2:DescribeSecurityGroups", lambda aws, to: to.security_groups(aws.client("ec2"))),
    ],
)
def test_pages_that_lead_into_a_circle_are_ended(monkeypatch: pytest.MonkeyPatch, call: str, look: Any) -> None:
    monkeypatch.setattr(leftovers, "MOST_PAGES", 5)
    pages = itertools.count()

    def answer(**_asked: Any) -> dict[str, Any]:
        number = next(pages)
        assert number < 20, "asked again and again"
        return {"NextToken": f"page{number % 2}"}

    aws = FakeAws({call: answer})
    look(aws, leftovers.Leftovers(lambda text: None))
    assert len(aws.made(call)) == 5
