# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message of an alarm names the alarm by its ARN, and writes the time as CloudWatch does.

Follows 'Notifying users on alarm changes' of the Amazon CloudWatch User Guide.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import clock
from ministack.services import cloudwatch, sns

from corrections.wrap import replace

_alarm: ContextVar[dict[str, Any] | None] = ContextVar("alarm", default=None)


def apply() -> None:
    """Complete the message of an alarm on its way to a topic, and no message of others."""
    original_dispatch, original_fanout = cloudwatch._dispatch_alarm_actions, sns._fanout

    def dispatch(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
        token = _alarm.set(alarm)
        try:
            original_dispatch(alarm, old, new, reason)
        finally:
            _alarm.reset(token)

    def fanout(topic_arn: str, message_id: str, message: str, *rest: Any, **more: Any) -> Any:
        alarm = _alarm.get()
        return original_fanout(topic_arn, message_id, completed(message, alarm) if alarm else message, *rest, **more)

    replace(cloudwatch, "_dispatch_alarm_actions", dispatch)
    replace(sns, "_fanout", fanout)


def completed(message: str, alarm: dict[str, Any]) -> str:
    """The message of an alarm, with what the emulator leaves out."""
    moment = datetime.fromtimestamp(clock.now(), tz=UTC)
    time = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"
    return json.dumps({**json.loads(message), "AlarmArn": alarm["AlarmArn"], "StateChangeTime": time})
