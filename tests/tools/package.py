# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection among private files, install the tarball offline into an empty folder, and run what is there.

The checkout, which is linked into this environment, is out of reach for that: Ansible looks into the folder alone. The
last run is without all but the folders that have to be enough for it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any

from collection_tree import BIN, ROOT, copied_collection, files, link_dependencies
from report import Report

sys.path.insert(0, str(ROOT / "tests" / "integration"))
from account_builder import Builder
from harness import REGION, Sandbox, accounts_inventory

SHIPPED = {"CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"}
SHIPPED |= {
    "requirements.txt",
    "requirements.yml",
    "changelogs",
    "docs",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
    "roles",
}
KEPT_BACK = ("changelogs/fragments/", "docs/awx/", "docs/images/")
"""What of those folders stays in the repository: notes of the next release, a project to copy, pictures for GitHub."""
PRIVATE = (
    ".demo/accounts.json", ".env", ".idea/workspace.xml", ".venv/bin/activate", ".vscode/settings.json", "accounts.yml",
    "cis-monitoring-report/latest/report.json", "credentials", "docs/.env", "docs/accounts.yml", "docs/private.pem",
    "host_vars/production.yml", "id_rsa", "inventory/accounts.yml", "meta/.env", "playbooks/.env",
    "playbooks/cis-monitoring-report/latest/report.html", "playbooks/cis-monitoring-report/latest/report.json",
    "plugins/.idea/workspace.xml", "plugins/modules/.env", "plugins/modules/__pycache__/x.cpython-311.pyc",
    "private.pem", "roles/cis_sg_monitoring/.vault", "roles/cis_sg_monitoring/.idea/misc.yml", "vault.yml",
)  # fmt: skip
"""What lies about in the checkouts of people who work with accounts."""
ENOUGH = {"meta", "playbooks", "plugins", "roles"}
"""What the collection has to work with when all else is deleted, as Ansible's collection requirements have it."""
DOCUMENTED = {"modules": "module", "lookup": "lookup", "inventory": "inventory", "filter": "filter"}
"""The kinds of plugin that ansible-doc shows, by their folder."""
PLAYBOOKS = ("remediate", "audit")


def main() -> int:
    """Return 0 if what users install is whole and runs."""
    with tempfile.TemporaryDirectory(prefix="aws_cis-monitoring-") as name:
        folder = Path(name)
        tarball = build(folder)
        faults = unexpected(tarball)
        collections = install(tarball, folder / "installed")
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false",
            "ANSIBLE_LOCALHOST_WARNING": "false",
        }
        documented = {
            f"{kind} {name}": text
            for kind in DOCUMENTED.values()
            for name, text in document(kind, collections, environment).items()
        }
        faults += undocumented(documented)
        faults += contradicting(documented)
        strip(collections / "ansible_collections" / "aws_cis" / "monitoring")
        faults += run(folder, environment)
    print(*faults, sep="\n")
    Report(f"{len(documented)} installed plugins, and runs of {' and '.join(PLAYBOOKS)}").write()
    return 1 if faults else 0


def build(folder: Path) -> Path:
    """Build the tarball, from a copy in which private files lie about."""
    with copied_collection() as root:
        for name in PRIVATE:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("secret\n")
        _call("ansible-galaxy", "collection", "build", "--output-path", str(folder), cwd=root)
    (tarball,) = folder.glob("aws_cis-monitoring-*.tar.gz")
    return tarball


def unexpected(tarball: Path) -> list[str]:
    """Tell what the tarball has too much and what it lacks."""
    with tarfile.open(tarball) as archive:
        packed = {member.name for member in archive.getmembers() if member.isfile()} - {"MANIFEST.json", "FILES.json"}
    due = {str(file) for file in files() if file.parts[0] in SHIPPED and not str(file).startswith(KEPT_BACK)}
    return [
        *(f"The tarball has {name}: see manifest in galaxy.yml." for name in sorted(packed - due)),
        *(f"The tarball lacks {name}: add it to manifest in galaxy.yml." for name in sorted(due - packed)),
    ]


