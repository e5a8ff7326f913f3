# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each call of each playbook under each fault: it recovers or ends with a clear message, and a second run completes it.

Never a wrong verdict, a traceback, a secret, or a half-made thing that stays. The counts are in .cache/faults.
"""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
from account_builder import Builder
from fault_matrix import (
    CARRIED_OUT,
    ENVIRONMENT,
    IN_FULL,
    KINDS,
    NOT_CARRIED_OUT,
    PASSING,
    UNANSWERED,
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
from faulty_accounts import COSTLY, DEFECTS, LACKING, LEFT, SUBSCRIBER, make_bare, make_whole
from harness import PlaybookRun, Sandbox, run_playbook

FORKS = ("--forks", "24")


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
            inventory["all"]["vars"]["audit_report_dir"] = str(tmp_path / "reports")
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

    def start(self, accounts: Mapping[str, str], *arguments: str, env: Mapping[str, str], **others: Any) -> PlaybookRun:
        """Run it, and return what a user sees."""
        variables = {f"cis_sg_monitoring_{name}": value for name, value in self._variables.items()}
        inventory = secret_inventory(self.sandbox.url, accounts, **variables, **others)
        run: PlaybookRun = self._ansible_playbook(
            f"aws_cis.monitoring.{self.name}", inventory, *FORKS, *arguments, env=env, results=False
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
        shown = [json.loads(line) for line in re.findall(r'^ {8}("[^"].*"),?$', run.stdout, re.M)]
        summary = dict(line.split(": ", 1) for line in shown if ": " in line)
        assert summary.keys() >= accounts.keys(), run.stdout + run.stderr
        failed = set(re.findall(r"^(\S+) .*failed=1", run.stdout, re.M))
        assert failed == {name for name in accounts if summary[name].startswith("failed")}
        return summary

    def go(self, converged: str, others: Mapping[str, str], matrix: Matrix) -> None:
        """Run it with a fault for each call that it makes in each account, and again without."""
        templates = {"converged": converged, **others}
        truth, phases = self._without_faults(templates)
        reading, costly = in_turn(tuple(KINDS)), in_turn(tuple(KINDS))
        writing = in_turn(NOT_CARRIED_OUT, CARRIED_OUT)
        matrix.add("converged", converged, phases["converged"].plan, reading)
        for name, account in others.items():
            matrix.add(name, account, phases[name].write, costly if name in COSTLY else writing)
            if IN_FULL or name not in COSTLY:
                matrix.add_passing(name, account, phases[name].write, PASSING if IN_FULL else ["reset"])
        name = next(iter(others))
        matrix.add(name, others[name], phases[name].verify, reading, phase="verify")
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


def copy_of(sandbox: Sandbox, account: str, change: Callable[[Builder], None] = lambda builder: None) -> str:
    """Return an account like another, with a change."""
    other = sandbox.new_account()
    sandbox.control("POST", "copy_account", account=account, copies=[other])
    change(Builder(sandbox, other))
    return other


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

    def test_remediate(self, sandbox: Sandbox, remediate: RolePlaybook, converged: str) -> None:
        others = {name: copy_of(sandbox, converged, change) for name, change in LACKING.items()}
        matrix = Matrix("remediate", sandbox)
        remediate.go(converged, others, matrix)
        matrix.record()
        assert matrix.wrong() == []

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
        # Each account at its own pace.
        arguments = {"env": {"ANSIBLE_STRATEGY": "free"}, "aws_config": patience}
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


class TestDrill:
    """At the depth that makes most calls but those of `full`, with the queue that proves the arrival."""

    VARIABLES: ClassVar[dict[str, Any]] = {
        "drill_depth": "notification",
        "drill_confirm": True,
        "drill_arrival_queue": True,
        "drill_timeout": 20,
        "drill_interval": 1,
    }

    @pytest.fixture
    def drill(self, sandbox: Sandbox, ansible_playbook: Any, tmp_path: Path) -> Any:
        """Drill, and return how each account ended: 'passed', or what is said of the failure."""

        def run(accounts: Mapping[str, str], *arguments: str) -> dict[str, str]:
            return {name: end for some in slices(accounts) for name, end in run_some(some, *arguments).items()}

        def run_some(accounts: Mapping[str, str], *arguments: str) -> dict[str, str]:
            inventory = secret_inventory(sandbox.url, accounts, audit_report_dir=str(tmp_path), **self.VARIABLES)
            with time_passing(sandbox):
                ended = ansible_playbook("aws_cis.monitoring.drill", inventory, *FORKS, *arguments, env=ENVIRONMENT)
            assert_clean(ended.stdout, ended.stderr)
            failed = {name: stats["failures"] > 0 for name, stats in ended.stats.items()}
            return {
                name: ended.result("Fail with what went wrong", name)["msg"] if failed[name] else "passed"
                for name in accounts
            }

        return run

    def test_every_call(self, sandbox: Sandbox, whole: str, drill: Any) -> None:
        probes = {name: copy_of(sandbox, whole) for name in ("planned", "drilled")}
        tidy = without_state(contents(sandbox, [whole])[whole])
        assert drill({"planned": probes["planned"]}, "--check") == {"planned": "passed"}
        assert drill({"drilled": probes["drilled"]}) == {"drilled": "passed"}
        planned = Counter(calls_of(sandbox, probes["planned"]))
        made = Counter(calls_of(sandbox, probes["drilled"]))
        matrix = Matrix("drill", sandbox)
        drilling = {call: planned[call] for call in made if made[call] > planned[call]}
        matrix.add("announced", whole, dict.fromkeys(planned, 0), in_turn(tuple(KINDS)))
        again = {call: before for call, before in drilling.items() if before}
        matrix.add("drilled", whole, again, in_turn(tuple(KINDS)))
        new = {call: 0 for call in drilling if call not in again}
        matrix.add("drilled", whole, new, in_turn(NOT_CARRIED_OUT, CARRIED_OUT))
        matrix.add_passing("drilled", whole, drilling)
        accounts = {name: cell.account for name, cell in matrix.cells.items()}

        ended = drill(accounts)

        for name, cell in matrix.cells.items():
            cell.outcome = self.outcome(ended[name], cell)
        sandbox.clear_faults()
        left = contents(sandbox, accounts.values())
        untidy = {name: account for name, account in accounts.items() if without_state(left[account]) != tidy}
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


@contextmanager
def time_passing(sandbox: Sandbox) -> Iterator[None]:
    """Let the alarms' periods pass: AWS evaluates alarms all the time, the sandbox does not."""
    over = threading.Event()

    def pass_time() -> None:
        while not over.wait(4):
            sandbox.tick(301)

    thread = threading.Thread(target=pass_time)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 200
    while not condition():
        assert time.monotonic() < deadline, "it takes seconds"
        time.sleep(0.2)


def kill(folder: Path) -> None:
    """Kill Ansible, its workers and its modules, which are no process group: all that run in the folder."""
    while processes := [link for link in Path("/proc").glob("[0-9]*/cwd") if runs_in(link, folder)]:
        for link in processes:
            with suppress(ProcessLookupError):
                os.kill(int(link.parent.name), signal.SIGKILL)
        time.sleep(0.1)


def runs_in(link: Path, folder: Path) -> bool:
    try:
        return os.readlink(link) == str(folder)
    except OSError:  # it has ended
        return False
