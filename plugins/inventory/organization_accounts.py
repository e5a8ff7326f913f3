# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of an AWS organization as hosts, with what it takes to reach each."""

from __future__ import annotations

DOCUMENTATION = r"""
name: organization_accounts
short_description: AWS Organizations accounts inventory source
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Creates a host for each account of an AWS organization, for plays that run once for each account.
  - Hosts are members of groups that mirror the hierarchy of organizational units. The group of a unit is named after
    its path below the root. For example, the group of C(/Workloads/Prod) is C(ou_Workloads_Prod). The group of the root
    is C(ou_root).
  - The management account is also in the group C(management_account).
  - Tasks of these hosts run on the controller. C(ansible_connection) is C(local), and C(ansible_python_interpreter) is
    the interpreter of Ansible.
  - Set O(role_name) or O(role_arn) to the role to assume. The lookup P(aws_cis.monitoring.account_connection#lookup)
    then connects to the account with the host's variables.
  - The source is a YAML file whose name ends in C(organization_accounts.yml) or C(organization_accounts.yaml).
  - Requires credentials of the management account, or of a member account that is a delegated administrator. The
    required permissions are C(organizations:DescribeOrganization), C(organizations:ListRoots),
    C(organizations:ListOrganizationalUnitsForParent) and C(organizations:ListAccountsForParent). Tags also require
    C(organizations:ListTagsForResource). O(delegated_administrators) also requires
    C(organizations:ListDelegatedAdministrators) and C(organizations:ListDelegatedServicesForAccount).
  - Makes two calls for each organizational unit, and one call for each account if tags are needed.
options:
  plugin:
    description: Marks a file as a source of this plugin.
    type: str
    required: true
    choices: [aws_cis.monitoring.organization_accounts]
  hostname:
    description:
      - The host names. V(name) or V(id) for the name or the ID of the account, or a Jinja expression (without braces)
        that uses the variables of hosts, such as V(aws_account_name | lower ~ '-' ~ aws_account_id).
      - Characters other than letters, digits and C(_ . @ + -) are replaced by hyphens, because they have a meaning in
        host patterns.
      - If two accounts would have the same host name, the account ID is appended to both. For V(name), all accounts of
        the organization are compared, so that a name means the same account in each inventory of the organization. Use
        V(id) if a new account must never change the host name of an existing account.
    type: str
    default: name
  include:
    description: Only accounts that match at least one of these entries become hosts. By default, all accounts do.
    type: list
    elements: dict
    default: []
    suboptions: &conditions
      ids:
        description: IDs of accounts.
        type: list
        elements: str
      names:
        description:
          - Names of accounts, with C(*), C(?) and C([...]) as in file names.
          - Prefer C(ids). Whoever controls a member account can change its name, and so enter or leave the selection.
        type: list
        elements: str
      ous:
        description:
          - Organizational units that directly or indirectly contain the account. Either the path below the root, such
            as V(/Workloads/Prod), in which each name may contain wildcards, or the ID.
        type: list
        elements: str
      tags:
        description:
          - Tags of the account, each with one or more values, which may contain wildcards. A tag without a value
            matches any value.
        type: dict
      states:
        description: States of the account. O(states) is applied first.
        type: list
        elements: str
  exclude:
    description:
      - Accounts that match any of these entries do not become hosts. An entry matches if all its conditions match.
    type: list
    elements: dict
    default: []
    suboptions: *conditions
  states:
    description:
      - The states of accounts that become hosts. AWS rejects calls in accounts that are V(SUSPENDED), V(CLOSED) or
        V(PENDING_ACTIVATION). Accounts in V(PENDING_CLOSURE) will be closed.
    type: list
    elements: str
    choices: [PENDING_ACTIVATION, ACTIVE, SUSPENDED, PENDING_CLOSURE, CLOSED]
    default: [ACTIVE]
  management_account:
    description:
      - Whether the management account becomes a host, V(include) or V(exclude).
      - The management account does not have the roles that StackSets or AWS Organizations create in member accounts.
        See O(own_account).
    type: str
    choices: [include, exclude]
    default: include
  own_account:
    description:
      - How to connect to the account to which the credentials of this inventory belong, which is often the management
        account.
      - With V(direct), the host has no C(aws_role_arn), and plays use the credentials that Ansible runs with.
      - With V(role), the host has the role like any other account.
    type: str
    choices: [direct, role]
    default: direct
  role_name:
    description:
      - The name of the role to assume in each account, including its path if it has one, such as
        V(OrganizationAccountAccessRole).
      - Sets C(aws_role_arn).
    type: str
  role_arn:
    description:
      - A template for the role ARN that uses the variables of hosts, instead of O(role_name), such as V(arn:{{
        aws_partition }}:iam::{{ aws_account_id }}:role/{{ aws_account_tags.stage }}/Audit).
    type: str
  external_id:
    description:
      - The external ID that the roles require, or a template that uses the variables of hosts. Sets C(aws_external_id).
    type: str
  region:
    description:
      - Sets C(aws_region) of each host. It also determines the partition whose AWS Organizations is read.
    type: str
    aliases: [aws_region]
    env:
      - name: AWS_REGION
  tags:
    description:
      - Whether to read the tags of accounts into C(aws_account_tags). This takes one call for each account.
      - By default, tags are read if O(include), O(exclude), O(hostname), O(compose), O(groups), O(keyed_groups),
        O(role_arn) or O(external_id) use them.
    type: bool
  delegated_administrators:
    description:
      - Whether to read which accounts are delegated administrators, and of which services. These accounts are members
        of the group C(delegated_administrators), and each host has C(aws_account_delegated_services). The log group of
        an organization trail may be in one of these accounts.
    type: bool
    default: false
  ou_groups:
    description: Whether to create groups for organizational units.
    type: bool
    default: true
  ou_group_prefix:
    description: The prefix of the names of these groups.
    type: str
    default: ou
  requests_per_second:
    description: The maximum number of requests per second to AWS Organizations. The AWS limit is about 8, for all
      callers together.
    type: float
    default: 8
extends_documentation_fragment:
  - inventory_cache
  - constructed
  - aws_cis.monitoring._requirements
  - amazon.aws.common.plugins
  - amazon.aws.region.plugins
  - amazon.aws.assume_role.plugins
notes:
  - Each host has the variables C(aws_account_id), C(aws_account_name), C(aws_account_arn), C(aws_account_email),
    C(aws_account_state), C(aws_account_is_management), C(aws_account_ou_id), C(aws_account_ou_path) (such as
    C(/Workloads/Prod)), C(aws_organization_id) and C(aws_partition), as well as C(aws_account_tags) and
    C(aws_account_delegated_services) if these were read. O(compose), O(groups), O(keyed_groups), O(hostname),
    O(role_arn) and O(external_id) can use them.
  - The cache contains the responses of AWS Organizations, including the e-mail addresses of accounts. It contains no
    credentials.
  - Connection options may be templates, for example with the lookup P(ansible.builtin.env#lookup).
seealso:
  - plugin: aws_cis.monitoring.account_connection
    plugin_type: lookup
"""

