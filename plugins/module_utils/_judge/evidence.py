# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the verdicts on an account rest on, as plain data that a reader can check against it. Pure. No secrets.

A report carries this for every account, so that settings of filters and alarms are left out that are not set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from .._account.observation import Alarm, Gap, Key, LogGroup, Subscription, Topic, Trail
from .filters import FilterReading
from .paths import Path
from .subscriptions import masked


def of(paths: Iterable[Path]) -> dict[str, Any]:
    """The evidence of an account, from the best path to each of its controls: everything once, by what it is."""
    best = list(paths)
    readings = {(reading.filter.name, reading.metric): reading for path in best for reading in path.readings}
    alarms = {path.watch.alarm.arn: (path.watch, path.notifier) for path in best if path.watch and path.notifier}
    return {
        "trails": [_trail(one) for one in {path.trail.arn: path.trail for path in best if path.trail}.values()],
        "log_groups": [
            _log_group(one) for one in {path.log_group.arn: path.log_group for path in best if path.log_group}.values()
        ],
        "metric_filters": [_metric_filter(reading) for reading in readings.values()],
        "alarms": [_alarm(watch.alarm, notifier.alarm) for watch, notifier in alarms.values()],
        "topics": [_topic(one) for one in {path.topic.arn: path.topic for path in best if path.topic}.values()],
    }


def _trail(trail: Trail) -> dict[str, Any]:
    """What the list of trails does not say."""
    status = trail.status
    return {
        "arn": trail.arn,
        "logging": None if isinstance(status, Gap) else status.is_logging,
        "last_delivery": None if isinstance(status, Gap) else _time(status.last_delivery),
        "delivery_error": None if isinstance(status, Gap) else status.delivery_error,
    }


def _log_group(group: LogGroup) -> dict[str, Any]:
    log_class = None if isinstance(group.log_class, Gap) else group.log_class
    return {"arn": group.arn, "name": group.name, "region": group.region, "log_class": log_class}


def _metric_filter(reading: FilterReading) -> dict[str, Any]:
    read, writes = reading.filter, reading.writes
    entry = {
        "name": read.name,
        "pattern": read.pattern,
        "metric_namespace": writes.metric_namespace,
        "metric_name": writes.metric_name,
        "metric_value": writes.metric_value,
        "default_value": writes.default_value,
        "unit": writes.unit,
        "dimensions": dict(writes.dimensions),
        "apply_on_transformed_logs": read.apply_on_transformed_logs or None,
        "field_selection_criteria": read.field_selection_criteria,
        "emit_system_field_dimensions": list(read.emit_system_field_dimensions),
    }
    return _said(entry)


def _alarm(alarm: Alarm, notifier: Alarm) -> dict[str, Any]:
    history = () if isinstance(notifier.history, Gap) else notifier.history
    last = max(history, key=lambda result: result.at, default=None)
    entry = {
        "arn": alarm.arn,
        "state": alarm.state,
        "metric_namespace": alarm.metric_namespace,
        "metric_name": alarm.metric_name,
        "dimensions": dict(alarm.dimensions),
        "statistic": alarm.statistic or alarm.extended_statistic,
        "period": alarm.period,
        "evaluation_periods": alarm.evaluation_periods,
        "datapoints_to_alarm": alarm.datapoints_to_alarm,
        "threshold": alarm.threshold,
        "comparison": alarm.comparison,
        "treat_missing_data": alarm.treat_missing_data,
        "unit": alarm.unit,
        "notifier_arn": notifier.arn if notifier is not alarm else None,
        "notifier_rule": notifier.rule,
        "actions_enabled": notifier.actions_enabled,
        "alarm_actions": list(notifier.alarm_actions),
        "last_action": {"at": _time(last.at), "succeeded": last.succeeded} if last else None,
    }
    return _said(entry)


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry without what is not set."""
    return {key: value for key, value in entry.items() if value not in (None, "", {}, [])}


def _topic(topic: Topic) -> dict[str, Any]:
    key, listed = topic.key, topic.subscriptions
    entry = {
        "arn": topic.arn,
        "owner": topic.owner,
        "policy": None if isinstance(topic.policy, Gap) else topic.policy,
        "key_id": topic.key_id,
        "key_manager": key.manager if isinstance(key, Key) else None,
        "key_state": key.state if isinstance(key, Key) else None,
    }
    return {**_said(entry), "subscriptions": [] if isinstance(listed, Gap) else [_subscription(one) for one in listed]}


def _subscription(subscription: Subscription) -> dict[str, Any]:
    status = "confirmed" if subscription.is_confirmed else "pending" if subscription.is_pending else "deleted"
    policy = subscription.filter_policy
    return {
        "protocol": subscription.protocol,
        "endpoint": masked(subscription.protocol, subscription.endpoint),
        "status": status,
        "filtered": None if isinstance(policy, Gap) else bool(policy),
        "raw_message_delivery": None if isinstance(subscription.raw_delivery, Gap) else subscription.raw_delivery,
    }


def _time(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None