def strip(installed: Path) -> None:
    """Delete all that the collection must be able to do without."""
    for entry in installed.iterdir():
        if entry.name not in ENOUGH:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def install(tarball: Path, folder: Path) -> Path:
    """Install it into an empty folder, where only the dependencies are, which checks their versions."""
    (folder / "ansible_collections").mkdir(parents=True)
    link_dependencies(folder / "ansible_collections")
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(folder),
        "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false",
    }
    _call(
        "ansible-galaxy", "collection", "install", "--offline", "-p", str(folder), str(tarball), environment=environment
    )
    return folder


def document(kind: str, collections: Path, environment: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return what ansible-doc shows of the installed plugins of a kind, by their names."""
    listed = _call("ansible-doc", "--type", kind, "--list_files", "aws_cis.monitoring", environment=environment)
    names = {name: Path(file) for name, file in (line.split() for line in listed.splitlines())}
    astray = [str(file) for file in names.values() if collections not in file.parents]
    if astray:
        raise RuntimeError(f"These are not the installed ones: {astray}")
    if not names:
        return {}
    shown = json.loads(_call("ansible-doc", "--json", "--type", kind, *names, environment=environment))
    return {name: text["doc"] for name, text in shown.items()}


def undocumented(documented: Iterable[str]) -> list[str]:
    """Tell which plugins of the repository ansible-doc did not show."""
    due = {
        f"{DOCUMENTED[file.parts[1]]} aws_cis.monitoring.{PurePath(file).stem}"
        for file in files()
        if file.parts[0] == "plugins" and file.parts[1] in DOCUMENTED and file.suffix in (".py", ".yml")
    }
    return [f"ansible-doc shows no {name}." for name in sorted(due - set(documented))]


def contradicting(documented: Mapping[str, dict[str, Any]]) -> list[str]:
    """Tell which plugins name no oldest Python, or something twice: fragments add up, and may contradict each other."""
    faults = []
    for name, text in documented.items():
        named = [requirement.split()[0] for requirement in text.get("requirements", [])]
        if "python" not in named or len(set(named)) < len(named):
            faults.append(f"{name} requires {text.get('requirements')}: it must name python, and nothing twice.")
    return faults


def run(folder: Path, environment: dict[str, str]) -> list[str]:
    """Run installed playbooks on an account of the sandbox that has a trail and nothing else."""
    with Sandbox.start() as sandbox:
        account = sandbox.new_account()
        Builder(sandbox, account).trail()
        queue = {"protocol": "sqs", "endpoint": f"arn:aws:sqs:{REGION}:{account}:alerts"}
        inventory = folder / "inventory.json"
        inventory.write_text(
            json.dumps(accounts_inventory(sandbox.url, [account], cis_monitoring_subscriptions=[queue]))
        )
        for playbook in PLAYBOOKS:
            command = ("ansible-playbook", f"aws_cis.monitoring.{playbook}", "-i", str(inventory))
            _call(*command, cwd=folder, environment=environment)
        written = sandbox.writing_calls(account)
    report = folder / "cis-monitoring-report" / "latest" / "report.json"
    verdicts = [one["verdict"] for one in json.loads(report.read_text())["accounts"]]
    return [
        *([] if "logs:PutMetricFilter" in written else ["remediate put no metric filter."]),
        *([] if verdicts == ["compliant"] else [f"audit calls what remediate has set up {verdicts}."]),
    ]


def _call(program: str, *arguments: str, cwd: Path = Path("/"), environment: dict[str, str] | None = None) -> str:
    """Run a program of this environment away from the checkout, and return its output."""
    ended = subprocess.run(
        [BIN / program, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise RuntimeError(f"{program} {' '.join(arguments)} failed:\n{ended.stdout}\n{ended.stderr}")
    return ended.stdout


if __name__ == "__main__":
    sys.exit(main())
