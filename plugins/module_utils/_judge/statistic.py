# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a change show in an alarm's statistic, whatever else its period holds? Pure.

It does where every value that the filters can write makes the alarm go off, as all ones do under Average, and it does
under Sum as long as nothing takes away from it.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .._account.observation import Alarm
from .filters import FilterReading
from .findings import FAIL, UNKNOWN, WARN, Finding
from .values import Written, constant, minutes, reaches

# The whole-number or decimal percentile that CloudWatch takes, p100 being the Maximum.
_PERCENTILE = re.compile(r"p\d{1,3}(\.\d+)?")
_MEANS = re.compile(r"(tm|wm)\d|TM\(|WM\(|IQM", re.IGNORECASE)


def judge_statistic(alarm: Alarm, readings: Sequence[FilterReading]) -> Iterator[Finding]:
    """The findings on the alarm's statistic, by all that the filters write."""
    statistic = alarm.statistic or alarm.extended_statistic or ""
    written = Written.by(readings)
    if statistic == "Sum":
        return
    if statistic == "SampleCount" and written.defaults:
        yield _hidden(alarm, FAIL, "default values also count as samples")
    elif statistic in ("Maximum", "SampleCount", "p100"):
        yield _unusual(alarm)
    elif statistic in ("Average", "Minimum") or _PERCENTILE.fullmatch(statistic) or _MEANS.match(statistic):
        yield from _between(alarm, statistic, written)
    else:
        yield _hidden(alarm, UNKNOWN, "AWS does not document its result for a single value")


def _between(alarm: Alarm, statistic: str, written: Written) -> Iterator[Finding]:
    """Statistics that lie between the least and the greatest value of a period."""
    if written.change(alarm) is None:
        yield _unusual(alarm)  # no value makes it go off, which others say
    elif any(not reaches(alarm, value) for value in written.counts):
        yield _hidden(alarm, FAIL, "another value in the period can hide one")
    elif any(not reaches(alarm, default) for default in written.defaults):
        # By AWS's words a filter writes no default value in the minute in which it counts a change.
        is_hidden = minutes(alarm) > 1 and (statistic != "Average" or not reaches(alarm, written.least_average(alarm)))
        why = "another value in the period can hide one"
        if not is_hidden:
            why = "AWS does not document how many default values a period has"
        yield _hidden(alarm, FAIL if is_hidden else UNKNOWN, why)
    elif written.has_fields:
        yield _hidden(alarm, UNKNOWN, "a filter writes the number in a field, which can hide one")
    elif _PERCENTILE.fullmatch(statistic) and alarm.low_sample_percentile == "ignore":
        yield _hidden(alarm, FAIL, "it keeps its state while there are few values, as after a single change")
    elif _MEANS.match(statistic):
        yield _hidden(alarm, UNKNOWN, "AWS does not document its result for a single value")
    else:
        yield _unusual(alarm)


def _unusual(alarm: Alarm) -> Finding:
    statistic = alarm.statistic or alarm.extended_statistic
    detail = f"Alarm {alarm.name} watches the {statistic} of the metric, which shows a change but is not prescribed."
    return Finding(WARN, "ALARM_STATISTIC", detail, _fix(alarm))


def _hidden(alarm: Alarm, status: str, why: str) -> Finding:
    statistic = alarm.statistic or alarm.extended_statistic or "unknown statistic"
    does = "does not count changes" if status == FAIL else "may not show a change"
    detail = f"Alarm {alarm.name} watches the {statistic} of the metric, which {does}: {why}."
    return Finding(status, "ALARM_STATISTIC", detail, _fix(alarm))


def _fix(alarm: Alarm) -> str:
    return f"Set the statistic of alarm {alarm.name} to Sum."


def judge_cancelling(alarm: Alarm, readings: Sequence[FilterReading]) -> Iterator[Finding]:
    """What a filter writes that takes away from the Sum of a period in which there was a change."""
    written = Written.by(readings)
    if alarm.statistic != "Sum" or written.change(alarm) is None:
        return
    for reading in readings:
        value, default = constant(reading.writes.metric_value), reading.writes.default_value
        name, text = reading.filter.name, reading.writes.metric_value
        fix = f'Set the metric value of metric filter {name} to "1", and its default value to 0 or none.'
        if value is not None and value < 0:
            detail = f"Metric filter {name} writes {text}, which can cancel a change in the Sum of alarm {alarm.name}."
            yield Finding(FAIL, "FILTER_VALUE_UNUSABLE", detail, fix)
        elif value is None and len(readings) > 1:
            detail = f"Metric filter {name} writes {text}, which may cancel a change in the Sum of alarm {alarm.name}."
            yield Finding(UNKNOWN, "FILTER_VALUE_UNUSABLE", detail, fix)
        if default is not None and default < 0:
            is_lost = not reaches(alarm, written.least_sum(alarm))
            what = "cancels a change" if is_lost else "may cancel a change"
            detail = (
                f"Metric filter {name} writes {default:g} for a minute without a change, which {what} "
                f"in the Sum of alarm {alarm.name} over its period."
            )
            yield Finding(FAIL if is_lost else UNKNOWN, "FILTER_VALUE_UNUSABLE", detail, fix)
