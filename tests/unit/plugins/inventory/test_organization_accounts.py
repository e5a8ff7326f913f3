# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plugin adds to hosts.py and read.py of _organization, with a reader that asks nobody."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import add_fragments
from ansible_collections.aws_cis.monitoring.plugins.inventory import organization_accounts
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._organization.hosts import (
    Account,
    Organization,
    OrganizationError,
    Unit,
)

NAME = "aws_cis.monitoring.organization_accounts"
MANAGEMENT, SHOP, LOGS, OLD = (digit * 12 for digit in "1234")
TAGS = {SHOP: {"stage": "prod"}, LOGS: {"stage": "shared", "role": "Logs"}}


def account(account_id: str, name: str, parent: str, state: str = "ACTIVE") -> Account:
    arn = f"arn:aws:organizations::{MANAGEMENT}:account/o-example/{account_id}"
    return Account(account_id, name, arn, "a@example.com", state, parent)


ORGANIZATION = Organization(
    "o-example",
    MANAGEMENT,
    (Unit("r-1", "Root", None), Unit("ou-w", "Workloads", "r-1"), Unit("ou-wp", "Prod", "ou-w")),
    (
        account(MANAGEMENT, "Management", "r-1"),
        account(SHOP, "Shop", "ou-wp"),
        account(LOGS, "Log Archive", "ou-w"),
        account(OLD, "Old", "ou-w", "SUSPENDED"),
    ),
)


class World:
    """What the plugin meets: who it is, and notes of what it asked and how it connected."""

    def __init__(self) -> None:
        self.caller: str | Exception = MANAGEMENT
        self.connections: list[dict[str, Any]] = []
        self.readings = 0
        self.tags_read: list[list[str]] = []
        self.error: Exception | None = None

    def clients(self, params):
        world = self

        class Clients:
            region = params.get("region")

            def client(self, service, region=None):
                world.connections.append({"service": service, "region": region, **params})
                return STS() if service == "sts" else object()

        class STS:
            def get_caller_identity(self):
                if isinstance(world.caller, Exception):
                    raise world.caller
                return {"Account": world.caller}

        return Clients()

    def reader(self, client, pace):
        world = self

        class Reader:
            def organization(self, with_delegation):
                world.readings += 1
                if world.error:
                    raise world.error  # pylint: disable=raising-bad-type
                delegated = {LOGS: ("cloudtrail.amazonaws.com",)} if with_delegation else None
                return Organization(ORGANIZATION.id, MANAGEMENT, ORGANIZATION.units, ORGANIZATION.accounts, delegated)

            def tags(self, accounts):
                world.tags_read.append(sorted(each.id for each in accounts))
                return {each.id: TAGS.get(each.id, {}) for each in accounts}

        return Reader()


@pytest.fixture
def world(monkeypatch):
    """Put a world in place of AWS."""
    made = World()
    monkeypatch.setattr(organization_accounts, "Clients", made.clients)
    monkeypatch.setattr(organization_accounts, "Reader", made.reader)
    documentation = yaml.safe_load(organization_accounts.DOCUMENTATION)
    documentation["extends_documentation_fragment"] = ["inventory_cache", "constructed"]
    add_fragments(documentation, organization_accounts.__file__, fragment_loader=fragment_loader)
    options = documentation["options"] | {
        name: {"type": "str"}
        for name in ("access_key", "secret_key", "session_token", "profile", "endpoint_url", "assume_role_arn")
    }
    constants.config.initialize_plugin_configuration_definitions("inventory", NAME, options)
    return made


@pytest.fixture
def inventory_of(world, tmp_path):
    """Give a function that parses a source with these options into an inventory."""

    def parse(use_cache: bool = True, **options: Any) -> InventoryData:
        path = tmp_path / "organization_accounts.yml"
        path.write_text(yaml.safe_dump({"plugin": NAME, **options}))
        plugin = organization_accounts.InventoryModule()
        plugin._load_name = plugin.ansible_name = NAME
        data = InventoryData()
        plugin.parse(data, DataLoader(), str(path), use_cache)
        if options.get("cache"):
            plugin.update_cache_if_changed()
        data.reconcile_inventory()
        return data

    return parse


def variables(inventory: InventoryData, host: str) -> dict[str, Any]:
    return inventory.get_host(host).get_vars()


def members(inventory: InventoryData, group: str) -> set[str]:
    return {host.name for host in inventory.groups[group].get_hosts()}


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("organization_accounts.yml", True),
        ("prod.organization_accounts.yaml", True),
        ("accounts.yml", False),
        ("organization_accounts.json", False),
    ],
)
def test_takes_files_by_the_end_of_their_names(tmp_path, name, ours):
    (tmp_path / name).touch()
    assert organization_accounts.InventoryModule().verify_file(str(tmp_path / name)) is ours


