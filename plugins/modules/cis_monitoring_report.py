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
  - Combines the results that hosts have registered from M(aws_cis.monitoring.cis_monitoring_info), or the JSON reports
    of earlier runs, into one report, and writes it on the controller.
  - Each report is a new folder in O(folder), named after the time of the run and created atomically. The link C(latest)
    points to the newest report of a whole run. A run that C(--limit) or C(cis_monitoring_hosts) limits to a part of the
    accounts does not change it; RV(folder) is its report.
  - An account whose task failed is reported as V(unreachable), with the error message. An account that was not read
    because an earlier play had failed for it is V(unknown).
  - A control that is covered by another account of the report has the same outcome as in that account.
  - The report lists what has become worse, become better, appeared or disappeared. Each account is compared with the
    newest report in the same folder that has it.
  - A report without accounts is refused, and so are the results of a task with a loop. Each account is a host.
  - The report names the inventory, the limit of the run, the groups of each host, and the identity that read each
    account.
  - The report includes each account's last drill of each depth, if M(aws_cis.monitoring.cis_monitoring_drill_record)
    has stored it in the same folder.
  - Displays a summary as the last lines of the output, after the recap. Failures come first, those of one cause
    together. It has at most as many lines as the terminal, 24 if the output is no terminal. With C(-v) all accounts are
    listed. If the callback plugin writes JSON, the summary goes to standard error.
  - Sets the statistic C(aws_cis_monitoring), as M(ansible.builtin.set_stats) does. Its member C(audit) has
    the counts of accounts, how many are in RV(failing), and the folder.
options:
  folder:
    description: The folder in which to create the folder of this report.
    type: path
    required: true
  formats:
    description:
      - The formats to write. V(json) is complete. Its schema is C(docs/report.schema.json). It has one line for each
        account, so that a large report can be read line by line.
      - For each control of an account, V(csv) has a row, V(junit) a test case, V(ocsf) an OCSF Compliance Finding, and
        V(asff) a finding in requests for Security Hub's C(BatchImportFindings).
      - V(html) is a self-contained page. It shows failures by cause with a command to fix them, the compliance by
        account, control and inventory group, and the earlier reports in O(folder). It has the SHA-256 of the JSON if
        V(json) is also written.
    type: list
    elements: str
    choices: [json, csv, junit, ocsf, asff, html]
    default: [json, csv, junit, ocsf, asff, html]
  fail_on:
    description:
      - Which accounts RV(failing) lists. V(unknown) lists accounts that are non-compliant, unknown or unreachable.
        V(regression) lists accounts that are worse than in the report to compare with, and new ones that are not
        compliant.
      - V(non_compliant) does not list an account that could not be read, so an account that makes itself unreadable
        passes. Use V(unknown) where that matters. If no account could be read, RV(failing) lists each, with any value.
      - Accepted findings and declared alternatives are ignored.
    type: str
    choices: [never, non_compliant, unknown, regression]
    default: never
  hosts:
    description: The hosts whose results should be reported. Either this option or O(merge) is required.
    type: list
    elements: str
  variable:
    description: The variable in which the hosts have registered their results.
    type: str
    default: cis_monitoring_audit
  merge:
    description:
      - The JSON reports of earlier runs to combine, or the folders that contain them. If several reports contain an
        account, the most recent result counts.
      - The combined reports of parts of an inventory are the same as the report of a run over the whole inventory. Only
        the inventories and limits differ, which are those of all runs.
    type: list
    elements: path
  expected_hosts:
    description:
      - With O(merge), the hosts that should be in the reports, such as those of a sliced inventory.
      - One that is in none of them is reported as V(unknown).
    type: list
    elements: str
    default: []
  accepted:
    description:
      - Known findings that are accepted. They keep their verdict, and are counted and shown separately in each format.
      - A control is accepted if each of its faults is accepted. Faults that are a consequence of another fault are
        ignored.
      - Expired entries and entries that match no finding are reported in RV(lines).
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
        description: Names of hosts, account IDs, or shell-style patterns of either.
        type: list
        elements: str
        default: ["*"]
      reason:
        description: The reason for accepting the finding.
        type: str
        required: true
      until:
        description: The last day, in UTC, on which the entry is valid, such as V(2027-01-31).
        type: str
  accepted_of_hosts:
    description:
      - Accepted findings by host. For these hosts, they replace O(accepted).
    type: dict
    default: {}
  alternative:
    description:
      - Declared alternatives, such as a SIEM with equivalent alerts, which the CIS benchmarks accept from v2.0.0 on.
      - A control that is not compliant, and for which an alternative is declared, keeps its verdict. It is counted and
        shown as V(declared), never as V(compliant), separately in each format.
      - A control that is judged by a benchmark without alternatives is not declared. RV(lines) reports this, and
        expired entries and entries that match no finding.
      - If O(accepted) has an entry for the same control, the declared alternative counts.
    type: list
    elements: dict
    default: []
    suboptions:
      control:
        description: The control, or V(all).
        type: str
        default: all
      accounts:
        description: Names of hosts, account IDs, or shell-style patterns of either.
        type: list
        elements: str
        default: ["*"]
      reason:
        description: What the alternative is.
        type: str
        required: true
      evidence:
        description: The address of the evidence, such as that of the alert rules. It begins with C(https://).
        type: str
        required: true
      until:
        description: The review date, the last day, in UTC, on which the entry is valid, such as V(2027-01-31).
        type: str
        required: true
  alternative_of_hosts:
    description:
      - Declared alternatives by host. For these hosts, they replace O(alternative).
    type: dict
    default: {}
  compare_with:
    description:
      - The report to compare with, as its JSON file or its folder. By default, each account is compared with the newest
        report in O(folder) that has it.
    type: path
attributes:
  check_mode:
    details:
      - Also writes the report in check mode, because an audit changes nothing in an account.
  idempotent:
    description: When run twice in a row outside check mode, the second run reports no change.
    support: none
    details:
      - Each run writes a new report.
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
        reason: No one is on call for the sandboxes, SEC-123.
        until: "2027-01-31"
  run_once: true

- name: Combine two reports
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
  description: The files in the folder.
  returned: success
  type: list
  elements: str
  sample: [/var/reports/2026-11-23T050000Z/report.json]
counts:
  description: The number of accounts by outcome. The outcome of an account is that of its worst control.
  returned: success
  type: dict
  sample: {compliant: 40, covered_elsewhere: 0, declared: 0, accepted: 0, non_compliant: 8, unknown: 1, unreachable: 1}
lines:
  description: The changes, one line for each account, and the counts.
  returned: success
  type: list
  elements: str
  sample:
    - "production  non compliant      ALARM_ACTIONS_DISABLED      The actions of alarm sg are disabled."
    - "1 account: 1 non compliant"
failing:
  description: The accounts that O(fail_on) selects, by host, each with the reason.
  returned: success
  type: dict
  sample: {production: The actions of alarm sg are disabled.}
passing:
  description: One host of the play that is not in RV(failing), in a list. The playbooks need one to end with a failure.
  returned: success
  type: list
  elements: str
  sample:
    - production
"""
