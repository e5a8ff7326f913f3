# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the emulator differs from AWS, put right. Each module here is one subject and names the document it follows.

A correction is a function without arguments that changes the emulator; CORRECTIONS names them. The environment variable
SANDBOX_WITHOUT leaves some out (names separated by commas), so that a test can show that it needs them.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from corrections import (
    alarm_actions,
    alarm_evaluation,
    alarm_history,
    alarm_messages,
    alarm_metrics,
    log_alarm_evaluation,
    log_alarms,
    log_event_pages,
    log_events,
    metric_filters,
    mute_rules,
    pipelines,
    subscription_lists,
    subscriptions,
    topics,
    trail_records,
    trails,
)

CORRECTIONS: dict[str, Callable[[], None]] = {
    "alarm_messages": alarm_messages.apply,
    "alarm_actions": alarm_actions.apply,
    "alarm_evaluation": alarm_evaluation.apply,
    "alarm_history": alarm_history.apply,
    "alarm_metrics": alarm_metrics.apply,
    "log_alarms": log_alarms.apply,
    "log_alarm_evaluation": log_alarm_evaluation.apply,
    "log_events": log_events.apply,
    "log_event_pages": log_event_pages.apply,
    "log_events_filtered": log_events.filtered,
    "describe_metric_filters": metric_filters.describe,
    "put_metric_filter": metric_filters.put,
    "test_metric_filter": metric_filters.test,
    "mute_rules": mute_rules.apply,
    "pipelines": pipelines.apply,
    "subscription_deleted": subscription_lists.deleted,
    "subscription_late": subscription_lists.late,
    "subscription_passwords": subscription_lists.passwords,
    "email_confirmation": subscriptions.email_confirmation,
    "subscription_expiry": subscriptions.expiry,
    "subscription_paging": subscriptions.paging,
    "subscription_pending": subscriptions.pending,
    "topic_delivery_policy": topics.delivery_policies,
    "topic_firehose_role": topics.firehose_role,
    "topic_names": topics.names,
    "topic_of_another_account": topics.other_accounts,
    "trail_log_group": trails.log_group,
    "trail_delivery": trails.delivery,
    "trail_tags": trails.tags,
    "trail_records": trail_records.apply,
}


def apply() -> None:
    """Apply all corrections but those that SANDBOX_WITHOUT names."""
    without = set(filter(None, os.environ.get("SANDBOX_WITHOUT", "").split(",")))
    unknown = without - CORRECTIONS.keys()
    if unknown:
        raise SystemExit(f"sandbox: SANDBOX_WITHOUT names no correction: {', '.join(sorted(unknown))}")
    for name, correct in CORRECTIONS.items():
        if name not in without:
            correct()
