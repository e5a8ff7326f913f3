# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened to an alarm over some days, by its history. Pure.

CloudWatch keeps the history of an alarm for 30 days ('Using Amazon CloudWatch alarms' of its User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_DAYS = 30
ALARM_STATE = "ALARM"


@dataclass(frozen=True)
class StateChange:
    """An alarm went from one state to another."""

    at: datetime
    before: str
    after: str


@dataclass(frozen=True)
class AlarmHistory:
    """The state changes of an alarm between two points in time, the oldest first."""

    since: datetime
    until: datetime
    state: str  # at the end
    known_since: datetime  # from when on its state is known; not before `since`
    changes: tuple[StateChange, ...] = ()
    actions_removed: datetime | None = None  # when its last action was removed or its actions were disabled

    @property
    def fired(self) -> tuple[datetime, ...]:
        """When the alarm went into ALARM."""
        return tuple(change.at for change in self.changes if change.after == ALARM_STATE)

    @property
    def in_alarm(self) -> timedelta:
        """How long the alarm was in ALARM."""
        spans = (end - start for start, end, state in self._spans() if state == ALARM_STATE)
        return sum(spans, timedelta())

    @property
    def share_in_alarm(self) -> float:
        """The same as a share of the time, from 0 to 1."""
        return self.in_alarm / (self.until - self.since)

    def _spans(self) -> Iterator[tuple[datetime, datetime, str]]:
        start = self.known_since
        state = self.changes[0].before if self.changes else self.state
        for change in self.changes:
            yield start, change.at, state
            start, state = change.at, change.after
        yield start, self.until, state
