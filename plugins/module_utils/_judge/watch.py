# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which metric an alarm watches, and what of it the alarm sees. Pure.

Each combination of dimensions is a separate metric, and values are kept apart by their unit:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._account.metric_query import may_be_about
from .._account.observation import Alarm
from .filter_settings import added_dimensions
from .filters import FilterReading, Metric

_PLAIN_STATISTICS = ("Sum", "Average", "Minimum", "Maximum", "SampleCount")
# What a quoted value of a pattern does not take for itself.
_WILD = frozenset('*%"\\')


@dataclass(frozen=True)
class Watch:
    """An alarm on a metric, read as the plain alarm that it amounts to; without one if it is on an expression."""

    alarm: Alarm
    plain: Alarm | None
    expression: str = ""


def watch_of(alarm: Alarm, metric: Metric) -> Watch | None:
    """The alarm as one on the metric of its account, or None if it watches something else."""
    namespace, name = metric
    if not alarm.metrics:
        if alarm.expression and may_be_about(alarm.expression, name, namespace):
            return Watch(alarm, None, alarm.expression)
        return Watch(alarm, alarm) if (alarm.metric_namespace, alarm.metric_name) == metric else None
    own = [query for query in alarm.metrics if query.get("AccountId") in (None, alarm.account)]
    expressions = [str(query["Expression"]) for query in own if query.get("Expression")]
    plain = [_from_query(alarm, query) for query in own if query.get("MetricStat")]
    if not any((one.metric_namespace, one.metric_name) == metric for one in plain) and not any(
        may_be_about(expression, name, namespace) for expression in expressions
    ):
        return None
    if len(plain) == 1 and not expressions and len(alarm.metrics) == 1:
        return Watch(alarm, plain[0])
    return Watch(alarm, None, "; ".join(expressions))


def watched_accounts(alarm: Alarm, metric: Metric) -> tuple[str, ...]:
    """The other accounts whose metric of that name the alarm watches."""
    queries = [query for query in alarm.metrics if query.get("AccountId") not in (None, alarm.account)]
    stats = [(query["AccountId"], query["MetricStat"]["Metric"]) for query in queries if query.get("MetricStat")]
    return tuple(
        account for account, watched in stats if (watched.get("Namespace"), watched.get("MetricName")) == metric
    )


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


def seen_by(alarm: Alarm, readings: Sequence[FilterReading]) -> tuple[FilterReading, ...]:
    """The filters that write to the very metric of the alarm, by its dimensions, each for the records that go there."""
    found = []
    for reading in readings:
        names = added_dimensions(reading)
        if set(names) != set(alarm.dimensions) or not _are_selectable(reading, alarm):
            continue
        fields = {selector: alarm.dimensions[name] for name, selector in reading.writes.dimensions.items()}
        found.append(reading.where(fields) if fields else reading)
    return tuple(found)


def has_fields_of(alarm: Alarm, readings: Sequence[FilterReading]) -> bool:
    """Whether the alarm sees only the records of one of the filters whose fields have certain values."""
    return bool(alarm.dimensions) and any(reading.writes.dimensions for reading in readings)


def _are_selectable(reading: FilterReading, alarm: Alarm) -> bool:
    """Whether the dimensions' values can be compared in the pattern; AWS's own dimensions are not documented."""
    values = [alarm.dimensions[name] for name in reading.writes.dimensions]
    has_fields = not values or reading.pattern.text.lstrip().startswith("{")
    return (
        has_fields
        and not reading.filter.emit_system_field_dimensions
        and not any(_WILD & set(value) for value in values)
    )


def in_unit(alarm: Alarm, readings: Sequence[FilterReading]) -> tuple[FilterReading, ...]:
    """Those of the filters that write in the alarm's unit; all of them for an alarm without one.

    A filter without a unit writes the unit None.
    """
    return tuple(one for one in readings if alarm.unit in (None, unit_of(one)))


def unit_of(reading: FilterReading) -> str:
    """The unit that the filter writes its values in."""
    return reading.writes.unit or "None"
