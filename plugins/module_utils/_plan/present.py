# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes that bring filters, topic, subscriptions and alarms to what was requested. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from .._account.arn import Arn
from .._account.observation import Observation
from .alarm_changes import alarm_changes
from .desired import Desired
from .filter_changes import filter_changes
from .result import Change, Plan
from .subscription_changes import pending, subscription_changes
from .topic_changes import existing_topic, topic_changes, topic_to_notify


def plan_present(plan: Plan, observation: Observation, desired: Desired) -> Plan:
    """The plan with its changes, in the order to write them. Raises Blocked."""
    with_topics = _with_also_notified(_with_topic(plan, observation, desired), observation, desired)
    if not desired.wanted:
        return with_topics
    if plan.log_group is None:
        raise AssertionError("a plan without a log group is blocked before this")
    alarms = [
        change
        for wanted in desired.wanted
        if wanted.has_alarm
        for change in alarm_changes(plan, observation, desired, wanted)
    ]
    filters = filter_changes(plan.log_group, desired)
    return dataclasses.replace(with_topics, changes=(*with_topics.changes, *filters, *alarms))


def _with_topic(plan: Plan, observation: Observation, desired: Desired) -> Plan:
    """The plan with what the topic is to get, which comes first: it shows whose account is written to."""
    for wanted in desired.wanted:
        if wanted.topic_arn:
            existing_topic(wanted.topic_arn, plan, observation)
    if not desired.needs_topic:
        return plan
    topic = topic_to_notify(plan, observation, desired)

    def changes() -> Iterator[Change]:
        yield from topic_changes(plan, topic, observation, desired)
        yield from subscription_changes(plan, topic, observation, desired)

    waiting = tuple(pending(plan, topic, observation, desired))
    return dataclasses.replace(plan, changes=tuple(changes()), pending=waiting)


def _with_also_notified(plan: Plan, observation: Observation, desired: Desired) -> Plan:
    """The plan with the subscriptions that existing topics lack, whose alarms are kept."""
    done = plan.topic_arn if desired.needs_topic else ""
    for arn in desired.also_notified:
        if arn == done:
            continue
        topic = existing_topic(arn, dataclasses.replace(plan, region=Arn.parse(arn).region), observation)
        there = dataclasses.replace(plan, topic_arn=arn)
        missing = subscription_changes(there, topic, observation, desired)
        waiting = pending(there, topic, observation, desired)
        plan = dataclasses.replace(plan, changes=(*plan.changes, *missing), pending=(*plan.pending, *waiting))
    return plan
