# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account has besides: metric filters and alarms of others, which an auditor reads and has to tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FILTERS = 60
ALARMS = 200
NAMESPACE = "Operations"
_PATTERNS = (
    '{{ $.eventName = "Describe{0}" }}',
    '{{ ($.eventSource = "service{0}.amazonaws.com") && ($.errorCode = "*") }}',
    '{{ ($.userIdentity.userName = "deploy{0}*") && ($.sourceIPAddress != "198.51.100.{0}") }}',
    '{{ ($.eventName = "Delete*") && ($.userIdentity.arn != "*role/pipeline{0}/*") }}',
    '"job{0} failed" -retry',
    '{{ ($.requestParameters.instanceType = "x{0}.*") || ($.responseElements.pendingTime NOT EXISTS) }}',
)


def metric_filters() -> Iterator[dict[str, Any]]:
    """Yield the arguments of PutMetricFilter, except for the log group."""
    for number in range(FILTERS):
        yield {
            "filterName": f"operations-{number}",
            "filterPattern": _PATTERNS[number % len(_PATTERNS)].format(number),
            "metricTransformations": [
                {"metricName": f"operations-{number}", "metricNamespace": NAMESPACE, "metricValue": "1"}
            ],
        }


def alarms(topic: str) -> Iterator[dict[str, Any]]:
    """Yield the arguments of PutMetricAlarm: an alarm for each filter, and the rest on metrics of instances."""
    for number in range(ALARMS):
        metric: dict[str, Any] = {"Namespace": NAMESPACE, "MetricName": f"operations-{number}"}
        if number >= FILTERS:
            instance = {"Name": "InstanceId", "Value": f"i-{number:017x}"}
            metric = {"Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "Dimensions": [instance]}
        yield {
            **metric,
            "AlarmName": f"operations-{number}",
            "Statistic": "Average",
            "Period": 300,
            "Threshold": 80,
            "EvaluationPeriods": 3,
            "ComparisonOperator": "GreaterThanThreshold",
            "AlarmActions": [topic],
        }
