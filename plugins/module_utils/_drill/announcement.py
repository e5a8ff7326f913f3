# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drill will do, and what stands in its way. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .._controls import SECURITY_GROUP_CHANGES, Control
from .._judge.verdict import Path
from .records import MOST_RECORDS
from .result import FULL, PATTERN, PREFIX


def obstacle(control: Control, path: Path, depth: str, reason: str) -> str:
    """Why a path can't be drilled, '' if it can. `reason` is the audit's, for a path that ends too early."""
    if depth == FULL and control.name != SECURITY_GROUP_CHANGES.name:
        return (
            f"Depth {FULL} does for real what an alarm is to tell of, and the one thing that it does is to make an "
            f"empty security group and delete it, on which nothing depends. For {control.name} it would have to change "
            "what is in use, or do what nobody can take back. Drill this control with depth notification."
        )
    if path.log_group is None or not path.readings:
        return f"The account has no metric filter to try. {reason}"
    if depth == PATTERN:
        return ""
    if path.watch is None or path.notifier is None or path.topic_arn is None:
        return f"The path ends before a topic. {reason}"
    alarm, notifier = path.watch.alarm, path.notifier.alarm
    if not notifier.actions_enabled:
        return f"The actions of alarm {notifier.name} are disabled. Enable them."
    for one in (alarm, notifier):
        if one.state == "ALARM":
            return (
                f"Alarm {one.name} is in ALARM now, and an alarm acts on transitions only. "
                "Drill when it has gone back, or find out why it does not."
            )
    return ""


def announce(path: Path, depth: str, *, with_queue: bool, vpc_id: str | None, timeout: int) -> Iterator[str]:
    """What the drill of a control will do, a sentence each. Nothing else is done."""
    yield (
        "Ask AWS (TestMetricFilter, which writes nothing) to try each metric filter of the path on "
        f"up to {MOST_RECORDS} sample records."
    )
    if depth == PATTERN or path.watch is None or path.notifier is None or path.topic_arn is None:
        return
    yield f"Remove what an interrupted drill left: queues, subscriptions and security groups named {PREFIX}*."
    if with_queue:
        yield f"Create an SQS queue named {PREFIX}*, subscribe it to {path.topic_arn}, and remove both afterwards."
    if depth == FULL:
        yield f"Create an empty security group named {PREFIX}* in VPC {vpc_id}, and delete it at once."
        yield f"Wait up to {timeout} seconds for its record, the metric, the alarm and the message."
    else:
        yield f"Set alarm {path.watch.alarm.name} to ALARM with a reason that says that it is a drill."
        yield f"Wait up to {timeout} seconds for the actions of an alarm, and until it has gone back."
    actions = ", ".join(path.notifier.alarm.alarm_actions)
    yield f"Every action of alarm {path.notifier.alarm.name} really happens: {actions}."
