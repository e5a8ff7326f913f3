# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the fourth link of a path: does the alarm go into ALARM at one change, and again at the next? Pure.

Follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html:
an alarm acts when its state changes, so it has to leave ALARM again without help.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from .._account.alarm_rule import INSUFFICIENT_DATA
from .._account.observation import Alarm
from .filter_findings import words
from .filter_settings import added_dimensions
from .filters import FilterReading, covers
from .findings import FAIL, UNKNOWN, WARN, Finding
from .statistic import judge_statistic
from .values import COMPARE, RESOLUTION, Written, minutes, reaches
from .watch import Watch, in_unit, seen_by, unit_of

# The prescribed alarm looks at five minutes; up to an hour a reader still takes one message for one change.
_LONG_WINDOW = 3600

PRESCRIBED: Final = Alarm(
    arn="",
    name="",
    account="",
    region="",
    actions_enabled=True,
    alarm_actions=(),
    state="OK",
    statistic="Sum",
    period=300,
    evaluation_periods=1,
    threshold=1.0,
    comparison="GreaterThanOrEqualToThreshold",
)
"""The alarm that the benchmark prescribes, to look at filters from where there is none."""


def judge_watch(watch: Watch, readings: Sequence[FilterReading], now: datetime) -> Iterator[Finding]:
    """Whether the alarm's state follows the metric that the filters write, change by change.

    `now` is when the alarm was read.
    """
    yield from _warming_up(watch.alarm, now)
    yield from _evaluation(watch.alarm)
    alarm = watch.plain
    if alarm is None:
        yield Finding(
            UNKNOWN,
            "ALARM_STATISTIC",
            f"Alarm {watch.alarm.name} watches the expression {watch.expression}, which this audit can't evaluate.",
            f"Create an alarm on the Sum of {_metric(readings)} itself, or test alarm {watch.alarm.name} with a drill.",
        )
        return
    yield from _dimensions(alarm, readings)
    readings = seen_by(alarm, readings) or readings
    yield from _unit(alarm, readings)
    readings = in_unit(alarm, readings) or readings
    yield from judge_statistic(alarm, readings)
    yield from _comparison(alarm)
    yield from _threshold(alarm, readings)
    yield from _periods(alarm)
    yield from _missing_data(alarm, readings)


def _metric(readings: Sequence[FilterReading]) -> str:
    return readings[0].writes.metric_name


def _warming_up(alarm: Alarm, now: datetime) -> Iterator[Finding]:
    """After it was made or changed, an alarm may wait in INSUFFICIENT_DATA without acting.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_WarmUpConfiguration.html
    """
    if not alarm.warm_up_minutes or alarm.state != INSUFFICIENT_DATA:
        return
    end = alarm.updated_at + timedelta(minutes=alarm.warm_up_minutes) if alarm.updated_at else None
    if end is not None and end <= now:
        return
    until = f"until {end:%Y-%m-%d %H:%M} UTC" if end else f"for {alarm.warm_up_minutes} minutes"
    fix = f"Audit again after the warm-up of alarm {alarm.name}, or shorten it."
    if alarm.warm_up_is_fixed and end:
        detail = f"Alarm {alarm.name} is in its warm-up {until} and does not act on changes before that."
        yield Finding(FAIL, "ALARM_WARMING_UP", detail, fix)
    else:
        detail = f"Alarm {alarm.name} may be in its warm-up {until}, during which it does not act on changes."
        yield Finding(UNKNOWN, "ALARM_WARMING_UP", detail, fix)


