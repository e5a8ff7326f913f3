# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What in a metric filter's settings keeps its values from an alarm, or may. Pure.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html says what a filter
writes, https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html what it looks at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .._account import field_selection
from .._account.observation import Alarm, LogGroup
from .filter_findings import words
from .filters import FilterReading
from .findings import FAIL, UNKNOWN, WARN, Finding
from .values import constant, reaches


@dataclass(frozen=True)
class View:
    """Where a filter's settings are looked at from: its log group, and the alarm on its metric."""

    group: LogGroup
    alarm: Alarm | None  # None for an expression that can't be worked out, or where no alarm is there


def judge_settings(reading: FilterReading, view: View) -> tuple[Finding, ...]:
    """What in the filter's settings keeps its values from the alarm, or may.

    An alarm with the filter's dimensions gets what it writes; of an expression, that is not known.
    """
    return (
        *_dimensions(reading, view.alarm),
        *_selection(reading, view.group),
        *_transformed(reading),
        *_value(reading, view.alarm),
    )


def _dimensions(reading: FilterReading, alarm: Alarm | None) -> Iterator[Finding]:
    added = added_dimensions(reading)
    if not added or alarm is None or set(alarm.dimensions) == set(added):
        return
    name, noun = reading.filter.name, "dimension" if len(added) == 1 else "dimensions"
    yield Finding(
        FAIL,
        "FILTER_HAS_DIMENSIONS",
        f"Metric filter {name} adds the {noun} {words(added)}, so an alarm without dimensions gets no data.",
        f"Remove the {noun} from metric filter {name}.",
    )


def added_dimensions(reading: FilterReading) -> tuple[str, ...]:
    """The names of the dimensions that the filter writes its values with."""
    return (*reading.writes.dimensions, *reading.filter.emit_system_field_dimensions)


def _selection(reading: FilterReading, group: LogGroup) -> Iterator[Finding]:
    """Log events that CloudTrail writes have the account and the region of its log group."""
    criteria, name = reading.filter.field_selection_criteria, reading.filter.name
    if not criteria:
        return
    selects = field_selection.selects(criteria, {"@aws.account": group.account, "@aws.region": group.region})
    fix = f"Remove the field selection criteria from metric filter {name}."
    if selects is None:
        detail = (
            f"It can't be determined whether metric filter {name} evaluates every event, by its criteria {criteria}."
        )
        yield Finding(UNKNOWN, "FILTER_FIELD_SELECTION", detail, fix)
    elif selects:
        detail = f"Metric filter {name} evaluates only events with {criteria}, which all events of a trail here have."
        yield Finding(WARN, "FILTER_FIELD_SELECTION", detail, fix)
    else:
        detail = f"Metric filter {name} evaluates only events with {criteria}, so others are not counted."
        yield Finding(FAIL, "FILTER_FIELD_SELECTION", detail, fix)


def _transformed(reading: FilterReading) -> Iterator[Finding]:
    name = reading.filter.name
    if reading.filter.apply_on_transformed_logs:
        yield Finding(
            FAIL,
            "FILTER_ON_TRANSFORMED_LOGS",
            f"Metric filter {name} evaluates transformed events, which may lack the fields that CloudTrail writes.",
            f"Configure metric filter {name} to evaluate the original events (applyOnTransformedLogs: false).",
        )


def _value(reading: FilterReading, alarm: Alarm | None) -> Iterator[Finding]:
    name, text = reading.filter.name, reading.writes.metric_value
    value = constant(text)
    is_counted = alarm is not None and alarm.statistic == "SampleCount" and value is not None
    if alarm is None or is_counted:
        return
    if value is None or value <= 0:
        detail = f"Metric filter {name} writes {text!r} to its metric, which does not count a change."
    elif not reaches(alarm, value) and reaches(alarm, 1.0):
        detail = f"Metric filter {name} writes {text} for a change, which does not reach the alarm's threshold."
    else:
        return
    yield Finding(FAIL, "FILTER_VALUE_UNUSABLE", detail, f'Set the metric value of metric filter {name} to "1".')
