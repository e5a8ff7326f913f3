#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the notification path of CIS monitoring controls."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_drill
short_description: Test the notification path of CIS monitoring controls
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Tests, for each control, the account's best notification path as M(aws_cis.monitoring.cis_monitoring_info) finds it,
    from metric filter to subscriber. A path whose settings are correct may still deliver nothing, for instance because
    a KMS key policy prevents CloudWatch from publishing.
  - RV(drill.announcement) lists what the drill does. In check mode only the read-only steps are executed.
  - The task does not fail if the drill fails. Check RV(drill.outcome).
  - Temporary resources are removed at the end, also if the drill fails. A drill also removes, by name, what an
    interrupted drill has left in the account. Do not run two drills in one account at the same time.
options:
  controls:
    description:
      - The controls to test. V(all) selects every control of the benchmark.
      - C(docs/controls.md) of this collection describes the controls.
    version_added: 2.0.0
  depth:
    description:
      - With V(pattern), AWS evaluates the metric filters against sample records of each required case and against
        similar records that must not match (C(TestMetricFilter), one call for each filter). This writes nothing.
      - With V(notification), each alarm is also set to ALARM, with a state reason that identifies the drill. The alarm
        actions are executed, so that subscribers are notified.
      - With V(full), an empty security group is created and deleted instead, and every step from the record in the log
        group to the notification is observed. Only the control V(security_group_changes) supports this depth. Causing
        the events of other controls would change resources in use or could not be undone, so these controls are
        reported as V(not_drilled).
    type: str
    choices: [pattern, notification, full]
    default: pattern
  confirm:
    description: Must be V(true) for any O(depth) other than V(pattern), except in check mode.
    type: bool
    default: false
  benchmark:
    description:
      - The benchmark, or several, whose cases must be matched. Cases that only others require are reported as such.
  arrival_queue:
    description: Subscribe a temporary SQS queue to each topic, to verify that each message arrives.
    type: bool
    default: false
  vpc_id:
    description:
      - The VPC to create the security group in, in the region of the connection. Required with O(depth=full).
    type: str
  timeout:
    description:
      - The maximum time in seconds for all steps of a control. CloudTrail delivery alone takes about five minutes.
    type: int
    default: 1200
  interval:
    description: The number of seconds between two checks.
    type: int
    default: 10
notes:
  - Displays its progress if it runs inside the Ansible worker. See the note on C(connection=local).
  - The policies in C(docs/policies/audit.json) and C(docs/policies/drill.json) of this collection allow the calls that
    this module makes.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._controls
  - aws_cis.monitoring._controls.benchmark
  - aws_cis.monitoring._connection.expected
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.drill
seealso:
  - module: aws_cis.monitoring.cis_monitoring_info
"""

EXAMPLES = r"""
- name: Test the metric filters with sample records
  aws_cis.monitoring.cis_monitoring_drill:
    region: eu-west-1
  register: tried

- name: Set the alarm to ALARM and verify that the notification arrives
  aws_cis.monitoring.cis_monitoring_drill:
    region: eu-west-1
    depth: notification
    confirm: true
    arrival_queue: true
  register: drilled

- name: Test the filters of every control of a benchmark
  aws_cis.monitoring.cis_monitoring_drill:
    region: eu-west-1
    controls: all
    benchmark: cis_v7_0_0
  register: all_tried

- name: Fail if no one would be notified
  ansible.builtin.assert:
    that: drilled.drill.outcome == 'passed'
    fail_msg: "{{ drilled.drill.summary }}"
"""

RETURN = r"""
left_out:
  description: The controls that O(controls=all) omitted because the benchmark does not have them.
  returned: success
  type: list
  elements: str
  sample: [organizations_changes]
