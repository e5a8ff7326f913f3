#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_noise_info
short_description: Preview how often the alarms of monitoring controls would ring
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Counts, before anything is installed, the records that the metric filters for a control would match, how often its
    alarm would have rung, and the principals behind most of it.
  - An alarm rings when it goes to ALARM. The one that is prescribed stays there until five minutes have passed without
    a record, so that a deployment that changes fifty rules at once rings once.
  - Says for each of the loudest principals what it would cost to write it out of the filter. That breaks the control,
    and often more of it than was meant, since C(!=) does not match a record that lacks the field.
  - It is a module of its own, and no option of M(aws_cis.monitoring.cis_monitoring_events_info), since it looks for
    what would be installed and not for what is, in an account that may have no filter yet, and counts where the other
    lists.
  - Calls nothing that writes.
options:
  controls:
    description:
      - The controls to preview, a list or a single name. V(all) stands for all of them.
  benchmarks:
    description:
      - The benchmarks that the filters are to satisfy, as the role takes them.
  days:
    description:
      - How many days back to count. CloudWatch Logs has to search all records of that time.
    type: int
    default: 7
  log_group_name:
    description:
      - The log group to count in, in the region of the connection.
      - Without it, the log group of the account's qualifying trail, in whatever region that is.
    type: str
notes:
  - The calls that it makes, and no other, are allowed by the policy in C(docs/policies/events.json) of this collection.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._controls
  - aws_cis.monitoring._controls.benchmarks
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.info_module
seealso:
  - module: aws_cis.monitoring.cis_monitoring_events_info
  - module: aws_cis.monitoring.cis_monitoring_info
"""

EXAMPLES = r"""
- name: How noisy will it be?
  aws_cis.monitoring.cis_monitoring_noise_info:
    region: eu-west-1
    days: 14
  register: noise

- name: Say it
  ansible.builtin.debug:
    msg: "{{ noise.table }}"
"""

RETURN = r"""
account:
  description: The account that was searched.
  returned: success
  type: str
  sample: "123456789012"
read_at:
  description: When it was searched, in UTC.
  returned: success
  type: str
  sample: "2026-11-23T05:00:00Z"
log_group:
  description: The log group that was searched.
  returned: success
  type: str
  sample: cloudtrail
controls:
  description: What was counted for each control.
  returned: success
  type: list
  elements: dict
  contains:
    control:
      description: The control.
      type: str
      returned: always
      sample: security_group_changes
    title:
      description: What the control asks for, in words.
      type: str
      returned: always
    patterns:
      description: The patterns that would be installed.
      type: list
      elements: str
      returned: always
    days:
      description: How many days were counted.
      type: int
      returned: always
    records:
      description: How many records match.
      type: int
      returned: always
    periods:
      description: In how many periods of five minutes of the clock there are any.
      type: int
      returned: always
    note:
      description: Why nothing can be known where there are no records, such as a trail that does not log. Else empty.
      type: str
      returned: always
    rings:
      description:
        - How often the alarm would have gone to ALARM. It is the most that can be, since CloudWatch may look further
          back than one period where data are missing, and then two bursts ring once.
      type: int
      returned: always
    rings_a_day:
      description: The same a day.
      type: float
      returned: always
    principals:
      description: The principals behind nine tenths of the records, at most five, the loudest first.
      type: list
      elements: dict
      returned: always
      contains:
        principal:
          description: Who, in words. All sessions of a role are one.
          type: str
          returned: always
          sample: role Deployment
        records:
          description: How many of the records are theirs.
          type: int
          returned: always
        share:
          description: The same in percent.
          type: int
          returned: always
        rings_without:
          description: How often the alarm would have rung without them.
          type: int
          returned: always
        exclusion:
          description:
            - What it would cost to write them out of the filter; null where no field names them.
            - It is here to be seen, not to be used.
          type: dict
          returned: always
          contains:
            patterns:
              description: The patterns that would leave them out.
              type: list
              elements: str
              returned: always
            coverage:
              description: What such patterns still do for the control, V(narrowed) as a rule. It is proven.
              type: str
              returned: always
            condition:
              description: Which records would still be caught, in words.
              type: str
              returned: always
            missed:
              description: How many of the records it would have missed.
              type: int
              returned: always
            missed_of_others:
              description: How many of these are by others.
              type: int
              returned: always
            example:
              description:
                - A record that would have been missed, by somebody else if there is one. It has the keys of
                  RV(aws_cis.monitoring.cis_monitoring_events_info#module:events).
              type: dict
              returned: always
    other_principals:
      description: How many principals there are besides.
      type: int
      returned: always
    quieter_ways:
      description: What makes it quieter and leaves the control whole.
      type: list
      elements: str
      returned: always
table:
  description: The same as lines for a terminal.
  returned: success
  type: list
  elements: str
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import LogGroup, Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError, run_as_module
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import AUDITORS, BENCHMARKS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.choice import CONTROLS_OPTION, named_controls
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.installed import (
    installed_patterns,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.noise import preview_lines, quieter_lines
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.search import noise_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.sources import silence, trail_group, unread
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.window import Window
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import observe_log_groups

ARGUMENT_SPEC: dict[str, Any] = {
    "controls": CONTROLS_OPTION,
    "benchmarks": {
        "type": "list",
        "elements": "str",
        "choices": [*BENCHMARKS, *AUDITORS],
        "default": ["security_hub", "cis_v7_0_0"],
    },
    "days": {"type": "int", "default": 7},
    "log_group_name": {"type": "str"},
}


def run(task: Task) -> dict[str, Any]:
    """Count the account's records. Raises TaskError."""
    days = task.params["days"]
    try:
        controls = named_controls(task.params["controls"])
    except ValueError as error:
        raise TaskError(str(error)) from error
    if days < 1:
        raise TaskError(f"days must be at least 1, not {days}.")
    observation = observe_log_groups(task.clients, task.params["log_group_name"])
    group = _group(observation, task.params["log_group_name"])
    now = datetime.now(tz=UTC)
    results = []
    for control in controls:
        if patterns := installed_patterns(control, task.params["benchmarks"]):
            noise = noise_of(task, group, patterns, Window(now - timedelta(days=days), now))
            results.append(noise.result(control, patterns, days, silence(observation, group)))
    return {
        "changed": False,
        "account": observation.account.id,
        "read_at": observation.read_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "log_group": group.name,
        "controls": results,
        "table": [*preview_lines(results), *quieter_lines(results)],
    }


def _group(observation: Observation, name: str | None) -> LogGroup:
    account = observation.account
    if name:
        named = [group for group in observation.log_groups.values() if isinstance(group, LogGroup)]
        found = next((group for group in named if group.name == name and group.region == account.region), None)
        fault = f"Log group {name!r} does not exist in region {account.region} of account {account.id}."
    else:
        found = trail_group(observation)
        fault = f"No trail of account {account.id} sends its records to a log group of the account that is there."
    if found is None:
        raise TaskError(f"There is nothing to count in. {unread(observation) or fault}")
    return found


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
