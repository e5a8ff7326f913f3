# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The execution environment for AWX: its definition renders, its smoke test runs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml
from harness import BIN, ROOT

FOLDER = ROOT / "docs" / "execution-environment"


def test_the_definition_renders(tmp_path: Path) -> None:
    """What ansible-builder would build installs this collection, whose own metadata names its Python packages."""
    definition = FOLDER / "execution-environment.yml"
    subprocess.run(
        [str(BIN / "ansible-builder"), "create", "--file", str(definition), "--context", str(tmp_path / "context")],
        check=True,
        capture_output=True,
    )

    assert "ansible-galaxy collection install" in (tmp_path / "context" / "Dockerfile").read_text()
    installed = yaml.safe_load((tmp_path / "context" / "_build" / "requirements.yml").read_text())
    assert [one["name"] for one in installed["collections"]] == ["aws_cis.monitoring"]
    metadata = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text())
    assert "boto3" in (ROOT / metadata["dependencies"]["python"]).read_text()


def test_the_smoke_playbook_runs(tmp_path: Path) -> None:
    command = [str(BIN / "ansible-playbook"), str(FOLDER / "smoke.yml")]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "failed=0" in run.stdout
