# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a judge of a link can find: the links, the statuses, the codes, a finding and a judged link. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from .._account.observation import Gap

PASS: Final = "pass"
WARN: Final = "warn"
FAIL: Final = "fail"
UNKNOWN: Final = "unknown"
ELSEWHERE: Final = "elsewhere"

STATUSES: Final = (PASS, WARN, UNKNOWN, ELSEWHERE, FAIL)
"""From the best to the worst; a link has the status of its worst finding."""

OK: Final = "OK"
ACCESS_DENIED: Final = "ACCESS_DENIED"
RESPONSE_INCOMPLETE: Final = "RESPONSE_INCOMPLETE"

CODES: Final[dict[str, dict[str, str]]] = {
    "trail": {
        "TRAIL_MISSING": "The account has no CloudTrail trail, so no events reach a log group.",
        "TRAIL_SINGLE_REGION": "The trail records one region, but the control has events in other regions too.",
        "TRAIL_NOT_LOGGING": "Logging of the trail is stopped.",
        "TRAIL_EVENTS_EXCLUDED": "The event selectors of the trail exclude events that the control needs.",
        "TRAIL_WITHOUT_LOG_GROUP": "The trail has no log group, or the log group with the filter has no trail.",
        "TRAIL_DELIVERY_FAILING": "CloudTrail reports an error of its last delivery to the log group.",
        "TRAIL_DELIVERY_STALE": "The trail has not delivered to its log group for an unusually long time.",
    },
    "log_group": {
        "LOG_GROUP_MISSING": "The log group that the trail delivers to does not exist.",
        "LOG_GROUP_CLASS_UNSUPPORTED": "The log class of the log group does not support metric filters.",
        "LOG_GROUP_IN_OTHER_ACCOUNT": "The trail delivers to another account, where the rest of the path must be.",
        "LOG_GROUP_PIPELINE": "A CloudWatch pipeline changes CloudTrail events, maybe before filters evaluate them.",
    },
    "metric_filter": {
        "FILTER_MISSING": "The log group has no metric filter for the control.",
        "FILTER_PATTERN_INVALID": "CloudWatch Logs accepted the pattern, but this collection can't parse it.",
        "FILTER_NEVER_MATCHES": "The pattern of the filter names events of the control but matches none of them.",
        "FILTER_EVENTS_UNCOVERED": "The filters match some events of the control and miss others.",
        "FILTER_NARROWED": "The pattern has a condition that excludes some of the records that must match.",
        "FILTER_UNDETERMINED": "AWS does not document how it evaluates the pattern.",
        "FILTER_TOO_BROAD": "The filter also matches other events, which keep the alarm in ALARM.",
        "FILTER_VALUE_UNUSABLE": "The value that the filter writes does not make the alarm go into ALARM.",
        "FILTER_HAS_DIMENSIONS": "The filter writes to its metric with dimensions that the alarm does not have.",
        "FILTER_FIELD_SELECTION": "The field selection criteria of the filter exclude events, or may do so.",
        "FILTER_ON_TRANSFORMED_LOGS": "The filter evaluates transformed events instead of those of CloudTrail.",
    },
    "alarm": {
        "ALARM_MISSING": "No alarm in the region of the log group watches the metric of the filter.",
        "ALARM_WITHOUT_ACTION": "The alarm has no action that notifies an SNS topic, or may not take it.",
        "ALARM_ACTIONS_DISABLED": "The actions of the alarm are disabled.",
        "ALARM_THRESHOLD": "One event does not reach the threshold, or the threshold is reached without one.",
        "ALARM_STATISTIC": "The statistic or expression of the alarm hides events, or may do so.",
        "ALARM_COMPARISON": "The comparison operator does not make the alarm go into ALARM at an event.",
        "ALARM_PERIODS": "The alarm needs several events for a notification, or delays the next one.",
        "ALARM_UNIT": "The alarm watches values of a unit that the filter does not write.",
        "ALARM_DIMENSIONS": "The alarm watches the metric with dimensions that do not have every event.",
        "ALARM_MISSING_DATA": "The alarm does not leave ALARM while no data arrives, so it notifies only once.",
        "ALARM_MUTED": "A mute rule or an actions suppressor keeps the alarm from notifying.",
        "ALARM_ACTION_FAILED": "The last notification of the alarm failed, by its history.",
        "ALARM_COMPOSITE_RULE": "The rule of the composite alarm does not follow the metric alarm.",
        "ALARM_FREQUENT": "The alarm fired more often than the threshold in the reviewed days.",
        "ALARM_STAYS_IN_ALARM": "The alarm was in ALARM for nearly all of the reviewed days, so it notified once.",
        "ALARM_WARMING_UP": "The alarm is in its warm-up period, in which it does not act.",
        "ALARM_NOT_EVALUATED": "CloudWatch does not evaluate the alarm, or not completely.",
    },
    "topic": {
        "TOPIC_MISSING": "The SNS topic that the alarm notifies does not exist.",
        "TOPIC_IN_OTHER_ACCOUNT": "The alarm notifies an SNS topic of another account, which this account can't read.",
        "TOPIC_POLICY_DENIES": "The policy of the topic does not allow CloudWatch to publish for the alarm.",
        "TOPIC_KEY_UNUSABLE": "CloudWatch can't use the KMS key that encrypts the topic.",
        "TOPIC_MESSAGE_SIZE": "The message of the alarm is larger than the topic accepts.",
    },
    "subscription": {
        "SUBSCRIPTION_MISSING": "The topic has no subscription.",
        "SUBSCRIPTION_PENDING": "Subscriptions of the topic are not confirmed.",
        "SUBSCRIPTION_FILTERED": "A filter policy keeps the alarm's message from the subscriber.",
        "SUBSCRIPTION_DELIVERY_FAILING": "SNS could not deliver notifications of the topic in the reviewed days.",
        "SUBSCRIPTION_RAW_CHAT": "A chat subscriber gets messages in a form that it does not show.",
    },
}
"""The codes of each link with what they mean, the links in path order. Any link may also have one of COMMON_CODES."""

