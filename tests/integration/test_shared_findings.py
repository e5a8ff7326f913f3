# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers prove each text of a run's accounts once, and come to the verdicts that each comes to alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from account_builder import Builder
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from conftest import RunPlaybook
from harness import Sandbox, accounts_inventory
from process_notes import noting

NAMES = ("security_group_changes", "nacl_changes", "unauthorized_api_calls")
OWN = {name: f"{CONTROLS[name].filters[0].text.rstrip('} ')} || ($.eventName = Own) }}" for name in NAMES}
PLAY = """
- hosts: all
  gather_facts: false
  strategy: {strategy}
  vars:
    aws_cis_monitoring_in_worker: {in_worker}
  module_defaults:
    group/aws_cis.monitoring.aws: "{{{{ lookup('aws_cis.monitoring.account_connection') }}}}"
  tasks:
    - name: Audit
      aws_cis.monitoring.cis_monitoring_info:
        controls: all
"""


@pytest.fixture
def accounts(sandbox: Sandbox) -> list[str]:
    """Accounts with the same texts that nobody prescribes."""
    found = [sandbox.new_account() for _account in range(4)]
    for account in found:
        builder = Builder(sandbox, account)
        builder.trail()
        for name, text in OWN.items():
            builder.metric_filter(name, text)
    return found


def verdicts_of(results: Sequence[dict[str, Any]]) -> list[Any]:
    """The verdicts, without the accounts and times that they name."""
    return sorted(
        [(one["control"], one["verdict"], one["cases"], one["notes"]) for one in result["controls"]]
        for result in results
    )


@pytest.mark.parametrize(
    ("forks", "strategy"),
    [(4, "linear"), *(pytest.param(*row, marks=pytest.mark.slow) for row in ((1, "linear"), (4, "free")))],
)
def test_each_text_is_proven_once_in_a_run(
    forks: int, strategy: str, sandbox: Sandbox, accounts: list[str], ansible_playbook: RunPlaybook, tmp_path: Path
) -> None:
    notes, environment = noting(tmp_path)
    run = ansible_playbook(
        PLAY.format(strategy=strategy, in_worker=True),
        accounts_inventory(sandbox.url, accounts),
        f"--forks={forks}",
        env=environment,
    )
    left = [name for _process, name in notes.all("left")]
    assert len(left) == len(set(left)) == len(OWN)
    assert len(run.results("Audit")) == len(accounts)
    assert not list(tmp_path.rglob("aws-cis-monitoring-findings"))


@pytest.mark.slow
def test_the_verdicts_are_those_of_modules_that_share_nothing(
    sandbox: Sandbox, accounts: list[str], ansible_playbook: RunPlaybook
) -> None:
    inventory = accounts_inventory(sandbox.url, accounts)
    runs = [
        ansible_playbook(PLAY.format(strategy="linear", in_worker=in_worker), inventory) for in_worker in (True, False)
    ]
    shared, alone = (verdicts_of(run.results("Audit")) for run in runs)
    assert shared == alone
