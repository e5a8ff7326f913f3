# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who did it, and how noisy it will be: the playbook events over accounts of the sandbox with some hundred records."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from account_builder import ALARM, LOG_GROUP, SEVEN_EVENTS, Builder, put_record
from ansible_collections.aws_cis.monitoring.plugins.modules import (
    cis_monitoring_events_info,
    cis_monitoring_noise_info,
)
from ansible_collections.aws_cis.monitoring.tests.unit.cloudtrail_records import (
    ROOT,
    SECRET,
    message,
    record,
    role,
    user,
)
from harness import Sandbox, accounts_inventory
from module_runner import ModuleRunner

POLICY = Path(__file__).parents[2] / "docs" / "policies" / "events.json"
MEMBER = "444455556666"
# Yesterday at noon, so that neither a minute nor a day turns while a test runs.
NOON = (datetime.now(tz=UTC) - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
SERVICE_ROLE = "AWSServiceRoleForElasticLoadBalancing"


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def deployments() -> Iterable[dict[str, Any]]:
    """40 an hour apart, each of 6 changes in 2 minutes: 240 records that ring 40 times."""
    for number in range(40):
        for step in range(6):
            deployer = role("Deployment", f"run-{number}")
            yield record(deployer, "AuthorizeSecurityGroupIngress", at(-60 * number - 30 + step * 0.4))


def balancer() -> Iterable[dict[str, Any]]:
    """A change every four minutes for two hours: the alarm stays in ALARM over adjacent periods, and rings once."""
    service = "elasticloadbalancing.amazonaws.com"
    for number in range(30):
        identity = role(SERVICE_ROLE, "ElasticLoadBalancing", invokedBy=service)
        yield record(identity, "RevokeSecurityGroupIngress", at(-3000 + 4 * number), sourceIPAddress=service)


def people() -> Iterable[dict[str, Any]]:
    """Alice's two changes while a deployment rings, mallory's denied one, root's, and a member's."""
    yield record(user("alice", mfa=True), "CreateSecurityGroup", at(-29))
    yield record(user("alice", mfa=True), "ModifySecurityGroupRules", at(-28))
    denied = {"errorCode": "Client.UnauthorizedOperation", "errorMessage": f"You are not authorized. {SECRET}"}
    # Ansible must not take what a caller calls itself for a template.
    denied["sourceIPAddress"] = "{{ 6 * 7 }}"
    yield record(user("mallory"), "DeleteSecurityGroup", at(-10), responseElements=None, **denied)
    yield record(ROOT, "DeleteSecurityGroup", at(-1))
    member = user("eve", account=MEMBER)
    yield record(member, "CreateSecurityGroup", at(0), recipientAccountId=MEMBER, awsRegion="eu-central-1")


def others() -> Iterable[dict[str, Any]]:
    """What no filter matches, nearly all that a trail records."""
    for number in range(200):
        yield record(user("alice"), "DescribeSecurityGroups", at(-number), readOnly=True)


def put(builder: Builder, records: Iterable[dict[str, Any]]) -> None:
    """Put records into the account's log group, as CloudTrail delivers them."""
    logs = builder.client("logs")
    logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName="CloudTrail")
    found = sorted((int(datetime.fromisoformat(one["eventTime"]).timestamp() * 1000), message(one)) for one in records)
    events = [{"timestamp": stamp, "message": text} for stamp, text in found]
    logs.put_log_events(logGroupName=LOG_GROUP, logStreamName="CloudTrail", logEvents=events)


@pytest.fixture(scope="module")
def busy(sandbox_process: Sandbox) -> Builder:
    """An account with the whole path, and with what several principals did."""
    builder = Builder(sandbox_process, sandbox_process.new_account())
    builder.whole()
    put(builder, [*deployments(), *balancer(), *people(), *others()])
    return builder


