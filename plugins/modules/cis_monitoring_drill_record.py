#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin cis_monitoring_drill_record, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_drill_record
short_description: Keep how drills went for the reports of later audits
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Keeps what hosts have registered from M(aws_cis.monitoring.cis_monitoring_drill) on the controller, a file an
    account in the folder C(drills) below O(folder).
  - M(aws_cis.monitoring.cis_monitoring_report) with the same folder has them in its reports.
  - Of each account, the last drill of each depth is kept. The message and the sample records are not.
options:
  folder:
    description: The folder of the reports.
    type: path
    required: true
  hosts:
    description: The hosts whose drills are to be kept.
    type: list
    elements: str
    required: true
  variable:
    description:
      - The variable of the hosts that has the drill, RV(aws_cis.monitoring.cis_monitoring_drill#module:drill).
    type: str
    default: cis_monitoring_drill_result
attributes:
  idempotent:
    description: When run twice in a row outside check mode, the second run changes nothing and says so.
    support: partial
    details:
      - The files are as they were, but it says that it has written them.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements.controller
  - aws_cis.monitoring._attributes.controller
seealso:
  - module: aws_cis.monitoring.cis_monitoring_drill
  - module: aws_cis.monitoring.cis_monitoring_report
"""

EXAMPLES = r"""
- name: Drill the account
  aws_cis.monitoring.cis_monitoring_drill:
    region: eu-west-1
  register: drilled

- name: Remember how it went
  ansible.builtin.set_fact:
    cis_monitoring_drill_result: "{{ drilled.drill }}"

- name: Keep how it went
  aws_cis.monitoring.cis_monitoring_drill_record:
    folder: /var/reports
    hosts: "{{ ansible_play_hosts_all }}"
  run_once: true
"""

RETURN = r"""
files:
  description: The files written.
  returned: success
  type: list
  elements: str
  sample: [/var/reports/drills/123456789012.json]
lines:
  description: A line a host.
  returned: success
  type: list
  elements: str
  sample:
    - "production  full, passed, 2026-11-23T05:00:00Z: record 302 s, metric 310 s, alarm 312 s"
"""
