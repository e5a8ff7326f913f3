# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an alarm's action meets on its way: mute rules, the topic's policy, the topic's key. The history tells.

Follows 'Notifying users on alarm changes' and 'Alarm events' of the Amazon CloudWatch User Guide,
DescribeAlarmHistory of its API Reference, and 'Configuring encryption for Amazon SNS' (an alarm needs kms:Decrypt and
kms:GenerateDataKey* on a customer-managed key; alias/aws/sns can't give them).
"""

from __future__ import annotations

import json
from typing import Any

import clock
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, kms, sns

from corrections import log_alarms, mute_rules
from corrections.wrap import replace

_FIELDS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}


def apply() -> None:
    """Let each action meet what it meets on AWS, and write down how it ended."""
    original = cloudwatch._dispatch_alarm_actions

    def dispatch(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
        field = _FIELDS[new]
        actions = alarm.get(field) or []
        if not alarm.get("ActionsEnabled", True) or not actions:
            return
        if mute_rules.silences(alarm["AlarmName"]):
            return
        for action in actions:
            fault = _fault(action, alarm["AlarmArn"])
            if fault is None:
                original({**alarm, field: [action]}, old, new, reason)
            _write_down(alarm, action, fault)

    replace(cloudwatch, "_dispatch_alarm_actions", dispatch)


def _fault(action: str, alarm_arn: str) -> str | None:
    """Say why an action would fail, or None if the message gets to the topic."""
    if not cloudwatch._is_sns_action_arn(action):
        return None
    topic = sns._topic_by_arn_any_scope(action)
    if topic is None:
        return f"Resource: {action} does not exist."
    if not _lets_publish(topic, action, alarm_arn):
        return f"CloudWatch Alarms is not authorized to perform: SNS:Publish on resource: {action}"
    key_id = topic.get("attributes", {}).get("KmsMasterKeyId")
    if key_id and not _lets_use_key(key_id, action):
        return "null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)"
    return None


def _lets_publish(topic: dict[str, Any], topic_arn: str, alarm_arn: str) -> bool:
    policy = topic.get("attributes", {}).get("Policy") or ""
    return bool(policy) and _allows(policy, "sns:Publish", topic_arn, alarm_arn)


def _lets_use_key(key_id: str, topic_arn: str) -> bool:
    """Whether the key's policy lets CloudWatch use it. AWS's own key for SNS does not."""
    if key_id.startswith("alias/aws/") or "alias/aws/sns" in key_id:
        return False
    found = kms._resolve_key(key_id)
    key = found[0] if isinstance(found, tuple) else found
    if not key or key.get("KeyState", "Enabled") != "Enabled":
        return False
    policy = key.get("Policy") or key.get("policy") or ""
    return all(_allows(policy, action, "*", topic_arn) for action in ("kms:Decrypt", "kms:GenerateDataKey"))


def _allows(policy: Any, action: str, resource: str, source_arn: str) -> bool:
    context = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context={
            "aws:sourcearn": source_arn,
            "aws:sourceaccount": get_account_id(),
            "aws:sourceowner": get_account_id(),
        },
    )
    text = policy if isinstance(policy, str) else json.dumps(policy)
    decision: str = evaluate_resource_policy(text, context, service="cloudwatch.amazonaws.com").decision
    return decision == "Allow"


def _write_down(alarm: dict[str, Any], action: str, fault: str | None) -> None:
    at = cloudwatch._ts_iso(clock.now())
    data = {
        "actionState": "Failed" if fault else "Succeeded",
        "stateUpdateTimestamp": int(clock.now() * 1000),
        "notificationResource": action,
        "error": fault,
    }
    summary = (
        f'Failed to execute action {action}. Received error: "{fault}"'
        if fault
        else f"Successfully executed action {action}"
    )
    cloudwatch._history_entries().append(
        {
            "AlarmName": alarm["AlarmName"],
            "AlarmType": log_alarms.kind_of(alarm["AlarmName"]),
            "Timestamp": at,
            "HistoryItemType": "Action",
            "HistorySummary": summary,
            "HistoryData": json.dumps({name: value for name, value in data.items() if value is not None}),
        }
    )