@pytest.fixture
def events(sandbox: Sandbox, busy: Builder) -> ModuleRunner:
    return ModuleRunner(cis_monitoring_events_info, sandbox.url, busy.account)


@pytest.fixture
def noise(sandbox: Sandbox, busy: Builder) -> ModuleRunner:
    return ModuleRunner(cis_monitoring_noise_info, sandbox.url, busy.account)


def test_who_did_what_newest_first_and_nothing_secret(events: ModuleRunner) -> None:
    result = events(since=at(-60).isoformat(), until=at(1).isoformat())
    listed = [(event["who"], event["event"], event["outcome"], event["account"]) for event in result["events"]]
    own = "111122223333"
    assert listed == [
        ("user eve", "CreateSecurityGroup", "allowed", MEMBER),
        ("root, MFA", "DeleteSecurityGroup", "allowed", own),
        ("user mallory", "DeleteSecurityGroup", "denied", own),
        ("user alice, MFA", "ModifySecurityGroupRules", "allowed", own),
        *[("role Deployment, session run-0, no MFA", "AuthorizeSecurityGroupIngress", "allowed", own)] * 3,
        ("user alice, MFA", "CreateSecurityGroup", "allowed", own),
        *[("role Deployment, session run-0, no MFA", "AuthorizeSecurityGroupIngress", "allowed", own)] * 3,
    ]
    assert len(result["table"]) == 12, "a line an event, and one above them"
    [control] = result["controls"]
    assert (control["listed"], control["complete"], control["note"]) == (11, True, "")
    seven = [event["event"] for event in result["events"] if event["filters"] == [control["filters"][1]]]
    assert seven == ["ModifySecurityGroupRules"], "the others are matched by both filters, and listed once"
    assert SECRET not in json.dumps(result)


def test_the_limit_takes_the_newest_and_says_that_there_are_more(events: ModuleRunner) -> None:
    result = events(since="30d", until=at(1).isoformat(), limit=2)
    assert [event["who"] for event in result["events"]] == ["user eve", "root, MFA"]
    [control] = result["controls"]
    assert (control["complete"], control["note"]) == (False, "Only the 2 newest are listed.")


def test_the_unexpected_alone(events: ModuleRunner, capsys: pytest.CaptureFixture[str]) -> None:
    """The limit counts what is listed: 240 expected events of a role hide none of the five others."""
    entry = {"principals": ["arn:aws:iam::*:role/Deployment"], "reason": "SEC-1."}
    balancer = {"principals": [f"arn:aws:iam::*:role/{SERVICE_ROLE}"], "reason": "Scaling.", "until": "2020-01-31"}
    result = events(since="30d", until=at(1).isoformat(), limit=5, expected=[entry, balancer], unexpected_only=True)
    people = ["user eve", "root, MFA", "user mallory", "user alice, MFA", "user alice, MFA"]
    assert [event["who"] for event in result["events"]] == people
    [control] = result["controls"]
    assert (control["listed"], control["unexpected"], control["note"]) == (5, 5, "Only the 5 newest are listed.")
    assert "5 unexpected events of security_group_changes since" in result["summary"]
    assert f"{control['expected']} expected events not listed." in result["summary"]
    assert "expired on 2020-01-31" in capsys.readouterr().err

    result = events(since=at(-60).isoformat(), until=at(1).isoformat(), expected=[entry])
    assert [event["expected_reason"] for event in result["events"]].count("SEC-1.") == 6
    assert result["table"][0].startswith("expected")
    assert "11 events of security_group_changes" in result["summary"]
    assert "5 unexpected." in result["summary"]


def test_a_search_pages_through_all_there_is(events: ModuleRunner) -> None:
    assert len(events(since="30d")["events"]) == 275


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"controls": []}, "controls is empty. Name at least one control"),
        ({"since": "yesterday"}, "'yesterday' is not a valid time. Use a duration before now"),
        ({"since": "last_alarm", "until": "1h"}, "until cannot be used with since=last_alarm"),
        ({"limit": 0}, "limit must be at least 1, not 0"),
    ],
)
def test_what_can_not_be_meant_is_said(events: ModuleRunner, options: dict[str, Any], said: str) -> None:
    result = events(**options)
    assert result["failed"]
    assert said in result["msg"]


