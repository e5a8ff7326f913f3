# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the report of an audit, on the controller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.utils.display import Display
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _drill_files as drill_files
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _report_folder as report_folder
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._on_controller import OnController, was_skipped
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import without_secrets
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import comparison
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import lines as report_lines
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report as reports
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import Acceptance
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.findings import to_asff, to_ocsf
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.packed import unpacked
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.page import to_html
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import (
    from_json,
    to_csv,
    to_json,
    to_junit,
)
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._version import COLLECTION_VERSION

JSON = "report.json"
FORMATS: dict[str, tuple[str, Callable[[Mapping[str, Any]], Iterable[str]]]] = {
    "json": (JSON, to_json),
    "csv": ("report.csv", to_csv),
    "junit": ("junit.xml", to_junit),
    "ocsf": ("ocsf.json", to_ocsf),
    "asff": ("asff.json", to_asff),
    "html": ("report.html", to_html),
}
_RULE = {
    "control": {"type": "str", "default": "all"},
    "code": {"type": "str", "default": "all"},
    "accounts": {"type": "list", "elements": "str", "default": ["*"]},
    "reason": {"type": "str", "required": True},
    "until": {"type": "str"},
}
ARGUMENT_SPEC: dict[str, Any] = {
    "folder": {"type": "path", "required": True},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": list(FORMATS)},
    "fail_on": {"type": "str", "choices": ["never", "non_compliant", "unknown", "regression"], "default": "never"},
    "hosts": {"type": "list", "elements": "str"},
    "variable": {"type": "str", "default": "cis_monitoring_audit"},
    "merge": {"type": "list", "elements": "path"},
    "accepted": {"type": "list", "elements": "dict", "options": _RULE, "default": []},
    "accepted_of_hosts": {"type": "dict", "default": {}},
    "compare_with": {"type": "path"},
}


class ActionModule(OnController):
    """See the documentation of the module cis_monitoring_report."""

    argument_spec = ARGUMENT_SPEC
    rules = MappingProxyType({"required_one_of": [("hosts", "merge")], "mutually_exclusive": [("hosts", "merge")]})

    def answer(self, arguments: Mapping[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Build or merge the report, write it, and return its lines."""
        parent = Path(arguments["folder"]).absolute()
        report = self._report(arguments, parent, task_vars["hostvars"])
        report["comparison"] = _comparison(parent, arguments["compare_with"], report)
        if report["comparison"] is None and arguments["fail_on"] == "regression":
            Display().warning(f"{parent} has no earlier report to compare with, so nothing counts as a regression.")
        folder = _write(parent, report, arguments["formats"])
        return {
            "changed": True,
            "folder": str(folder),
            "files": [str(folder / FORMATS[name][0]) for name in arguments["formats"]],
            "counts": report["counts"],
            "lines": report_lines.of_report(report),
            "failing": reports.failing(report, arguments["fail_on"]),
        }

    def _report(self, arguments: Mapping[str, Any], parent: Path, hostvars: Any) -> dict[str, Any]:
        drills = drill_files.read(parent, Display().warning)
        acceptance = _acceptance(arguments)
        if arguments["merge"]:
            return _merged(arguments["merge"], drills, acceptance)
        # As they are in the hosts' variables: the results of a thousand accounts hold no templates to look for.
        name = arguments["variable"]
        variables = ((host, hostvars.raw_get(host)) for host in sorted(arguments["hosts"]))
        results = (
            (host, without_secrets(unpacked(own.get(name)))) for host, own in variables if not was_skipped(own, name)
        )
        return reports.build(results, COLLECTION_VERSION, drills, acceptance)


def _acceptance(arguments: Mapping[str, Any]) -> Acceptance:
    try:
        return Acceptance(arguments["accepted"], arguments["accepted_of_hosts"], datetime.now(UTC).date())
    except ValueError as error:
        raise AnsibleActionFail(str(error)) from error


def _merged(paths: list[str], drills: reports.Drills, acceptance: Acceptance) -> dict[str, Any]:
    try:
        return reports.merge((_read(Path(path)) for path in paths), drills, acceptance)
    except (KeyError, TypeError, ValueError) as error:
        raise AnsibleActionFail(f"These are not all reports of this collection: {error}") from error


def _read(path: Path) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """Read a report: what is said of all of it, and its accounts one after the other."""
    try:
        return from_json(_lines(path))
    except (OSError, ValueError) as error:
        raise AnsibleActionFail(f"{path} can't be read as a report: {error}") from error


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from file


def _comparison(parent: Path, named: str | None, report: Mapping[str, Any]) -> dict[str, Any] | None:
    """Compare with the report that is named, or with the last one in the folder if there is one that can be read."""
    path = _report_in(Path(named).absolute()) if named else parent / "latest" / JSON
    if not named and not path.exists():
        return None
    try:
        head, accounts = _read(path)
        reports.check_version(head)
        before = comparison.cells(accounts)
    except (AnsibleActionFail, KeyError, TypeError, ValueError) as error:
        if named:
            raise AnsibleActionFail(f"{path} can't be compared with: {error}") from error
        Display().warning(f"Nothing is said of what has changed, since {path} can't be compared with: {error}")
        return None
    name = path.resolve().parent.name
    return comparison.compare(before, report["accounts"], {"name": name, "read_at": head["read_at"]})


def _report_in(path: Path) -> Path:
    return path / JSON if path.is_dir() else path


def _write(parent: Path, report: Mapping[str, Any], formats: list[str]) -> Path:
    try:
        return report_folder.write(
            parent, {name: convert(report) for name, convert in (FORMATS[one] for one in formats)}
        )
    except OSError as error:
        raise AnsibleActionFail(f"The report can't be written to {parent}: {error.strerror}.") from error
