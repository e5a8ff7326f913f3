# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit over a fleet: what the terminal says, what is written and how the run ends."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from account_builder import SEVEN_EVENTS, SIX_EVENTS, Builder
from harness import ROOT, PlaybookRun, Sandbox, accounts_inventory
from jsonschema import Draft202012Validator

SIZE = 50


def whole(builder: Builder) -> None:
    builder.trail()
    builder.metric_filter("security_group_changes_metric", SIX_EVENTS)
    builder.metric_filter("security_group_changes_metric_cis_v5", SEVEN_EVENTS)
    topic = builder.client("sns").create_topic(Name="security_group_changes_topic")["TopicArn"]
    builder.client("sns").subscribe(TopicArn=topic, Protocol="sms", Endpoint="+14255550100")
    builder.alarm(topic)


def disabled(builder: Builder) -> None:
    whole(builder)
    builder.client("cloudwatch").disable_alarm_actions(AlarmNames=["security_group_changes_alarm"])


def never_matches(builder: Builder) -> None:
    whole(builder)
    builder.metric_filter("security_group_changes_metric", SIX_EVENTS.replace("||", "&&"))
    builder.metric_filter("security_group_changes_metric_cis_v5", SEVEN_EVENTS.replace("||", "&&"))


def pending(builder: Builder) -> None:
    builder.trail()
    builder.metric_filter("security_group_changes_metric", SIX_EVENTS)
    builder.alarm(builder.topic())


STATES: dict[str, tuple[Callable[[Builder], None], str]] = {
    "whole": (whole, "OK"),
    "bare": (lambda builder: builder.trail(), "FILTER_MISSING"),
    "disabled": (disabled, "ALARM_ACTIONS_DISABLED"),
    "never": (never_matches, "FILTER_NEVER_MATCHES"),
    "pending": (pending, "SUBSCRIPTION_PENDING"),
}


def build_fleet(sandbox: Sandbox, size: int) -> dict[str, str]:
    """Make accounts in mixed states, one of which can't be reached and one whose alarms can't be read."""
    accounts = {}
    for number in range(size):
        state = list(STATES)[number % len(STATES)]
        account = accounts[f"{state}-{number:02}"] = sandbox.new_account()
        STATES[state][0](Builder(sandbox, account))
    names = list(accounts)
    sandbox.fault(
        account=accounts[names[0]], service="sts", action="GetCallerIdentity", code="ExpiredToken", status=403
    )
    sandbox.fault(
        account=accounts[names[5]], service="cloudwatch", action="DescribeAlarms", code="AccessDenied", status=403
    )
    sandbox.clear_calls()
    return accounts


@pytest.fixture
def fleet(sandbox: Sandbox) -> dict[str, str]:
    return build_fleet(sandbox, SIZE)


def audit(ansible_playbook: Any, sandbox: Sandbox, fleet: dict[str, str], folder: Path, *arguments: str) -> PlaybookRun:
    inventory = accounts_inventory(sandbox.url, fleet, cis_monitoring_report_dir=str(folder))
    run: PlaybookRun = ansible_playbook("aws_cis.monitoring.audit", inventory, "--forks", "4", *arguments)
    return run


def read(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / "latest" / "report.json").read_text())
    return report


