# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each call of audit and drill under each fault: it recovers or ends with a clear message, and nothing is left.

Never a wrong verdict, a traceback or a secret. The counts are in .cache/faults. See test_faults_role.py for the rest.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from account_builder import Builder
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.temporary import MARGIN
from fault_matrix import (
    ENVIRONMENT,
    FORKS,
    PASSING,
    UNANSWERED,
    Cell,
    Matrix,
    assert_clean,
    calls_of,
    contents,
    in_turn,
    secret_inventory,
    slices,
)
from faulty_accounts import DEFECTS, copy_of, make_whole
from harness import Sandbox, meanwhile


@pytest.fixture(scope="module")
def sandbox_process() -> Iterator[Sandbox]:
    """A sandbox of its own, since the drills put its clock forward."""
    with Sandbox.start() as sandbox:
        yield sandbox


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
            inventory["all"]["vars"]["cis_monitoring_report_dir"] = str(tmp_path / "reports")
            ended = ansible_playbook("aws_cis.monitoring.audit", inventory, *FORKS, env=ENVIRONMENT, results=False)
            assert ended.rc == 0, ended.stdout + ended.stderr
            files = {path.name: path.read_text() for path in (tmp_path / "reports" / "latest").iterdir()}
            assert_clean(ended.stdout, ended.stderr, *files.values())
            return {account["name"]: account for account in json.loads(files["report.json"])["accounts"]}

        return run

    def test_an_unanswered_call_never_makes_a_wrong_verdict(self, sandbox: Sandbox, whole: str, audit: Any) -> None:
        """A compliant account is never reported as another, nor one as compliant whose defect the call would tell."""
        defective = {call: copy_of(sandbox, whole, make_defect) for call, make_defect in DEFECTS.items()}
        sandbox.clear_calls()
        clean = audit(secret_inventory(sandbox.url, {"whole": whole, **defective}))
        assert {name: account["verdict"] for name, account in clean.items()} == {
            "whole": "compliant",
            **dict.fromkeys(DEFECTS, "non_compliant"),
        }
        matrix = Matrix("audit", sandbox)
        calls = dict.fromkeys(calls_of(sandbox, whole), 0)
        matrix.add("whole", whole, calls, in_turn(("denied",), ("truncated",), PASSING))
        matrix.add_passing("whole", whole, calls)
        for call, account in defective.items():
            assert call in calls_of(sandbox, account)
            matrix.add("defective", account, {call: 0}, lambda: UNANSWERED)

        accounts = audit(matrix.inventory())

        for name, cell in matrix.cells.items():
            cell.outcome = self.outcome(accounts[name], cell)
        matrix.record()
        assert matrix.wrong() == []

    @staticmethod
    def outcome(account: dict[str, Any], cell: Cell) -> str:
        """Say how it went, WRONG if it must not go that way."""
        verdict, reason = account["verdict"], account["reason"]
        if verdict == "compliant" and cell.like == "whole":
            return "recovered" if cell.once else "not needed"
        if verdict not in ("unknown", "unreachable") or cell.once:
            return f"WRONG verdict {verdict}: {reason}"
        if not cell.is_told(reason):
            return f"WRONG reason: {reason}"
        return {"unknown": "verdict unknown", "unreachable": "clear failure"}[verdict]


class TestDrill:
    """At the depth that makes most calls but those of `full`, with the queue that proves the arrival."""

    VARIABLES: ClassVar[dict[str, Any]] = {
        "cis_monitoring_drill_depth": "notification",
        "cis_monitoring_drill_confirm": True,
        "cis_monitoring_drill_arrival_queue": True,
        "cis_monitoring_drill_timeout": 20,
        "cis_monitoring_drill_interval": 1,
    }

    @pytest.fixture
    def drill(self, sandbox: Sandbox, ansible_playbook: Any, tmp_path: Path) -> Any:
        """Drill, and return how each account ended: 'passed', or what is said of the failure."""

        def run(accounts: Mapping[str, str], *arguments: str) -> dict[str, str]:
            return {name: end for some in slices(accounts) for name, end in run_some(some, *arguments).items()}

        def run_some(accounts: Mapping[str, str], *arguments: str) -> dict[str, str]:
            inventory = secret_inventory(
                sandbox.url, accounts, cis_monitoring_report_dir=str(tmp_path), **self.VARIABLES
            )
            with time_passing(sandbox):
                ended = ansible_playbook("aws_cis.monitoring.drill", inventory, *FORKS, *arguments, env=ENVIRONMENT)
            assert_clean(ended.stdout, ended.stderr)
            failed = {name: stats["failures"] > 0 for name, stats in ended.stats.items()}
            failing = ended.result("Store the drill results for later reports")["failing"]
            return {name: failing[name] if failed[name] else "passed" for name in accounts}

        return run

    @pytest.mark.slow
    def test_every_call(self, sandbox: Sandbox, whole: str, drill: Any) -> None:
        probes = {name: copy_of(sandbox, whole) for name in ("planned", "drilled")}
        tidy = without_state(contents(sandbox, [whole])[whole])
        assert drill({"planned": probes["planned"]}, "--check") == {"planned": "passed"}
        assert drill({"drilled": probes["drilled"]}) == {"drilled": "passed"}
        planned = Counter(calls_of(sandbox, probes["planned"]))
        made = Counter(calls_of(sandbox, probes["drilled"]))
        matrix = Matrix("drill", sandbox)
        kinds = in_turn()
        drilling = {call: planned[call] for call in made if made[call] > planned[call]}
        matrix.add("announced", whole, dict.fromkeys(planned, 0), kinds)
        again = {call: before for call, before in drilling.items() if before}
        matrix.add("drilled", whole, again, kinds)
        new = {call: 0 for call in drilling if call not in again}
        matrix.add("drilled", whole, new, kinds)
        matrix.add_passing("drilled", whole, drilling)
        accounts = {name: cell.account for name, cell in matrix.cells.items()}

        ended = drill(accounts)

        for name, cell in matrix.cells.items():
            cell.outcome = self.outcome(ended[name], cell)
        sandbox.clear_faults()
        left = contents(sandbox, accounts.values())
        untidy = {name: account for name, account in accounts.items() if without_state(left[account]) != tidy}
        if untidy:
            time.sleep(self.VARIABLES["cis_monitoring_drill_timeout"] + MARGIN.total_seconds())
        ended = drill(untidy)
        left = contents(sandbox, untidy.values())
        for name, account in untidy.items():
            if ended[name] != "passed" or without_state(left[account]) != tidy:
                matrix.cells[name].outcome = f"WRONG, the next drill leaves {left[account]}: {ended[name]}"
            elif not matrix.cells[name].outcome.startswith("WRONG"):
                matrix.cells[name].outcome += ", leftovers removed by the next drill"
        matrix.record()
        assert matrix.wrong() == []

    @staticmethod
    def outcome(ended: str, cell: Cell) -> str:
        if ended == "passed":
            return "recovered"
        return "clear failure" if cell.is_reported(ended) else f"WRONG message: {ended}"


def without_state(found: dict[str, Any]) -> str:
    """Return what there is in an account but for the alarm's state, which a drill sets."""
    return re.sub(r"'State\w+': ('[^']*'|\"[^\"]*\"|[^,}]*)", "", str(found))


def time_passing(sandbox: Sandbox) -> AbstractContextManager[None]:
    """Let the alarms' periods pass: AWS evaluates alarms all the time, the sandbox does not."""

    def pass_time(over: threading.Event) -> None:
        while not over.wait(4):
            sandbox.tick(301)

    return meanwhile(pass_time)
