# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows changes that another task writes, or that nobody writes in check mode."""

from __future__ import annotations

from typing import Any

import yaml
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """See the documentation of the module planned_change."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = True
    _VALID_ARGS = frozenset({"changes"})

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the changes as a diff; changed only in check mode, since elsewhere the task that writes says so."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        spec = {"changes": {"type": "list", "elements": "dict", "required": True}}
        changes = self.validate_argument_spec(spec)[1]["changes"]
        try:
            result["diff"] = [_diff(change) for change in changes]
            result["planned"] = [change["summary"] for change in changes]
        except KeyError as error:
            message = f"A change lacks {error}. Give changes as cis_monitoring_info plans them."
            raise AnsibleActionFail(message) from error
        result["changed"] = bool(changes) and bool(self._task.check_mode)
        return result


def _diff(change: dict[str, Any]) -> dict[str, str]:
    header = f"{change['resource'].replace('_', ' ')} {change['name']}"
    return {
        "before": _readable(change["before"]),
        "after": _readable(change["after"]),
        "before_header": header,
        "after_header": header,
    }


def _readable(fields: dict[str, Any]) -> str:
    return yaml.safe_dump(_plain(fields), sort_keys=False, allow_unicode=True, width=1_000) if fields else ""


def _plain(data: Any) -> Any:
    """Return the data without the tags that Ansible puts on strings, which YAML would show."""
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    return str(data) if isinstance(data, str) else data
