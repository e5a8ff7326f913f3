# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of action plugins that run on the controller and have no module."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


class OnController(ActionBase):
    """An action plugin that runs completely on the controller, whatever the connection."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    argument_spec: ClassVar[Mapping[str, Any]]
    rules: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    """What holds between arguments, such as required_one_of."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the answer to the arguments, once they have been checked."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        task_vars = task_vars or {}
        arguments = self.validate_argument_spec(self.argument_spec, **self.rules)[1]
        if arguments["hosts"] == []:
            raise AnsibleActionFail("hosts is empty, so there is nothing to do. Name the hosts of the accounts.")
        unknown = [host for host in arguments["hosts"] or () if host not in task_vars["hostvars"]]
        if unknown:
            raise AnsibleActionFail(f"hosts contains {unknown[0]!r}, which is not in the inventory. Correct hosts.")
        result.update(self.answer(arguments, task_vars))
        if "failing" in result:
            others = (host for host in task_vars.get("ansible_play_hosts", ()) if host not in result["failing"])
            result["passing"] = list(islice(others, 1))
        return result

    @staticmethod
    def refuse_loop(host: str, variable: str, result: Any) -> None:
        """Raise AnsibleActionFail for what a task with a loop has registered: many results, of one host."""
        if isinstance(result, Mapping) and "results" in result:
            raise AnsibleActionFail(
                f"Variable {variable} of host {host} has the results of a loop. Each account is a host of the "
                "inventory: run the task without a loop on a host for each account, which add_host can add, and name "
                "these in hosts."
            )

    @staticmethod
    def stats(part: str, **values: Any) -> dict[str, Any]:
        """Return what makes values a statistic of the run, which AWX keeps as an artifact of the job.

        An artifact is a variable of the jobs that follow in a workflow, so its name is that of no variable of ours.
        """
        return {"data": {"aws_cis_monitoring": {part: values}}, "per_host": False, "aggregate": True}

    def answer(self, arguments: Mapping[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the task returns. `arguments` has `hosts`, whose variables are in `task_vars["hostvars"]`."""
        raise NotImplementedError


def was_skipped(variables: Mapping[str, Any], name: str) -> bool:
    """Whether the task that registers a variable was skipped for a host, such as by `when` of an import_playbook."""
    registered = variables.get(name)
    return isinstance(registered, Mapping) and bool(registered.get("skipped"))
