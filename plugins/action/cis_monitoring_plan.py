# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module cis_monitoring_plan inside the Ansible worker where that is possible.

As a task of a role it also checks the names of the roles' variables, which takes no additional task. The playbooks have
checked them before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.preload import preload
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_plan
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import OF_PLAN, WithDefaults
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import (
    known_to_roles,
    unknown_of_roles,
    with_expected_form,
)

# Before Ansible forks, so that every worker has it.
preload()
known_to_roles()


class ActionModule(WithDefaults):
    """See plugin_utils/_in_worker."""

    module = cis_monitoring_plan
    completes = OF_PLAN

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module, unless a variable of the roles is misspelt."""
        if unknown := self._unknown(task_vars or {}):
            return {"failed": True, "msg": " ".join(unknown)}
        result = super().run(tmp, task_vars)
        if result.get("failed") and "msg" in result:
            result["msg"] = with_expected_form(str(result["msg"]))
        return result

    def _unknown(self, variables: Mapping[str, Any]) -> list[str]:
        if self._task._role is None or "__cis_monitoring_variables" in variables:
            return []
        return unknown_of_roles(variables)
