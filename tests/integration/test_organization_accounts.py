# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin as users meet it, through ansible-inventory, against two emulators."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from harness import warned_of

PLUGIN = "aws_cis.monitoring.organization_accounts"
# The credentials of the emulators are account ids; what else AWS tools find in the environment must not interfere.
OUTSIDE = [name for name in os.environ if name.startswith("AWS_")]


@dataclass(frozen=True)
class Organization:
    """An organization in an emulator: two accounts named Shop in nested units, one closed, one with an odd name."""

    url: str
    access_key: str  # of the management account
    management: str
    shop: str
    shop_dev: str
    logs: str
    loose: str
    closed: str


class Builder:
    """Builds an organization through the API."""

    def __init__(self, client: Any) -> None:
        self.client = client
        with contextlib.suppress(client.exceptions.ClientError):  # ministack has one without being asked
            client.create_organization(FeatureSet="ALL")
        self.root = client.list_roots()["Roots"][0]["Id"]

    def unit(self, name: str, parent: str | None = None) -> str:
        answer = self.client.create_organizational_unit(ParentId=parent or self.root, Name=name)
        return answer["OrganizationalUnit"]["Id"]

    def account(self, name: str, unit: str | None = None, **tags: str) -> str:
        status = self.client.create_account(Email="nobody@example.com", AccountName=name)["CreateAccountStatus"]
        account = status["AccountId"]
        if tags:
            listed = [{"Key": key, "Value": value} for key, value in tags.items()]
            self.client.tag_resource(ResourceId=account, Tags=listed)
        if unit:
            self.client.move_account(AccountId=account, SourceParentId=self.root, DestinationParentId=unit)
        return account


@pytest.fixture(params=["sandbox", pytest.param("moto", marks=pytest.mark.slow)])
def organization(request) -> Organization:
    emulator = request.getfixturevalue(request.param)
    key = emulator.new_account()
    build = Builder(emulator.client("organizations", key))
    workloads, platform = build.unit("Workloads"), build.unit("Platform")
    build.unit("Empty")
    made = Organization(
        emulator.url,
        key,
        management=build.client.describe_organization()["Organization"]["MasterAccountId"],
        shop=build.account("Shop", build.unit("Prod", workloads), stage="prod"),
        shop_dev=build.account("Shop", build.unit("Dev", workloads), stage="dev"),
        logs=build.account("Log Archive", build.unit("Prod", platform)),
        loose=build.account("Loose: end"),
        closed=build.account("Closed", workloads),
    )
    build.client.close_account(AccountId=made.closed)
    return made


