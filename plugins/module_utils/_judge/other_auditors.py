# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What widely used auditors would say of the same account, since users must explain the difference. Pure.

Both compare text. Their behaviour is described here as read in
- prowler 5.46.0, check cloudwatch_log_metric_filter_security_group_changes: the name of a trail's log group, a filter
  whose text names the six events in whatever order, an alarm on its metric in the filter's region. Nothing else. The
  tool itself was asked too; tests/auditors/answers.json has what it said.
- Steampipe, mod aws_compliance, query log_metric_filter_security_group, in December 2025: a multi-region trail that
  is logging, with a basic event selector for all events; a filter whose text names the seven events, unquoted and
  in this order; an alarm on a metric of that name; any subscription, confirmed or not, of a topic it notifies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Alarm,
    Gap,
    LogGroup,
    MetricFilter,
    Observation,
    Topic,
    Trail,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, Control, Event
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.findings import FAIL, PASS, UNKNOWN

PROWLER = "prowler"
STEAMPIPE = "steampipe"

# prowler asks for the six events of the older benchmarks, Steampipe for all seven.
_PROWLER_BENCHMARK = "cis_v1_4_0"
_STEAMPIPE_BENCHMARK = "cis_v5_0_0"

# Each event's name after `$.eventName =`, quoted or not, as prowler looks for it, and unquoted, as Steampipe does.
_EVENTS = [event for control in CONTROLS.values() for event in control.all_events]
_QUOTED_OR_NOT = {event: re.compile(rf"\$\.eventName\s*=\s*.?{event.name}\b", re.DOTALL) for event in _EVENTS}
_UNQUOTED = {event: re.compile(rf"\$\.eventName\s*=\s*{event.name}") for event in _EVENTS}


@dataclass(frozen=True)
class Opinion:
    """What another auditor would say, and whether that differs from our verdict."""

    auditor: str
    verdict: str  # pass, fail or unknown
    differs: bool
    why: str

    def as_dict(self) -> dict[str, str | bool]:
        return {"auditor": self.auditor, "verdict": self.verdict, "differs": self.differs, "why": self.why}


class _NotReadable(Exception):
    """Something is missing that the auditor's answer depends on."""


def opinions(observation: Observation, control: Control, verdict: str) -> tuple[Opinion, ...]:
    """The auditors' opinions, beside our verdict (compliant, non_compliant, covered_elsewhere or unknown)."""
    ours = {"compliant": PASS, "non_compliant": FAIL}.get(verdict, UNKNOWN)
    found = []
    for auditor, opinion in (
        (PROWLER, _prowler(observation, control.events[_PROWLER_BENCHMARK])),
        (STEAMPIPE, _steampipe(observation, control.events[_STEAMPIPE_BENCHMARK])),
    ):
        status, why = opinion
        found.append(Opinion(auditor, status, status not in (ours, UNKNOWN), why))
    return tuple(found)


def _prowler(observation: Observation, events: Sequence[Event]) -> tuple[str, str]:
    try:
        filters = _filters_by_region(observation, _group_names(_trails(observation)))
        matching = [(region, one) for region, one in filters if _names_each(one.pattern, events)]
        if not matching:
            return FAIL, "It finds no metric filter, on a log group of a trail's name, whose text names the six events."
        watched = {(alarm.region, alarm.metric_namespace, alarm.metric_name) for alarm in _alarms(observation)}
    except _NotReadable as error:
        return UNKNOWN, str(error)
    for region, one in matching:
        writes = one.transformations[0]  # it takes the first
        if (region, writes.metric_namespace, writes.metric_name) in watched:
            return PASS, f"It finds metric filter {one.name} by its text, and an alarm on its metric."
    return FAIL, f"It finds metric filter {matching[0][1].name} by its text, but no alarm on its metric."


def _names_each(pattern: str, events: Sequence[Event]) -> bool:
    """Each name, in whatever order, and however they are joined."""
    return all(_QUOTED_OR_NOT[event].search(pattern) for event in events)


def _steampipe(observation: Observation, events: Sequence[Event]) -> tuple[str, str]:
    try:
        trails = [trail for trail in _trails(observation) if _is_steampipe_trail(trail)]
        if not trails:
            return FAIL, "It finds no multi-region trail that is logging, with a basic event selector for all events."
        filters = _filters_in(observation, _group_names(trails))
        matching = [one for one in filters if _names_in_order(one.pattern, events)]
        if not matching:
            return FAIL, "It finds no metric filter whose text names the seven events, unquoted and in its order."
        metrics = {_metric_name(one) for one in matching}
        actions = {arn for alarm in _alarms(observation) if alarm.metric_name in metrics for arn in alarm.alarm_actions}
        subscribed = [arn for arn in actions if _has_subscription(observation, arn)]
    except _NotReadable as error:
        return UNKNOWN, str(error)
    if subscribed:
        return PASS, f"It finds metric filter {matching[0].name} by its text, an alarm by name, and a subscription."
    return FAIL, "It finds no alarm on a metric of the filter's name that notifies a topic with a subscription."


def _is_steampipe_trail(trail: Trail) -> bool:
    if not trail.is_multi_region or trail.log_group_arn is None:
        return False
    if isinstance(trail.status, Gap):
        raise _NotReadable(trail.status.detail)
    if isinstance(trail.selectors, Gap):
        raise _NotReadable(trail.selectors.detail)
    # It does not look at advanced event selectors at all.
    return trail.status.is_logging and any(one.read_write_type == "All" for one in trail.selectors.basic)


def _names_in_order(pattern: str, events: Sequence[Event]) -> bool:
    """Each name, in the order given; searched piece by piece, so in linear time."""
    position = 0
    for event in events:
        found = _UNQUOTED[event].search(pattern, position)
        if found is None:
            return False
        position = found.end() + 1  # at least one character between two of them
    return True


def _has_subscription(observation: Observation, arn: str) -> bool:
    topic = observation.topics.get(arn)
    subscriptions = topic.subscriptions if isinstance(topic, Topic) else topic
    if isinstance(subscriptions, Gap):
        raise _NotReadable(subscriptions.detail)
    return bool(subscriptions)


def _trails(observation: Observation) -> tuple[Trail, ...]:
    if isinstance(observation.trails, Gap):
        raise _NotReadable(observation.trails.detail)
    return observation.trails


def _group_names(trails: Sequence[Trail]) -> set[str]:
    """Of an ARN both take the name alone: neither account nor region."""
    return {trail.log_group_arn.split(":")[6] for trail in trails if trail.log_group_arn}


def _filters_in(observation: Observation, names: set[str]) -> Iterator[MetricFilter]:
    for _region, one in _filters_by_region(observation, names):
        yield one


def _filters_by_region(observation: Observation, names: set[str]) -> Iterator[tuple[str, MetricFilter]]:
    for arn, group in observation.log_groups.items():
        if arn.split(":")[6] not in names:
            continue
        filters = group.filters if isinstance(group, LogGroup) else group
        if isinstance(filters, Gap):
            raise _NotReadable(filters.detail)
        yield from ((arn.split(":")[3], one) for one in filters or ())


def _alarms(observation: Observation) -> Iterator[Alarm]:
    for alarms in observation.alarms.values():
        if isinstance(alarms, Gap):
            raise _NotReadable(alarms.detail)
        yield from alarms


def _metric_name(metric_filter: MetricFilter) -> str:
    return metric_filter.transformations[0].metric_name
