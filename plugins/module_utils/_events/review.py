# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Review the last days of the paths that an audit has judged: how often they notified, and who caused it.

Reads the history of each alarm, SNS's own count of failed deliveries, and for alarms that fire often the records around
the last of them.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .._account.alarm_history import AlarmHistory
from .._account.arn import Arn
from .._account.observation import Alarm, Gap, Observation
from .._aws.task import TaskError
from .._judge.attention import Attention, Principal, alarm_of, is_frequent, with_attention
from .._judge.paths import Path
from .._judge.verdict import Verdict
from .._observe.histories import read_alarm_history, read_failed_deliveries
from .._observe.reader import Reader, together
from .noise import Noise
from .read import Progress, messages
from .sources import Source
from .window import Window, alarm_window

# So many of the last alarms tell who is behind most of them, in a few calls for each.
_SEARCHED = 10


@dataclass(frozen=True)
class Review:
    """What to review."""

    days: int
    frequent_after: int  # times that an alarm may fire in these days


def reviewed(
    reader: Reader, observation: Observation, verdicts: Sequence[Verdict], review: Review, progress: Progress
) -> list[Verdict]:
    """The verdicts, each with the warnings and figures of its best path. What ends before an alarm has none.

    Raises TaskError for anything but a call that is denied or cut short.
    """
    # A topic is shared by many alarms, and read once.
    failed = functools.cache(functools.partial(_failed_deliveries, reader, observation, review))
    histories = together([functools.partial(_history, reader, observation, one.path, review) for one in verdicts])
    result = []
    for verdict, history in zip(verdicts, histories, strict=True):
        if history is None:
            result.append(verdict)
            continue
        path = verdict.path
        principal = None
        if is_frequent(history, review.frequent_after):
            principal = _principal(reader, path, history, progress)
        attention = Attention(review.days, history, failed(path.topic_arn), principal)
        result.append(with_attention(verdict, attention, review.frequent_after))
    return result


def _history(reader: Reader, observation: Observation, path: Path, review: Review) -> AlarmHistory | Gap | None:
    alarm = alarm_of(path)
    if alarm is None:
        return None
    return read_alarm_history(reader, alarm, _since(observation, review), observation.read_at)


def _since(observation: Observation, review: Review) -> datetime:
    return observation.read_at - timedelta(days=review.days)


def _failed_deliveries(
    reader: Reader, observation: Observation, review: Review, topic_arn: str | None
) -> int | Gap | None:
    """SNS counts in the account of the topic, where the metrics of another account can't be read."""
    if topic_arn is None or Arn.parse(topic_arn).account != observation.account.id:
        return None
    return read_failed_deliveries(reader, topic_arn, _since(observation, review), observation.read_at)


def _principal(reader: Reader, path: Path, history: AlarmHistory, progress: Progress) -> Principal | Gap | None:
    """Who caused most of the records of the last alarms; None if no record is left there."""
    alarm, group = path.watch.alarm if path.watch else None, path.log_group
    if alarm is None or group is None:
        return None
    fired = history.fired[-_SEARCHED:]
    patterns = dict.fromkeys(reading.filter.pattern for reading in path.seen or path.readings)
    noise = Noise()
    try:
        for pattern in patterns:
            source = Source(group.region, group.name, pattern)
            for at in fired:
                for message in messages(reader, source, _around(alarm, at), progress):
                    if message.agreed:
                        noise.add(message.text, message.timestamp, message.id)
    except TaskError as error:
        # That it can't be said who it was does not void what the history says.
        return Gap(
            "logs:FilterLogEvents", group.arn, error.details.get("error_code", "RESPONSE_INCOMPLETE"), error.message
        )
    name, count = next(iter(noise.principals.items()), ("", 0))
    return Principal(name, round(100 * count / noise.records), len(fired)) if count else None


def _around(alarm: Alarm, at: datetime) -> Window:
    """What the alarm evaluated, and the period after it, in which more of the same change arrives."""
    period = alarm.period or 300
    evaluated = alarm_window(at, "", period, alarm.evaluation_periods or 1)
    return Window(evaluated.since, at + timedelta(seconds=period))
