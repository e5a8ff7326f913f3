# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit as AWX runs it: ansible-runner, the project of docs/awx, and a job for each slice of the inventory."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import ansible_runner
import pytest
from account_builder import SIX_EVENTS, Builder, organization_trail
from harness import BIN, ROOT, Sandbox, accounts_inventory

SLICES = 2
# Read at another moment, so they differ between two runs.
MOMENTS = {"read_at", "since", "last_delivery", "request_id"}


@pytest.fixture
def fleet(sandbox: Sandbox) -> dict[str, str]:
    """Accounts of all verdicts. The one that covers another is in another slice than that."""
    names = ("bare", "covered", "compliant", "lost", "denied")
    accounts = {name: sandbox.new_account() for name in names}
    for name in ("bare", "compliant", "denied"):
        Builder(sandbox, accounts[name]).trail()
    whole = Builder(sandbox, accounts["compliant"])
    whole.metric_filter("security_group_changes_metric", SIX_EVENTS)
    topic = whole.client("sns").create_topic(Name="security_group_changes_topic")["TopicArn"]
    whole.client("sns").subscribe(TopicArn=topic, Protocol="sms", Endpoint="+14255550100")
    whole.alarm(topic)
    organization_trail(sandbox, accounts["covered"], to=accounts["compliant"])
    for name, service, action in (("lost", "sts", "GetCallerIdentity"), ("denied", "logs", "DescribeMetricFilters")):
        sandbox.fault(account=accounts[name], service=service, action=action, code="AccessDenied", status=403)
    return accounts


@pytest.fixture(autouse=True)
def _environment_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("AWS_", "ANSIBLE_"))]:
        monkeypatch.delenv(name)


def job(playbook: str, inventory: dict[str, Any], folder: Path, **variables: Any) -> None:
    """Run a playbook of the project as a job."""
    folder.mkdir()
    run = ansible_runner.run(
        private_data_dir=str(folder),
        project_dir=str(ROOT / "docs" / "awx" / "project"),
        playbook=playbook,
        inventory=inventory,
        extravars=variables,
        envvars={"PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]), "AWS_EC2_METADATA_DISABLED": "true"},
        quiet=True,
    )
    assert run.status == "successful", run.stdout.read()


def report_in(folder: Path) -> Any:
    [latest] = folder.glob("latest/report.json")
    return without_moments(json.loads(latest.read_text()))


def without_moments(report: Any) -> Any:
    if isinstance(report, dict):
        return {key: without_moments(value) for key, value in report.items() if key not in MOMENTS}
    return [without_moments(one) for one in report] if isinstance(report, list) else report


@pytest.mark.slow
def test_the_slices_reports_merge_to_that_of_one_run(sandbox: Sandbox, fleet: dict[str, str], tmp_path: Path) -> None:
    formats = {"cis_monitoring_report_formats": ["json"]}
    whole = tmp_path / "whole"
    job(
        "audit.yml",
        accounts_inventory(sandbox.url, fleet),
        tmp_path / "job",
        cis_monitoring_report_dir=str(whole),
        **formats,
    )
    for number in range(SLICES):
        part = dict(list(fleet.items())[number::SLICES])  # AWX's own way to slice
        folder = str(tmp_path / "slices" / str(number))
        inventory = accounts_inventory(sandbox.url, part)
        job("audit.yml", inventory, tmp_path / f"job-{number}", cis_monitoring_report_dir=folder, **formats)
    merged = tmp_path / "merged"
    where = {"slices": SLICES, "reports": str(tmp_path), "cis_monitoring_report_dir": str(merged)}
    job("report.yml", accounts_inventory(sandbox.url, fleet), tmp_path / "job-report", **where, **formats)

    report = report_in(merged)

    of_whole = report_in(whole)
    assert report.pop("runs") == [
        {"inventory": [str(tmp_path / f"job-{number}" / "inventory" / "hosts.json")], "limit": None}
        for number in range(SLICES)
    ]
    assert of_whole.pop("runs") == [{"inventory": [str(tmp_path / "job" / "inventory" / "hosts.json")], "limit": None}]
    assert report == of_whole
    assert {account["name"]: account["verdict"] for account in report["accounts"]} == {
        "bare": "non_compliant",
        "compliant": "compliant",
        "covered": "covered_elsewhere",
        "denied": "unknown",
        "lost": "unreachable",
    }
    [covered] = [account for account in report["accounts"] if account["name"] == "covered"]
    assert covered["controls"][0]["covering"] == {
        "name": "compliant",
        "verdict": "compliant",
        "declared": False,
        "accepted": False,
    }
    slices = [report_in(tmp_path / "slices" / str(number))["accounts"] for number in range(SLICES)]
    assert [[account["name"] for account in one] for one in slices] == [
        ["bare", "compliant", "denied"],
        ["covered", "lost"],
    ]
