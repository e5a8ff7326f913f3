# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms keep how they look at their metric: by a statistic, by a percentile, or by a list of metrics.

Follows PutMetricAlarm and MetricAlarm of the Amazon CloudWatch API Reference: an alarm has one of Statistic and
ExtendedStatistic, and with Metrics neither a metric of its own nor a period.
"""

from __future__ import annotations

from typing import Any

from ministack.services import cloudwatch

from corrections.wrap import replace

_OF_ONE_METRIC = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Unit")


def apply() -> None:
    """Let PutMetricAlarm keep what it is given, and nothing that it is not."""
    original = cloudwatch._put_metric_alarm

    def put_metric_alarm(params: Any, data: dict[str, Any], is_cbor: bool, is_json: bool = False) -> Any:
        answer = original(params, data, is_cbor, is_json)
        if answer[0] != 200 or not data:  # botocore sends CBOR or JSON; the Query protocol stays as it is
            return answer
        alarm = cloudwatch._alarms[data["AlarmName"]]
        if data.get("Metrics"):
            alarm["Metrics"] = data["Metrics"]
            _remove(alarm, *_OF_ONE_METRIC)
        elif data.get("ExtendedStatistic"):
            _remove(alarm, "Statistic")
        if data.get("EvaluateLowSampleCountPercentile"):
            alarm["EvaluateLowSampleCountPercentile"] = data["EvaluateLowSampleCountPercentile"]
        return answer

    replace(cloudwatch, "_put_metric_alarm", put_metric_alarm)


def metric_of(alarm: dict[str, Any]) -> dict[str, Any] | None:
    """Return the alarm as one that says its only metric itself, or None where it computes with several."""
    metrics = alarm.get("Metrics")
    if not metrics:
        return alarm
    looked_at = metrics[0].get("MetricStat") if len(metrics) == 1 else None
    if not looked_at:
        return None
    return {**alarm, **looked_at["Metric"], **looked_at, "ExtendedStatistic": looked_at["Stat"]}


def _remove(alarm: dict[str, Any], *fields: str) -> None:
    for field in fields:
        alarm.pop(field, None)
