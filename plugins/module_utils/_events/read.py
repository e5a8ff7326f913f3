# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the records that a filter matches, and when an alarm last went into ALARM."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._account.observation import Alarm, Gap
from .._aws.task import TaskError
from .._judge.filters import Metric
from .._judge.watch import watch_of
from .._observe.alarms import list_alarms, to_alarm
from .._observe.reader import NotThere, Reader, or_fail
from ..filter_pattern import FilterPatternError, parse
from .notification import Notification
from .sources import Source
from .table import counted
from .window import Window, alarm_window, milliseconds, went_to_alarm

_TELL_EVERY = 10  # seconds


@dataclass(frozen=True)
class Message:
    """A log event that AWS has found."""

    id: str
    timestamp: int  # milliseconds
    text: str
    agreed: bool  # our reading of the pattern matches it, too


@dataclass
class Progress:
    """Reports the progress of a long search."""

    tell: Callable[[str], None]
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._told = self.now()

    def at(self, source: Source, window: Window, found: int) -> None:
        """Report the progress, unless it was reported a moment ago."""
        if self.now() - self._told >= _TELL_EVERY:
            self._told = self.now()
            since = window.since.strftime("%Y-%m-%dT%H:%M:%SZ")
            self.tell(f"log group {source.group}: {counted(found, 'record')} so far, searching from {since}")


class Tokens:
    """The tokens of an answer's pages so far, each of which comes once."""

    def __init__(self, about: str) -> None:
        self._about = about
        self._seen: set[str] = set()

    def new(self, token: str) -> str:
        """The token of the next page. Raises TaskError for one that has come before, since the pages would not end."""
        if token in self._seen:
            raise TaskError(
                f"Could not read {self._about}: AWS returns the same pages again and again. Try again later."
            )
        self._seen.add(token)
        return token


def messages(reader: Reader, source: Source, window: Window, progress: Progress) -> Iterator[Message]:
    """The log events of the window that match the source's pattern, the oldest first.

    AWS answers page by page, and a page may be empty though more follow; throttled calls are tried again by botocore.
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
    Raises TaskError, also where it is denied.
    """
    matches = _matches(source.pattern)
    token: dict[str, Any] = {}
    tokens = Tokens(f"the records of log group {source.group}")
    found = 0
    while True:
        page = _page(reader, source, window, token)
        for event in page["events"]:
            found += 1
            text = event.get("message", "")
            yield Message(event.get("eventId", ""), event["timestamp"], text, matches(text))
        if not page.get("nextToken"):
            return
        token = {"nextToken": tokens.new(page["nextToken"])}
        progress.at(source, window, found)


def _matches(pattern: str) -> Callable[[str], bool]:
    """Our reading of the pattern; AWS's word for it where AWS has taken one that this collection can't read."""
    try:
        return parse(pattern).matches
    except FilterPatternError:
        return lambda text: True


def _page(reader: Reader, source: Source, window: Window, token: dict[str, Any]) -> dict[str, Any]:
    about = f"the records of log group {source.group}"
    try:
        with or_fail():
            return reader.ask(
                "logs",
                "filter_log_events",
                region=source.region,
                about=about,
                needs=("events",),
                missing=("ResourceNotFoundException",),
                logGroupName=source.group,
                filterPattern=source.pattern,
                startTime=milliseconds(window.since),
                endTime=milliseconds(window.until),
                **token,
            )
    except NotThere as error:
        raise TaskError(f"Could not read {about}: the log group no longer exists in {source.region}.") from error


@dataclass(frozen=True)
class Rang:
    """An alarm's transition to ALARM."""

    alarm: str
    at: datetime
    window: Window  # what it evaluated


def last_alarm(reader: Reader, sources: tuple[Source, ...]) -> Rang | None:
    """Return the last transition to ALARM of an alarm on a metric of the sources; None if the history has none.

    Raises TaskError where alarms or their history can't be read.
    """
    rang = [found for alarm in _alarms(reader, sources) if (found := _rang(reader, alarm))]
    return max(rang, key=lambda one: one.at, default=None)


def _alarms(reader: Reader, sources: tuple[Source, ...]) -> Iterator[Alarm]:
    for region in dict.fromkeys(source.region for source in sources):
        metrics = {metric for source in sources if source.region == region for metric in source.metrics}
        entries = list_alarms(reader, region)
        if isinstance(entries, Gap):
            raise TaskError(f"Could not determine the last alarm. {entries.detail}", error_code=entries.code)
        for alarm in map(to_alarm, entries):
            watches = [watch for metric in metrics if (watch := watch_of(alarm, metric))]
            if watches:
                yield watches[0].plain or alarm


def metrics_of(reader: Reader, notification: Notification) -> tuple[Metric, ...]:
    """Return the metrics that the alarm of a notification is on: of a composite alarm, those of its children.

    Raises TaskError where alarms can't be read.
    """
    if notification.metrics or not notification.children:
        return notification.metrics
    entries = list_alarms(reader, notification.region)
    if isinstance(entries, Gap):
        raise TaskError(f"Could not determine the metrics of {notification.alarm}. {entries.detail}")
    children = (alarm for alarm in map(to_alarm, entries) if alarm.arn in notification.children)
    return tuple((alarm.metric_namespace or "", alarm.metric_name or "") for alarm in children if alarm.metric_name)


def _rang(reader: Reader, alarm: Alarm) -> Rang | None:
    token: dict[str, Any] = {}
    tokens = Tokens(f"the history of alarm {alarm.name}")
    while True:
        with or_fail():
            page = reader.ask(
                "cloudwatch",
                "describe_alarm_history",
                region=alarm.region,
                about=f"the history of alarm {alarm.name}",
                needs=("AlarmHistoryItems",),
                AlarmName=alarm.name,
                AlarmTypes=["MetricAlarm"],
                HistoryItemType="StateUpdate",
                ScanBy="TimestampDescending",
                MaxRecords=100,
                **token,
            )
        for item in page["AlarmHistoryItems"]:
            data = item.get("HistoryData", "")
            if went_to_alarm(data, item.get("HistorySummary", "")):
                at = item["Timestamp"]
                window = alarm_window(at, data, alarm.period or 300, alarm.evaluation_periods or 1)
                return Rang(alarm.name, at, window)
        if not page.get("NextToken"):
            return None
        token = {"NextToken": tokens.new(page["NextToken"])}