EXAMPLES = r"""
# A file named organization_accounts.yml: all active accounts, through the role that AWS Organizations creates.
plugin: aws_cis.monitoring.organization_accounts
region: eu-west-1
role_name: OrganizationAccountAccessRole

---
# prod.organization_accounts.yml, from a delegated administrator's account.
plugin: aws_cis.monitoring.organization_accounts
profile: security-audit
region: eu-west-1
role_name: audit/SecurityAudit
external_id: 7a1e9f30
management_account: exclude
hostname: aws_account_name | lower ~ '-' ~ aws_account_id
include:
  - ous: [/Workloads/*/Prod, /Platform]
  - tags: {stage: prod}
exclude:
  - ids: ["111122223333"]
  - names: ["*-scratch"]
keyed_groups:
  - key: aws_account_tags.stage | default('none')
    prefix: stage
groups:
  billing: aws_account_name.startswith('Billing')
compose:
  aws_region: "aws_account_tags.home_region | default('eu-west-1')"
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/ansible/organization
"""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.template import trust_as_template
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._bytecode import keeping_bytecode

with keeping_bytecode():
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import Clients, ConnectionOptionsError
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._credentials import (
        PARTITION_REGIONS,
        AssumeRoleError,
        assume,
        role_from,
    )
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._organization.hosts import (
        Account,
        Organization,
        OrganizationError,
        Selection,
        host_names,
        host_variables,
        left_out,
        role_arn,
        rule_from,
        states_from,
        unit_groups,
    )
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._organization.read import RETRIES, Pace, Reader

