# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._organization.hosts import (
    Account,
    Group,
    Organization,
    OrganizationError,
    Selection,
    Unit,
    account_state,
    host_names,
    host_variables,
    left_out,
    role_arn,
    rule_from,
    states_from,
    unit_groups,
)

MANAGEMENT, SHOP, SHOP_DEV, LOGS, OLD = (digit * 12 for digit in "12345")


def account(account_id: str, name: str, parent: str, state: str = "ACTIVE", tags: dict | None = None) -> Account:
    arn = f"arn:aws:organizations::{MANAGEMENT}:account/o-example/{account_id}"
    return Account(account_id, name, arn, f"{account_id}@example.com", state, parent, tags)


ORGANIZATION = Organization(
    id="o-example",
    management_account_id=MANAGEMENT,
    units=(
        Unit("r-1", "Root", None),
        Unit("ou-w", "Workloads", "r-1"),
        Unit("ou-p", "Platform", "r-1"),
        Unit("ou-e", "Empty", "r-1"),
        Unit("ou-wp", "Prod", "ou-w"),
        Unit("ou-wd", "Dev", "ou-w"),
        Unit("ou-pp", "Prod", "ou-p"),
    ),
    accounts=(
        account(MANAGEMENT, "Management", "r-1"),
        account(SHOP, "Shop", "ou-wp", tags={"stage": "prod", "pci": ""}),
        account(SHOP_DEV, "Shop", "ou-wd", tags={"stage": "dev"}),
        account(LOGS, "Log Archive", "ou-pp", tags={}),
        account(OLD, "Old", "ou-w", state="SUSPENDED"),
    ),
)


def ids(**conditions) -> list[str]:
    """Give the ids of the accounts that an include with these conditions selects."""
    selection = Selection(include=(rule_from(conditions),), states=states_from(["ACTIVE", "SUSPENDED"]))
    return sorted(each.id for each in selection.accounts(ORGANIZATION))


def test_selects_active_accounts_when_nothing_is_said():
    assert {each.id for each in Selection().accounts(ORGANIZATION)} == {MANAGEMENT, SHOP, SHOP_DEV, LOGS}


def test_gives_accounts_by_path_and_name_whatever_the_order_of_answers():
    accounts = Selection(states=states_from(["ACTIVE", "SUSPENDED"])).accounts(ORGANIZATION)
    assert [each.id for each in accounts] == [MANAGEMENT, LOGS, OLD, SHOP_DEV, SHOP]


def test_leaves_the_management_account_out_when_told():
    selection = Selection(management_account=False)
    assert {each.id for each in selection.accounts(ORGANIZATION)} == {SHOP, SHOP_DEV, LOGS}


def test_selects_suspended_accounts_when_told():
    selection = Selection(states=states_from("suspended"))
    assert [each.id for each in selection.accounts(ORGANIZATION)] == [OLD]


def test_counts_what_is_left_out_by_state():
    assert left_out(ORGANIZATION, Selection().accounts(ORGANIZATION)) == {"SUSPENDED": 1}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"ids": SHOP}, [SHOP]),
        ({"ids": [SHOP, LOGS]}, [SHOP, LOGS]),
        ({"ids": int(SHOP)}, [SHOP]),
        ({"names": "Shop"}, [SHOP, SHOP_DEV]),
        ({"names": ["Log*", "O?d"]}, [LOGS, OLD]),
        ({"names": "shop"}, []),
        ({"ous": "/Workloads"}, [SHOP, SHOP_DEV, OLD]),
        ({"ous": "/Workloads/"}, [SHOP, SHOP_DEV, OLD]),
        ({"ous": "/*/Prod"}, [SHOP, LOGS]),
        ({"ous": "/Prod"}, []),
        ({"ous": "/Work"}, []),
        ({"ous": "/"}, [MANAGEMENT, SHOP, SHOP_DEV, LOGS, OLD]),
        ({"ous": ["ou-p", "/Workloads/Dev"]}, [SHOP_DEV, LOGS]),
        ({"ous": "r-1"}, [MANAGEMENT, SHOP, SHOP_DEV, LOGS, OLD]),
        ({"tags": {"stage": "prod"}}, [SHOP]),
        ({"tags": {"stage": ["p*", "dev"]}}, [SHOP, SHOP_DEV]),
        ({"tags": {"pci": None}}, [SHOP]),
        ({"tags": {"stage": "dev", "pci": None}}, []),
        ({"states": "suspended"}, [OLD]),
        ({"names": "Shop", "ous": "/Workloads/Dev"}, [SHOP_DEV]),
    ],
)
def test_includes_accounts_that_meet_all_conditions(conditions, expected):
    assert ids(**conditions) == expected


def test_includes_what_any_entry_matches_and_excludes_what_any_entry_matches():
    selection = Selection(
        include=(rule_from({"ous": "/Platform"}), rule_from({"names": "Shop"})),
        exclude=(rule_from({"ids": LOGS}), rule_from({"tags": {"stage": "dev"}})),
    )
    assert [each.id for each in selection.accounts(ORGANIZATION)] == [SHOP]


def test_reads_tags_only_of_accounts_that_may_still_be_selected():
    selection = Selection(
        include=(rule_from({"ous": "/Workloads", "tags": {"stage": "prod"}}),),
        exclude=(rule_from({"ids": SHOP_DEV}), rule_from({"names": "Shop", "tags": {"pci": None}})),
    )
    assert selection.needs_tags
    assert [each.id for each in selection.candidates(ORGANIZATION)] == [SHOP]
    assert selection.accounts(ORGANIZATION) == []


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({"ids": 12345}, "'12345' is not an account ID.*Quote"),
        ({"ou": "/Workloads"}, "Unknown condition 'ou'.*ids, names, ous, states, tags"),
        ({}, "has no condition"),
        ("Shop", "'Shop' is not a valid entry.*Use a dictionary of conditions"),
        ({"ous": "Workloads/Prod"}, "neither the path of an organizational unit"),
        ({"states": "CLOSING"}, "Unknown account state 'CLOSING'"),
        ({"tags": ["stage"]}, "'tags'. Use a dictionary"),
    ],
)
def test_says_what_is_wrong_with_a_rule(conditions, words):
    with pytest.raises(OrganizationError, match=words):
        rule_from(conditions)


