#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage one statement of an SNS topic's policy."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sns_topic_policy_statement
short_description: Manage one statement of an SNS topic's policy
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Adds, updates or removes one statement of a topic policy. All other statements are left as is, byte for byte.
    M(community.aws.sns_topic) replaces the whole policy.
options:
  topic_arn:
    description: The ARN of the topic. The module uses the region of the topic.
    type: str
    required: true
  statement:
    description:
      - The statement, with a unique C(Sid). It replaces the statement that has this C(Sid), or is appended to the
        policy.
      - Required if O(state=present).
    type: dict
  sid:
    description: The C(Sid) of the statement to remove. Required if O(state=absent).
    type: str
  state:
    description: Whether the statement should exist.
    type: str
    choices: [present, absent]
    default: present
notes:
  - Requires the permissions C(sns:GetTopicAttributes) and C(sns:SetTopicAttributes).
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._connection.account
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.writes
seealso:
  - module: community.aws.sns_topic
  - module: aws_cis.monitoring.sns_topic_encryption
"""

EXAMPLES = r"""
- name: Allow alarms of all accounts of the organization to publish to the central topic
  aws_cis.monitoring.sns_topic_policy_statement:
    topic_arn: arn:aws:sns:eu-west-1:123456789012:central
    statement:
      Sid: AlarmsOfTheOrganization
      Effect: Allow
      Principal:
        Service: cloudwatch.amazonaws.com
      Action: sns:Publish
      Resource: arn:aws:sns:eu-west-1:123456789012:central
      Condition:
        StringEquals:
          aws:SourceOrgID: o-a1b2c3d4e5

- name: Remove the statement
  aws_cis.monitoring.sns_topic_policy_statement:
    topic_arn: arn:aws:sns:eu-west-1:123456789012:central
    sid: AlarmsOfTheOrganization
    state: absent
"""

RETURN = r"""
topic_arn:
  description: The ARN of the topic.
  returned: success
  type: str
  sample: arn:aws:sns:eu-west-1:123456789012:central
policy:
  description: The topic policy after the task. In check mode, the predicted policy.
  returned: success
  type: str
"""

import json
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    attempt,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.named_topic import region_of, topic_attributes
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan import policy_text

ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "topic_arn": {"type": "str", "required": True},
    "statement": {"type": "dict"},
    "sid": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
CONSTRAINTS: dict[str, Any] = {
    "required_if": [("state", "present", ("statement",)), ("state", "absent", ("sid",))],
    "mutually_exclusive": [("statement", "sid")],
}


def run(task: Task) -> dict[str, Any]:
    """Bring the statement to the requested state. Raises TaskError."""
    arn = task.params["topic_arn"]
    region = region_of(arn)
    before = topic_attributes(Reader(task.clients), arn, region).get("Policy") or ""
    try:
        after = _wanted(task, before)
    except policy_text.PolicyTextError as error:
        raise TaskError(f"The policy of topic {arn} cannot be edited. {error}") from error
    if after != before and not task.check_mode:
        with attempt(f"update the policy of topic {arn}"):
            task.clients.client("sns", region).set_topic_attributes(
                TopicArn=arn, AttributeName="Policy", AttributeValue=after
            )
    result: dict[str, Any] = {"changed": after != before, "topic_arn": arn, "policy": after}
    if task.diff_mode:
        result["diff"] = {"before": _shown(before), "after": _shown(after)}
    return result


def _wanted(task: Task, before: str) -> str:
    if task.params["state"] == "absent":
        return policy_text.without_statement(before, task.params["sid"]) if before else before
    statement = task.params["statement"]
    if not isinstance(statement.get("Sid"), str) or not statement["Sid"]:
        raise TaskError("statement has no Sid. Add a unique Sid, by which the statement is identified.")
    is_there = before and statement in policy_text.statements(before)
    return before if is_there else policy_text.with_statement(before, statement)


def _shown(text: str) -> dict[str, Any]:
    return {"policy": json.loads(text)} if text else {}


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run, **CONSTRAINTS)


if __name__ == "__main__":
    main()
