# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the report of an audit, on the controller."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.utils.display import Display
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._bytecode import keeping_bytecode

with keeping_bytecode():
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _drill_files as drill_files
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _earlier_reports as earlier_reports
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _last_screen as last_screen
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _report_folder as report_folder
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _spool as spool
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._on_controller import OnController, was_skipped
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import without_secrets
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import comparison
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import lines as report_lines
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report as reports
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import Acceptance
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.audit_screen import screen_of_audit
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.declared import Declarations
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.packed import unpacked
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._terminal import is_verbose
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._version import COLLECTION_VERSION

JSON = earlier_reports.JSON
_REPORT = reports.__name__.rpartition(".")[0]
# The file of each format, and the module that writes it, which is loaded where the format is requested.
FORMATS: dict[str, tuple[str, str]] = {
    "json": (JSON, "tables"),
    "csv": ("report.csv", "tables"),
    "junit": ("junit.xml", "tables"),
    "ocsf": ("ocsf.json", "findings"),
    "asff": ("asff.json", "findings"),
    "html": ("report.html", "page"),
}
_PART = "This run was limited to some accounts: the link latest stays with the last whole run."
_RULE = {
    "control": {"type": "str", "default": "all"},
    "accounts": {"type": "list", "elements": "str", "default": ["*"]},
    "reason": {"type": "str", "required": True},
    "until": {"type": "str"},
}
_FINDING = {**_RULE, "code": {"type": "str", "default": "all"}}
_ALTERNATIVE = {
    **_RULE,
    "evidence": {"type": "str", "required": True},
    "until": {"type": "str", "required": True},
}
ARGUMENT_SPEC: dict[str, Any] = {
    "folder": {"type": "path", "required": True},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": list(FORMATS)},
    "fail_on": {"type": "str", "choices": ["never", "non_compliant", "unknown", "regression"], "default": "never"},
    "hosts": {"type": "list", "elements": "str"},
    "variable": {"type": "str", "default": "cis_monitoring_audit"},
    "merge": {"type": "list", "elements": "path"},
    "expected_hosts": {"type": "list", "elements": "str", "default": []},
    "accepted": {"type": "list", "elements": "dict", "options": _FINDING, "default": []},
    "accepted_of_hosts": {"type": "dict", "default": {}},
    "alternative": {"type": "list", "elements": "dict", "options": _ALTERNATIVE, "default": []},
    "alternative_of_hosts": {"type": "dict", "default": {}},
    "compare_with": {"type": "path"},
}


