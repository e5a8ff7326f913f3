#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin stock_module, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: stock_module
short_description: Run a module of another collection inside the Ansible worker
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Runs M(amazon.aws.cloudwatch_metric_alarm) or M(community.aws.sns_topic) as they are, with the arguments given. The
    result is the module's own, whole.
  - A module has a process of its own, which imports the AWS SDK and reads its description of the service, a second of
    CPU for each task and each item of a loop. Here the file of the module is called in the process that Ansible has
    for the task anyway, with all that loaded already.
  - What C(module_defaults) give the named module, by its name or by a group, applies here too, but see O(account).
  - Where a module of this collection would not run in the worker either (a connection other than C(local), another
    Python, C(become), C(async), the variable C(aws_cis_monitoring_in_worker) set to V(false)), the module runs the
    ordinary way.
options:
  module:
    description: The full name of the module.
    type: str
    required: true
    choices:
      - amazon.aws.cloudwatch_metric_alarm
      - community.aws.sns_topic
  arguments:
    description: The options of the module, which checks them.
    type: dict
    default: {}
  account:
    description:
      - The number of the account that must be acted on, such as
        RV(aws_cis.monitoring.cis_monitoring_plan#module:plan.account).
      - With it the module acts with the connection that M(aws_cis.monitoring.cis_monitoring_plan) would have in its
        place.
        Connection options that C(module_defaults) give the named module have no effect; those in O(arguments) do.
      - The task fails before the module runs if the credentials are those of another account.
    type: str
attributes:
  action:
    description: Has an action plugin, so that a part of it or all of it is done on the controller.
    support: full
    details:
      - All of it is, inside the Ansible worker, where the connection is C(local) with the controller's Python.
  async:
    description: Can be used with the keyword C(async).
    support: full
    details:
      - The module that is named runs as a process of its own then.
  check_mode:
    description: Can run in check mode and return the predicted result without changing anything.
    support: full
    details:
      - As far as the module that is named can.
  diff_mode:
    description: Returns what has changed, or would change in check mode, in diff mode.
    support: none
    details:
      - Neither of the modules has one.
  idempotent:
    description: When run twice in a row outside check mode, the second run changes nothing and says so.
    support: full
    details:
      - As far as the module that is named is.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements
notes:
  - To be used where a loop or many hosts make the second matter. For a single task, name the module itself.
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
"""

RETURN = r"""
result:
  description: Not a key of its own. What is returned are the keys that the module documents.
  returned: never
  type: dict
"""
