#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tag a CloudWatch alarm."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_alarm_tags
short_description: Tag a CloudWatch alarm
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Adds tags to an alarm and updates their values. M(amazon.aws.cloudwatch_metric_alarm) cannot set tags.
  - Other tags of the alarm are left as is.
options:
  alarm_name:
    description: The exact name of the alarm.
    type: str
    required: true
  tags:
    description: The tags to set. Values are converted to strings, as in the amazon.aws modules.
    type: dict
    required: true
notes:
  - Requires the permissions C(cloudwatch:DescribeAlarms), C(cloudwatch:ListTagsForResource) and
    C(cloudwatch:TagResource).
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._connection.account
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.writes
seealso:
  - module: amazon.aws.cloudwatch_metric_alarm
"""

EXAMPLES = r"""
- name: Tag the alarm with its owner
  aws_cis.monitoring.cloudwatch_alarm_tags:
    region: eu-west-1
    alarm_name: security_group_changes_alarm
    tags:
      team: security
"""

RETURN = r"""
alarm_arn:
  description: The ARN of the alarm.
  returned: success
  type: str
  sample: arn:aws:cloudwatch:eu-west-1:123456789012:alarm:security_group_changes_alarm
tags:
  description: All tags of the alarm after the task. In check mode, the predicted tags.
  returned: success
  type: dict
  sample:
    team: security
"""

from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    attempt,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.alarms import alarm_named, read_tags
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader, or_fail
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import as_text

ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "alarm_name": {"type": "str", "required": True},
    "tags": {"type": "dict", "required": True},
}


def run(task: Task) -> dict[str, Any]:
    """Set the missing tags of the alarm. Raises TaskError."""
    client = task.clients.client("cloudwatch")
    region = client.meta.region_name
    reader = Reader(task.clients)
    arn = _arn(reader, task.params["alarm_name"], region)
    before = read_tags(reader, arn, region)
    if not isinstance(before, dict):
        raise TaskError(before.detail, error_code=before.code)
    wanted = as_text(task.params["tags"]) or {}
    missing = {key: value for key, value in wanted.items() if before.get(key) != value}
    if missing and not task.check_mode:
        with attempt(f"tag alarm {arn}"):
            client.tag_resource(ResourceARN=arn, Tags=[{"Key": key, "Value": value} for key, value in missing.items()])
    after = {**before, **missing}
    result: dict[str, Any] = {"changed": bool(missing), "alarm_arn": arn, "tags": after}
    if task.diff_mode:
        result["diff"] = {"before": {"tags": before}, "after": {"tags": after}}
    return result


def _arn(reader: Reader, name: str, region: str) -> str:
    with or_fail():
        entry = alarm_named(reader, name, region)
    if entry is None:
        raise TaskError(f"Alarm {name} does not exist in region {region}. Create it first.")
    arn: str = entry["AlarmArn"]
    return arn


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
