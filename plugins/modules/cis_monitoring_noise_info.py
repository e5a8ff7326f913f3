#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_noise_info
short_description: Preview the alarm volume of monitoring controls
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Counts the records that the metric filters for a control would match, how often its alarm would have fired, and
    which principals caused most of the records. The control does not need to be installed.
  - An alarm fires when it goes into ALARM. The prescribed alarm stays in ALARM until five minutes have passed without a
    matching record, so that a deployment that changes fifty rules at once fires once.
  - Reports for each of the most active principals how excluding it would weaken the control. An exclusion often
    excludes more than intended, because C(!=) does not match a record that lacks the field.
  - M(aws_cis.monitoring.cis_monitoring_events_info) lists the events that match the filters that an account has. This
    module counts the events that the filters to be installed would match.
  - Makes read-only calls only.
options:
  controls:
    description:
      - The controls to preview, as a list or a single name. V(all) selects all controls.
  benchmarks:
    description:
      - The benchmarks that the filters should satisfy, as for the role P(aws_cis.monitoring.cis_monitoring#role).
  days:
    description:
      - The number of days to count. CloudWatch Logs searches all records of this time range.
    type: int
    default: 7
  log_group_name:
    description:
      - The log group to search, in the region of the connection.
      - By default, the log group of the account's qualifying trail, in any region.
    type: str
notes:
  - The policy in C(docs/policies/events.json) of this collection allows exactly the calls that this module makes.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._controls
  - aws_cis.monitoring._controls.benchmarks
  - aws_cis.monitoring._connection.expected
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.info_module
seealso:
  - module: aws_cis.monitoring.cis_monitoring_events_info
  - module: aws_cis.monitoring.cis_monitoring_info
"""

EXAMPLES = r"""
- name: Preview the alarm volume
  aws_cis.monitoring.cis_monitoring_noise_info:
    region: eu-west-1
    days: 14
  register: noise

- name: Show the alarm volume
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
  description: The log group that was searched. Empty if it is in another account, as RV(summary) says.
  returned: success
  type: str
  sample: cloudtrail
summary:
  description: Where to search, if the trail's log group is in another account.
  returned: if the log group is in another account
  type: str
controls:
  description: The counts of each control.
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
      description: The title of the control.
      type: str
      returned: always
    patterns:
      description: The patterns that would be installed.
      type: list
      elements: str
      returned: always
    days:
      description: The number of days counted.
      type: int
      returned: always
    records:
      description: The number of matching records.
      type: int
      returned: always
    periods:
      description: The number of five-minute clock periods that contain matching records.
      type: int
      returned: always
    note:
      description: Why nothing can be known where there are no records, such as a trail that does not log. Else empty.
      type: str
      returned: always
    rings:
      description:
        - How often the alarm would have gone into ALARM, as an upper limit. Where data are missing, CloudWatch may
          evaluate more than one period, so that two bursts cause one alarm.
      type: int
      returned: always
    rings_a_day:
      description: The number of alarms per day.
      type: float
      returned: always
    principals:
      description: The principals that caused 90 percent of the records, most active first. At most five.
      type: list
      elements: dict
      returned: always
      contains:
        principal:
          description: The principal. All sessions of a role are one principal.
          type: str
          returned: always
          sample: role Deployment
        records:
          description: The number of records of the principal.
          type: int
          returned: always
        share:
          description: The share of the principal in percent.
          type: int
          returned: always
        rings_without:
          description: How often the alarm would have fired without the principal.
          type: int
          returned: always
        exclusion:
          description:
            - How excluding the principal from the filter would weaken the control. Null if no field identifies the
              principal.
            - For information only. Do not use the exclusion.
          type: dict
          returned: always
          contains:
            patterns:
              description: The patterns with the exclusion.
              type: list
              elements: str
              returned: always
            coverage:
              description: The proven coverage of the control with these patterns, usually V(narrowed).
              type: str
              returned: always
            condition:
              description: Which records would still be caught.
              type: str
              returned: always
            missed:
              description: The number of records that would have been missed.
              type: int
              returned: always
            missed_of_others:
              description: The number of missed records of other principals.
              type: int
              returned: always
            example:
              description:
                - A record that would have been missed, preferably of another principal. It has the keys of
                  RV(aws_cis.monitoring.cis_monitoring_events_info#module:events).
              type: dict
              returned: always
    other_principals:
      description: The number of other principals.
      type: int
      returned: always
    quieter_ways:
      description: Ways to reduce the alarm volume without weakening the control.
      type: list
      elements: str
      returned: always
table:
  description: The result as lines of a table.
  returned: success
  type: list
  elements: str
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import LogGroup, Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import AUDITORS, BENCHMARKS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.choice import CONTROLS_OPTION, named_controls
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.installed import (
    installed_patterns,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.noise import preview_lines, quieter_lines
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.search import noise_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.sources import (
    elsewhere,
    silence,
    trail_group,
    unread,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.window import Window
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import observe_log_groups

ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
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
    result = {
        "changed": False,
        "account": observation.account.id,
        "read_at": observation.read_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if not task.params["log_group_name"] and not trail_group(observation) and (place := elsewhere(observation)):
        return {**result, "summary": place, "log_group": "", "controls": [], "table": [place]}
    group = _group(observation, task.params["log_group_name"])
    now = datetime.now(tz=UTC)
    results = []
    for control in controls:
        if patterns := installed_patterns(control, task.params["benchmarks"]):
            noise = noise_of(task, group, patterns, Window(now - timedelta(days=days), now))
            results.append(noise.result(control, patterns, days, silence(observation, group)))
    return {
        **result,
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
        fault = f"No trail of account {account.id} delivers to an existing log group of the account."
    if found is None:
        raise TaskError(f"There is no log group to search. {unread(observation) or fault}")
    return found


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
