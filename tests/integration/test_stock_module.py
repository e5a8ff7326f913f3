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
from harness import REGION, Sandbox, accounts_inventory
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
    ("alias", ALARM, {**PRESENT, "aws_region": REGION, "region": REGION}, {}),
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
DEFAULTS = {"group/aws_cis.monitoring.aws": "{{ lookup('aws_cis.monitoring.account_connection') }}"}


def play(host: str, in_worker: bool, **keywords: Any) -> dict[str, Any]:
    def task(name: str, module: str, arguments: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
        own = {"module": module, "arguments": arguments}
        asked = {"aws_cis.monitoring.stock_module": own} if in_worker else {module: arguments}
        return {"name": name, **asked, **more}

    start = {"hosts": host, "gather_facts": False, "ignore_errors": True, "module_defaults": DEFAULTS}
    return {**start, **keywords, "tasks": [task(*one) for one in TASKS]}


def comparable(result: Any, account: str) -> Any:
    """The result without what differs between any two accounts, moments and processes."""
    result = {key: value for key, value in result.items() if key != "action"}
    text = yaml.safe_dump(result, width=10_000).replace(account, "ACCOUNT")
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|\+00:00)", "MOMENT", text)
    return yaml.safe_load(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text))


@pytest.mark.parametrize("mode", [[], ["--check", "--diff"]], ids=["writing", "check mode"])
def test_results_are_the_same(sandbox: Sandbox, ansible_playbook: Any, tmp_path: Path, mode: list[str]) -> None:
    accounts = {"worker": sandbox.new_account(), "process": sandbox.new_account()}
    for account in accounts.values():
        sandbox.fault(account=account, action="DeleteAlarms", code="AccessDenied")
    notes, environment = noting(tmp_path)
    plays = yaml.safe_dump([play("worker", True), play("process", False)], sort_keys=False)

    run = ansible_playbook(
        plays, accounts_inventory(sandbox.url, accounts), *mode, env={**environment, "PYTHONHASHSEED": "0"}
    )

    differing = {}
    for name, *_rest in TASKS:
        here, there = (comparable(run.result(name, host), account) for host, account in accounts.items())
        keys = [key for key in {**here, **there} if here.get(key, "none") != there.get(key, "none")]
        if keys:
            differing[name] = {key: (here.get(key), there.get(key)) for key in keys}
    assert differing == {}
    assert len(notes.modules()) == len(TASKS) + 1, "each task of one host, and one has two items"
    calls = [[call["action"] for call in sandbox.calls(account)] for account in accounts.values()]
    assert calls[0] == calls[1]
    assert not mode or not sandbox.writing_calls(accounts["worker"])
