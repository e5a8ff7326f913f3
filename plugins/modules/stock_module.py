#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin stock_module, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: stock_module
short_description: Run a module of the notification path inside the Ansible worker
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Runs M(amazon.aws.cloudwatch_metric_alarm), M(community.aws.sns_topic), or a module of this collection that
    completes them, unchanged and with the given arguments. Returns the complete result of the module.
  - Since the module is an argument, one task with a loop can apply changes of several kinds, with one connection.
  - Normally, each task and each item of a loop starts a new process that imports the AWS SDK and loads its service
    model, which takes about a second of CPU. This action runs the module in the Ansible worker process, in which these
    are already loaded.
  - The C(module_defaults) of the module apply, whether they are set by name or by action group.
  - The module runs in a separate process, like any other module, if the connection is not C(local), if the Python
    interpreter is not that of the controller, with C(become), with C(async), and if the variable
    C(aws_cis_monitoring_in_worker) is V(false).
options:
  module:
    description: The fully qualified name of the module.
    type: str
    required: true
    choices:
      - amazon.aws.cloudwatch_metric_alarm
      - aws_cis.monitoring.cloudwatch_alarm_actions
      - aws_cis.monitoring.cloudwatch_alarm_tags
      - aws_cis.monitoring.cloudwatch_log_alarm
      - aws_cis.monitoring.cloudwatchlogs_metric_filter
      - aws_cis.monitoring.sns_subscription
      - aws_cis.monitoring.sns_topic_encryption
      - aws_cis.monitoring.sns_topic_policy_statement
      - community.aws.sns_topic
  arguments:
    description: The options of the module. The module validates them.
    type: dict
    default: {}
  each:
    description:
      - Runs the module once for each of these dictionaries, which hold options in addition to O(arguments), in this
        order. The task ends at the first run that fails.
      - This takes less time than a loop, for which Ansible evaluates all options of the task again for each item.
      - Connection options belong in O(arguments). Cannot be used with C(async).
    type: list
    elements: dict
  account:
    description:
      - The ID of the account that the module must act on, such as
        RV(aws_cis.monitoring.cis_monitoring_plan#module:plan.account).
      - The module then acts with the connection that M(aws_cis.monitoring.cis_monitoring_plan) would have in its place.
        Connection options from C(module_defaults) of the named module have no effect; those in O(arguments) do.
      - The task fails before the module runs if the credentials are those of another account.
    type: str
attributes:
  action:
    description: Runs partly or completely on the controller, in an action plugin.
    support: full
    details:
      - The action runs completely inside the Ansible worker if the connection is C(local) with the controller's Python.
  async:
    description: Can be used with the keyword C(async).
    support: full
    details:
      - With C(async), the module runs in a separate process.
  check_mode:
    description: Can run in check mode and return the predicted result without changing anything.
    support: full
    details:
      - As far as the module supports it.
  diff_mode:
    description: Returns what has changed, or would change in check mode, in diff mode.
    support: full
    details:
      - As far as the module supports it.
  idempotent:
    description: When run twice in a row outside check mode, the second run reports no change.
    support: full
    details:
      - As far as the module is idempotent.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements
notes:
  - Use this action for loops and for many hosts. For a single task, use the module directly.
seealso:
  - module: amazon.aws.cloudwatch_metric_alarm
  - module: community.aws.sns_topic
"""

EXAMPLES = r"""
- name: Create the topic and its subscriptions
  aws_cis.monitoring.stock_module:
    module: community.aws.sns_topic
    arguments:
      name: security_group_changes_topic
      subscriptions:
        - {protocol: email, endpoint: security@example.com}
      purge_subscriptions: false

- name: Create an alarm, in the account that was read and no other
  aws_cis.monitoring.stock_module:
    module: amazon.aws.cloudwatch_metric_alarm
    account: "{{ monitoring.plan.account }}"
    arguments:
      name: security_group_changes_alarm
      metric_name: security_group_changes_metric
      namespace: LogMetrics
      statistic: Sum
      period: 300
      threshold: 1
      comparison: GreaterThanOrEqualToThreshold
      evaluation_periods: 1
      alarm_actions: ["{{ topic_arn }}"]
      state: present

- name: Delete two alarms
  aws_cis.monitoring.stock_module:
    module: amazon.aws.cloudwatch_metric_alarm
    arguments:
      state: absent
    each:
      - name: security_group_changes_alarm
      - name: vpc_changes_alarm
"""

RETURN = r"""
result:
  description:
    - The module's return values. They are returned at the top level, not below this key.
    - With O(each), those of a run that fails.
  returned: never
  type: dict
results:
  description: The module's return values in each run.
  returned: if O(each) is set
  type: list
  elements: dict
"""