FILE_SUFFIXES = ("organization_accounts.yml", "organization_accounts.yaml")
CONNECTION_OPTIONS = (
    "access_key",
    "secret_key",
    "session_token",
    "profile",
    "endpoint_url",
    "region",
    "assume_role_arn",
)
OPTIONS_THAT_MAY_USE_TAGS = ("hostname", "compose", "groups", "keyed_groups", "role_arn", "external_id")
_LEADS_TO_ACCOUNT = frozenset({"aws_role_arn", "aws_profile", "aws_access_key"})
INTERPRETER = trust_as_template("{{ ansible_playbook_python }}")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "aws_cis.monitoring.organization_accounts"

    def verify_file(self, path: str) -> bool:
        if not super().verify_file(path):
            return False
        if path.endswith(FILE_SUFFIXES):
            return True
        if _names_this_plugin(path):
            self.display.warning(
                f"{path} names the plugin {self.NAME}, which takes only files whose names end in "
                f"{' or '.join(FILE_SUFFIXES)}. Rename the file, for example to prod.{FILE_SUFFIXES[0]}."
            )
        return False

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._refuse_unknown(self._read_config_data(path))
        self.templar.available_variables = self._vars
        try:
            self._connection = self._connection_options()
            selection = self._selection()
            organization = self._organization(selection, path, cache)
            self._populate(organization, selection.accounts(organization))
        except (OrganizationError, AssumeRoleError, ConnectionOptionsError) as error:
            raise AnsibleParserError(str(error)) from None

    # Options

    def _refuse_unknown(self, given: Mapping[str, Any]) -> None:
        """Refuse an option that does not exist: a misspelt role_name would leave each host the caller's own account."""
        definitions = self.option_definitions
        aliases = (alias for definition in definitions.values() for alias in definition.get("aliases") or ())
        known = {*definitions, *aliases}
        faults = []
        for name in given:
            if name not in known:
                near = difflib.get_close_matches(str(name), known, n=1)
                faults.append(f"Unknown option {name}." + (f" Did you mean {near[0]}?" if near else ""))
        if faults:
            raise AnsibleParserError(" ".join(faults))

    def _connection_options(self) -> dict[str, Any]:
        """Template the connection options, without unset ones."""
        options = {name: self.templar.template(self.get_option(name)) for name in CONNECTION_OPTIONS}
        return {name: value for name, value in options.items() if value not in (None, "")}

    def _selection(self) -> Selection:
        return Selection(
            include=tuple(map(rule_from, self.templar.template(self.get_option("include")))),
            exclude=tuple(map(rule_from, self.templar.template(self.get_option("exclude")))),
            states=states_from(self.get_option("states")),
            management_account=self.get_option("management_account") == "include",
        )

    def _needs_tags(self, selection: Selection) -> bool:
        wanted = self.get_option("tags")
        if wanted is None:
            texts = (str(self.get_option(name)) for name in OPTIONS_THAT_MAY_USE_TAGS)
            wanted = any("aws_account_tags" in text for text in texts)
        return bool(wanted) or selection.needs_tags

    # AWS

    def _organization(self, selection: Selection, path: str, cache: bool) -> Organization:
        """Take the organization from the cache, or read it and keep it there."""
        use_cache = self.get_option("cache")
        key = self.get_cache_key(path)
        kept = self._cache.get(key) if use_cache and cache else None
        organization = Organization.from_dict(kept) if kept else None
        if organization is None or not self._is_complete(organization, selection):
            organization = self._read(selection)
            if use_cache:
                self._cache[key] = organization.as_dict()
        return organization

    def _is_complete(self, organization: Organization, selection: Selection) -> bool:
        """Say whether all is there that the source asks for now; it may have changed since the cache was written."""
        if self.get_option("delegated_administrators") and organization.delegated_services is None:
            return False
        return not self._needs_tags(selection) or all(
            account.tags is not None for account in selection.candidates(organization)
        )

    def _read(self, selection: Selection) -> Organization:
        reader = Reader(self._client("organizations"), Pace(self.get_option("requests_per_second")))
        organization = reader.organization(with_delegation=self.get_option("delegated_administrators"))
        if self._needs_tags(selection):
            organization = organization.with_tags(reader.tags(selection.candidates(organization)))
        return organization

    def _client(self, service: str) -> Any:
        source = {name: value for name, value in self._connection.items() if name != "assume_role_arn"}
        source["aws_config"] = RETRIES
        if role := self._connection.get("assume_role_arn"):
            source |= assume([role_from(role)], lambda _, partition: _sts(source, partition)).options()
        clients = Clients(source)
        return clients.client(service, clients.region or PARTITION_REGIONS["aws"])

    def _own_account(self) -> str | None:
        """Ask whose credentials the plays will run with. Not cached: other credentials may be used next time."""
        source = {name: value for name, value in self._connection.items() if name != "assume_role_arn"}
        try:
            return str(_sts(source, "aws").get_caller_identity()["Account"])
        except Exception as error:  # a host with a role that fails says so; a wrong account would not
            self.display.warning(
                f"Could not determine the account of the credentials, so that all accounts get the role: {error}"
            )
            return None

    # The inventory

    def _populate(self, organization: Organization, accounts: list[Account]) -> None:
        self._report_left_out(organization, accounts)
        groups = unit_groups(organization, accounts, self.get_option("ou_group_prefix"))
        variables = {account.id: host_variables(organization, account) for account in accounts}
        reserved = {"all", "ungrouped", "localhost", "management_account", "delegated_administrators"}
        reserved |= {group.name for group in groups.values()}
        names = self._host_names(organization, variables, reserved)
        if self.get_option("ou_groups"):
            for group in groups.values():
                self.inventory.add_group(group.name)
                if group.parent:
                    self.inventory.add_child(group.parent, group.name)
        self._set_access(variables)
        for account in accounts:
            host = names[account.id]
            self.inventory.add_host(host)
            if self.get_option("ou_groups"):
                self.inventory.add_child(groups[account.parent_id].name, host)
            self._add_to_named_groups(host, variables[account.id])
            self._construct(host, variables[account.id])

    def _report_left_out(self, organization: Organization, accounts: list[Account]) -> None:
        counts = ", ".join(f"{count} {state}" for state, count in sorted(left_out(organization, accounts).items()))
        self.display.vv(
            f"organization {organization.id}: accounts that are hosts: {len(accounts)}, omitted: {counts or 'none'}"
        )

    def _host_names(
        self, organization: Organization, variables: Mapping[str, dict[str, Any]], reserved: set[str]
    ) -> dict[str, str]:
        expression = self.get_option("hostname")
        if expression in ("name", "id"):
            return host_names({each.id: getattr(each, expression) for each in organization.accounts}, reserved)
        wanted = {}
        for account_id, known in variables.items():
            try:
                wanted[account_id] = str(self._compose(expression, known))
            except AnsibleError as error:
                raise AnsibleParserError(f"Could not render hostname for account {account_id}: {error}") from error
        return host_names(wanted, reserved)

    def _set_access(self, variables: Mapping[str, dict[str, Any]]) -> None:
        """Add the variables with which plays reach the accounts."""
        has_role = self.get_option("role_name") or self.get_option("role_arn")
        if not has_role and not _LEADS_TO_ACCOUNT.intersection(self.get_option("compose")):
            self.display.warning(
                "This source has neither role_name nor role_arn, and compose sets neither aws_role_arn nor "
                "aws_profile. Unless group or host variables do, plays use the credentials that Ansible runs with for "
                "every account."
            )
        own = self._own_account() if has_role and self.get_option("own_account") == "direct" else None
        for account_id, known in variables.items():
            if "region" in self._connection:
                known["aws_region"] = self._connection["region"]
            if has_role and account_id != own:
                known |= self._role(known)
            known["ansible_connection"] = "local"
            known["ansible_python_interpreter"] = INTERPRETER

    def _role(self, known: dict[str, Any]) -> dict[str, str]:
        if self.get_option("role_name") and self.get_option("role_arn"):
            raise AnsibleParserError("Both role_name and role_arn are set. Set one of them.")
        arn = self._rendered("role_arn", known) or role_arn(self.get_option("role_name"), known)
        external_id = self._rendered("external_id", known)
        role = role_from({"role_arn": arn, "external_id": external_id})
        return {"aws_role_arn": role.arn} | ({"aws_external_id": role.external_id} if role.external_id else {})

    def _rendered(self, option: str, known: dict[str, Any]) -> str | None:
        """Render an option that is a template over the variables of an account."""
        text = self.get_option(option)
        if not text:
            return None
        self.templar.available_variables = {**self._vars, **known}
        try:
            return str(self.templar.template(text))
        except AnsibleError as error:
            raise AnsibleParserError(
                f"Could not render {option} for account {known['aws_account_id']}: {error}"
            ) from error

    def _add_to_named_groups(self, host: str, known: dict[str, Any]) -> None:
        if known["aws_account_is_management"]:
            self.inventory.add_child(self.inventory.add_group("management_account"), host)
        if known.get("aws_account_delegated_services"):
            self.inventory.add_child(self.inventory.add_group("delegated_administrators"), host)

    def _construct(self, host: str, known: dict[str, Any]) -> None:
        """Set the variables, then apply compose, groups and keyed_groups."""
        strict = self.get_option("strict")
        for name, value in known.items():
            self.inventory.set_variable(host, name, value)
        self._set_composite_vars(self.get_option("compose"), known, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), known, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, host, strict=strict)


def _names_this_plugin(path: str) -> bool:
    """Whether a file that this plugin does not take is meant for it."""
    if not path.endswith((".yml", ".yaml")):
        return False
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return False
    return re.search(rf"^plugin:\s*[\"']?{re.escape(InventoryModule.NAME)}\b", text, re.MULTILINE) is not None


def _sts(source: dict[str, Any], partition: str) -> Any:
    clients = Clients(source)
    return clients.client("sts", clients.region or PARTITION_REGIONS.get(partition))