def test_denied_is_not_that_nothing_happened(sandbox: Sandbox, busy: Builder, events: ModuleRunner) -> None:
    denied = {"account": busy.account, "code": "AccessDeniedException", "status": 400, "service": "logs"}
    sandbox.fault(action="FilterLogEvents", **denied)
    assert "logs:FilterLogEvents for the records of log group" in events()["msg"]
    sandbox.clear_faults()
    sandbox.fault(action="DescribeMetricFilters", **denied)
    [control] = events()["controls"]
    assert (control["since"], control["complete"]) == (None, False)
    assert "Could not determine whether there is a metric filter" in control["note"]


def test_the_last_alarm(sandbox: Sandbox, builder: Builder, account: str) -> None:
    """builder's alarm has not rung yet; then a change sets it off, and what it looked at is searched."""
    search = ModuleRunner(cis_monitoring_events_info, sandbox.url, account)
    [control] = search(since="last_alarm")["controls"]
    assert "No alarm for security_group_changes went into ALARM" in control["note"]
    put(builder, [record(user("early"), "CreateSecurityGroup", datetime.now(tz=UTC) - timedelta(hours=1))])
    builder.client("cloudwatch").set_alarm_state(AlarmName=ALARM, StateValue="OK", StateReason="quiet")
    put_record(sandbox, account, "CreateSecurityGroup")

    result = search(since="last_alarm")

    assert [event["who"] for event in result["events"]] == ["user alice"]
    [control] = result["controls"]
    assert control["alarm"] == ALARM


def test_the_noise_of_what_would_be_installed(noise: ModuleRunner) -> None:
    """By hand: 40 deployments, the balancer's long ring, mallory, and root with eve; alice is in a deployment's."""
    result = noise(days=7)
    [control] = result["controls"]
    assert control["records"] == 240 + 30 + 5
    loudest, service, *_rest = control["principals"]
    assert (loudest["principal"], loudest["records"], loudest["share"]) == ("role Deployment", 240, 87)
    assert (service["principal"], service["records"]) == (f"role {SERVICE_ROLE}", 30)
    # Deployments begin at -30, -90 ... -2370; the balancer is busy from -3000 to -2884, apart from all of them.
    # mallory at -10 rings; root at -1, five minutes and more later, rings; eve at 0 does not.
    assert control["rings"] == 40 + 1 + 2
    assert loudest["rings_without"] == 1 + 1 + 2, "alice's changes ring then"
    assert service["rings_without"] == 40 + 2
    assert loudest["exclusion"]["coverage"] == "narrowed"
    # People have no sessionIssuer, so that != misses all five of their records, too.
    assert (loudest["exclusion"]["missed"], loudest["exclusion"]["missed_of_others"]) == (245, 5)
    assert loudest["exclusion"]["example"]["who"] == "user eve"
    assert control["patterns"][-1] == SEVEN_EVENTS


def test_it_calls_nothing_that_its_policy_does_not_allow(
    sandbox: Sandbox, busy: Builder, events: ModuleRunner, noise: ModuleRunner
) -> None:
    sandbox.clear_calls()
    for result in (events(since="30d"), events(since="last_alarm"), noise(days=1)):
        assert "failed" not in result
    (statement,) = json.loads(POLICY.read_text())["Statement"]
    made = {f"{call['service']}:{call['action']}" for call in sandbox.calls(busy.account)}
    assert made == set(statement["Action"]), "and the policy allows nothing that is not called"
    assert sandbox.writing_calls(busy.account) == []


