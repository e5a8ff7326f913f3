# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the monitoring goes: the log group, and with it the region of filter, alarm and topic. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._account.observation import Gap, LogGroup, Observation, Trail
from .._account.trails import READS, WRITES, lacks, log_group_named, log_group_of, qualifies, records_management
from .._controls import Control
from .desired import Desired
from .result import how_to_allow, unread

_WHAT_QUALIFIES = (
    "A trail qualifies if it is multi-region, is logging, records management events that write, "
    "and sends them to a log group of this account."
)


@dataclass(frozen=True)
class Destination:
    """The region to work in and its log group; `blocked` says why there is none to work on ('' if there is)."""

    region: str
    log_group: LogGroup | None = None
    blocked: str = ""


def destination(observation: Observation, desired: Desired) -> Destination:
    """Where what was requested goes. Needs the observation's trails and log groups, nothing else of it."""
    if desired.state == "absent":
        return _where_it_was(observation, desired)
    if desired.log_group_name:
        return _in_named_group(observation, desired, desired.log_group_name)
    return _in_group_of_trail(observation, desired)


def _in_named_group(observation: Observation, desired: Desired, name: str) -> Destination:
    group = observation.log_groups.get(log_group_named(name, observation.account).arn)
    if isinstance(group, LogGroup):
        blocked = _no_trail_writes_to(observation, group)
        return Destination(group.region, group, blocked) if blocked else _usable(observation, group, desired)
    account = observation.account
    detail = f"Log group {name!r} does not exist in region {account.region} of account {account.id}."
    return Destination(account.region, blocked=f"{detail} Correct log_group_name or the region.")


def _no_trail_writes_to(observation: Observation, group: LogGroup) -> str:
    """Why nothing that happens would reach the log group; '' if a trail qualifies, or they could not be read."""
    trails = () if isinstance(observation.trails, Gap) else observation.trails
    writing = [trail for trail in trails if (reference := log_group_of(trail)) and reference.arn == group.arn]
    if isinstance(observation.trails, Gap) or any(qualifies(trail, observation.account.id) for trail in writing):
        return ""
    if not writing:
        return f"No trail writes to log group {group.arn}, so no one would be notified. {_WHAT_QUALIFIES}"
    described = " ".join(_described(observation, trail) for trail in writing)
    return f"No trail that writes to log group {group.arn} qualifies. {described} {_WHAT_QUALIFIES}"


def _in_group_of_trail(observation: Observation, desired: Desired) -> Destination:
    region = observation.account.region
    if isinstance(observation.trails, Gap):
        return Destination(region, blocked=_unread_trails(observation.trails))
    qualifying = [trail for trail in observation.trails if qualifies(trail, observation.account.id)]
    groups = _groups_of(observation, qualifying, desired)
    if not groups:
        return Destination(region, blocked=_no_trail_qualifies(observation, observation.trails))
    return _usable(observation, groups[0], desired)


def _unread_trails(gap: Gap) -> str:
    return f"The account's trails could not be read: {gap.detail}{how_to_allow(gap)}"


def _where_it_was(observation: Observation, desired: Desired) -> Destination:
    """To remove something, any trail's log group will do, also that of one that does not qualify any more."""
    region = observation.account.region
    if desired.log_group_name:
        group = observation.log_groups.get(log_group_named(desired.log_group_name, observation.account).arn)
        groups = [group] if isinstance(group, LogGroup) else []
    elif isinstance(observation.trails, Gap):
        return Destination(region, blocked=_unread_trails(observation.trails))
    else:
        groups = _groups_of(observation, observation.trails, desired)
    if not groups:
        return Destination(region)
    if isinstance(groups[0].filters, Gap):
        return Destination(groups[0].region, groups[0], unread(groups[0].filters))
    return Destination(groups[0].region, groups[0])


def _groups_of(observation: Observation, trails: Iterable[Trail], desired: Desired) -> list[LogGroup]:
    """The trails' log groups that exist in this account, the one to choose first.

    That is the one that already has our filter, so that a second run finds what the first one made; then that of
    a trail that qualifies; then that of one that records what every control is about; then one in the region that was
    asked first; then the order of the trails.
    """
    account = observation.account
    ranked: list[tuple[bool, bool, bool, bool, LogGroup]] = []
    for trail in trails:
        reference = log_group_of(trail)
        group = observation.log_groups.get(reference.arn) if reference else None
        if isinstance(group, LogGroup):
            leaves_out = not all(_records(trail, one.control) for one in desired.wanted)
            is_elsewhere = group.region != account.region
            rank = (not _has_our_filter(group, desired), not qualifies(trail, account.id), leaves_out, is_elsewhere)
            ranked.append((*rank, group))
    return [group for *_rank, group in sorted(ranked, key=lambda entry: entry[:4])]


def _records(trail: Trail, control: Control) -> bool:
    """Whether the trail records what the control is about, in addition to management events that write."""
    selectors, needs = trail.selectors, control.trail
    if isinstance(selectors, Gap):
        return False
    return (not needs.reads or records_management(selectors, READS)) and all(
        records_management(selectors, WRITES, source) for source in needs.excluded_sources
    )


def _left_out(observation: Observation, group: LogGroup, desired: Desired) -> str:
    """Why a control would see nothing, or little, of what it is about in the log group; '' if each sees it."""
    if isinstance(observation.trails, Gap):
        return ""
    trails = [
        trail
        for trail in observation.trails
        if qualifies(trail, observation.account.id)
        and (reference := log_group_of(trail))
        and reference.arn == group.arn
    ]
    blind = [one.control for one in desired.wanted if not any(_records(trail, one.control) for trail in trails)]
    if not trails or not blind:
        return ""
    names, trail = ", ".join(control.name for control in blind), trails[0].name
    needed = ["read-only management events"] if any(control.trail.reads for control in blind) else []
    needed += sorted({source for control in blind for source in control.trail.excluded_sources})
    return (
        f"Trail {trail}, which writes to log group {group.arn}, does not record what {names} needs: "
        f"{' and '.join(needed)}. Record it in the trail, or remove {names} from controls."
    )


def _has_our_filter(group: LogGroup, desired: Desired) -> bool:
    return not isinstance(group.filters, Gap) and any(one.name in desired.filter_names for one in group.filters)


def _usable(observation: Observation, group: LogGroup, desired: Desired) -> Destination:
    blocked = _left_out(observation, group, desired)
    if isinstance(group.log_class, Gap):
        blocked = unread(group.log_class)
    elif group.log_class != "STANDARD":
        blocked = (
            f"Log group {group.arn} has class {group.log_class}, which does not support metric filters. The class of a "
            "log group cannot be changed. Send the trail's events to a log group of class STANDARD."
        )
    elif isinstance(group.filters, Gap):
        blocked = unread(group.filters)
    return Destination(group.region, group, blocked)


def _no_trail_qualifies(observation: Observation, trails: Iterable[Trail]) -> str:
    account = observation.account
    described = [_described(observation, trail) for trail in trails]
    if not described:
        return f"Account {account.id} has no trail that is visible in region {account.region}. {_WHAT_QUALIFIES}"
    return f"No trail of account {account.id} qualifies. {' '.join(described)} {_WHAT_QUALIFIES}"


def _described(observation: Observation, trail: Trail) -> str:
    missing = lacks(trail, observation.account.id)
    if not missing:  # it qualifies as far as CloudTrail knows
        missing = (f"Its log group {trail.log_group_arn} does not exist.",)
    return f"Trail {trail.name} (home region {trail.home_region}): {' '.join(missing)}"
