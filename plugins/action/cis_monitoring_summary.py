# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Summarizes what the role did to the accounts of a run, on the controller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._safe_text import one_line
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _last_screen as last_screen
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._on_controller import OnController
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import without_secrets
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.rollout import FAILED, FATES, fates
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.rollout_screen import screen_of_rollout
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._terminal import is_verbose

ARGUMENT_SPEC: dict[str, Any] = {
    "hosts": {"type": "list", "elements": "str", "required": True},
    "title": {"type": "str", "default": "Remediation"},
}
_READINGS = ("cis_monitoring_before", "cis_monitoring_after")
_OF_THE_ROLE = (*_READINGS, "__cis_monitoring_written", "__cis_monitoring_failure")


class ActionModule(OnController):
    """See the documentation of the module cis_monitoring_summary."""

    argument_spec = ARGUMENT_SPEC

    def answer(self, arguments: Mapping[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fate of each host, and leave them for the end of the run."""
        found = fates({host: self._results(task_vars["hostvars"], host) for host in arguments["hosts"]})
        last_screen.leave(screen_of_rollout(arguments["title"], found, with_unchanged=is_verbose()))
        kinds = Counter(fate.kind for fate in found.values())
        counts = {kind.replace(" ", "_"): kinds[kind] for kind in FATES}
        return {
            "changed": False,
            "ansible_stats": self.stats(arguments["title"].lower(), **counts),
            "counts": counts,
            "lines": [one_line(f"{host}: {fate.line}") for host, fate in found.items()],
            "failing": {host: one_line(fate.text) for host, fate in found.items() if fate.kind == FAILED},
        }

    def _results(self, hostvars: Any, host: str) -> dict[str, Any]:
        # As they are in the host's variables: what was read of an account holds no templates.
        variables = hostvars.raw_get(host)
        results: dict[str, Any] = without_secrets({name: variables[name] for name in _OF_THE_ROLE if name in variables})
        for name in _READINGS:
            self.refuse_loop(host, name, results.get(name))
        return results
