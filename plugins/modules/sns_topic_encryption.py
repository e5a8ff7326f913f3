#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage the encryption of an SNS topic that CloudWatch alarms publish to."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sns_topic_encryption
short_description: Manage the encryption of an SNS topic that CloudWatch alarms publish to
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Sets the customer managed KMS key of a topic. M(community.aws.sns_topic) cannot set it.
  - Verifies first that the key policy allows C(cloudwatch.amazonaws.com) to use the key. Without this permission,
    CloudWatch drops alarm notifications silently. If the permission is missing, the task writes nothing and fails with
    the missing statement.
options:
  topic_arn:
    description: The ARN of the topic. The module uses the region of the topic.
    type: str
    required: true
  kms_key_id:
    description:
      - The ID, ARN or alias of the key. Required if O(state=present).
      - V(alias/aws/sns) is refused, because the policy of this key cannot be changed to allow CloudWatch to use it.
    type: str
  update_key_policy:
    description:
      - Whether to add the statement to the key policy if it is missing. The statement has a unique C(Sid). All other
        statements are left as is, byte for byte.
      - The statement is never removed, because other topics may depend on it.
    type: bool
    default: false
  alarm_name:
    description: The alarm that must be able to publish. By default, all alarms of the topic's account and region.
    type: str
  organization_id:
    description: Require that alarms of all accounts of this organization can publish, not only alarms of the topic's
      account.
    type: str
  state:
    description: Whether the topic should be encrypted.
    type: str
    choices: [present, absent]
    default: present
notes:
  - Requires the permissions C(sns:GetTopicAttributes), C(sns:SetTopicAttributes), C(kms:DescribeKey) and
    C(kms:GetKeyPolicy), and with O(update_key_policy) also C(kms:PutKeyPolicy). If the key policy refers to an
    organization, C(organizations:DescribeOrganization) is used to compare it with the account's organization.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._connection.account
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.writes
seealso:
  - module: aws_cis.monitoring.sns_topic_policy_statement
"""

EXAMPLES = r"""
- name: Encrypt the topic
  aws_cis.monitoring.sns_topic_encryption:
    topic_arn: arn:aws:sns:eu-west-1:123456789012:security-alerts
    kms_key_id: alias/alerts

- name: Encrypt the topic and allow CloudWatch to use the key
  aws_cis.monitoring.sns_topic_encryption:
    topic_arn: arn:aws:sns:eu-west-1:123456789012:security-alerts
    kms_key_id: alias/alerts
    update_key_policy: true
"""

RETURN = r"""
topic_arn:
  description: The ARN of the topic.
  returned: success
  type: str
  sample: arn:aws:sns:eu-west-1:123456789012:security-alerts
kms_key_id:
  description: The key of the topic after the task. In check mode, the predicted key. Empty if the topic is not
    encrypted.
  returned: success
  type: str
  sample: alias/alerts
key_policy_changed:
  description: Whether a statement was added to the key policy, or would be added in check mode.
  returned: success
  type: bool
  sample: false
missing_statement:
  description: The statement that is missing from the key policy.
  returned: if the task fails because the statement is missing
  type: dict
