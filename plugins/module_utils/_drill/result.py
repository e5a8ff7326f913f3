# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A drill: what it will do, what stands in its way, and how each leg went. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Alarm,
    Gap,
    Subscription,
    Topic,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.records import MOST_RECORDS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge import filter_policy as sns_filter_policy
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.subscriptions import masked
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Path

PATTERN, NOTIFICATION, FULL = "pattern", "notification", "full"
DEPTHS = (PATTERN, NOTIFICATION, FULL)

# What a drill makes begins with this, so that a later drill finds what an interrupted one has left.
PREFIX = "cis-monitoring-drill-"

PASSED, FAILED, NOT_DRILLED, PLANNED = "passed", "failed", "not_drilled", "planned"

PASS, FAIL, NOT_CHECKED = "pass", "fail", "not_checked"


@dataclass(frozen=True)
class Leg:
    """One leg of the way that the message takes."""

    leg: str  # pattern, record, metric, alarm, action, message or return
    status: str  # PASS, FAIL or NOT_CHECKED
    detail: str  # one sentence
    seconds: float | None = None  # since the drill began to act, None if that is not measured

    def as_dict(self) -> dict[str, Any]:
        seconds = None if self.seconds is None else round(self.seconds, 1)
        return {"leg": self.leg, "status": self.status, "seconds": seconds, "detail": self.detail}


@dataclass
class Drill:
    """What is told of a drill; filled while it goes on."""

    when: datetime
    depth: str
    account: str
    announcement: tuple[str, ...]
    legs: list[Leg] = field(default_factory=list)
    obstacle: str = ""  # why it was not drilled
    is_planned: bool = False  # check mode
    pattern: Mapping[str, Any] = field(default_factory=dict)
    subscribers: list[dict[str, str]] = field(default_factory=list)
    message: dict[str, str] | None = None
    leftovers: list[str] = field(default_factory=list)  # of an earlier drill, removed
    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # what could not be removed, and why

    @property
    def outcome(self) -> str:
        if self.obstacle:
            return NOT_DRILLED
        if self.left or any(leg.status == FAIL for leg in self.legs):
            return FAILED
        return PLANNED if self.is_planned else PASSED

    @property
    def summary(self) -> str:
        """One sentence for people."""
        return f"Account {self.account}: {self._said()}"

    def _said(self) -> str:
        if self.outcome == NOT_DRILLED:
            return f"Nothing was drilled. {self.obstacle}"
        if self.outcome == PLANNED:
            return "Check mode: what only reads was done and passed, nothing else was done."
        if self.outcome == FAILED:
            details = [leg.detail for leg in self.legs if leg.status == FAIL]
            return " ".join(["The drill failed.", *details, *(f"Left behind: {one}" for one in self.left)])
        # The farthest leg that the message is known to have taken.
        passed = {leg.leg: leg.detail for leg in self.legs if leg.status == PASS}
        farthest = next(name for name in ("message", "action", "pattern") if name in passed)
        return f"The drill passed. {passed[farthest]}"

    def as_dict(self) -> dict[str, Any]:
        """The value of `drill` in the module's result."""
        return {
            "when": f"{self.when:%Y-%m-%dT%H:%M:%SZ}",
            "depth": self.depth,
            "outcome": self.outcome,
            "account": self.account,
            "summary": self.summary,
            "announcement": list(self.announcement),
            "legs": [leg.as_dict() for leg in self.legs],
            "pattern": dict(self.pattern),
            "subscribers": list(self.subscribers),
            "message": self.message,
            "leftovers_removed": list(self.leftovers),
            "removed": list(self.removed),
            "left": list(self.left),
        }


def obstacle(path: Path, depth: str, reason: str) -> str:
    """Why a path can't be drilled, '' if it can. `reason` is the audit's, for a path that ends too early."""
    if path.log_group is None or not path.readings:
        return f"The account has no metric filter to try. {reason}"
    if depth == PATTERN:
        return ""
    if path.watch is None or path.notifier is None or path.topic_arn is None:
        return f"The path ends before a topic. {reason}"
    alarm, notifier = path.watch.alarm, path.notifier.alarm
    if not notifier.actions_enabled:
        return f"The actions of alarm {notifier.name} are disabled. Enable them."
    for one in (alarm, notifier):
        if one.state == "ALARM":
            return (
                f"Alarm {one.name} is in ALARM now, and an alarm acts on transitions only. "
                "Drill when it has gone back, or find out why it does not."
            )
    return ""


