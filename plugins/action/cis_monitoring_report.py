# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the report of an audit, on the controller."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _drill_files as drill_files
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _report_folder as report_folder
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import plain
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report as reports
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.findings import to_asff, to_ocsf
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.page import to_html
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import to_csv, to_json, to_junit
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._version import COLLECTION_VERSION

FORMATS: dict[str, tuple[str, Callable[[Mapping[str, Any]], str]]] = {
    "json": ("report.json", to_json),
    "csv": ("report.csv", to_csv),
    "junit": ("junit.xml", to_junit),
    "ocsf": ("ocsf.json", to_ocsf),
    "asff": ("asff.json", to_asff),
    "html": ("report.html", to_html),
}
ARGUMENT_SPEC: dict[str, Any] = {
    "folder": {"type": "path", "required": True},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": list(FORMATS)},
    "fail_on": {"type": "str", "choices": ["never", "non_compliant", "unknown"], "default": "never"},
    "hosts": {"type": "list", "elements": "str"},
    "variable": {"type": "str", "default": "cis_monitoring_audit"},
    "merge": {"type": "list", "elements": "path"},
}


class ActionModule(ActionBase):
    """See the documentation of the module cis_monitoring_report."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Build or merge the report, write it, and return its lines."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        arguments = self.validate_argument_spec(
            ARGUMENT_SPEC, required_one_of=[("hosts", "merge")], mutually_exclusive=[("hosts", "merge")]
        )[1]
        report = self._report(arguments, (task_vars or {}).get("hostvars", {}))
        folder = _write(Path(arguments["folder"]).absolute(), report, arguments["formats"])
        reasons = {account["name"]: account["reason"] for account in report["accounts"]}
        result.update(
            changed=True,
            folder=str(folder),
            files=[str(folder / FORMATS[name][0]) for name in arguments["formats"]],
            counts=report["counts"],
            lines=reports.lines(report),
            failing={name: reasons[name] for name in reports.failing(report, arguments["fail_on"])},
        )
        return result

    def _report(self, arguments: Mapping[str, Any], hostvars: Any) -> dict[str, Any]:
        drills = drill_files.read(Path(arguments["folder"]).absolute(), Display().warning)
        if arguments["merge"]:
            return _merged(arguments["merge"], drills)
        unknown = [host for host in arguments["hosts"] if host not in hostvars]
        if unknown:
            raise AnsibleActionFail(f"hosts has {unknown[0]!r}, which the inventory does not have.")
        # As they are in the hosts' variables: the results of a thousand accounts hold no templates to look for.
        results = {host: plain(hostvars.raw_get(host).get(arguments["variable"])) for host in arguments["hosts"]}
        return reports.build(results, COLLECTION_VERSION, drills)


def _merged(paths: list[str], drills: reports.Drills) -> dict[str, Any]:
    found = []
    for path in paths:
        try:
            found.append(json.loads(Path(path).read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise AnsibleActionFail(f"{path} can't be merged: {error}") from error
    try:
        return reports.merge(found, drills)
    except (KeyError, TypeError, ValueError) as error:
        raise AnsibleActionFail(f"These are not all reports of this collection: {error}") from error


def _write(parent: Path, report: Mapping[str, Any], formats: list[str]) -> Path:
    try:
        return report_folder.write(
            parent, {name: convert(report) for name, convert in (FORMATS[one] for one in formats)}
        )
    except OSError as error:
        raise AnsibleActionFail(f"The report can't be written to {parent}: {error.strerror}.") from error
