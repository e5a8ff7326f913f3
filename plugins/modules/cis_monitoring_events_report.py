#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the action plugin cis_monitoring_events_report, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_events_report
short_description: Write a report of matching events
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Combines the results that hosts have registered from M(aws_cis.monitoring.cis_monitoring_events_info) or from
    M(aws_cis.monitoring.cis_monitoring_noise_info) into one report, and writes it on the controller.
  - Each report is a new folder below C(events) in O(folder), named after the time of the run and created atomically.
    The link C(latest) points to the newest report.
  - An account whose task failed is reported with the error message.
  - Displays a summary as the last lines of the output, after the recap. Failures come first, those of one cause
    together. It has at most as many lines as the terminal, 24 if the output is no terminal. With C(-v) all accounts are
    listed. If the callback plugin writes JSON, the summary goes to standard error.
  - Sets the statistic C(aws_cis_monitoring), as M(ansible.builtin.set_stats) does. Its member C(events) has
    the numbers of accounts and events, how many accounts are in RV(failing), and the folder.
options:
  folder:
    description: The folder of the reports.
    type: path
    required: true
  formats:
    description:
      - The formats to write. V(json) is complete. V(csv) has one row for each event or, for a preview of the alarm
        volume, one row for each principal of each control.
    type: list
    elements: str
    choices: [json, csv]
    default: [json, csv]
  hosts:
    description: The hosts whose results should be reported.
    type: list
    elements: str
    required: true
  variable:
    description: The variable in which the hosts have registered their results.
    type: str
    default: cis_monitoring_events
attributes:
  check_mode:
    details:
      - Also writes the report in check mode, because it changes nothing in an account.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements.controller
  - aws_cis.monitoring._attributes.controller
seealso:
  - module: aws_cis.monitoring.cis_monitoring_events_info
  - module: aws_cis.monitoring.cis_monitoring_noise_info
"""

EXAMPLES = r"""
- name: List the matching events of the last 24 hours
  aws_cis.monitoring.cis_monitoring_events_info:
  register: cis_monitoring_events
  ignore_errors: true

- name: Write the event report
  aws_cis.monitoring.cis_monitoring_events_report:
    folder: /var/reports
    hosts: "{{ ansible_play_hosts_all }}"
  run_once: true
"""

RETURN = r"""
folder:
  description: The folder of this report.
  returned: success
  type: str
  sample: /var/reports/events/2026-11-23T050000Z
files:
  description: The files in the folder.
  returned: success
  type: list
  elements: str
  sample: [/var/reports/events/2026-11-23T050000Z/events.json]
lines:
  description: The events of all accounts, newest first, and one line for each account.
  returned: success
  type: list
  elements: str
only_expected:
  description: Whether events were found, each of them expected, and every account was searched completely.
  returned: success
  type: bool
failing:
  description: The error messages of the accounts that could not be searched, by host.
  returned: success
  type: dict
passing:
  description: One host of the play that is not in RV(failing), in a list. The playbooks need one to end with a failure.
  returned: success
  type: list
  elements: str
  sample:
    - production
"""