def test_hosts_are_the_active_accounts_in_groups_of_their_units(inventory_of):
    inventory = inventory_of()
    assert set(inventory.hosts) == {"Management", "Shop", "Log-Archive"}
    assert members(inventory, "ou_Workloads") == {"Shop", "Log-Archive"}
    assert members(inventory, "ou_Workloads_Prod") == {"Shop"}
    assert [group.name for group in inventory.groups["ou_Workloads"].child_groups] == ["ou_Workloads_Prod"]
    assert members(inventory, "ou_root") == set(inventory.hosts)
    assert members(inventory, "management_account") == {"Management"}


def test_hosts_run_on_the_controller(inventory_of):
    shop = variables(inventory_of(region="eu-west-1"), "Shop")
    assert shop["ansible_connection"] == "local"
    assert shop["ansible_python_interpreter"] == "{{ ansible_playbook_python }}"
    assert shop["aws_region"] == "eu-west-1"
    assert "aws_role_arn" not in shop


def test_groups_of_units_can_be_named_otherwise_or_left_out(inventory_of):
    assert members(inventory_of(ou_group_prefix="unit"), "unit_Workloads_Prod") == {"Shop"}
    assert not [name for name in inventory_of(ou_groups=False).groups if name.startswith("ou_")]


@pytest.mark.parametrize(
    ("hostname", "expected"),
    [
        ("id", {MANAGEMENT, SHOP, LOGS}),
        ("name", {"Management", "Shop", "Log-Archive"}),
        ("aws_account_name | lower ~ '.' ~ aws_account_ou_id", {"management.r-1", "shop.ou-wp", "log-archive.ou-w"}),
        ("'same'", {f"same-{each}" for each in (MANAGEMENT, SHOP, LOGS)}),
        ("aws_account_tags.stage | default(aws_account_id)", {MANAGEMENT, "prod", "shared"}),
    ],
)
def test_hosts_are_named_as_asked(inventory_of, hostname, expected):
    assert set(inventory_of(hostname=hostname).hosts) == expected


def test_a_name_does_not_depend_on_what_is_selected(world, inventory_of, monkeypatch):
    twin = account("5" * 12, "Shop", "ou-w", "SUSPENDED")
    changed = Organization("o-example", MANAGEMENT, ORGANIZATION.units, (*ORGANIZATION.accounts, twin))
    monkeypatch.setattr(f"{__name__}.ORGANIZATION", changed)
    assert f"Shop-{SHOP}" in inventory_of().hosts


def test_a_hostname_that_cannot_be_evaluated_is_an_error(inventory_of):
    with pytest.raises(AnsibleParserError, match=f"Could not render hostname for account {MANAGEMENT}"):
        inventory_of(hostname="nonsense.there")


def test_includes_and_excludes(inventory_of):
    assert set(inventory_of(include=[{"ous": "/Workloads"}], exclude=[{"names": "Log*"}]).hosts) == {"Shop"}
    assert set(inventory_of(states=["SUSPENDED"]).hosts) == {"Old"}
    assert set(inventory_of(management_account="exclude").hosts) == {"Shop", "Log-Archive"}


def test_role_name_gives_each_account_but_the_caller_s_own_a_role(inventory_of):
    inventory = inventory_of(role_name="audit/Reader", external_id="x-{{ aws_account_id }}")
    assert variables(inventory, "Shop")["aws_role_arn"] == f"arn:aws:iam::{SHOP}:role/audit/Reader"
    assert variables(inventory, "Shop")["aws_external_id"] == f"x-{SHOP}"
    assert not {"aws_role_arn", "aws_external_id"} & set(variables(inventory, "Management"))


def test_own_account_is_the_one_of_the_credentials_not_always_the_management_account(world, inventory_of):
    world.caller = LOGS
    inventory = inventory_of(role_name="Reader")
    assert "aws_role_arn" not in variables(inventory, "Log-Archive")
    assert "aws_role_arn" in variables(inventory, "Management")


def test_own_account_gets_the_role_when_told(world, inventory_of):
    inventory = inventory_of(role_name="Reader", own_account="role")
    assert variables(inventory, "Management")["aws_role_arn"] == f"arn:aws:iam::{MANAGEMENT}:role/Reader"
    assert [each["service"] for each in world.connections] == ["organizations"]


