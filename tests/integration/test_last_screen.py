# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sees of a run: one screen at its end, each failure once, and data where a program reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ansible_runner
import pytest
from account_builder import Builder
from harness import BIN, ROOT, PlaybookRun, Sandbox, accounts_inventory

LOST = "ExpiredToken: A fault that a test set"
TERMINAL = {"COLUMNS": "120", "LINES": "24"}


@pytest.fixture(scope="module")
def fleet(sandbox_process: Sandbox) -> dict[str, str]:
    """Accounts: whole, without a usable trail, bare, and one that can't be read."""
    fleet = {name: sandbox_process.new_account() for name in ("whole", "no-trail", "bare", "bare-2", "lost")}
    Builder(sandbox_process, fleet["whole"]).whole()
    Builder(sandbox_process, fleet["no-trail"]).trail(multi_region=False, logging=False)
    for name in ("bare", "bare-2"):
        Builder(sandbox_process, fleet[name]).trail()
    return fleet


@pytest.fixture
def run(sandbox: Sandbox, fleet: dict[str, str], ansible_playbook: Any) -> Any:
    def run(playbook: str, *arguments: str, env: Mapping[str, str] | None = None, **given: Any) -> PlaybookRun:
        sandbox.fault(account=fleet["lost"], service="sts", action="GetCallerIdentity", code="ExpiredToken", status=403)
        subscriptions = [{"protocol": "sms", "endpoint": "+14255550100"}]
        inventory = accounts_inventory(sandbox.url, fleet, cis_monitoring_subscriptions=subscriptions)
        ended: PlaybookRun = ansible_playbook(
            f"aws_cis.monitoring.{playbook}", inventory, *arguments, env=env or TERMINAL, **given
        )
        return ended

    return run


def last_lines(text: str) -> list[str]:
    """The lines after the recap."""
    return text.rpartition("ignored=")[2].splitlines()[2:]


def test_an_audit_ends_with_the_totals_and_says_each_failure_once(run: Any) -> None:
    ended = run("audit", "-e", "cis_monitoring_fail_on=unknown", results=False)

    assert ended.rc == 2
    lines = last_lines(ended.stdout)
    assert lines[0] == (
        "CIS AWS Foundations v1.4.0, security_group_changes, 5 accounts: 1 compliant, 3 not, 1 unreachable (20 %)"
    )
    assert [line.split()[:2] for line in lines[1:5]] == [
        ["FAIL", "bare"],
        ["FAIL", "bare-2"],
        ["FAIL", "no-trail"],
        ["UNKNOWN", "lost"],
    ]
    assert lines[1].endswith("FILTER_MISSING       -> remediate")
    assert lines[-1] == "Report: cis-monitoring-report/latest/report.html"
    assert len(lines) < 24
    assert (ended.stdout + ended.stderr).count(LOST) == 1
    assert ended.stdout.count("skipping: [") == 2, "only for the variables, and for whom the run goes on"


@pytest.mark.parametrize("playbook", ["audit", "remediate", "teardown", "drill", "events"])
def test_each_says_once_whose_role_it_can_not_assume(
    sandbox: Sandbox, fleet: dict[str, str], ansible_playbook: Any, playbook: str
) -> None:
    subscriptions = [{"protocol": "sms", "endpoint": "+14255550100"}]
    inventory = accounts_inventory(sandbox.url, {"refused": fleet["lost"]}, cis_monitoring_subscriptions=subscriptions)
    inventory["all"]["hosts"]["refused"]["aws_role_arn"] = f"arn:aws:iam::{fleet['lost']}:role/Audit"
    sandbox.fault(account=fleet["lost"], service="sts", action="AssumeRole", code="AccessDenied", status=403)

    ended = ansible_playbook(f"aws_cis.monitoring.{playbook}", inventory, env=TERMINAL, results=False)

    assert ended.rc == 2
    assert [line.split()[1:5] for line in last_lines(ended.stdout) if "assume" in line] == [
        ["refused", "Could", "not", "assume"]
    ]
    assert (ended.stdout + ended.stderr).count("Could not assume") == 1


