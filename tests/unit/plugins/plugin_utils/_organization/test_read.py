# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
import json
from types import SimpleNamespace

import boto3
import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._organization.hosts import OrganizationError
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._organization.read import RETRIES, Pace, Reader
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

MANAGEMENT, SHOP, LOGS, LATE = (digit * 12 for digit in "1234")


def raw_account(account_id: str, name: str, **state: str) -> dict:
    arn = f"arn:aws:organizations::{MANAGEMENT}:account/o-example/{account_id}"
    return {"Id": account_id, "Arn": arn, "Name": name, "Email": "a@example.com", **(state or {"State": "ACTIVE"})}


class FakeOrganizations:
    """Answers from a table of pages by operation and subject, and notes what was asked."""

    def __init__(self, pages: dict[tuple[str, str], list[dict]]) -> None:
        self.pages = pages
        self.asked: list[tuple[str, str, str]] = []

    def __getattr__(self, operation: str):
        def call(NextToken: str = "0", **arguments: str) -> dict:
            subject = next(iter(arguments.values()), "")
            self.asked.append((operation, subject, NextToken))
            pages = self.pages[operation, subject]
            number = int(NextToken)
            if isinstance(pages[number], Exception):
                raise pages[number]
            return pages[number] | ({"NextToken": str(number + 1)} if number + 1 < len(pages) else {})

        return call


def tree() -> dict:
    """Give a root with one unit, an account in each."""
    return {
        ("describe_organization", ""): [{"Organization": {"Id": "o-example", "MasterAccountId": MANAGEMENT}}],
        ("list_roots", ""): [{"Roots": [{"Id": "r-1", "Name": "Root"}]}],
        ("list_organizational_units_for_parent", "r-1"): [{"OrganizationalUnits": [{"Id": "ou-1", "Name": "Prod"}]}],
        ("list_organizational_units_for_parent", "ou-1"): [{"OrganizationalUnits": []}],
        ("list_accounts_for_parent", "r-1"): [{"Accounts": [raw_account(MANAGEMENT, "Management")]}],
        ("list_accounts_for_parent", "ou-1"): [{"Accounts": [raw_account(SHOP, "Shop")]}],
    }


def reader(pages: dict) -> Reader:
    return Reader(FakeOrganizations(pages), Pace(sleep=lambda seconds: None))


def denied(message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, "Any")


def test_reads_the_tree():
    organization = reader(tree()).organization()
    assert organization.id == "o-example"
    assert organization.management_account_id == MANAGEMENT
    assert {each.name: organization.path(each.parent_id) for each in organization.accounts} == {
        "Management": "/",
        "Shop": "/Prod",
    }
    assert organization.delegated_services is None
    assert {each.tags for each in organization.accounts} == {None}


def test_asks_twice_for_a_unit_and_never_for_an_account():
    client = FakeOrganizations(tree())
    Reader(client, Pace(sleep=lambda seconds: None)).organization()
    assert len(client.asked) == 2 + 2 * 2


def test_goes_on_after_an_empty_page_with_a_token():
    pages = tree()
    pages["list_accounts_for_parent", "ou-1"] = [
        {"Accounts": []},
        {"Accounts": [raw_account(SHOP, "Shop")]},
        {"Accounts": []},
        {"Accounts": [raw_account(LATE, "Late")]},
    ]
    assert {each.name for each in reader(pages).organization().accounts} == {"Management", "Shop", "Late"}


@pytest.mark.parametrize("tokens", [("again",), ("one", "other")])
def test_stops_when_aws_gives_the_same_pages_for_ever(tokens):
    given = itertools.cycle(tokens)

    class Stuck(FakeOrganizations):
        def list_roots(self, **arguments):
            assert len(self.asked) < 10
            self.asked.append("list_roots")
            return {"Roots": [], "NextToken": next(given)}

    with pytest.raises(OrganizationError, match="same page of Roots"):
        Reader(Stuck(tree()), Pace(sleep=lambda seconds: None)).organization()


def test_an_account_that_moves_meanwhile_is_there_once():
    pages = tree()
    pages["list_accounts_for_parent", "r-1"] = [{"Accounts": [raw_account(SHOP, "Shop")]}]
    organization = reader(pages).organization()
    assert [(each.id, each.parent_id) for each in organization.accounts] == [(SHOP, "ou-1")]


