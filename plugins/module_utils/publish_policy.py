# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The statements that let CloudWatch's alarms publish: one of a topic's policy, one of the policy of its key. Pure.

The topic's: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
The key's: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
An organisation's alarms: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils.observation import Account, Gap, Key
from ansible_collections.aws_cis.monitoring.plugins.module_utils.resource_policy import (
    ALLOWED,
    DENIED,
    Request,
    decide,
)

TOPIC_SID = "AwsCisMonitoringCloudWatchPublish"
KEY_SID = "AwsCisMonitoringCloudWatchUseKey"
_CLOUDWATCH = "cloudwatch.amazonaws.com"
_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
AWS_KEY = "alias/aws/sns"


@dataclass(frozen=True)
class Publisher:
    """Whose alarms are to publish: those of one account, or of all accounts of an organisation."""

    account: Account  # the topic's
    region: str
    alarm_name: str | None = None  # None if it is not known
    organization_id: str | None = None

    @property
    def is_theirs(self) -> dict[str, Any]:
        """The condition that it is done for the account or the organisation."""
        if self.organization_id:
            return {"StringEquals": {"aws:SourceOrgID": self.organization_id}}
        return {"StringEquals": {"aws:SourceAccount": self.account.id}}

    @property
    def is_for_an_alarm(self) -> dict[str, Any]:
        """The condition that it is done for an alarm of the topic's region."""
        account = "*" if self.organization_id else self.account.id
        return {"ArnLike": {"aws:SourceArn": self._alarms(account, "*")}}

    @property
    def context(self) -> Mapping[str, str]:
        """What is known of a request for one of the alarms."""
        if self.organization_id:
            return {"aws:sourceorgid": self.organization_id}
        # SNS's default policy lets services of the owner publish by AWS:SourceOwner, an older word for the account.
        known = {"aws:sourceaccount": self.account.id, "aws:sourceowner": self.account.id}
        return {**known, "aws:sourcearn": self._alarms(self.account.id, self.alarm_name)} if self.alarm_name else known

    def _alarms(self, account_id: str, name: str) -> str:
        return f"arn:{self.account.partition}:cloudwatch:{self.region}:{account_id}:alarm:{name}"


def topic_statement(topic_arn: str, publisher: Publisher) -> dict[str, Any]:
    """Our statement of a topic's policy."""
    return {
        "Sid": TOPIC_SID,
        "Effect": "Allow",
        "Principal": {"Service": _CLOUDWATCH},
        "Action": "sns:Publish",
        "Resource": topic_arn,
        "Condition": {**publisher.is_for_an_alarm, **publisher.is_theirs},
    }


def missing_topic_statement(
    policy: Mapping[str, Any] | None, topic_arn: str, publisher: Publisher
) -> dict[str, Any] | None:
    """Our statement, or None if the alarms may publish without it, or with it since it is there."""
    ours = topic_statement(topic_arn, publisher)
    if ours in _statements(policy):
        return None
    request = Request(_CLOUDWATCH, "sns:Publish", topic_arn, publisher.context)
    return None if decide(policy or {}, request) == ALLOWED else ours


def key_statement(publisher: Publisher) -> dict[str, Any]:
    """Our statement of a key's policy."""
    return {
        "Sid": KEY_SID,
        "Effect": "Allow",
        "Principal": {"Service": _CLOUDWATCH},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": publisher.is_theirs,
    }


def missing_key_statement(
    policy: Mapping[str, Any], key_arn: str, topic_arn: str, publisher: Publisher
) -> dict[str, Any] | None:
    """Our statement, or None if CloudWatch may use the key.

    One that depends on a condition which can't be checked from here counts as one that allows it, for one account.
    """
    ours = key_statement(publisher)
    if ours in _statements(policy):
        return None
    context = {**publisher.context, "kms:encryptioncontext:aws:sns:topicarn": topic_arn}
    decisions = {decide(policy, Request(_CLOUDWATCH, action, key_arn, context)) for action in _KEY_ACTIONS}
    is_enough = decisions == {ALLOWED} if publisher.organization_id else DENIED not in decisions
    return None if is_enough else ours


def key_fault(key_id: str, key: Key | Gap | None, region: str) -> str:
    """Why a topic can't be encrypted with the key, '' if it can, as far as its policy is not concerned."""
    if key_id.endswith(AWS_KEY) or (isinstance(key, Key) and key.manager == "AWS"):
        return aws_key_fault(key_id)
    if key is None:
        return f"Key {key_id} does not exist in {region}. Create it, or name another one."
    if isinstance(key, Gap):
        return f"Whether CloudWatch may use key {key_id} could not be read: {key.detail}"
    if key.state != "Enabled":
        return f"Key {key_id} can't be used, its state is {key.state}. Enable it, or name another one."
    if isinstance(key.policy, Gap):
        return f"Whether CloudWatch may use key {key_id} could not be read: {key.policy.detail}"
    return ""


def statement_is_missing(key_id: str, statement: Mapping[str, Any], option: str) -> str:
    """What to do about a key that CloudWatch may not use; `option` has it done."""
    return (
        f"The policy of key {key_id} does not let {_CLOUDWATCH} use it, so that the alarm's messages would be dropped. "
        f"Nothing was written. Add this statement to the policy of the key, or have it added with {option}: "
        f"{json.dumps(statement)}"
    )


def aws_key_fault(key_id: str) -> str:
    """Why AWS's own key does not do."""
    return (
        f"{key_id} is AWS's own key for SNS. Its policy can't be changed, so that {_CLOUDWATCH} can never use it and "
        "the alarm's messages would be dropped. Name a customer-managed key."
    )


def _statements(policy: Mapping[str, Any] | None) -> Iterable[Any]:
    found = (policy or {}).get("Statement", [])
    return found if isinstance(found, list) else [found]
