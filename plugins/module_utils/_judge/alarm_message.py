# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message that an alarm publishes to a topic when it goes into ALARM, as far as it is known beforehand. Pure.

The keys: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
Its tags: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-tags-in-notifications.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from .._account.observation import Alarm

DRILL: Final = "DRILL of "
"""How the reason of a state begins that a drill has set, so that no one takes it for an event."""

UNSURE: Final = object()
"""The message has the key, with a value that is not known beforehand."""

PERHAPS: Final = object()
"""It is not known whether the message has the key."""

# The longest reason for a new state is 1,023 characters, and other unknown values are short.
_LONGEST_UNKNOWN = 4096


def alarm_message(alarm: Alarm) -> Mapping[str, Any]:
    """The keys of the message, with the values that are known of an alarm that goes into ALARM."""
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description or None,
        "AWSAccountId": alarm.account,
        "AlarmConfigurationUpdatedTimestamp": UNSURE,
        "NewStateValue": "ALARM",
        "NewStateReason": UNSURE,
        "StateChangeTime": UNSURE,
        "Region": UNSURE,  # a name such as 'EU (Ireland)'
        "AlarmArn": alarm.arn,
        "OldStateValue": UNSURE,
        "ActionExecutedAfterMuteWindow": False,
        "OKActions": list(alarm.ok_actions),
        "AlarmActions": list(alarm.alarm_actions),
        "InsufficientDataActions": list(alarm.insufficient_data_actions),
        **_cause(alarm),
        **({"AlarmTagsStatus": UNSURE, "AlarmTags": PERHAPS} if alarm.sends_tags else {}),
    }


def _cause(alarm: Alarm) -> Mapping[str, Any]:
    """What set the alarm off: a metric, or the alarms of a composite one's rule."""
    if alarm.rule is not None:
        return {"AlarmRule": alarm.rule, "TriggeringChildren": UNSURE, "Trigger": PERHAPS}
    if alarm.metrics or alarm.expression:
        return {"Trigger": UNSURE}
    is_plain = alarm.extended_statistic is None
    trigger: dict[str, Any] = {
        "MetricName": alarm.metric_name,
        "Namespace": alarm.metric_namespace,
        "StatisticType": "Statistic" if is_plain else "ExtendedStatistic",
        "Unit": alarm.unit,
        "Dimensions": UNSURE,
        "Period": alarm.period,
        "EvaluationPeriods": alarm.evaluation_periods,
        "ComparisonOperator": alarm.comparison,
        "Threshold": alarm.threshold,
        "TreatMissingData": UNSURE,
        "EvaluateLowSampleCountPercentile": UNSURE,
    }
    if is_plain:
        trigger["Statistic"] = (alarm.statistic or "").upper()
    else:
        trigger["ExtendedStatistic"] = alarm.extended_statistic
    if alarm.datapoints_to_alarm is not None:
        trigger["DatapointsToAlarm"] = alarm.datapoints_to_alarm
    return {"Trigger": trigger}


def size_of_message(alarm: Alarm) -> tuple[int, int]:
    """The least and the most bytes of the message, the most by a generous estimate of what is not known."""
    known = json.dumps(alarm_message(alarm), default=lambda _unknown: "", separators=(",", ":"), ensure_ascii=False)
    least = len(known.encode())
    return least, least + _LONGEST_UNKNOWN
