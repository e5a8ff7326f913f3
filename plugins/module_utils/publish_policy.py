# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The statement of ours in a topic's policy, which lets this account's alarms publish. Pure.

Follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils.observation import Account, Topic
from ansible_collections.aws_cis.monitoring.plugins.module_utils.resource_policy import ALLOWED, Request, decide

SID = "AwsCisMonitoringCloudWatchPublish"
_CLOUDWATCH = "cloudwatch.amazonaws.com"


def with_publish_statement(
    policy: Mapping[str, Any] | None, topic: Topic, account: Account, alarm_name: str
) -> Mapping[str, Any] | None:
    """The policy with our statement merged in, or None if the alarm may publish without a change.

    Everybody else's statements stay as they are, in their order.
    """
    document = dict(policy or {"Version": "2012-10-17"})
    ours = _statement(topic, account)
    statements = document.get("Statement", [])
    statements = [statements] if isinstance(statements, Mapping) else list(statements)
    if ours in statements or decide(document, _publish(topic, account, alarm_name)) == ALLOWED:
        return None
    others = [one for one in statements if one.get("Sid") != SID]
    return {**document, "Statement": [*others, ours]}


def _statement(topic: Topic, account: Account) -> dict[str, Any]:
    return {
        "Sid": SID,
        "Effect": "Allow",
        "Principal": {"Service": _CLOUDWATCH},
        "Action": "sns:Publish",
        "Resource": topic.arn,
        "Condition": {
            "ArnLike": {"aws:SourceArn": _alarm_arn(topic, account, "*")},
            "StringEquals": {"aws:SourceAccount": account.id},
        },
    }


def _publish(topic: Topic, account: Account, alarm_name: str) -> Request:
    # SNS's default policy lets services of the owner publish by AWS:SourceOwner, an older word for the account.
    context = {
        "aws:sourcearn": _alarm_arn(topic, account, alarm_name),
        "aws:sourceaccount": account.id,
        "aws:sourceowner": account.id,
    }
    return Request(service=_CLOUDWATCH, action="sns:Publish", resource=topic.arn, context=context)


def _alarm_arn(topic: Topic, account: Account, alarm_name: str) -> str:
    return f"arn:{account.partition}:cloudwatch:{topic.region}:{account.id}:alarm:{alarm_name}"
