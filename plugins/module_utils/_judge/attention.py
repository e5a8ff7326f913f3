# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is an alarm still read? Warnings from what happened over some days, which never change a verdict. Pure.

An alarm that fires all the time is ignored, and one that stays in ALARM notifies once. The benchmark asks for neither,
so that a path which passes goes on passing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from .._account.alarm_history import AlarmHistory
from .._account.arn import Arn
from .._account.observation import Alarm, Gap
from .findings import PASS, WARN, Finding, Link
from .paths import Path
from .verdict import Verdict

# In ALARM for so great a share of the time, an alarm notifies of next to nothing.
_STAYS = 0.9


@dataclass(frozen=True)
class Principal:
    """The principal behind most of the records of the last alarms."""

    name: str
    share: int  # percent of the records
    alarms: int  # how many of the last alarms were searched


@dataclass(frozen=True)
class Attention:
    """What happened over some days to the alarm and the topic of a path; a Gap for what could not be read."""

    days: int
    alarm: AlarmHistory | Gap
    failed_deliveries: int | Gap | None = None  # None if the topic has no metrics in this account
    principal: Principal | Gap | None = None  # None if it was not searched for

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be read."""
        return tuple(one for one in (self.alarm, self.failed_deliveries, self.principal) if isinstance(one, Gap))

    def as_dict(self) -> dict[str, Any]:
        """The entry `history` of a control in cis_monitoring_info's result; null is what is not known."""
        alarm = None if isinstance(self.alarm, Gap) else self.alarm
        principal = self.principal if isinstance(self.principal, Principal) else None
        return {
            "days": self.days,
            "fired": len(alarm.fired) if alarm else None,
            "hours_in_alarm": round(alarm.in_alarm.total_seconds() / 3600, 1) if alarm else None,
            "failed_deliveries": None if isinstance(self.failed_deliveries, Gap) else self.failed_deliveries,
            "principal": principal.name if principal else None,
            "principal_share": principal.share if principal else None,
        }


def alarm_of(path: Path) -> Alarm | None:
    """The alarm whose notifications are read: the one that notifies, or that would."""
    return path.notifier.alarm if path.notifier else None


def is_frequent(history: AlarmHistory | Gap, frequent_after: int) -> TypeGuard[AlarmHistory]:
    """Whether the alarm fired more often than that."""
    return isinstance(history, AlarmHistory) and len(history.fired) > frequent_after


def with_attention(verdict: Verdict, attention: Attention, frequent_after: int) -> Verdict:
    """The verdict with the warnings on its path, with the figures, and with what could not be read."""
    found: Mapping[str, tuple[Finding, ...]] = {
        "alarm": tuple(_of_alarm(verdict.path, attention, frequent_after)),
        "subscription": tuple(_of_deliveries(verdict.path, attention)),
    }
    links = tuple(_with(link, found.get(link.link, ())) for link in verdict.path.links)
    unread = tuple(f"Not all of the alarm history could be read. {gap.detail}" for gap in attention.gaps)
    return replace(
        verdict,
        path=replace(verdict.path, links=links),
        notes=(*verdict.notes, *dict.fromkeys(unread)),
        history=attention.as_dict(),
    )


def _with(link: Link, findings: tuple[Finding, ...]) -> Link:
    if not findings:
        return link
    before = [finding for finding in link.findings if finding.status != PASS]
    return Link.judged(link.link, link.resource, [*before, *findings], "")


def _of_alarm(path: Path, attention: Attention, frequent_after: int) -> Iterator[Finding]:
    alarm, history = alarm_of(path), attention.alarm
    if alarm is None or isinstance(history, Gap):
        return
    if history.actions_removed:
        detail = f"The actions of alarm {alarm.name} were removed or disabled on {history.actions_removed:%Y-%m-%d}."
        fix = "Find out why. To reduce the alarm volume, notify a separate topic instead of no one."
        yield Finding(WARN, "ALARM_WITHOUT_ACTION", detail, fix)
    if history.share_in_alarm >= _STAYS:
        detail = (
            f"Alarm {alarm.name} was in ALARM for {history.share_in_alarm:.0%} of the last {attention.days} days, and "
            "an alarm that is already in ALARM does not notify again."
        )
        fix = "Set TreatMissingData to notBreaching, and stop what causes the records all the time."
        yield Finding(WARN, "ALARM_STAYS_IN_ALARM", detail, fix)
    elif is_frequent(history, frequent_after):
        yield _frequent(alarm, history, attention)


def _frequent(alarm: Alarm, history: AlarmHistory, attention: Attention) -> Finding:
    detail = f"Alarm {alarm.name} fired {len(history.fired)} times in the last {attention.days} days."
    principal = attention.principal
    if isinstance(principal, Principal):
        detail += f" {principal.name} caused {principal.share} % of the records of the last {principal.alarms} alarms."
    fix = (
        "Notify a separate topic for this control, or make frequent changes in batches. Do not exclude a principal in "
        "the filter, since that breaks the control. The playbook events lists who caused the records."
    )
    return Finding(WARN, "ALARM_FREQUENT", detail, fix)


def _of_deliveries(path: Path, attention: Attention) -> Iterator[Finding]:
    failed = attention.failed_deliveries
    if path.topic_arn and isinstance(failed, int) and failed > 0:
        topic = Arn.parse(path.topic_arn).resource
        detail = (
            f"SNS could not deliver {failed} notifications of topic {topic} in the last {attention.days} days, also to "
            "confirmed subscribers."
        )
        fix = "Log the delivery status of the topic to find the subscriber, then fix or replace its endpoint."
        yield Finding(WARN, "SUBSCRIPTION_DELIVERY_FAILING", detail, fix)
