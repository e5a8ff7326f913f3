# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each call of each playbook under each fault: it recovers or ends with a clear message, and a second run completes it.

Never a wrong verdict, a traceback, a secret, or a half-made thing that stays. The counts are in .cache/faults.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from account_builder import Builder
from fault_matrix import ENVIRONMENT, UNANSWERED, Cell, Matrix, assert_clean, calls_of, secret_inventory
from faulty_accounts import DEFECTS, make_whole
from harness import Sandbox

FORKS = ("--forks", "24")


@pytest.fixture
def whole(sandbox: Sandbox) -> str:
    """An account in which everything is as it should be."""
    account = sandbox.new_account()
    make_whole(Builder(sandbox, account))
    sandbox.clear_calls()
    return account


class TestAudit:
    @pytest.fixture
    def audit(self, ansible_playbook: Any, tmp_path: Path) -> Any:
        """Audit, and return the report's accounts by name."""

        def run(inventory: dict[str, Any]) -> dict[str, dict[str, Any]]:
            inventory["all"]["vars"]["audit_report_dir"] = str(tmp_path / "reports")
            ended = ansible_playbook("aws_cis.monitoring.audit", inventory, *FORKS, env=ENVIRONMENT, results=False)
            assert ended.rc == 0, ended.stdout + ended.stderr
            files = {path.name: path.read_text() for path in (tmp_path / "reports" / "latest").iterdir()}
            assert_clean(ended.stdout, ended.stderr, *files.values())
            return {account["name"]: account for account in json.loads(files["report.json"])["accounts"]}

        return run

    def test_an_unanswered_call_never_makes_a_wrong_verdict(self, sandbox: Sandbox, whole: str, audit: Any) -> None:
        """A compliant account is never reported as another, nor one as compliant whose defect the call would tell."""
        defective = {call: self.defective(sandbox, whole, make_defect) for call, make_defect in DEFECTS.items()}
        sandbox.clear_calls()
        clean = audit(secret_inventory(sandbox.url, {"whole": whole, **defective}))
        assert {name: account["verdict"] for name, account in clean.items()} == {
            "whole": "compliant",
            **dict.fromkeys(DEFECTS, "non_compliant"),
        }
        matrix = Matrix("audit", sandbox)
        calls = calls_of(sandbox, whole)
        matrix.add(whole, calls, of="whole")
        matrix.add_passing(whole, calls, of="whole")
        for call, account in defective.items():
            assert call in calls_of(sandbox, account)
            matrix.add(account, [call], UNANSWERED, of="defective")

        accounts = audit(matrix.inventory())

        for name, cell in matrix.cells.items():
            cell.outcome = self.outcome(accounts[name], cell, is_whole=name.startswith("whole"))
        matrix.record()
        assert matrix.wrong() == []

    @staticmethod
    def defective(sandbox: Sandbox, whole: str, make_defect: Any) -> str:
        account = sandbox.new_account()
        sandbox.control("POST", "copy_account", account=whole, copies=[account])
        make_defect(Builder(sandbox, account))
        return account

    @staticmethod
    def outcome(account: dict[str, Any], cell: Cell, *, is_whole: bool) -> str:
        """Say how it went, WRONG if it must not go that way."""
        verdict, reason = account["verdict"], account["reason"]
        if verdict == "compliant" and is_whole:
            return "recovered" if cell.once else "not needed"
        if verdict not in ("unknown", "unreachable") or cell.once:
            return f"WRONG verdict {verdict}: {reason}"
        if not cell.is_told(reason):
            return f"WRONG reason: {reason}"
        return {"unknown": "verdict unknown", "unreachable": "clear failure"}[verdict]
