# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run says of wrong names and missing packages: the next step, before an account is asked."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import Any

import pytest
from harness import Sandbox, accounts_inventory

READ = "Read the account and plan the changes"
ROLE = """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.aws: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  tasks:
    - ansible.builtin.include_role:
        name: aws_cis.monitoring.ROLE
"""
INFO = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Audit
      aws_cis.monitoring.cis_monitoring_info:
        region: eu-west-1
"""
# Makes packages of a process's environment unimportable.
BLOCKER = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("boto3", "botocore"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocker())
"""


@pytest.mark.parametrize(
    ("role", "wrong", "right"),
    [
        ("cis_monitoring", "cis_monitoring_topc_name", "cis_monitoring_topic_name"),
        ("cis_sg_monitoring", "cis_sg_monitoring_alarmname", "cis_sg_monitoring_alarm_name"),
    ],
)
def test_a_role_refuses_a_misspelt_variable_of_a_host(
    sandbox: Sandbox, account: str, ansible_playbook: Any, role: str, wrong: str, right: str
) -> None:
    known = {"cis_monitoring_report_dir": "reports", "cis_monitoring_before": {"plan": {}}}
    inventory = accounts_inventory(sandbox.url, {"production": account}, **{wrong: "t"}, **known)

    run = ansible_playbook(ROLE.replace("ROLE", role), inventory)

    assert run.rc == 2, run.stdout
    assert run.result(READ)["msg"] == f"Unknown variable {wrong}. Did you mean {right}?"
    assert sandbox.calls(account) == []


def test_a_role_refuses_a_misspelt_variable_of_its_inclusion(
    sandbox: Sandbox, account: str, ansible_playbook: Any
) -> None:
    play = ROLE.replace("ROLE", "cis_monitoring") + "      vars:\n        cis_monitoring_control: all\n"

    run = ansible_playbook(play, accounts_inventory(sandbox.url, {"production": account}))

    assert run.rc == 2, run.stdout
    assert "Unknown variable cis_monitoring_control. Did you mean cis_monitoring_controls?" in run.result(READ)["msg"]
    assert sandbox.calls(account) == []


def test_a_playbook_names_the_nearest_control_and_takes_numbers(
    sandbox: Sandbox, account: str, ansible_playbook: Any
) -> None:
    inventory = accounts_inventory(sandbox.url, {"production": account}, cis_monitoring_controls="vpc_change")
    run = ansible_playbook("aws_cis.monitoring.audit", inventory)
    assert "Unknown control 'vpc_change'. Did you mean vpc_changes?" in run.result("Check the variables")["msg"]
    assert sandbox.calls(account) == []

    inventory["all"]["vars"] = {**inventory["all"].get("vars", {}), "cis_monitoring_controls": 5.10}
    run = ansible_playbook("aws_cis.monitoring.audit", inventory, "-e", '{"cis_monitoring_controls": 5.10}')
    assert "5.1 is ambiguous, since YAML reads the number 5.10" in run.result("Check the variables")["msg"]

    run = ansible_playbook("aws_cis.monitoring.audit", inventory, "-e", "cis_monitoring_controls=5.10,CloudWatch.1")
    assert run.rc == 0, run.stdout
    assert all(name in run.stdout for name in ("security_group_changes", "root_usage"))


@pytest.mark.parametrize("what", ["module", "playbook"])
def test_without_boto3_a_run_ends_with_what_to_install(
    sandbox: Sandbox, account: str, ansible_playbook: Any, tmp_path: Path, what: str
) -> None:
    (tmp_path / "blocker").mkdir()
    (tmp_path / "blocker" / "sitecustomize.py").write_text(BLOCKER)
    inventory = accounts_inventory(sandbox.url, {"production": account})

    run = ansible_playbook(
        INFO if what == "module" else "aws_cis.monitoring.audit",
        inventory,
        env={"PYTHONPATH": str(tmp_path / "blocker")},
    )

    assert run.rc == 2, run.stdout
    assert "aws_cis.monitoring requires boto3 1.42.56 or newer, and it is not installed" in run.stdout
    assert "is not defined" not in run.stdout


def test_without_amazon_aws_a_run_ends_with_what_to_install(
    sandbox: Sandbox, account: str, ansible_playbook: Any, tmp_path: Path
) -> None:
    ours = tmp_path / "collections" / "ansible_collections" / "aws_cis"
    ours.mkdir(parents=True)
    (ours / "monitoring").symlink_to(Path(__file__).parents[2])
    (ours.parent / "ansible").symlink_to(Path(sysconfig.get_path("purelib")) / "ansible_collections" / "ansible")

    run = ansible_playbook(
        "aws_cis.monitoring.audit",
        accounts_inventory(sandbox.url, {"production": account}),
        env={"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections"), "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "False"},
    )

    assert run.rc == 2, run.stdout
    assert "requires the collection amazon.aws, which is not installed" in run.result("Check the variables")["msg"]
    assert "Traceback" not in run.stdout + run.stderr
