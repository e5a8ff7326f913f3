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
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._account.arn import Arn
from .._account.observation import Account, Gap, Key
from .._judge.key_access import CLOUDWATCH
from .._judge.resource_policy import ALLOWED, DENIED, Request, decide
from .._judge.topic import Context, may_use_key, request_context
from .result import Blocked

TOPIC_SID = "AwsCisMonitoringCloudWatchPublish"
KEY_SID = "AwsCisMonitoringCloudWatchUseKey"
AWS_KEY = "alias/aws/sns"


@dataclass(frozen=True)
class Publisher:
    """Whose alarms are to publish: those of one account, or of all accounts of an organisation."""

    account: Account  # the topic's
    region: str
    alarm_name: str | None = None  # None for any alarm
    organization_id: str | None = None  # None for those of the account alone
    own_organization_id: str | Gap | None = None  # the one that the account belongs to

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

    def context(self, topic_arn: str) -> Context:
        """What is known of a request for one of the alarms. An asterisk for any is matched by an asterisk alone."""
        if not self.organization_id:
            alarm = self._alarms(self.account.id, self.alarm_name or "*")
            return request_context(topic_arn, self.account.id, alarm, self.own_organization_id)
        known = request_context(topic_arn, "", self._alarms("*", "*"), self.organization_id)
        return {key: value for key, value in known.items() if key not in ("aws:sourceaccount", "aws:sourceowner")}

    def _alarms(self, account_id: str, name: str) -> str:
        return str(Arn(self.account.partition, "cloudwatch", self.region, account_id, f"alarm:{name}"))


def topic_statement(topic_arn: str, publisher: Publisher) -> dict[str, Any]:
    """Our statement of a topic's policy."""
    return {
        "Sid": TOPIC_SID,
        "Effect": "Allow",
        "Principal": {"Service": CLOUDWATCH},
        "Action": "sns:Publish",
        "Resource": topic_arn,
        "Condition": {**publisher.is_for_an_alarm, **publisher.is_theirs},
    }


def missing_topic_statement(
    policy: Mapping[str, Any] | None, topic_arn: str, publisher: Publisher
) -> dict[str, Any] | None:
    """Our statement, or None if the alarms may publish without it, or with it since it is there.

    Raises Blocked if it would take the place of one that may be needed.
    """
    ours = topic_statement(topic_arn, publisher)
    if ours in _statements(policy):
        return None
    request = Request(CLOUDWATCH, "sns:Publish", topic_arn, publisher.context(topic_arn))
    return None if decide(policy or {}, request) == ALLOWED else _knowingly(policy, ours, publisher)


def key_statement(publisher: Publisher) -> dict[str, Any]:
    """Our statement of a key's policy."""
    return {
        "Sid": KEY_SID,
        "Effect": "Allow",
        "Principal": {"Service": CLOUDWATCH},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": publisher.is_theirs,
    }


def missing_key_statement(
    policy: Mapping[str, Any], key_arn: str, topic_arn: str, publisher: Publisher
) -> dict[str, Any] | None:
    """Our statement, or None if CloudWatch may use the key for certain, or if it is there already.

    Raises Blocked if it would take the place of one that may be needed.
    """
    ours = key_statement(publisher)
    if ours in _statements(policy) or may_use_key(policy, key_arn, publisher.context(topic_arn)) == ALLOWED:
        return None
    return _knowingly(policy, ours, publisher)


def _knowingly(policy: Mapping[str, Any] | None, ours: dict[str, Any], publisher: Publisher) -> dict[str, Any]:
    """Our statement, if it is known what the one with its Sid is for, whose place it would take. Raises Blocked.

    That one may be for the alarms of an organisation, of which it can't be told whether the account belongs to it.
    """
    own, sid = publisher.own_organization_id, ours["Sid"]
    if not isinstance(own, Gap) or publisher.organization_id:
        return ours
    if all(one.get("Sid") != sid for one in _statements(policy)):
        return ours
    raise Blocked(
        f"Whether the existing statement {sid} covers the account's alarms could not be determined: {own.detail} "
        "Nothing was written. Allow that call, or set organization_id."
    )


def key_fault(key_id: str, key: Key | Gap | None, topic_arn: str, publisher: Publisher) -> str:
    """Why a topic can't be encrypted with the key, even if its policy had our statement; '' if it can."""
    if key_id.endswith(AWS_KEY) or (isinstance(key, Key) and key.manager == "AWS"):
        return aws_key_fault(key_id)
    if key is None:
        return f"Key {key_id} does not exist in {publisher.region}. Create it, or name another one."
    if isinstance(key, Gap):
        return f"Whether CloudWatch may use key {key_id} could not be determined: {key.detail}"
    if key.state != "Enabled":
        return f"Key {key_id} is in state {key.state}. Enable it, or name another one."
    if key.spec != "SYMMETRIC_DEFAULT":
        return f"Key {key_id} has the key spec {key.spec}, but SNS requires a symmetric key. Name another one."
    if isinstance(key.policy, Gap):
        return f"Whether CloudWatch may use key {key_id} could not be determined: {key.policy.detail}"
    merged = {**key.policy, "Statement": [*_statements(key.policy), key_statement(publisher)]}
    if may_use_key(merged, key.arn, publisher.context(topic_arn)) == DENIED:
        return f"The policy of key {key_id} denies its use to {CLOUDWATCH}. Remove the denial, or name another key."
    return ""


def statement_is_missing(key_id: str, statement: Mapping[str, Any], option: str) -> str:
    """What to do about a key that CloudWatch may not use; `option` has it done."""
    return (
        f"The policy of key {key_id} does not clearly allow {CLOUDWATCH} to use it, so notifications could be lost. "
        f"Nothing was written. Add this statement to the key policy, or set {option} to have it added: "
        f"{json.dumps(statement)}"
    )


def aws_key_fault(key_id: str) -> str:
    """Why the AWS managed key does not do."""
    return (
        f"{key_id} is the AWS managed key for SNS. Its policy does not allow {CLOUDWATCH} to use it and cannot be "
        "changed, so the alarm's notifications would be lost. Name a customer managed key."
    )


def _statements(policy: Mapping[str, Any] | None) -> list[Any]:
    found = (policy or {}).get("Statement", [])
    return list(found) if isinstance(found, list) else [found]
