# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the report of matching events, on the controller."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _last_screen as last_screen
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _report_folder as report_folder
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._on_controller import OnController, was_skipped
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import without_secrets
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import events
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.events_screen import screen_of_events

FORMATS = {"json": ("events.json", events.to_json), "csv": ("events.csv", events.to_csv)}
ARGUMENT_SPEC: dict[str, Any] = {
    "folder": {"type": "path", "required": True},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": list(FORMATS)},
    "hosts": {"type": "list", "elements": "str", "required": True},
    "variable": {"type": "str", "default": "cis_monitoring_events"},
}


class ActionModule(OnController):
    """See the documentation of the module cis_monitoring_events_report."""

    argument_spec = ARGUMENT_SPEC

    def answer(self, arguments: Mapping[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Make one report of all hosts' results, write it, and return its lines."""
        # As they are in the hosts' variables: records hold no templates, whatever is written in them.
        variables = {host: task_vars["hostvars"].raw_get(host) for host in arguments["hosts"]}
        name = arguments["variable"]
        for host, own in variables.items():
            self.refuse_loop(host, name, own.get(name))
        report = events.build(
            {
                host: without_secrets(own.get(name) or {})
                for host, own in variables.items()
                if not was_skipped(own, name)
            }
        )
        parent = Path(arguments["folder"]).absolute() / "events"
        try:
            files = {name: [convert(report)] for name, convert in (FORMATS[one] for one in arguments["formats"])}
            folder = report_folder.write(parent, files)
        except OSError as error:
            raise AnsibleActionFail(
                f"Could not write the event report to {parent}: {error.strerror}. Check the folder."
            ) from error
        last_screen.leave(screen_of_events(report, last_screen.path_to(folder, FORMATS["csv"][0])))
        failing = events.failing(report)
        numbers = {"accounts": len(report["accounts"]), "events": len(report["events"]), "failing": len(failing)}
        return {
            "changed": True,
            "ansible_stats": self.stats("events", **numbers, folder=str(folder)),
            "folder": str(folder),
            "files": [str(folder / name) for name in files],
            "lines": events.lines(report),
            "failing": failing,
            "only_expected": events.only_expected(report),
        }
