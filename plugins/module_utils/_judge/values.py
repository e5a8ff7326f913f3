# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values that metric filters write, and what an alarm's statistic makes of them. Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html, and for default values
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html: a filter's default
value is reported for a minute in which events arrived and none matched.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .._account.observation import Alarm
from .filters import FilterReading

COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
}
"""The comparisons by which a change makes an alarm go into ALARM."""

RESOLUTION: Final = 60
"""Seconds. CloudWatch Logs writes one value a minute."""


@lru_cache(maxsize=256)
def constant(text: str) -> float | None:
    """The number that a metric value is; None for a field such as $.size, and for what is no finite number."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def reaches(alarm: Alarm, value: float) -> bool:
    """Whether one change, written with this value and the only one in its period, makes the alarm go into ALARM."""
    compare = COMPARE.get(alarm.comparison or "")
    if compare is None or alarm.threshold is None:
        return False
    return compare(1.0 if alarm.statistic == "SampleCount" else value, alarm.threshold)


def minutes(alarm: Alarm) -> int:
    """The minutes of the alarm's period, and so the values that a filter writes in it at most by default."""
    return max(1, (alarm.period or RESOLUTION) // RESOLUTION)


@dataclass(frozen=True)
class Written:
    """All that the filters which feed a metric can write to it."""

    counts: tuple[float, ...]  # for an event that matches
    defaults: tuple[float, ...]  # for a minute without one
    has_fields: bool  # a filter writes the number that a field of the event has, which may be any

    @classmethod
    def by(cls, readings: Sequence[FilterReading]) -> Written:
        """What these filters write."""
        values = [constant(reading.writes.metric_value) for reading in readings]
        defaults = [reading.writes.default_value for reading in readings]
        return cls(
            counts=tuple(value for value in values if value is not None),
            defaults=tuple(default for default in defaults if default is not None),
            has_fields=None in values,
        )

    def change(self, alarm: Alarm) -> float | None:
        """The least that a change is written with, of what makes the alarm go into ALARM; None if nothing does."""
        return min((value for value in self.counts if value > 0 and reaches(alarm, value)), default=None)

    def least_sum(self, alarm: Alarm) -> float:
        """The least that a period with a change sums up to, by the default values of its other minutes."""
        lowering = sum(default for default in self.defaults if default < 0)
        return (self.change(alarm) or 0.0) + lowering * (minutes(alarm) - 1)

    def least_average(self, alarm: Alarm) -> float:
        """The least that the values of a period with a change average, with the default values of its other minutes."""
        lowering = [default for default in self.defaults if not reaches(alarm, default)]
        others = minutes(alarm) - 1
        return ((self.change(alarm) or 0.0) + sum(lowering) * others) / (1 + len(lowering) * others)
