#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscribe an endpoint to an SNS topic."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sns_subscription
short_description: Subscribe an endpoint to an SNS topic
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - SNS lists a deleted subscription for up to 72 hours. During this time, M(community.aws.sns_topic) treats the
    subscription as existing and does not create it again. This module does.
  - Subscriptions that are confirmed or pending confirmation are left as is. Existing subscriptions are never removed.
options:
  topic_arn:
    description: The ARN of the topic. The module uses the region of the topic.
    type: str
    required: true
  protocol:
    description: The delivery protocol.
    type: str
    required: true
    choices: [email, email-json, http, https, sqs, lambda, sms, application]
  endpoint:
    description: The endpoint, in the format that the protocol requires, such as an e-mail address, a URL, a phone
      number or an ARN.
    type: str
    required: true
notes:
  - Requires the permissions C(sns:ListSubscriptionsByTopic) and C(sns:Subscribe).
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._connection.account
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.writes
seealso:
  - module: community.aws.sns_topic
"""

EXAMPLES = r"""
- name: Subscribe the security team
  aws_cis.monitoring.sns_subscription:
    topic_arn: arn:aws:sns:eu-west-1:123456789012:alerts
    protocol: email
    endpoint: security@example.com
"""

RETURN = r"""
topic_arn:
  description: The ARN of the topic.
  returned: success
  type: str
  sample: arn:aws:sns:eu-west-1:123456789012:alerts
subscription_arn:
  description:
    - The ARN of the subscription, or V(PendingConfirmation) if it is not confirmed yet. Empty in check mode if the
      subscription is new.
  returned: success
  type: str
"""

from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    attempt,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.named_topic import region_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import NotThere, Reader
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.topics import list_subscriptions
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.subscriber import PROTOCOLS, Subscriber

ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "topic_arn": {"type": "str", "required": True},
    "protocol": {"type": "str", "required": True, "choices": [one for one in PROTOCOLS if one != "firehose"]},
    "endpoint": {"type": "str", "required": True},
}


def run(task: Task) -> dict[str, Any]:
    """Subscribe the endpoint unless it is subscribed. Raises TaskError."""
    arn = task.params["topic_arn"]
    region = region_of(arn)
    subscriber = Subscriber.of(task.params["protocol"], task.params["endpoint"])
    if subscriber.fault:
        raise TaskError(subscriber.fault)
    found = _found(Reader(task.clients), arn, region, subscriber)
    subscription_arn = found
    if not found and not task.check_mode:
        with attempt(f"subscribe {subscriber.protocol} {subscriber.shown} to topic {arn}"):
            answer = task.clients.client("sns", region).subscribe(
                TopicArn=arn, Protocol=subscriber.protocol, Endpoint=subscriber.endpoint
            )
        said = answer["SubscriptionArn"]
        subscription_arn = said if said.startswith("arn:") else "PendingConfirmation"
    result: dict[str, Any] = {"changed": not found, "topic_arn": arn, "subscription_arn": subscription_arn}
    if task.diff_mode:
        shown = {"protocol": subscriber.protocol, "endpoint": subscriber.shown}
        result["diff"] = {"before": shown if found else {}, "after": shown}
    return result


def _found(reader: Reader, topic_arn: str, region: str, subscriber: Subscriber) -> str:
    """The subscription's ARN, or 'PendingConfirmation'; '' if there is none that counts."""
    try:
        listed = list_subscriptions(reader, topic_arn, region)
    except NotThere as error:
        raise TaskError(f"Topic {topic_arn} does not exist. Create it first.") from error
    if not isinstance(listed, tuple):
        raise TaskError(listed.detail, error_code=listed.code)
    for one in listed:
        is_there = one.is_confirmed or one.is_pending
        if is_there and Subscriber.of(one.protocol, one.endpoint).listed == subscriber.listed:
            return one.arn
    return ""


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
