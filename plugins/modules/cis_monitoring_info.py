#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_info
short_description: Tell whether somebody is told of what the CIS benchmark wants to be told about in an AWS account
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Reads an account once, along the path that the CIS AWS Foundations Benchmark prescribes, from a CloudTrail trail
    over its log group, metric filter, alarm and SNS topic to a confirmed subscriber.
  - Judges each link of the path and the path as a whole, for each of the fifteen controls of the benchmark's section
    on monitoring that is asked for, and says for each benchmark and for Security Hub whether it would pass.
  - What could not be read is reported as V(unknown), never as a failure and never as a success.
  - Calls nothing that writes.
options:
  benchmark:
    description:
      - The benchmark to judge against. An event that only another benchmark asks for is a warning.
  controls:
    description:
      - The controls to judge, or V(all) for every one that the benchmark has. RV(left_out) names those that it lacks.
      - A control that is named and that the benchmark lacks is an error, before anything is read.
      - The account is read once for all of them.
    version_added: 2.0.0
  delivery_stale_after:
    description:
      - Warn if CloudTrail has delivered nothing to the log group for longer than this many hours.
    type: int
    default: 24
  details:
    description:
      - With V(packed) the result is small, for a run that keeps those of ten thousand accounts until it ends. What
        M(aws_cis.monitoring.cis_monitoring_report) needs is in RV(packed), and RV(controls) has no more than the
        verdicts, with reason and fix of those that are not V(compliant).
      - The playbook C(audit) asks for that. The report is the same with both.
    type: str
    choices: [all, packed]
    default: all
    version_added: 2.0.0
notes:
  - The boto3 that is required is the first one that knows alarm mute rules. An older one can't tell whether an alarm is
    muted, so that no alarm is better than V(unknown) with it.
  - The calls that it makes, and no other, are allowed by the policy in C(docs/policies/audit.json) of this collection.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._controls
  - aws_cis.monitoring._controls.benchmark
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.info_module
seealso:
  - module: aws_cis.monitoring.cis_monitoring_plan
  - module: aws_cis.monitoring.cloudwatchlogs_metric_filter
  - module: aws_cis.monitoring.cloudwatch_alarm_actions
"""

EXAMPLES = r"""
- name: Is anybody told when a security group changes?
  aws_cis.monitoring.cis_monitoring_info:
    region: eu-west-1
  register: monitoring

- name: Say it
  ansible.builtin.debug:
    msg: "{{ monitoring.summary }}"

- name: Judge against the newest benchmark
  aws_cis.monitoring.cis_monitoring_info:
    benchmark: cis_v7_0_0
    delivery_stale_after: 6

- name: Judge every control that the benchmark has
  aws_cis.monitoring.cis_monitoring_info:
    controls: all
    benchmark: cis_v5_0_0
  register: monitoring

- name: List the controls of which nobody is told
  ansible.builtin.debug:
    msg: "{{ monitoring.controls | rejectattr('verdict', 'eq', 'compliant') | map(attribute='control') }}"
"""

RETURN = r"""
account:
  description: The account that was read.
  returned: success
  type: dict
  contains:
    id:
      description: The account's number.
      type: str
      returned: success
      sample: "123456789012"
    partition:
      description: The partition that it lies in.
      type: str
      returned: success
      sample: aws
    region:
      description: The region that the reading started in.
      type: str
      returned: success
      sample: eu-west-1
read_at:
  description: When the account was read, in UTC.
  returned: success
  type: str
  sample: "2026-11-23T05:00:00Z"
summary:
  description: The result in one line for people.
  returned: success
  type: str
  sample: >-
    Account 123456789012: compliant. Every change is told to 2 subscribers.
compliant:
  description: Whether every control is compliant.
  returned: success
  type: bool
