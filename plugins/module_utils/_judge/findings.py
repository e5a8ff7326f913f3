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

CODES: Final[dict[str, tuple[str, ...]]] = {
    "trail": (
        "TRAIL_MISSING",
        "TRAIL_SINGLE_REGION",
        "TRAIL_NOT_LOGGING",
        "TRAIL_EVENTS_EXCLUDED",
        "TRAIL_WITHOUT_LOG_GROUP",
        "TRAIL_DELIVERY_FAILING",
        "TRAIL_DELIVERY_STALE",
    ),
    "log_group": ("LOG_GROUP_MISSING", "LOG_GROUP_CLASS_UNSUPPORTED", "LOG_GROUP_IN_OTHER_ACCOUNT"),
    "metric_filter": (
        "FILTER_MISSING",
        "FILTER_PATTERN_INVALID",
        "FILTER_NEVER_MATCHES",
        "FILTER_EVENTS_UNCOVERED",
        "FILTER_NARROWED",
        "FILTER_UNDETERMINED",
        "FILTER_TOO_BROAD",
        "FILTER_VALUE_UNUSABLE",
        "FILTER_HAS_DIMENSIONS",
        "FILTER_FIELD_SELECTION",
        "FILTER_ON_TRANSFORMED_LOGS",
    ),
    "alarm": (
        "ALARM_MISSING",
        "ALARM_WITHOUT_ACTION",
        "ALARM_ACTIONS_DISABLED",
        "ALARM_THRESHOLD",
        "ALARM_STATISTIC",
        "ALARM_COMPARISON",
        "ALARM_PERIODS",
        "ALARM_UNIT",
        "ALARM_DIMENSIONS",
        "ALARM_MISSING_DATA",
        "ALARM_MUTED",
        "ALARM_ACTION_FAILED",
        "ALARM_COMPOSITE_RULE",
        "ALARM_WARMING_UP",
        "ALARM_NOT_EVALUATED",
    ),
    "topic": (
        "TOPIC_MISSING",
        "TOPIC_IN_OTHER_ACCOUNT",
        "TOPIC_POLICY_DENIES",
        "TOPIC_KEY_UNUSABLE",
        "TOPIC_MESSAGE_SIZE",
    ),
    "subscription": ("SUBSCRIPTION_MISSING", "SUBSCRIPTION_PENDING", "SUBSCRIPTION_FILTERED"),
}
"""The codes of each link, the links in path order. Any link may also have one of COMMON_CODES."""

COMMON_CODES: Final = (OK, ACCESS_DENIED, RESPONSE_INCOMPLETE)

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
