# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the last link of a path: is there a confirmed subscriber whom the alarm's message reaches? Pure.

Any one suffices, of whatever protocol.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from ansible_collections.aws_cis.monitoring.plugins.module_utils import sns_filter_policy
from ansible_collections.aws_cis.monitoring.plugins.module_utils.findings import (
    ELSEWHERE,
    FAIL,
    OK,
    PASS,
    UNKNOWN,
    WARN,
    Finding,
    Link,
    unread,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.observation import Alarm, Gap, Subscription, Topic


def judge_subscriptions(topic: Topic, alarm: Alarm) -> Link:
    """Whether somebody is told; the finding is that of the subscriber who is closest to being told."""
    if isinstance(topic.subscriptions, Gap):
        return Link("subscription", topic.arn, (_unread(topic, topic.subscriptions, alarm),))
    confirmed = [subscription for subscription in topic.subscriptions if subscription.is_confirmed]
    pending = [subscription for subscription in topic.subscriptions if subscription.is_pending]
    if not confirmed:
        return Link("subscription", topic.arn, (_nobody(topic, pending),))
    judged = [(subscription, _reached(subscription, alarm)) for subscription in confirmed]
    order = (PASS, UNKNOWN, FAIL)
    best, finding = min(judged, key=lambda one: order.index(one[1].status))
    if finding.status != PASS:
        return Link("subscription", best.arn, (finding,))
    waiting = (_also_pending(pending),) if pending else ()
    return Link("subscription", best.arn, (*waiting, finding))


def _unread(topic: Topic, gap: Gap, alarm: Alarm) -> Finding:
    if topic.account == alarm.account:
        return unread(gap)
    return Finding(
        ELSEWHERE,
        "TOPIC_IN_OTHER_ACCOUNT",
        f"The subscribers of topic {topic.name} of account {topic.account} can't be read from here.",
        f"Verify in account {topic.account} that somebody subscribes to the topic.",
    )


def _nobody(topic: Topic, pending: Sequence[Subscription]) -> Finding:
    if pending:
        whom = ", ".join(describe(subscription) for subscription in pending)
        return Finding(
            FAIL,
            "SUBSCRIPTION_PENDING",
            f"Nobody is told yet: every subscriber of topic {topic.name} has still to confirm ({whom}).",
            f"Let {whom} confirm; SNS deletes an unconfirmed subscription after 48 hours.",
        )
    return Finding(
        FAIL,
        "SUBSCRIPTION_MISSING",
        f"Topic {topic.name} has no subscriber, so nobody is told.",
        f"Subscribe somebody to topic {topic.name}.",
    )


def _also_pending(pending: Sequence[Subscription]) -> Finding:
    whom = ", ".join(describe(subscription) for subscription in pending)
    return Finding(WARN, "SUBSCRIPTION_PENDING", f"Not told yet, for want of a confirmation: {whom}.", "Confirm.")


def _reached(subscription: Subscription, alarm: Alarm) -> Finding:
    who, policy = describe(subscription), subscription.filter_policy
    if isinstance(policy, Gap):
        return unread(policy)
    passes = (
        sns_filter_policy.PASSES
        if not policy
        else sns_filter_policy.alarm_passes(policy, subscription.filter_policy_scope, alarm)
    )
    if passes is sns_filter_policy.PASSES:
        return Finding(PASS, OK, f"{who} is told.")
    fix = f"Take the filter policy off the subscription of {who}, or subscribe somebody without one."
    if passes is sns_filter_policy.UNDETERMINED:
        detail = f"Whether the filter policy of {who} lets the alarm's message through can't be told from it."
        return Finding(UNKNOWN, "SUBSCRIPTION_FILTERED", detail, fix)
    why = "" if subscription.filter_policy_scope == "MessageBody" else " (it has no message attributes)"
    detail = f"The filter policy of {who} drops the alarm's message{why}."
    return Finding(FAIL, "SUBSCRIPTION_FILTERED", detail, fix)


def describe(subscription: Subscription) -> str:
    """Protocol and masked endpoint."""
    return f"{subscription.protocol} {masked(subscription.protocol, subscription.endpoint)}"


def masked(protocol: str, endpoint: str) -> str:
    """The endpoint so far that its owner knows it again, and nobody can write to it or log in with it."""
    if protocol in ("http", "https"):
        parts = urlsplit(endpoint)
        return f"{parts.scheme}://{parts.hostname or ''}/***"
    if endpoint.startswith("arn:"):
        return endpoint
    if "@" in endpoint:
        name, _, domain = endpoint.rpartition("@")
        return f"{name[:2]}***@{domain}"
    return f"***{endpoint[-2:]}"
