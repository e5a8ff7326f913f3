# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test can do to the sandbox beside calling AWS: let time pass, confirm a subscription, and the like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import account_state
import clock
from corrections import alarm_evaluation, subscription_lists, trails
from ministack.core.responses import request_scope
from ministack.services import sns


def tick(seconds: float) -> None:
    """Let time pass, then evaluate every alarm of every account."""
    clock.put_forward(seconds)
    alarm_evaluation.evaluate_everywhere()


def confirm(topic_arn: str, endpoint: str) -> None:
    """Confirm a subscription, as the owner of a mailbox does by clicking."""
    region, account = topic_arn.split(":")[3:5]
    with request_scope(account, region):
        topic = sns._topics.get(topic_arn)
    for subscription in topic["subscriptions"] if topic else ():
        if subscription["endpoint"] == endpoint and not subscription["confirmed"]:
            subscription["confirmed"] = True
            subscription["token"] = None
            subscription["attributes"]["PendingConfirmation"] = "false"
            sns._refresh_subscription_counts(topic)
            return
    raise ValueError(f"Topic {topic_arn} has no pending subscription of {endpoint}.")


ACTIONS: dict[str, Callable[..., Any]] = {
    "tick": tick,
    "confirm": confirm,
    "unsubscribe": subscription_lists.unsubscribe,
    "list_late": subscription_lists.list_late,
    "trail_status": trails.set_status,
    "copy_account": account_state.copy_account,
    "contents": account_state.contents,
}
