#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin cis_monitoring_variables, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_variables
short_description: Check the variables of the playbooks of this collection
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Checks the variables of all hosts in one task, before anything is read, and completes them with the defaults.
  - Fails with all that is wrong, a value, a name that no playbook reads, or a name that an older version had.
  - For the playbooks of this collection.
options:
  playbook:
    description: The playbook whose variables are meant.
    type: str
    required: true
    choices: [audit, remediate, teardown, drill, events, merge_reports]
  hosts:
    description: The hosts whose variables are to be checked.
    type: list
    elements: str
    required: true
attributes:
  idempotent:
    description: When run twice in a row outside check mode, the second run changes nothing and says so.
    support: full
    details:
      - It changes nothing.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements.controller
  - aws_cis.monitoring._attributes.controller
"""

EXAMPLES = r"""
- name: Check the variables
  aws_cis.monitoring.cis_monitoring_variables:
    playbook: audit
    hosts: "{{ ansible_play_hosts }}"
  register: variables
  run_once: true

- name: Say where the report will be
  ansible.builtin.debug:
    msg: "{{ (variables.hosts[inventory_hostname] | default(variables.common)).report_dir }}"
"""

RETURN = r"""
common:
  description: The values of the first host's variables, by their names without the prefix C(cis_monitoring_).
  returned: success
  type: dict
  sample: {fail_on: never, report_dir: cis-monitoring-report}
hosts:
  description: The same for each host that has others.
  returned: success
  type: dict
  sample: {}
"""
