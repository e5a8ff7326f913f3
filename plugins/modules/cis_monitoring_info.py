#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_info
short_description: Audit the monitoring controls of the CIS AWS Foundations Benchmark
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Reads an account once, along the notification path that the CIS AWS Foundations Benchmark prescribes, consisting of
    CloudTrail trail, log group, metric filter, alarm, SNS topic and confirmed subscriber.
  - Evaluates each link of the path and the path as a whole for each selected control. Also reports whether the control
    would pass in each version of the benchmark and in Security Hub.
  - A control that depends on something that could not be read is V(unknown). It never fails and never passes for that
    reason.
  - Makes read-only calls only.
options:
  benchmark:
    description:
      - The benchmark to audit against, or several, of which the worst verdict counts. An event that only another
        benchmark requires is reported as a warning.
  controls:
    description:
      - The controls to audit. V(all) selects every control of the benchmark. RV(left_out) lists the controls that the
        benchmark does not have.
      - The task fails before it reads anything if a control is named that the benchmark does not have.
      - The account is read once for all controls.
    version_added: 2.0.0
  delivery_stale_after:
    description:
      - Warn if CloudTrail has not delivered to the log group for more than this number of hours.
    type: int
    default: 24
  details:
    description:
      - V(packed) returns a small result, for runs that keep the results of thousands of accounts in memory. RV(packed)
        has what M(aws_cis.monitoring.cis_monitoring_report) needs. RV(controls) has the verdicts only, with reason and
        fix unless the control is V(compliant).
      - The playbook C(audit) uses V(packed). The report is the same with both values.
    type: str
    choices: [all, packed]
    default: all
    version_added: 2.0.0
  history_days:
    description:
      - Review this number of days of each control, at most 30, since CloudWatch keeps the history of an alarm for 30
        days. RV(controls[].history) has the figures. By default, the history is not read.
      - Warns if an alarm fired more than O(frequent_after) times, if it was in ALARM nearly all of the time, if its
        actions were removed, and if SNS could not deliver notifications. A warning never changes a verdict.
      - Takes one to two calls more for each control, and up to ten searches of the log group for each pattern of a
        control whose alarm fired more than O(frequent_after) times.
    type: int
    default: 0
    version_added: 2.0.0
  frequent_after:
    description:
      - With O(history_days), the number of times that an alarm may fire in these days before that is a warning.
    type: int
    default: 30
    version_added: 2.0.0
notes:
  - The required boto3 is the first version that supports alarm mute rules. Older versions cannot read them, so that no
    alarm could be better than V(unknown).
  - The policy in C(docs/policies/audit.json) of this collection allows exactly the calls that this module makes.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._controls
  - aws_cis.monitoring._controls.benchmark
  - aws_cis.monitoring._connection.expected
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.info_module
seealso:
  - module: aws_cis.monitoring.cis_monitoring_plan
  - module: aws_cis.monitoring.cloudwatchlogs_metric_filter
  - module: aws_cis.monitoring.cloudwatch_alarm_actions
"""

EXAMPLES = r"""
- name: Audit the monitoring of security group changes
  aws_cis.monitoring.cis_monitoring_info:
    region: eu-west-1
  register: monitoring

- name: Show the result
  ansible.builtin.debug:
    msg: "{{ monitoring.summary }}"

- name: Audit against the newest benchmark
  aws_cis.monitoring.cis_monitoring_info:
    benchmark: cis_v7_0_0
    delivery_stale_after: 6

- name: Audit every control of a benchmark
  aws_cis.monitoring.cis_monitoring_info:
    controls: all
    benchmark: cis_v5_0_0
  register: monitoring

- name: List the controls that are not compliant
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
      description: The account ID.
      type: str
      returned: success
      sample: "123456789012"
    partition:
      description: The AWS partition of the account.
      type: str
      returned: success
      sample: aws
    region:
      description: The region of the connection.
      type: str
      returned: success
      sample: eu-west-1
    caller_arn:
      description: The ARN of the identity that read the account.
      type: str
      returned: success
      sample: arn:aws:sts::123456789012:assumed-role/Audit/ansible
      version_added: 2.0.0
read_at:
  description: When the account was read, in UTC.
  returned: success
  type: str
  sample: "2026-11-23T05:00:00Z"
summary:
  description: The result in one line.
  returned: success
  type: str
  sample: >-
    Account 123456789012: compliant. Every change notifies 2 subscribers.
compliant:
  description: Whether every control is compliant.
  returned: success
  type: bool
