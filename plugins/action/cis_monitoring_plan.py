# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module cis_monitoring_plan inside the Ansible worker where that is possible.

As a task of a role it also checks the names of the roles' variables, which takes no additional task, and says whether
the role is done. The playbooks have checked the names before. It blocks the plan of a host that turns out to be the
account of another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._bytecode import keeping_bytecode

with keeping_bytecode():
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge import preload as judging
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan import preload as planning
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import DEFAULTS
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.diff import diff_lines
    from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_plan
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._claims import other_claim
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import OF_PLAN, WithDefaults
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._long_lived import loading
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import (
        known_to_roles,
        unknown_of_roles,
        with_expected_form,
    )

# Before Ansible forks, so that every worker has it.
with loading():
    judging.preload()
    planning.preload()
    known_to_roles()

_IN_REQUEST = (*(name for name in cis_monitoring_plan.ARGUMENT_SPEC if name not in ("account", "request")), "region")


class ActionModule(WithDefaults):
    """See plugin_utils/_in_worker."""

    module = cis_monitoring_plan
    completes = OF_PLAN

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module, unless a variable of the roles is misspelt, and block the plan of another host's account."""
        variables = task_vars or {}
        result = self._planned(tmp, variables)
        if self._task._role is not None:
            result["done"] = is_done(result.get("plan"), variables)
        return result

    def _planned(self, tmp: str | None, variables: dict[str, Any]) -> dict[str, Any]:
        if unknown := self._unknown(variables):
            return {"failed": True, "msg": " ".join(unknown)}
        self._take_request()
        result = super().run(tmp, variables)
        if result.get("failed") and "msg" in result:
            result["msg"] = with_expected_form(str(result["msg"]))
        host = variables.get("inventory_hostname", "")
        result = self._blocked_by_another_host(result, host)
        return _of_host(result, host) if len(variables.get("ansible_play_hosts_all", ())) > 1 else result

    def _take_request(self) -> None:
        """Replace the argument `request` by what it has, the time limit included.

        As the keyword `timeout` the limit would be two more templates, which Ansible compiles anew for each account.
        """
        request = self._task.args.get("request")
        self._task.args = with_request(self._task.args)
        if request:  # which another attempt of the same task no longer has
            self._time_limit = request.get("timeout", 0)

    def _unknown(self, variables: Mapping[str, Any]) -> list[str]:
        if self._task._role is None or "__cis_monitoring_variables" in variables:
            return []
        return unknown_of_roles(variables)

    def _blocked_by_another_host(self, result: dict[str, Any], host: str) -> dict[str, Any]:
        """The result; its plan is blocked if another host of the play has the account for another request."""
        plan = result.get("plan")
        if not plan or plan["blocked"]:
            return result
        if other := self._other_host(plan["account"], plan["region"], host):
            blocked = (
                f"Host {host} is account {plan['account']}, as host {other} is, and requests other settings for region "
                f"{plan['region']}, so nothing is written for {host}. Correct aws_role_arn or aws_profile of the host "
                "that should be another account, request the same for both, or remove one of them."
            )
            nothing = {"changes": [], "summary": [], "blocked": blocked, "settled": False}
            result |= {"changed": False, "plan": {**plan, **nothing}}
            result.pop("diff", None)
            result.pop("diff_lines", None)
        return result

    def _other_host(self, account: str, region: str, host: str) -> str:
        request = {name: self._task.args.get(name) for name in self.module.ARGUMENT_SPEC if name != "account"}
        place = (str(self._task._parent._play._uuid), account, region)
        with suppress(OSError):
            return other_claim(Path(constants.DEFAULT_LOCAL_TMP), place, host, request)
        return ""


def with_request(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments with the options in `request` in its place. Raises AnsibleActionFail.

    A region that the request does not have may be given by module_defaults.
    """
    others = {name: value for name, value in arguments.items() if name != "request"}
    request = arguments.get("request")
    if request is None:
        return others
    if not isinstance(request, Mapping):
        raise AnsibleActionFail("request must be a dictionary. Give the options of cis_monitoring_plan in it.")
    named = [name for name in _IN_REQUEST if name in request]
    given = {name: request[name] for name in named if request[name] or name in DEFAULTS}
    return {name: value for name, value in others.items() if name not in named or name == "region"} | given


def is_done(plan: Mapping[str, Any] | None, variables: Mapping[str, Any]) -> bool:
    """Whether the role has nothing left to do. It replaces a result that an earlier run left on this host.

    A playbook reports in the end what blocks a plan, or that it failed.
    """
    if not plan or (plan["blocked"] and "__cis_monitoring_playbook" in variables):
        return True
    return bool(plan["settled"]) and "cis_monitoring_after" not in variables


def _of_host(result: dict[str, Any], host: str) -> dict[str, Any]:
    """The result, its diffs with the host's name, since Ansible shows those of several hosts one after the other."""
    for diff in result.get("diff", ()):
        for head in ("before_header", "after_header"):
            if head in diff:
                diff[head] = f"{host}: {diff[head]}"
        if "prepared" in diff:
            diff["prepared"] = "".join(f"{host}: {line}\n" for line in diff["prepared"].splitlines())
    if "diff_lines" in result:
        result["diff_lines"] = list(diff_lines(result["diff"]))
    return result
