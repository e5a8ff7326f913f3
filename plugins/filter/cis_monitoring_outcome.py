# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter cis_monitoring_outcome: what a run of the role did to an account, in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

DOCUMENTATION = r"""
name: cis_monitoring_outcome
short_description: What a run of the role did to an account, in one line
version_added: 2.0.0
author: aws_cis.monitoring developers (@aws-cis)
description:
  - Reads the results that the roles P(aws_cis.monitoring.cis_monitoring#role) and
    P(aws_cis.monitoring.cis_sg_monitoring#role) leave with a host.
  - Where more than one control is changed, it says of each how many things of which kind.
  - The playbooks C(aws_cis.monitoring.remediate) and C(aws_cis.monitoring.teardown) end with these lines.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements.controller
positional: hostvars
options:
  _input:
    description: The name of the host.
    type: str
    required: true
  hostvars:
    description: The variable C(hostvars).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | map('aws_cis.monitoring.cis_monitoring_outcome', hostvars) | list }}"
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - The host, the word C(failed), C(changed), C(would change) or C(unchanged), and what was done or went wrong.
  type: str
  sample: "production: changed: create topic security_group_changes_topic; create alarm security_group_changes_alarm"
"""


def cis_monitoring_outcome(host: str, hostvars: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the line for one host."""
    results = hostvars[host]
    failure = results.get("__cis_monitoring_failure")
    if failure:
        return f"{host}: failed: {' '.join(str(failure).split())}"
    before = results.get("cis_monitoring_before", {})
    if before.get("skipped"):
        return f"{host}: skipped"
    if "plan" not in before:  # an earlier play failed for this host
        return f"{host}: not reached"
    plan = before["plan"]
    word = "would change" if before.get("check_mode") else "changed"
    done = "; ".join(_changes(plan))
    line = f"{host}: {word}: {done}" if done else f"{host}: unchanged"
    pending = results.get("cis_monitoring_after", before).get("plan", plan).get("pending", [])
    if pending:
        endpoints = ", ".join(subscription["endpoint"] for subscription in pending)
        line += f" (waiting for {endpoints} to confirm, until {pending[0]['confirm_by']} at the latest)"
    return line


def _changes(plan: Mapping[str, Any]) -> list[str]:
    controls = {change["control"] for change in plan["changes"] if change["control"]}
    return plan["summary"] if len(controls) > 1 else [change["summary"] for change in plan["changes"]]


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., str]]:
        return {"cis_monitoring_outcome": cis_monitoring_outcome}
