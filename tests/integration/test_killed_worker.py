# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker that is killed ends the run; what was read by then is reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from account_builder import Builder
from harness import Sandbox, accounts_inventory

# A connection option that is evaluated in the worker of its host, and kills it.
KILLS = "{{ lookup('ansible.builtin.pipe', 'sleep 6; kill -9 $PPID') }}"


def test_what_was_read_is_reported(sandbox: Sandbox, tmp_path: Path, ansible_playbook: Any) -> None:
    fleet = {name: sandbox.new_account() for name in ("a", "b", "z")}
    for name in ("a", "b"):
        Builder(sandbox, fleet[name]).trail()
    inventory = accounts_inventory(sandbox.url, fleet, cis_monitoring_report_dir=str(tmp_path / "reports"))
    inventory["all"]["hosts"]["z"]["aws_profile"] = KILLS

    run = ansible_playbook("aws_cis.monitoring.audit", inventory, "--forks", "1", results=False)

    assert run.rc != 0
    assert "The run ended before its report." in run.stderr
    assert not (tmp_path / "reports" / "latest").exists()
    [folder] = (tmp_path / "reports").iterdir()
    report = json.loads((folder / "report.json").read_text())
    assert {one["name"]: one["outcome"] for one in report["accounts"]} == {
        "a": "non_compliant",
        "b": "non_compliant",
        "z": "unreachable",
    }
    assert report["accounts"][2]["reason"] == "The run ended before this account was read."
