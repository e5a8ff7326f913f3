# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From an alarm's message to its answer: the part of the module and of the playbook, without ansible-rulebook."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from account_builder import LOG_GROUP, SEVEN_EVENTS, Builder, put_record
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_events_info
from ansible_collections.aws_cis.monitoring.tests.unit.alarm_notifications import ALARM, enveloped
from harness import REGION, Sandbox, accounts_inventory
from module_runner import ModuleRunner


def message_of(account: str, **more: Any) -> dict[str, Any]:
    """The notification of an alarm of the account that went into ALARM just now."""
    now = f"{datetime.now(tz=UTC):%Y-%m-%dT%H:%M:%S}.000+0000"
    arn = f"arn:aws:cloudwatch:{REGION}:{account}:alarm:our own name"
    own = {"AWSAccountId": account, "AlarmArn": arn, "StateChangeTime": now}
    return {**ALARM, **own, **more}


@pytest.fixture
def renamed(sandbox: Sandbox, account: str) -> Builder:
    """An account whose filter, metric, namespace and alarm have names that nothing tells from others."""
    builder = Builder(sandbox, account)
    builder.trail()
    logs = builder.client("logs")
    for name, pattern in (("ours", SEVEN_EVENTS), ("other", SEVEN_EVENTS)):
        metric = {"metricName": "sg_changes", "metricNamespace": "Ours", "metricValue": "1"}
        metric = metric if name == "ours" else {**metric, "metricNamespace": "Other"}
        logs.put_metric_filter(
            logGroupName=LOG_GROUP, filterName=name, filterPattern=pattern, metricTransformations=[metric]
        )
    put_record(sandbox, account, "CreateSecurityGroup")
    return builder


def test_the_control_is_found_by_the_metric(sandbox: Sandbox, renamed: Builder) -> None:
    events = ModuleRunner(cis_monitoring_events_info, sandbox.url, renamed.account)
    for message in (message_of(renamed.account), enveloped(message_of(renamed.account))):
        result = events(alarm_message=message, controls=["root_usage"], since="1m")
        [control] = result["controls"]
        assert (control["control"], control["alarm"]) == ("security_group_changes", "our own name")
        assert [event["event"] for event in result["events"]] == ["CreateSecurityGroup"]
        assert (result["alarm"]["name"], result["alarm"]["answered"]) == ("our own name", True)

    trigger = {**ALARM["Trigger"], "MetricName": "cpu"}
    result = events(alarm_message=message_of(renamed.account, Trigger=trigger))
    assert (result["controls"], result["events"]) == ([], [])
    assert "is on cpu in namespace Ours, and no metric filter of a control writes to it" in result["summary"]


def test_a_composite_alarm_is_answered_for_the_metrics_of_its_children(sandbox: Sandbox, renamed: Builder) -> None:
    topic = renamed.client("sns").create_topic(Name="alerts")["TopicArn"]
    renamed.alarm(topic, namespace="Ours", metric_name="sg_changes", name="child")
    child = f"arn:aws:cloudwatch:{REGION}:{renamed.account}:alarm:child"
    message = message_of(renamed.account, Trigger=None, TriggeringChildren=[{"Arn": child}])
    result = ModuleRunner(cis_monitoring_events_info, sandbox.url, renamed.account)(alarm_message=message)
    assert [control["control"] for control in result["controls"]] == ["security_group_changes"]


def test_a_drill_asks_nothing_of_the_log_group(sandbox: Sandbox, renamed: Builder) -> None:
    sandbox.clear_calls()
    message = message_of(renamed.account, NewStateReason="DRILL of security_group_changes, no event occurred.")
    result = ModuleRunner(cis_monitoring_events_info, sandbox.url, renamed.account)(alarm_message=message)
    assert (result["alarm"]["answered"], result["events"]) == (False, [])
    assert "was set by a drill" in result["summary"]
    assert "FilterLogEvents" not in [call["action"] for call in sandbox.calls(renamed.account)]


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[Any]]]:
    """A URL on the loopback address, and what is posted there."""
    posted: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/secret-token", posted
        server.shutdown()


def test_the_playbook_answers_for_the_account_of_the_alarm_alone(
    sandbox: Sandbox, renamed: Builder, ansible_playbook: Any, tmp_path: Path, webhook: tuple[str, list[Any]]
) -> None:
    """Hosts have the names that people gave them; the alarm has the account's id."""
    other = sandbox.new_account()
    inventory = accounts_inventory(sandbox.url, {"zulu": other, "alpha": other, "prod-eu": renamed.account})
    hosts = inventory["all"]["hosts"]
    hosts["zulu"]["aws_account_id"] = other
    hosts["prod-eu"]["aws_account_id"] = renamed.account
    url, posted = webhook
    # Whoever writes an alarm's description chooses what the machine that answers is given.
    trace = tmp_path / "evaluated"
    hostile = f"{{{{ lookup('pipe', 'touch {trace}') }}}}"
    message = quote(json.dumps(enveloped(message_of(renamed.account, AlarmDescription=hostile))))
    variables = {"cis_monitoring_alarm_message": message, "cis_monitoring_webhook_url": url}
    sandbox.clear_calls()

    run = ansible_playbook("aws_cis.monitoring.events", inventory, "-e", json.dumps(variables))

    assert run.rc == 0, run.stdout
    lines = run.result("Write the event report")["lines"]
    assert "CreateSecurityGroup" in lines[1]
    assert [line.partition(":")[0] for line in lines[2:]] == ["prod-eu"]
    assert {call["account"] for call in sandbox.calls()} == {renamed.account}
    assert not trace.exists(), "nothing in a message is a template"
    [(path, report)] = posted
    assert path == "/secret-token"
    assert [account["name"] for account in report["accounts"]] == ["prod-eu"]
    assert report["accounts"][0]["alarm"]["name"] == "our own name"
    assert "secret-token" not in run.stdout


@pytest.mark.slow
def test_the_playbook_answers_no_drill(sandbox: Sandbox, account: str, ansible_playbook: Any) -> None:
    inventory = accounts_inventory(sandbox.url, {"one": account}, aws_account_id=account)
    drill = message_of(account, NewStateReason="DRILL of security_group_changes, no event occurred.")
    variables = {"cis_monitoring_alarm_message": quote(json.dumps(drill))}
    run = ansible_playbook("aws_cis.monitoring.events", inventory, "-e", json.dumps(variables))
    assert run.rc == 0, run.stdout
    assert "was set by a drill" in run.result("Show why the alarm is not answered")["msg"]
    assert sandbox.calls(account) == []


@pytest.mark.slow
def test_an_account_that_no_host_is_is_said(sandbox: Sandbox, account: str, ansible_playbook: Any) -> None:
    inventory = accounts_inventory(sandbox.url, {"one": account})
    run = ansible_playbook("aws_cis.monitoring.events", inventory, "-e", "cis_monitoring_account=111122223333")
    assert run.rc == 2
    assert "No host of the inventory is account 111122223333" in run.result("Check the variables")["msg"]
    inventory["all"]["hosts"]["one"]["aws_role_arn"] = f"arn:aws:iam::{account}:role/auditor"
    run = ansible_playbook("aws_cis.monitoring.events", inventory, "-e", f"cis_monitoring_account={account}", "--check")
    assert "No host" not in str(run.result("Check the variables"))