"""

from dataclasses import dataclass
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap, Key
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    attempt,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.named_topic import owner_of, topic_attributes
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader, or_fail
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.topics import (
    read_key,
    read_organization_id,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.policy_text import (
    PolicyTextError,
    with_statement,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.publish_policy import (
    AWS_KEY,
    Publisher,
    aws_key_fault,
    key_fault,
    missing_key_statement,
    statement_is_missing,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import Blocked

ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "topic_arn": {"type": "str", "required": True},
    "kms_key_id": {"type": "str", "no_log": False},
    "update_key_policy": {"type": "bool", "default": False, "no_log": False},
    "alarm_name": {"type": "str"},
    "organization_id": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
CONSTRAINTS: dict[str, Any] = {"required_if": [("state", "present", ("kms_key_id",))]}


@dataclass(frozen=True)
class _KeyPolicy:
    """The policy of a key before and after the task."""

    key_arn: str
    before: str
    after: str


def run(task: Task) -> dict[str, Any]:
    """Bring the topic's encryption to the requested state. Raises TaskError."""
    arn = task.params["topic_arn"]
    region = owner_of(arn).region
    wanted = task.params["kms_key_id"] if task.params["state"] == "present" else ""
    if wanted.endswith(AWS_KEY):
        raise TaskError(aws_key_fault(wanted))
    reader = Reader(task.clients)
    current = topic_attributes(reader, arn, region).get("KmsMasterKeyId") or ""
    key_policy = None
    is_same = current == wanted
    if wanted:
        key = read_key(reader, wanted, region, is_own=True)
        publisher = _publisher(task, reader, key)
        fault = key_fault(wanted, key, arn, publisher)
        if fault or not isinstance(key, Key):
            raise TaskError(fault)
        key_policy = _key_policy(task, reader, key, publisher)
        is_same = is_same or (bool(current) and _names(reader, current, region, key))
    if not task.check_mode:
        _write(task, key_policy, None if is_same else wanted)
    result: dict[str, Any] = {
        "changed": bool(key_policy) or not is_same,
        "topic_arn": arn,
        "kms_key_id": current if is_same else wanted,
        "key_policy_changed": bool(key_policy),
    }
    if task.diff_mode:
        result["diff"] = _diff(key_policy, current, result["kms_key_id"])
    return result


def _publisher(task: Task, reader: Reader, key: Key | Gap | None) -> Publisher:
    """Whose alarms must be able to publish to the topic."""
    owner = owner_of(task.params["topic_arn"])
    return Publisher(
        account=owner,
        region=owner.region,
        alarm_name=task.params["alarm_name"] or None,
        organization_id=task.params["organization_id"] or None,
        own_organization_id=read_organization_id(reader, owner.region, [key.policy] if isinstance(key, Key) else []),
    )


def _names(reader: Reader, key_id: str, region: str, key: Key) -> bool:
    """Whether a key's id, ARN or alias names the key."""
    other = read_key(reader, key_id, region, is_own=True)
    return isinstance(other, Key) and other.arn == key.arn


def _key_policy(task: Task, reader: Reader, key: Key, publisher: Publisher) -> _KeyPolicy | None:
    """The policy with the statement that is missing, None if none is. Fails if it is not to be added."""
    policy = key.policy if isinstance(key.policy, dict) else {}
    try:
        statement = missing_key_statement(policy, key.arn, task.params["topic_arn"], publisher)
    except Blocked as blocked:
        raise TaskError(str(blocked)) from blocked
    if statement is None:
        return None
    if not task.params["update_key_policy"]:
        message = statement_is_missing(task.params["kms_key_id"], statement, "update_key_policy")
        raise TaskError(message, missing_statement=statement)
    with or_fail():
        answer = reader.ask(
            "kms", "get_key_policy", region=publisher.region, about=key.arn, needs=("Policy",), KeyId=key.arn
        )
    try:
        return _KeyPolicy(key.arn, answer["Policy"], with_statement(answer["Policy"], statement))
    except PolicyTextError as error:
        raise TaskError(f"The policy of key {key.arn} cannot be edited. {error}") from error


def _write(task: Task, key_policy: _KeyPolicy | None, key_id: str | None) -> None:
    """The key's policy first, so that no message is dropped in between."""
    arn = task.params["topic_arn"]
    region = owner_of(arn).region
    if key_policy:
        with attempt(f"update the policy of key {key_policy.key_arn}"):
            task.clients.client("kms", region).put_key_policy(
                KeyId=key_policy.key_arn, PolicyName="default", Policy=key_policy.after
            )
    if key_id is not None:
        with attempt(f"set the encryption of topic {arn}"):
            task.clients.client("sns", region).set_topic_attributes(
                TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=key_id
            )


def _diff(key_policy: _KeyPolicy | None, before: str, after: str) -> dict[str, Any]:
    diff: dict[str, Any] = {"before": {"kms_key_id": before}, "after": {"kms_key_id": after}}
    if key_policy:
        diff["before"]["key_policy"] = key_policy.before
        diff["after"]["key_policy"] = key_policy.after
    return diff


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run, **CONSTRAINTS)


if __name__ == "__main__":
    main()