def announce(path: Path, depth: str, *, with_queue: bool, vpc_id: str | None, timeout: int) -> Iterator[str]:
    """What a drill will do, a sentence each. Nothing else is done."""
    yield (
        "Ask AWS (TestMetricFilter, which writes nothing) to try each metric filter of the path on "
        f"up to {MOST_RECORDS} sample records."
    )
    if depth == PATTERN or path.watch is None or path.notifier is None or path.topic_arn is None:
        return
    yield f"Remove what an interrupted drill left: queues, subscriptions and security groups named {PREFIX}*."
    if with_queue:
        yield f"Create an SQS queue named {PREFIX}*, subscribe it to {path.topic_arn}, and remove both afterwards."
    if depth == FULL:
        yield f"Create an empty security group named {PREFIX}* in VPC {vpc_id}, and delete it at once."
        yield f"Wait up to {timeout} seconds for its record, the metric, the alarm and the message."
    else:
        yield f"Set alarm {path.watch.alarm.name} to ALARM with a reason that says that it is a drill."
        yield f"Wait up to {timeout} seconds for its actions, and until it has gone back."
    actions = ", ".join(path.notifier.alarm.alarm_actions)
    yield f"Every action of alarm {path.notifier.alarm.name} really happens: {actions}."


def subscribers(topic: Topic | None, alarm: Alarm, *, was_sent: bool) -> list[dict[str, str]]:
    """What is known of each subscriber. That a message was read is known of nobody but the drill's own queue."""
    if topic is None or isinstance(topic.subscriptions, Gap):
        return []
    return [_subscriber(one, alarm, was_sent=was_sent) for one in topic.subscriptions]


def _subscriber(subscription: Subscription, alarm: Alarm, *, was_sent: bool) -> dict[str, str]:
    status, detail = _delivery(subscription, alarm, was_sent=was_sent)
    endpoint = masked(subscription.protocol, subscription.endpoint)
    return {"protocol": subscription.protocol, "endpoint": endpoint, "status": status, "detail": detail}


def _delivery(subscription: Subscription, alarm: Alarm, *, was_sent: bool) -> tuple[str, str]:
    if subscription.is_pending:
        return "pending", "Has not confirmed, so gets nothing. SNS drops it within 48 hours of being asked."
    if not subscription.is_confirmed:
        return "deleted", "Is no longer subscribed."
    policy = subscription.filter_policy
    if isinstance(policy, Gap):
        return "unknown", policy.detail
    if policy:
        passes = sns_filter_policy.alarm_passes(policy, subscription.filter_policy_scope, alarm)
        if passes is sns_filter_policy.DROPS:
            return "filtered", "Its filter policy drops the message."
        if passes is sns_filter_policy.UNDETERMINED:
            return "unknown", "Whether its filter policy lets the message through can't be told from it."
    if not was_sent:
        return "not_sent", "The message did not get to the topic."
    return "accepted", "SNS has taken the message for it. Whether it was read, SNS can't tell."


def actions_leg(results: Mapping[str, tuple[bool, str]], wanted: Sequence[str], seconds: float) -> Leg:
    """The leg of an alarm's actions: what its history says of each; one without an entry has not happened."""
    failed = [f"{action}: {results[action][1]}" for action in wanted if action in results and not results[action][0]]
    silent = [action for action in wanted if action not in results]
    if failed:
        return Leg("action", FAIL, f"CloudWatch could not execute an action. {'; '.join(failed)}.", seconds)
    if silent:
        detail = f"The alarm's history tells of no attempt at {', '.join(silent)}; a mute rule may silence it."
        return Leg("action", FAIL, detail, seconds)
    return Leg("action", PASS, f"CloudWatch executed every action: {', '.join(wanted)}.", seconds)