@pytest.mark.slow
def test_a_fleet_of_fifty(sandbox: Sandbox, fleet: dict[str, str], tmp_path: Path, ansible_playbook: Any) -> None:
    folder = tmp_path / "reports"

    run = audit(ansible_playbook, sandbox, fleet, folder)

    assert run.rc == 0, run.stdout
    assert sandbox.writing_calls() == []
    lines = run.result("Write the report")["lines"]
    assert "50 accounts: 8 compliant, 40 non compliant, 1 unknown, 1 unreachable" in lines
    report = read(folder)
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text())
    assert list(Draft202012Validator(schema).iter_errors(report)) == []
    broken = {
        account["name"]: next(
            (link["code"] for link in account["controls"][0]["links"] if link["status"] not in ("pass", "warn")), "OK"
        )
        for account in report["accounts"]
        if account["controls"]
    }
    codes = Counter(broken.values())
    assert codes == {
        "OK": 8,
        "ACCESS_DENIED": 1,
        "FILTER_MISSING": 10,
        "ALARM_ACTIONS_DISABLED": 10,
        "FILTER_NEVER_MATCHES": 10,
        "SUBSCRIPTION_PENDING": 10,
    }
    assert all(STATES[name.partition("-")[0]][1] == code for name, code in broken.items() if code != "ACCESS_DENIED")
    with (folder / "latest" / "report.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == SIZE
    assert sorted(path.name for path in (folder / "latest").iterdir()) == [
        "asff.json",
        "junit.xml",
        "ocsf.json",
        "report.csv",
        "report.html",
        "report.json",
    ]
    assert "http://127.0.0.1:9/nobody" not in (folder / "latest" / "report.json").read_text(), "endpoints are masked"


@pytest.mark.parametrize(
    ("fail_on", "rc", "failed"),
    [("never", 0, set()), ("non_compliant", 2, {"bare"}), ("unknown", 2, {"bare", "lost"})],
)
def test_how_the_run_ends(
    sandbox: Sandbox, tmp_path: Path, ansible_playbook: Any, fail_on: str, rc: int, failed: set[str]
) -> None:
    fleet = {name: sandbox.new_account() for name in ("whole", "bare", "lost")}
    whole(Builder(sandbox, fleet["whole"]))
    Builder(sandbox, fleet["bare"]).trail()
    secret = accounts_inventory(sandbox.url, fleet)["all"]["hosts"]["lost"]["aws_secret_key"]
    refusal = {"code": "SignatureDoesNotMatch", "status": 403, "message": f"The string to sign has {secret} in it."}
    sandbox.fault(account=fleet["lost"], service="sts", action="GetCallerIdentity", **refusal)

    run = audit(ansible_playbook, sandbox, fleet, tmp_path / "reports", "-e", f"cis_monitoring_fail_on={fail_on}")

    assert run.rc == rc
    assert {host for host, stats in run.stats.items() if stats["failures"]} == failed
    written = [file.read_text() for file in (tmp_path / "reports" / "latest").iterdir()]
    assert any("The string to sign has " in text for text in written)
    assert not any(secret in text for text in written)


def test_two_runs_in_one_folder_do_not_mix(sandbox: Sandbox, tmp_path: Path, ansible_playbook: Any) -> None:
    folder = tmp_path / "reports"
    fleet = {"one": sandbox.new_account()}
    for _run in range(2):
        audit(ansible_playbook, sandbox, fleet, folder, "-e", '{"cis_monitoring_report_formats": ["json"]}')
    runs = [path for path in folder.iterdir() if not path.is_symlink()]
    assert len(runs) == 2
    assert all([file.name for file in run.iterdir()] == ["report.json"] for run in runs)
    assert (folder / "latest").resolve() == max(runs)


ACCEPTED = [
    {"code": "FILTER_MISSING", "accounts": ["ba*"], "reason": "To be closed, SEC-1.", "until": "2999-12-31"},
    {"control": "security_group_changes", "accounts": ["whole"], "reason": "SEC-2.", "until": "2026-01-31"},
    {"code": "TOPIC_MISSING", "accounts": ["*"], "reason": "SEC-3."},
]


ALTERNATIVE = [
    {"accounts": ["bare"], "reason": "SIEM.", "evidence": "https://siem.example.com/cis", "until": "2999-12-31"}
]


def test_what_is_accepted_and_what_became_worse(sandbox: Sandbox, tmp_path: Path, ansible_playbook: Any) -> None:
    """A finding is accepted, one rule meets nothing, an expired one hides no regression; then alternatives count."""
    folder = tmp_path / "reports"
    fleet = {name: sandbox.new_account() for name in ("whole", "bare")}
    whole(Builder(sandbox, fleet["whole"]))
    Builder(sandbox, fleet["bare"]).trail()

    def run(**variables: Any) -> tuple[PlaybookRun, list[str]]:
        told = {"cis_monitoring_accepted": ACCEPTED, **variables}
        ended = audit(ansible_playbook, sandbox, fleet, folder, "-e", json.dumps(told))
        return ended, ended.result("Write the report")["lines"]

    first, lines = run(cis_monitoring_fail_on="non_compliant")
    assert first.rc == 0, first.stdout
    assert lines[0].startswith("Benchmark: cis_v")
    assert lines[1].startswith("bare   accepted           FILTER_MISSING ")
    assert "Accepted until 2999-12-31: To be closed, SEC-1." in lines[1]
    assert [line.rpartition(": ")[2] for line in lines if line.startswith("Accepted finding")] == [
        "expired on 2026-01-31. No finding matched.",
        "no finding matched. Remove it, or correct it.",
    ]
    assert "2 accounts: 1 compliant, 1 accepted" in lines

    sandbox.client("cloudwatch", fleet["whole"]).disable_alarm_actions(AlarmNames=["security_group_changes_alarm"])
    second, lines = run(cis_monitoring_fail_on="regression")
    assert second.rc == 2
    assert {host for host, stats in second.stats.items() if stats["failures"]} == {"whole"}
    assert lines[1].endswith(": 1 worse")
    assert lines[2] == "worse   whole  security_group_changes: was compliant, is non compliant"
    assert read(folder)["comparison"]["worse"][0]["name"] == "whole"

    third, lines = run(
        cis_monitoring_fail_on="regression",
        cis_monitoring_controls="all",
        cis_monitoring_benchmark="cis_v2_0_0",
        cis_monitoring_alternative=ALTERNATIVE,
    )
    assert third.rc == 0, third.stdout
    assert lines[1].endswith(": 14 new")
    assert "new     control root_usage" in lines
    with (folder / "latest" / "report.csv").open(encoding="utf-8-sig") as file:
        rows = [(row["name"], row["verdict"]) for row in csv.DictReader(file)]
    assert Counter(rows)["bare", "declared"] == 15
    assert Counter(name for name, dummy in rows) == {"bare": 15, "whole": 15}
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text())
    assert list(Draft202012Validator(schema).iter_errors(read(folder))) == []


def test_a_host_that_the_inventory_does_not_have_is_named(ansible_playbook: Any, tmp_path: Path) -> None:
    folder = {"folder": str(tmp_path / "reports")}
    modules = {"report": folder, "drill_record": folder, "events_report": folder, "variables": {"playbook": "audit"}}
    tasks = [
        {"name": f"Write {name}", f"aws_cis.monitoring.cis_monitoring_{name}": {**options, "hosts": ["nobody"]}}
        for name, options in modules.items()
    ]
    play = {"hosts": "localhost", "gather_facts": False, "ignore_errors": True, "tasks": tasks}

    run = ansible_playbook(yaml.safe_dump([play]), {"all": {}})

    for name in modules:
        said = run.result(f"Write {name}")["msg"]
        assert said.endswith("hosts contains 'nobody', which is not in the inventory. Correct hosts."), name
    assert not (tmp_path / "reports").exists()