drill:
  description:
    - The result of the drill. RV(drill.legs), RV(drill.pattern), RV(drill.subscribers) and RV(drill.message) summarize
      all controls. RV(drill.controls) has the result of each control.
  returned: success
  type: dict
  contains:
    when:
      description: The start time of the drill, in UTC.
      type: str
      returned: success
      sample: "2026-11-23T05:00:00Z"
    depth:
      description: The depth of the drill.
      type: str
      returned: success
      sample: notification
    outcome:
      description:
        - V(passed). V(failed) if a step failed or something could not be removed.
        - V(not_drilled) if a path is incomplete, an alarm is already in ALARM, or a control does not support the depth.
          V(planned) in check mode. V(covered_elsewhere) if the log group is in another account, where the drill should
          be run.
        - The worst outcome of all controls.
      type: str
      returned: success
      sample: passed
    account:
      description: The account ID.
      type: str
      returned: success
      sample: "123456789012"
    summary:
      description: The outcome in one line.
      type: str
      returned: success
      sample: "Account 123456789012: The drill passed. The message arrived: ALARM: security_group_changes_alarm."
    announcement:
      description: What the drill does, one sentence each.
      type: list
      elements: str
      returned: success
    legs:
      description:
        - The steps in order, up to the last one reached. For several controls, each step is listed once, with the worst
          status and the longest time.
      type: list
      elements: dict
      returned: success
      contains:
        leg:
          description: V(pattern), V(record), V(metric), V(alarm), V(action), V(message) or V(return).
          type: str
          returned: success
          sample: action
        status:
          description: V(pass), V(fail) or V(not_checked).
          type: str
          returned: success
          sample: pass
        seconds:
          description:
            - When the step was observed, in seconds since the alarm was set or the security group was created. The
              precision is O(interval).
            - Null for V(pattern).
          type: float
          returned: success
          sample: 2.4
        detail:
          description: One sentence.
          type: str
          returned: success
    pattern:
      description: The results of the filters' evaluation by AWS.
      type: dict
      returned: success
      contains:
        records:
          description: The number of sample records.
          type: int
          returned: success
          sample: 50
        filters:
          description: Name and pattern of each filter.
          type: list
          elements: dict
          returned: success
        missed:
          description: Records that the benchmark requires and that no filter matches.
          type: list
          elements: str
          returned: success
        later_missed:
          description: Records that only another benchmark requires and that no filter matches.
          type: list
          elements: str
          returned: success
        also_matched:
          description: Records that a filter matches although no benchmark requires them. This is not a fault.
          type: list
          elements: str
          returned: success
        differences:
          description:
            - Records for which this collection's evaluation differs from that of AWS.
            - Each entry has C(filter), C(record), and the results C(aws) and C(ours).
            - Each difference is a bug of this collection. Please report it.
          type: list
          elements: dict
          returned: success
    subscribers:
      description: The delivery status of each subscriber.
      type: list
      elements: dict
      returned: success
      contains:
        protocol:
          description: The protocol.
          type: str
          returned: success
          sample: email
        endpoint:
          description: The endpoint, masked.
          type: str
          returned: success
          sample: se***@example.com
        status:
          description: V(accepted), V(not_sent), V(pending), V(filtered), V(deleted) or V(unknown).
          type: str
          returned: success
          sample: accepted
        detail:
          description: One sentence.
          type: str
          returned: success
    message:
      description: The first message that arrived at the temporary queue, or null.
      type: dict
      returned: success
      contains:
        subject:
          description: The subject of the message.
          type: str
          returned: success
          sample: 'ALARM: "security_group_changes_alarm" in EU (Ireland)'
        text:
          description: The message as JSON, as the queue received it.
          type: str
          returned: success
        sent:
          description: The time at which SNS sent the message.
          type: str
          returned: success
          sample: "2026-11-23T05:00:03.456Z"
        mail:
          description:
            - The message as an e-mail subscriber sees it, with the alarm's description, as a list of lines.
            - The fixed sentences that CloudWatch adds are omitted.
          type: list
          elements: str
          returned: success
    controls:
      description: The results of each control, in the order of the benchmark.
      type: list
      elements: dict
      returned: success
      contains:
        control:
          description: The control.
          type: str
          returned: success
          sample: security_group_changes
        outcome:
          description: Like RV(drill.outcome).
          type: str
          returned: success
          sample: passed
        summary:
          description: The outcome in one line, or why the control was not tested.
          type: str
          returned: success
        legs:
          description: Like RV(drill.legs), of this control.
          type: list
          elements: dict
          returned: success
        pattern:
          description: Like RV(drill.pattern), of this control.
          type: dict
          returned: success
        subscribers:
          description: Like RV(drill.subscribers), of this control's topic.
          type: list
          elements: dict
          returned: success
        message:
          description: Like RV(drill.message), of this control's alarm.
          type: dict
          returned: success
    leftovers_removed:
      description: Resources that an interrupted drill had left and this drill removed.
      type: list
      elements: str
      returned: success
    in_use:
      description:
        - Temporary resources that another drill of the account may use, and until when. They are not removed.
        - A drill that is started after that time removes them.
      type: list
      elements: str
      returned: success
    removed:
      description: Temporary resources that this drill created and removed.
      type: list
      elements: str
      returned: success
    left:
      description: Temporary resources that could not be removed, and why. Remove them manually.
      type: list
      elements: str
      returned: success
"""

from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.choice import (
    BENCHMARK_OPTION,
    CONTROLS_OPTION,
    chosen_controls,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.proofs import Budget
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.result import DEPTHS, FULL, PATTERN
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.run import drill_account
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.several import judge_by_all
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import observe
from ansible_collections.aws_cis.monitoring.plugins.module_utils._safe_text import printable_data

ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "controls": CONTROLS_OPTION,
    "depth": {"type": "str", "choices": list(DEPTHS), "default": PATTERN},
    "confirm": {"type": "bool", "default": False},
    "benchmark": BENCHMARK_OPTION,
    "arrival_queue": {"type": "bool", "default": False},
    "vpc_id": {"type": "str"},
    "timeout": {"type": "int", "default": 1200},
    "interval": {"type": "int", "default": 10},
}
CONSTRAINTS: dict[str, Any] = {"required_if": [("depth", FULL, ("vpc_id",))]}


def run(task: Task) -> dict[str, Any]:
    """Test the best notification path of each control. Raises TaskError."""
    params = task.params
    writes = params["depth"] != PATTERN
    if writes and not task.check_mode and not params["confirm"]:
        raise TaskError(
            f"A drill of depth {params['depth']} makes changes. Set confirm to true to run it, "
            "or use check mode to see what it would do."
        )
    try:
        controls, left_out = chosen_controls(params["controls"], params["benchmark"])
    except ValueError as error:
        raise TaskError(str(error)) from error
    observation = observe(task.clients, controls)
    budget = Budget()
    verdicts = [judge_by_all(observation, control, params["benchmark"], budget=budget) for control in controls]
    drilled = drill_account(task, observation.account.id, verdicts)
    changed = writes and not all(drill.obstacle for drill in drilled.drills)
    return {"changed": changed, "drill": printable_data(drilled.as_dict()), "left_out": left_out}


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run, **CONSTRAINTS)


if __name__ == "__main__":
    main()
