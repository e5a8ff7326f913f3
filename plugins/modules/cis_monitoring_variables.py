#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin cis_monitoring_variables, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_variables
short_description: Validate the variables of the playbooks of this collection
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Validates the variables of all hosts in one task, before any account is read, and adds the defaults.
  - Fails with a list of all invalid values, unknown names and names of older versions.
  - Intended for the playbooks of this collection.
options:
  playbook:
    description: The playbook whose variables should be validated.
    type: str
    required: true
    choices: [audit, remediate, teardown, drill, events, merge_reports]
  hosts:
    description: The hosts whose variables should be validated.
    type: list
    elements: str
    required: true
attributes:
  idempotent:
    description: When run twice in a row outside check mode, the second run reports no change.
    support: full
    details:
      - This module changes nothing.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements.controller
  - aws_cis.monitoring._attributes.controller
"""

EXAMPLES = r"""
- name: Validate the variables
  aws_cis.monitoring.cis_monitoring_variables:
    playbook: audit
    hosts: "{{ ansible_play_hosts }}"
  register: variables
  run_once: true

- name: Show the report folder
  ansible.builtin.debug:
    msg: "{{ (variables.hosts[inventory_hostname] | default(variables.common)).report_dir }}"
"""

RETURN = r"""
common:
  description: The variables of the first host, by name without the prefix C(cis_monitoring_).
  returned: success
  type: dict
  sample: {fail_on: never, report_dir: cis-monitoring-report}
hosts:
  description: The variables of each host whose values differ from RV(common).
  returned: success
  type: dict
  sample: {}
left_out:
  description: The hosts of other accounts than the one that C(cis_monitoring_account) or the alarm message selects.
  returned: success
  type: list
  elements: str
unanswered:
  description: Why the alarm message is not answered, such as that a drill set the alarm. Otherwise empty.
  returned: success
  type: str
"""
