#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_info
short_description: Tell whether somebody is told when an AWS account's security groups change
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Reads an account once, along the path that the CIS AWS Foundations Benchmark prescribes, from a CloudTrail trail
    over its log group, metric filter, alarm and SNS topic to a confirmed subscriber.
  - Judges each link of the path and the path as a whole, and says for each benchmark and for Security Hub whether it
    would pass.
  - With O(desired) it also plans what would have to be written to bring the account to what is asked for. The role
    P(aws_cis.monitoring.cis_sg_monitoring#role) writes exactly that.
  - What could not be read is reported as V(unknown), never as a failure and never as a success.
  - Calls nothing that writes.
options:
  benchmark:
    description:
      - The benchmark to judge against. An event that only another benchmark asks for is a warning.
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
  controls:
    description:
      - The controls to judge, or V(all) for every one that the benchmark has.
    type: list
    elements: str
    choices: [security_group_changes, all]
    default: [security_group_changes]
    version_added: 2.0.0
  delivery_stale_after:
    description:
      - Warn if CloudTrail has delivered nothing to the log group for longer than this many hours.
    type: int
    default: 24
  desired:
    description:
      - What the account is to have. Without it nothing is planned.
    type: dict
    suboptions:
      state:
        description:
          - Whether the monitoring is to be there.
          - V(absent) plans to delete the metric filters and the alarm by their names, and the topic only if
            O(desired.topic_name) names it and nobody else uses it.
        type: str
        choices: [present, absent]
        default: present
      benchmarks:
        description:
          - The benchmarks to satisfy. Security Hub and the CIS versions before 5.0 prescribe exactly six events,
            CIS 5.0 and later a seventh, so satisfying both takes two filters on one metric.
        type: list
        elements: str
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
        default: [security_hub, cis_v7_0_0]
      log_group_name:
        description:
          - The log group to put the metric filters on, in the region of the connection.
          - Without it, the log group of the account's qualifying trail, in whatever region that is.
        type: str
      filter_name:
        description:
          - The name of the metric filter with six events. The filter with seven has this name followed by C(_cis_v5).
        type: str
        default: security_group_changes_metric
      metric_name:
        description: The metric that the filters write to.
        type: str
        default: security_group_changes_metric
      metric_namespace:
        description: The namespace of the metric.
        type: str
        default: CISBenchmark
      alarm_name:
        description: The name of the alarm.
        type: str
        default: security_group_changes_alarm
      topic_name:
        description:
          - The name of the SNS topic to notify, which is created if it does not exist.
          - This or O(desired.topic_arn) is required with O(desired.state=present).
        type: str
      topic_arn:
        description:
          - The ARN of an existing topic to notify. Nothing about it is changed but the subscriptions asked for.
          - It must lie in the region of the log group, since an alarm notifies topics of its own region only.
        type: str
      topic_display_name:
        description: The display name of the topic that O(desired.topic_name) names. Left as it is if not given.
        type: str
      subscriptions:
        description: Who is to be told. Nobody else is ever unsubscribed.
        type: list
        elements: dict
        default: []
        suboptions:
          protocol:
            description: How SNS delivers the message.
            type: str
            required: true
            choices: [email, email-json, http, https, sqs, lambda, sms, firehose, application]
          endpoint:
            description: Where it delivers it, an address, a URL, a number or an ARN as the protocol asks.
            type: str
            required: true
      tags:
        description:
          - Tags of the topic that O(desired.topic_name) names. Other tags of the topic stay.
          - To compare them takes the permission C(sns:ListTagsForResource).
        type: dict
      kms_key_id:
        description:
          - The customer-managed key to encrypt the topic that O(desired.topic_name) names with, by id, ARN or alias.
            Left as it is if not given.
          - Nothing is planned if the key's policy does not let CloudWatch use it, unless O(desired.update_key_policy).
        type: str
      update_key_policy:
        description: Whether to plan a statement for the key's policy where CloudWatch may not use the key.
        type: bool
        default: false
      organization_id:
        description:
          - Let the alarms of all accounts of this organization publish to the topic that O(desired.topic_name) names.
        type: str
notes:
  - The boto3 that is required is the first one that knows alarm mute rules. An older one can't tell whether an alarm is
    muted, so that no alarm is better than V(unknown) with it.
  - The calls that it makes, and no other, are allowed by the policy in C(docs/policies/audit.json) of this collection.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.info_module
seealso:
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

- name: What would have to be written?
  aws_cis.monitoring.cis_monitoring_info:
    desired:
      topic_name: security-alerts
      subscriptions:
        - protocol: email
          endpoint: security@example.com
  register: monitoring

- name: List the changes
  ansible.builtin.debug:
    msg: "{{ monitoring.plan.changes | map(attribute='summary') }}"
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
    Account 123456789012: compliant. Every change is told to 2 subscribers. 0 changes planned.
compliant:
  description: Whether every control is compliant.
  returned: success
  type: bool
trails:
  description:
    - The trails that the region shows, each once, by name.
    - Empty too if they could not be read; RV(controls) says so then.
  returned: success
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
  description: The verdict on each control.
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
          description: What was found, in one sentence.
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
    events:
      description: For each event that some benchmark asks for, how the metric filters of the best path cover it.
      type: list
      elements: dict
      returned: success
      contains:
        name:
          description: The event, as C(eventName) of a CloudTrail record.
          type: str
          returned: success
        source:
          description: Its C(eventSource).
          type: str
          returned: success
        coverage:
          description: V(full), V(narrowed), V(none) or V(undetermined).
          type: str
          returned: success
        condition:
          description: Where it is not V(full), which records are caught.
          type: str
          returned: success
    standards:
      description: For each benchmark and for Security Hub, whether it would pass, with its own number and why.
      type: list
      elements: dict
      returned: success
      contains:
        standard:
          description: The benchmark, as O(benchmark) names it.
          type: str
          returned: success
        id:
          description: The control's number in it.
          type: str
          returned: success
        status:
          description: V(pass), V(fail) or V(unknown).
          type: str
          returned: success
        code:
          description: The finding's code, for Security Hub its own.
          type: str
          returned: success
        why:
          description: Why, in one sentence.
          type: str
          returned: success
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
          returned: success
    evidence:
      description: What was read of the best path, for a reader to check the verdict. Endpoints are masked.
      type: dict
      returned: success
plan:
  description: What differs between the account and O(desired).
  returned: if O(desired) is given
  type: dict
  contains:
    state:
      description: The state that was asked for.
      type: str
      returned: success
    region:
      description: The region to write in, which is the log group's.
      type: str
      returned: success
    log_group:
      description: Name, ARN, account and region of the log group to put the metric filters on, or null.
      type: dict
      returned: success
      contains:
        name:
          description: Its name.
          type: str
          returned: success
        arn:
          description: Its ARN.
          type: str
          returned: success
        account:
          description: The account that it lies in.
          type: str
          returned: success
        region:
          description: The region that it lies in.
          type: str
          returned: success
    blocked:
      description:
        - What stands in the way, empty if nothing does.
        - Where no trail qualifies, it lists each trail and what it lacks.
        - If it is not empty, there are no changes.
      type: str
      returned: success
    changes:
      description: What to write, in this order.
      type: list
      elements: dict
      returned: success
      contains:
        resource:
          description:
            - V(metric_filter), V(topic), V(topic_policy), V(key_policy), V(topic_encryption), V(subscription), V(alarm)
              or V(alarm_actions).
          type: str
          returned: success
        action:
          description: V(create), V(update), V(delete) or V(enable).
          type: str
          returned: success
        name:
          description: The name of what is changed.
          type: str
          returned: success
        summary:
          description: The change in one line for people.
          type: str
          returned: success
        before:
          description: The fields that differ, as they are. Empty for something new.
          type: dict
          returned: success
        after:
          description: The fields that differ, as they would be. Empty for something deleted.
          type: dict
          returned: success
        settings:
          description: The arguments to write it with, as the modules of Ansible call them.
          type: dict
          returned: success
    kept:
      description: With O(desired.state=absent), what carries a name that was given and stays, and why.
      type: list
      elements: dict
      returned: success
      contains:
        resource:
          description: V(metric_filter), V(alarm) or V(topic).
          type: str
          returned: success
        name:
          description: Its name.
          type: str
          returned: success
        why:
          description: Why it stays, in one sentence.
          type: str
          returned: success
    topic_arn:
      description: The topic's ARN, also that of one that does not exist yet. Empty if no topic was named.
      type: str
      returned: success
    pending:
      description: The subscriptions asked for that nobody has confirmed yet.
      type: list
      elements: dict
      returned: success
      contains:
        protocol:
          description: How SNS delivers the message.
          type: str
          returned: success
        endpoint:
          description: Where it delivers it; of a URL the host only.
          type: str
          returned: success
        topic_arn:
          description: The topic.
          type: str
          returned: success
        confirm_by:
          description:
            - When SNS drops the subscription at the latest, 48 hours after this was read.
            - SNS does not say when it asked the subscriber, so it may be sooner.
          type: str
          returned: success
          sample: "2026-11-25T05:00:00Z"
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap, Observation, Trail
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.trails import lacks
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError, run_as_module
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    BENCHMARKS,
    CONTROLS,
    DEFAULT_BENCHMARK,
    Control,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import COMPLIANT, Verdict, judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import observe
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import Desired
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.plan import plan
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import Plan

_PROTOCOLS = ["email", "email-json", "http", "https", "sqs", "lambda", "sms", "firehose", "application"]

_ALL_CONTROLS = "all"

ARGUMENT_SPEC: dict[str, Any] = {
    "benchmark": {"type": "str", "choices": list(BENCHMARKS), "default": DEFAULT_BENCHMARK},
    "controls": {
        "type": "list",
        "elements": "str",
        "choices": [*CONTROLS, _ALL_CONTROLS],
        "default": ["security_group_changes"],
    },
    "delivery_stale_after": {"type": "int", "default": 24},
    "desired": {
        "type": "dict",
        "options": {
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "benchmarks": {
                "type": "list",
                "elements": "str",
                "choices": list(BENCHMARKS),
                "default": ["security_hub", "cis_v7_0_0"],
            },
            "log_group_name": {"type": "str"},
            "filter_name": {"type": "str", "default": "security_group_changes_metric"},
            "metric_name": {"type": "str", "default": "security_group_changes_metric"},
            "metric_namespace": {"type": "str", "default": "CISBenchmark"},
            "alarm_name": {"type": "str", "default": "security_group_changes_alarm"},
            "topic_name": {"type": "str"},
            "topic_arn": {"type": "str"},
            "topic_display_name": {"type": "str"},
            "subscriptions": {
                "type": "list",
                "elements": "dict",
                "default": [],
                "options": {
                    "protocol": {"type": "str", "required": True, "choices": _PROTOCOLS},
                    "endpoint": {"type": "str", "required": True},
                },
            },
            "tags": {"type": "dict"},
            "kms_key_id": {"type": "str", "no_log": False},
            "update_key_policy": {"type": "bool", "default": False, "no_log": False},
            "organization_id": {"type": "str"},
        },
        "mutually_exclusive": [("topic_name", "topic_arn")],
        "required_if": [("state", "present", ("topic_name", "topic_arn"), True)],
    },
}


def run(task: Task) -> dict[str, Any]:
    """Read the account, judge it, and plan if something is desired. Raises TaskError."""
    controls = _controls(task.params["controls"], task.params["benchmark"])
    desired = _desired(task.params)
    observation = observe(task.clients, desired)
    planned = plan(observation, desired) if desired else None
    stale_after = timedelta(hours=task.params["delivery_stale_after"])
    verdicts = [judge(observation, control, task.params["benchmark"], stale_after=stale_after) for control in controls]
    result = {
        "changed": False,
        "account": {
            "id": observation.account.id,
            "partition": observation.account.partition,
            "region": observation.account.region,
        },
        "read_at": observation.read_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "summary": _summary(observation, verdicts, planned),
        "compliant": all(verdict.verdict == COMPLIANT for verdict in verdicts),
        "trails": _trails(observation),
        "controls": [verdict.as_dict() for verdict in verdicts],
    }
    return {**result, "plan": planned.as_dict()} if planned else result


def _controls(names: Iterable[str], benchmark: str) -> list[Control]:
    """The controls of the names, each once, in the catalogue's order. Raises TaskError for one the benchmark lacks."""
    wanted = set(names)
    if not wanted:
        raise TaskError(f"controls is empty. Name at least one control, or {_ALL_CONTROLS}.")
    lacking = sorted(name for name in wanted - {_ALL_CONTROLS} if benchmark not in CONTROLS[name].ids)
    if lacking:
        raise TaskError(
            f"Benchmark {benchmark} does not have the control {', '.join(lacking)}. Name another benchmark."
        )
    return [
        control
        for name, control in CONTROLS.items()
        if benchmark in control.ids and (name in wanted or _ALL_CONTROLS in wanted)
    ]


def _desired(params: Mapping[str, Any]) -> Desired | None:
    if not params["desired"]:
        return None
    try:
        return Desired.from_parameters(params["desired"])
    except ValueError as error:
        raise TaskError(f"desired: {error}") from error


def _trails(observation: Observation) -> list[dict[str, Any]]:
    if isinstance(observation.trails, Gap):
        return []
    return [_trail(trail, observation.account.id) for trail in observation.trails]


def _trail(trail: Trail, account_id: str) -> dict[str, Any]:
    missing = lacks(trail, account_id)
    return {
        "name": trail.name,
        "arn": trail.arn,
        "home_region": trail.home_region,
        "multi_region": trail.is_multi_region,
        "organization": trail.is_organization,
        "log_group_arn": trail.log_group_arn,
        "qualifies": not missing,
        "lacks": list(missing),
    }


def _summary(observation: Observation, verdicts: list[Verdict], planned: Plan | None) -> str:
    said = " ".join(f"{verdict.verdict.replace('_', ' ')}. {verdict.reason}" for verdict in verdicts)
    return f"Account {observation.account.id}: {said} {_planned(planned)}".strip()


def _planned(planned: Plan | None) -> str:
    if planned is None:
        return ""
    if planned.blocked:
        return f"Nothing can be written: {planned.blocked}"
    count = len(planned.changes)
    return f"{count} change{'' if count == 1 else 's'} planned."


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