def test_the_playbook_over_accounts(sandbox: Sandbox, busy: Builder, ansible_playbook: Any, tmp_path: Path) -> None:
    """One that was busy, one in which nothing happened, and one that can't be read, which stops no other."""
    quiet, denied = Builder(sandbox, sandbox.new_account()), sandbox.new_account()
    quiet.trail()
    sandbox.fault(account=denied, service="sts", action="GetCallerIdentity", code="ExpiredToken", status=403)
    accounts = {"busy": busy.account, "quiet": quiet.account, "denied": denied}
    inventory = accounts_inventory(sandbox.url, accounts)

    expected = {"principals": [f"arn:aws:iam::{MEMBER}:user/eve"], "accounts": [MEMBER], "reason": "SEC-2."}
    variables = {"cis_monitoring_since": at(-20).isoformat(), "cis_monitoring_expected": [expected]}
    run = ansible_playbook("aws_cis.monitoring.events", inventory, "-e", json.dumps(variables))

    assert run.rc == 2, run.stdout
    assert {host: stats["failures"] for host, stats in run.stats.items()} == {"busy": 0, "quiet": 0, "denied": 1}
    lines = run.result("Write the event report")["lines"]
    assert [re.split("  +", line)[2] for line in lines[1:4]] == ["user eve", "root, MFA", "user mallory"]
    assert [line.split()[0] for line in lines[1:4]] == ["expected", "unexpected", "unexpected"]
    assert "{{ 6 * 7 }}" in lines[3]
    assert lines[4].startswith(f"busy: Account {busy.account}: 3 events of security_group_changes since ")
    assert lines[5].startswith("denied: Could not read the credentials' account")
    assert "quiet: " in lines[6]
    assert "The account has no metric filter for security_group_changes." in lines[6]
    latest = tmp_path / "cis-monitoring-report" / "events" / "latest"
    report = json.loads((latest / "events.json").read_text())
    assert [event["arn"].rpartition("/")[2] for event in report["events"]][::2] == ["eve", "mallory"]
    assert [bool(account["failure"]) for account in report["accounts"]] == [False, True, False]
    with (latest / "events.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(row["name"], row["outcome"], row["region"]) for row in rows] == [
        ("busy", "allowed", "eu-central-1"),
        ("busy", "allowed", "eu-west-1"),
        ("busy", "denied", "eu-west-1"),
    ]
    assert [row["expected_reason"] for row in rows] == ["SEC-2.", "", ""]
    assert sandbox.writing_calls(busy.account) == []

    preview = {
        "cis_monitoring_preview_days": 7,
        "cis_monitoring_benchmarks": ["security_hub", "cis_v7_0_0", "prowler"],
        "cis_monitoring_report_formats": ["csv"],
    }
    run = ansible_playbook("aws_cis.monitoring.events", inventory, "--limit", "busy", "-e", json.dumps(preview))

    assert run.rc == 0, run.stdout
    lines = run.result("Write the event report")["lines"]
    assert lines[1].startswith("security_group_changes: 275 records in 7 days, ")
    assert any(line.startswith("  Do not exclude role Deployment: ") for line in lines)
    assert [path.name for path in latest.iterdir()] == ["events.csv"]
    with (latest / "events.csv").open(newline="", encoding="utf-8-sig") as file:
        assert next(csv.DictReader(file))["principal"] == "role Deployment"


def test_a_variable_that_can_not_be_meant_stops_before_anything_is_read(
    sandbox: Sandbox, account: str, ansible_playbook: Any
) -> None:
    inventory = accounts_inventory(sandbox.url, {"one": account})
    run = ansible_playbook("aws_cis.monitoring.events", inventory, "-e", "cis_monitoring_limit=many")
    assert run.rc == 2
    assert "cis_monitoring_limit" in run.result("Check the variables")["msg"]
    assert "so no account was asked" in run.result("Check the variables")["msg"]
    assert sandbox.calls(account) == []
