#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the action plugin cis_monitoring_events_report, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_events_report
short_description: Write who did what in many accounts
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Makes one report of the results that hosts have registered from M(aws_cis.monitoring.cis_monitoring_events_info) or
    from M(aws_cis.monitoring.cis_monitoring_noise_info), and writes it on the controller.
  - The files are in a folder of their own in the folder C(events) below O(folder), named after the moment, which
    appears whole or not at all. The link C(latest) beside it points to the newest one.
  - An account whose task failed is in the report with the message.
options:
  folder:
    description: The folder of the reports.
    type: path
    required: true
  formats:
    description:
      - What to write. V(json) is complete. V(csv) has a row a record, and of a preview a row a principal of each
        control.
    type: list
    elements: str
    choices: [json, csv]
    default: [json, csv]
  hosts:
    description: The hosts whose results are to be reported.
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
      - Writes the report in check mode too, since it changes nothing of an account.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements.controller
  - aws_cis.monitoring._attributes.controller
seealso:
  - module: aws_cis.monitoring.cis_monitoring_events_info
  - module: aws_cis.monitoring.cis_monitoring_noise_info
"""

EXAMPLES = r"""
- name: Who did what since yesterday?
  aws_cis.monitoring.cis_monitoring_events_info:
  register: cis_monitoring_events
  ignore_errors: true

- name: Write it
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
  description: The files in it.
  returned: success
  type: list
  elements: str
  sample: [/var/reports/events/2026-11-23T050000Z/events.json]
lines:
  description: The records of all accounts, the newest first, and a line an account.
  returned: success
  type: list
  elements: str
failing:
  description: The accounts that could not be searched, by the name of the host, and why.
  returned: success
  type: dict
"""
