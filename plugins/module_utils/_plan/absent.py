# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes that remove what the role made, by name, and what is kept since others need it. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from .._account.arn import Arn
from .._account.observation import Alarm, Gap, LogGroup, MetricFilter, Observation, Topic
from ..filter_pattern import normalize_white_space
from .alarm_changes import alarm_named
from .description import is_of_log_alarm, is_ours
from .desired import Desired, Wanted
from .result import Change, Kept, Plan, readable
from .subscriber import Subscriber

_Decisions = Iterable[Change | Kept]


def plan_absent(plan: Plan, observation: Observation, desired: Desired) -> Plan:
    """The plan with its deletions, in the order to write them, and what is kept. Raises Blocked."""
    log_alarms = [one for wanted in desired.wanted for one in _log_alarm(plan, observation, wanted)]
    alarms = [*log_alarms, *(one for wanted in desired.wanted for one in _alarm(plan, observation, wanted))]
    deleted = {one.name for one in alarms if isinstance(one, Change)}
    filters = [one for wanted in desired.wanted for one in _filters(plan, wanted)]
    arns = (plan.topic_arn, desired.other_topic_arn_in(observation.account, plan.region))
    topics = [one for arn in filter(None, arns) for one in _topic(arn, observation, desired, deleted)]
    decisions = [*alarms, *filters, *topics]
    return dataclasses.replace(
        plan,
        changes=tuple(one for one in decisions if isinstance(one, Change)),
        kept=tuple(one for one in decisions if isinstance(one, Kept)),
    )


def _alarm(plan: Plan, observation: Observation, wanted: Wanted) -> _Decisions:
    name = wanted.alarm_name
    alarm = alarm_named(name, plan, observation)
    if alarm is None:
        return
    metric = (alarm.metric_namespace, alarm.metric_name)
    if metric not in _ours(wanted) and not _watches_others(alarm, plan.log_group, wanted):
        watched = _watched(alarm)
        yield Kept("alarm", name, f"Alarm {name} is kept: it watches {watched}, not {'/'.join(wanted.metric)}.")
        return
    control = wanted.control.name
    before = {
        "metric_name": alarm.metric_name,
        "namespace": alarm.metric_namespace,
        "alarm_actions": list(alarm.alarm_actions),
    }
    yield Change("alarm", "delete", name, f"Delete alarm {name}", before, settings={"name": name}, control=control)


def _log_alarm(plan: Plan, observation: Observation, wanted: Wanted) -> _Decisions:
    name, control = wanted.log_alarm_name, wanted.control.name
    alarm = alarm_named(name, plan, observation)
    if alarm is None:
        return
    if alarm.log_query is None or not is_of_log_alarm(alarm.description):
        why = "its description is not the one of this role" if alarm.log_query else "it is not a log alarm"
        yield Kept("log_alarm", name, f"Alarm {name} is kept: {why}.")
        return
    before = {"query_string": alarm.log_query.text, "alarm_actions": list(alarm.alarm_actions)}
    settings = {"alarm_name": name}
    yield Change("log_alarm", "delete", name, f"Delete log alarm {name}", before, settings=settings, control=control)


def _watches_others(alarm: Alarm, group: LogGroup | None, wanted: Wanted) -> bool:
    """Whether this collection put the alarm on a metric of others (existing.py), as its description shows."""
    is_described = is_ours(alarm.description) or (wanted.description and alarm.description == wanted.description)
    metric = (alarm.metric_namespace, alarm.metric_name)
    return bool(is_described and group) and any(metric in _metrics(one) for one in _of_others(group, wanted))


def _watched(alarm: Alarm) -> str:
    if alarm.rule is not None:
        return "other alarms"
    if alarm.log_query:
        return "log events"
    return f"{alarm.metric_namespace}/{alarm.metric_name}" if alarm.metric_name else "an expression"


def _filters(plan: Plan, wanted: Wanted) -> _Decisions:
    if plan.log_group is None:
        return
    for one in readable(plan.log_group.filters):
        if one.name not in wanted.filter_names:
            continue
        if not _ours(wanted) & _metrics(one) and not _completes_others(one, plan.log_group, wanted):
            why = f"Metric filter {one.name} is kept: it does not write to {'/'.join(wanted.metric)}."
            yield Kept("metric_filter", one.name, why)
            continue
        before = {
            "filter_pattern": one.pattern,
            "metric_name": one.transformations[0].metric_name,
            "metric_namespace": one.transformations[0].metric_namespace,
        }
        summary = f"Delete metric filter {one.name} from log group {plan.log_group.name}"
        settings = {"log_group_name": plan.log_group.name, "filter_name": one.name}
        control = wanted.control.name
        yield Change("metric_filter", "delete", one.name, summary, before, settings=settings, control=control)


def _ours(wanted: Wanted) -> set[tuple[str, str]]:
    return {wanted.metric, wanted.metric_beside_others}


def _metrics(metric_filter: MetricFilter) -> set[tuple[str, str]]:
    return {(one.metric_namespace, one.metric_name) for one in metric_filter.transformations}


def _completes_others(metric_filter: MetricFilter, group: LogGroup, wanted: Wanted) -> bool:
    """Whether this collection added the filter to a metric that a filter of others writes to (existing.py)."""
    pattern = normalize_white_space(metric_filter.pattern)
    if all(pattern != normalize_white_space(one.text) for one in wanted.control.filters):
        return False
    return any(_metrics(one) & _metrics(metric_filter) for one in _of_others(group, wanted))


def _of_others(group: LogGroup | None, wanted: Wanted) -> Iterator[MetricFilter]:
    filters = readable(group.filters) if group else ()
    return (one for one in filters if one.name not in wanted.filter_names)


def _topic(arn: str, observation: Observation, desired: Desired, deleted_alarms: set[str]) -> _Decisions:
    topic = observation.topics[arn]
    if topic is None:
        return
    name = arn if desired.topic_arn else Arn.parse(arn).resource
    why = _why_kept(topic, observation.topic_users.get(arn, ()), desired, deleted_alarms)
    if why:
        yield Kept("topic", name, f"Topic {name} is kept: {why}")
    else:
        before = {"topic_arn": arn}
        yield Change("topic", "delete", name, f"Delete topic {name}", before, settings={"name": name})


def _why_kept(topic: Topic | Gap, users: tuple[str, ...] | Gap, desired: Desired, deleted_alarms: set[str]) -> str:
    """Why the topic stays, or '' if only this monitoring uses it as far as the account shows."""
    if desired.topic_arn:
        return "topic_arn names it, and such a topic is never deleted."
    if isinstance(users, Gap):
        return f"which alarms notify it could not be read. {users.detail}"
    others = sorted(set(users) - deleted_alarms)
    if others:
        return f"other alarms notify it: {', '.join(others)}."
    subscriptions = topic if isinstance(topic, Gap) else topic.subscriptions
    if isinstance(subscriptions, Gap):
        return f"its subscriptions could not be read. {subscriptions.detail}"
    asked_for = {one.listed for one in desired.subscriptions}
    strangers = [
        one
        for one in subscriptions
        if (one.is_confirmed or one.is_pending) and Subscriber.of(one.protocol, one.endpoint).listed not in asked_for
    ]
    if strangers:
        counted = "1 subscriber" if len(strangers) == 1 else f"{len(strangers)} subscribers"
        return f"it has {counted} that subscriptions does not list."
    return ""
