# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the last link of a path: is there a confirmed subscriber that the alarm's message reaches? Pure.

Any one suffices, of whatever protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from .._account.observation import Alarm, Gap, Subscription, Topic
from . import subscription_filter_policy
from .findings import ELSEWHERE, FAIL, UNKNOWN, WARN, Finding, Link, unread

# https://repost.aws/knowledge-center/sns-aws-chatbot-message-troubleshooting
_CHAT = "global.sns-api.chatbot.amazonaws.com"
# So many subscribers are named in a sentence.
_NAMED = 3


def judge_subscriptions(topic: Topic, alarm: Alarm, told: Sequence[Subscription]) -> Link:
    """Whether anyone is notified, `told` being who is; the finding is that of the subscriber who is closest to it."""
    if isinstance(topic.subscriptions, Gap):
        return Link("subscription", topic.arn, (_unread(topic, topic.subscriptions, alarm),))
    confirmed = [subscription for subscription in topic.subscriptions if subscription.is_confirmed]
    pending = [subscription for subscription in topic.subscriptions if subscription.is_pending]
    if not confirmed:
        return Link("subscription", topic.arn, (_nobody(topic, pending),))
    if told:
        findings = [_also_pending(pending)] if pending else []
        findings += [_raw_chat(one) for one in told if one.raw_delivery is True and _is_chat(one)]
        return Link.judged("subscription", told[0].arn, findings, f"Notified: {people(told)}.")
    # Any one suffices, so one of whom it is not known decides before those who are surely not notified.
    hindered = [(finding, one) for one in confirmed for finding in _hindrance(one, alarm)]
    finding, closest = min(hindered, key=lambda each: each[0].status == FAIL)
    return Link("subscription", closest.arn, (finding,))


def reached(topic: Topic, alarm: Alarm) -> tuple[Subscription, ...]:
    """The confirmed subscribers whom the alarm's message reaches."""
    if isinstance(topic.subscriptions, Gap):
        return ()
    return tuple(one for one in topic.subscriptions if one.is_confirmed and not any(_hindrance(one, alarm)))


def people(subscriptions: Sequence[Subscription]) -> str:
    """Some of them by protocol and masked endpoint, the rest by number."""
    named = [describe(subscription) for subscription in subscriptions[:_NAMED]]
    more = len(subscriptions) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _unread(topic: Topic, gap: Gap, alarm: Alarm) -> Finding:
    if topic.account == alarm.account:
        return unread(gap)
    return Finding(
        ELSEWHERE,
        "TOPIC_IN_OTHER_ACCOUNT",
        f"The subscribers of topic {topic.name} of account {topic.account} can't be read from this account.",
        f"Verify in account {topic.account} that the topic has a confirmed subscriber.",
    )


def _nobody(topic: Topic, pending: Sequence[Subscription]) -> Finding:
    if pending:
        whom = people(pending)
        return Finding(
            FAIL,
            "SUBSCRIPTION_PENDING",
            f"No subscriber of topic {topic.name} has confirmed ({whom}), so no one is notified.",
            f"Ask {whom} to confirm. SNS deletes an unconfirmed subscription after 48 hours.",
        )
    return Finding(
        FAIL,
        "SUBSCRIPTION_MISSING",
        f"Topic {topic.name} has no subscriber, so no one is notified.",
        f"Subscribe an endpoint to topic {topic.name}.",
    )


def _also_pending(pending: Sequence[Subscription]) -> Finding:
    whom = people(pending)
    detail = f"Not confirmed yet: {whom}."
    return Finding(WARN, "SUBSCRIPTION_PENDING", detail, f"Ask {whom} to confirm.")


def _is_chat(subscription: Subscription) -> bool:
    """Whether it is Amazon Q Developer in chat applications, the former AWS Chatbot, which posts to Slack and Teams."""
    return subscription.protocol == "https" and urlsplit(subscription.endpoint).hostname == _CHAT


def _raw_chat(subscription: Subscription) -> Finding:
    who = describe(subscription)
    return Finding(
        WARN,
        "SUBSCRIPTION_RAW_CHAT",
        f"{who} is a chat channel with raw message delivery, which it does not support, so the channel stays silent.",
        f"Disable raw message delivery of the subscription of {who}.",
    )


def _hindrance(subscription: Subscription, alarm: Alarm) -> Iterator[Finding]:
    """What keeps the message from a confirmed subscriber, or may: a filter policy."""
    policy = subscription.filter_policy
    if not policy:
        return
    if isinstance(policy, Gap):
        yield unread(policy)
        return
    who = describe(subscription)
    fix = f"Remove the filter policy from the subscription of {who}, or subscribe an endpoint without one."
    passes = subscription_filter_policy.alarm_passes(policy, subscription.filter_policy_scope, alarm)
    if passes is subscription_filter_policy.UNDETERMINED:
        detail = f"It can't be determined whether the filter policy of {who} accepts the alarm's message."
        yield Finding(UNKNOWN, "SUBSCRIPTION_FILTERED", detail, fix)
    elif passes is subscription_filter_policy.DROPS:
        why = "" if subscription.filter_policy_scope == "MessageBody" else ", which has no message attributes"
        yield Finding(FAIL, "SUBSCRIPTION_FILTERED", f"The filter policy of {who} drops the alarm's message{why}.", fix)


def describe(subscription: Subscription) -> str:
    """Protocol and masked endpoint."""
    return f"{subscription.protocol} {masked(subscription.protocol, subscription.endpoint)}"


def masked(protocol: str, endpoint: str) -> str:
    """As much of the endpoint as its owner recognizes, and no one can send to or log in with."""
    if protocol in ("http", "https"):
        parts = urlsplit(endpoint)
        return f"{parts.scheme}://{parts.hostname or ''}/***"
    if endpoint.startswith("arn:"):
        return endpoint
    if "@" in endpoint:
        name, _unused, domain = endpoint.rpartition("@")
        return f"{name[:2]}***@{domain}"
    return f"***{endpoint[-2:]}"
