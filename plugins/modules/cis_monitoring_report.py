#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin cis_monitoring_report, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_report
short_description: Write the report of an audit
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Makes one report of the results that hosts have registered from M(aws_cis.monitoring.cis_monitoring_info), or of the
    JSON reports of earlier runs, and writes it on the controller.
  - The files are in a folder of their own, named after the moment, which appears whole or not at all. The link
    C(latest) beside it points to the newest one.
  - An account whose task failed is in the report as V(unreachable), with the message. One that was not asked, since an
    earlier play had failed for it, is V(unknown).
  - An account that is covered by another one of the report counts as that one does.
  - An account's last drill of each depth is in the report, where M(aws_cis.monitoring.cis_monitoring_drill_record) has
    kept it in the same folder.
options:
  folder:
    description: Where the folder of this report is made.
    type: path
    required: true
  formats:
    description:
      - What to write. V(json) is complete, and its form is published in C(docs/report.schema.json). V(csv) has a row an
        account. V(junit) has a test case an account. V(ocsf) are OCSF Compliance Findings, V(asff) requests of Security
        Hub's C(BatchImportFindings). V(html) is one page for people.
    type: list
    elements: str
    choices: [json, csv, junit, ocsf, asff, html]
    default: [json, csv, junit, ocsf, asff, html]
  fail_on:
    description:
      - Which accounts RV(failing) names. V(unknown) names those that are non-compliant, unknown or unreachable.
    type: str
    choices: [never, non_compliant, unknown]
    default: never
  hosts:
    description: The hosts whose results are to be reported. Either this or O(merge).
    type: list
    elements: str
  variable:
    description: The variable in which the hosts have registered their results.
    type: str
    default: cis_monitoring_audit
  merge:
    description:
      - JSON reports of earlier runs to make one of. An account in several counts as it was read last.
      - The reports of parts of an inventory make the same report as a run over the whole.
    type: list
    elements: path
attributes:
  check_mode:
    details:
      - Writes the report in check mode too, since an audit changes nothing of an account.
  idempotent:
    description: When run twice in a row outside check mode, the second run changes nothing and says so.
    support: none
    details:
      - Each report is a new one.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements.controller
  - aws_cis.monitoring._attributes.controller
seealso:
  - module: aws_cis.monitoring.cis_monitoring_info
  - module: aws_cis.monitoring.cis_monitoring_drill_record
"""

EXAMPLES = r"""
- name: Read the account
  aws_cis.monitoring.cis_monitoring_info:
  register: cis_monitoring_audit
  ignore_errors: true

- name: Write the report of all accounts
  aws_cis.monitoring.cis_monitoring_report:
    folder: /var/reports
    hosts: "{{ ansible_play_hosts_all }}"
    formats: [json, html]
  run_once: true

- name: Make one report of two
  aws_cis.monitoring.cis_monitoring_report:
    folder: /var/reports
    merge:
      - /var/slices/1/latest/report.json
      - /var/slices/2/latest/report.json
"""

RETURN = r"""
folder:
  description: The folder of this report.
  returned: success
  type: str
  sample: /var/reports/2026-11-23T050000Z
files:
  description: The files in it.
  returned: success
  type: list
  elements: str
  sample: [/var/reports/2026-11-23T050000Z/report.json]
counts:
  description: How many accounts have which verdict.
  returned: success
  type: dict
  sample: {compliant: 40, covered_elsewhere: 0, non_compliant: 8, unknown: 1, unreachable: 1}
lines:
  description: A line an account, and the counts.
  returned: success
  type: list
  elements: str
  sample:
    - "production  non compliant      ALARM_ACTIONS_DISABLED      The actions of alarm sg are disabled."
    - "1 accounts: 1 non compliant"
failing:
  description: The accounts that O(fail_on) names, and why each fails, by the names of their hosts.
  returned: success
  type: dict
  sample: {production: The actions of alarm sg are disabled.}
"""
