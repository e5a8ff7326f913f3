# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores drill results for later reports, on the controller."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.utils.display import Display
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _drill_files as drill_files
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._on_controller import OnController, was_skipped
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import without_secrets
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drills import line

ARGUMENT_SPEC: dict[str, Any] = {
    "folder": {"type": "path", "required": True},
    "hosts": {"type": "list", "elements": "str", "required": True},
    "variable": {"type": "str", "default": "cis_monitoring_drill_result"},
}


class ActionModule(OnController):
    """See the documentation of the module cis_monitoring_drill_record."""

    argument_spec = ARGUMENT_SPEC

    def answer(self, arguments: Mapping[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Store the drill result of each host that has one."""
        hostvars = task_vars["hostvars"]
        # As the playbook drill registers it.
        hosts = [
            host for host in arguments["hosts"] if not was_skipped(hostvars.raw_get(host), "__cis_monitoring_planned")
        ]
        found = {host: without_secrets(hostvars[host].get(arguments["variable"])) for host in hosts}
        for host, drill in found.items():
            self.refuse_loop(host, arguments["variable"], drill)
        drills = {host: drill for host, drill in found.items() if drill}
        files = [] if self._task.check_mode else self._write(Path(arguments["folder"]).absolute(), drills)
        width = max(map(len, hosts), default=0)
        lines = [f"{host:<{width}}  {line(drills[host]) if host in drills else 'no drill'}" for host in hosts]
        return {"changed": bool(files), "files": files, "lines": lines}

    def _write(self, folder: Path, drills: dict[str, dict[str, Any]]) -> list[str]:
        try:
            return [str(drill_files.write(folder, drill, Display().warning)) for drill in drills.values()]
        except OSError as error:
            raise AnsibleActionFail(
                f"Could not write drill results to {folder}: {error.strerror}. Check the folder."
            ) from error
