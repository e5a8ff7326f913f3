#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage a CloudWatch log alarm."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_log_alarm
short_description: Manage a CloudWatch log alarm
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Creates, updates and deletes a log alarm. CloudWatch runs its CloudWatch Logs Insights query on a schedule, compares
    the aggregated results with a threshold, and can add the records that the query found to the notification.
  - The task describes the complete alarm. An option that is not set has its default, because an update in AWS replaces
    all properties. Tags, warm-up period and the configuration of tags in notifications are kept.
  - A log alarm is not the metric filter with an alarm that the CIS AWS Foundations Benchmark prescribes.
options:
  state:
    description: Whether the alarm should exist.
    type: str
    choices: [present, absent]
    default: present
  alarm_name:
    description: The exact name of the alarm. An alarm of another kind that has this name is never changed.
    type: str
    required: true
  description:
    description: The description of the alarm.
    type: str
    default: ""
  query_string:
    description: The CloudWatch Logs Insights query. Required if O(state=present).
    type: str
  log_groups:
    description:
      - The names of the log groups to query, or their ARNs. Required if O(state=present).
    type: list
    elements: str
  query_role_arn:
    description:
      - The ARN of the role that CloudWatch Logs (C(logs.amazonaws.com)) assumes to run the query. Required if
        O(state=present).
    type: str
  schedule_expression:
    description: How often the query runs.
    type: str
    default: rate(5 minutes)
  start_time_offset:
    description:
      - How many seconds before each run the searched time range begins. Required if O(state=present).
      - A record that is delivered later than this is never found. CloudTrail takes about 5 minutes on average.
    type: int
  end_time_offset:
    description: How many seconds before each run the searched time range ends.
    type: int
    default: 0
  aggregation_expression:
    description: How the found records are aggregated into one or several values.
    type: str
    default: count(*)
  results_to_evaluate:
    description: How many of the latest results are evaluated.
    type: int
    default: 1
  results_to_alarm:
    description: How many of them must breach the threshold.
    type: int
    default: 1
  threshold:
    description: The value that the results are compared with.
    type: float
    default: 1.0
  comparison:
    description: How the results are compared with the threshold.
    type: str
    choices: [GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold]
    default: GreaterThanOrEqualToThreshold
  treat_missing_data:
    description: How missing results are evaluated.
    type: str
    choices: [breaching, notBreaching, ignore, missing]
    default: notBreaching
  log_lines:
    description:
      - How many of the found records to add to each notification, at most 50. Amazon SNS adds them to e-mail only.
    type: int
    default: 0
  log_lines_role_arn:
    description:
      - The ARN of the role that CloudWatch (C(cloudwatch.amazonaws.com)) assumes to read these records. Required if
        O(log_lines) is not V(0).
    type: str
    default: ""
  actions_enabled:
    description: Whether the actions of the alarm are enabled.
    type: bool
    default: true
  alarm_actions:
    description: The ARNs of the actions when the alarm goes into ALARM, for instance an SNS topic.
    type: list
    elements: str
    default: []
  ok_actions:
    description: The ARNs of the actions when the alarm goes into OK.
    type: list
    elements: str
    default: []
  insufficient_data_actions:
    description: The ARNs of the actions when the alarm goes into INSUFFICIENT_DATA.
    type: list
    elements: str
    default: []
  tags:
    description:
      - Tags to set. Other tags of the alarm are left as is. Values are converted to strings, as in the amazon.aws
        modules.
    type: dict
notes:
  - Requires boto3 and botocore 1.43.37 or newer, the first version that supports log alarms.
  - Requires the permissions C(cloudwatch:DescribeAlarms), C(cloudwatch:PutLogAlarm), C(cloudwatch:DeleteAlarms), and
    C(iam:PassRole) for the roles, and C(cloudwatch:ListTagsForResource) and C(cloudwatch:TagResource) for tags.
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
  - name: Log alarms
    description: Log alarms in the Amazon CloudWatch User Guide.
    link: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-log.html
"""

EXAMPLES = r"""
- name: List who changed a security group in the notification
  aws_cis.monitoring.cloudwatch_log_alarm:
    region: eu-west-1
    alarm_name: security_group_changes_alarm_log
    query_string: >-
      fields eventTime, userIdentity.arn, eventName, sourceIPAddress, errorCode
      | filter eventName in ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"]
    log_groups: [aws-cloudtrail-logs]
    query_role_arn: arn:aws:iam::123456789012:role/log-alarms
    start_time_offset: 1200
    log_lines: 50
    log_lines_role_arn: arn:aws:iam::123456789012:role/log-alarms
    alarm_actions:
      - arn:aws:sns:eu-west-1:123456789012:security-alerts

- name: Delete the log alarm
  aws_cis.monitoring.cloudwatch_log_alarm:
    region: eu-west-1
    alarm_name: security_group_changes_alarm_log
    state: absent
