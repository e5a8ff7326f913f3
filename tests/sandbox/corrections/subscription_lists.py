# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ListSubscriptionsByTopic says beside what there is: Deleted for a while, late, and without passwords.

A test chooses when: by `unsubscribe` and `list_late`, which control.py offers.
"""

from __future__ import annotations

import re
from typing import Any

import clock
from ministack.core.responses import AccountScopedDict, get_account_id, request_scope
from ministack.services import sns

from corrections.wrap import replace

_LISTED_AS_DELETED = 72 * 3600  # seconds
_reads_too_early = AccountScopedDict()


def deleted() -> None:
    """A subscription whose endpoint's owner left is listed as Deleted for 72 hours. An Unsubscribe of our own is not.

    Follows https://repost.aws/knowledge-center/sns-cross-account-subscription ('How do I recreate a "Deleted" Amazon
    SNS topic subscription'), and Unsubscribe of the Amazon SNS API Reference, which wants an ARN.
    """
    original_unsubscribe = sns._unsubscribe

    def unsubscribe_by_arn(params: Any) -> Any:
        parts = len(sns._p(params, "SubscriptionArn").split(":"))
        if parts >= 6:
            return original_unsubscribe(params)
        reason = f"SubscriptionArn Reason: An ARN must have at least 6 elements, not {parts}"
        return sns._error("InvalidParameter", f"Invalid parameter: {reason}", 400)

    replace(sns, "_unsubscribe", unsubscribe_by_arn)
    _list_otherwise(_with_deleted)


def unsubscribe(topic_arn: str, endpoint: str) -> None:
    """Leave a topic as the endpoint's owner does, by the link in a message. For tests."""
    region, account = topic_arn.split(":")[3:5]
    with request_scope(account, region):
        topic = sns._topics[topic_arn]
        [subscription] = [one for one in topic["subscriptions"] if one["endpoint"] == endpoint]
        topic["subscriptions"].remove(subscription)
        topic.setdefault("_deleted", []).append({**subscription, "arn": "Deleted", "_deleted_at": clock.now()})
        topic["attributes"]["SubscriptionsDeleted"] = str(len(topic["_deleted"]))
        sns._refresh_subscription_counts(topic)
        sns._sub_arn_to_topic.pop(subscription["arn"], None)


def _with_deleted(topic: dict[str, Any]) -> list[dict[str, Any]]:
    there: list[dict[str, Any]] = topic["subscriptions"]
    asked_again = [(one["protocol"], one["endpoint"]) for one in there]
    return there + [
        one
        for one in topic.get("_deleted", [])
        if clock.now() < one["_deleted_at"] + _LISTED_AS_DELETED
        and (one["protocol"], one["endpoint"]) not in asked_again
    ]


def late() -> None:
    """A new subscription is not in the first lists after it, where a test asks for that.

    SNS's lists are eventually consistent; amazon.aws and Terraform's provider wait for them.
    """
    original = sns._subscribe

    def subscribe(params: Any) -> Any:
        topic = sns._topic_by_arn_any_scope(sns._p(params, "TopicArn"))
        before = [one["arn"] for one in topic["subscriptions"]] if topic else []
        answer = original(params)
        for one in topic["subscriptions"] if topic else ():
            if one["arn"] not in before:
                one["_unlisted"] = _reads_too_early.get(get_account_id(), 0)
        return answer

    replace(sns, "_subscribe", subscribe)
    _list_otherwise(_without_new)


def list_late(account: str, reads: int) -> None:
    """Leave what an account subscribes from now on out of so many lists. For tests."""
    with request_scope(account, "us-east-1"):
        _reads_too_early[account] = reads


def _without_new(topic: dict[str, Any]) -> list[dict[str, Any]]:
    listed = [one for one in topic["subscriptions"] if not one.get("_unlisted")]
    for one in topic["subscriptions"]:
        one["_unlisted"] = max(0, one.get("_unlisted", 0) - 1)
    return listed


def passwords() -> None:
    """Lists have asterisks for the password in an endpoint's URL.

    Follows 'Fanout Amazon SNS notifications to HTTPS endpoints' of the Amazon SNS Developer Guide: only
    GetSubscriptionAttributes tells the whole URL.
    """
    for name in ("_list_subscriptions_by_topic", "_list_subscriptions"):
        _star_out(name)


def _star_out(name: str) -> None:
    original = getattr(sns, name)

    def listing(params: Any) -> Any:
        status, headers, body = original(params)
        return status, headers, re.sub(rb"(<Endpoint>https?://[^:/@<]*):[^@/<]*@", rb"\1:****@", body)

    replace(sns, name, listing)


def _list_otherwise(listed: Any) -> None:
    """Let ListSubscriptionsByTopic list what a function makes of the topic."""
    original = sns._list_subscriptions_by_topic

    def list_subscriptions_by_topic(params: Any) -> Any:
        topic = sns._topic_by_arn_any_scope(sns._p(params, "TopicArn"))
        if topic is None:
            return original(params)
        there, topic["subscriptions"] = topic["subscriptions"], listed(topic)
        try:
            return original(params)
        finally:
            topic["subscriptions"] = there

    replace(sns, "_list_subscriptions_by_topic", list_subscriptions_by_topic)
