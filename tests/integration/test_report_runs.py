# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How runs of the audit end that are limited, that read nothing, or that are given what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from account_builder import Builder
from harness import Sandbox, accounts_inventory


def test_a_limited_run_leaves_latest_and_one_that_reads_nothing_fails(
    sandbox: Sandbox, tmp_path: Path, ansible_playbook: Any
) -> None:
    fleet = {name: sandbox.new_account() for name in ("a", "b")}
    for account in fleet.values():
        Builder(sandbox, account).trail()
    inventory = accounts_inventory(sandbox.url, fleet, cis_monitoring_report_dir=str(tmp_path / "reports"))
    told = ("-e", '{"cis_monitoring_report_formats": ["json"]}')
    latest = tmp_path / "reports" / "latest"

    assert ansible_playbook("aws_cis.monitoring.audit", inventory, *told).rc == 0
    whole = latest.resolve()
    assert ansible_playbook("aws_cis.monitoring.audit", inventory, *told, "--limit", "a").rc == 0
    assert latest.resolve() == whole
    for account in fleet.values():
        sandbox.fault(account=account, service="sts", action="GetCallerIdentity", code="ExpiredToken", status=403)
    lost = ansible_playbook("aws_cis.monitoring.audit", inventory, *told)

    assert lost.rc == 2
    assert {host for host, stats in lost.stats.items() if stats["failures"]} == {"a", "b"}
    assert "No account could be read, so nothing was audited." in lost.stdout
    comparison = json.loads((latest / "report.json").read_text())["comparison"]
    assert {kind: len(comparison[kind]) for kind in ("worse", "better", "new", "gone")} == dict.fromkeys(
        ("worse", "better", "new", "gone"), 0
    )


def test_wrong_input_ends_the_run_before_an_account_is_asked(
    sandbox: Sandbox, tmp_path: Path, ansible_playbook: Any
) -> None:
    fleet = {name: sandbox.new_account() for name in ("a", "b")}
    inventory = accounts_inventory(sandbox.url, fleet, cis_monitoring_report_dir=str(tmp_path / "reports"))
    inventory["all"]["hosts"]["b"]["aws_role_arn"] = "arn:aws:iam::12345:role/Audit"
    wrong = {"cis_monitoring_compare_with": "nowhere", "cis_monitoring_accepted": [{"code": "NONE", "reason": "x"}]}
    sandbox.clear_calls()

    run = ansible_playbook("aws_cis.monitoring.audit", inventory, "-e", json.dumps(wrong))

    assert run.rc == 2
    for said in ("unknown code NONE", "there is no such file", "so no account was asked"):
        assert said in run.stdout
    run = ansible_playbook("aws_cis.monitoring.audit", inventory)
    assert run.rc == 2
    assert "b: 'arn:aws:iam::12345:role/Audit' is not the ARN of a role" in run.stdout
    assert sandbox.calls() == []
    assert not (tmp_path / "reports").exists()


def test_the_results_of_a_loop_are_refused(tmp_path: Path, ansible_playbook: Any) -> None:
    tasks = [
        {"ansible.builtin.debug": {"msg": "{{ item }}"}, "loop": [1, 2], "register": "read"},
        {
            "name": "Report of a loop",
            "aws_cis.monitoring.cis_monitoring_report": {
                "folder": str(tmp_path / "reports"),
                "hosts": ["localhost"],
                "variable": "read",
            },
        },
    ]
    run = ansible_playbook(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), {"all": {}})
    assert run.rc == 2
    assert "has the results of a loop. Each account is a host" in run.result("Report of a loop")["msg"]