"""

RETURN = r"""
log_alarm:
  description:
    - The alarm after the task, with the names of the options. In check mode, the predicted alarm. Empty if
      O(state=absent).
  returned: success
  type: dict
  sample:
    alarm_name: security_group_changes_alarm_log
    query_string: fields eventTime, userIdentity.arn | filter eventName = "AuthorizeSecurityGroupIngress"
    log_groups: [aws-cloudtrail-logs]
    query_role_arn: arn:aws:iam::123456789012:role/log-alarms
    schedule_expression: rate(5 minutes)
    start_time_offset: 1200
    end_time_offset: 0
    tags: {}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Alarm, Gap
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    attempt,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.alarms import (
    alarm_named,
    read_tags,
    to_alarm,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader, or_fail
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan import log_alarm
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import as_text

_NEEDED = ("query_string", "log_groups", "query_role_arn", "start_time_offset")

_OPTIONS: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "alarm_name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "query_string": {"type": "str"},
    "log_groups": {"type": "list", "elements": "str"},
    "query_role_arn": {"type": "str"},
    "schedule_expression": {"type": "str"},
    "start_time_offset": {"type": "int"},
    "end_time_offset": {"type": "int"},
    "aggregation_expression": {"type": "str"},
    "results_to_evaluate": {"type": "int"},
    "results_to_alarm": {"type": "int"},
    "threshold": {"type": "float"},
    "comparison": {"type": "str", "choices": list(log_alarm.COMPARISONS)},
    "treat_missing_data": {"type": "str", "choices": ["breaching", "notBreaching", "ignore", "missing"]},
    "log_lines": {"type": "int"},
    "log_lines_role_arn": {"type": "str"},
    "actions_enabled": {"type": "bool"},
    "alarm_actions": {"type": "list", "elements": "str"},
    "ok_actions": {"type": "list", "elements": "str"},
    "insufficient_data_actions": {"type": "list", "elements": "str"},
    "tags": {"type": "dict"},
}
ARGUMENT_SPEC: dict[str, Any] = {
    name: {**option, "default": log_alarm.DEFAULTS[name]} if name in log_alarm.DEFAULTS else option
    for name, option in _OPTIONS.items()
}
CONSTRAINTS: dict[str, Any] = {"required_if": [("state", "present", _NEEDED)]}


def run(task: Task) -> dict[str, Any]:
    """Bring the alarm to the requested state. Raises TaskError."""
    client = task.clients.client("cloudwatch")
    name, region = task.params["alarm_name"], client.meta.region_name
    reader = Reader(task.clients)
    if not reader.can_ask("cloudwatch", "put_log_alarm", region):
        raise TaskError(log_alarm.too_old())
    with or_fail():
        entry = alarm_named(reader, name, region) or {}
    found = to_alarm(entry) if entry else None
    if found and found.log_query is None:
        raise TaskError(f"Alarm {name} in {region} is not a log alarm. It is not changed. Set another alarm_name.")
    if task.params["state"] == "absent":
        return _absent(task, client, found)
    wanted = {option: task.params[option] for option in log_alarm.FIELDS}
    if faults := _nulls(wanted) or list(log_alarm.faults(name, wanted)):
        raise TaskError(" ".join(faults))
    return _present(task, client, entry, found, wanted)


def _nulls(wanted: Mapping[str, Any]) -> list[str]:
    """What is given as null, which counts as given for required_if."""
    return [f"{option} is null. Set it, or set state to absent." for option in wanted if wanted[option] is None]


def _present(
    task: Task, client: Any, entry: Mapping[str, Any], found: Alarm | None, wanted: dict[str, Any]
) -> dict[str, Any]:
    name, region = task.params["alarm_name"], client.meta.region_name
    tags = as_text(task.params["tags"]) or {}
    known = _tags(Reader(task.clients), found) if tags else {}
    old, new = log_alarm.differences(found, wanted) if found else ({}, wanted)
    missing = {key: value for key, value in tags.items() if known.get(key) != value}
    listed = [{"Key": key, "Value": value} for key, value in missing.items()]
    if not task.check_mode:
        if new:
            with attempt(f"create or update log alarm {name} in {region}"):
                its_tags = {"Tags": listed} if listed and found is None else {}
                client.put_log_alarm(**log_alarm.request(name, wanted, entry), **its_tags)
        if listed and found:
            with attempt(f"tag alarm {found.arn}"):
                client.tag_resource(ResourceARN=found.arn, Tags=listed)
    old_tags = {key: known[key] for key in missing if key in known}
    before = {**old, **({"tags": old_tags} if old_tags else {})}
    after = {**new, **({"tags": missing} if missing else {})}
    result = {"alarm_name": name, **wanted, "tags": {**known, **missing}}
    return _result(task, before, after, result)


def _tags(reader: Reader, found: Alarm | None) -> dict[str, str]:
    if found is None:
        return {}
    tags = read_tags(reader, found.arn, found.region)
    if isinstance(tags, Gap):
        raise TaskError(tags.detail, error_code=tags.code)
    return dict(tags)


def _absent(task: Task, client: Any, found: Alarm | None) -> dict[str, Any]:
    if found and not task.check_mode:
        with attempt(f"delete log alarm {found.name} in {found.region}", gone=["ResourceNotFound"]):
            client.delete_alarms(AlarmNames=[found.name])
    return _result(task, log_alarm.settings_of(found) if found else {}, {}, {})


def _result(task: Task, before: dict[str, Any], after: dict[str, Any], alarm: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {"changed": before != after, "log_alarm": alarm}
    if task.diff_mode:
        result["diff"] = {"before": before, "after": after}
    return result


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run, **CONSTRAINTS)


if __name__ == "__main__":
    main()