COMMON_CODES: Final = {
    OK: "The link passes.",
    ACCESS_DENIED: "A call that the audit needs was denied, so the link could not be determined.",
    RESPONSE_INCOMPLETE: "AWS did not answer a call that the audit needs, or not completely.",
}

CODES_PAGE: Final = "https://github.com/aws-cis/monitoring/blob/main/docs/codes.md"


def code_url(code: str) -> str:
    """Where a code is explained."""
    return f"{CODES_PAGE}#{code.lower()}"


LINKS: Final = tuple(CODES)

NOT_EVALUATED: Final = (
    "EventBridge rules and alarms of a monitoring account are not part of the benchmark's notification path and are "
    "not evaluated."
)
"""A remark for a report: without the path, notifications may still be sent in another way."""

_WHAT_MISSES: Final = {
    "log_group": ("LOG_GROUP_MISSING", "log group"),
    "metric_filter": ("FILTER_MISSING", "metric filter"),
    "alarm": ("ALARM_MISSING", "alarm"),
    "topic": ("TOPIC_MISSING", "topic"),
    "subscription": ("SUBSCRIPTION_MISSING", "subscriber"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was found of a link."""

    status: str  # one of STATUSES
    code: str  # one of the link's CODES or of COMMON_CODES
    detail: str  # one sentence: what is so, and what follows
    fix: str = ""  # what to do; empty if there is nothing to do
    consequence: bool = False  # it only follows from a finding on an earlier link

    def as_dict(self) -> dict[str, Any]:
        """Plain data. Most findings are no consequences, so only those that are say it."""
        entry = {"status": self.status, "code": self.code, "detail": self.detail, "fix": self.fix}
        return {**entry, "consequence": True} if self.consequence else entry


def unread(gap: Gap) -> Finding:
    """The finding on something that could not be read."""
    fix = f"Allow {gap.call}, then audit again." if gap.code == ACCESS_DENIED else "Audit again."
    return Finding(UNKNOWN, gap.code, gap.detail, fix)


@dataclass(frozen=True)
class Link:
    """A judged link of a path: its resource, and all that was found, the worst first."""

    link: str  # one of LINKS
    resource: str  # its ARN or name, '' if there is none
    findings: tuple[Finding, ...]  # never empty

    @classmethod
    def judged(cls, link: str, resource: str, findings: Iterable[Finding], whole: str) -> Link:
        """A link with its findings in order of weight; without any it passes, for the reason `whole`."""
        by_weight = sorted(findings, key=lambda finding: -STATUSES.index(finding.status))
        return cls(link, resource, tuple(by_weight) or (Finding(PASS, OK, whole),))

    @property
    def worst(self) -> Finding:
        return self.findings[0]

    @property
    def status(self) -> str:
        return self.worst.status

    @property
    def code(self) -> str:
        return self.worst.code

    @property
    def detail(self) -> str:
        return self.worst.detail

    @property
    def fix(self) -> str:
        return self.worst.fix

    @property
    def holds(self) -> bool:
        """Whether the path goes on from here."""
        return self.status in (PASS, WARN)

    def as_dict(self) -> dict[str, Any]:
        """Plain data. A passing link is not explained, since every account carries it along for every control."""
        entry: dict[str, Any] = {"link": self.link, "resource": self.resource, **self.worst.as_dict()}
        if self.status == PASS:
            entry["detail"] = ""
        if len(self.findings) > 1:
            entry["findings"] = [finding.as_dict() for finding in self.findings]
        return entry


def after(broken: Link) -> tuple[Link, ...]:
    """The links that follow one where the path ends, since nothing can be read beyond it.

    What follows a missing link can't be there either; what follows an unread one is as unknown; what follows
    one that lies elsewhere lies there too.
    """
    return tuple(_follower(name, broken) for name in LINKS[LINKS.index(broken.link) + 1 :])


def _follower(name: str, broken: Link) -> Link:
    code, noun = _WHAT_MISSES[name]
    if broken.status == FAIL:
        before = _WHAT_MISSES[broken.link][1] if broken.link in _WHAT_MISSES else "trail"
        detail = f"The notification path ends at the {before}, so it does not reach the {noun}."
        return Link(name, "", (Finding(FAIL, code, detail, f"Fix the {before} first.", consequence=True),))
    noun = noun.capitalize()
    if broken.status == ELSEWHERE:
        detail = f"{noun}: verify it in the same account."
        return Link(name, "", (Finding(ELSEWHERE, broken.code, detail, broken.fix, consequence=True),))
    detail = f"{noun}: could not be determined, since an earlier link of the notification path could not be read."
    return Link(name, "", (Finding(UNKNOWN, broken.code, detail, broken.fix, consequence=True),))
