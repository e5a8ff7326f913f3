#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enable or disable the actions of CloudWatch alarms."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_alarm_actions
short_description: Enable or disable the actions of CloudWatch alarms
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - An alarm whose actions are disabled still changes its state, but no one is notified.
    M(amazon.aws.cloudwatch_metric_alarm) does not manage this property. This module does.
  - No other property of the alarm is changed.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._connection.account
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.writes
options:
  alarm_names:
    description: The exact names of up to 100 metric or composite alarms.
    type: list
    elements: str
    required: true
  state:
    description: Whether the actions should be enabled.
    type: str
    choices: [enabled, disabled]
    default: enabled
seealso:
  - module: amazon.aws.cloudwatch_metric_alarm
"""

EXAMPLES = r"""
- name: Enable the actions of the alarm
  aws_cis.monitoring.cloudwatch_alarm_actions:
    region: eu-west-1
    alarm_names:
      - security_group_changes_alarm
    state: enabled
"""

RETURN = r"""
alarms:
  description: The alarms with the state of their actions after the task. In check mode, the predicted state.
  returned: success
  type: list
  elements: dict
  contains:
    alarm_name:
      description: The name of the alarm.
      returned: always
      type: str
      sample: security_group_changes_alarm
      version_added: 2.0.0
    alarm_arn:
      description: The ARN of the alarm.
      returned: always
      type: str
      sample: arn:aws:cloudwatch:eu-west-1:123456789012:alarm:security_group_changes_alarm
      version_added: 2.0.0
    name:
      description: The same as C(alarm_name). This is the name of the key in version 1.0.0.
      returned: always
      type: str
      sample: security_group_changes_alarm
    actions_enabled:
      description: Whether the actions of the alarm are enabled.
      returned: always
      type: bool
      sample: true
"""

from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    attempt,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader, or_fail

_MOST_NAMES = 100

ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "alarm_names": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "choices": ["enabled", "disabled"], "default": "enabled"},
}


def run(task: Task) -> dict[str, Any]:
    """Bring the actions of the alarms to the requested state. Raises TaskError."""
    names = list(dict.fromkeys(task.params["alarm_names"]))
    if not 1 <= len(names) <= _MOST_NAMES:
        raise TaskError(f"alarm_names has {len(names)} names. AWS accepts 1 to {_MOST_NAMES}.")
    client = task.clients.client("cloudwatch")
    region = client.meta.region_name
    before = _read(Reader(task.clients), names, region)
    wanted = task.params["state"] == "enabled"
    differing = [name for name in names if before[name].get("ActionsEnabled", True) != wanted]
    if differing and not task.check_mode:
        change = client.enable_alarm_actions if wanted else client.disable_alarm_actions
        with attempt(f"{'enable' if wanted else 'disable'} the actions of {', '.join(differing)} in {region}"):
            change(AlarmNames=differing)
    after = {name: {**alarm, "ActionsEnabled": wanted} for name, alarm in before.items()}
    result: dict[str, Any] = {"changed": bool(differing), "alarms": _shown(after)}
    if task.diff_mode:
        result["diff"] = {"before": {"alarms": _shown(before)}, "after": {"alarms": _shown(after)}}
    return result


def _read(reader: Reader, names: list[str], region: str) -> dict[str, dict[str, Any]]:
    """The alarms as AWS describes them, by name, in the order of the names."""
    with or_fail():
        pages = reader.pages(
            "cloudwatch",
            "describe_alarms",
            region=region,
            about=f"alarms {', '.join(names)}",
            needs=("MetricAlarms",),
            AlarmNames=names,
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
        )
    kinds = ("MetricAlarms", "CompositeAlarms")
    found = {alarm["AlarmName"]: alarm for page in pages for kind in kinds for alarm in page.get(kind, ())}
    missing = [name for name in names if name not in found]
    if missing:
        raise TaskError(f"Alarm {', '.join(missing)} does not exist in region {region}. Create it first.")
    return {name: found[name] for name in names}


def _shown(alarms: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "alarm_name": name,
            "alarm_arn": alarm["AlarmArn"],
            "name": name,
            "actions_enabled": alarm.get("ActionsEnabled", True),
        }
        for name, alarm in alarms.items()
    ]


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
