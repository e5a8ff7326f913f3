# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The announcement of a drill, and the reasons why a control cannot be tested. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .._controls import SECURITY_GROUP_CHANGES, Control
from .._judge.verdict import Path
from .records import MOST_RECORDS
from .result import FULL, PATTERN, PREFIX


def obstacle(control: Control, path: Path, depth: str, reason: str) -> str:
    """Return why a path cannot be tested, '' if it can. `reason` is the audit's, for an incomplete path."""
    if depth == FULL and control.name != SECURITY_GROUP_CHANGES.name:
        return (
            f"Depth {FULL} supports only {SECURITY_GROUP_CHANGES.name}: it creates and deletes an empty group. "
            f"For {control.name} it would change resources in use or make changes that cannot be undone. "
            "Use depth notification for this control."
        )
    if path.log_group is None or not path.readings:
        return f"The account has no metric filter for this control. {reason}"
    if depth == PATTERN:
        return ""
    if path.watch is None or path.notifier is None or path.topic_arn is None:
        return f"The notification path does not reach a topic. {reason}"
    alarm, notifier = path.watch.alarm, path.notifier.alarm
    if not notifier.actions_enabled:
        return f"The actions of alarm {notifier.name} are disabled. Enable them."
    for one in (alarm, notifier):
        if one.state == "ALARM":
            return (
                f"Alarm {one.name} is already in ALARM, and alarm actions are executed on state changes only. "
                "Repeat the drill when the alarm has left ALARM, or find out why it stays there."
            )
    return ""


def announce(path: Path, depth: str, *, with_queue: bool, vpc_id: str | None, timeout: int) -> Iterator[str]:
    """Return what the drill of a control will do, one sentence each. Nothing else is done."""
    yield (
        f"Test each metric filter of the path with up to {MOST_RECORDS} sample records "
        "(TestMetricFilter, which writes nothing)."
    )
    if depth == PATTERN or path.watch is None or path.notifier is None or path.topic_arn is None:
        return
    yield f"Remove queues, subscriptions and security groups named {PREFIX}* that an interrupted drill left."
    if with_queue:
        yield f"Create an SQS queue named {PREFIX}*, subscribe it to {path.topic_arn}, and remove both at the end."
    if depth == FULL:
        yield f"Create an empty security group named {PREFIX}* in VPC {vpc_id}, and delete it immediately."
        yield f"Wait up to {timeout} seconds for the record, the metric, the alarm and the message."
    else:
        yield f"Set alarm {path.watch.alarm.name} to ALARM with a state reason that identifies the drill."
        yield f"Wait up to {timeout} seconds for the alarm actions and for the alarm to leave ALARM."
    actions = ", ".join(path.notifier.alarm.alarm_actions)
    yield f"All actions of alarm {path.notifier.alarm.name} are executed: {actions}."
