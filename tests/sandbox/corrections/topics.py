# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topics as SNS takes them: by their names, with a delivery policy that has effect, and closed to other accounts.

Follows CreateTopic, SetTopicAttributes and Subscribe of the Amazon SNS API Reference, and of its Developer Guide
'Amazon SNS message delivery retries' and 'Example cases for Amazon SNS access control'.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ministack.core.iam_evaluator import EvalContext, caller_arn, resource_policy_allows
from ministack.core.responses import get_account_id, get_region
from ministack.services import sns

from corrections.wrap import replace

_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
_RETRY_POLICY = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}


def names() -> None:
    """CreateTopic takes letters, digits, underscores and hyphens; a FIFO topic says so and its name ends in .fifo."""
    original = sns._create_topic

    def create_topic(params: Any) -> Any:
        name = sns._p(params, "Name")
        is_fifo = _attributes(params).get("FifoTopic") == "true"
        if len(name) > 256 or not _NAME.fullmatch(name.removesuffix(".fifo") if is_fifo else name):
            return sns._error("InvalidParameter", "Invalid parameter: Topic Name", 400)
        if is_fifo and not name.endswith(".fifo"):
            return sns._error("InvalidParameter", "Invalid parameter: Fifo Topic names must end with .fifo", 400)
        return original(params)

    replace(sns, "_create_topic", create_topic)


def firehose_role() -> None:
    """Subscribe wants SubscriptionRoleArn for a Firehose delivery stream."""
    original = sns._subscribe

    def subscribe(params: Any) -> Any:
        if sns._p(params, "Protocol") == "firehose" and not _attributes(params).get("SubscriptionRoleArn"):
            return sns._error("InvalidParameter", "Invalid parameter: SubscriptionRoleArn", 400)
        return original(params)

    replace(sns, "_subscribe", subscribe)


def delivery_policies() -> None:
    """EffectiveDeliveryPolicy is what DeliveryPolicy says, and the defaults for the rest."""
    original = sns._get_topic_attributes

    def get_topic_attributes(params: Any) -> Any:
        topic = sns._topic_by_arn_any_scope(sns._p(params, "TopicArn"))
        if not topic:
            return original(params)
        kept = topic["attributes"]
        topic["attributes"] = {**kept, "EffectiveDeliveryPolicy": json.dumps({"http": _effective(kept)})}
        try:
            return original(params)
        finally:
            topic["attributes"] = kept  # who reads changes nothing

    replace(sns, "_get_topic_attributes", get_topic_attributes)


def _effective(attributes: Mapping[str, str]) -> dict[str, Any]:
    asked = json.loads(attributes.get("DeliveryPolicy") or "{}").get("http", {})
    retry_policy = {**_RETRY_POLICY, **_as_numbers(asked.get("defaultHealthyRetryPolicy", {}))}
    return {"disableSubscriptionOverrides": False, **asked, "defaultHealthyRetryPolicy": retry_policy}


def other_accounts() -> None:
    """Another account does to a topic what the topic's policy allows, and nothing else."""

    def enforce_topic_policy(topic: dict[str, Any], action: str) -> Any:
        if sns._topic_owner(topic) == get_account_id():
            return None
        caller = EvalContext(
            principal_arn=caller_arn(),
            principal_type="Root",
            principal_account=get_account_id(),
            action=action,
            resource_arn=topic["arn"],
            region=get_region(),
        )
        if resource_policy_allows(topic["attributes"].get("Policy") or "", caller, False):
            return None
        message = f"User: {caller.principal_arn} is not authorized to perform: {action} on resource: {topic['arn']}"
        return sns._error("AuthorizationError", message, 403)

    replace(sns, "_enforce_topic_policy", enforce_topic_policy)


def _attributes(params: Any) -> dict[str, str]:
    """Return the attributes of a request, which are numbered from 1."""
    found: dict[str, str] = {}
    while key := sns._p(params, f"Attributes.entry.{len(found) + 1}.key"):
        found[key] = sns._p(params, f"Attributes.entry.{len(found) + 1}.value")
    return found


def _as_numbers(policy: dict[str, Any]) -> dict[str, Any]:
    """SNS takes "20" for 20."""
    return {name: int(value) if str(value).isdigit() else value for name, value in policy.items()}
