# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter cis_monitoring_outcome: what the role changed in an account, in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._safe_text import one_line

DOCUMENTATION = r"""
name: cis_monitoring_outcome
short_description: Summarize in one line what the role changed in an account
version_added: 2.0.0
author: aws_cis.monitoring developers (@aws-cis)
description:
  - Summarizes the results that the roles P(aws_cis.monitoring.cis_monitoring#role) and
    P(aws_cis.monitoring.cis_sg_monitoring#role) have stored in the variables of a host.
  - If more than one control has changes, the changes are counted by kind.
  - The playbooks C(aws_cis.monitoring.remediate) and C(aws_cis.monitoring.teardown) display these lines at the end.
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
    if isinstance(hosts, str):
        return one_line(_line(hosts, hostvars, {}))
    names = {account: host for host in reversed(hosts) if (account := _account(hostvars[host]))}
    return [one_line(_line(host, hostvars, names)) for host in hosts]


def _account(results: Mapping[str, Any]) -> str:
    return str(results.get("cis_monitoring_before", {}).get("plan", {}).get("account", ""))


def _line(host: str, hostvars: HostVars, names: Mapping[str, str]) -> str:
    results = hostvars[host]
    failure = results.get("__cis_monitoring_failure")
    before = results.get("cis_monitoring_before", {})
    if failure:
        return f"{host}: failed: {' '.join([*str(failure).split(), *_perhaps_written(before, results)])}"
    if before.get("skipped"):
        return f"{host}: skipped"
    if "plan" not in before:  # an earlier play failed for this host
        return f"{host}: not reached"
    plan = before["plan"]
    after = results.get("cis_monitoring_after", before).get("plan", plan)
    parts = [_done(plan, before.get("check_mode")), *_existing(plan), *_covered(plan, names)]
    line = f"{host}: {', '.join(filter(None, parts)) or 'unchanged'}{_waiting(after.get('pending', []))}"
    return f"{line}. {plan['cost']}" if plan.get("cost") else line


def _perhaps_written(before: Mapping[str, Any], results: Mapping[str, Any]) -> Iterator[str]:
    """The account and the planned changes of a run that failed before it has read the account again."""
    plan = before.get("plan", {})
    if plan.get("changes") and not before.get("check_mode") and "plan" not in results.get("cis_monitoring_after", {}):
        planned = "; ".join(change["summary"] for change in plan["changes"])
        yield f"Some of these changes to account {plan['account']} may have been applied: {planned}."


def _done(plan: Mapping[str, Any], check_mode: object) -> str:
    controls = {change["control"] for change in plan["changes"] if change["control"]}
    said = plan["summary"] if len(controls) > 1 else [change["summary"] for change in plan["changes"]]
    if not said:
        return ""
    return f"{'would change' if check_mode else 'changed'}: {'; '.join(said)}"


def _existing(plan: Mapping[str, Any]) -> Iterator[str]:
    """How many controls rely on paths that were there."""
    count = sum(1 for kept in plan.get("kept", ()) if kept["resource"] == "notification_path")
    if count:
        nothing = "" if plan["changes"] else "unchanged, "
        yield f"{nothing}{'1 existing path is' if count == 1 else f'{count} existing paths are'} used"


def _covered(plan: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """By whom controls are covered: the host of that account, or the account where the inventory does not have it."""
    covered = plan.get("covered", ())
    for account, count in Counter(one["account"] for one in covered).items():
        by = names.get(account) or f"account {account}, which is not in this inventory"
        partly = plan["changes"] or plan.get("kept") or count < len(covered)
        yield f"{_controls(count)} covered by {by}" if partly else f"covered by {by}"


def _controls(count: int) -> str:
    return "1 control" if count == 1 else f"{count} controls"


def _waiting(pending: Sequence[Mapping[str, str]]) -> str:
    if not pending:
        return ""
    endpoints = ", ".join(dict.fromkeys(subscription["endpoint"] for subscription in pending))
    return f" (waiting for {endpoints} to confirm, until {pending[0]['confirm_by']} at the latest)"


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., str | list[str]]]:
        return {"cis_monitoring_outcome": cis_monitoring_outcome}
