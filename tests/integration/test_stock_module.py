# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stock modules inside the Ansible worker, and as anybody runs them: the same results, whole, whatever happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import how_to_allow
from harness import REGION, Sandbox, accounts_inventory, without_deprecations_of_others
from process_notes import noting

ALARM = "amazon.aws.cloudwatch_metric_alarm"
TOPIC = "community.aws.sns_topic"
EMAIL = {"protocol": "email", "endpoint": "Security@Example.com"}
PRESENT = {
    "name": "security_group_changes_alarm",
    "description": "told",
    "metric_name": "m",
    "namespace": "N",
    "statistic": "Sum",
    "period": 300,
    "threshold": 1,
    "comparison": "GreaterThanOrEqualToThreshold",
    "evaluation_periods": 1,
    "treat_missing_data": "notBreaching",
    "alarm_actions": ["arn:aws:sns:us-east-1:{{ aws_access_key }}:t"],
}
# The order counts: what a task writes the next ones read. The role's uses first.
TASKS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("put topic", TOPIC, {"name": "t", "subscriptions": [EMAIL], "purge_subscriptions": False, "tags": {"a": "b"}}, {}),
    (
        "put topic twice",
        TOPIC,
        {"name": "t", "subscriptions": [EMAIL], "purge_subscriptions": False, "purge_tags": False},
        {},
    ),
    ("by ARN", TOPIC, {"name": f"arn:aws:sns:{REGION}:{{{{ aws_access_key }}}}:t", "display_name": "{{ omit }}"}, {}),
    ("display", TOPIC, {"name": "t", "display_name": "Name"}, {}),
    ("put alarm", ALARM, PRESENT, {}),
    ("put alarm twice", ALARM, PRESENT, {}),
    ("put alarms", ALARM, {**PRESENT, "name": "{{ item }}", "threshold": "2"}, {"loop": ["one", "two"]}),
    ("alarm with a secret", ALARM, {**PRESENT, "threshold": 3, "secret_key": "security"}, {}),
    ("endpoint log", ALARM, {**PRESENT, "debug_botocore_endpoint_logs": True}, {}),
    ("nothing shown", ALARM, PRESENT, {"no_log": True}),
    ("alias", ALARM, {**PRESENT, "aws_region": REGION, "region": REGION}, {"register": "aliased"}),
    ("denied", ALARM, {"name": "one", "state": "absent"}, {}),
    ("remove topic", TOPIC, {"name": "t", "state": "absent"}, {}),
    ("remove topic twice", TOPIC, {"name": "t", "state": "absent"}, {}),
    ("wrong protocol", TOPIC, {"name": "u", "subscriptions": [{"protocol": "pigeon", "endpoint": "x"}]}, {}),
    ("subscription without endpoint", TOPIC, {"name": "v", "subscriptions": [{"protocol": "email"}]}, {}),
    ("foreign topic", TOPIC, {"name": f"arn:aws:sns:{REGION}:999999999999:u", "display_name": "x"}, {}),
    ("unsupported", ALARM, {**PRESENT, "colour": "red"}, {}),
    ("required missing", ALARM, {"state": "present"}, {}),
    ("wrong choice", TOPIC, {"name": "t", "state": "gone"}, {}),
    ("wrong type", ALARM, {**PRESENT, "period": "long"}, {}),
    ("excluding", ALARM, {**PRESENT, "metrics": [{"id": "a"}]}, {}),
    ("profile and keys", ALARM, {**PRESENT, "profile": "any"}, {}),
    ("profile that is none", TOPIC, {"name": "t", "profile": "any", "access_key": "", "secret_key": ""}, {}),
    (
        "no answer",
        TOPIC,
        {"name": "t", "endpoint_url": "http://127.0.0.1:9", "aws_config": {"retries": {"max_attempts": 0}}},
        {},
    ),
]
FIRST_REFUSED = [task[0] for task in TASKS].index("denied")
"""What is refused begins here. All of it takes long, since each task of one of the hosts is a process of its own."""
# Not what is slow there: of a topic that does not exist the module asks again for minutes.
IN_CHECK_MODE = ("put topic", "put alarm", "put alarms", "remove topic", "subscription without endpoint")
DEFAULTS = {"group/aws_cis.monitoring.aws": "{{ lookup('aws_cis.monitoring.account_connection') }}"}


# The callback takes warnings out of the results, so a task shows them.
SHOWN = {"name": "warnings of the arguments", "ansible.builtin.debug": {"msg": "{{ aliased.warnings | default([]) }}"}}


def play(host: str, in_worker: bool, tasks: list[Any]) -> dict[str, Any]:
    def task(name: str, module: str, arguments: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
        own = {"module": module, "arguments": arguments}
        asked = {"aws_cis.monitoring.stock_module": own} if in_worker else {module: arguments}
        return {"name": name, **asked, **more}

    start = {"hosts": host, "gather_facts": False, "ignore_errors": True, "module_defaults": DEFAULTS}
    return {**start, "tasks": [*(task(*one) for one in tasks), SHOWN]}


def comparable(result: Any, account: str) -> Any:
    """The result without what differs between any two accounts, moments and processes."""
    result = {key: value for key, value in without_deprecations_of_others(result).items() if key != "action"}
    text = yaml.safe_dump(result, width=10_000).replace(account, "ACCOUNT")
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|\+00:00)", "MOMENT", text)
    return yaml.safe_load(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text))


