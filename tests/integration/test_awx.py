# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/awx shows: its tasks have options that awx.awx has, and its project's playbooks run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import to_json
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import playbooks
from harness import BIN, ROOT

FOLDER = ROOT / "docs" / "awx"


class _Loader(yaml.SafeLoader):
    """Reads what AWX is to fill in, and not Ansible, as text."""


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def _read(name: str) -> Any:
    return yaml.load((FOLDER / name).read_text(), _Loader)


def test_the_configuration_uses_options_that_there_are() -> None:
    [play] = _read("configure.yml")
    keywords = {"name", "when", "loop", "loop_control"}
    used: dict[str, set[str]] = {}
    for task in play["tasks"]:
        [module] = task.keys() - keywords
        used.setdefault(module, set()).update(task[module])
    command = [str(BIN / "ansible-doc"), "--json", *used]
    documented = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if not documented:  # of one module among them it would say nothing either, which is a failure below
        pytest.skip("The package ansible that is installed here comes without awx.awx.")
    for module, options in used.items():
        assert options <= documented[module]["doc"]["options"].keys(), module


def test_each_template_has_a_playbook_and_asks_for_variables_that_there_are() -> None:
    [play] = _read("configure.yml")
    templates = [task["awx.awx.job_template"] for task in play["tasks"] if "awx.awx.job_template" in task]
    [started] = [task["loop"] for task in play["tasks"] if "loop" in task]
    named = {one["playbook"] for one in (*templates, *started)} - {"{{ template.playbook }}"}
    assert {f"{path.stem}.yml" for path in (FOLDER / "project").glob("*.yml")} - {"organization_accounts.yml"} == named
    specified = playbooks()
    for playbook, questions in play["vars"]["questions"].items():
        for question in (play["vars"]["controls_question"], *questions):
            option = specified[playbook].options.get(question["variable"])
            assert option or question["variable"] == "notify", question
            assert set(question.get("choices", ())) <= {*(option or {}).get("choices", ()), "yes", "no"}
            assert question["default"] in question.get("choices", [question["default"]])


def test_pods_of_kubernetes_share_a_folder(tmp_path: Path) -> None:
    text = "{{ lookup('ansible.builtin.template', '%s') }}" % (FOLDER / "pod.yml.j2")
    variables = json.dumps({"reports": "/var/reports", "claim": "reports", "claim_namespace": "awx", "text": text})
    command = [
        str(BIN / "ansible"),
        "localhost",
        "-m",
        "ansible.builtin.copy",
        "-a",
        f"dest={tmp_path}/pod.yml content={{{{ text }}}}",
    ]
    subprocess.run([*command, "-e", variables], check=True, capture_output=True)
    spec = yaml.safe_load((tmp_path / "pod.yml").read_text())["spec"]
    [container], [volume] = spec["containers"], spec["volumes"]
    assert container["volumeMounts"] == [{"name": volume["name"], "mountPath": "/var/reports"}]
    assert volume["persistentVolumeClaim"] == {"claimName": "reports"}


def test_the_slices_reports_make_one_and_who_is_in_none_is_unknown(tmp_path: Path) -> None:
    """A slice that a limit leaves without hosts has no report: that fails nothing, an account that is missing does."""
    reports = tmp_path / "slices"
    for name in ("one", "two"):
        (reports / name).mkdir(parents=True)
        one = report.build([(name, {"failed": True, "msg": f"{name} is lost."})], "1.0.0")
        (reports / name / "report.json").write_text("".join(to_json(one)))
    (tmp_path / "hosts").write_text("one\ntwo\nthree\n")

    run = _run("report.yml", tmp_path, reports=str(tmp_path), cis_monitoring_report_dir=str(tmp_path / "whole"))

    assert run.returncode == 2, "no account was read"
    assert "No account could be read, so nothing was audited." in run.stdout
    assert run.stdout.count("one is lost.") == 1
    [whole] = (tmp_path / "whole" / "latest").glob("report.json")
    verdicts = {account["name"]: account["verdict"] for account in json.loads(whole.read_text())["accounts"]}
    assert verdicts == {"one": "unreachable", "two": "unreachable", "three": "unknown"}


def test_without_a_report_there_is_nothing_to_merge(tmp_path: Path) -> None:
    (tmp_path / "slices").mkdir()
    run = _run("report.yml", tmp_path, reports=str(tmp_path))
    assert run.returncode == 2
    assert "has no report of the last 12 hours" in run.stdout


def _run(playbook: str, folder: Path, **variables: object) -> subprocess.CompletedProcess[str]:
    inventory = ["-i", "hosts"] if (folder / "hosts").exists() else []
    command = [
        str(BIN / "ansible-playbook"),
        str(FOLDER / "project" / playbook),
        *inventory,
        "-e",
        json.dumps(variables),
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
