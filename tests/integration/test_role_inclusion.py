# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to include the role, and to give it credentials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from account_builder import Builder
from harness import REGION, Sandbox, accounts_inventory, run_playbook

EMAIL = {"protocol": "email", "endpoint": "security@example.com"}

INCLUDED = {
    "from another role": """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.aws: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  roles:
    - hardening
""",
    "with include_role and vars": """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.own: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  tasks:
    - ansible.builtin.include_role:
        name: aws_cis.monitoring.cis_sg_monitoring
      vars:
        cis_sg_monitoring_alarm_name: named-by-vars
""",
    "with import_role and no validation by Ansible": """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.own: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  tasks:
    - ansible.builtin.import_role:
        name: aws_cis.monitoring.cis_sg_monitoring
        rolespec_validate: false
      vars:
        cis_sg_monitoring_alarm_name: named-by-vars
""",
    "with delegate_to": """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.include_role:
        name: aws_cis.monitoring.cis_sg_monitoring
        apply:
          delegate_to: localhost
          module_defaults:
            group/aws_cis.monitoring.aws: "{{ lookup('aws_cis.monitoring.account_connection') }}"
      vars:
        cis_sg_monitoring_alarm_name: named-by-vars
""",
    "with delegate_to the host of another account": """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.include_role:
        name: aws_cis.monitoring.cis_sg_monitoring
        apply:
          delegate_to: bystander
          module_defaults:
            group/aws_cis.monitoring.own: "{{ lookup('aws_cis.monitoring.account_connection') }}"
      vars:
        cis_sg_monitoring_alarm_name: named-by-vars
""",
    "with credentials from environment": """
- hosts: all
  gather_facts: false
  environment:
    AWS_ACCESS_KEY_ID: "{{ aws_access_key }}"
    AWS_SECRET_ACCESS_KEY: "{{ aws_secret_key }}"
    AWS_REGION: "{{ aws_region }}"
    AWS_URL: "{{ aws_endpoint_url }}"
  vars:
    cis_sg_monitoring_alarm_name: named-by-vars
  roles:
    - aws_cis.monitoring.cis_sg_monitoring
""",
    "with credentials from module_defaults of the stock modules": """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws:
      access_key: "{{ aws_access_key }}"
      secret_key: "{{ aws_secret_key }}"
      region: "{{ aws_region }}"
      endpoint_url: "{{ aws_endpoint_url }}"
  vars:
    cis_sg_monitoring_alarm_name: named-by-vars
  roles:
    - aws_cis.monitoring.cis_sg_monitoring
""",
    "with a profile": """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.own:
      profile: production
      region: "{{ aws_region }}"
      endpoint_url: "{{ aws_endpoint_url }}"
  vars:
    cis_sg_monitoring_alarm_name: named-by-vars
  roles:
    - aws_cis.monitoring.cis_sg_monitoring
""",
    "with an assumed role and another region than that of the log group": """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.own: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  vars:
    aws_region: eu-west-1
    aws_role_arn: "arn:aws:iam::{{ aws_access_key }}:role/monitoring"
    aws_external_id: "1234"
    cis_sg_monitoring_alarm_name: named-by-vars
  roles:
    - aws_cis.monitoring.cis_sg_monitoring
""",
}


IMPORTED = """
- ansible.builtin.import_playbook: aws_cis.monitoring.remediate
  tags: monitoring
  vars:
    cis_monitoring_overrides: {security_group_changes: {alarm_name: named-by-vars}}
"""
INCLUDING_ROLE = """
- ansible.builtin.include_role:
    name: aws_cis.monitoring.cis_sg_monitoring
  vars:
    cis_sg_monitoring_alarm_name: named-by-vars
"""


class Included:
    """What two runs of one playbook left, in which each way to include the role has a play and an account."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.builders = {self.host(how): Builder(sandbox, sandbox.new_account()) for how in INCLUDED}
        bystander = Builder(sandbox, sandbox.new_account())
        for builder in (*self.builders.values(), bystander):
            builder.trail()
        sandbox.clear_calls()
        tasks = folder / "roles" / "hardening" / "tasks"
        tasks.mkdir(parents=True)
        (tasks / "main.yml").write_text(INCLUDING_ROLE)
        account = self.builders[self.host("with a profile")].account
        credentials = folder / "credentials"
        credentials.write_text(f"[production]\naws_access_key_id = {account}\naws_secret_access_key = sandbox\n")
        environment = {"AWS_SHARED_CREDENTIALS_FILE": str(credentials)}
        accounts = {host: builder.account for host, builder in self.builders.items()} | {"bystander": bystander.account}
        inventory = accounts_inventory(sandbox.url, accounts, cis_sg_monitoring_subscriptions=[EMAIL])
        playbook = "".join(play.replace("hosts: all", f"hosts: {self.host(how)}") for how, play in INCLUDED.items())
        self.first = run_playbook(playbook, folder, inventory, environment=environment)
        self.again = run_playbook(playbook, folder, inventory, environment=environment)
        self.calls_to_the_bystander = sandbox.calls(bystander.account)

    @staticmethod
    def host(how: str) -> str:
        """Name the host that a way to include the role is tried on."""
        return how.replace(" ", "_")


@pytest.fixture(scope="module")
def included(sandbox_process: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Included:
    return Included(sandbox_process, tmp_path_factory.mktemp("included"))


@pytest.mark.parametrize("how", INCLUDED)
def test_can_be_included(how: str, included: Included) -> None:
    """Each way sets the account up, and finds nothing left to change the second time."""
    host = included.host(how)
    assert included.first.stats[host]["failures"] == 0, included.first.stdout
    assert_is_set_up(included.builders[host])
    assert (included.again.stats[host]["failures"], included.again.stats[host]["changed"]) == (0, 0)


def test_delegation_takes_the_connection_of_the_other_host_and_not_its_account(included: Included) -> None:
    """Variables stay those of the host that a play is for, as everywhere in Ansible."""
    assert included.calls_to_the_bystander == []


def test_can_be_imported_with_its_playbook_and_with_tags(sandbox: Sandbox, ansible_playbook: Any) -> None:
    account = sandbox.new_account()
    builder = Builder(sandbox, account)
    builder.trail()
    inventory = accounts_inventory(sandbox.url, {"production": account}, cis_monitoring_subscriptions=[EMAIL])
    run = ansible_playbook(IMPORTED, inventory, "--tags", "monitoring")
    assert run.rc == 0, run.stdout + run.stderr
    assert_is_set_up(builder)
    assert ansible_playbook(IMPORTED, inventory).stats["production"]["changed"] == 0


def assert_is_set_up(builder: Builder) -> None:
    [alarm] = builder.client("cloudwatch").describe_alarms(AlarmNames=["named-by-vars"])["MetricAlarms"]
    assert alarm["AlarmActions"] == [f"arn:aws:sns:{REGION}:{builder.account}:security_group_changes_topic"]
