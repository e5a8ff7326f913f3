# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subscriptions that are missing, and those that wait to be confirmed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from .._account.observation import DEFAULT_LARGEST_MESSAGE, Gap, Observation, Subscription, Topic
from .alarm_changes import alarm_named
from .desired import Desired
from .result import Blocked, Change, Plan, readable
from .subscriber import MUST_CONFIRM, Subscriber

# https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
_TIME_TO_CONFIRM = timedelta(hours=48)
# https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html
_TAKE_LARGE_MESSAGES = ("sqs", "lambda", "firehose")


def subscription_changes(
    plan: Plan, topic: Topic | None, observation: Observation, desired: Desired
) -> Iterator[Change]:
    """The subscriptions to request or to change. Raises Blocked, also if no one would be notified."""
    if not desired.subscriptions:
        _assert_somebody_is_told(plan, topic)
    listed = _listed(topic, desired)
    for subscriber in desired.subscriptions:
        found = listed.get(subscriber.listed)
        if found is None or not (found.is_confirmed or found.is_pending):
            _assert_is_taken(topic, subscriber)
            yield _subscription(
                plan, subscriber, found, was_set_up=bool(topic) and _notifies(plan, observation, desired)
            )
        # What is pending can be neither read nor changed; it was requested as it is to be.
        elif found.is_confirmed and subscriber.raw_delivery is not None:
            yield from _delivery(plan, subscriber, readable(found.raw_delivery))


def pending(plan: Plan, topic: Topic | None, observation: Observation, desired: Desired) -> Iterator[Mapping[str, str]]:
    """Who has been asked and must confirm. SNS does not say since when, so the time is the latest that it can be."""
    listed = _listed(topic, desired)
    drops = observation.read_at + _TIME_TO_CONFIRM
    for subscriber in desired.subscriptions:
        found = listed.get(subscriber.listed)
        if found is not None and found.is_pending:
            yield {
                "protocol": subscriber.protocol,
                "endpoint": subscriber.shown,
                "topic_arn": plan.topic_arn,
                "confirm_by": f"{drops:%Y-%m-%dT%H:%M:%SZ}",
            }


def _assert_somebody_is_told(plan: Plan, topic: Topic | None) -> None:
    """Raises Blocked for a topic that surely has no subscriber and is to get none."""
    subscriptions = topic.subscriptions if topic else ()
    if isinstance(subscriptions, Gap) or any(one.is_confirmed or one.is_pending for one in subscriptions):
        return
    raise Blocked(
        f"subscriptions is empty and topic {plan.topic_arn} has no subscriber, so no one would be notified. "
        "Add an endpoint to subscriptions."
    )


def _assert_is_taken(topic: Topic | None, subscriber: Subscriber) -> None:
    """Raises Blocked for a protocol that a topic with large messages does not take."""
    if topic and topic.largest_message > DEFAULT_LARGEST_MESSAGE and subscriber.protocol not in _TAKE_LARGE_MESSAGES:
        raise Blocked(
            f"Topic {topic.arn} has a MaximumMessageSize of {topic.largest_message} bytes. Above "
            f"{DEFAULT_LARGEST_MESSAGE} bytes, SNS refuses subscriptions of protocol {subscriber.protocol}. "
            "Reduce MaximumMessageSize, or use another topic."
        )


def _subscription(plan: Plan, subscriber: Subscriber, found: Subscription | None, *, was_set_up: bool) -> Change:
    after: dict[str, Any] = {"protocol": subscriber.protocol, "endpoint": subscriber.shown, "topic_arn": plan.topic_arn}
    if subscriber.raw_delivery is not None:
        after["raw_message_delivery"] = subscriber.raw_delivery
    # Not the endpoint, whose URL may be a secret that lets anybody write to it.
    settings = {"protocol": subscriber.protocol, "topic_arn": plan.topic_arn, "position": subscriber.position}
    name = f"{subscriber.protocol} {subscriber.shown}"
    title = f"subscription of {name} to {plan.topic_arn}"
    if found is not None:
        before = {**after, "status": found.arn}
        return Change("subscription", "renew", name, f"Renew {title}, which was deleted", before, after, settings)
    if subscriber.protocol in MUST_CONFIRM and was_set_up:
        # SNS keeps nothing of a subscription that it has dropped, so that a new one looks the same.
        title += " (new, or expired unconfirmed after 48 hours)"
    return Change("subscription", "create", name, f"Create {title}", {}, after, settings)


def _delivery(plan: Plan, subscriber: Subscriber, is_raw: bool) -> Iterator[Change]:
    if not subscriber.differs(is_raw):
        return
    name = f"{subscriber.protocol} {subscriber.shown}"
    settings = {"protocol": subscriber.protocol, "topic_arn": plan.topic_arn, "position": subscriber.position}
    verb = "Disable" if is_raw else "Enable"
    summary = f"{verb} raw message delivery of subscription {name} to {plan.topic_arn}"
    before, after = {"raw_message_delivery": is_raw}, {"raw_message_delivery": subscriber.raw_delivery}
    yield Change("subscription", "update", name, summary, before, after, settings)


def _notifies(plan: Plan, observation: Observation, desired: Desired) -> bool:
    """Whether an alarm notifies the topic already, so that subscribers were asked before."""
    alarms = (alarm_named(name, plan, observation) for name in desired.alarm_names)
    return any(alarm and plan.topic_arn in alarm.alarm_actions for alarm in alarms)


def _listed(topic: Topic | None, desired: Desired) -> dict[Subscriber, Subscription]:
    """Whom SNS lists; one who was deleted and asked again counts as the latter. Not read if none is requested."""
    if topic is None or not desired.subscriptions:
        return {}
    subscriptions = sorted(readable(topic.subscriptions), key=lambda one: one.is_confirmed or one.is_pending)
    return {Subscriber.of(one.protocol, one.endpoint).listed: one for one in subscriptions}
