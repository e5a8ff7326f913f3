#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove by a drill that a message arrives when a security group changes."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_drill
short_description: Prove by a drill that a message arrives when a security group changes
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Drills the path that M(aws_cis.monitoring.cis_monitoring_info) judges to be the account's best one, from metric
    filter to subscriber. A path that looks whole may still be silent, for instance since a key's policy keeps
    CloudWatch from publishing.
  - Says in RV(drill.announcement) what it will do. In check mode it says so, does what only reads, and nothing else.
  - A drill that fails does not fail the task. Look at RV(drill.outcome).
  - What it makes for its own duration it removes again, also when it fails. What a drill that was interrupted has left,
    the next one in the account finds by its name and removes, so do not run two in one account at a time.
options:
  depth:
    description:
      - With V(pattern), AWS itself tries the metric filters on sample records of each event (C(TestMetricFilter)). This
        writes nothing.
      - With V(notification), the alarm is also set to ALARM, with a reason that says that it is a drill. Its actions
        really happen, so its subscribers are told.
      - With V(full), an empty security group is created and deleted instead, and every leg of the way is watched, from
        the record in the log group on.
    type: str
    choices: [pattern, notification, full]
    default: pattern
  confirm:
    description: Has to be V(true) for any other O(depth) than V(pattern), outside check mode.
    type: bool
    default: false
  benchmark:
    description: The benchmark whose events must be matched. An event that only another one asks for is mentioned.
    type: str
    choices:
      - cis_v1_2_0
      - cis_v1_3_0
      - cis_v1_4_0
      - cis_v1_5_0
      - cis_v2_0_0
      - cis_v3_0_0
      - cis_v4_0_0
      - cis_v5_0_0
      - cis_v6_0_0
      - cis_v7_0_0
      - security_hub
    default: cis_v1_4_0
  arrival_queue:
    description: Subscribe a temporary SQS queue to the topic, so that the arrival of the message is proven.
    type: bool
    default: false
  vpc_id:
    description:
      - The VPC to create the security group in, in the region of the connection. Required with O(depth=full).
    type: str
  timeout:
    description: How many seconds to wait for all legs together. CloudTrail alone takes about five minutes.
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

- name: Fail if nobody would be told
  ansible.builtin.assert:
    that: drilled.drill.outcome == 'passed'
    fail_msg: "{{ drilled.drill.summary }}"
"""

RETURN = r"""
drill:
  description: The drill.
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
        - V(not_drilled) if the path ends too early or the alarm can't go off now. V(planned) in check mode.
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
      description: The legs of the way in their order, as far as it went.
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
          description: Records of the benchmark's events that no filter matches.
          type: list
          elements: str
          returned: success
        later_missed:
          description: The same of events that only a later benchmark asks for.
          type: list
          elements: str
          returned: success
        also_matched:
          description: Events that are matched and are no change of a security group.
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
      description: The message that arrived at the temporary queue, with C(subject), C(text) and C(sent). None without.
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

from datetime import UTC, datetime
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError, run_as_module
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    BENCHMARKS,
    DEFAULT_BENCHMARK,
    SECURITY_GROUP_CHANGES,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.result import (
    DEPTHS,
    FULL,
    PATTERN,
    Drill,
    announce,
    obstacle,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.run import Drilling, Waiting
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.temporary import Temporary, ending_in_order
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Verdict, judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import observe

ARGUMENT_SPEC: dict[str, Any] = {
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
    """Drill the best path of the account. Raises TaskError."""
    params = task.params
    writes = params["depth"] != PATTERN
    if writes and not task.check_mode and not params["confirm"]:
        raise TaskError(
            f"A drill of depth {params['depth']} calls APIs that write. Set confirm to true to have it done, "
            "or run it in check mode to see what it would do."
        )
    observation = observe(task.clients)
    verdict = judge(observation, SECURITY_GROUP_CHANGES, params["benchmark"])
    drill = _announced(task, verdict, observation.account.id)
    if drill.obstacle:
        return {"changed": False, "drill": drill.as_dict()}
    group = verdict.path.log_group
    drilling = Drilling(
        task=task,
        drill=drill,
        path=verdict.path,
        region=group.region if group else observation.account.region,
        waiting=Waiting(params["timeout"], max(1, params["interval"]), task.tell),
        temporary=Temporary(task.tell),
    )
    drilling.try_patterns(SECURITY_GROUP_CHANGES, params["benchmark"])
    if params["depth"] == FULL:
        drilling.check_vpc()
    if writes and not task.check_mode:
        _act(drilling)
    drill.is_planned = writes and task.check_mode
    return {"changed": writes, "drill": drill.as_dict()}


def _announced(task: Task, verdict: Verdict, account: str) -> Drill:
    params, path = task.params, verdict.path
    announcement = tuple(
        announce(
            path,
            params["depth"],
            with_queue=params["arrival_queue"],
            vpc_id=params["vpc_id"],
            timeout=params["timeout"],
        )
    )
    why = obstacle(path, params["depth"], verdict.reason)
    return Drill(datetime.now(tz=UTC), params["depth"], account, announcement, obstacle=why)


def _act(drilling: Drilling) -> None:
    """Do what writes, and remove what was made on the way, whatever happens."""
    drill, temporary = drilling.drill, drilling.temporary
    with ending_in_order():
        drilling.remove_leftovers()
        try:
            drilling.act_and_watch()
        except TaskError as error:
            temporary.remove_all()
            raise TaskError(error.message, **{**error.details, "left": temporary.left}) from error
        finally:
            temporary.remove_all()
    drill.removed = temporary.removed
    drill.left = [*drill.left, *temporary.left]


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run, **CONSTRAINTS)


if __name__ == "__main__":
    main()
