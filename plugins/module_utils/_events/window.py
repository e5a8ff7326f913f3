# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time range: two points in time, or what an alarm evaluated when it went into ALARM. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

LAST_ALARM = "last_alarm"
_AGO = re.compile(r"(\d{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
# CloudTrail delivers within about five minutes, and a log event's time need not be the moment that it is counted by.
_BEFORE = timedelta(minutes=5)
_FIRST_STEP = timedelta(hours=1)


@dataclass(frozen=True)
class Window:
    """From `since` to `until`, both included."""

    since: datetime
    until: datetime

    def newest_first(self) -> Iterator[Window]:
        """The window in parts, from the newest on, each twice as long as the one before it.

        So a search for a few of the newest records does not search a whole month.
        """
        until, step = self.until, _FIRST_STEP
        while until >= self.since:
            since = max(self.since, until - step)
            yield Window(since, until)
            # The next moment that AWS tells apart.
            until, step = since - timedelta(milliseconds=1), step * 2


def milliseconds(moment: datetime) -> int:
    """The moment as CloudWatch Logs counts time."""
    return round(moment.timestamp() * 1000)


def parse_moment(text: str, now: datetime) -> datetime:
    """Parse a time: a duration before now (90m, 24h, 7d), or an ISO 8601 date or time, by default in UTC.

    Raises ValueError with a message for the user.
    """
    if ago := _AGO.fullmatch(text.strip().lower()):
        number, unit = ago.groups()
        try:
            return now - timedelta(**{_UNITS[unit]: int(number)})
        except OverflowError as error:
            raise ValueError(f"{text!r} is too long ago.") from error
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(
            f"{text!r} is not a valid time. Use a duration before now, such as 90m, 24h or 7d, or a date or time in "
            "UTC, such as 2026-11-23 or 2026-11-23T05:00:00Z."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_window(since: str, until: str | None, now: datetime) -> Window:
    """Parse a time range. Raises ValueError with a message for the user."""
    window = Window(parse_moment(since, now), parse_moment(until, now) if until else now)
    if window.since >= window.until:
        raise ValueError(f"since ({since}) must be before until ({until or 'now'}).")
    return window


def alarm_window(at: datetime, history_data: str, period: int, evaluation_periods: int) -> Window:
    """Return what an alarm evaluated when it went into ALARM at that time.

    The history item says where the evaluated period began; an alarm that was set by hand, as a drill does, has no such
    data, and then it is the time that the alarm's settings span. `period` is in seconds.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_AlarmHistoryItem.html
    """
    data = _state_data(history_data)
    span = timedelta(seconds=int(data.get("period") or period) * evaluation_periods)
    try:
        since = datetime.strptime(str(data["startDate"]), "%Y-%m-%dT%H:%M:%S.%f%z")
    except (KeyError, ValueError):
        return Window(at - span - _BEFORE, at)
    # The evaluated minutes are whole, and the last of them need not be over yet.
    return Window(since, max(at, since + span))


def _state_data(history_data: str) -> dict[str, Any]:
    """newState.stateReasonData of a history item, {} without one; CloudWatch cuts the text off at 4,095 characters."""
    try:
        data = json.loads(history_data)["newState"]["stateReasonData"]
        data = json.loads(data) if isinstance(data, str) else data
    except (ValueError, KeyError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}


def went_to_alarm(history_data: str, summary: str) -> bool:
    """Whether a history item of type StateUpdate tells that the alarm went to ALARM."""
    try:
        return bool(json.loads(history_data)["newState"]["stateValue"] == "ALARM")
    except (ValueError, KeyError, TypeError):
        return summary.endswith("to ALARM")
