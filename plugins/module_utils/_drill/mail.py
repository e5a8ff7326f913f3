# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An alarm notification as e-mail subscribers see it: they get text, where a queue gets JSON. Pure.

The JSON is described in 'Notifying users on alarm changes' of the Amazon CloudWatch User Guide. The text has its fields
under the names and in the order of CloudWatch's own, which no document describes; its fixed sentences are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_DETAILS = (
    ("Name", "AlarmName"),
    ("Description", "AlarmDescription"),
    ("Reason for State Change", "NewStateReason"),
    ("Timestamp", "StateChangeTime"),
    ("AWS Account", "AWSAccountId"),
    ("Alarm Arn", "AlarmArn"),
)
_METRIC = (
    ("MetricNamespace", "Namespace"),
    ("MetricName", "MetricName"),
    ("Period", "Period"),
    ("Statistic", "Statistic"),
)


def alarm_of(envelope: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the alarm's message that SNS has wrapped for a queue, {} for a message that is none of an alarm's."""
    try:
        message = json.loads(envelope.get("Message", ""))
    except ValueError:
        return {}
    return message if isinstance(message, Mapping) and "AlarmName" in message else {}


def mail(envelope: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the lines of the e-mail, the subject first."""
    alarm = alarm_of(envelope)
    return tuple(_lines(str(envelope.get("Subject", "")), alarm))


def _lines(subject: str, alarm: Mapping[str, Any]) -> Iterator[str]:
    yield f"Subject: {subject}"
    yield ""
    yield "Alarm Details:"
    for label, key in _DETAILS:
        if alarm.get(key):
            first, *more = str(alarm[key]).splitlines()
            yield f"- {label}: {first}"
            yield from (f"  {line}" for line in more)
    yield f"- State Change: {alarm.get('OldStateValue', '')} -> {alarm.get('NewStateValue', '')}"
    if trigger := alarm.get("Trigger"):
        yield ""
        yield "Threshold:"
        yield f"- {trigger.get('ComparisonOperator', '')} {trigger.get('Threshold', '')}"
        yield ""
        yield "Monitored Metric:"
        yield from (f"- {label}: {trigger[key]}" for label, key in _METRIC if trigger.get(key))
