# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remediate and teardown with each call under each fault, and killed anywhere: a second run completes what was begun.

See test_faults.py for the audit and the drill, and for what holds for all of them.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml
from account_builder import Builder
from fault_matrix import (
    ENVIRONMENT,
    FORKS,
    IN_FULL,
    PASSING,
    Cell,
    Matrix,
    Phases,
    assert_clean,
    calls_of,
    contents,
    in_turn,
    secret_inventory,
    slices,
)
from faulty_accounts import COSTLY, LACKING, LEFT, SUBSCRIBER, copy_of, make_bare
from harness import PlaybookRun, Sandbox, processes_in, run_playbook

AT_ITS_OWN_PACE = [
    {
        "hosts": "all",
        "gather_facts": False,
        "connection": "local",
        "strategy": "ansible.builtin.free",
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "module_defaults": {
            "group/aws_cis.monitoring.aws": "{{ lookup('aws_cis.monitoring.account_connection') }}",
        },
        "roles": ["aws_cis.monitoring.cis_sg_monitoring"],
    }
]


class RolePlaybook:
    """A playbook of the role, over accounts in which calls meet with faults."""

    def __init__(self, name: str, sandbox: Sandbox, ansible_playbook: Any, key: str) -> None:
        self.name = name
        self.sandbox = sandbox
        self._ansible_playbook = ansible_playbook
        self._variables = {
            "subscriptions": [SUBSCRIBER],
            "topic_display_name": "Security group changes",
            "tags": {"team": "security"},
            "kms_key_id": key,
            "update_key_policy": True,
        }

    def start(
        self,
        accounts: Mapping[str, str],
        *arguments: str,
        env: Mapping[str, str],
        playbook: str | None = None,
        **others: Any,
    ) -> PlaybookRun:
        """Run it, or a playbook of the role cis_sg_monitoring in its place."""
        prefix = "cis_sg_monitoring" if playbook else "cis_monitoring"
        variables = {f"{prefix}_{name}": value for name, value in self._variables.items()}
        inventory = secret_inventory(self.sandbox.url, accounts, **variables, **others)
        run: PlaybookRun = self._ansible_playbook(
            playbook or f"aws_cis.monitoring.{self.name}", inventory, *FORKS, *arguments, env=env, results=not playbook
        )
        assert_clean(run.stdout, run.stderr)
        return run

    def run(self, accounts: Mapping[str, str], *arguments: str) -> dict[str, str]:
        """Run it to the end, and return what its summary says of each account."""
        return {
            name: said
            for some in slices(accounts)
            for name, said in self._summary(some, self.start(some, *arguments, env=ENVIRONMENT)).items()
        }

    @staticmethod
    def _summary(accounts: Mapping[str, str], run: PlaybookRun) -> dict[str, str]:
        summary = dict(line.split(": ", 1) for line in run.result("Summarize the changes")["lines"])
        assert summary.keys() == accounts.keys(), run.stdout + run.stderr
        failed = {name for name, stats in run.stats.items() if stats["failures"]}
        assert failed == {name for name in accounts if summary[name].startswith("failed")}
        return summary

    def go(self, converged: str, others: Mapping[str, str], matrix: Matrix) -> None:
        """Run it with a fault for each call that it makes in each account, and again without."""
        templates = {"converged": converged, **others}
        truth, phases = self._without_faults(templates)
        kinds = in_turn()
        matrix.add("converged", converged, phases["converged"].plan, kinds)
        for name, account in others.items():
            matrix.add(name, account, phases[name].write, kinds)
            if IN_FULL or name not in COSTLY:
                matrix.add_passing(name, account, phases[name].write, PASSING if IN_FULL else ["reset"])
        name = next(iter(others))
        # What verifies is what planned, so that a part of its calls does where they are not all asked for.
        verify = dict(islice(phases[name].verify.items(), 0, None, 1 if IN_FULL else 3))
        matrix.add(name, others[name], verify, kinds, phase="verify")
        accounts = {name: cell.account for name, cell in matrix.cells.items()}
        summary = self.run(accounts)
        after = contents(self.sandbox, accounts.values())
        for name, cell in matrix.cells.items():
            cell.outcome = self._outcome(summary[name], cell, is_done=after[cell.account] == truth[cell.like])
        self.sandbox.clear_faults()
        unfinished = {name: cell for name, cell in matrix.cells.items() if after[cell.account] != truth[cell.like]}
        summary = self.run({name: cell.account for name, cell in unfinished.items()})
        finished = contents(self.sandbox, [cell.account for cell in unfinished.values()])
        for name, cell in unfinished.items():
            if finished[cell.account] != truth[cell.like]:
                cell.outcome = f"WRONG after a second run: {summary[name]} {finished[cell.account]}"
            elif not cell.outcome.startswith("WRONG"):
                cell.outcome += ", completed by a second run"

    def _without_faults(self, templates: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Phases]]:
        copies = {name: copy_of(self.sandbox, account) for name, account in templates.items()}
        self.sandbox.clear_calls()
        self.run(copies, "--check")
        planned = {name: calls_of(self.sandbox, account) for name, account in copies.items()}
        self.sandbox.clear_calls()
        self.run(copies)
        made = {name: calls_of(self.sandbox, account) for name, account in copies.items()}
        found = contents(self.sandbox, copies.values())
        truth = {name: found[account] for name, account in copies.items()}
        return truth, {name: Phases.of(planned[name], made[name]) for name in templates}

    @staticmethod
    def _outcome(summary: str, cell: Cell, *, is_done: bool) -> str:
        state, _colon, message = summary.partition(": ")
        if state == "failed":
            return "clear failure" if cell.is_reported(message) else f"WRONG message: {message}"
        return "recovered" if is_done else f"WRONG success: {summary}"


