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
    C(latest) beside it leads to the newest report of a whole run. A run that C(--limit) or C(cis_monitoring_hosts)
    limits to a part of the accounts leaves it as it is; RV(folder) says where its report is.
  - An account whose task failed is in the report as V(unreachable), with the message. One that was not asked, since an
    earlier play had failed for it, is V(unknown).
  - A control that is covered by another account of the report counts as it does there.
  - The report says what has become worse or better, is new or gone. Each account is compared with the newest report in
    the same folder that has it.
  - A report without accounts is refused, and so are the results of a task with a loop. Each account is a host.
  - An account's last drill of each depth is in the report, where M(aws_cis.monitoring.cis_monitoring_drill_record) has
    kept it in the same folder.
options:
  folder:
    description: Where the folder of this report is made.
    type: path
    required: true
  formats:
    description:
      - What to write. V(json) is complete, and its form is published in C(docs/report.schema.json); it has a line an
        account, so that a large one can be read line by line.
      - V(csv) has a row for each control of an account, V(junit) a test case. V(ocsf) are OCSF Compliance Findings,
        V(asff) requests of Security Hub's C(BatchImportFindings), a finding for each control of an account.
      - V(html) is one page for people. Where accounts times controls are more than 3000, it tells in brief of what is
        well.
    type: list
    elements: str
    choices: [json, csv, junit, ocsf, asff, html]
    default: [json, csv, junit, ocsf, asff, html]
  fail_on:
    description:
      - Which accounts RV(failing) names. V(unknown) names those that are non-compliant, unknown or unreachable,
        V(regression) those that are worse than in the report that this one is compared with, and those that are new and
        not compliant.
      - An account that could not be read is no failure for V(non_compliant). Whoever can make it unreadable passes. Use
        V(unknown) where that matters. Where no account could be read at all, RV(failing) names each, whatever is set.
      - What is accepted fails nothing.
    type: str
    choices: [never, non_compliant, unknown, regression]
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
      - JSON reports of earlier runs to make one of, or the folders that they are in. An account in several counts as it
        was read last.
      - The reports of parts of an inventory make the same report as a run over the whole.
    type: list
    elements: path
  accepted:
    description:
      - Findings that are known of and accepted. They keep their verdict, and are apart from the others in counts and in
        each format.
      - A control is accepted if each of its faults is, apart from those that only follow from another one.
      - RV(lines) says which have expired, and which met nothing.
    type: list
    elements: dict
    default: []
    suboptions:
      control:
        description: The control, or V(all).
        type: str
        default: all
      code:
        description: The code of the finding, or V(all).
        type: str
        default: all
      accounts:
        description: Names of hosts, account ids, or patterns of either, as C(fnmatch) has them.
        type: list
        elements: str
        default: ["*"]
      reason:
        description: Why it is accepted.
        type: str
        required: true
      until:
        description: The last day on which it is, such as V(2027-01-31), in UTC.
        type: str
  accepted_of_hosts:
    description:
      - By the names of hosts that have variables of their own, what is accepted of them, in the place of O(accepted).
    type: dict
    default: {}
  compare_with:
    description:
      - A report to compare with, its JSON file or the folder that it is in. Without it, each account is compared
        with the newest report in O(folder) that has it.
    type: path
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
    accepted:
      - control: security_group_changes
        code: SUBSCRIPTION_FILTERED
        accounts: ["sandbox-*"]
        reason: Nobody is on call for the sandboxes, SEC-123.
        until: "2027-01-31"
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
  description: How many accounts have which outcome, which is that of their worst control.
  returned: success
  type: dict
  sample: {compliant: 40, covered_elsewhere: 0, accepted: 0, non_compliant: 8, unknown: 1, unreachable: 1}
lines:
  description: What has changed, a line an account, and the counts.
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
