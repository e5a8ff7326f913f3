#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin planned_change, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: planned_change
short_description: Show the changes that are planned for an account
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Shows the changes of a plan of M(aws_cis.monitoring.cis_monitoring_info) as diffs.
  - In check mode the task counts as changed. Elsewhere it does not, since the tasks that write the changes do. In diff
    mode it shows the changes nevertheless.
  - The role P(aws_cis.monitoring.cis_sg_monitoring#role) uses it, since the modules for topic and alarm fail in check
    mode while the topic does not exist, and have no diff.
  - Calls neither AWS nor the host.
options:
  changes:
    description: The RV(aws_cis.monitoring.cis_monitoring_info#module:plan.changes) of a plan.
    type: list
    elements: dict
    required: true
attributes:
  check_mode:
    description: Can run in check mode and return the predicted result without changing anything.
    support: full
  diff_mode:
    description: Returns what has changed, or would change in check mode, in diff mode.
    support: full
extends_documentation_fragment:
  - aws_cis.monitoring._requirements.controller
  - aws_cis.monitoring._attributes.controller
seealso:
  - module: aws_cis.monitoring.cis_monitoring_info
"""

EXAMPLES = r"""
- name: Plan
  aws_cis.monitoring.cis_monitoring_info:
    desired:
      topic_name: security_group_changes_topic
  register: account

- name: Show the plan
  aws_cis.monitoring.planned_change:
    changes: "{{ account.plan.changes }}"
"""

RETURN = r"""
planned:
  description: The changes, a line each.
  returned: success
  type: list
  elements: str
  sample:
    - Create topic security_group_changes_topic
diff_lines:
  description: The diffs, line by line.
  returned: in diff mode outside check mode, if there are changes
  type: list
  elements: str
  sample:
    - "--- topic security_group_changes_topic"
    - "+++ topic security_group_changes_topic"
    - "@@ -0,0 +1 @@"
    - "+name: security_group_changes_topic"
"""