@pytest.mark.parametrize(
    "playbook",
    ["remediate", *(pytest.param(playbook, marks=pytest.mark.slow) for playbook in ("drill", "events"))],
)
def test_so_do_the_others(run: Any, playbook: str) -> None:
    ended = run(playbook, *(["--check", "--diff"] if playbook == "remediate" else []), results=False)

    assert ended.rc == 2
    lines = last_lines(ended.stdout)
    assert "5 accounts: " in lines[0]
    assert len(lines) < 24
    assert sum(LOST in line for line in ended.stdout.splitlines()) == 1
    if playbook == "remediate":
        assert "2 failed" in lines[0]
        assert ended.stdout.count("No trail of account") == 1
        assert "+++ after: bare-2: metric filter security_group_changes_metric" in ended.stdout


def test_a_write_that_fails_is_said_once_and_is_the_last_one(
    sandbox: Sandbox, fleet: dict[str, str], ansible_playbook: Any
) -> None:
    denied = {"account": fleet["bare"], "service": "logs", "action": "PutMetricFilter"}
    sandbox.fault(**denied, code="AccessDeniedException", status=403)
    subscriptions = [{"protocol": "sms", "endpoint": "+14255550100"}]
    hosts = {"bare": fleet["bare"], "whole": fleet["whole"]}
    inventory = accounts_inventory(sandbox.url, hosts, cis_monitoring_subscriptions=subscriptions)

    ended = ansible_playbook("aws_cis.monitoring.remediate", inventory, env=TERMINAL, results=False)

    assert ended.rc == 2
    assert last_lines(ended.stdout)[0] == "Remediation, 2 accounts: 1 failed, 1 changed"
    assert (ended.stdout + ended.stderr).count("Could not create or update metric filter") == 1
    assert "ok: [bare] => (item=Create metric filter security_group_changes_metric on log group" in ended.stdout
    assert sandbox.writing_calls(fleet["bare"]) == ["sns:CreateTopic", "sns:Subscribe", "logs:PutMetricFilter"]


def test_what_a_program_reads_stays_data(run: Any) -> None:
    """With a callback that writes JSON, which also has the statistics."""
    settings = {"ANSIBLE_SHOW_CUSTOM_STATS": "true", "ANSIBLE_VERBOSE_TO_STDERR": "true"}

    ended = run("audit", env=settings)

    written = json.loads(ended.stdout[ended.stdout.index("{") :])
    statistics = written["global_custom_stats"]["aws_cis_monitoring"]["audit"]
    assert (statistics["compliant"], statistics["non_compliant"], statistics["unreachable"]) == (1, 3, 1)
    assert Path(statistics["folder"]).parent.name == "cis-monitoring-report"
    assert last_lines(ended.stderr) or "5 accounts: 1 compliant" in ended.stderr


@pytest.mark.slow
def test_awx_has_the_statistics_as_artifacts_and_shows_the_screen(
    sandbox: Sandbox, fleet: dict[str, str], tmp_path: Path
) -> None:
    ended = ansible_runner.run(
        private_data_dir=str(tmp_path),
        project_dir=str(ROOT / "docs" / "awx" / "project"),
        playbook="audit.yml",
        inventory=accounts_inventory(sandbox.url, {"whole": fleet["whole"], "bare": fleet["bare"]}),
        extravars={"cis_monitoring_report_dir": str(tmp_path / "reports")},
        envvars={"PATH": f"{BIN}:/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true"},
        quiet=True,
    )

    output = ended.stdout.read()
    assert ended.status == "successful", output
    assert output.rstrip().splitlines()[-1].startswith("Report: ")
    [artifacts] = [one["event_data"]["artifact_data"] for one in ended.events if one["event"] == "playbook_on_stats"]
    assert artifacts["aws_cis_monitoring"]["audit"]["non_compliant"] == 1


@pytest.mark.slow
def test_sixty_accounts_are_a_screen(sandbox: Sandbox, fleet: dict[str, str], ansible_playbook: Any) -> None:
    """As hosts that are a few accounts, which costs no more than that."""
    names = {f"{name}-{number}": account for name, account in fleet.items() for number in range(12)}

    ended = ansible_playbook(
        "aws_cis.monitoring.audit", accounts_inventory(sandbox.url, names), env=TERMINAL, results=False
    )

    lines = last_lines(ended.stdout)
    assert len(lines) <= 23
    listed = sum(line.startswith(("FAIL", "UNKNOWN")) for line in lines)
    [left] = [int(line.split()[1]) for line in lines if line.endswith(" more, see the report")]
    counted = {
        word: int(number)
        for number, word in (part.split() for part in lines[0].split(": ")[1].split("(")[0].split(", "))
    }
    assert listed + left == 60 - counted["compliant"]
