# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the variables of the collection's playbooks, on the controller, once for all hosts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._bytecode import keeping_bytecode

with keeping_bytecode():
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.requirements import fault
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import same_account
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._of_import import conditions, leave_out
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._on_controller import OnController
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import plain
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variable_checks import (
        CONNECTION,
        account_of,
        account_of_host,
        checked,
        faults_of_connection,
        unanswered,
    )
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import Playbook, playbooks

_URL = re.compile(r"(https?://)[^\s'\"]+")  # may have a secret in it
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
        if playbook.reads_accounts and (missing := fault()):
            raise AnsibleActionFail(missing)
        connections: dict[str, dict[str, Any]] = {}
        values = self._values(playbook, arguments["hosts"], task_vars, connections)
        common = next(iter(values.values()), {})
        # Endpoints and webhooks may hold a secret, so no callback gets the result, only the tasks that use it.
        return {
            "changed": False,
            "common": common,
            "hosts": {host: own for host, own in values.items() if own != common},
            "left_out": _left_out(values, connections),
            "unanswered": unanswered(common),
            "_ansible_verbose_override": True,
            "_ansible_no_log": any(own.get("subscriptions") or own.get("webhook_url") for own in values.values()),
        }

    def _values(
        self,
        playbook: Playbook,
        hosts: Iterable[str],
        task_vars: Mapping[str, Any],
        connections: dict[str, dict[str, Any]],
    ) -> dict[str, Any]:
        """Return the values of each host, and fill in how each is reached."""
        values: dict[str, Any] = {}
        checked_once: dict[str, dict[str, Any]] = {}  # ten thousand hosts have the same values, mostly
        wrong: dict[str, list[str]] = {}
        for host in hosts:
            variables = self._variables_of(host, task_vars)
            templar = self._templar.copy_with_new_env(available_variables=variables)
            if leave_out(conditions(self._task), templar):
                continue
            connections[host] = _connection(variables, templar)
            try:
                found = playbook.values(_given(playbook, variables, templar))
                values[host] = checked_once.get(repr(found)) or checked_once.setdefault(repr(found), checked(found))
                faults = [*self._faults_of_hosts(found), *faults_of_connection(connections[host])]
                if faults:
                    raise ValueError("; ".join(fault.rstrip(".") for fault in faults))
            except ValueError as error:
                wrong.setdefault(str(error), []).append(host)
        if wrong:
            told = "\n".join(f"{_hosts(names)}: {fault}." for fault, names in wrong.items())
            told = _URL.sub(r"\1***", told)
            raise AnsibleActionFail(
                f"Variables of aws_cis.monitoring.{playbook.name} are wrong, so no account was asked.\n{told}"
            )
        return values

    def _faults_of_hosts(self, found: Mapping[str, Any]) -> Iterator[str]:
        """The pattern of hosts has no effect in an inventory, where it would be taken for one that has."""
        given, pattern = _pattern(found.get("hosts")), _pattern(self._task._parent._play.hosts)
        if "hosts" in found and given != pattern:
            yield (
                f"cis_monitoring_hosts is {given} for these hosts, but the playbook runs for {pattern}, since Ansible "
                "reads it before the inventory's variables. Set it with -e, or in vars of import_playbook, and remove "
                "it from the inventory"
            )

    def _variables_of(self, host: str, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """The variables that this task would have on a host, with those of the play and of an import_playbook.

        Those in `hostvars` lack them, and those of this task are the first host's.
        """
        hostvars = task_vars["hostvars"]
        variables: dict[str, Any] = hostvars._variable_manager.get_vars(
            play=self._task._parent._play,
            host=hostvars._inventory.get_host(host),
            task=self._task,
            _hosts=task_vars["ansible_play_hosts"],
            _hosts_all=task_vars["ansible_play_hosts_all"],
        )
        return variables


def _left_out(values: Mapping[str, Any], connections: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The hosts of other accounts than the one that the variables select; all of them if there is nothing to answer."""
    if unanswered(next(iter(values.values()), {})):
        return list(values)
    accounts = {host: account_of(own) for host, own in values.items()}
    left_out = [
        host
        for host, account in accounts.items()
        if account and not same_account(account_of_host(connections[host]), account)
    ]
    if values and len(left_out) == len(values):
        account = next(iter(accounts.values()))
        raise AnsibleActionFail(
            f"No host of the inventory is account {account}, so no account was asked. Set aws_account_id of its host."
        )
    return left_out


def _pattern(hosts: Any) -> str:
    return hosts if isinstance(hosts, str) else ",".join(hosts or ())


def _given(playbook: Playbook, variables: Mapping[str, Any], templar: Any) -> dict[str, Any]:
    given = {}
    for name in filter(playbook.reads, variables):
        try:
            given[name] = plain(templar.template(variables[name]))
        except AnsibleError as error:
            raise ValueError(f"{name} can't be evaluated: {error}") from error
    return given


def _connection(variables: Mapping[str, Any], templar: Any) -> dict[str, Any]:
    """The roles that lead to a host's account. One that cannot be evaluated yet fails that account alone, later."""
    given = {}
    for name in CONNECTION:
        with suppress(AnsibleError):
            given[name] = plain(templar.template(variables.get(name)))
    return given


def _hosts(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
