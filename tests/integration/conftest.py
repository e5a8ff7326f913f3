# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the integration tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from account_builder import Builder
from harness import Moto, PlaybookRun, Sandbox, run_playbook


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Iterator[Sandbox]:
    """The sandbox, with its calls and faults cleared."""
    sandbox_process.clear_calls()
    sandbox_process.clear_faults()
    yield sandbox_process
    sandbox_process.clear_faults()


@pytest.fixture
def account(sandbox: Sandbox) -> str:
    """An account of the sandbox in which there is nothing."""
    return sandbox.new_account()


@pytest.fixture
def builder(sandbox: Sandbox, account: str) -> Builder:
    """The account, with the whole path in it, up to a subscriber who is a queue. A file may have one with less."""
    builder = Builder(sandbox, account)
    builder.whole()
    sandbox.clear_calls()
    return builder


@pytest.fixture(scope="session")
def moto_process() -> Iterator[Moto]:
    with Moto.start() as moto:
        yield moto


@pytest.fixture
def moto(moto_process: Moto) -> Moto:
    """moto's server, empty."""
    moto_process.reset()
    return moto_process


class RunPlaybook(Protocol):
    """Runs a playbook, see harness.run_playbook."""

    def __call__(
        self,
        playbook: str,
        inventory: Mapping[str, Any],
        *arguments: str,
        env: Mapping[str, str] | None = None,
        results: bool = True,
    ) -> PlaybookRun: ...


@pytest.fixture
def ansible_playbook(tmp_path: Path) -> RunPlaybook:
    """Run ansible-playbook in a folder of the test's own."""

    def run(
        playbook: str,
        inventory: Mapping[str, Any],
        *arguments: str,
        env: Mapping[str, str] | None = None,
        results: bool = True,
    ) -> PlaybookRun:
        return run_playbook(playbook, tmp_path, inventory, *arguments, environment=env, results=results)

    return run
