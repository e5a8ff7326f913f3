# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscriptions as SNS lists them: a hundred a page, and pending until somebody confirms.

Follows Subscribe, ListSubscriptionsByTopic and 'Subscribing to an Amazon SNS topic' of the Amazon SNS documentation.
"""

from __future__ import annotations

import re
from typing import Any

import clock
from ministack.core.responses import new_uuid
from ministack.services import sns

from corrections.wrap import replace

_PAGE = 100
_TIME_TO_CONFIRM = 48 * 3600  # seconds


def email_confirmation() -> None:
    """An e-mail subscription is pending until its owner confirms, as an HTTP(S) one is."""
    original = sns._subscribe

    def subscribe(params: Any) -> Any:
        answer = original(params)
        topic = sns._topic_by_arn_any_scope(sns._p(params, "TopicArn"))
        if answer[0] != 200 or not topic or sns._p(params, "Protocol") not in ("email", "email-json"):
            return answer
        subscription = next(one for one in topic["subscriptions"] if one["endpoint"] == sns._p(params, "Endpoint"))
        if "_must_confirm" in subscription:
            return answer
        subscription |= {"confirmed": False, "token": new_uuid(), "_must_confirm": True}
        subscription["attributes"] |= {"PendingConfirmation": "true", "ConfirmationWasAuthenticated": "false"}
        sns._refresh_subscription_counts(topic)
        result = "<SubscribeResult><SubscriptionArn>pending confirmation</SubscriptionArn></SubscribeResult>"
        return sns._xml(200, "SubscribeResponse", result)

    replace(sns, "_subscribe", subscribe)


def paging() -> None:
    """ListSubscriptionsByTopic gives a hundred a page."""
    original = sns._list_subscriptions_by_topic

    def list_subscriptions_by_topic(params: Any) -> Any:
        status, headers, body = original(params)
        text = body.decode() if isinstance(body, bytes) else body
        members = re.findall(r"<member>.*?</member>", text, re.DOTALL)
        start = int(sns._p(params, "NextToken") or 0)
        if status != 200 or len(members) <= _PAGE:
            return status, headers, body
        page = "".join(members[start : start + _PAGE])
        token = f"<NextToken>{start + _PAGE}</NextToken>" if start + _PAGE < len(members) else ""
        return sns._xml(
            200,
            "ListSubscriptionsByTopicResponse",
            "<ListSubscriptionsByTopicResult>"
            f"<Subscriptions>{page}</Subscriptions>{token}</ListSubscriptionsByTopicResult>",
        )

    replace(sns, "_list_subscriptions_by_topic", list_subscriptions_by_topic)


def pending() -> None:
    """A subscription that nobody confirmed is listed as PendingConfirmation, not by an ARN."""

    def hiding(name: str) -> None:
        original = getattr(sns, name)

        def listing(params: Any) -> Any:
            status, headers, body = original(params)
            text = body.decode() if isinstance(body, bytes) else body
            return status, headers, re.sub(r"<SubscriptionArn>([^<]+)<", _shown, text).encode()

        replace(sns, name, listing)

    hiding("_list_subscriptions_by_topic")
    hiding("_list_subscriptions")


def expiry() -> None:
    """SNS drops a subscription that nobody has confirmed within 48 hours of being asked, whatever its protocol.

    Follows https://aws.amazon.com/about-aws/whats-new/2023/05/amazon-sns-automatic-deletion-unconfirmed-subscriptions/
    """
    original_topic, original_subscribe = sns._get_topic, sns._subscribe

    def get_topic(topic_arn: str, action: str | None = None) -> Any:
        topic, error = original_topic(topic_arn, action)
        if topic:
            topic["subscriptions"][:] = [one for one in topic["subscriptions"] if not _is_over(one)]
        return topic, error

    def subscribe(params: Any) -> Any:
        answer = original_subscribe(params)
        topic = sns._topic_by_arn_any_scope(sns._p(params, "TopicArn"))
        for subscription in topic["subscriptions"] if topic else ():
            subscription.setdefault("_asked", clock.now())
        return answer

    replace(sns, "_get_topic", get_topic)
    replace(sns, "_subscribe", subscribe)


def _is_over(subscription: dict[str, Any]) -> bool:
    return not subscription["confirmed"] and clock.now() > subscription["_asked"] + _TIME_TO_CONFIRM


def _shown(match: re.Match[str]) -> str:
    arn = match.group(1)
    topic = sns._topic_by_arn_any_scope(sns._sub_arn_to_topic.get(arn, ""))
    subscription = sns._find_subscription(topic["arn"], arn) if topic else None
    is_confirmed = subscription is None or subscription["confirmed"]
    return f"<SubscriptionArn>{arn if is_confirmed else 'PendingConfirmation'}<"