trails:
  description:
    - The trails that the region shows, each once, by name.
    - Empty too if they could not be read; RV(controls) says so then.
  returned: with O(details=all)
  type: list
  elements: dict
  contains:
    name:
      description: The trail's name.
      type: str
      returned: success
    arn:
      description: The trail's ARN. An organisation's trail has its owner's account in it.
      type: str
      returned: success
    home_region:
      description: The region that the trail was created in.
      type: str
      returned: success
    multi_region:
      description: Whether it records all regions.
      type: bool
      returned: success
    organization:
      description: Whether it is an organisation's trail.
      type: bool
      returned: success
    log_group_arn:
      description: The log group that it writes to, or null.
      type: str
      returned: success
    qualifies:
      description: Whether the monitoring of this account can build on it.
      type: bool
      returned: success
    lacks:
      description: What it lacks to qualify, a sentence each.
      type: list
      elements: str
      returned: success
controls:
  description:
    - The verdict on each control.
    - With O(details=packed), C(control) and C(verdict) of each, and C(reason) and C(fix) unless it is compliant.
  returned: success
  type: list
  elements: dict
  contains:
    control:
      description: The control.
      type: str
      returned: success
      sample: security_group_changes
    title:
      description: What the control asks for, in words.
      type: str
      returned: success
    benchmark:
      description: The benchmark that it was judged against.
      type: str
      returned: success
    verdict:
      description: V(compliant), V(non_compliant), V(covered_elsewhere) or V(unknown), for the best path in the account.
      type: str
      returned: success
    reason:
      description: Why, in one sentence.
      type: str
      returned: success
    fix:
      description: What to do, empty if there is nothing to do.
      type: str
      returned: success
    covered_by:
      description:
        - The account, region and log group ARN where an organisation's trail delivers to, or null.
        - Only that account can say whether somebody is told.
      type: dict
      returned: success
      contains:
        account:
          description: The account's number.
          type: str
          returned: success
        region:
          description: The region to audit there.
          type: str
          returned: success
        log_group_arn:
          description: The log group that the trail writes to, or null if it is the topic that lies there.
          type: str
          returned: success
    links:
      description:
        - The links of the best path, always six, C(trail), C(log_group), C(metric_filter), C(alarm), C(topic) and
          C(subscription).
      type: list
      elements: dict
      returned: success
      contains:
        link:
          description: Which link it is.
          type: str
          returned: success
        status:
          description: V(pass), V(warn), V(fail), V(unknown) or V(elsewhere).
          type: str
          returned: success
        code:
          description: The worst finding's code, V(OK) if there is none.
          type: str
          returned: success
        resource:
          description: The ARN or name of what was judged, empty if there is none.
          type: str
          returned: success
        detail:
          description: What was found, in one sentence. Empty if RV(controls[].links[].status) is V(pass).
          type: str
          returned: success
        fix:
          description: What to do about it.
          type: str
          returned: success
        findings:
          description: All findings, where there is more than one.
          type: list
          elements: dict
          returned: if there is more than one finding
          contains:
            status:
              description: V(warn), V(fail), V(unknown) or V(elsewhere).
              type: str
              returned: success
            code:
              description: What was found, as a code.
              type: str
              returned: success
            detail:
              description: What was found, in one sentence.
              type: str
              returned: success
            fix:
              description: What to do about it.
              type: str
              returned: success
    other_paths:
      description: The other paths in the account, the one closest to whole first.
      type: list
      elements: dict
      returned: success
      contains:
        links:
          description: The path's links, like RV(controls[].links).
          type: list
          elements: dict
          returned: success
    cases:
      description: For each case that some benchmark asks for, how the metric filters of the best path cover it.
      type: list
      elements: dict
      returned: success
      contains:
        name:
          description: The case, for most controls an event as C(eventName) of a CloudTrail record.
          type: str
          returned: success
          sample: CreateSecurityGroup
        coverage:
          description: V(full), V(narrowed), V(none) or V(undetermined).
          type: str
          returned: success
        condition:
          description: Where it is V(narrowed), which records are caught, and where it is V(undetermined), why.
          type: str
          returned: if RV(controls[].cases[].coverage) is V(narrowed) or V(undetermined), where that can be said
        example:
          description: The smallest record of the case that no filter catches.
          type: dict
          returned: if one is missed
          sample:
            eventName: CreateSecurityGroup
            eventSource: ec2.amazonaws.com
    notes:
      description:
        - What is no fault and good to know, such as events of the same name of other services, which are counted too.
      type: list
      elements: str
      returned: success
    standards:
      description:
        - For each benchmark and for Security Hub, whether it would pass, with its own number and why.
        - A standard of Security Hub that lacks the control has an entry of its own, such as
          V(security_hub_cis_v3_0_0) with the status V(no_finding). That is no pass.
      type: list
      elements: dict
      returned: success
      contains:
        standard:
          description: The benchmark, as O(benchmark) names it, or a standard of Security Hub.
          type: str
          returned: success
        id:
          description: The control's number in it.
          type: str
          returned: success
        status:
          description: V(pass), V(fail), V(unknown) or V(no_finding).
          type: str
          returned: success
        code:
          description: The finding's code, for Security Hub its own.
          type: str
          returned: success
        why:
          description: Why, in one sentence.
          type: str
          returned: unless it passes
    other_auditors:
      description: Which known auditors would call it differently, and why.
      type: list
      elements: dict
      returned: success
      contains:
        auditor:
          description: V(prowler) or V(steampipe).
          type: str
          returned: success
        verdict:
          description: V(pass), V(fail) or V(unknown).
          type: str
          returned: success
        differs:
          description: Whether that is another verdict than RV(controls[].verdict).
          type: bool
          returned: success
        why:
          description: Why, in one sentence.
          type: str
          returned: if it differs or is unknown
