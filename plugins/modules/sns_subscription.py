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
  - Subscriptions that are confirmed or pending confirmation are not requested again. Existing subscriptions are never
    removed.
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
  raw_message_delivery:
    description:
      - Whether SNS delivers messages without its envelope, for the protocols V(sqs), V(http) and V(https).
      - By default, SNS adds the envelope for a new subscription, and an existing one is unchanged.
      - A subscription that is pending confirmation is left as is, because SNS returns no attributes of it.
    type: bool
notes:
  - Requires the permissions C(sns:ListSubscriptionsByTopic) and C(sns:Subscribe), and with O(raw_message_delivery)
    C(sns:GetSubscriptionAttributes) and C(sns:SetSubscriptionAttributes).
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

- name: Deliver the alarm messages to a queue without the envelope of SNS
  aws_cis.monitoring.sns_subscription:
    topic_arn: arn:aws:sns:eu-west-1:123456789012:alerts
    protocol: sqs
    endpoint: arn:aws:sqs:eu-west-1:123456789012:alarms
    raw_message_delivery: true
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

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap, Subscription
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    attempt,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.named_topic import region_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import NotThere, Reader
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.topics import (
    list_subscriptions,
    with_attributes,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.subscriber import (
    PROTOCOLS,
    RAW_DELIVERY,
    Subscriber,
)

ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "topic_arn": {"type": "str", "required": True},
    "protocol": {"type": "str", "required": True, "choices": [one for one in PROTOCOLS if one != "firehose"]},
    "endpoint": {"type": "str", "required": True},
    "raw_message_delivery": {"type": "bool"},
}


def run(task: Task) -> dict[str, Any]:
    """Subscribe the endpoint unless it is subscribed, and set how messages are delivered. Raises TaskError."""
    params = task.params
    arn = params["topic_arn"]
    region = region_of(arn)
    subscriber = Subscriber.of(params["protocol"], params["endpoint"], raw_delivery=params["raw_message_delivery"])
    if subscriber.fault:
        raise TaskError(subscriber.fault)
    reader = Reader(task.clients)
    found = _found(reader, arn, region, subscriber)
    was_raw = _delivery(reader, found, region, subscriber)
    sns = task.clients.client("sns", region)
    subscription_arn = found.arn if found else ""
    changed = found is None or (was_raw is not None and subscriber.differs(was_raw))
    if changed and not task.check_mode:
        if found is None:
            subscription_arn = _subscribe(sns, arn, subscriber)
        else:
            _set_delivery(sns, found.arn, subscriber)
    result: dict[str, Any] = {"changed": changed, "topic_arn": arn, "subscription_arn": subscription_arn}
    if task.diff_mode:
        result["diff"] = _diff(subscriber, found, was_raw)
    return result


def _subscribe(sns: Any, topic_arn: str, subscriber: Subscriber) -> str:
    with attempt(f"subscribe {subscriber.protocol} {subscriber.shown} to topic {topic_arn}"):
        answer = sns.subscribe(
            TopicArn=topic_arn,
            Protocol=subscriber.protocol,
            Endpoint=subscriber.endpoint,
            Attributes=subscriber.attributes,
        )
    said: str = answer["SubscriptionArn"]
    return said if said.startswith("arn:") else "PendingConfirmation"


def _set_delivery(sns: Any, arn: str, subscriber: Subscriber) -> None:
    with attempt(f"set {RAW_DELIVERY} of subscription {arn}"):
        sns.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName=RAW_DELIVERY, AttributeValue=str(subscriber.raw_delivery).lower()
        )


def _diff(subscriber: Subscriber, found: Subscription | None, was_raw: bool | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"protocol": subscriber.protocol, "endpoint": subscriber.shown}
    if subscriber.raw_delivery is None or (found and was_raw is None):
        return {"before": shown if found else {}, "after": shown}
    before = {**shown, "raw_message_delivery": was_raw} if found else {}
    return {"before": before, "after": {**shown, "raw_message_delivery": subscriber.raw_delivery}}


def _found(reader: Reader, topic_arn: str, region: str, subscriber: Subscriber) -> Subscription | None:
    """The subscription, None if there is none that counts."""
    try:
        listed = list_subscriptions(reader, topic_arn, region)
    except NotThere as error:
        raise TaskError(f"Topic {topic_arn} does not exist. Create it first.") from error
    if not isinstance(listed, tuple):
        raise TaskError(listed.detail, error_code=listed.code)
    for one in listed:
        is_there = one.is_confirmed or one.is_pending
        if is_there and Subscriber.of(one.protocol, one.endpoint).listed == subscriber.listed:
            return one
    return None


def _delivery(reader: Reader, found: Subscription | None, region: str, subscriber: Subscriber) -> bool | None:
    """How a confirmed subscription delivers; None if that is not asked for, or not known since it is pending."""
    if found is None or not found.is_confirmed or subscriber.raw_delivery is None:
        return None
    is_raw = with_attributes(reader, found, region).raw_delivery
    if isinstance(is_raw, Gap):
        raise TaskError(is_raw.detail, error_code=is_raw.code)
    return is_raw


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
