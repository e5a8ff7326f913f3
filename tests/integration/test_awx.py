# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/awx shows: its tasks have options that awx.awx has, and its project's playbooks run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import to_json
from harness import BIN, ROOT

FOLDER = ROOT / "docs" / "awx"


def test_the_configuration_uses_options_that_there_are() -> None:
    [play] = yaml.safe_load((FOLDER / "configure.yml").read_text())
    used = {module: options for task in play["tasks"] for module, options in task.items() if module != "name"}
    command = [str(BIN / "ansible-doc"), "--json", *used]
    documented = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if not documented:  # of one module among them it would say nothing either, which is a failure below
        pytest.skip("The package ansible that is installed here comes without awx.awx.")
    for module, options in used.items():
        assert options.keys() <= documented[module]["doc"]["options"].keys(), module


def test_the_slices_reports_make_one(tmp_path: Path) -> None:
    reports = tmp_path / "slices"
    for name in ("one", "two"):
        (reports / name).mkdir(parents=True)
        one = report.build([(name, {"failed": True})], "1.0.0")
        (reports / name / "report.json").write_text("".join(to_json(one)))

    run = _run(
        "report.yml", tmp_path, slices=2, reports=str(tmp_path), cis_monitoring_report_dir=str(tmp_path / "whole")
    )

    assert run.returncode == 2, "no account was read"
    assert "No account could be read, so nothing was audited." in run.stdout
    [whole] = (tmp_path / "whole" / "latest").glob("report.json")
    assert [account["name"] for account in json.loads(whole.read_text())["accounts"]] == ["one", "two"]


def test_a_slice_without_a_report_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "slices").mkdir()
    run = _run("report.yml", tmp_path, slices=2, reports=str(tmp_path))
    assert run.returncode == 2
    assert "0 reports of 2 slices" in run.stdout


def _run(playbook: str, folder: Path, **variables: object) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / "ansible-playbook"), str(FOLDER / "project" / playbook), "-e", json.dumps(variables)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
