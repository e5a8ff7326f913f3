# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read an organization's tree of units and accounts, with few calls and no more than AWS takes in a second.

Follows the AWS Organizations API Reference: ListAccountsForParent tells where an account is without a call for each
account, and a page may be empty though more follow. All operations but DescribeOrganization answer the management
account and delegated administrators only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ...module_utils._aws.answers import lacking
from .hosts import Account, Organization, OrganizationError, Unit, account_state

# ListAccounts and its like take about 8 requests a second, for all callers of the management account together.
REQUESTS_PER_SECOND = 8.0
# Throttled all the same, since others ask too: botocore waits and asks again, up to 20 seconds at a time.
RETRIES = {"retries": {"mode": "standard", "max_attempts": 8}}


class Pace:
    """Lets a burst of one second's calls through, and then as many a second as given."""

    def __init__(
        self,
        per_second: float = REQUESTS_PER_SECOND,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = 1.0 / per_second
        self._now = now
        self._sleep = sleep
        self._due = now()

    def wait(self) -> None:
        """Return when the next call may go out."""
        now = self._now()
        self._due = max(self._due, now) + self._interval
        if (ahead := self._due - now - 1.0) > 0:
            self._sleep(ahead)


class Reader:
    """Reads an organization with a boto3 client for it."""

    def __init__(self, client: Any, pace: Pace | None = None) -> None:
        self._client = client
        self._pace = pace or Pace()

    def organization(self, with_delegation: bool = False) -> Organization:
        """Read the units and the accounts, without tags.

        :param with_delegation: also which accounts administer which services, one call for each such account.
        :raises OrganizationError: names the call, what it was about, what AWS answered and the permission it takes.
        """
        answer = self._call("describe_organization", "the organization")
        described = _member(answer, "Organization", "the organization")
        units = tuple(self._units())
        return Organization(
            id=described["Id"],
            management_account_id=described["MasterAccountId"],
            units=units,
            accounts=tuple(_only_once(account for unit in units for account in self._accounts(unit))),
            delegated_services=self._delegated_services() if with_delegation else None,
        )

    def tags(self, accounts: Iterable[Account]) -> dict[str, dict[str, str]]:
        """Read the tags of accounts, by account id: a call for each account."""
        return {account.id: self._tags(account) for account in accounts}

    def _units(self) -> Iterator[Unit]:
        """Walk the tree from its root, a level at a time."""
        level = [
            Unit(root["Id"], root["Name"], None) for root in self._pages("list_roots", "Roots", "the organization")
        ]
        while level:
            yield from level
            level = [child for unit in level for child in self._children(unit)]

    def _children(self, unit: Unit) -> list[Unit]:
        pages = self._pages(
            "list_organizational_units_for_parent", "OrganizationalUnits", _subject(unit), ParentId=unit.id
        )
        return [Unit(child["Id"], child["Name"], unit.id) for child in pages]

    def _accounts(self, unit: Unit) -> Iterator[Account]:
        for account in self._pages("list_accounts_for_parent", "Accounts", _subject(unit), ParentId=unit.id):
            yield Account(
                id=account["Id"],
                name=account.get("Name") or account["Id"],
                arn=account["Arn"],
                email=account.get("Email", ""),
                state=account_state(account),
                parent_id=unit.id,
            )

    def _tags(self, account: Account) -> dict[str, str]:
        subject = f"account {account.id} ({account.name})"
        return {
            tag["Key"]: tag["Value"]
            for tag in self._pages("list_tags_for_resource", "Tags", subject, ResourceId=account.id)
        }

    def _delegated_services(self) -> dict[str, tuple[str, ...]]:
        administrators = self._pages("list_delegated_administrators", "DelegatedAdministrators", "the organization")
        return {
            each["Id"]: tuple(
                service["ServicePrincipal"]
                for service in self._pages(
                    "list_delegated_services_for_account",
                    "DelegatedServices",
                    f"account {each['Id']}",
                    AccountId=each["Id"],
                )
            )
            for each in administrators
        }

    def _pages(self, operation: str, member: str, subject: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        """Give the items of all pages. An empty page ends nothing; a missing token does."""
        token: str | None = None
        tokens: set[str] = set()
        while True:
            answer = self._call(operation, subject, **arguments, **({"NextToken": token} if token else {}))
            yield from _member(answer, member, subject)
            token = answer.get("NextToken")
            if not token:
                return
            if token in tokens:
                raise OrganizationError(
                    f"AWS returns the same page of {member} of {subject} repeatedly. Try again later."
                )
            tokens.add(token)

    def _call(self, operation: str, subject: str, **arguments: Any) -> Mapping[str, Any]:
        self._pace.wait()
        with _explained(_iam_action(operation), subject):
            answer: Mapping[str, Any] = getattr(self._client, operation)(**arguments)
            return answer


def _subject(unit: Unit) -> str:
    return f"the root {unit.id}" if unit.parent_id is None else f"the organizational unit {unit.name!r} ({unit.id})"


def _only_once(accounts: Iterable[Account]) -> Iterable[Account]:
    """Drop the second sight of an account that was moved to another unit while we read."""
    return {account.id: account for account in accounts}.values()


def _member(answer: Mapping[str, Any], member: str, subject: str) -> Any:
    """Take what must be in an answer. One that lacks it was cut short: to go on would lose accounts silently."""
    if lacking(answer, [member]):
        raise OrganizationError(f"The AWS response for {subject} is incomplete, {member} is missing. Try again.")
    return answer[member]


def _iam_action(operation: str) -> str:
    return "organizations:" + "".join(word.capitalize() for word in operation.split("_"))


@contextmanager
def _explained(action: str, subject: str) -> Iterator[None]:
    """Turn what botocore raises into an error with advice. Imports it here, where there must be one already."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as refusal:
        error = refusal.response.get("Error", {})
        code, message = error.get("Code", "Unknown"), error.get("Message", "")
        raise OrganizationError(f"{action} failed for {subject}: {code}: {message} {_advice(code, action)}") from None
    except BotoCoreError as failure:
        raise OrganizationError(
            f"{action} failed for {subject}: {failure}. "
            "Check the credentials, the region and the network connection to AWS."
        ) from None


def _advice(code: str, action: str) -> str:
    if code in ("AccessDeniedException", "AccessDenied"):
        return (
            f"Grant the permission {action}, and use credentials of the organization's management account "
            "or of a member account that is a delegated administrator."
        )
    return {
        "AWSOrganizationsNotInUseException": "The account of the credentials is not in an organization. "
        "Use credentials of an account that is.",
        "TooManyRequestsException": "Other callers use AWS Organizations at the same time. Lower requests_per_second, "
        "use the inventory cache, or try again later.",
        "UnrecognizedClientException": "Check the credentials. They do not exist in this partition, or have expired.",
        "ExpiredTokenException": "Renew the credentials.",
    }.get(code, "")
