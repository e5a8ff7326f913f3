# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An alarm's notification as it arrives at a queue: by itself, or in the envelope of SNS. Pure.

Follows 'Notifying users on alarm changes' of the Amazon CloudWatch User Guide, and 'Amazon SNS raw message delivery'.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from .._account.arn import Arn
from .._judge.alarm_message import DRILL
from .._judge.filters import Metric
from .._plan.description import is_of_log_alarm
from .window import Window, alarm_window

# An answer comes within minutes. One that comes days later, from a dead letter queue, is about the alarm all the same.
_LONGEST = timedelta(hours=1)


@dataclass(frozen=True)
class Notification:
    """What a notification tells of its alarm."""

    alarm: str  # its name
    arn: str
    account: str  # in which the metric is, and so the log group and its filters
    state: str
    reason: str
    at: datetime
    metrics: tuple[Metric, ...]  # () of a composite alarm
    children: tuple[str, ...]  # ARNs of the alarms that set off a composite one
    period: int  # seconds
    evaluation_periods: int
    of_log_alarm: bool = False  # of this collection, next to the alarm that is answered

    @classmethod
    def of(cls, given: Any) -> Notification:
        """Read a message: an object, its JSON, or that percent-encoded. Raises ValueError with what it is not."""
        message = _alarm(_decoded(given))
        arn = str(message.get("AlarmArn") or "")
        trigger = _mapping(message.get("Trigger"))
        metrics = tuple(_metrics(trigger))
        owner = next((owner for owner, _metric in metrics if owner), "")
        try:
            at = datetime.fromisoformat(str(message.get("StateChangeTime")))
        except ValueError as error:
            raise ValueError(f"The alarm notification has no valid StateChangeTime: {error}.") from error
        return cls(
            alarm=str(message["AlarmName"]),
            arn=arn,
            account=owner or Arn.parse(arn).account or str(message.get("AWSAccountId") or ""),
            state=str(message.get("NewStateValue") or ""),
            reason=str(message.get("NewStateReason") or ""),
            at=at if at.tzinfo else at.replace(tzinfo=UTC),
            metrics=tuple(metric for _owner, metric in metrics),
            children=tuple(str(_mapping(one).get("Arn")) for one in message.get("TriggeringChildren") or ()),
            period=_number(trigger.get("Period"), 300),
            evaluation_periods=_number(trigger.get("EvaluationPeriods"), 1),
            of_log_alarm=is_of_log_alarm(str(message.get("AlarmDescription") or "")),
        )

    @property
    def region(self) -> str:
        """The region of the alarm."""
        return Arn.parse(self.arn).region

    @property
    def unanswered(self) -> str:
        """Why there is nothing to answer: a drill, a log alarm, or another state than ALARM; '' if there is."""
        if self.state != "ALARM":
            return f"Alarm {self.alarm} went into {self.state or 'an unknown state'}, not into ALARM."
        if self.reason.startswith(DRILL):
            return f"Alarm {self.alarm} was set by a drill: {self.reason}"
        if self.of_log_alarm:
            return f"Alarm {self.alarm} is a log alarm. The metric alarm of the same control is answered."
        return ""

    def window(self, now: datetime) -> Window:
        """What the alarm evaluated, and what has happened since."""
        evaluated = alarm_window(self.at, "", self.period, self.evaluation_periods)
        return Window(evaluated.since, max(evaluated.until, min(now, self.at + _LONGEST)))


def _decoded(given: Any) -> Mapping[str, Any]:
    if isinstance(given, str):
        try:
            # A rulebook encodes it, so that nothing in it is taken for a template.
            given = json.loads(given if given.lstrip().startswith("{") else unquote(given))
        except ValueError as error:
            raise ValueError("The alarm notification is not JSON.") from error
    if not isinstance(given, Mapping):
        raise ValueError("The alarm notification is not a JSON object.")
    return given


def _alarm(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """The alarm's own message, out of the envelope if it is in one."""
    if "AlarmName" not in message and isinstance(message.get("Message"), str):
        message = _decoded(message["Message"])
    if "AlarmName" not in message:
        raise ValueError("The message is not the notification of a CloudWatch alarm: it has no AlarmName.")
    return message


def _metrics(trigger: Mapping[str, Any]) -> Iterator[tuple[str, Metric]]:
    """The metrics that the alarm is on, each with the account that it is in if that is another one."""
    if trigger.get("MetricName"):
        yield "", (str(trigger.get("Namespace")), str(trigger["MetricName"]))
    for query in trigger.get("Metrics") or ():
        metric = _mapping(_mapping(_mapping(query).get("MetricStat")).get("Metric"))
        if metric.get("MetricName"):
            yield str(query.get("AccountId") or ""), (str(metric.get("Namespace")), str(metric["MetricName"]))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: Any, default: int) -> int:
    return int(value) if isinstance(value, (int, float)) and value > 0 else default
