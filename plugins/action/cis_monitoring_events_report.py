# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes who did what in many accounts, on the controller."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _report_folder as report_folder
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import plain
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import events

FORMATS = {"json": ("events.json", events.to_json), "csv": ("events.csv", events.to_csv)}
ARGUMENT_SPEC: dict[str, Any] = {
    "folder": {"type": "path", "required": True},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": list(FORMATS)},
    "hosts": {"type": "list", "elements": "str", "required": True},
    "variable": {"type": "str", "default": "cis_monitoring_events"},
}


class ActionModule(ActionBase):
    """See the documentation of the module cis_monitoring_events_report."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make one report of all hosts' results, write it, and return its lines."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        arguments = self.validate_argument_spec(ARGUMENT_SPEC)[1]
        hostvars = (task_vars or {}).get("hostvars", {})
        # As they are in the hosts' variables: records hold no templates, whatever is written in them.
        variables = {host: hostvars.raw_get(host) for host in arguments["hosts"]}
        report = events.build({host: plain(variables[host].get(arguments["variable"]) or {}) for host in variables})
        parent = Path(arguments["folder"]).absolute() / "events"
        try:
            files = {name: [convert(report)] for name, convert in (FORMATS[one] for one in arguments["formats"])}
            folder = report_folder.write(parent, files)
        except OSError as error:
            raise AnsibleActionFail(f"The records can't be written to {parent}: {error.strerror}.") from error
        result.update(
            changed=True,
            folder=str(folder),
            files=[str(folder / name) for name in files],
            lines=events.lines(report),
            failing=events.failing(report),
        )
        return result
