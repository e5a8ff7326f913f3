# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows changes that another task writes, or that nobody writes in check mode."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import plain


class ActionModule(ActionBase):
    """See the documentation of the module planned_change."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
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
            raise AnsibleActionFail(message) from None
        result["changed"] = bool(changes) and bool(self._task.check_mode)
        if changes and self._task.diff and not self._task.check_mode:
            # Ansible prints the diff of a task that has changed something, and this one has not.
            result["diff_lines"] = [line for diff in result["diff"] for line in _lines(diff)]
            result["_ansible_verbose_always"] = True
        return result


def _diff(change: dict[str, Any]) -> dict[str, str]:
    header = f"{change['resource'].replace('_', ' ')} {change['name']}"
    return {
        "before": _readable(change["before"]),
        "after": _readable(change["after"]),
        "before_header": header,
        "after_header": header,
    }


def _lines(diff: dict[str, str]) -> Iterator[str]:
    sides = (diff[side].splitlines() for side in ("before", "after"))
    return unified_diff(*sides, diff["before_header"], diff["after_header"], lineterm="")


def _readable(fields: dict[str, Any]) -> str:
    return yaml.safe_dump(plain(fields), sort_keys=False, allow_unicode=True, width=1_000) if fields else ""