@pytest.mark.parametrize(
    ("mode", "tasks"),
    [
        pytest.param([], TASKS[: FIRST_REFUSED + 1], id="writing"),
        pytest.param([], TASKS, id="writing and refused", marks=pytest.mark.slow),
        pytest.param(
            ["--check", "--diff"],
            [task for task in TASKS if task[0] in IN_CHECK_MODE],
            id="check mode",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_results_are_the_same(
    sandbox: Sandbox, ansible_playbook: Any, tmp_path: Path, mode: list[str], tasks: list[Any]
) -> None:
    accounts = {"worker": sandbox.new_account(), "process": sandbox.new_account()}
    for account in accounts.values():
        sandbox.fault(account=account, action="DeleteAlarms", code="AccessDenied")
    notes, environment = noting(tmp_path)
    plays = yaml.safe_dump([play("worker", True, tasks), play("process", False, tasks)], sort_keys=False)

    run = ansible_playbook(
        plays, accounts_inventory(sandbox.url, accounts), *mode, env={**environment, "PYTHONHASHSEED": "0"}
    )

    differing = {}
    for name in (*(task[0] for task in tasks), "warnings of the arguments"):
        here, there = (comparable(run.result(name, host), account) for host, account in accounts.items())
        if name == "denied":
            assert here["msg"].endswith(how_to_allow("this action"))
            here["msg"] = here["msg"].removesuffix(f" {how_to_allow('this action')}")
        keys = [key for key in {**here, **there} if here.get(key, "none") != there.get(key, "none")]
        if keys:
            differing[name] = {key: (here.get(key), there.get(key)) for key in keys}
    assert differing == {}
    assert len(notes.modules()) == len(tasks) + 1, "each task of one host, and one has two items"
    calls = [[call["action"] for call in sandbox.calls(account)] for account in accounts.values()]
    assert calls[0] == calls[1]
    assert bool(sandbox.writing_calls(accounts["worker"])) is not bool(mode)
    assert len(run.result("warnings of the arguments", "worker")["msg"]) == (0 if mode else 1)


def test_runs_as_a_module_when_told_to_and_has_the_defaults_of_the_module(
    sandbox: Sandbox, ansible_playbook: Any, tmp_path: Path
) -> None:
    """The account and the region come by the module's own name, and by a group that is not ours."""
    account = sandbox.new_account()
    notes, environment = noting(tmp_path)
    own = {"group/aws": {"access_key": account, "secret_key": "x"}, TOPIC: {"region": "eu-west-1"}}
    one = play("shop", True, [("topic", TOPIC, {"name": "t", "endpoint_url": sandbox.url}, {"loop": [1, 2]})])
    hosts = accounts_inventory(sandbox.url, {"shop": sandbox.new_account()})
    switch = {"aws_cis_monitoring_in_worker": "{{ item | default(1) == 1 }}"}

    run = ansible_playbook(yaml.safe_dump([{**one, "module_defaults": own, "vars": switch}]), hosts, env=environment)

    arns = [result["sns_arn"] for result in run.result("topic", "shop")["results"]]
    assert arns == [f"arn:aws:sns:eu-west-1:{account}:t"] * 2
    assert notes.modules() == ["sns_topic"], "the second item alone"


@pytest.mark.parametrize(
    "in_worker", [pytest.param(True, id="worker"), pytest.param(False, id="process", marks=pytest.mark.slow)]
)
def test_runs_once_for_each_up_to_the_first_that_fails(
    sandbox: Sandbox, ansible_playbook: Any, in_worker: bool
) -> None:
    account = sandbox.new_account()
    sandbox.fault(account=account, action="PutMetricAlarm", code="AccessDenied", after=2)
    common = {name: value for name, value in PRESENT.items() if name != "name"}
    own = [{"name": name} for name in ("one", "two", "three", "four")]
    tasks = [("alarms", ALARM, common, {}), ("elsewhere", ALARM, common, {}), ("later", ALARM, common, {"async": 9})]
    one = play("shop", True, tasks)
    for task, each in zip(one["tasks"], (own, [{**own[0], "region": "eu-west-1"}], own), strict=False):
        task["aws_cis.monitoring.stock_module"]["each"] = each

    run = ansible_playbook(
        yaml.safe_dump([{**one, "vars": {"aws_cis_monitoring_in_worker": in_worker}}]),
        accounts_inventory(sandbox.url, {"shop": account}),
    )

    result = run.result("alarms", "shop")
    assert (result["failed"], result["changed"]) == (True, True)
    assert [one["name"] for one in result["results"][:2]] == ["one", "two"]
    assert len(result["results"]) == 3
    assert result["msg"] == result["results"][2]["msg"]
    assert result["msg"].endswith(how_to_allow("this action"))
    assert sandbox.writing_calls(account) == ["cloudwatch:PutMetricAlarm"] * 3
    assert "Move to arguments: region." in run.result("elsewhere", "shop")["msg"]
    assert "cannot be used with async" in run.result("later", "shop")["msg"]


def test_fails_before_it_acts_where_the_account_is_another_one(sandbox: Sandbox, ansible_playbook: Any) -> None:
    account = sandbox.new_account()
    tasks = [
        ("topic", TOPIC, {"name": "t"}, {}),
        ("alarm", ALARM, PRESENT, {}),
        ("gone", ALARM, {"name": PRESENT["name"], "state": "absent"}, {}),
    ]
    one = play("shop", True, tasks)
    for task in one["tasks"][:-1]:
        task["aws_cis.monitoring.stock_module"]["account"] = "{{ expected }}"
    plays = yaml.safe_dump([{**one, "vars": {"expected": "999999999999"}}, {**one, "vars": {"expected": account}}])

    run = ansible_playbook(plays, accounts_inventory(sandbox.url, {"shop": account}))

    for name in ("topic", "alarm", "gone"):
        wrong, right = run.results(name, "shop")
        assert (wrong.get("failed", False), right.get("failed", False)) == (True, False)
        assert f"credentials of account {account}, but must act on account 999999999999." in wrong["msg"]
    assert sandbox.writing_calls(account) == ["sns:CreateTopic", "cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"]