def test_gives_the_path_below_the_root():
    assert [ORGANIZATION.path(unit) for unit in ("r-1", "ou-w", "ou-wp")] == ["/", "/Workloads", "/Workloads/Prod"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({SHOP: "Shop", LOGS: "Log Archive"}, {SHOP: "Shop", LOGS: "Log-Archive"}),
        ({SHOP: "Shop", SHOP_DEV: "Shop"}, {SHOP: f"Shop-{SHOP}", SHOP_DEV: f"Shop-{SHOP_DEV}"}),
        ({SHOP: "a: b, [c]!"}, {SHOP: "a-b-c"}),
        ({SHOP: "a b", SHOP_DEV: "a:b"}, {SHOP: f"a-b-{SHOP}", SHOP_DEV: f"a-b-{SHOP_DEV}"}),
        ({SHOP: "???"}, {SHOP: SHOP}),
        ({SHOP: "Büro 東京"}, {SHOP: "Büro-東京"}),
        ({SHOP: "all"}, {SHOP: f"all-{SHOP}"}),
        # An account may bear a name that makes room for another necessary.
        (
            {SHOP: "Shop", SHOP_DEV: "Shop", LOGS: f"Shop-{SHOP}"},
            {SHOP: SHOP, SHOP_DEV: f"Shop-{SHOP_DEV}", LOGS: LOGS},
        ),
    ],
)
def test_names_hosts_readably_and_uniquely(names, expected):
    assert host_names(names, reserved={"all"}) == expected
    assert host_names(dict(reversed(names.items())), reserved={"all"}) == expected


def test_groups_mirror_the_units_that_have_accounts():
    groups = unit_groups(ORGANIZATION, Selection().accounts(ORGANIZATION), "ou")
    assert list(groups.values()) == [
        Group("ou_root", None),
        Group("ou_Platform", "ou_root"),
        Group("ou_Workloads", "ou_root"),
        Group("ou_Platform_Prod", "ou_Platform"),
        Group("ou_Workloads_Dev", "ou_Workloads"),
        Group("ou_Workloads_Prod", "ou_Workloads"),
    ]


def test_groups_of_units_whose_paths_read_alike_have_the_units_id():
    organization = Organization(
        "o-example",
        MANAGEMENT,
        (Unit("r-1", "Root", None), Unit("ou-1-aa", "A B", "r-1"), Unit("ou-1-bb", "A_B", "r-1")),
        (account(SHOP, "Shop", "ou-1-aa"), account(LOGS, "Logs", "ou-1-bb")),
    )
    groups = unit_groups(organization, organization.accounts, "ou")
    assert {unit: group.name for unit, group in groups.items()} == {
        "r-1": "ou_root",
        "ou-1-aa": "ou_A_B_1_aa",
        "ou-1-bb": "ou_A_B_1_bb",
    }


def test_variables_tell_about_the_account():
    assert host_variables(ORGANIZATION, ORGANIZATION.accounts[1]) == {
        "aws_account_id": SHOP,
        "aws_account_name": "Shop",
        "aws_account_arn": f"arn:aws:organizations::{MANAGEMENT}:account/o-example/{SHOP}",
        "aws_account_email": f"{SHOP}@example.com",
        "aws_account_state": "ACTIVE",
        "aws_account_is_management": False,
        "aws_account_ou_id": "ou-wp",
        "aws_account_ou_path": "/Workloads/Prod",
        "aws_account_tags": {"stage": "prod", "pci": ""},
        "aws_organization_id": "o-example",
        "aws_partition": "aws",
    }


def test_tags_that_were_not_read_are_no_variable():
    assert "aws_account_tags" not in host_variables(ORGANIZATION, ORGANIZATION.accounts[0])


@pytest.mark.parametrize("name", ["audit/Reader", "/audit/Reader"])
def test_role_arn_is_of_the_accounts_partition(name):
    variables = {"aws_partition": "aws-us-gov", "aws_account_id": SHOP}
    assert role_arn(name, variables) == f"arn:aws-us-gov:iam::{SHOP}:role/audit/Reader"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"State": "CLOSED", "Status": "SUSPENDED"}, "CLOSED"),
        ({"Status": "SUSPENDED"}, "SUSPENDED"),
        ({"State": "PENDING_ACTIVATION"}, "PENDING_ACTIVATION"),
    ],
)
def test_state_comes_before_status(answer, state):
    assert account_state({"Id": SHOP, **answer}) == state


def test_neither_state_nor_status_means_an_old_sdk():
    with pytest.raises(OrganizationError, match=f"not contain the state of account {SHOP}.*Update boto3"):
        account_state({"Id": SHOP})


def test_survives_a_cache_that_writes_json():
    organization = Organization(
        "o-example", MANAGEMENT, ORGANIZATION.units, ORGANIZATION.accounts, {LOGS: ("cloudtrail.amazonaws.com",)}
    )
    assert Organization.from_dict(json.loads(json.dumps(organization.as_dict()))) == organization
    assert Organization.from_dict(json.loads(json.dumps(ORGANIZATION.as_dict()))) == ORGANIZATION
