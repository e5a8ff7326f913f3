# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection, install the tarball offline into an empty folder, and run what was installed.

The checkout, which is linked into this environment, is out of reach for that: Ansible looks into the folder alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePath

from collection_tree import BIN, ROOT, copied_collection, files, link_dependencies
from report import Report

sys.path.insert(0, str(ROOT / "tests" / "integration"))
from account_builder import Builder
from harness import REGION, Sandbox, accounts_inventory

SHIPPED = {"CHANGELOG.md", "LICENSE", "README.md", "changelogs", "docs", "meta", "playbooks", "plugins", "roles"}
SHIPPED |= {"requirements.txt", "requirements.yml"}
DOCUMENTED = {"modules": "module", "lookup": "lookup", "inventory": "inventory", "filter": "filter"}
"""The kinds of plugin that ansible-doc shows, by their folder."""
PLAYBOOK = "remediate"


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
        documented = [document(kind, collections, environment) for kind in DOCUMENTED.values()]
        faults += undocumented([name for names in documented for name in names])
        faults += run(folder, environment)
    print(*faults, sep="\n")
    Report(f"{sum(map(len, documented))} installed plugins, and a run of {PLAYBOOK}").write()
    return 1 if faults else 0


def build(folder: Path) -> Path:
    """Build the tarball, from a copy without what lies about in the checkout."""
    with copied_collection() as root:
        _call("ansible-galaxy", "collection", "build", "--output-path", str(folder), cwd=root)
    (tarball,) = folder.glob("aws_cis-monitoring-*.tar.gz")
    return tarball


def unexpected(tarball: Path) -> list[str]:
    """Tell what the tarball has too much and what it lacks."""
    with tarfile.open(tarball) as archive:
        packed = {member.name for member in archive.getmembers() if member.isfile()} - {"MANIFEST.json", "FILES.json"}
    due = {str(file) for file in files() if file.parts[0] in SHIPPED and file.parts[:2] != ("changelogs", "fragments")}
    return [
        *(f"The tarball has {name}: add it to build_ignore in galaxy.yml." for name in sorted(packed - due)),
        *(f"The tarball lacks {name}: see build_ignore in galaxy.yml." for name in sorted(due - packed)),
    ]


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


def document(kind: str, collections: Path, environment: dict[str, str]) -> list[str]:
    """Let ansible-doc show the installed plugins of a kind, and return their names."""
    listed = _call("ansible-doc", "--type", kind, "--list_files", "aws_cis.monitoring", environment=environment)
    names = {name: Path(file) for name, file in (line.split() for line in listed.splitlines())}
    astray = [str(file) for file in names.values() if collections not in file.parents]
    if astray:
        raise RuntimeError(f"These are not the installed ones: {astray}")
    if names:
        _call("ansible-doc", "--type", kind, *names, environment=environment)
    return [f"{kind} {name}" for name in names]


def undocumented(documented: list[str]) -> list[str]:
    """Tell which plugins of the repository ansible-doc did not show."""
    due = {
        f"{DOCUMENTED[file.parts[1]]} aws_cis.monitoring.{PurePath(file).stem}"
        for file in files()
        if file.parts[0] == "plugins" and file.parts[1] in DOCUMENTED and file.suffix in (".py", ".yml")
    }
    return [f"ansible-doc shows no {name}." for name in sorted(due - set(documented))]


def run(folder: Path, environment: dict[str, str]) -> list[str]:
    """Run an installed playbook on an account of the sandbox that has a trail and nothing else."""
    with Sandbox.start() as sandbox:
        account = sandbox.new_account()
        Builder(sandbox, account).trail()
        queue = {"protocol": "sqs", "endpoint": f"arn:aws:sqs:{REGION}:{account}:alerts"}
        inventory = folder / "inventory.json"
        inventory.write_text(
            json.dumps(accounts_inventory(sandbox.url, [account], cis_sg_monitoring_subscriptions=[queue]))
        )
        output = _call(
            "ansible-playbook", f"aws_cis.monitoring.{PLAYBOOK}", "-i", str(inventory), environment=environment
        )
        written = sandbox.writing_calls(account)
    return [] if "logs:PutMetricFilter" in written else [f"{PLAYBOOK} put no metric filter:\n{output}"]


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
