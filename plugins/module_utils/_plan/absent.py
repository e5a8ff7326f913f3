# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes that remove what the role made, by name, and what is kept since somebody else needs it. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Gap,
    MetricFilter,
    Observation,
    Topic,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import Desired, Subscriber
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import Change, Kept, Plan, readable

_Decisions = Iterable[Change | Kept]


def plan_absent(plan: Plan, observation: Observation, desired: Desired) -> Plan:
    """The plan with its deletions, in the order to write them, and what is kept. Raises Blocked."""
    alarms = list(_alarm(plan, observation, desired))
    deleted = {one.name for one in alarms if isinstance(one, Change)}
    decisions = [*alarms, *_filters(plan, desired), *_topic(plan, observation, desired, deleted)]
    return dataclasses.replace(
        plan,
        changes=tuple(one for one in decisions if isinstance(one, Change)),
        kept=tuple(one for one in decisions if isinstance(one, Kept)),
    )


def _alarm(plan: Plan, observation: Observation, desired: Desired) -> _Decisions:
    name = desired.alarm_name
    alarm = next((one for one in readable(observation.alarms[plan.region]) if one.name == name), None)
    if alarm is None:
        return
    if (alarm.metric_namespace, alarm.metric_name) != (desired.metric_namespace, desired.metric_name):
        watched = "other alarms" if alarm.rule else f"{alarm.metric_namespace}/{alarm.metric_name}"
        yield Kept("alarm", name, f"Alarm {name} is kept: it watches {watched}, not {_metric(desired)}.")
        return
    before = {
        "metric_name": alarm.metric_name,
        "namespace": alarm.metric_namespace,
        "alarm_actions": list(alarm.alarm_actions),
    }
    yield Change("alarm", "delete", name, f"Delete alarm {name}", before, settings={"name": name})


def _filters(plan: Plan, desired: Desired) -> _Decisions:
    if plan.log_group is None:
        return
    for one in readable(plan.log_group.filters):
        if one.name not in desired.filter_names:
            continue
        if not _feeds(one, desired):
            why = f"Metric filter {one.name} is kept: it does not write to {_metric(desired)}."
            yield Kept("metric_filter", one.name, why)
            continue
        before = {
            "filter_pattern": one.pattern,
            "metric_name": desired.metric_name,
            "metric_namespace": desired.metric_namespace,
        }
        summary = f"Delete metric filter {one.name} from log group {plan.log_group.name}"
        settings = {"log_group_name": plan.log_group.name, "filter_name": one.name}
        yield Change("metric_filter", "delete", one.name, summary, before, settings=settings)


def _feeds(metric_filter: MetricFilter, desired: Desired) -> bool:
    ours = (desired.metric_namespace, desired.metric_name)
    return any((one.metric_namespace, one.metric_name) == ours for one in metric_filter.transformations)


def _metric(desired: Desired) -> str:
    return f"{desired.metric_namespace}/{desired.metric_name}"


def _topic(plan: Plan, observation: Observation, desired: Desired, deleted_alarms: set[str]) -> _Decisions:
    topic = observation.topics[plan.topic_arn] if plan.topic_arn else None
    if topic is None:
        return
    name = desired.topic_name or plan.topic_arn
    why = _why_kept(topic, observation.topic_users.get(plan.topic_arn, ()), desired, deleted_alarms)
    if why:
        yield Kept("topic", name, f"Topic {name} is kept: {why}")
    else:
        before = {"topic_arn": plan.topic_arn}
        yield Change("topic", "delete", name, f"Delete topic {name}", before, settings={"name": name})


def _why_kept(topic: Topic | Gap, users: tuple[str, ...] | Gap, desired: Desired, deleted_alarms: set[str]) -> str:
    """Why the topic stays, or '' if nobody but this monitoring uses it as far as the account shows."""
    if desired.topic_arn:
        return "it was given by its ARN, so it is not this role's to delete."
    if isinstance(users, Gap):
        return f"whether other alarms use it could not be read. {users.detail}"
    others = sorted(set(users) - deleted_alarms)
    if others:
        return f"it is also notified by {', '.join(others)}."
    subscriptions = topic if isinstance(topic, Gap) else topic.subscriptions
    if isinstance(subscriptions, Gap):
        return f"who is subscribed to it could not be read. {subscriptions.detail}"
    asked_for = set(desired.subscriptions)
    strangers = [
        one
        for one in subscriptions
        if (one.is_confirmed or one.is_pending) and Subscriber.of(one.protocol, one.endpoint) not in asked_for
    ]
    if strangers:
        return f"{len(strangers)} of its subscribers are not among those asked for."
    return ""