def _evaluation(alarm: Alarm) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html, EvaluationState."""
    if alarm.evaluation_state == "EVALUATION_ERROR":
        detail = f"CloudWatch can't evaluate alarm {alarm.name} because of an error in its configuration."
        fix = f"Fix the error that the state reason of alarm {alarm.name} names."
        yield Finding(FAIL, "ALARM_NOT_EVALUATED", detail, fix)
    elif alarm.evaluation_state:
        detail = f"CloudWatch reports {alarm.evaluation_state} for alarm {alarm.name}, so it may miss a change now."
        yield Finding(UNKNOWN, "ALARM_NOT_EVALUATED", detail, "Audit again.")


def _dimensions(alarm: Alarm, readings: Sequence[FilterReading]) -> Iterator[Finding]:
    if alarm.dimensions and not seen_by(alarm, readings):
        dimensions = ", ".join(f"{name}={value}" for name, value in sorted(alarm.dimensions.items()))
        are_written = any(set(alarm.dimensions) == set(added_dimensions(reading)) for reading in readings)
        if are_written:
            detail = f"It can't be determined whether alarm {alarm.name} gets every change with {dimensions}."
        else:
            detail = f"Alarm {alarm.name} watches the metric with {dimensions}, which does not have every change."
        yield Finding(
            UNKNOWN if are_written else FAIL,
            "ALARM_DIMENSIONS",
            detail,
            f"Remove the dimensions from alarm {alarm.name}.",
        )


def _unit(alarm: Alarm, readings: Sequence[FilterReading]) -> Iterator[Finding]:
    """Values are kept apart by unit, and what an alarm without one sees of several is not defined."""
    units = sorted({unit_of(reading) for reading in readings})
    if alarm.unit is None:
        if len(units) > 1:
            yield Finding(
                UNKNOWN,
                "ALARM_UNIT",
                f"The metric has values in the units {words(units)}, and AWS does not define which of them "
                f"alarm {alarm.name} without a unit evaluates.",
                "Configure all metric filters on the metric with the same unit, or with none.",
            )
        return
    seen = in_unit(alarm, readings)
    cases = [caught.case for caught in readings[0].pattern.cases]
    if not seen or any(covers(readings, [case]) and not covers(seen, [case]) for case in cases):
        yield Finding(
            FAIL,
            "ALARM_UNIT",
            f"Alarm {alarm.name} watches values in the unit {alarm.unit}, which the metric filter does not write, "
            "so it stays in INSUFFICIENT_DATA.",
            f"Remove the unit from alarm {alarm.name}.",
        )


def _comparison(alarm: Alarm) -> Iterator[Finding]:
    if alarm.comparison not in COMPARE:
        yield Finding(
            FAIL,
            "ALARM_COMPARISON",
            f"Alarm {alarm.name} compares with {alarm.comparison}, so a change does not make it go into ALARM.",
            f"Set the comparison of alarm {alarm.name} to GreaterThanOrEqualToThreshold.",
        )


def _threshold(alarm: Alarm, readings: Sequence[FilterReading]) -> Iterator[Finding]:
    if alarm.comparison not in COMPARE:
        return
    fix = f"Set the threshold of alarm {alarm.name} to 1, with GreaterThanOrEqualToThreshold."
    written = Written.by(readings)
    values = [value for value in written.counts if value > 0]
    if alarm.threshold is None or not any(reaches(alarm, value) for value in [*values, 1.0]):
        words = "above" if alarm.comparison == "GreaterThanThreshold" else "of at least"
        detail = f"Alarm {alarm.name} needs a value {words} {_number(alarm.threshold)}, so one change does not notify."
        yield Finding(FAIL, "ALARM_THRESHOLD", detail, fix)
    elif any(_is_quietly_breached(alarm, default) for default in written.defaults):
        detail = (
            f"The default value of the metric filter already makes alarm {alarm.name} go into ALARM, so it stays there."
        )
        yield Finding(FAIL, "ALARM_THRESHOLD", detail, fix)
    elif reaches(alarm, 0.0) and alarm.statistic != "SampleCount":
        detail = (
            f"A value of 0 already makes alarm {alarm.name} go into ALARM. It works only while no filter writes a 0."
        )
        yield Finding(WARN, "ALARM_THRESHOLD", detail, fix)


def _is_quietly_breached(alarm: Alarm, default: float) -> bool:
    """Whether a period without a change makes the alarm go into ALARM, by the default values of its minutes."""
    return reaches(alarm, default) or (alarm.statistic == "Sum" and reaches(alarm, default * minutes(alarm)))


def _number(threshold: float | None) -> str:
    return "an unknown number" if threshold is None else f"{threshold:g}"


def _periods(alarm: Alarm) -> Iterator[Finding]:
    periods = alarm.evaluation_periods or 1
    needed = alarm.datapoints_to_alarm or periods
    period = alarm.period or 300
    fix = f"Configure alarm {alarm.name} with 1 period of 300 seconds."
    if needed > 1:
        detail = (
            f"Alarm {alarm.name} needs changes in {needed} of {periods} periods, so a single change does not notify."
        )
        yield Finding(FAIL, "ALARM_PERIODS", detail, fix)
    elif period < RESOLUTION:
        detail = f"Alarm {alarm.name} has periods of {period} seconds, but a metric filter writes once a minute."
        yield Finding(WARN, "ALARM_PERIODS", detail, fix)
    elif period * periods > _LONG_WINDOW:
        detail = (
            f"Alarm {alarm.name} stays in ALARM for {period * periods // 60} minutes after a change, "
            "and further changes in that time do not notify."
        )
        yield Finding(WARN, "ALARM_PERIODS", detail, fix)


def _missing_data(alarm: Alarm, readings: Sequence[FilterReading]) -> Iterator[Finding]:
    """The metric is sparse: between changes there is no data, so that rules whether the alarm leaves ALARM.

    notBreaching leads to OK and missing, the default, to INSUFFICIENT_DATA; from both the next change is a
    transition to ALARM. Under ignore only a default value of the filter, written while other events arrive, does.
    """
    fix = f"Configure alarm {alarm.name} to treat missing data as notBreaching."
    if alarm.treat_missing_data == "breaching":
        detail = f"Alarm {alarm.name} treats missing data as breaching, so it stays in ALARM and notifies only once."
        yield Finding(FAIL, "ALARM_MISSING_DATA", detail, fix)
    elif alarm.treat_missing_data == "ignore":
        if any(not _is_quietly_breached(alarm, default) for default in Written.by(readings).defaults):
            detail = f"Alarm {alarm.name} ignores missing data, so it leaves ALARM only while other events arrive."
            yield Finding(WARN, "ALARM_MISSING_DATA", detail, fix)
        else:
            detail = f"Alarm {alarm.name} ignores missing data, so it stays in ALARM and notifies only once."
            yield Finding(FAIL, "ALARM_MISSING_DATA", detail, fix)
