# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What widely used auditors would report of the same account, since users must explain the difference. Pure.

Both compare text, with expressions of their own for each control (_controls/text_search.py). Their behaviour is
described here as read in
- prowler, library function check_cloudwatch_log_metric_filter, in August 2026: the name of a trail's log group, a
  filter whose text it finds, an alarm on a metric of that name and namespace in the filter's region. Nothing else.
- Steampipe, mod aws_compliance, queries log_metric_filter_*, in December 2025: a multi-region trail that is logging,
  with a basic event selector for all events; a filter whose text it finds; an alarm on a metric of that name; any
  subscription, confirmed or not, of a topic it notifies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from .._account.arn import Arn
from .._account.observation import Alarm, Gap, LogGroup, MetricFilter, Observation, Topic, Trail
from .._account.trails import parse_log_group_arn
from .._controls import PROWLER, STEAMPIPE, Control, TextSearch
from .findings import FAIL, PASS, UNKNOWN
from .once import once


@dataclass(frozen=True)
class Opinion:
    """What another auditor would report, and whether that differs from our verdict."""

    auditor: str
    verdict: str  # pass, fail or unknown
    differs: bool
    why: str

    def as_dict(self) -> dict[str, str | bool]:
        """Plain data, with the reason only of what would surprise."""
        entry: dict[str, str | bool] = {"auditor": self.auditor, "verdict": self.verdict, "differs": self.differs}
        return {**entry, "why": self.why} if self.differs or self.verdict == UNKNOWN else entry


class _NotReadable(Exception):
    """Something is missing that the auditor's answer depends on."""


def opinions(observation: Observation, control: Control, verdict: str) -> tuple[Opinion, ...]:
    """The auditors' opinions, compared with our verdict (compliant, non_compliant, covered_elsewhere or unknown)."""
    ours = {"compliant": PASS, "non_compliant": FAIL}.get(verdict, UNKNOWN)
    found = []
    for auditor, opinion in (
        (PROWLER, _prowler(observation, control.searches[PROWLER])),
        (STEAMPIPE, _steampipe(observation, control.searches[STEAMPIPE])),
    ):
        status, why = opinion
        found.append(Opinion(auditor, status, status not in (ours, UNKNOWN), why))
    return tuple(found)


def _prowler(observation: Observation, search: TextSearch) -> tuple[str, str]:
    try:
        finds = search.finds
        matching = [(region, one) for region, one in _prowler_filters(observation) if finds(one.pattern)]
        if not matching:
            return FAIL, "It finds no metric filter with its text on a log group of a trail's name."
        watched = _watched(observation)
    except _NotReadable as error:
        return UNKNOWN, str(error)
    for region, one in matching:
        # It takes the first transformation.
        writes = one.transformations[0]
        if (region, writes.metric_namespace, writes.metric_name) in watched:
            return PASS, f"It finds metric filter {one.name} by its text, and an alarm on its metric."
    return FAIL, f"It finds metric filter {matching[0][1].name} by its text, but no alarm on its metric."


def _steampipe(observation: Observation, search: TextSearch) -> tuple[str, str]:
    try:
        filters = _steampipe_filters(observation)
        if filters is None:
            return FAIL, "It finds no multi-region trail that is logging, with a basic event selector for all events."
        finds = search.finds
        matching = [one for one in filters if finds(one.pattern)]
        if not matching:
            return (
                FAIL,
                "It finds no metric filter with its text, which it searches as one expression in a fixed order.",
            )
        metrics = {one.transformations[0].metric_name for one in matching}
        actions = {arn for alarm in _alarms(observation) if alarm.metric_name in metrics for arn in alarm.alarm_actions}
        subscribed = [arn for arn in actions if _has_subscription(observation, arn)]
    except _NotReadable as error:
        return UNKNOWN, str(error)
    if subscribed:
        return PASS, f"It finds metric filter {matching[0].name} by its text, an alarm by name, and a subscription."
    return FAIL, "It finds no alarm on a metric of the filter's name that notifies a topic with a subscription."


@once
def _prowler_filters(observation: Observation) -> Sequence[tuple[str, MetricFilter]]:
    """Each filter that it looks at, with its region."""
    return list(_filters_in(observation, _group_names(_trails(observation))))


@once
def _watched(observation: Observation) -> Collection[tuple[str, str | None, str | None]]:
    """Region, namespace and name of each metric that has an alarm."""
    return {(alarm.region, alarm.metric_namespace, alarm.metric_name) for alarm in _alarms(observation)}


@once
def _steampipe_filters(observation: Observation) -> Sequence[MetricFilter] | None:
    """Each filter that it looks at; None without a trail of its kind."""
    trails = [trail for trail in _trails(observation) if _is_steampipe_trail(trail)]
    return [one for _region, one in _filters_in(observation, _group_names(trails))] if trails else None


def _is_steampipe_trail(trail: Trail) -> bool:
    if not trail.is_multi_region or trail.log_group_arn is None:
        return False
    if isinstance(trail.status, Gap):
        raise _NotReadable(trail.status.detail)
    if isinstance(trail.selectors, Gap):
        raise _NotReadable(trail.selectors.detail)
    # It does not look at advanced event selectors at all.
    return trail.status.is_logging and any(one.read_write_type == "All" for one in trail.selectors.basic)


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
    """Of an ARN both take only the name: neither account nor region."""
    return {_group_name(trail.log_group_arn) for trail in trails if trail.log_group_arn}


def _group_name(arn: str) -> str:
    reference = parse_log_group_arn(arn)
    return reference.name if reference else ""


def _filters_in(observation: Observation, names: set[str]) -> Iterator[tuple[str, MetricFilter]]:
    """Each filter with its region."""
    for arn, group in observation.log_groups.items():
        if _group_name(arn) not in names:
            continue
        filters = group.filters if isinstance(group, LogGroup) else group
        if isinstance(filters, Gap):
            raise _NotReadable(filters.detail)
        yield from ((Arn.parse(arn).region, one) for one in filters or ())


def _alarms(observation: Observation) -> Iterator[Alarm]:
    for alarms in observation.alarms.values():
        if isinstance(alarms, Gap):
            raise _NotReadable(alarms.detail)
        yield from alarms