def test_all_accounts_get_the_role_when_nobody_knows_whose_the_credentials_are(world, inventory_of):
    world.caller = RuntimeError("no credentials")
    assert "aws_role_arn" in variables(inventory_of(role_name="Reader"), "Management")


def test_role_arn_is_a_template_over_the_account(inventory_of):
    template = "arn:{{ aws_partition }}:iam::{{ aws_account_id }}:role/{{ aws_account_tags.role | default('Reader') }}"
    inventory = inventory_of(role_arn=template)
    assert variables(inventory, "Shop")["aws_role_arn"] == f"arn:aws:iam::{SHOP}:role/Reader"
    assert variables(inventory, "Log-Archive")["aws_role_arn"] == f"arn:aws:iam::{LOGS}:role/Logs"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"role_name": "Reader", "role_arn": "arn:aws:iam::111122223333:role/x"}, "Both role_name and role_arn"),
        ({"role_arn": "{{ nonsense }}"}, "Could not render role_arn for account"),
        ({"role_arn": "Reader"}, "'Reader' is not the ARN of a role"),
        ({"include": [{"ou": "/Workloads"}]}, "Unknown condition 'ou'"),
    ],
)
def test_says_what_is_wrong_with_the_options(inventory_of, options, words):
    with pytest.raises(AnsibleParserError, match=words):
        inventory_of(**options)


def test_an_error_of_aws_ends_the_parsing(world, inventory_of):
    world.error = OrganizationError("organizations:ListRoots failed")
    with pytest.raises(AnsibleParserError, match="organizations:ListRoots failed"):
        inventory_of()


def test_tags_are_read_only_when_something_uses_them(world, inventory_of):
    assert "aws_account_tags" not in variables(inventory_of(), "Shop")
    inventory_of(tags=False, compose={"stage": "aws_account_tags.stage"})
    assert world.tags_read == []
    assert variables(inventory_of(tags=True), "Shop")["aws_account_tags"] == {"stage": "prod"}


@pytest.mark.parametrize(
    ("options", "read"),
    [
        ({"include": [{"tags": {"stage": "prod"}, "ous": "/Workloads"}]}, [SHOP, LOGS]),
        ({"keyed_groups": [{"key": "aws_account_tags.stage"}], "exclude": [{"ids": [LOGS, MANAGEMENT]}]}, [SHOP]),
        ({"compose": {"stage": "aws_account_tags.stage"}}, [MANAGEMENT, SHOP, LOGS]),
    ],
)
def test_tags_are_read_of_no_more_accounts_than_need_be(world, inventory_of, options, read):
    inventory_of(**options)
    assert world.tags_read == [read]


def test_constructs_variables_and_groups(inventory_of):
    inventory = inventory_of(
        compose={"aws_region": "'eu-north-1' if aws_account_tags.stage | default('') == 'prod' else 'eu-west-1'"},
        groups={"logs": "'Log' in aws_account_name"},
        keyed_groups=[{"key": "aws_account_tags.stage | default('none')", "prefix": "stage"}],
    )
    assert variables(inventory, "Shop")["aws_region"] == "eu-north-1"
    assert members(inventory, "logs") == {"Log-Archive"}
    assert members(inventory, "stage_prod") == {"Shop"}
    assert members(inventory, "stage_none") == {"Management"}


def test_strict_makes_a_bad_expression_an_error(inventory_of):
    inventory_of(compose={"x": "nonsense.there"})
    with pytest.raises(Exception, match="Could not set x for host"):
        inventory_of(compose={"x": "nonsense.there"}, strict=True)


def test_a_name_that_looks_like_a_template_is_not_one(inventory_of, monkeypatch):
    evil = account(SHOP, "{{ 1 + 1 }}", "ou-wp")
    changed = Organization("o-example", MANAGEMENT, ORGANIZATION.units, (evil,))
    monkeypatch.setattr(f"{__name__}.ORGANIZATION", changed)
    inventory = inventory_of(compose={"copy": "aws_account_name"})
    assert variables(inventory, "1-+-1")["copy"] == "{{ 1 + 1 }}"


def test_delegated_administrators_are_a_group(inventory_of):
    inventory = inventory_of(delegated_administrators=True)
    assert members(inventory, "delegated_administrators") == {"Log-Archive"}
    assert variables(inventory, "Log-Archive")["aws_account_delegated_services"] == ["cloudtrail.amazonaws.com"]
    assert variables(inventory, "Shop")["aws_account_delegated_services"] == []


@pytest.fixture
def cached(tmp_path):
    return {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}


def test_the_cache_saves_asking_again(world, inventory_of, cached):
    first, second = inventory_of(**cached), inventory_of(**cached)
    assert world.readings == 1
    assert set(first.hosts) == set(second.hosts)
    assert members(second, "ou_Workloads_Prod") == {"Shop"}


