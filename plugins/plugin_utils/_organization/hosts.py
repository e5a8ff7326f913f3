# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An organization's accounts as hosts: which of them, under what names, in what groups.

Pure: takes what read.py read (or what a cache kept of it), makes no calls.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from ...module_utils._account.arn import Arn

STATES = ("PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED")


class OrganizationError(Exception):
    """The organization could not be read, or an option is invalid."""


@dataclass(frozen=True)
class Unit:
    """An organizational unit, or the root of all of them."""

    id: str  # "ou-..." or "r-..."
    name: str
    parent_id: str | None  # None for the root


@dataclass(frozen=True)
class Account:
    """An account of the organization."""

    id: str
    name: str
    arn: str
    email: str
    state: str  # one of STATES
    parent_id: str
    tags: Mapping[str, str] | None = None  # None: not read


@dataclass(frozen=True)
class Organization:
    """The tree of units with the accounts in them."""

    id: str
    management_account_id: str
    units: tuple[Unit, ...]
    accounts: tuple[Account, ...]
    # The services that an account administers for the organization, by account id. None: not read.
    delegated_services: Mapping[str, tuple[str, ...]] | None = None
    _by_id: Mapping[str, Unit] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {unit.id: unit for unit in self.units})

    def lineage(self, unit_id: str) -> tuple[Unit, ...]:
        """Give the unit with those above it, the root first."""
        line: list[Unit] = []
        unit = self._by_id.get(unit_id)
        while unit is not None:
            line.append(unit)
            unit = self._by_id.get(unit.parent_id) if unit.parent_id else None
        return tuple(reversed(line))

    def path(self, unit_id: str) -> str:
        """Give the names from below the root down, as in '/Workloads/Prod'; the root itself is '/'."""
        return "/" + "/".join(unit.name for unit in self.lineage(unit_id)[1:])

    def with_tags(self, tags: Mapping[str, Mapping[str, str]]) -> Organization:
        """Put in the tags that were read of some accounts, by account id."""
        accounts = (replace(each, tags=tags.get(each.id, each.tags)) for each in self.accounts)
        return replace(self, accounts=tuple(accounts))

    def as_dict(self) -> dict[str, Any]:
        """Give what a cache can keep."""
        kept = asdict(self)
        del kept["_by_id"]
        return kept

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Organization:
        """Rebuild what as_dict() gave, which a cache may have written as JSON meanwhile."""
        delegated = kept["delegated_services"]
        return cls(
            id=kept["id"],
            management_account_id=kept["management_account_id"],
            units=tuple(Unit(**unit) for unit in kept["units"]),
            accounts=tuple(Account(**account) for account in kept["accounts"]),
            delegated_services=None if delegated is None else {key: tuple(value) for key, value in delegated.items()},
        )


def account_state(account: Mapping[str, Any]) -> str:
    """Read State, which replaces Status (AWS sends both for a while, then State alone).

    :raises OrganizationError: if there is neither; an SDK that does not know State yet drops it.
    """
    state = account.get("State") or account.get("Status")
    if not state:
        raise OrganizationError(
            f"The AWS response does not contain the state of account {account.get('Id')}. "
            "AWS has replaced 'Status' by 'State', which boto3 supports since September 2025. Update boto3."
        )
    return str(state)


