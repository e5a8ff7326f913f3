# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command costs what all its processes cost, and one that fails costs nothing that counts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[3] / "tests" / "bench"))

import measure
from measure import CommandFailed, Cost


def run(folder: Path, command: str) -> Cost:
    return measure.run(["/bin/sh", "-c", command], folder, {"PATH": os.environ["PATH"]}, os.getpid())


def test_the_processes_of_a_command_count(tmp_path: Path) -> None:
    busy = f"{sys.executable} -c 'import time\nwhile time.process_time() < 0.3: pass'; true"
    assert 0.3 <= run(tmp_path, busy).cpu < 5


def test_a_command_that_fails_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"no such host\n\nsh ended with status 3\.$"):
        run(tmp_path, "echo no such host; exit 3")


def test_a_command_that_does_not_end_is_stopped_with_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "LONGEST", 0.2)
    with pytest.raises(CommandFailed, match="ended with status -9"):
        run(tmp_path, "sleep 60; true")
