# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of testing one control, step by step. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._account.observation import Alarm, Gap, Subscription, Topic
from .._judge import subscription_filter_policy
from .._judge.subscriptions import masked

PATTERN, NOTIFICATION, FULL = "pattern", "notification", "full"
DEPTHS = (PATTERN, NOTIFICATION, FULL)

# What a drill makes begins with this, so that a later drill finds what an interrupted one has left.
PREFIX = "cis-monitoring-drill-"

PASSED, FAILED, NOT_DRILLED, PLANNED = "passed", "failed", "not_drilled", "planned"
ELSEWHERE = "covered_elsewhere"

PASS, FAIL, NOT_CHECKED = "pass", "fail", "not_checked"


@dataclass(frozen=True)
class Leg:
    """One step of the notification path."""

    leg: str  # pattern, record, metric, alarm, action, message or return
    status: str  # PASS, FAIL or NOT_CHECKED
    detail: str  # one sentence
    seconds: float | None = None  # since the drill began to act, None if that is not measured

    def as_dict(self) -> dict[str, Any]:
        seconds = None if self.seconds is None else round(self.seconds, 1)
        return {"leg": self.leg, "status": self.status, "seconds": seconds, "detail": self.detail}


@dataclass
class Drill:
    """The result of one control. Filled while the drill runs."""

    control: str
    legs: list[Leg] = field(default_factory=list)
    obstacle: str = ""  # why it was not drilled
    is_elsewhere: bool = False  # since another account covers the control, which is no fault
    is_planned: bool = False  # check mode
    pattern: Mapping[str, Any] = field(default_factory=dict)
    subscribers: list[dict[str, str]] = field(default_factory=list)
    message: Mapping[str, Any] | None = None

    @property
    def outcome(self) -> str:
        if self.obstacle:
            return ELSEWHERE if self.is_elsewhere else NOT_DRILLED
        if any(leg.status == FAIL for leg in self.legs):
            return FAILED
        return PLANNED if self.is_planned else PASSED

    @property
    def summary(self) -> str:
        """The result in one or more sentences."""
        if self.obstacle:
            return f"Not tested. {self.obstacle}"
        if self.outcome == PLANNED:
            return "Check mode: the read-only steps passed. Nothing was written."
        if self.outcome == FAILED:
            return " ".join(["The drill failed.", *(leg.detail for leg in self.legs if leg.status == FAIL)])
        # The farthest leg that the message is known to have taken.
        passed = {leg.leg: leg.detail for leg in self.legs if leg.status == PASS}
        farthest = next(name for name in ("message", "action", "pattern") if name in passed)
        return f"The drill passed. {passed[farthest]}"

    def as_dict(self) -> dict[str, Any]:
        """An entry of `controls` in the drill's result."""
        return {
            "control": self.control,
            "outcome": self.outcome,
            "summary": self.summary,
            "legs": [leg.as_dict() for leg in self.legs],
            "pattern": dict(self.pattern),
            "subscribers": list(self.subscribers),
            "message": self.message,
        }


def subscribers(topic: Topic | None, alarm: Alarm, *, was_sent: bool) -> list[dict[str, str]]:
    """Return the delivery status of each subscriber. Only the temporary queue proves that a message arrived."""
    if topic is None or isinstance(topic.subscriptions, Gap):
        return []
    return [_subscriber(one, alarm, was_sent=was_sent) for one in topic.subscriptions]


def _subscriber(subscription: Subscription, alarm: Alarm, *, was_sent: bool) -> dict[str, str]:
    status, detail = _delivery(subscription, alarm, was_sent=was_sent)
    endpoint = masked(subscription.protocol, subscription.endpoint)
    return {"protocol": subscription.protocol, "endpoint": endpoint, "status": status, "detail": detail}


def _delivery(subscription: Subscription, alarm: Alarm, *, was_sent: bool) -> tuple[str, str]:
    if subscription.is_pending:
        return (
            "pending",
            "Pending confirmation, not notified. SNS deletes the subscription after 48 hours without confirmation.",
        )
    if not subscription.is_confirmed:
        return "deleted", "No longer subscribed."
    policy = subscription.filter_policy
    if isinstance(policy, Gap):
        return "unknown", policy.detail
    if policy:
        passes = subscription_filter_policy.alarm_passes(policy, subscription.filter_policy_scope, alarm)
        if passes is subscription_filter_policy.DROPS:
            return "filtered", "The filter policy of the subscription rejects the message."
        if passes is subscription_filter_policy.UNDETERMINED:
            return "unknown", "Could not determine whether the filter policy of the subscription accepts the message."
    if not was_sent:
        return "not_sent", "The message did not reach the topic."
    form = ", without its envelope" if subscription.raw_delivery is True else ""
    return "accepted", f"SNS accepted the message for delivery{form}. SNS does not report whether it was read."


def actions_leg(results: Mapping[str, tuple[bool, str]], wanted: Sequence[str], seconds: float) -> Leg:
    """Return the step of the alarm actions, from the alarm history. An action without an entry was not executed."""
    failed = [f"{action}: {results[action][1]}" for action in wanted if action in results and not results[action][0]]
    silent = [action for action in wanted if action not in results]
    if failed:
        return Leg("action", FAIL, f"CloudWatch could not execute an action. {'; '.join(failed)}.", seconds)
    if silent:
        detail = f"The alarm history has no attempt to execute {', '.join(silent)}. Check for an alarm mute rule."
        return Leg("action", FAIL, detail, seconds)
    return Leg("action", PASS, f"CloudWatch executed every action: {', '.join(wanted)}.", seconds)