@dataclass(frozen=True)
class Rule:
    """Conditions on an account, all of which must hold; one that is not set always does."""

    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    ous: tuple[str, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    states: tuple[str, ...] = ()

    def matches(self, organization: Organization, account: Account) -> bool:
        """Say whether the account meets the conditions. Its tags count as none while they are not read."""
        tags = account.tags or {}
        return (
            (not self.ids or account.id in self.ids)
            and (not self.names or any(fnmatchcase(account.name, pattern) for pattern in self.names))
            and (not self.ous or any(_is_below(organization, account.parent_id, pattern) for pattern in self.ous))
            and (not self.states or account.state in self.states)
            and all(
                key in tags and any(fnmatchcase(tags[key], pattern) for pattern in patterns)
                for key, patterns in self.tags.items()
            )
        )

    def without_tags(self) -> Rule:
        """Give the part that can be decided before tags are read."""
        return replace(self, tags={})


def _is_below(organization: Organization, unit_id: str, pattern: str) -> bool:
    """Say whether a unit, or one above it, has the id or matches the path; each name of a path is a pattern."""
    lineage = organization.lineage(unit_id)
    if not pattern.startswith("/"):
        return any(unit.id == pattern for unit in lineage)
    wanted = [part for part in pattern.split("/") if part]
    names = [unit.name for unit in lineage[1:]]
    return len(wanted) <= len(names) and all(map(fnmatchcase, names, wanted))


def rule_from(description: Any) -> Rule:
    """Read a rule as users write it, where a single value is a list of one.

    :raises OrganizationError: with the invalid value and the valid ones.
    """
    if not isinstance(description, Mapping):
        raise OrganizationError(
            f"{description!r} is not a valid entry of include or exclude. Use a dictionary of conditions."
        )
    known: dict[str, Callable[[Any], str]] = {
        "ids": _account_id,
        "names": str,
        "ous": _unit_pattern,
        "states": _state,
    }
    unknown = sorted(set(description) - {*known, "tags"})
    if unknown or not description:
        wrong = f"Unknown condition {', '.join(map(repr, unknown))}" if unknown else "An entry has no condition"
        raise OrganizationError(f"{wrong} in include or exclude. Valid conditions: {', '.join(known)}, tags.")
    tags = description.get("tags") or {}
    if not isinstance(tags, Mapping):
        raise OrganizationError(
            f"{tags!r} is not valid for the condition 'tags'. Use a dictionary of tag keys and values."
        )
    return Rule(
        **{name: tuple(read(value) for value in _listed(description.get(name))) for name, read in known.items()},
        tags={str(key): tuple(map(_tag_pattern, _listed(value))) or ("*",) for key, value in tags.items()},
    )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _account_id(value: Any) -> str:
    text = str(value)
    if not re.fullmatch(r"\d{12}", text, re.ASCII):
        raise OrganizationError(
            f"{text!r} is not an account ID of 12 digits. Quote account IDs in YAML, which reads 012... as octal."
        )
    return text


def _unit_pattern(value: Any) -> str:
    text = str(value)
    if not text.startswith(("/", "ou-", "r-")):
        raise OrganizationError(
            f"{text!r} is neither the path of an organizational unit, such as '/Workloads/Prod', nor its ID (ou-...)."
        )
    return text


def _state(value: Any) -> str:
    text = str(value).upper()
    if text not in STATES:
        raise OrganizationError(f"Unknown account state {text!r}. Valid states: {', '.join(STATES)}.")
    return text


def states_from(value: Any) -> tuple[str, ...]:
    """Read the account states to have in the inventory."""
    return tuple(_state(each) for each in _listed(value))


def _tag_pattern(value: Any) -> str:
    # YAML's true and false come from tags written as yes, no, true, false; AWS has text only.
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Selection:
    """Which accounts become hosts."""

    include: tuple[Rule, ...] = ()  # none: all accounts
    exclude: tuple[Rule, ...] = ()
    states: tuple[str, ...] = ("ACTIVE",)
    management_account: bool = True

    @property
    def needs_tags(self) -> bool:
        return any(rule.tags for rule in (*self.include, *self.exclude))

    def candidates(self, organization: Organization) -> list[Account]:
        """Give the accounts that may be selected once tags are known; to read tags of others would be in vain."""
        before = replace(
            self,
            include=tuple(rule.without_tags() for rule in self.include),
            exclude=tuple(rule for rule in self.exclude if not rule.tags),
        )
        return before.accounts(organization)

    def accounts(self, organization: Organization) -> list[Account]:
        """Give the selected accounts, in the order of their paths and names, so that output is the same each time."""
        chosen = [account for account in organization.accounts if self._selects(organization, account)]
        return sorted(chosen, key=lambda each: (organization.path(each.parent_id), each.name, each.id))

    def _selects(self, organization: Organization, account: Account) -> bool:
        return (
            account.state in self.states
            and (self.management_account or account.id != organization.management_account_id)
            and (not self.include or any(rule.matches(organization, account) for rule in self.include))
            and not any(rule.matches(organization, account) for rule in self.exclude)
        )


def host_names(wanted: Mapping[str, str], reserved: Collection[str] = ()) -> dict[str, str]:
    """Give each account, by id, a host name that no other account and no group has.

    Signs that mean something in host patterns (as in --limit), or in file names, become hyphens. Where two accounts
    want one name, each gets its id appended, so that it makes no difference which of them was listed first.
    """
    names = {account: _host_name(name) or account for account, name in wanted.items()}
    for with_id in ("{name}-{account}", "{account}"):
        taken = Counter(names.values())
        names = {
            account: with_id.format(name=name, account=account) if taken[name] > 1 or name in reserved else name
            for account, name in names.items()
        }
    return names


def _host_name(text: str) -> str:
    return re.sub(r"[^\w.@+-]+", "-", text).strip("-")


@dataclass(frozen=True)
class Group:
    """The group of a unit, and the group of the unit above it."""

    name: str
    parent: str | None


def unit_groups(organization: Organization, accounts: Iterable[Account], prefix: str) -> dict[str, Group]:
    """Give the groups, by unit id, of the units that have any of the accounts in or below them, parents first."""
    populated = {unit.id: unit for account in accounts for unit in organization.lineage(account.parent_id)}
    names = _unit_group_names(organization, prefix)
    return {
        unit.id: Group(names[unit.id], names[unit.parent_id] if unit.parent_id else None)
        for unit in sorted(populated.values(), key=lambda unit: (len(organization.lineage(unit.id)), names[unit.id]))
    }


def _unit_group_names(organization: Organization, prefix: str) -> dict[str, str]:
    """Name the groups after the whole path, since 'Prod' may be there twice; the id decides where paths read alike."""
    names = {unit.id: _group_name(prefix, organization.path(unit.id)) for unit in organization.units}
    taken = Counter(names.values())
    return {
        unit: _group_name(name, unit.partition("-")[2]) if taken[name] > 1 else name for unit, name in names.items()
    }


def _group_name(prefix: str, path: str) -> str:
    # What Ansible takes for the name of a group: letters, digits and underscores.
    return re.sub(r"\W", "_", f"{prefix}_{path.strip('/') or 'root'}")


def host_variables(organization: Organization, account: Account) -> dict[str, Any]:
    """Give the variables that tell about an account. Tags and delegation are there only if they were read."""
    variables: dict[str, Any] = {
        "aws_account_id": account.id,
        "aws_account_name": account.name,
        "aws_account_arn": account.arn,
        "aws_account_email": account.email,
        "aws_account_state": account.state,
        "aws_account_is_management": account.id == organization.management_account_id,
        "aws_account_ou_id": account.parent_id,
        "aws_account_ou_path": organization.path(account.parent_id),
        "aws_organization_id": organization.id,
        "aws_partition": Arn.parse(account.arn).partition,
    }
    if account.tags is not None:
        variables["aws_account_tags"] = dict(account.tags)
    if organization.delegated_services is not None:
        variables["aws_account_delegated_services"] = list(organization.delegated_services.get(account.id, ()))
    return variables


def role_arn(name: str, variables: Mapping[str, Any]) -> str:
    """Give the ARN of the role of that name (with its path, if it has one) in the account that has these variables."""
    return f"arn:{variables['aws_partition']}:iam::{variables['aws_account_id']}:role/{name.strip('/')}"


def left_out(organization: Organization, selected: Sequence[Account]) -> Counter[str]:
    """Count the accounts that are no hosts, by state."""
    chosen = {account.id for account in selected}
    return Counter(account.state for account in organization.accounts if account.id not in chosen)
