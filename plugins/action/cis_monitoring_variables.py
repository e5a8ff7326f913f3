# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the variables of the collection's playbooks, on the controller, once for all hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._on_controller import OnController
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import plain
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variable_checks import (
    CONNECTION,
    checked,
    faults_of_connection,
)
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import Playbook, playbooks

ARGUMENT_SPEC: dict[str, Any] = {
    "playbook": {"type": "str", "required": True, "choices": list(playbooks())},
    "hosts": {"type": "list", "elements": "str", "required": True},
}


class ActionModule(OnController):
    """See the documentation of the module cis_monitoring_variables."""

    argument_spec = ARGUMENT_SPEC

    def answer(self, arguments: Mapping[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of the first host, and those of each host that has others."""
        playbook = playbooks()[arguments["playbook"]]
        values = self._values(playbook, arguments["hosts"], task_vars)
        common = next(iter(values.values()), {})
        # An endpoint of a subscriber may hold a secret, so the result is not shown.
        return {
            "changed": False,
            "common": common,
            "hosts": {host: own for host, own in values.items() if own != common},
            "_ansible_verbose_override": True,
        }

    def _values(self, playbook: Playbook, hosts: Iterable[str], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        of_play = self._of_play(playbook, task_vars)
        checked_once: dict[str, dict[str, Any]] = {}  # ten thousand hosts have the same values, mostly
        values: dict[str, Any] = {}
        wrong: dict[str, list[str]] = {}
        for host in hosts:
            try:
                found = playbook.values({**_of_host(playbook, host, task_vars["hostvars"]), **of_play})
                values[host] = checked_once.get(repr(found)) or checked_once.setdefault(repr(found), checked(found))
                if faults := list(faults_of_connection(_connection(host, task_vars["hostvars"]))):
                    raise ValueError("; ".join(faults))
            except ValueError as error:
                wrong.setdefault(str(error), []).append(host)
        if wrong:
            told = "\n".join(f"{_hosts(names)}: {fault}." for fault, names in wrong.items())
            raise AnsibleActionFail(
                f"Variables of aws_cis.monitoring.{playbook.name} are wrong, so no account was asked.\n{told}"
            )
        return values

    def _of_play(self, playbook: Playbook, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """The variables that the play has, such as those of an import_playbook. The hosts' own don't tell of them."""
        own = task_vars["hostvars"].raw_get(task_vars["inventory_hostname"])
        names = [name for name in task_vars if playbook.reads(name)]
        return {
            name: plain(self._templar.template(task_vars[name]))
            for name in names
            if name not in own or own[name] != task_vars[name]
        }


def _of_host(playbook: Playbook, host: str, hostvars: Mapping[str, Any]) -> dict[str, Any]:
    variables = hostvars[host]
    given = {}
    for name in filter(playbook.reads, variables):
        try:
            given[name] = plain(variables[name])
        except AnsibleError as error:
            raise ValueError(f"{name} can't be told: {error}") from error
    return given


def _connection(host: str, hostvars: Mapping[str, Any]) -> dict[str, Any]:
    """The roles that lead to a host's account. One that cannot be evaluated yet fails that account alone, later."""
    variables = hostvars[host]
    given = {}
    for name in CONNECTION:
        with suppress(AnsibleError):
            given[name] = plain(variables.get(name))
    return given


def _hosts(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
