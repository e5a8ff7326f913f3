# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores drill results for later reports, on the controller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.utils.display import Display
from ansible_collections.aws_cis.monitoring.plugins.module_utils._safe_text import one_line
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _drill_files as drill_files
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _last_screen as last_screen
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._on_controller import OnController, was_skipped
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import without_secrets
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drill_screen import PASSING, screen_of_drills
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drills import line
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._terminal import is_verbose

ARGUMENT_SPEC: dict[str, Any] = {
    "folder": {"type": "path", "required": True},
    "hosts": {"type": "list", "elements": "str", "required": True},
    "variable": {"type": "str", "default": "cis_monitoring_drill_result"},
}

# As the playbook drill registers them.
_PLANNED, _DRILLED = "__cis_monitoring_planned", "__cis_monitoring_drilled"


class ActionModule(OnController):
    """See the documentation of the module cis_monitoring_drill_record."""

    argument_spec = ARGUMENT_SPEC

    def answer(self, arguments: Mapping[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Store the drill result of each host that has one."""
        variables = {host: task_vars["hostvars"].raw_get(host) for host in arguments["hosts"]}
        hosts = [host for host, own in variables.items() if not was_skipped(own, _PLANNED)]
        found = {host: without_secrets(variables[host].get(arguments["variable"])) or None for host in hosts}
        for host, drill in found.items():
            self.refuse_loop(host, arguments["variable"], drill)
        drills = {host: drill for host, drill in found.items() if drill}
        failing = {host: why for host, drill in found.items() if (why := _failure(drill, variables[host]))}
        folder = Path(arguments["folder"]).absolute()
        files = [] if self._task.check_mode else self._write(folder, drills)
        shown = last_screen.path_to(folder, drill_files.FOLDER) if files else ""
        last_screen.leave(screen_of_drills(found, failing, shown, in_full=is_verbose()))
        width = max(map(len, hosts), default=0)
        lines = [f"{host:<{width}}  {line(drills[host]) if host in drills else 'no drill'}" for host in hosts]
        counts = Counter(drill["outcome"] for drill in drills.values())
        stats = self.stats("drill", **counts, no_drill=len(hosts) - len(drills), failing=len(failing))
        return {"changed": bool(files), "ansible_stats": stats, "files": files, "lines": lines, "failing": failing}

    def _write(self, folder: Path, drills: dict[str, dict[str, Any]]) -> list[str]:
        try:
            return [str(drill_files.write(folder, drill, Display().warning)) for drill in drills.values()]
        except OSError as error:
            raise AnsibleActionFail(
                f"Could not write drill results to {folder}: {error.strerror}. Check the folder."
            ) from error


def _failure(drill: Mapping[str, Any] | None, variables: Mapping[str, Any]) -> str:
    """Why a host failed: the message of the task that did, or the summary of a drill that did not pass."""
    for name in (_DRILLED, _PLANNED):
        task = variables.get(name)
        if isinstance(task, Mapping) and "drill" not in task and "msg" in task and not task.get("skipped"):
            return one_line(str(task["msg"]))
    return "" if drill is None or drill["outcome"] in PASSING else one_line(str(drill["summary"]))
