# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module cis_monitoring_info inside the Ansible worker where that is possible.

Packs its result if that is asked for, and tells how far the audit got.
"""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.utils.display import Display
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._bytecode import keeping_bytecode

with keeping_bytecode():
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.preload import preload
    from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_info
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _progress
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _spool as spool
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import OF_PLAYBOOK, InWorker
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._long_lived import loading
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import without_secrets
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.packed import packed, with_findings_only

# Before Ansible forks, so that every worker has it.
with loading():
    preload()


_VARIABLES = "__cis_monitoring_variables"
_FROM_VARIABLES = ("benchmark", "controls", "frequent_after", "history_days")


class ActionModule(InWorker):
    """See plugin_utils/_in_worker."""

    module = cis_monitoring_info

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module, and tell now and then how many accounts are done."""
        began = time.monotonic()
        try:
            if OF_PLAYBOOK in self._task.args:
                self._take_variables(task_vars or {})
            result = self._as_asked(super().run(tmp, task_vars))
            self._keep(result, task_vars or {})
            return result
        finally:
            self._tell(len((task_vars or {}).get("ansible_play_hosts", ())), began)

    def _take_variables(self, variables: Mapping[str, Any]) -> None:
        """Have the options that the playbook has checked for this host. Ansible would compile a template for each."""
        checked = variables[_VARIABLES]
        own = checked["hosts"].get(variables["inventory_hostname"], checked["common"])
        self._task.args = {**self._task.args, **{name: own[name] for name in _FROM_VARIABLES}}
        self._time_limit = own["timeout"]

    def _as_asked(self, result: dict[str, Any]) -> dict[str, Any]:
        if self._task.args.get("details") != "packed":
            return result
        # No one who masks secrets later looks into what is packed.
        return packed(without_secrets(with_findings_only(result)))

    def _keep(self, result: Mapping[str, Any], task_vars: Mapping[str, Any]) -> None:
        """Keep the result where a run of the playbook audit that ends too soon finds it."""
        variables = task_vars.get(_VARIABLES, {}).get("common", {})
        if self._task.args.get("details") != "packed" or not variables.get("report_dir"):
            return

        def run() -> dict[str, Any]:
            return without_secrets(
                {
                    "hosts": list(task_vars["ansible_play_hosts_all"]),
                    "folder": str(Path(variables["report_dir"]).absolute()),
                    "formats": variables["report_formats"],
                }
            )

        with suppress(OSError):  # a full disk is no reason to lose the result itself
            spool.keep(Path(constants.DEFAULT_LOCAL_TMP), task_vars["inventory_hostname"], result, run)

    def _tell(self, hosts: int, began: float) -> None:
        counter = Path(constants.DEFAULT_LOCAL_TMP) / f"progress-{self._task._uuid}"
        try:
            told = _progress.finished(counter, hosts, began, time.monotonic())
        except (OSError, ValueError):
            return  # nobody is to lose a result since it could not be counted
        if told:
            Display().display(told, stderr=True)


def _report_what_was_read(process: int) -> None:
    """Write the report of a run that ended before its own, since a worker was killed or somebody interrupted it."""
    if os.getpid() != process:
        return
    temporary = Path(constants.DEFAULT_LOCAL_TMP)
    with suppress(OSError, ValueError):
        if found := spool.kept(temporary):
            # Here, since most runs end without it.
            from .cis_monitoring_report import write_unfinished

            folder = write_unfinished(*found)
            Display().warning(f"The run ended before its report. What was read by then is reported in {folder}.")


atexit.register(_report_what_was_read, os.getpid())
