# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as data: the changes, what is kept, or what stands in the way. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._account.observation import Gap, LogGroup

PATH = "notification_path"  # of Kept: a path that a control relies on


class Blocked(Exception):
    """Nothing may be written; the text says what stands in the way and what to do."""


@dataclass(frozen=True)
class Change:
    """One thing to write."""

    # metric_filter, topic, topic_policy, key_policy, topic_encryption, subscription, alarm, alarm_actions, alarm_tags
    # or log_alarm
    resource: str
    action: str  # create, update, delete, enable, or renew for a subscription that SNS lists as deleted
    name: str
    summary: str  # one line for people
    before: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # {} for something new
    after: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # {} for something deleted
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # module arguments to write it with
    control: str = ""  # '' for what all controls share

    @property
    def title(self) -> str:
        """What is changed, as the head of a diff."""
        return f"{self.resource.replace('_', ' ')} {self.name}"


@dataclass(frozen=True)
class Kept:
    """Something that carries our name and stays, and why."""

    resource: str
    name: str
    why: str
    control: str = ""  # '' for what all controls share


@dataclass(frozen=True)
class Obstacle:
    """Why a control's alarm notifies no one, though nothing is left to write, and what to do."""

    control: str
    reason: str
    fix: str

    def as_dict(self) -> dict[str, str]:
        return {"control": self.control, "reason": self.reason, "fix": self.fix}


@dataclass(frozen=True)
class Covered:
    """A control that another account covers, where its trail's log group or its topic lies."""

    control: str
    account: str
    region: str
    why: str  # what lies there, and that a trail of the account's own is not needed


@dataclass(frozen=True)
class Plan:
    """What to write to bring an account to what was requested."""

    state: str
    account: str
    region: str
    log_group: LogGroup | None
    topic_arn: str  # known or predicted; '' if no topic was named
    changes: tuple[Change, ...] = ()
    kept: tuple[Kept, ...] = ()
    covered: tuple[Covered, ...] = ()
    pending: tuple[Mapping[str, str], ...] = ()  # requested subscriptions that are not confirmed yet
    blocked: str = ""
    remarks: tuple[str, ...] = ()  # what log alarms lack, or may lack, in a sentence each

    def blocked_by(self, message: str) -> Plan:
        return dataclasses.replace(self, blocked=message)

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to write, and nothing to report but whole paths that are kept."""
        return not self.changes and not self.blocked and all(one.resource == PATH for one in self.kept)

    def as_dict(self) -> dict[str, Any]:
        """The plan in the words of cis_monitoring_plan's result."""
        group = self.log_group
        return {
            "state": self.state,
            "account": self.account,
            "region": self.region,
            "log_group": group and {field: getattr(group, field) for field in ("name", "arn", "account", "region")},
            "blocked": self.blocked,
            "changes": [dataclasses.asdict(change) for change in self.changes],
            "kept": [dataclasses.asdict(kept) for kept in self.kept],
            "covered": [dataclasses.asdict(covered) for covered in self.covered],
            "topic_arn": self.topic_arn,
            "pending": [dict(subscription) for subscription in self.pending],
        }


def put(
    resource: str,
    name: str,
    title: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    settings: Mapping[str, Any],
    control: str = "",
) -> Iterator[Change]:
    """The change from one state to another: a creation if there was none, nothing if they are the same."""
    if not before:
        shown = {field: value for field, value in after.items() if value not in (None, False, {}, [])}
        yield Change(resource, "create", name, f"Create {title}", {}, shown, settings, control)
        return
    old, new = differing(before, after)
    if new:
        yield Change(resource, "update", name, f"Update {title}: {', '.join(new)}", old, new, settings, control)


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of `after` whose value is another one before, with both values; numbers compare by value."""
    fields = [field for field, value in after.items() if not same(before.get(field), value)]
    return {field: before.get(field) for field in fields}, {field: after[field] for field in fields}


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same setting: 1, 1.0 and "1" are."""
    return one == other or (_number(one) is not None and _number(one) == _number(other))


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def readable(value: Any) -> Any:
    """The value, or the plan is blocked since it could not be read."""
    if isinstance(value, Gap):
        raise Blocked(unread(value))
    return value


def unread(gap: Gap) -> str:
    """Why a plan is blocked that can't be compared with the account."""
    return f"What to change could not be determined: {gap.detail}{how_to_allow(gap)}"


def how_to_allow(gap: Gap) -> str:
    """Which policy of docs/policies allows a call that was denied; '' if that was not the reason."""
    if gap.code != "ACCESS_DENIED":
        return ""
    policy = "remediate" if gap.call.endswith(":ListTagsForResource") else "audit"
    return f" Allow {gap.call}, as docs/policies/{policy}.json does."
