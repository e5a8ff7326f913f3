#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin cis_monitoring_summary, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_summary
short_description: Summarize what the role changed in the accounts of a run
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Summarizes the results that the roles P(aws_cis.monitoring.cis_monitoring#role) and
    P(aws_cis.monitoring.cis_sg_monitoring#role) have stored in the variables of hosts.
  - Displays a summary as the last lines of the output, after the recap. Failures come first, those of one cause
    together. It has at most as many lines as the terminal, 24 if the output is no terminal. With C(-v) all accounts are
    listed. If the callback plugin writes JSON, the summary goes to standard error.
  - Sets the statistic C(aws_cis_monitoring), as M(ansible.builtin.set_stats) does. Its member, O(title) in
    lower case, has RV(counts).
options:
  hosts:
    description: The hosts to summarize.
    type: list
    elements: str
    required: true
  title:
    description: How the summary begins.
    type: str
    default: Remediation
attributes:
  idempotent:
    description: When run twice in a row outside check mode, the second run reports no change.
    support: full
extends_documentation_fragment:
  - aws_cis.monitoring._requirements.controller
  - aws_cis.monitoring._attributes.controller
seealso:
  - plugin: aws_cis.monitoring.cis_monitoring_outcome
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Summarize
  aws_cis.monitoring.cis_monitoring_summary:
    hosts: "{{ ansible_play_hosts_all }}"
  run_once: true
"""

RETURN = r"""
counts:
  description: The number of accounts by what became of them.
  returned: success
  type: dict
  sample:
    failed: 1
    not_reached: 0
    changed: 10
    would_change: 0
    unchanged: 1
    covered_elsewhere: 0
    skipped: 0
failing:
  description: The hosts that failed, with the message of each.
  returned: success
  type: dict
  sample:
    staging: The account has no trail.
lines:
  description: One line for each host.
  returned: success
  type: list
  elements: str
  sample:
    - "production: changed: create topic security_group_changes_topic; create alarm security_group_changes_alarm"
passing:
  description: One host of the play that is not in RV(failing), in a list. The playbooks need one to end with a failure.
  returned: success
  type: list
  elements: str
  sample:
    - production
"""