@pytest.fixture
def ansible_inventory(organization, tmp_path):
    """Give a function that runs ansible-inventory on a source with these options."""

    def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        source = tmp_path / "test.organization_accounts.yml"
        standard = {
            "region": "eu-west-1",
            "access_key": organization.access_key,
            "secret_key": "top-secret",
            "endpoint_url": organization.url,
            "requests_per_second": 1000,  # emulators have no quota
        }
        source.write_text(yaml.safe_dump({"plugin": PLUGIN, **standard, **options}))
        environment = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
        return subprocess.run(
            [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(source), *arguments],
            env=environment | {"ANSIBLE_INVENTORY_ENABLED": PLUGIN, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def hosts(ansible_inventory):
    """Give a function that returns the variables of all hosts, by name."""

    def read(**options: Any) -> dict[str, dict[str, Any]]:
        run = ansible_inventory("--list", "--export", **options)
        assert run.returncode == 0, run.stderr
        return _without_marks(json.loads(run.stdout)["_meta"]["hostvars"])

    return read


def _without_marks(value: Any) -> Any:
    """Take off the marks by which ansible-inventory shows that a text from outside is no template."""
    if isinstance(value, dict):
        return value.get("__ansible_unsafe") or {key: _without_marks(each) for key, each in value.items()}
    return [_without_marks(each) for each in value] if isinstance(value, list) else value


def management_name(organization: Organization, hosts: dict[str, dict[str, Any]]) -> str:
    return next(name for name, each in hosts.items() if each["aws_account_id"] == organization.management)


def test_the_graph_mirrors_the_organizational_units(organization, ansible_inventory, hosts):
    run = ansible_inventory("--graph", role_name="Audit")
    assert run.returncode == 0, run.stderr
    management = management_name(organization, hosts())
    expected = f"""
@all:
  |--@ungrouped:
  |--@ou_root:
  |  |--@ou_Platform:
  |  |  |--@ou_Platform_Prod:
  |  |  |  |--Log-Archive
  |  |--@ou_Workloads:
  |  |  |--@ou_Workloads_Dev:
  |  |  |  |--Shop-{organization.shop_dev}
  |  |  |--@ou_Workloads_Prod:
  |  |  |  |--Shop-{organization.shop}
  |  |--Loose-end
  |  |--{management}
  |--@management_account:
  |  |--{management}
"""
    assert run.stdout == expected.lstrip()
    assert warned_of(run.stderr) == []


def test_hosts_have_what_it_takes_to_reach_them(organization, hosts):
    all_hosts = hosts(role_name="audit/Reader", external_id="x-{{ aws_account_ou_path }}")
    shop = all_hosts[f"Shop-{organization.shop}"]
    assert shop["aws_role_arn"] == f"arn:aws:iam::{organization.shop}:role/audit/Reader"
    assert shop["aws_external_id"] == "x-/Workloads/Prod"
    assert shop["aws_region"] == "eu-west-1"
    assert shop["ansible_connection"] == "local"
    assert "aws_role_arn" not in all_hosts[management_name(organization, all_hosts)]


def test_selects_by_unit_tag_name_id_and_state(organization, hosts):
    shop, shop_dev = f"Shop-{organization.shop}", f"Shop-{organization.shop_dev}"
    assert set(hosts(include=[{"ous": "/Workloads"}])) == {shop, shop_dev}
    assert set(hosts(include=[{"ous": "/*/Prod"}], exclude=[{"names": "Log*"}])) == {shop}
    assert set(hosts(include=[{"tags": {"stage": ["dev", "test"]}}])) == {shop_dev}
    assert set(hosts(include=[{"ids": organization.logs}])) == {"Log-Archive"}
    states = ["SUSPENDED", "PENDING_CLOSURE", "CLOSED"]
    assert set(hosts(states=states)) == {"Closed"}


def test_groups_by_tag(organization, hosts, ansible_inventory):
    by_stage = [{"key": "aws_account_tags.stage | default('none')", "prefix": "stage"}]
    listed = json.loads(ansible_inventory("--list", keyed_groups=by_stage).stdout)
    assert listed["stage_prod"]["hosts"] == [f"Shop-{organization.shop}"]
    assert "Log-Archive" in listed["stage_none"]["hosts"]


def test_the_cache_serves_when_aws_does_not(organization, ansible_inventory, tmp_path):
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
    first = ansible_inventory("--graph", **cache)
    assert first.returncode == 0, first.stderr
    nowhere = "http://127.0.0.1:9"
    assert ansible_inventory("--graph", **cache, endpoint_url=nowhere).stdout == first.stdout


def test_plays_reach_the_accounts(organization, hosts, ansible_playbook):
    """An inventory's host, with the lookup, ends in the account that it stands for."""
    shop = hosts(role_name="Reader", include=[{"ids": organization.shop}])[f"Shop-{organization.shop}"]
    playbook = """
- hosts: all
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  module_defaults:
    amazon.aws.aws_caller_info: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  tasks:
    - name: Who am I
      amazon.aws.aws_caller_info:
"""
    del shop["ansible_python_interpreter"]  # a template, which would be quoted as text
    source = {"aws_access_key": organization.access_key, "aws_secret_key": "x", "aws_endpoint_url": organization.url}
    run = ansible_playbook(playbook, {"all": {"hosts": {"shop": {**shop, **source}}}})
    assert run.rc == 0, run.stdout
    assert run.result("Who am I", "shop")["account"] == organization.shop


@pytest.mark.parametrize("organization", ["moto"], indirect=True)
def test_delegated_administrators_are_found(organization, moto, hosts):
    client = moto.client("organizations", organization.access_key)
    for service in ("guardduty.amazonaws.com", "ssm.amazonaws.com"):
        client.register_delegated_administrator(AccountId=organization.logs, ServicePrincipal=service)
    services = {
        name: each["aws_account_delegated_services"] for name, each in hosts(delegated_administrators=True).items()
    }
    assert sorted(services.pop("Log-Archive")) == ["guardduty.amazonaws.com", "ssm.amazonaws.com"]
    assert set(map(tuple, services.values())) == {()}


@pytest.mark.parametrize("organization", ["sandbox"], indirect=True)
def test_a_missing_permission_is_named(organization, sandbox, ansible_inventory):
    sandbox.fault(
        account=organization.management,
        action="ListAccountsForParent",
        code="AccessDeniedException",
        message="You don't have permissions to access this resource.",
    )
    run = ansible_inventory("--graph", role_name="Audit")
    assert run.returncode != 0
    assert "organizations:ListAccountsForParent failed for the root r-" in run.stderr
    assert "Grant the permission organizations:ListAccountsForParent, and use credentials" in run.stderr
    assert "top-secret" not in run.stdout + run.stderr


@pytest.mark.parametrize("organization", ["sandbox"], indirect=True)
def test_costs_two_calls_for_a_unit_and_throttling_is_waited_out(organization, sandbox, ansible_inventory):
    sandbox.clear_calls()
    sandbox.fault(account=organization.management, action="ListRoots", code="TooManyRequestsException", times=2)
    assert ansible_inventory("--graph").returncode == 0
    actions = [call["action"] for call in sandbox.calls(organization.management)]
    units = 7  # the root, Workloads, Platform, Empty, Dev, and Prod twice
    assert actions.count("ListRoots") == 3
    assert actions.count("ListAccountsForParent") == actions.count("ListOrganizationalUnitsForParent") == units
    assert len(actions) == 3 + 1 + 2 * units
