# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of 1.0.0 that are gone lead to the new ones, or say what to use."""

from __future__ import annotations

import pytest

PLAY = """
- name: Use what 1.0.0 had
  hosts: all
  connection: local
  gather_facts: false
  vars:
    cis_audit: {failed: true, msg: The account could not be read.}
  tasks:
    - name: Old name
"""
HOSTS = {"all": {"hosts": {"shop": {}}}}


@pytest.mark.parametrize(
    ("module", "new", "files"),
    [
        ("write_report", "cis_monitoring_report", "report.json"),
        ("keep_drills", "cis_monitoring_drill_record", ""),
    ],
)
def test_a_renamed_module_still_runs_and_names_its_successor(ansible_playbook, tmp_path, module, new, files):
    task = f"      aws_cis.monitoring.{module}: {{folder: {tmp_path}, hosts: [shop], variable: cis_audit}}\n"
    run = ansible_playbook(PLAY + task, HOSTS, env={"ANSIBLE_DEPRECATION_WARNINGS": "true"})
    result = run.result("Old name")
    assert not result.get("failed"), result
    assert f"Use aws_cis.monitoring.{new}." in run.stderr + run.stdout
    assert not files or list(tmp_path.glob(f"*/{files}"))


def test_a_renamed_filter_still_works(ansible_playbook):
    task = "      ansible.builtin.debug: {msg: \"{{ 'shop' | aws_cis.monitoring.account_outcome(hostvars) }}\"}\n"
    assert ansible_playbook(PLAY + task, HOSTS).result("Old name")["msg"] == "shop: not reached"


def test_a_module_without_a_successor_of_the_same_options_says_what_to_use(ansible_playbook):
    run = ansible_playbook(PLAY + "      aws_cis.monitoring.planned_change: {changes: []}\n", HOSTS)
    assert run.rc != 0
    assert "Use aws_cis.monitoring.cis_monitoring_plan" in run.stderr + run.stdout