@pytest.fixture(scope="module")
def made(sandbox_process: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A bare account, its key, an account like it that the role has brought to what it should be, and the calls."""
    bare = sandbox_process.new_account()
    key = make_bare(Builder(sandbox_process, bare))
    converged = copy_of(sandbox_process, bare)

    def ansible_playbook(playbook: str, inventory: Any, *arguments: str, env: Any, results: bool) -> PlaybookRun:
        folder = tmp_path_factory.mktemp("made")
        return run_playbook(playbook, folder, inventory, *arguments, environment=env, results=results)

    sandbox_process.clear_calls()
    RolePlaybook("remediate", sandbox_process, ansible_playbook, key).run({"converged": converged})
    writing = sandbox_process.writing_calls(converged)
    return {"bare": bare, "key": key, "converged": converged, "writing": writing}


class TestRole:
    @pytest.fixture
    def bare(self, made: dict[str, Any]) -> str:
        return str(made["bare"])

    @pytest.fixture
    def converged(self, made: dict[str, Any]) -> str:
        return str(made["converged"])

    @pytest.fixture
    def remediate(self, sandbox: Sandbox, made: dict[str, Any], ansible_playbook: Any) -> RolePlaybook:
        return RolePlaybook("remediate", sandbox, ansible_playbook, made["key"])

    @pytest.mark.slow
    def test_remediate(self, sandbox: Sandbox, remediate: RolePlaybook, converged: str) -> None:
        others = {name: copy_of(sandbox, converged, change) for name, change in LACKING.items()}
        matrix = Matrix("remediate", sandbox)
        remediate.go(converged, others, matrix)
        matrix.record()
        assert matrix.wrong() == []

    @pytest.mark.slow
    def test_teardown(self, sandbox: Sandbox, bare: str, remediate: RolePlaybook, converged: str) -> None:
        others = {name: copy_of(sandbox, converged, change) for name, change in LEFT.items()}
        matrix = Matrix("teardown", sandbox)
        remediate.name = "teardown"
        remediate.go(bare, others, matrix)
        matrix.record()
        assert matrix.wrong() == []

    def test_killed_after_any_writing_call(
        self, sandbox: Sandbox, made: dict[str, Any], remediate: RolePlaybook, tmp_path: Path
    ) -> None:
        """One run, in which each account hangs after another writing call until all of them do, and all are killed."""
        bare, converged, writing = made["bare"], made["converged"], made["writing"]
        assert len(writing) >= 7
        [truth] = contents(sandbox, [converged]).values()
        accounts = {f"after-{number}": copy_of(sandbox, bare) for number in range(1, len(writing) + 1)}
        for number, account in enumerate(accounts.values()):
            service, _colon, action = writing[number].partition(":")
            after = writing[:number].count(writing[number])
            sandbox.fault(account=account, service=service, action=action, after=after, hang=True, carry_out=True)
        sandbox.clear_calls()
        patience = {"read_timeout": 300, "retries": {"total_max_attempts": 1}}
        # Each account at its own pace, which the collection's playbooks don't let anybody choose.
        playbook = tmp_path / "at_its_own_pace.yml"
        playbook.write_text(yaml.safe_dump(AT_ITS_OWN_PACE))
        arguments = {"env": {}, "playbook": str(playbook), "aws_config": patience}
        running = threading.Thread(target=remediate.start, args=[accounts], kwargs=arguments)
        running.start()
        try:
            wait_for(
                lambda: all(
                    len(sandbox.writing_calls(account)) == number for number, account in enumerate(accounts.values(), 1)
                )
            )
        finally:
            kill(tmp_path)
            running.join()
        half_made = contents(sandbox, accounts.values())
        sandbox.clear_faults()

        remediate.run(accounts)

        assert half_made[accounts["after-1"]] != truth, "the test must see a half-made account"
        assert set(map(str, contents(sandbox, accounts.values()).values())) == {str(truth)}


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 200
    while not condition():
        assert time.monotonic() < deadline, "it takes seconds"
        time.sleep(0.2)


def kill(folder: Path) -> None:
    """Kill Ansible, its workers and its modules, which are no process group: all that run in the folder."""
    while processes := processes_in(folder):
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.1)
