# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which account our modules ask when module_defaults say it, in the ways that users have."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import yaml
from account_builder import LOG_GROUP, SIX_EVENTS, Builder
from harness import REGION, Sandbox

INFO = "aws_cis.monitoring.cloudwatchlogs_metric_filter_info"
PUT = "aws_cis.monitoring.cloudwatchlogs_metric_filter"
FILTER = {
    "log_group_name": LOG_GROUP,
    "filter_pattern": SIX_EVENTS,
    "metric_transformation": {"metric_name": "m", "metric_namespace": "N", "metric_value": "1"},
}
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}


def play(name: str, task: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"name": name, "hosts": "all", "gather_facts": False, **keywords, "tasks": [{"name": name, **task}]}


@pytest.fixture
def accounts(sandbox: Sandbox) -> dict[str, str]:
    """Two accounts, each with a filter that has its name."""
    accounts = {name: sandbox.new_account() for name in ("shop", "other")}
    for name, account in accounts.items():
        builder = Builder(sandbox, account)
        builder.trail()
        builder.metric_filter(f"of-{name}", SIX_EVENTS)
    sandbox.clear_calls()
    return accounts


def filters(result: dict[str, Any]) -> list[str]:
    return [one["filter_name"] for one in result["metric_filters"]]


@pytest.mark.parametrize(
    "in_worker", [pytest.param(True, id="worker"), pytest.param(False, id="process", marks=pytest.mark.slow)]
)
def test_the_account_is_the_one_that_module_defaults_say(
    sandbox: Sandbox, ansible_playbook: Any, accounts: dict[str, str], in_worker: bool
) -> None:
    """The environment says another."""

    def keys(name: str) -> dict[str, str]:
        return {"access_key": accounts[name], "secret_key": "x"}

    place = {"region": REGION, "endpoint_url": sandbox.url}
    ours, stock = "group/aws_cis.monitoring.aws", "group/aws"
    each = {stock: {"access_key": "{{ item }}", "secret_key": "x", **place}}
    plays = [
        play("by group", {INFO: {"region": ""}}, module_defaults={stock: {**keys("shop"), **place}}),
        play("by full group", {INFO: {}}, module_defaults={"group/amazon.aws.aws": {**keys("shop"), **place}}),
        play("ours last", {INFO: place}, module_defaults={stock: keys("other"), ours: keys("shop")}),
        play("ours first", {INFO: place}, module_defaults={ours: keys("other"), stock: keys("shop")}),
        play("by module", {INFO: place}, module_defaults={INFO: keys("shop"), stock: keys("other")}),
        play("by task", {INFO: {**place, **keys("shop")}}, module_defaults={stock: keys("other")}),
        play("each", {INFO: {}, "loop": list(accounts.values())}, module_defaults=each),
    ]
    environment = {"AWS_ACCESS_KEY_ID": accounts["other"], "AWS_SECRET_ACCESS_KEY": "x"}
    hosts = {"all": {"hosts": {"here": {**LOCAL, "aws_cis_monitoring_in_worker": in_worker}}}}

    run = ansible_playbook(yaml.safe_dump(plays, sort_keys=False), hosts, env=environment)

    assert run.rc == 0, run.stdout + run.stderr
    for one in plays[:-1]:
        assert filters(run.result(one["name"])) == ["of-shop"], one["name"]
    assert [filters(result) for result in run.result("each")["results"]] == [["of-shop"], ["of-other"]]


def test_items_of_a_loop_share_what_they_read(
    sandbox: Sandbox, ansible_playbook: Any, accounts: dict[str, str]
) -> None:
    """One reading of the group and one of its filters for all; what each has put is read back."""
    defaults = {"access_key": accounts["shop"], "secret_key": "x", "region": REGION, "endpoint_url": sandbox.url}
    names = ["one", "two", "three", "one"]
    tasks = [
        play(
            "put",
            {PUT: {**FILTER, "filter_name": "{{ item }}"}, "loop": names},
            module_defaults={"group/aws": defaults},
        ),
        play(
            "remove",
            {PUT: {"log_group_name": LOG_GROUP, "filter_name": "{{ item }}", "state": "absent"}, "loop": names},
            module_defaults={"group/aws": defaults},
        ),
    ]

    run = ansible_playbook(yaml.safe_dump(tasks, sort_keys=False), {"all": {"hosts": {"here": LOCAL}}})

    for name in ("put", "remove"):
        assert [result["changed"] for result in run.result(name)["results"]] == [True, True, True, False], run.stdout
    calls = Counter(call["action"] for call in sandbox.calls(accounts["shop"]))
    assert calls == {
        "DescribeLogGroups": 1,
        "DescribeMetricFilters": 1 + 3 + 1,
        "PutMetricFilter": 3,
        "DeleteMetricFilter": 3,
    }


def test_the_role_takes_the_defaults_of_single_modules(
    sandbox: Sandbox, ansible_playbook: Any, accounts: dict[str, str]
) -> None:
    """They are the caller's, and the role has none in their place. The environment says another account."""
    place = {"region": REGION, "endpoint_url": sandbox.url}
    modules = (
        "aws_cis.monitoring.cis_monitoring_info",
        PUT,
        "community.aws.sns_topic",
        "amazon.aws.cloudwatch_metric_alarm",
    )
    defaults = {module: {"access_key": accounts["shop"], "secret_key": "x", **place} for module in modules}
    one = {"hosts": "all", "gather_facts": False, "module_defaults": defaults}
    subscriber = {"protocol": "email", "endpoint": "security@example.com"}
    hosts = {"all": {"hosts": {"here": {**LOCAL, "cis_sg_monitoring_subscriptions": [subscriber]}}}}
    environment = {"AWS_ACCESS_KEY_ID": accounts["other"], "AWS_SECRET_ACCESS_KEY": "x", "AWS_URL": sandbox.url}

    run = ansible_playbook(
        yaml.safe_dump([{**one, "roles": ["aws_cis.monitoring.cis_sg_monitoring"]}]), hosts, env=environment
    )

    assert run.rc == 0, run.stdout + run.stderr
    assert "cloudwatch:PutMetricAlarm" in sandbox.writing_calls(accounts["shop"])
    assert sandbox.calls(accounts["other"]) == []
