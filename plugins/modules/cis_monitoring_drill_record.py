#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin cis_monitoring_drill_record, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_drill_record
short_description: Store drill results for later reports
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Stores the results that hosts have registered from M(aws_cis.monitoring.cis_monitoring_drill) on the controller, one
    file for each account, in the folder C(drills) below O(folder).
  - M(aws_cis.monitoring.cis_monitoring_report) includes the results in reports that it writes to the same O(folder).
  - The last drill of each depth is stored for each account, without the message and the sample records.
  - Displays a summary as the last lines of the output, after the recap. Failures come first, those of one cause
    together. It has at most as many lines as the terminal, 24 if the output is no terminal. With C(-v) all accounts are
    listed. If the callback plugin writes JSON, the summary goes to standard error.
  - Sets the statistic C(aws_cis_monitoring), as M(ansible.builtin.set_stats) does. Its member C(drill) has
    the counts of accounts by outcome, and how many are in RV(failing).
options:
  folder:
    description: The folder of the reports.
    type: path
    required: true
  hosts:
    description: The hosts whose drill results should be stored.
    type: list
    elements: str
    required: true
  variable:
    description:
      - The host variable that contains the result, RV(aws_cis.monitoring.cis_monitoring_drill#module:drill).
    type: str
    default: cis_monitoring_drill_result
attributes:
  idempotent:
    description: When run twice in a row outside check mode, the second run reports no change.
    support: partial
    details:
      - The files have the same content, but are reported as written.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements.controller
  - aws_cis.monitoring._attributes.controller
seealso:
  - module: aws_cis.monitoring.cis_monitoring_drill
  - module: aws_cis.monitoring.cis_monitoring_report
"""

EXAMPLES = r"""
- name: Test the account
  aws_cis.monitoring.cis_monitoring_drill:
    region: eu-west-1
  register: drilled

- name: Set the variable of the host
  ansible.builtin.set_fact:
    cis_monitoring_drill_result: "{{ drilled.drill }}"

- name: Store the drill results
  aws_cis.monitoring.cis_monitoring_drill_record:
    folder: /var/reports
    hosts: "{{ ansible_play_hosts_all }}"
  run_once: true
"""

RETURN = r"""
failing:
  description: The hosts whose drill did not pass, with the reason of each.
  returned: success
  type: dict
  sample:
    staging: "Account 123456789012: Not tested. The account has no metric filter for this control."
files:
  description: The files written.
  returned: success
  type: list
  elements: str
  sample: [/var/reports/drills/123456789012.json]
lines:
  description: One line for each host.
  returned: success
  type: list
  elements: str
  sample:
    - "production  full, passed, 2026-11-23T05:00:00Z: record 302 s, metric 310 s, alarm 312 s"
passing:
  description: One host of the play that is not in RV(failing), in a list. The playbooks need one to end with a failure.
  returned: success
  type: list
  elements: str
  sample:
    - production
"""
