# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of action plugins that run on the controller and have no module."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


class OnController(ActionBase):
    """An action plugin that does all on the controller, whatever the connection."""

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
        unknown = [host for host in arguments["hosts"] or () if host not in task_vars["hostvars"]]
        if unknown:
            raise AnsibleActionFail(f"hosts has {unknown[0]!r}, which the inventory does not have.")
        result.update(self.answer(arguments, task_vars))
        return result

    def answer(self, arguments: Mapping[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the task returns. `arguments` has `hosts`, whose variables are in `task_vars["hostvars"]`."""
        raise NotImplementedError