trails:
  description:
    - The trails that are visible in the region, sorted by name.
    - Also empty if the trails could not be read. RV(controls) reports that.
  returned: with O(details=all)
  type: list
  elements: dict
  contains:
    name:
      description: The trail's name.
      type: str
      returned: success
    arn:
      description: The trail's ARN. The ARN of an organization trail contains the account that owns the trail.
      type: str
      returned: success
    home_region:
      description: The region that the trail was created in.
      type: str
      returned: success
    multi_region:
      description: Whether the trail is a multi-region trail.
      type: bool
      returned: success
    organization:
      description: Whether the trail is an organization trail.
      type: bool
      returned: success
    log_group_arn:
      description: The log group that the trail delivers to, or null.
      type: str
      returned: success
    qualifies:
      description: Whether the trail meets the requirements for monitoring this account.
      type: bool
      returned: success
    lacks:
      description: The requirements that the trail does not meet, one sentence each.
      type: list
      elements: str
      returned: success
controls:
  description:
    - The verdict for each control.
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
      description: The state of the check, in words.
      type: str
      returned: success
      sample: Security group changes are not monitored
    benchmark:
      description: The benchmark that the control was audited against, or several with commas between them.
      type: str
      returned: success
    verdict:
      description: V(compliant), V(non_compliant), V(covered_elsewhere) or V(unknown), for the best notification path in
        the account.
      type: str
      returned: success
    reason:
      description: Why, in one sentence.
      type: str
      returned: success
    fix:
      description: What to do. Empty if there is nothing to do.
      type: str
      returned: success
    covered_by:
      description:
        - The account, region and log group that an organization trail delivers to, or null.
        - Audit that account to find out whether the control is compliant there.
      type: dict
      returned: success
      contains:
        account:
          description: The account ID.
          type: str
          returned: success
        region:
          description: The region to audit in that account.
          type: str
          returned: success
        log_group_arn:
          description: The ARN of the log group that the trail delivers to, or null if only the topic is in that
            account.
          type: str
          returned: success
    links:
      description:
        - The six links of the best path in path order, C(trail), C(log_group), C(metric_filter), C(alarm), C(topic) and
          C(subscription).
      type: list
      elements: dict
      returned: success
      contains:
        link:
          description: The name of the link.
          type: str
          returned: success
        status:
          description: V(pass), V(warn), V(fail), V(unknown) or V(elsewhere).
          type: str
          returned: success
        code:
          description: The code of the worst finding, V(OK) if there is none.
          type: str
          returned: success
        resource:
          description: The ARN or name of the evaluated resource. Empty if there is none.
          type: str
          returned: success
        detail:
          description: What was found, in one sentence. Empty if RV(controls[].links[].status) is V(pass).
          type: str
          returned: success
        fix:
          description: How to fix it.
          type: str
          returned: success
        consequence:
          description: True if the finding only follows from one on an earlier link.
          type: bool
          returned: if it does
        findings:
          description: All findings of the link.
          type: list
          elements: dict
          returned: if the link has more than one finding
          contains:
            status:
              description: V(warn), V(fail), V(unknown) or V(elsewhere).
              type: str
              returned: success
            code:
              description: The code of the finding.
              type: str
              returned: success
            detail:
              description: What was found, in one sentence.
              type: str
              returned: success
            fix:
              description: How to fix it.
              type: str
              returned: success
    other_paths:
      description: The other notification paths in the account, the most complete path first.
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
      description: How the metric filters of the best path cover each case that a benchmark requires.
      type: list
      elements: dict
      returned: success
      contains:
        name:
          description: The case. For most controls this is the C(eventName) of a CloudTrail record.
          type: str
          returned: success
          sample: CreateSecurityGroup
        coverage:
          description: V(full), V(narrowed), V(none) or V(undetermined).
          type: str
          returned: success
        condition:
          description: For V(narrowed), which records are caught. For V(undetermined), the reason.
          type: str
          returned: if RV(controls[].cases[].coverage) is V(narrowed) or V(undetermined) and the condition can be stated
        example:
          description: The smallest record of the case that no filter matches.
          type: dict
          returned: if a record is missed
          sample:
            eventName: CreateSecurityGroup
            eventSource: ec2.amazonaws.com
    notes:
      description:
        - Remarks that are not findings, such as events with the same name from other services that the filter also
          counts, or a log alarm for the control. A log alarm is never a notification path.
      type: list
      elements: str
      returned: success
    standards:
      description:
        - Whether the control would pass in each version of the benchmark and in Security Hub, with the number of the
          control there.
        - A Security Hub standard that does not have the control has a separate entry, such as
          V(security_hub_cis_v3_0_0), with the status V(no_finding). This does not count as a pass.
      type: list
      elements: dict
      returned: success
      contains:
        standard:
          description: The benchmark, named as in O(benchmark), or a Security Hub standard.
          type: str
          returned: success
        id:
          description: The number of the control in the standard.
          type: str
          returned: success
        status:
          description: V(pass), V(fail), V(unknown) or V(no_finding).
          type: str
          returned: success
        code:
          description: The code of the finding. For Security Hub, its own status reason code.
          type: str
          returned: success
        why:
          description: Why, in one sentence.
          type: str
          returned: if the status is V(fail) or V(unknown), and RV(controls[].reason) is not why
    history:
      description: What happened on the best path in the last O(history_days) days. Null is what could not be read.
      type: dict
      returned: with O(history_days), if the path has an alarm
      contains:
        days:
          description: The number of days.
          type: int
          returned: always
        fired:
          description: How often the alarm went into ALARM.
          type: int
          returned: always
        hours_in_alarm:
          description: How long the alarm was in ALARM, in hours.
          type: float
          returned: always
        failed_deliveries:
          description: The number of notifications that SNS could not deliver. Null for a topic of another account.
          type: int
          returned: always
        principal:
          description:
            - The principal that caused most of the records of the last ten alarms. Null unless the alarm fired more
              than O(frequent_after) times.
          type: str
          returned: always
          sample: role Deployment
        principal_share:
          description: Its share of these records, in percent.
          type: int
          returned: always
    other_auditors:
      description: Verdicts of other known auditors, and why they differ.
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
          description: Whether this verdict differs from RV(controls[].verdict).
          type: bool
          returned: success
        why:
          description: Why, in one sentence.
          type: str
          returned: if the verdict differs or is unknown
