# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the fourth link of a path: does the alarm go off at one change, and again at the next? Pure.

Follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html:
an alarm acts when its state changes, so it has to leave ALARM again by itself.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Alarm
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.filters import (
    FilterReading,
    Metric,
    constant,
    covers,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.findings import FAIL, UNKNOWN, WARN, Finding

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
}
_PLAIN_STATISTICS = ("Sum", "Average", "Minimum", "Maximum", "SampleCount")
# The prescribed alarm looks at five minutes; up to an hour a reader still takes one message for one change.
_LONG_WINDOW = 3600
# CloudWatch Logs writes one value a minute.
_RESOLUTION = 60


@dataclass(frozen=True)
class Watch:
    """An alarm on a metric, read as the plain alarm that it amounts to; without one if it is on metric math."""

    alarm: Alarm
    plain: Alarm | None
    expression: str = ""


def watch_of(alarm: Alarm, metric: Metric) -> Watch | None:
    """The alarm as one on the metric, or None if it watches something else."""
    if not alarm.metrics:
        return Watch(alarm, alarm) if (alarm.metric_namespace, alarm.metric_name) == metric else None
    expressions = [str(query["Expression"]) for query in alarm.metrics if query.get("Expression")]
    plain = [_from_query(alarm, query) for query in alarm.metrics if query.get("MetricStat")]
    if not any((one.metric_namespace, one.metric_name) == metric for one in plain) and not any(
        metric[1] in expression for expression in expressions
    ):
        return None
    if len(plain) == 1 and not expressions:
        return Watch(alarm, plain[0])
    return Watch(alarm, None, "; ".join(expressions))


def _from_query(alarm: Alarm, query: Mapping[str, Any]) -> Alarm:
    """A metric alarm as the console writes it, with its one metric among `Metrics`, is a plain alarm."""
    stat = query["MetricStat"]
    metric = stat["Metric"]
    statistic = str(stat["Stat"])
    return replace(
        alarm,
        metric_namespace=metric["Namespace"],
        metric_name=metric["MetricName"],
        dimensions={dimension["Name"]: dimension["Value"] for dimension in metric.get("Dimensions") or ()},
        statistic=statistic if statistic in _PLAIN_STATISTICS else None,
        extended_statistic=None if statistic in _PLAIN_STATISTICS else statistic,
        period=stat.get("Period"),
        unit=stat.get("Unit"),
    )


def reaches(alarm: Alarm, value: float) -> bool:
    """Whether one change, written with this value, makes the alarm go off."""
    compare = _COMPARE.get(alarm.comparison or "")
    if compare is None or alarm.threshold is None:
        return False
    return compare(1.0 if alarm.statistic == "SampleCount" else value, alarm.threshold)


def judge_watch(watch: Watch, readings: Sequence[FilterReading]) -> Iterator[Finding]:
    """Whether the alarm's state follows the metric that the filters write, change by change."""
    alarm = watch.plain
    if alarm is None:
        yield Finding(
            UNKNOWN,
            "ALARM_STATISTIC",
            f"Alarm {watch.alarm.name} watches the expression {watch.expression}, which this audit can't work out.",
            f"Let an alarm watch the Sum of {_metric(readings)} itself, or try alarm {watch.alarm.name} with a drill.",
        )
        return
    yield from _dimensions(alarm)
    yield from _unit(alarm, readings)
    yield from _statistic(alarm, readings)
    yield from _comparison(alarm)
    yield from _threshold(alarm, readings)
    yield from _periods(alarm)
    yield from _missing_data(alarm, readings)


def _metric(readings: Sequence[FilterReading]) -> str:
    return readings[0].writes.metric_name


def _dimensions(alarm: Alarm) -> Iterator[Finding]:
    if alarm.dimensions:
        dimensions = ", ".join(f"{name}={value}" for name, value in sorted(alarm.dimensions.items()))
        yield Finding(
            FAIL,
            "ALARM_DIMENSIONS",
            f"Alarm {alarm.name} watches the metric with {dimensions}, which does not hold every change.",
            f"Take the dimensions out of alarm {alarm.name}.",
        )


def _unit(alarm: Alarm, readings: Sequence[FilterReading]) -> Iterator[Finding]:
    """Values are kept apart by unit, and a filter without a unit writes the unit None."""
    if alarm.unit is None:
        return
    seen = [reading for reading in readings if (reading.writes.unit or "None") == alarm.unit]
    events = [caught.event for caught in readings[0].pattern.events]
    if not seen or any(covers(readings, [event]) and not covers(seen, [event]) for event in events):
        yield Finding(
            FAIL,
            "ALARM_UNIT",
            f"Alarm {alarm.name} watches values in the unit {alarm.unit}, which the metric filter does not write, "
            "so it stays in INSUFFICIENT_DATA.",
            f"Take the unit out of alarm {alarm.name}.",
        )


