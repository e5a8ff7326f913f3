# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A topic of somebody else to which everybody may subscribe, as Amazon has one for changes of its address ranges."""

from __future__ import annotations

import json

from harness import REGION, Sandbox

OPEN_TO_ALL = ["sns:GetTopicAttributes", "sns:Subscribe", "sns:ListSubscriptionsByTopic"]


def make_topic(sandbox: Sandbox) -> str:
    """Make the topic in an account of its own, and return its ARN."""
    sns = sandbox.client("sns", sandbox.new_account(), REGION)
    arn: str = sns.create_topic(Name="AmazonIpSpaceChanged")["TopicArn"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": OPEN_TO_ALL, "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return arn
