# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run upstream's integration targets on the sandbox: `make upstream SOURCE=folder`.

The folder has checkouts of amazon.aws and community.aws, by these names. Their targets were written for AWS itself, so
what fails with the stock modules shows where the sandbox is not AWS, and what fails with ours only, where ours are not
theirs. targets.yml says which run, and what is known to differ.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "integration"))

from harness import REGION, PlaybookRun, Sandbox, run_playbook
from third_party import make_topic

COLLECTIONS = ["amazon.aws", "community.aws", "community.general"]
"""Where ansible-test lets a target's short names of modules be found."""
PLAYBOOK = """\
- hosts: all
  gather_facts: false
  tasks:
    - ignore_errors: true
      module_defaults:
        group/aws: {access_key: "{{ aws_access_key }}", secret_key: "{{ aws_secret_key }}", region: "{{ aws_region }}"}
      block:
        - ansible.builtin.import_role:
            name: %s
            tasks_from: %s
"""


@dataclass(frozen=True)
class Outcome:
    """How the assertions of a target ended, and what no longer agrees with targets.yml."""

    passed: list[str]
    failed: list[str]
    surprises: list[str]


def main() -> int:
    """Run all targets and print the table; 1 if something differs that is not known."""
    parser = argparse.ArgumentParser(prog="upstream", description=__doc__)
    parser.add_argument("source", type=Path, help="a folder with checkouts of amazon.aws and community.aws")
    source = parser.parse_args().source.resolve()
    targets = yaml.safe_load((Path(__file__).parent / "targets.yml").read_text())
    missing = [one for one in targets if not _folder(source, one).is_dir()]
    if missing:
        sys.exit(f"upstream: there is no {_folder(source, missing[0])}. Name a folder with checkouts: SOURCE=...")
    surprises: list[str] = []
    with Sandbox.start() as sandbox:
        for target in targets:
            for modules, run in target["runs"].items():
                surprises += _report(f"{target['target']}, {modules}", _run(sandbox, source, target, run), run)
    for surprise in surprises:
        print(f"\n{surprise}")
    return 1 if surprises else 0


def _folder(source: Path, target: dict[str, Any]) -> Path:
    folder: Path = source / target["collection"] / "tests" / "integration" / "targets" / target["target"]
    return folder


def _run(sandbox: Sandbox, source: Path, target: dict[str, Any], run: dict[str, Any]) -> Outcome:
    account = sandbox.new_account()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _copy_role(_folder(source, target), folder / "roles" / target["target"], target, run)
        variables = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "aws_access_key": account,
            "aws_secret_key": "sandbox",
            "aws_region": REGION,
            "resource_prefix": "upstream",
            "tiny_prefix": "upstream",
            "sns_topic_third_party_topic_arn": make_topic(sandbox),
            **target.get("variables", {}),
        }
        ended = run_playbook(
            PLAYBOOK % (target["target"], target.get("tasks_from", "main.yml")),
            folder,
            {"all": {"hosts": {"account": {}}, "vars": variables}},
            environment={"AWS_ENDPOINT_URL": sandbox.url},
        )
    return _outcome(ended, run.get("known", {}))


def _copy_role(target_folder: Path, role: Path, target: dict[str, Any], run: dict[str, Any]) -> None:
    """Copy the target as a role, with other names for modules, and without what the sandbox can't do."""
    shutil.copytree(target_folder, role)
    (role / "meta").mkdir(exist_ok=True)  # in place of upstream's, which depends on roles that look for a machine image
    (role / "meta" / "main.yml").write_text(yaml.safe_dump({"collections": COLLECTIONS}))
    for file in (role / "tasks").glob("*.y*ml"):
        text = file.read_text()
        for stock, ours in run.get("replaced", {}).items():
            text = text.replace(f"{stock}:", f"{ours}:")
        tasks = list(_without(yaml.safe_load(text), target.get("without", [])))
        file.write_text(yaml.safe_dump(tasks, sort_keys=False))


def _without(tasks: list[dict[str, Any]], names: list[str]) -> Iterator[dict[str, Any]]:
    for task in tasks:
        included = task.get("ansible.builtin.include_tasks")
        if task.get("name") in names or included in names:
            continue
        inner = {key: list(_without(task[key], names)) for key in ("block", "always") if key in task}
        yield {**task, **inner}


def _outcome(ended: PlaybookRun, known: dict[str, str]) -> Outcome:
    passed, failed, surprises = [], [], []
    for task in (task for play in ended.plays for task in play["tasks"]):
        name = task["task"]["name"].partition(" : ")[2] or task["task"]["name"]
        [result] = task["hosts"].values()
        if result["action"].rpartition(".")[2] == "assert":
            (failed if result.get("failed") else passed).append(name)
            if result.get("failed") and name not in known:
                surprises.append(f"{name}: {result.get('assertion') or result.get('msg')}")
    if not passed + failed:
        surprises.append(f"nothing was asserted:\n{ended.stdout[-2000:]}\n{ended.stderr[-2000:]}")
    surprises += [f"{name}: known to differ, but it passes" for name in known if name not in failed]
    return Outcome(passed, failed, surprises)


def _report(title: str, outcome: Outcome, run: dict[str, Any]) -> list[str]:
    print(f"{title:40} {len(outcome.passed):4} assertions pass, {len(outcome.failed)} fail")
    for name, why in run.get("known", {}).items():
        print(f"    known: {name}: {why}")
    return [f"{title}: {surprise}" for surprise in outcome.surprises]


if __name__ == "__main__":
    sys.exit(main())
