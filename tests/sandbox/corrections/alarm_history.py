# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of an alarm's state is remembered with what the alarm looked at.

Follows DescribeAlarmHistory of the Amazon CloudWatch API Reference and 'Alarm events and EventBridge' of its User
Guide: newState.stateReasonData of a StateUpdate has where the evaluated minutes begin, the period and the values. A
state that was set by hand has none.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from ministack.services import cloudwatch

from corrections.wrap import replace

_MINUTE = 60


def apply() -> None:
    """Add what an evaluation looked at."""
    original = cloudwatch._record_history

    def record_history(
        name: str, old: str, new: str, reason: str, alarm_type: str = "MetricAlarm", reason_data: Any = None
    ) -> None:
        alarm = cloudwatch._alarms.get(name)
        if reason_data is None and alarm and alarm.get("Period") and reason.startswith("Threshold Crossed"):
            reason_data = _looked_at(alarm)
        original(name, old, new, reason, alarm_type, reason_data)

    replace(cloudwatch, "_record_history", record_history)


def _looked_at(alarm: dict[str, Any]) -> dict[str, Any]:
    now = time.time()  # the history's own clock
    until = (now // _MINUTE + 1) * _MINUTE
    return {
        "version": "1.0",
        "queryDate": _written(now),
        "startDate": _written(until - alarm["Period"] * alarm["EvaluationPeriods"]),
        "statistic": alarm.get("Statistic"),
        "period": alarm["Period"],
        "threshold": alarm.get("Threshold"),
    }


def _written(moment: float) -> str:
    return datetime.fromtimestamp(moment, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