class ActionModule(OnController):
    """See the documentation of the module cis_monitoring_report."""

    argument_spec = ARGUMENT_SPEC
    rules = MappingProxyType({"required_one_of": [("hosts", "merge")], "mutually_exclusive": [("hosts", "merge")]})

    def answer(self, arguments: Mapping[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Build or merge the report, write it, and return its lines."""
        parent = Path(arguments["folder"]).absolute()
        report = self._report(arguments, parent, task_vars)
        if not report["accounts"]:
            raise AnsibleActionFail("There is no account to report, so no report is written.")
        is_part = _is_part(arguments["hosts"], parent / "latest", task_vars)
        earlier = _earlier(parent, arguments["compare_with"], report, is_part)
        report["accounts"].earlier = earlier.since
        report["comparison"] = _comparison(earlier, report, is_part)
        if report["comparison"] is None and arguments["fail_on"] == "regression":
            Display().warning(f"{parent} has no earlier report to compare with, so nothing counts as a regression.")
        folder = _write(parent, report, arguments["formats"], is_latest=not is_part)
        spool.forget(Path(constants.DEFAULT_LOCAL_TMP))
        shown = last_screen.path_to(folder if is_part else parent / "latest", "report.html")
        last_screen.leave(screen_of_audit(report, shown, with_passing=is_verbose(), remarks=[_PART] if is_part else []))
        failing = reports.failing(report, arguments["fail_on"])
        return {
            "changed": True,
            "ansible_stats": self.stats("audit", **report["counts"], failing=len(failing), folder=str(folder)),
            "folder": str(folder),
            "files": [str(folder / FORMATS[name][0]) for name in arguments["formats"]],
            "counts": report["counts"],
            "lines": [*([_PART] if is_part else ()), *report_lines.of_report(report)],
            "failing": failing,
        }

    def _report(self, arguments: Mapping[str, Any], parent: Path, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        drills = drill_files.read(parent, Display().warning)
        rules = _rules(arguments)
        if arguments["merge"]:
            return _merged(arguments["merge"], drills, *rules, arguments["expected_hosts"])
        results = self._results(arguments["variable"], sorted(arguments["hosts"]), task_vars["hostvars"])
        return reports.build(results, COLLECTION_VERSION, drills, *rules, run=_run(task_vars))

    def _results(self, name: str, hosts: Iterable[str], hostvars: Any) -> Iterator[tuple[str, Any]]:
        for host in hosts:
            # As they are in the host's variables: the results of a thousand accounts hold no templates to look for.
            variables = hostvars.raw_get(host)
            if not was_skipped(variables, name):
                self.refuse_loop(host, name, variables.get(name))
                yield host, without_secrets(unpacked(variables.get(name)))


def write_unfinished(run: Mapping[str, Any], results: Mapping[str, Any]) -> Path:
    """Write the report of a run that ended before its own, and return its folder. Raises OSError.

    `latest` stays as it is: accounts are missing. What is declared or accepted is not looked at.
    """
    report = reports.build(((host, unpacked(results[host])) for host in sorted(results)), COLLECTION_VERSION)
    earlier = earlier_reports.newest(Path(run["folder"]), results, is_part=True, warn=Display().warning)
    report["accounts"].earlier = earlier.since
    files = _files(report, run["formats"])
    return report_folder.write(Path(run["folder"]), files, is_latest=False)


def _is_part(hosts: list[str] | None, latest: Path, task_vars: Mapping[str, Any]) -> bool:
    """Whether the run was limited to a part of the accounts, by --limit or by the playbooks' pattern of hosts.

    A pattern that is always the same is none: it has all accounts that the last whole run had.
    """
    left_out = set(task_vars.get("groups", {}).get("all", ())).difference(hosts or ())
    if not hosts or not left_out:
        return False
    if task_vars.get("ansible_limit"):
        return True
    return (task_vars.get("cis_monitoring_hosts") or "all") != "all" and not left_out.isdisjoint(
        earlier_reports.names_in(latest)
    )


def _run(task_vars: Mapping[str, Any]) -> reports.Run:
    """What the run is of: the inventory, what it is limited to, and the groups of its hosts."""
    sources = task_vars.get("ansible_inventory_sources") or ()
    hosts = task_vars.get("cis_monitoring_hosts") or "all"
    groups: dict[str, list[str]] = {}
    for group, members in sorted(task_vars.get("groups", {}).items()):
        for host in members if group not in ("all", "ungrouped") else ():
            groups.setdefault(host, []).append(group)
    given = {
        "inventory": [sources] if isinstance(sources, str) else list(sources),
        "limit": task_vars.get("ansible_limit") or (hosts if hosts != "all" else None),
        "groups": groups,
    }
    return reports.Run(**without_secrets(given))


def _files(
    report: Mapping[str, Any], formats: Iterable[str], history: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Iterable[str]]:
    """The contents of the files. The JSON comes first, since the page has its hash."""
    files: dict[str, Iterable[str]] = {}
    digest = hashlib.sha256()
    for one in sorted(formats, key=lambda one: one != "json"):
        name, module = FORMATS[one]
        with keeping_bytecode():
            convert: Callable[..., Iterable[str]] = getattr(import_module(f"{_REPORT}.{module}"), f"to_{one}")
        more = (digest.hexdigest if JSON in files else str, history) if one == "html" else ()
        files[name] = convert(report, *more)
        if name == JSON:
            files[name] = report_folder.hashed(files[name], digest)
    return files


def _rules(arguments: Mapping[str, Any]) -> tuple[Acceptance, Declarations]:
    today = datetime.now(UTC).date()
    try:
        return (
            Acceptance(arguments["accepted"], arguments["accepted_of_hosts"], today),
            Declarations(arguments["alternative"], arguments["alternative_of_hosts"], today),
        )
    except ValueError as error:
        raise AnsibleActionFail(str(error)) from error


def _merged(
    paths: list[str], drills: reports.Drills, acceptance: Acceptance, declarations: Declarations, expected: list[str]
) -> dict[str, Any]:
    try:
        read = (earlier_reports.read(Path(path)) for path in paths)
        return reports.merge(read, drills, acceptance, declarations, expected)
    except ValueError as error:
        raise AnsibleActionFail(str(error)) from error
    except (AttributeError, KeyError, TypeError) as error:
        raise AnsibleActionFail(f"These are not all reports of this collection: {error}") from error


def _earlier(parent: Path, named: str | None, report: Mapping[str, Any], is_part: bool) -> earlier_reports.Earlier:
    """What the report that is named says of the accounts, or for each account the newest in the folder that has it."""
    try:
        if named:
            return earlier_reports.named(Path(named).absolute())
        return earlier_reports.newest(parent, report["accounts"].names, is_part, Display().warning)
    except ValueError as error:
        raise AnsibleActionFail(f"compare_with: {error}") from error


def _comparison(earlier: earlier_reports.Earlier, report: Mapping[str, Any], is_part: bool) -> dict[str, Any] | None:
    """Compare with earlier reports, if there are any."""
    if not earlier.sources:
        return None
    names = report["accounts"].names
    before = {name: its for name, its in earlier.cells.items() if name in names} if is_part else earlier.cells
    return comparison.compare(before, report["accounts"], earlier.as_source())


def _write(parent: Path, report: Mapping[str, Any], formats: list[str], *, is_latest: bool) -> Path:
    files = _files(report, formats, earlier_reports.history(parent) if "html" in formats else ())
    try:
        return report_folder.write(parent, files, is_latest=is_latest)
    except OSError as error:
        raise AnsibleActionFail(f"The report can't be written to {parent}: {error.strerror}.") from error