packed:
  description:
    - The trails, controls and evidence of the result without the details of passing links, as JSON, compressed with
      zlib and encoded in base64.
  returned: with O(details=packed)
  type: str
left_out:
  description: With O(controls=all), the controls that the benchmark does not have.
  returned: success
  type: list
  elements: str
evidence:
  description:
    - What was read of the best paths of all controls, so that the verdicts can be verified. Each resource is listed
      once.
    - Endpoints are masked. Unset properties of filters, alarms and topics are omitted.
  returned: with O(details=all)
  type: dict
  contains:
    trails:
      description: The logging and delivery status of the trails. RV(trails) has the other properties.
      type: list
      elements: dict
      returned: success
    log_groups:
      description: The log groups and their classes.
      type: list
      elements: dict
      returned: success
    metric_filters:
      description: The metric filters that publish to a metric of the paths, with their patterns.
      type: list
      elements: dict
      returned: success
    alarms:
      description: The alarms on the metrics, and the alarm that notifies where that is a different one.
      type: list
      elements: dict
      returned: success
    topics:
      description: The topics, with policy, KMS key and subscriptions.
      type: list
      elements: dict
      returned: success
"""

from datetime import timedelta
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.alarm_history import MOST_DAYS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
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
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.result import result_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.several import judge_by_all
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Verdict
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import observe
from ansible_collections.aws_cis.monitoring.plugins.module_utils._safe_text import printable_data

ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "benchmark": BENCHMARK_OPTION,
    "controls": CONTROLS_OPTION,
    "delivery_stale_after": {"type": "int", "default": 24},
    # The action plugin packs, on the controller, where the results are kept.
    "details": {"type": "str", "choices": ["all", "packed"], "default": "all"},
    "history_days": {"type": "int", "default": 0},
    "frequent_after": {"type": "int", "default": 30},
}


def run(task: Task) -> dict[str, Any]:
    """Read the account once and judge each control. Raises TaskError."""
    benchmarks = task.params["benchmark"]
    try:
        controls, left_out = chosen_controls(task.params["controls"], benchmarks)
    except ValueError as error:
        raise TaskError(str(error)) from error
    _check_review(task.params["history_days"], task.params["frequent_after"])
    observation = observe(task.clients, controls)
    stale_after = timedelta(hours=task.params["delivery_stale_after"])
    budget = Budget()
    verdicts = [judge_by_all(observation, control, benchmarks, stale_after, budget) for control in controls]
    if task.params["history_days"]:
        verdicts = _reviewed(task, observation, verdicts)
    result = result_of(observation, verdicts)
    return {"changed": False, **printable_data(result), "left_out": left_out}


def _check_review(days: int, frequent_after: int) -> None:
    """Refuse what CloudWatch does not keep. Raises TaskError."""
    if not 0 <= days <= MOST_DAYS:
        raise TaskError(
            f"history_days must be 0 to {MOST_DAYS}, not {days}: CloudWatch keeps the history of an alarm for "
            f"{MOST_DAYS} days."
        )
    if frequent_after < 0:
        raise TaskError(f"frequent_after must not be negative: {frequent_after}.")


def _reviewed(task: Task, observation: Observation, verdicts: list[Verdict]) -> list[Verdict]:
    # Here, since most audits end without it, and loading it takes a fiftieth of their start.
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.read import Progress
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.review import Review, reviewed
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader

    review = Review(task.params["history_days"], task.params["frequent_after"])
    return reviewed(Reader(task.clients), observation, verdicts, review, Progress(task.tell))


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
