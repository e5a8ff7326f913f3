# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the bench compares does the same: the plain loop makes the calls of the audit."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_info
from harness import ROOT, Sandbox
from module_runner import ModuleRunner

sys.path.append(str(ROOT / "tests" / "bench"))

import fleet
import loop
from fleet import State
from texts import OWN, SPELLED


@pytest.mark.parametrize(
    ("state", "size"),
    [
        pytest.param(State(1), 1, id="one control"),
        pytest.param(State(15, SPELLED), 1, id="filters spelled otherwise"),
        pytest.param(State(15, OWN), 1, id="filters with texts of their own"),
        pytest.param(State(15, layout=fleet.CROWDED), 1, id="filters and alarms of others"),
        pytest.param(State(15, layout=fleet.ORGANIZATION), 2, id="a member of an organization"),
    ],
)
def test_the_plain_loop_makes_the_calls_of_the_audit(sandbox: Sandbox, tmp_path: Path, state: State, size: int) -> None:
    accounts = fleet.build(sandbox, size, tmp_path, state).accounts
    controls = [control.name for control in fleet.CONTROLS_OF[state.controls]]

    def audit(account: str) -> None:
        found = ModuleRunner(cis_monitoring_info, sandbox.url, account)(controls=controls)
        assert {one["verdict"] for one in found["controls"]} <= {"compliant", "covered_elsewhere"}

    def plain(account: str) -> None:
        assert loop.read(loop.shared_clients(account, sandbox.url))

    for account in accounts:
        assert _calls(sandbox, audit, account) == _calls(sandbox, plain, account)


def _calls(sandbox: Sandbox, work: Any, account: str) -> Counter[str]:
    sandbox.clear_calls()
    work(account)
    return Counter(f"{call['service']}:{call['action']}" for call in sandbox.calls(account))
