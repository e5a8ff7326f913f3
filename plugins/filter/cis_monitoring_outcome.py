# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter cis_monitoring_outcome: what the role changed in an account, in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._safe_text import one_line
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.rollout import fates

DOCUMENTATION = r"""
name: cis_monitoring_outcome
short_description: Summarize in one line what the role changed in an account
version_added: 2.0.0
author: aws_cis.monitoring developers (@aws-cis)
description:
  - Summarizes the results that the roles P(aws_cis.monitoring.cis_monitoring#role) and
    P(aws_cis.monitoring.cis_sg_monitoring#role) have stored in the variables of a host.
  - If more than one control has changes, the changes are counted by kind.
  - M(aws_cis.monitoring.cis_monitoring_summary) summarizes all accounts of a run at its end.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements.controller
positional: hostvars
options:
  _input:
    description:
      - The name of a host, or a list of names.
      - Of a list, an account that covers another one is named as its host is.
    type: raw
    required: true
  hostvars:
    description: The variable C(hostvars).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the outcome of each account
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | aws_cis.monitoring.cis_monitoring_outcome(hostvars) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - The host, then C(failed), C(changed), C(would change), C(unchanged), C(covered by) or C(not reached), then the
      changes, the error message, or the account that covers it. A list of lines for a list of hosts.
  type: raw
  sample: "production: changed: create topic security_group_changes_topic; create alarm security_group_changes_alarm"
"""


HostVars = Mapping[str, Mapping[str, Any]]


def cis_monitoring_outcome(hosts: str | Sequence[str], hostvars: HostVars) -> str | list[str]:
    """Return the line for a host, or a list of lines for a list of hosts."""
    names = [hosts] if isinstance(hosts, str) else hosts
    lines = [one_line(f"{host}: {its.line}") for host, its in fates({host: hostvars[host] for host in names}).items()]
    return lines[0] if isinstance(hosts, str) else lines


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., str | list[str]]]:
        return {"cis_monitoring_outcome": cis_monitoring_outcome}