def test_flushing_the_cache_asks_again_and_keeps_the_answer(world, inventory_of, cached):
    inventory_of(**cached)
    inventory_of(use_cache=False, **cached)
    assert world.readings == 2
    inventory_of(**cached)
    assert world.readings == 2


def test_a_cache_without_what_is_asked_for_now_is_not_used(world, inventory_of, cached):
    inventory_of(**cached)
    assert variables(inventory_of(tags=True, **cached), "Shop")["aws_account_tags"] == {"stage": "prod"}
    inventory = inventory_of(tags=True, delegated_administrators=True, **cached)
    assert members(inventory, "delegated_administrators") == {"Log-Archive"}
    assert world.readings == 3


def test_the_cache_holds_no_credentials(inventory_of, cached, tmp_path):
    inventory_of(access_key="AKIA", secret_key="top secret", role_name="Reader", external_id="open sesame", **cached)
    (kept,) = (tmp_path / "cache").iterdir()
    assert "Shop" in kept.read_text()
    assert not [secret for secret in ("top secret", "open sesame") if secret in kept.read_text()]


def test_connects_with_what_was_given_and_retries_that_suit(world, inventory_of, monkeypatch):
    monkeypatch.setenv("ORGANIZATION_PROFILE", "org")
    inventory_of(profile="{{ lookup('env', 'ORGANIZATION_PROFILE') }}", region="eu-west-1")
    (connection,) = world.connections
    assert connection["profile"] == "org"
    assert connection["region"] == "eu-west-1"
    assert connection["aws_config"]["retries"] == {"mode": "standard", "max_attempts": 8}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rolename": "Audit"}, "Unknown option rolename. Did you mean role_name?"),
        ({"role_name": "Audit", "exludes": []}, "Unknown option exludes. Did you mean exclude?"),
        ({"zzz": 1}, r"Unknown option zzz\.$"),
    ],
)
def test_an_option_that_does_not_exist_ends_the_run(world, inventory_of, options, said):
    with pytest.raises(AnsibleParserError, match=said):
        inventory_of(**options)
    assert world.readings == 0


@pytest.mark.parametrize("options", [{"aws_region": "eu-west-1"}, {"keyed_groups": [], "strict": True}])
def test_aliases_and_options_of_fragments_are_known(inventory_of, options):
    assert inventory_of(role_name="Audit", **options).hosts


class TestNothingLeadsToTheAccounts:
    """Each host would be audited with the credentials that Ansible runs with."""

    @pytest.fixture
    def warnings(self, monkeypatch):
        said: list[str] = []
        monkeypatch.setattr(organization_accounts.InventoryModule, "display", Display(said), raising=False)
        monkeypatch.setattr("ansible.plugins.inventory.display", Display(said))
        return said

    def test_it_warns(self, inventory_of, warnings):
        inventory_of()
        assert any("neither role_name nor role_arn" in text for text in warnings)

    @pytest.mark.parametrize(
        "options",
        [{"role_name": "Audit"}, {"compose": {"aws_profile": "aws_account_name"}}],
    )
    def test_it_is_silent_where_something_does(self, inventory_of, warnings, options):
        inventory_of(**options)
        assert not warnings


class Display:
    """Ansible's display, which keeps what it is told."""

    def __init__(self, said: list[str]) -> None:
        self.warning = said.append

    def vv(self, text: str) -> None:
        """Say nothing."""

    v = vvv = vv


@pytest.mark.parametrize("text", [f"plugin: {NAME}\n", f"# a\nplugin: '{NAME}'\nregion: x\n"])
def test_a_source_under_a_wrong_name_says_which_name_it_needs(monkeypatch, tmp_path, text):
    said: list[str] = []
    path = tmp_path / "accounts.aws.yml"
    path.write_text(text)
    plugin = organization_accounts.InventoryModule()
    monkeypatch.setattr(plugin, "display", Display(said))
    assert not plugin.verify_file(str(path))
    assert said
    assert "organization_accounts.yml" in said[0]


@pytest.mark.parametrize("text", ["plugin: amazon.aws.aws_ec2\n", "all: {hosts: {a: }}\n"])
def test_a_source_of_another_plugin_is_passed_over_in_silence(monkeypatch, tmp_path, text):
    said: list[str] = []
    path = tmp_path / "accounts.yml"
    path.write_text(text)
    plugin = organization_accounts.InventoryModule()
    monkeypatch.setattr(plugin, "display", Display(said))
    assert not plugin.verify_file(str(path))
    assert not said
