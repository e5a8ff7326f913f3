# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks remediate and teardown, by FQCN over an inventory of accounts, until a message arrives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from account_builder import LOG_GROUP, SIX_EVENTS, Builder, put_record
from harness import REGION, ROOT, PlaybookRun, Sandbox, accounts_inventory


@pytest.fixture
def fleet(sandbox: Sandbox) -> dict[str, str]:
    """Four accounts: bare, with a pattern that never matches, without a usable trail, and one that can't be reached."""
    names = ("bare", "never-matches", "no-trail", "denied")
    accounts = {name: sandbox.new_account() for name in names}
    for name, account in accounts.items():
        Builder(sandbox, account).trail(multi_region=name != "no-trail", logging=name != "no-trail")
    broken = Builder(sandbox, accounts["never-matches"])
    broken.metric_filter("security_group_changes_metric", SIX_EVENTS.replace("||", "&&"))
    sandbox.fault(
        account=accounts["denied"], service="sts", action="GetCallerIdentity", code="ExpiredToken", status=403
    )
    sandbox.clear_calls()
    return accounts


def queue_in(sandbox: Sandbox, account: str) -> tuple[str, str]:
    """Make a queue that can be subscribed, and return its URL and ARN."""
    url = sandbox.client("sqs", account).create_queue(QueueName="security-team")["QueueUrl"]
    return url, f"arn:aws:sqs:{REGION}:{account}:security-team"


def summary(run: PlaybookRun) -> dict[str, str]:
    [shown] = run.results("Summary")
    return dict(line.split(": ", 1) for line in shown["msg"])


@pytest.mark.smoke
def test_the_main_job(sandbox: Sandbox, fleet: dict[str, str], ansible_playbook: Any) -> None:
    """Twice, the second time without a change; a failing account stops no other; then a change reaches a subscriber."""
    url, arn = queue_in(sandbox, fleet["bare"])
    inventory = accounts_inventory(
        sandbox.url, fleet, cis_sg_monitoring_subscriptions=[{"protocol": "sqs", "endpoint": arn}]
    )

    first = ansible_playbook("aws_cis.monitoring.remediate", inventory)

    assert first.rc != 0, "two accounts failed"
    lines = summary(first)
    assert lines["bare"].startswith("changed: Create metric filter")
    assert lines["never-matches"].startswith("changed: Update metric filter security_group_changes_metric")
    assert lines["no-trail"].startswith("failed: No trail of account")
    assert lines["denied"].startswith("failed: Could not read")
    assert "ExpiredToken" in lines["denied"]
    assert {host: stats["failures"] for host, stats in first.stats.items()} == {
        "bare": 0,
        "never-matches": 0,
        "no-trail": 1,
        "denied": 1,
    }

    sandbox.clear_calls()
    again = ansible_playbook("aws_cis.monitoring.remediate", inventory, "--limit", "bare,never-matches")
    assert again.rc == 0, again.stdout
    assert {host: stats["changed"] for host, stats in again.stats.items()} == {"bare": 0, "never-matches": 0}
    assert sandbox.writing_calls() == []
    assert summary(again) == {"bare": "unchanged", "never-matches": "unchanged"}

    for event, arrives in (
        ("AuthorizeSecurityGroupIngress", True),
        ("ModifySecurityGroupRules", True),
        ("DescribeSecurityGroups", False),
    ):
        sandbox.tick(seconds=600)
        put_record(sandbox, fleet["bare"], event)
        messages = sandbox.client("sqs", fleet["bare"]).receive_message(QueueUrl=url).get("Messages", [])
        assert bool(messages) is arrives, event
        for message in messages:
            told = json.loads(json.loads(message["Body"])["Message"])
            assert (told["AlarmName"], told["NewStateValue"]) == ("security_group_changes_alarm", "ALARM")
            sandbox.client("sqs", fleet["bare"]).delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_teardown_removes_what_remediate_made_and_again_nothing(
    sandbox: Sandbox, fleet: dict[str, str], ansible_playbook: Any
) -> None:
    _unused, arn = queue_in(sandbox, fleet["bare"])
    subscriptions = [{"protocol": "sqs", "endpoint": arn}]
    inventory = accounts_inventory(sandbox.url, {"bare": fleet["bare"]}, cis_sg_monitoring_subscriptions=subscriptions)
    assert ansible_playbook("aws_cis.monitoring.remediate", inventory).rc == 0

    run = ansible_playbook("aws_cis.monitoring.teardown", inventory)

    assert run.rc == 0, run.stdout
    assert summary(run)["bare"].startswith("changed: Delete alarm")
    assert sandbox.client("logs", fleet["bare"]).describe_metric_filters(logGroupName=LOG_GROUP)["metricFilters"] == []
    assert sandbox.client("sns", fleet["bare"]).list_topics()["Topics"] == []
    sandbox.clear_calls()
    again = ansible_playbook("aws_cis.monitoring.teardown", inventory)
    assert (again.rc, again.stats["bare"]["changed"], sandbox.writing_calls()) == (0, 0, [])


def test_what_a_failed_account_leaves_tells_no_secret(
    sandbox: Sandbox, fleet: dict[str, str], ansible_playbook: Any
) -> None:
    """Ansible keeps a failed task with its arguments; the playbooks drop it, so that nothing later shows it."""
    inventory = accounts_inventory(sandbox.url, {"denied": fleet["denied"]})

    run = ansible_playbook(FAILING % (ROOT / "playbooks" / "tasks" / "_set_aside.yml"), inventory)

    assert "secret_key" in run.result("Before")["msg"], "the test must see what it is about"
    assert run.result("After")["msg"] == ""


FAILING = """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.aws: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  tasks:
    - block:
        - aws_cis.monitoring.cis_monitoring_info:
      rescue:
        - name: Before
          ansible.builtin.debug:
            msg: "{{ ansible_failed_task.args | list }}"
        - ansible.builtin.include_tasks: %s
    - name: After
      ansible.builtin.debug:
        msg: "{{ ansible_failed_task or '' }}"
"""
