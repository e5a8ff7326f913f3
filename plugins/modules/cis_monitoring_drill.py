#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove by a drill that a message arrives when something happens that the CIS benchmark names."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_drill
short_description: Prove by a drill that a message arrives when something happens that the CIS benchmark names
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Drills, for each control, the path that M(aws_cis.monitoring.cis_monitoring_info) judges to be the account's best
    one, from metric filter to subscriber. A path that looks whole may still be silent, for instance since a key's
    policy keeps CloudWatch from publishing.
  - Says in RV(drill.announcement) what it will do. In check mode it says so, does what only reads, and nothing else.
  - A drill that fails does not fail the task. Look at RV(drill.outcome).
  - What it makes for its own duration it removes again, also when it fails. What a drill that was interrupted has left,
    the next one in the account finds by its name and removes, so do not run two in one account at a time.
options:
  controls:
    description:
      - The controls to drill, or V(all) for every one that the benchmark has.
      - See C(docs/controls.md) of this collection for what each is about.
    version_added: 2.0.0
  depth:
    description:
      - With V(pattern), AWS itself tries the metric filters on sample records of each case that a benchmark wants to
        be told of, and on some that are close to them (C(TestMetricFilter), one call for each filter). This writes
        nothing.
      - With V(notification), the alarms are also set to ALARM, one by one, with a reason that says that it is a drill.
        Their actions really happen, so their subscribers are told.
      - With V(full), an empty security group is created and deleted instead, and every leg of the way is watched, from
        the record in the log group on. This is so for the control V(security_group_changes) alone. The events of the
        others can't be caused without a change to what is in use, or can't be taken back, so such a control is not
        drilled, and says so.
    type: str
    choices: [pattern, notification, full]
    default: pattern
  confirm:
    description: Has to be V(true) for any other O(depth) than V(pattern), outside check mode.
    type: bool
    default: false
  benchmark:
    description: The benchmark whose cases must be matched. What only another one asks for is mentioned.
  arrival_queue:
    description: Subscribe a temporary SQS queue to each topic, so that the arrival of each message is proven.
    type: bool
    default: false
  vpc_id:
    description:
      - The VPC to create the security group in, in the region of the connection. Required with O(depth=full).
    type: str
  timeout:
    description:
      - How many seconds to wait for all legs of a control together. CloudTrail alone takes about five minutes.
    type: int
    default: 1200
  interval:
    description: How many seconds to wait before looking again.
    type: int
    default: 10
notes:
  - Shows its progress where it runs inside the Ansible worker, see the first note on the connection.
  - The calls that it makes are allowed by the policies in C(docs/policies/audit.json) and C(docs/policies/drill.json)
    of this collection.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._controls
  - aws_cis.monitoring._controls.benchmark
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.drill
seealso:
  - module: aws_cis.monitoring.cis_monitoring_info
"""

EXAMPLES = r"""
- name: Let AWS try the account's metric filters
  aws_cis.monitoring.cis_monitoring_drill:
    region: eu-west-1
  register: tried

- name: Set off the alarm, and see its message arrive
  aws_cis.monitoring.cis_monitoring_drill:
    region: eu-west-1
    depth: notification
    confirm: true
    arrival_queue: true
  register: drilled

- name: Let AWS try the filters of every control of the benchmark
  aws_cis.monitoring.cis_monitoring_drill:
    region: eu-west-1
    controls: all
    benchmark: cis_v7_0_0
  register: all_tried

- name: Fail if nobody would be told
  ansible.builtin.assert:
    that: drilled.drill.outcome == 'passed'
    fail_msg: "{{ drilled.drill.summary }}"
"""

RETURN = r"""
left_out:
  description: The controls that O(controls=all) left out, since the benchmark does not have them.
  returned: success
  type: list
  elements: str
  sample: [organizations_changes]
