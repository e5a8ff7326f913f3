# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module cis_monitoring_drill inside the Ansible worker where that is possible, and shows what it will do."""

from __future__ import annotations

from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.result import PATTERN
from ansible_collections.aws_cis.monitoring.plugins.module_utils._safe_text import one_line
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_drill
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import InWorker
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._terminal import say


class ActionModule(InWorker):
    """See plugin_utils/_in_worker."""

    module = cis_monitoring_drill

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module. In check mode, show what a drill that writes will do."""
        result = super().run(tmp, task_vars)
        if self._task.check_mode and self._task.args.get("depth", PATTERN) != PATTERN:
            for sentence in result.get("drill", {}).get("announcement", ()):
                say(one_line(f"{(task_vars or {}).get('inventory_hostname', '')}: {sentence}"))
        return result
