# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms evaluate their own metric, period by period, and come back when it calms down.

Follows 'Alarm evaluation' and 'Configuring how CloudWatch alarms treat missing data' of the Amazon CloudWatch User
Guide: the metric is the one with exactly the alarm's dimensions and unit; M of the last N periods must breach;
missing periods count as the alarm says. AWS looks at more periods than N where some are missing; this does not.
"""

from __future__ import annotations

import operator
import time
from typing import Any

import clock
from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from corrections import log_alarms
from corrections.alarm_metrics import metric_of
from corrections.wrap import replace

COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


def apply() -> None:
    """Put this evaluation in the place of the emulator's."""
    replace(cloudwatch, "_evaluate_alarm", evaluate)


def evaluate_here() -> None:
    """Evaluate the alarms of the account and region of this request."""
    for alarm in list(cloudwatch._alarms.values()):
        cloudwatch._evaluate_alarm(alarm)


def evaluate_everywhere() -> None:
    """Evaluate the alarms of all accounts."""
    for account, region, name in list(cloudwatch._alarms._data):
        with request_scope(account, region):
            cloudwatch._evaluate_alarm(cloudwatch._alarms[name])


def evaluate(alarm: dict[str, Any]) -> None:
    """Let an alarm take the state that its metric asks for, and act on a transition."""
    if log_alarms.is_log_alarm(alarm):
        return  # log_alarm_evaluation evaluates it
    old, looking = alarm["StateValue"], metric_of(alarm)
    if looking is None:
        return  # metric math is not computed here
    values = _values(looking)
    new = _state(alarm, values) or old
    if new == old:
        return
    reason = f"Threshold Crossed: datapoints {values} against {alarm['ComparisonOperator']} {alarm['Threshold']}."
    alarm.update(StateValue=new, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _values(alarm: dict[str, Any]) -> list[float | None]:
    """Return the statistic of each of the last periods, newest first; None where there is no datum."""
    dimensions = {one["Name"]: one["Value"] for one in alarm.get("Dimensions") or ()}
    key = (alarm.get("Namespace"), alarm.get("MetricName"), cloudwatch._dims_key(dimensions))
    data = cloudwatch._metrics.get(key) or []
    if alarm.get("Unit"):
        data = [datum for datum in data if datum.get("Unit") == alarm["Unit"]]
    now, period = clock.now(), alarm["Period"]
    return [
        _statistic(alarm, [datum for datum in data if end - period < datum["Timestamp"] <= end])
        for end in (now - number * period for number in range(alarm["EvaluationPeriods"]))
    ]


def _statistic(alarm: dict[str, Any], data: list[dict[str, Any]]) -> float | None:
    if not data:
        return None
    name = alarm.get("ExtendedStatistic") or alarm["Statistic"]
    value: float | None = cloudwatch._stat_value(cloudwatch._calc_stats(data), name, data)
    return value


def _state(alarm: dict[str, Any], values: list[float | None]) -> str | None:
    """Return the state to take, or None to stay in the one that it has."""
    treatment = alarm.get("TreatMissingData") or "missing"
    compare = COMPARISONS[alarm["ComparisonOperator"]]
    breaches = [compare(value, alarm["Threshold"]) for value in values if value is not None]
    missing = len(values) - len(breaches)
    if not breaches and treatment in ("missing", "ignore"):
        return "INSUFFICIENT_DATA" if treatment == "missing" else None
    breaching = sum(breaches) + (missing if treatment == "breaching" else 0)
    return "ALARM" if breaching >= (alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"]) else "OK"
