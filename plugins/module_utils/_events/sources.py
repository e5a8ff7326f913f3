# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log groups and filters of an account that have a control's records. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .._account.observation import Gap, LogGroup, Observation, Trail, TrailStatus
from .._account.trails import log_group_of, qualifies
from .._controls import Control
from .._judge.filters import Metric, read_filter


@dataclass(frozen=True)
class Source:
    """A pattern to look for in a log group, and the filters that have it."""

    region: str
    group: str
    pattern: str
    filters: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()


def filters_of(observation: Observation, control: Control) -> tuple[Source, ...]:
    """Return the patterns of the account's filters for the control, correct or not."""
    found: dict[tuple[str, str], Source] = {}
    for group in _groups(observation):
        for metric_filter in () if isinstance(group.filters, Gap) else group.filters:
            readings = [one for one in read_filter(metric_filter, control) if one.pattern.concerns]
            if not readings:
                continue
            key = (group.arn, metric_filter.pattern)
            known = found.get(key, Source(group.region, group.name, metric_filter.pattern))
            names = tuple(dict.fromkeys((*known.filters, metric_filter.name)))
            metrics = tuple(dict.fromkeys((*known.metrics, *(one.metric for one in readings))))
            found[key] = Source(group.region, group.name, metric_filter.pattern, names, metrics)
    return tuple(found.values())


def _groups(observation: Observation) -> Iterator[LogGroup]:
    for group in observation.log_groups.values():
        if isinstance(group, LogGroup):
            yield group


def unread(observation: Observation) -> str:
    """What of the account could not be read, so that records may be missing; '' if it was all read."""
    gaps = [observation.trails, *observation.log_groups.values(), *(group.filters for group in _groups(observation))]
    return " ".join(dict.fromkeys(gap.detail for gap in gaps if isinstance(gap, Gap)))


def nothing_found(observation: Observation, control: Control) -> str:
    """Return why no filter for the control was found, and what to do."""
    if missing := unread(observation):
        return f"Could not determine whether there is a metric filter for {control.name}. {missing}"
    if place := elsewhere(observation):
        return f"The account has no metric filter for {control.name}. {place}"
    if not any(_groups(observation)):
        return "No trail of the account delivers to an existing log group."
    return (
        f"The account has no metric filter for {control.name}. Create one with the role cis_monitoring or the playbook "
        "remediate, or preview the alarm volume with cis_monitoring_noise_info."
    )


def elsewhere(observation: Observation) -> str:
    """Where a trail delivers to the log group of another account, and so where to search; '' if none does."""
    for trail in _trails(observation):
        group = log_group_of(trail)
        if group and group.account != observation.account.id:
            return f"Trail {trail.name} delivers to account {group.account}, region {group.region}. Search there."
    return ""


def _trails(observation: Observation) -> tuple[Trail, ...]:
    return () if isinstance(observation.trails, Gap) else observation.trails


def silence(observation: Observation, group: LogGroup) -> str:
    """Why a log group without records says nothing of how many there would be; '' if a trail may fill it."""
    its = [trail for trail in _trails(observation) if (found := log_group_of(trail)) and found.arn == group.arn]
    if not its or not all(isinstance(one.status, TrailStatus) and not one.status.is_logging for one in its):
        return ""
    names = ", ".join(trail.name for trail in its)
    return (
        f"Trail {names} does not log, so nothing can be known of how often the alarm would fire. "
        "Start its logging, and preview again after some days."
    )


def trail_group(observation: Observation) -> LogGroup | None:
    """The log group to count records in before there are filters: that of a trail that qualifies, or else of any."""
    account = observation.account.id
    for trail in sorted(_trails(observation), key=lambda trail: not qualifies(trail, account)):
        reference = log_group_of(trail)
        group = observation.log_groups.get(reference.arn) if reference else None
        if isinstance(group, LogGroup):
            return group
    return None