packed:
  description:
    - The trails, the controls and the evidence of the result, without the details of what is well, as JSON that is
      compressed (zlib) and then written in base64.
  returned: with O(details=packed)
  type: str
left_out:
  description: With O(controls=all), the controls that the benchmark does not have.
  returned: success
  type: list
  elements: str
evidence:
  description:
    - What was read of the best paths of all controls, each thing once, for a reader to check the verdicts.
    - Endpoints are masked. Settings of filters, alarms and topics that are not set are left out.
  returned: with O(details=all)
  type: dict
  contains:
    trails:
      description: Whether they are logging, and what CloudTrail says of the delivery. RV(trails) has the rest.
      type: list
      elements: dict
      returned: success
    log_groups:
      description: The log groups, with their class.
      type: list
      elements: dict
      returned: success
    metric_filters:
      description: The metric filters that feed a metric of the paths, with their patterns.
      type: list
      elements: dict
      returned: success
    alarms:
      description: The alarms on the metrics, with the one that notifies if that is another.
      type: list
      elements: dict
      returned: success
    topics:
      description: The topics, with policy, key and subscriptions.
      type: list
      elements: dict
      returned: success
"""

from datetime import timedelta
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
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.result import result_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import observe
from ansible_collections.aws_cis.monitoring.plugins.module_utils._safe_text import printable_data

ARGUMENT_SPEC: dict[str, Any] = {
    "benchmark": {"type": "str", "choices": list(BENCHMARKS), "default": DEFAULT_BENCHMARK},
    "controls": CONTROLS_OPTION,
    "delivery_stale_after": {"type": "int", "default": 24},
    # The action plugin packs, on the controller, where the results are kept.
    "details": {"type": "str", "choices": ["all", "packed"], "default": "all"},
}


def run(task: Task) -> dict[str, Any]:
    """Read the account once and judge each control. Raises TaskError."""
    benchmark = task.params["benchmark"]
    try:
        controls, left_out = chosen_controls(task.params["controls"], benchmark)
    except ValueError as error:
        raise TaskError(str(error)) from error
    observation = observe(task.clients, controls=controls)
    stale_after = timedelta(hours=task.params["delivery_stale_after"])
    verdicts = [judge(observation, control, benchmark, stale_after=stale_after) for control in controls]
    result = result_of(observation, verdicts)
    return {"changed": False, **printable_data(result), "left_out": left_out}


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
