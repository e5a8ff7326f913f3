# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module cis_monitoring_info inside the Ansible worker where that is possible.

Packs its result if that is asked for, and tells how far the audit got.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.utils.display import Display
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.preload import preload
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_info
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _progress
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import InWorker
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import without_secrets
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.packed import packed

# Before Ansible forks, so that every worker has it.
preload()


class ActionModule(InWorker):
    """See plugin_utils/_in_worker."""

    module = cis_monitoring_info

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module, and tell now and then how many accounts are done."""
        began = time.monotonic()
        try:
            return self._as_asked(super().run(tmp, task_vars))
        finally:
            self._tell(len((task_vars or {}).get("ansible_play_hosts", ())), began)

    def _as_asked(self, result: dict[str, Any]) -> dict[str, Any]:
        if self._task.args.get("details") != "packed":
            return result
        # No one who masks secrets later looks into what is packed.
        return packed(without_secrets(result))

    def _tell(self, hosts: int, began: float) -> None:
        counter = Path(constants.DEFAULT_LOCAL_TMP) / f"progress-{self._task._uuid}"
        try:
            told = _progress.finished(counter, hosts, began, time.monotonic())
        except (OSError, ValueError):
            return  # nobody is to lose a result since it could not be counted
        if told:
            Display().display(told, stderr=True)