def _statistic(alarm: Alarm, readings: Sequence[FilterReading]) -> Iterator[Finding]:
    """Sum counts the changes; Maximum and the number of samples see at least that there was one."""
    statistic = alarm.statistic or alarm.extended_statistic or ""
    if statistic == "Sum":
        return
    fix = f"Set the statistic of alarm {alarm.name} to Sum."
    if statistic == "Maximum" or (statistic == "SampleCount" and not _defaults(readings)):
        detail = f"Alarm {alarm.name} watches the {statistic} of the metric, which sees a change but is not prescribed."
        yield Finding(WARN, "ALARM_STATISTIC", detail, fix)
    else:
        detail = f"Alarm {alarm.name} watches the {statistic} of the metric, which does not count changes: "
        detail += (
            "default values are samples, too."
            if statistic == "SampleCount"
            else "another value beside it can hide one."
        )
        yield Finding(FAIL, "ALARM_STATISTIC", detail, fix)


def _defaults(readings: Sequence[FilterReading]) -> list[float]:
    """What is written in a minute in which events arrived and none matched."""
    return [reading.writes.default_value for reading in readings if reading.writes.default_value is not None]


def _comparison(alarm: Alarm) -> Iterator[Finding]:
    if alarm.comparison not in _COMPARE:
        yield Finding(
            FAIL,
            "ALARM_COMPARISON",
            f"Alarm {alarm.name} compares with {alarm.comparison}, so a change alone does not make it go off.",
            f"Set the comparison of alarm {alarm.name} to GreaterThanOrEqualToThreshold.",
        )


def _threshold(alarm: Alarm, readings: Sequence[FilterReading]) -> Iterator[Finding]:
    if alarm.comparison not in _COMPARE:
        return
    fix = f"Set the threshold of alarm {alarm.name} to 1, with GreaterThanOrEqualToThreshold."
    values = [value for reading in readings if (value := constant(reading.writes.metric_value)) and value > 0]
    if alarm.threshold is None or not any(reaches(alarm, value) for value in [*values, 1.0]):
        words = "above" if alarm.comparison == "GreaterThanThreshold" else "of at least"
        detail = f"Alarm {alarm.name} needs a value {words} {_number(alarm.threshold)}, so one change is not told."
        yield Finding(FAIL, "ALARM_THRESHOLD", detail, fix)
    elif any(_is_quietly_breached(alarm, default) for default in _defaults(readings)):
        detail = f"The metric filter's default value alone makes alarm {alarm.name} go off, so it stays in ALARM."
        yield Finding(FAIL, "ALARM_THRESHOLD", detail, fix)
    elif reaches(alarm, 0.0) and alarm.statistic != "SampleCount":
        detail = f"A value of 0 already makes alarm {alarm.name} go off; it works only while nothing writes a 0."
        yield Finding(WARN, "ALARM_THRESHOLD", detail, fix)


def _is_quietly_breached(alarm: Alarm, default: float) -> bool:
    """Whether a period without a change makes the alarm go off, by the default values of its minutes."""
    minutes = max(1, (alarm.period or _RESOLUTION) // _RESOLUTION)
    return reaches(alarm, default) or (alarm.statistic == "Sum" and reaches(alarm, default * minutes))


def _number(threshold: float | None) -> str:
    return "an unknown number" if threshold is None else f"{threshold:g}"


def _periods(alarm: Alarm) -> Iterator[Finding]:
    periods = alarm.evaluation_periods or 1
    needed = alarm.datapoints_to_alarm or periods
    period = alarm.period or 300
    fix = f"Let alarm {alarm.name} look at 1 period of 300 seconds."
    if needed > 1:
        detail = f"Alarm {alarm.name} needs changes in {needed} of {periods} periods, so a single one is not told."
        yield Finding(FAIL, "ALARM_PERIODS", detail, fix)
    elif period < _RESOLUTION:
        detail = f"Alarm {alarm.name} looks at periods of {period} seconds, but a metric filter writes once a minute."
        yield Finding(WARN, "ALARM_PERIODS", detail, fix)
    elif period * periods > _LONG_WINDOW:
        detail = (
            f"Alarm {alarm.name} stays in ALARM for {period * periods // 60} minutes after a change, "
            "and further changes in that time are not told."
        )
        yield Finding(WARN, "ALARM_PERIODS", detail, fix)


def _missing_data(alarm: Alarm, readings: Sequence[FilterReading]) -> Iterator[Finding]:
    """The metric is sparse: between changes there is no data, so that rules whether the alarm leaves ALARM.

    notBreaching leads to OK and missing, the default, to INSUFFICIENT_DATA; from both the next change is a
    transition to ALARM. Under ignore only a default value of the filter, written while other events arrive, does.
    """
    fix = f"Let alarm {alarm.name} treat missing data as notBreaching."
    if alarm.treat_missing_data == "breaching":
        detail = f"Alarm {alarm.name} treats missing data as breaching, so it stays in ALARM and never notifies again."
        yield Finding(FAIL, "ALARM_MISSING_DATA", detail, fix)
    elif alarm.treat_missing_data == "ignore":
        if any(not _is_quietly_breached(alarm, default) for default in _defaults(readings)):
            detail = f"Alarm {alarm.name} ignores missing data; it leaves ALARM only while other events go on arriving."
            yield Finding(WARN, "ALARM_MISSING_DATA", detail, fix)
        else:
            detail = f"Alarm {alarm.name} ignores missing data, so it stays in ALARM and never notifies again."
            yield Finding(FAIL, "ALARM_MISSING_DATA", detail, fix)