drill:
  description:
    - The drill. RV(drill.legs), RV(drill.pattern), RV(drill.subscribers) and RV(drill.message) take all controls
      together, RV(drill.controls) has them apart.
  returned: success
  type: dict
  contains:
    when:
      description: When it began.
      type: str
      returned: success
      sample: "2026-11-23T05:00:00Z"
    depth:
      description: Its depth.
      type: str
      returned: success
      sample: notification
    outcome:
      description:
        - V(passed), or V(failed) if a leg failed or something could not be removed.
        - V(not_drilled) if a path ends too early, an alarm can't go off now, or a control can't be tried at that depth.
          V(planned) in check mode.
        - The worst of the controls' outcomes.
      type: str
      returned: success
      sample: passed
    account:
      description: The account.
      type: str
      returned: success
      sample: "123456789012"
    summary:
      description: The outcome in words.
      type: str
      returned: success
      sample: "Account 123456789012: The drill passed. The message arrived: ALARM: security_group_changes_alarm."
    announcement:
      description: What the drill does, a sentence each.
      type: list
      elements: str
      returned: success
    legs:
      description:
        - The legs of the way in their order, as far as it went. Of several controls, each leg is there once, as it was
          where it was worst and with the longest time.
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
            - When it was seen, in seconds since the alarm was set or the security group created, to within O(interval).
            - None for V(pattern).
          type: float
          returned: success
          sample: 2.4
        detail:
          description: One sentence.
          type: str
          returned: success
    pattern:
      description: What AWS's evaluation of the filters came to.
      type: dict
      returned: success
      contains:
        records:
          description: How many sample records were tried.
          type: int
          returned: success
          sample: 50
        filters:
          description: Name and pattern of each filter.
          type: list
          elements: dict
          returned: success
        missed:
          description: Records that the benchmark asks for and no filter matches.
          type: list
          elements: str
          returned: success
        later_missed:
          description: The same of those that only another benchmark asks for.
          type: list
          elements: str
          returned: success
        also_matched:
          description: Records that are matched and that no benchmark asks for. That is no fault.
          type: list
          elements: str
          returned: success
        differences:
          description:
            - Where this collection decides otherwise than AWS.
            - Each has C(filter), C(record), and what C(aws) and C(ours) say.
            - Each is a bug of this collection. Please report it.
          type: list
          elements: dict
          returned: success
    subscribers:
      description: What is known of each subscriber.
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
      description: The message that arrived at the temporary queue, the first one if there are several. None without.
      type: dict
      returned: success
      contains:
        subject:
          description: Its subject.
          type: str
          returned: success
          sample: 'ALARM: "security_group_changes_alarm" in EU (Ireland)'
        text:
          description: The JSON that the queue got.
          type: str
          returned: success
        sent:
          description: When SNS sent it.
          type: str
          returned: success
          sample: "2026-11-23T05:00:03.456Z"
        mail:
          description:
            - What a subscriber by e-mail sees, line by line, with the alarm's description.
            - CloudWatch's fixed sentences are left out.
          type: list
          elements: str
          returned: success
    controls:
      description: The same for each control, in the order of the benchmarks.
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
          description: The outcome in words, or why the control was not drilled.
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
      description: What an interrupted drill had left, and this one removed.
      type: list
      elements: str
      returned: success
    removed:
      description: What this drill made and removed.
      type: list
      elements: str
      returned: success
    left:
      description: What could not be removed, and why. Remove it by hand.
      type: list
      elements: str
      returned: success
"""

from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError, run_as_module
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    BENCHMARKS,
    DEFAULT_BENCHMARK,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.choice import (
    CONTROLS_OPTION,
    chosen_controls,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.result import DEPTHS, FULL, PATTERN
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.run import drill_account
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import observe
from ansible_collections.aws_cis.monitoring.plugins.module_utils._safe_text import printable_data

ARGUMENT_SPEC: dict[str, Any] = {
    "controls": CONTROLS_OPTION,
    "depth": {"type": "str", "choices": list(DEPTHS), "default": PATTERN},
    "confirm": {"type": "bool", "default": False},
    "benchmark": {"type": "str", "choices": list(BENCHMARKS), "default": DEFAULT_BENCHMARK},
    "arrival_queue": {"type": "bool", "default": False},
    "vpc_id": {"type": "str"},
    "timeout": {"type": "int", "default": 1200},
    "interval": {"type": "int", "default": 10},
}
CONSTRAINTS: dict[str, Any] = {"required_if": [("depth", FULL, ("vpc_id",))]}


def run(task: Task) -> dict[str, Any]:
    """Drill the account's best path of each control. Raises TaskError."""
    params = task.params
    writes = params["depth"] != PATTERN
    if writes and not task.check_mode and not params["confirm"]:
        raise TaskError(
            f"A drill of depth {params['depth']} calls APIs that write. Set confirm to true to have it done, "
            "or run it in check mode to see what it would do."
        )
    try:
        controls, left_out = chosen_controls(params["controls"], params["benchmark"])
    except ValueError as error:
        raise TaskError(str(error)) from error
    observation = observe(task.clients, controls=controls)
    verdicts = [judge(observation, control, params["benchmark"]) for control in controls]
    drilled = drill_account(task, observation.account.id, verdicts)
    changed = writes and not all(drill.obstacle for drill in drilled.drills)
    return {"changed": changed, "drill": printable_data(drilled.as_dict()), "left_out": left_out}


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run, **CONSTRAINTS)


if __name__ == "__main__":
    main()
