# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret of a subscriber's endpoint is in a result, in an argument of a module, in a callback or in an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from account_builder import Builder
from harness import Sandbox, accounts_inventory

SECRET = "s3cr3tpw"
SUBSCRIPTIONS = [
    {"protocol": "https", "endpoint": f"https://user:{SECRET}@hooks.example.com/x"},
    {"protocol": "https", "endpoint": f"https://hooks.example.com/T0/{SECRET}"},
]


@pytest.fixture
def inventory(sandbox: Sandbox) -> dict[str, Any]:
    account = sandbox.new_account()
    Builder(sandbox, account).trail()
    return accounts_inventory(sandbox.url, {"one": account}, cis_monitoring_subscriptions=SUBSCRIPTIONS)


@pytest.mark.parametrize("in_worker", ["true", pytest.param("false", marks=pytest.mark.slow)])
def test_no_callback_gets_it(
    sandbox: Sandbox, inventory: dict[str, Any], tmp_path: Path, ansible_playbook: Any, in_worker: str
) -> None:
    """With all that -vvvv shows, as the modules run in the worker and as processes of their own."""
    junit = {"JUNIT_OUTPUT_DIR": str(tmp_path / "junit"), "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit"}
    told = ("-vvvv", "--diff", "-e", f"aws_cis_monitoring_in_worker={in_worker}")
    run = ansible_playbook("aws_cis.monitoring.remediate", inventory, *told, env=junit)
    assert run.rc == 0, run.stdout
    assert len(sandbox.writing_calls()) > 2
    shown = [run.stdout, run.stderr, *(file.read_text() for file in (tmp_path / "junit").glob("*.xml"))]
    assert len(shown) == 3
    assert not any(SECRET in text for text in shown)


def test_an_error_of_sns_that_quotes_it_is_masked(
    sandbox: Sandbox, inventory: dict[str, Any], ansible_playbook: Any
) -> None:
    account = inventory["all"]["hosts"]["one"]["aws_access_key"]
    quoted = f"Invalid parameter: Endpoint https://hooks.example.com/T0/{SECRET} is unreachable"
    sandbox.fault(
        account=account, service="sns", action="Subscribe", code="InvalidParameter", message=quoted, status=400
    )
    run = ansible_playbook("aws_cis.monitoring.remediate", inventory)
    assert run.rc == 2
    assert "is unreachable" in run.stdout
    assert SECRET not in run.stdout + run.stderr


def test_what_is_said_of_wrong_variables_has_none(inventory: dict[str, Any], ansible_playbook: Any) -> None:
    """Such as of a protocol and an endpoint that have changed places."""
    swapped = {"protocol": SUBSCRIPTIONS[0]["endpoint"], "endpoint": "https"}
    inventory["all"]["vars"]["cis_monitoring_subscriptions"] = [swapped]
    run = ansible_playbook("aws_cis.monitoring.remediate", inventory)
    assert run.rc == 2
    assert "value of protocol must be one of" in run.stdout
    assert SECRET not in run.stdout + run.stderr
