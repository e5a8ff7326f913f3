# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts that don't answer, or answer with secrets: the others go on, and the message is clear."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from account_builder import LOG_GROUP, SIX_EVENTS, Builder
from harness import Sandbox, accounts_inventory

PLAY = {
    "hosts": "all",
    "gather_facts": False,
    "strategy": "free",
    "module_defaults": {
        "group/aws_cis.monitoring.aws": {
            "access_key": "{{ aws_access_key }}",
            "secret_key": "{{ aws_secret_key }}",
            "session_token": "{{ aws_session_token | default(omit) }}",
            "region": "{{ aws_region }}",
            "endpoint_url": "{{ aws_endpoint_url }}",
            "aws_config": {"read_timeout": 1, "retries": {"total_max_attempts": 1}},
        }
    },
}
LIST = {"name": "list", "aws_cis.monitoring.cloudwatchlogs_metric_filter_info": {"log_group_name": LOG_GROUP}}


@pytest.fixture
def silent_url() -> Iterator[str]:
    """An endpoint that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def hosts(sandbox: Sandbox) -> dict[str, Any]:
    """Two accounts of the sandbox that are alike; the second one's modules are processes of their own."""
    accounts = {name: sandbox.new_account() for name in ("worker", "process")}
    for account in accounts.values():
        Builder(sandbox, account).trail()
        Builder(sandbox, account).metric_filter("sg", SIX_EVENTS)
    inventory = accounts_inventory(sandbox.url, accounts)
    inventory["all"]["hosts"]["process"]["aws_cis_monitoring_in_worker"] = False
    return inventory


def test_an_account_that_hangs_fails_clearly_and_does_not_hold_the_others(
    hosts: dict[str, Any], silent_url: str, ansible_playbook: Any
) -> None:
    """The test needs no clock: with botocore's own timeouts it would run into that of run_playbook."""
    reachable = hosts["all"]["hosts"]
    silent = {f"silent-{name}": {**of_host, "aws_endpoint_url": silent_url} for name, of_host in reachable.items()}
    hosts["all"]["hosts"] = {**silent, **reachable}

    run = ansible_playbook(yaml.safe_dump([{**PLAY, "tasks": [LIST]}]), hosts)

    for host in reachable:
        assert [one["filter_name"] for one in run.result("list", host)["metric_filters"]] == ["sg"]
    messages = {run.result("list", host)["msg"] for host in silent}
    assert messages == {
        f"Could not read metric filters, logGroupName {LOG_GROUP} in us-east-1 (logs:DescribeMetricFilters): "
        f'Read timeout on endpoint URL: "{silent_url}/"'
    }


def test_a_signature_that_does_not_match_shows_no_session_token(
    sandbox: Sandbox, hosts: dict[str, Any], ansible_playbook: Any
) -> None:
    """AWS quotes the request that it got, session token and all."""
    token = "IQoJb3JpZ2luX2VjE"
    quoted = f"The Canonical String should have been 'POST\n/\n\nx-amz-security-token:{token}\nx-amz-target:Logs'"
    sandbox.fault(action="DescribeMetricFilters", code="SignatureDoesNotMatch", message=quoted)
    # The token that AWS quotes need not be the one given as an option, which Ansible would mask.
    hosts["all"]["vars"]["aws_session_token"] = "another"

    run = ansible_playbook(yaml.safe_dump([{**PLAY, "tasks": [LIST]}]), hosts)

    for host in hosts["all"]["hosts"]:
        message = run.result("list", host)["msg"]
        assert "SignatureDoesNotMatch" in message
        assert "x-amz-security-token:***\nx-amz-target:Logs" in message
    assert token not in run.stdout + run.stderr
