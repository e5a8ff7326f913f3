#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_plan
short_description: Plan the changes that set up CIS monitoring in an AWS account
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Reads an account once and compares it with the requested monitoring. The roles
    P(aws_cis.monitoring.cis_monitoring#role) and P(aws_cis.monitoring.cis_sg_monitoring#role) write exactly what is
    planned.
  - A request that AWS would reject is reported as RV(plan.blocked) before anything is written.
  - In check mode the task is changed if there are planned changes, and returns a diff for each of them. Outside check
    mode it is never changed, since other tasks write the changes.
  - Warns of subscribers who have not confirmed yet, in check mode and where nothing is left to write.
  - Makes read-only calls. Verdicts are returned by M(aws_cis.monitoring.cis_monitoring_info).
options:
  state:
    description:
      - Whether the monitoring resources should exist.
      - V(absent) plans to delete the metric filters and the alarms by their names. The topic is deleted only if
        O(topic_name) names it and nothing else uses it.
    type: str
    choices: [present, absent]
    default: present
  existing:
    description:
      - Whether notification paths that the account already has count, whoever created them. Has no effect with
        O(state=absent).
      - V(ignore) considers only resources with the requested names.
      - V(reuse) leaves a control as is whose existing path is compliant by each of O(benchmarks), ends at O(topic_arn)
        where that is given, and has the requested subscriptions, or that another account covers. RV(plan.kept) and
        RV(plan.covered) name them.
      - With V(reuse), a path that holds in part is completed by new resources under our names, which are an alarm on
        its metric, a metric filter that writes to its metric, or a subscription to its topic. Where nothing can be
        built on, the whole path is created, on a metric that no other metric filter writes to.
      - Resources of others are never changed. A resource with a name of ours is ours.
      - A control whose existing path could not be determined is not set up. RV(plan.obstacles) says why.
    type: str
    choices: [reuse, ignore]
    default: ignore
  controls:
    description:
      - The controls to set up. V(all) stands for all controls of O(benchmarks). RV(left_out) lists the other ones.
      - A control that none of O(benchmarks) has is rejected if it is named.
  benchmarks:
    description:
      - The benchmarks to satisfy. V(prowler) and V(steampipe) are auditors that search for filter patterns of their
        own.
      - The fewest metric filters that satisfy them are created. All filters of a control write to one metric. For
        security group changes, Security Hub and the CIS versions before 5.0 prescribe exactly six events, CIS 5.0 and
        later a seventh, so satisfying both takes two filters.
      - A prescribed pattern that cannot work is never created.
  log_group_name:
    description:
      - The log group for the metric filters, in the region of the connection. A qualifying trail must send its events
        to it.
      - The default is the log group of the account's qualifying trail, in the region of that log group.
    type: str
  metric_namespace:
    description: The namespace of the metrics.
    type: str
    default: CISBenchmark
  topic_name:
    description:
      - The name of the SNS topic to notify, which is created if it does not exist. Ignored with O(topic_arn).
      - By default V(security_group_changes_topic) if O(controls) is V(security_group_changes) only, otherwise
        V(cis_monitoring_topic). An account that only has the former, from an earlier run, keeps it for all controls.
    type: str
  topic_arn:
    description:
      - The ARN of an existing topic to notify. Only the requested subscriptions are added to it.
      - It must be in the region of the log group, since an alarm notifies only topics of its own region.
    type: str
  topic_display_name:
    description: The display name of the topic that O(topic_name) names. By default it is not changed.
    type: str
  subscriptions:
    description:
      - Endpoints to subscribe. Existing subscriptions are never removed.
      - Required unless the topic already has a subscriber.
    type: list
    elements: dict
    default: []
    suboptions:
      protocol:
        description: How SNS delivers the message. V(firehose) is rejected, since it also requires a role.
        type: str
        required: true
        choices: [email, email-json, http, https, sqs, lambda, sms, application, firehose]
      endpoint:
        description:
          - Where SNS delivers the message, an address, a URL, a number or an ARN, depending on the protocol.
          - SNS lists the password in a URL as four asterisks, so a changed password is not detected.
        type: str
        required: true
      raw_message_delivery:
        description:
          - Whether SNS delivers the message without its envelope, for the protocols V(sqs), V(http) and V(https).
          - By default, SNS adds the envelope for new subscriptions, and existing ones are unchanged. A subscription
            that is pending confirmation is compared once it is confirmed.
        type: bool
  tags:
    description:
      - Tags of the alarms and of the topic that O(topic_name) names. Other tags are kept. Values are converted to text.
      - Comparing them requires the permissions C(sns:ListTagsForResource) and C(cloudwatch:ListTagsForResource).
    type: dict
  kms_key_id:
    description:
      - The customer managed key that encrypts the topic that O(topic_name) names, by id, ARN or alias.
        By default the encryption is not changed.
      - The plan is blocked if the key's policy does not allow CloudWatch to use the key, unless O(update_key_policy) is
        set.
    type: str
  update_key_policy:
    description: Whether to add a statement to the key's policy where CloudWatch may not use the key.
    type: bool
    default: false
  organization_id:
    description:
      - Allow the alarms of all accounts of this organization to publish to the topic that O(topic_name) names.
    type: str
  log_alarms:
    description:
      - Whether each control also gets a log alarm, a CloudWatch alarm on a scheduled Logs Insights query that adds the
        matching records to the notification by e-mail. With V(false), existing log alarms are left as is.
      - Its name is C(alarm_name) followed by C(_log). It queries the log group of the control's notification path and
        notifies the topic of that path. It never counts as a notification path.
      - Requires botocore 1.43.37 or newer. With an older one, the plan is blocked.
    type: bool
    default: false
  log_alarms_role:
    description:
      - The role of O(log_alarms), as a name, a path and name, or an ARN of the same account. Required with
        O(log_alarms).
      - C(logs.amazonaws.com) assumes it to run the query, and C(cloudwatch.amazonaws.com) to read the records.
      - The plan is blocked if the role does not exist or its trust policy does not allow both. Checking that requires
        the permission C(iam:GetRole). Without it, the task warns.
    type: str
  overrides:
    description:
      - Settings of single controls by the control's name, each a dictionary of C(filter_name), C(metric_name),
        C(alarm_name), C(topic_arn), C(threshold), C(period), C(evaluation_periods), C(description) and C(enabled).
      - By default filter, metric and alarm have the names that the benchmark gives them. Where a control has several
        filters, such as that for the CIS versions from 5.0 on, the names of the others have a suffix (C(_cis_v5)).
      - C(enabled=false) removes the control from O(controls), so that nothing of it is created or deleted.
      - The default C(description) of an alarm says what happened and how to find out who did it. A description that
        was edited elsewhere is kept. An empty C(description) keeps the alarm's description unchanged.
      - With another C(threshold), C(period) or C(evaluation_periods) an alarm can miss events that the benchmark
        requires. That is allowed, with a warning where nothing is left to write.
      - C(topic_arn) is an existing topic for this control only. The topic itself is not changed.
    type: dict
  request:
    description:
      - The options above and O(region) as one dictionary, as the roles pass them, since one template takes less time
        than one for each option.
      - An option that it contains replaces the one that is given directly or by C(module_defaults). An option without
        a default that is empty or null counts as not given.
      - C(timeout) is the maximum duration of the task in seconds, V(0) for no limit. A task that exceeds it returns a
        failure. Other keys have no effect.
    type: dict
notes:
  - The required boto3 is the first version that supports alarm mute rules.
  - The policy C(docs/policies/audit.json) of this collection allows the calls that this module makes, and
    C(docs/policies/remediate.json) those that compare tags.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._controls
  - aws_cis.monitoring._controls.benchmarks
  - aws_cis.monitoring._connection.expected
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.plan
seealso:
  - module: aws_cis.monitoring.cis_monitoring_info
"""

EXAMPLES = r"""
- name: Plan the monitoring of security group changes
  aws_cis.monitoring.cis_monitoring_plan:
    region: eu-west-1
    topic_name: security-alerts
    subscriptions:
      - protocol: email
        endpoint: security@example.com
    overrides:
      security_group_changes:
        alarm_name: security-groups
  register: monitoring

- name: List the changes
  ansible.builtin.debug:
    msg: "{{ monitoring.plan.changes | map(attribute='summary') }}"

- name: Plan the removal of the monitoring
  aws_cis.monitoring.cis_monitoring_plan:
    state: absent
"""

RETURN = r"""
plan:
  description: The differences between the account and the requested monitoring.
  returned: success
  type: dict
  contains:
    state:
      description: The requested state.
      type: str
      returned: success
    account:
      description: The account to write in.
      type: str
      returned: success
      sample: "123456789012"
    region:
      description: The region to write in, which is the log group's.
      type: str
      returned: success
    log_group:
      description: Name, ARN, account and region of the log group for the metric filters, or null.
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
          description: The account that it is in.
          type: str
          returned: success
        region:
          description: The region that it is in.
          type: str
          returned: success
    blocked:
      description:
        - Why nothing can be written, empty if there is no reason. That includes what AWS would reject, such as a name.
        - Where no trail qualifies, it lists each trail with what it lacks.
        - If it is not empty, there are no changes.
      type: str
      returned: success
    changes:
      description: The changes to write, in this order.
      type: list
      elements: dict
      returned: success
      contains:
        resource:
          description:
            - V(metric_filter), V(topic), V(topic_policy), V(key_policy), V(topic_encryption), V(subscription),
              V(alarm), V(alarm_actions), V(alarm_tags) or V(log_alarm).
          type: str
          returned: success
        action:
          description: V(create), V(update), V(delete), V(enable), or V(renew) for a subscription that was deleted.
          type: str
          returned: success
        name:
          description: The name of what is changed.
          type: str
          returned: success
        summary:
          description: The change in one line.
          type: str
          returned: success
        before:
          description: The current values of the fields that differ. Empty for a new resource.
          type: dict
          returned: success
        after:
          description: The desired values of the fields that differ. Empty for a deleted resource.
          type: dict
          returned: success
        control:
          description: The control that the change belongs to, empty for what all controls share.
          type: str
          returned: success
        settings:
          description:
            - The module arguments to write it with.
            - Those of a V(subscription) lack the endpoint, which may be a secret. C(position) is its index in
              O(subscriptions), counted from 0.
          type: dict
          returned: success
    kept:
      description:
        - With O(state=absent), the resources of the given names that are kept, and why.
        - With O(existing=reuse), the existing path that a control relies on.
      type: list
      elements: dict
      returned: success
      contains:
        resource:
          description: V(metric_filter), V(alarm), V(log_alarm), V(topic) or V(notification_path).
          type: str
          returned: success
        name:
          description: Its name. For a path, the names of its metric filters.
          type: str
          returned: success
        why:
          description: Why it is kept, or what the path consists of, in one sentence.
          type: str
          returned: success
        control:
          description: The control of a path. Empty for the rest.
          type: str
          returned: success
    covered:
      description:
        - With O(existing=reuse), the controls that another account covers, where the trail's log group or the topic
          lies. They are left as is.
      type: list
      elements: dict
      returned: success
      contains:
        control:
          description: The control.
          type: str
          returned: success
        account:
          description: The ID of the account that covers it.
          type: str
          returned: success
        region:
          description: The region there.
          type: str
          returned: success
        why:
          description:
            - What lies in the other account. If the account also has its own trail and log group, also that
              these are not needed, since the other account's path counts first.
          type: str
          returned: success
    cost:
      description:
        - What the changes add that AWS charges for or limits, in one sentence. Empty if they add neither metric filters
          nor alarms.
      type: str
      returned: success
      sample: >-
        Adds 18 metric filters (free of charge; log group cloudtrail then has 23 of at most 100) and 15 alarms (billed
        monthly, see https://aws.amazon.com/cloudwatch/pricing/).
    topic_arn:
      description: The topic's ARN, also before the topic exists. Empty if no topic was named.
      type: str
      returned: success
    pending:
      description: The requested subscriptions that are not confirmed yet.
      type: list
      elements: dict
      returned: success
      contains:
        protocol:
          description: How SNS delivers the message.
          type: str
          returned: success
        endpoint:
          description: Where SNS delivers the message. Of a URL, only the host is shown.
          type: str
          returned: success
        topic_arn:
          description: The topic.
          type: str
          returned: success
        confirm_by:
          description:
            - When the subscription expires at the latest, 48 hours after this was read.
            - SNS does not return when it sent the request, so the subscription may expire earlier.
          type: str
          returned: success
          sample: "2026-11-25T05:00:00Z"
    summary:
      description: The changes summed up, one line for each control and one for what all controls share.
      type: list
      elements: str
      returned: success
      sample: ["security_group_changes: create 2 metric filters, create alarm"]
    obstacles:
      description:
        - Why a requested alarm notifies no one although nothing is left to write, such as a filter policy of the
          subscription. Empty while there are changes.
        - Only the requested topic and alarms count. An unconfirmed subscription and a topic of another account are no
          obstacles.
        - Each control is judged by the newest CIS version among O(benchmarks) that has it, or by V(cis_v1_4_0) if there
          is none, or by the newest that has it.
      type: list
      elements: dict
      returned: success
      contains:
        control:
          description: The control.
          type: str
          returned: success
        reason:
          description: Why, in one sentence.
          type: str
          returned: success
        fix:
          description: How to fix it.
          type: str
          returned: success
    obstacles_message:
      description: The obstacles as one text. Controls with the same obstacle stand together. Empty if there are none.
      type: str
      returned: success
    settled:
      description:
        - Whether there is nothing to write and nothing to report, so no changes, nothing that blocks them, no
          obstacles, and nothing that is kept but whole paths.
      type: bool
      returned: success
done:
  description:
    - Whether the role that runs the task has nothing left to do, so if RV(plan.settled) or the task has failed.
    - V(false) where the host has a result C(cis_monitoring_after) of an earlier run, which the role replaces.
  returned: in a task of a role
  type: bool
check_mode:
  description: Whether the task ran in check mode, set on the command line or on the task.
  returned: success
  type: bool
diff:
  description:
    - A diff for each change. Where several controls have changes, the first diff is a C(prepared) text with one line
      for each control.
  returned: in check mode and in diff mode
  type: list
  elements: dict
  contains:
    before_header:
      description: The resource that is changed.
      type: str
      returned: success
    after_header:
      description: The same.
      type: str
      returned: success
    before:
      description: The current values of the fields that differ. An empty text for a new resource.
      type: raw
      returned: success
    after:
      description: The desired values of the fields that differ. An empty text for a deleted resource.
      type: raw
      returned: success
diff_lines:
  description: The lines of RV(diff), since Ansible shows no diff for a task that is not changed.
  returned: in diff mode outside check mode
  type: list
  elements: str
  sample:
    - "--- topic security_group_changes_topic"
    - "+++ topic security_group_changes_topic"
account:
  description: The account that was read.
  returned: success
  type: dict
  contains:
    id:
      description: The account's id.
      type: str
      returned: success
      sample: "123456789012"
    partition:
      description: The partition that it is in.
      type: str
      returned: success
      sample: aws
    region:
      description: The region of the connection.
      type: str
      returned: success
      sample: eu-west-1
left_out:
  description: With O(controls=all), the controls that none of O(benchmarks) has.
  returned: success
  type: list
  elements: str
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Account
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import AUDITORS, BENCHMARKS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.choice import CONTROLS_OPTION
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.proofs import Budget
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import (
    observe_alarms_and_topics,
    observe_log_groups,
    read_account,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import (
    DEFAULTS,
    EXISTING,
    STATES,
    Desired,
    MalformedRequest,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.destination import destination
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.diff import diff_lines, diffs
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.existing import Remaining, remaining
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.log_alarm import too_old
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.obstacles import (
    deaf_as_asked,
    message,
    obstacles,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.plan import plan, refused_plan
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.refusals import refusals
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import Obstacle, Plan
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.sought import sought
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.subscriber import PROTOCOLS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.summary import cost, summary_lines
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.topic_name import with_topic_name
from ansible_collections.aws_cis.monitoring.plugins.module_utils._safe_text import printable_data

_OPTIONS: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "state": {"type": "str", "choices": list(STATES)},
    "existing": {"type": "str", "choices": list(EXISTING)},
    "controls": CONTROLS_OPTION,
    "benchmarks": {"type": "list", "elements": "str", "choices": [*BENCHMARKS, *AUDITORS]},
    "log_group_name": {"type": "str"},
    "metric_namespace": {"type": "str"},
    "topic_name": {"type": "str"},
    "topic_arn": {"type": "str"},
    "topic_display_name": {"type": "str"},
    "subscriptions": {
        "type": "list",
        "elements": "dict",
        "options": {
            "protocol": {"type": "str", "required": True, "choices": list(PROTOCOLS)},
            "endpoint": {"type": "str", "required": True},
            "raw_message_delivery": {"type": "bool"},
        },
    },
    "tags": {"type": "dict"},
    "kms_key_id": {"type": "str", "no_log": False},
    "update_key_policy": {"type": "bool", "no_log": False},
    "organization_id": {"type": "str"},
    "log_alarms": {"type": "bool"},
    "log_alarms_role": {"type": "str"},
    "overrides": {"type": "dict"},
    "request": {"type": "dict"},  # which the action plugin has replaced by the options in it
}
ARGUMENT_SPEC: dict[str, Any] = {
    name: {**option, "default": DEFAULTS[name]} if name in DEFAULTS else option for name, option in _OPTIONS.items()
}


def run(task: Task) -> dict[str, Any]:
    """Read the account, judge it, and plan. Raises TaskError."""
    try:
        desired = Desired.from_parameters(task.params)
    except MalformedRequest as error:
        raise TaskError(str(error)) from error
    if desired.left_out:
        task.warn(f"None of {', '.join(desired.benchmarks)} has these controls: {', '.join(desired.left_out)}.")
    if refused := (*refusals(desired), *_lacking(task, desired)):
        account = read_account(task.clients)
        return _result(task, account, desired, refused_plan(account, desired, refused))
    observation = observe_log_groups(task.clients, desired.log_group_name)
    account = observation.account
    place = destination(observation, desired)
    controls = [wanted.control for wanted in desired.wanted]
    observation = observe_alarms_and_topics(task.clients, observation, controls, sought(account, desired, place))
    desired = with_topic_name(desired, observation, place.region)
    budget = Budget()
    verdicts = [judge(observation, control, desired.judging_benchmark(control), budget=budget) for control in controls]
    reuses = desired.existing == "reuse" and desired.state == "present"
    rest = remaining(observation, verdicts, desired, place.log_group) if reuses else Remaining(desired)
    planned = plan(observation, rest, place)
    if task.check_mode or not planned.changes:
        deaf = deaf_as_asked(planned, verdicts, account, rest.desired)
        for warning in (*_waiting(planned), *deaf, *planned.remarks):
            task.warn(warning)
    return _result(task, account, desired, planned, obstacles(planned, verdicts, account, rest))


def _lacking(task: Task, desired: Desired) -> Iterator[str]:
    """What the installed botocore lacks for the request."""
    if desired.log_alarms and not hasattr(task.clients.client("cloudwatch"), "put_log_alarm"):
        yield too_old("set log_alarms to false")


def _result(
    task: Task, account: Account, desired: Desired, planned: Plan, found: Sequence[Obstacle] = ()
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        **planned.as_dict(),
        "summary": summary_lines(planned.changes),
        "cost": cost(planned),
        "obstacles": [one.as_dict() for one in found],
        "obstacles_message": message(found),
        "settled": planned.is_settled and not found,
    }
    result = {
        "account": {"id": account.id, "partition": account.partition, "region": account.region},
        "changed": task.check_mode and bool(planned.changes),
        "check_mode": task.check_mode,
        "left_out": list(desired.left_out),
        "plan": {**printable_data(shown), "changes": [_printable(change) for change in shown["changes"]]},
    }
    if task.check_mode or task.diff_mode:
        result["diff"] = printable_data(diffs(planned.changes))
    if task.diff_mode and not task.check_mode:
        result["diff_lines"] = list(diff_lines(result["diff"]))
    return result


def _printable(change: Mapping[str, Any]) -> dict[str, Any]:
    """A change for people, but exactly what the role's tasks write."""
    return {**printable_data(dict(change)), "name": change["name"], "settings": change["settings"]}


def _waiting(planned: Plan) -> Iterator[str]:
    if not planned.pending:
        return
    endpoints = ", ".join(one["endpoint"] for one in planned.pending)
    yield (
        f"These subscribers of account {planned.account} are not notified until they confirm: {endpoints}. "
        f"A subscription expires 48 hours after it was requested, at the latest at {planned.pending[0]['confirm_by']}. "
        "Run this again afterwards to request expired subscriptions again."
    )


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