def test_an_answer_that_was_cut_short_is_an_error():
    pages = tree()
    pages["list_accounts_for_parent", "ou-1"] = [{}]
    with pytest.raises(OrganizationError, match=r"unit 'Prod' \(ou-1\) is incomplete, Accounts is missing"):
        reader(pages).organization()


def test_reads_tags_of_the_accounts_asked_for():
    pages = tree()
    pages["list_tags_for_resource", SHOP] = [
        {"Tags": [{"Key": "stage", "Value": "prod"}]},
        {"Tags": [{"Key": "pci", "Value": ""}]},
    ]
    asking = reader(pages)
    shop = next(each for each in asking.organization().accounts if each.id == SHOP)
    assert asking.tags([shop]) == {SHOP: {"stage": "prod", "pci": ""}}


def test_reads_which_account_administers_what():
    pages = tree()
    pages["list_delegated_administrators", ""] = [{"DelegatedAdministrators": [{"Id": LOGS}]}]
    pages["list_delegated_services_for_account", LOGS] = [
        {"DelegatedServices": [{"ServicePrincipal": "cloudtrail.amazonaws.com"}]},
        {"DelegatedServices": [{"ServicePrincipal": "config.amazonaws.com"}]},
    ]
    organization = reader(pages).organization(with_delegation=True)
    assert organization.delegated_services == {LOGS: ("cloudtrail.amazonaws.com", "config.amazonaws.com")}


@pytest.mark.parametrize(
    ("operation", "subject", "permission"),
    [
        ("describe_organization", "", "organizations:DescribeOrganization"),
        ("list_roots", "", "organizations:ListRoots"),
        ("list_organizational_units_for_parent", "ou-1", "organizations:ListOrganizationalUnitsForParent"),
        ("list_accounts_for_parent", "r-1", "organizations:ListAccountsForParent"),
    ],
)
def test_an_error_names_the_permission_that_is_missing(operation, subject, permission):
    pages = tree() | {(operation, subject): [denied()]}
    with pytest.raises(
        OrganizationError, match=f"Grant the permission {permission}, and use credentials of.* management"
    ):
        reader(pages).organization()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            ClientError({"Error": {"Code": "AWSOrganizationsNotInUseException", "Message": "no"}}, "Any"),
            "is not in an organization",
        ),
        (ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Any"), "Lower requests_per_second"),
        (
            EndpointConnectionError(endpoint_url="https://x"),
            "Check the credentials, the region and the network connection to AWS",
        ),
    ],
)
def test_advises_on_other_failures(error, words):
    with pytest.raises(OrganizationError, match=words):
        reader(tree() | {("describe_organization", ""): [error]}).organization()


def test_paces_calls_to_eight_a_second_after_a_burst():
    clock = [100.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    pace = Pace(8, now=lambda: clock[0], sleep=sleep)
    for _unused in range(24):
        pace.wait()
    assert slept == pytest.approx([0.125] * 16)


def test_time_that_calls_take_counts_towards_the_pace():
    clock = [100.0]
    slept: list[float] = []
    pace = Pace(8, now=lambda: clock[0], sleep=slept.append)
    for _unused in range(24):
        clock[0] += 0.2
        pace.wait()
    assert slept == []


def test_an_idle_time_allows_no_more_than_a_burst():
    clock = [100.0]
    slept: list[float] = []
    pace = Pace(8, now=lambda: clock[0], sleep=slept.append)
    clock[0] += 60
    for _unused in range(9):
        pace.wait()
    assert len(slept) == 1


def test_waits_and_asks_again_when_aws_throttles(monkeypatch):
    client = boto3.client(
        "organizations",
        region_name="us-east-1",
        aws_access_key_id="AKIA",
        aws_secret_access_key="secret",
        config=Config(**RETRIES),
    )
    answers = [{"__type": "TooManyRequestsException"}] * 7 + [{"Roots": [{"Id": "r-1", "Name": "Root"}]}]
    waits: list[float] = []

    def answer(request, **kwargs):
        body = answers.pop(0)
        raw = SimpleNamespace(stream=lambda **kw: iter([json.dumps(body).encode()]))
        return AWSResponse(request.url, 400 if "__type" in body else 200, {}, raw)

    client.meta.events.register("before-send.organizations", answer)
    monkeypatch.setattr("botocore.endpoint.time.sleep", waits.append)
    roots = list(Reader(client)._pages("list_roots", "Roots", "the organization"))
    assert [root["Id"] for root in roots] == ["r-1"]
    assert len(waits) == 7
