# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Return the connection options of the account that a host represents."""

from __future__ import annotations

DOCUMENTATION = r"""
name: account_connection
short_description: Return the connection options of a host's AWS account
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Returns the options with which AWS modules connect to the account of the current host, based on the variables of the
    host. Intended for C(module_defaults) of an action group, where one line applies to a whole play.
  - Without O(role_arn), the region, the profile and the other options are returned as given. AWS is not called.
  - With O(role_arn), the role is assumed, and its temporary credentials are returned. This takes one STS call for each
    task, and one more for each role in O(role_chain), regardless of the number of loop items. Tasks of modules outside
    the group cause no call. Roles are also assumed in check mode, because this changes nothing.
  - The lookup uses the STS endpoint of the host's region. Without a region, it uses an STS endpoint of the role's
    partition.
options:
  region:
    description: The region for the modules and for STS.
    type: str
    vars:
      - name: aws_region
  profile:
    description:
      - A profile of the AWS configuration files on the controller.
      - With O(role_arn), the profile whose credentials assume the role. Modules then get the role's credentials and the
        other settings of the profile, such as FIPS and dual-stack endpoints, an endpoint URL, a CA bundle and retries.
      - A profile that sets an endpoint for each service (C(services)) is refused with O(role_arn), because no module
        option can pass these endpoints on. Run Ansible with E(AWS_PROFILE) set to this profile, or set O(endpoint_url).
    type: str
    vars:
      - name: aws_profile
  access_key:
    description: The access key ID to use instead of O(profile).
    type: str
    vars:
      - name: aws_access_key
  secret_key:
    description: The secret access key that belongs to O(access_key).
    type: str
    vars:
      - name: aws_secret_key
  session_token:
    description: The session token that belongs to O(access_key), if the key is temporary.
    type: str
    vars:
      - name: aws_session_token
  role_arn:
    description:
      - The ARN of the role to assume.
      - The role is assumed with O(profile) or O(access_key). Without these, the AWS SDK uses its default credential
        chain (environment variables, configuration files, instance role).
    type: str
    vars:
      - name: aws_role_arn
  external_id:
    description: The external ID that the trust policy of the role requires.
    type: str
    vars:
      - name: aws_external_id
  role_session_name:
    description: The name of the session. CloudTrail records it with each call.
    type: str
    default: aws_cis.monitoring
    vars:
      - name: aws_role_session_name
  role_duration:
    description:
      - The lifetime of the credentials in seconds, at least 900. Each task gets new credentials, so that they only need
        to be valid for the longest task.
      - The default of STS is one hour.
    type: int
    vars:
      - name: aws_role_duration
  source_identity:
    description:
      - The source identity of the session. AWS records it with each call, and it cannot be changed during the session.
    type: str
    vars:
      - name: aws_source_identity
  session_tags:
    description: The session tags, for policies that use them as conditions.
    type: dict
    vars:
      - name: aws_session_tags
  transitive_tag_keys:
    description: The keys of those O(session_tags) that are passed on to sessions of roles that are assumed from this
      role.
    type: list
    elements: str
    vars:
      - name: aws_transitive_tag_keys
  role_chain:
    description:
      - The roles to assume, in order, before O(role_arn). An example is a role in a hub account that all other accounts
        trust.
      - Each entry is the ARN of a role, or a dictionary with the key C(role_arn) and, optionally, C(external_id),
        C(session_name), C(duration), C(source_identity), C(session_tags) and C(transitive_tag_keys).
      - AWS limits the sessions of chained roles to one hour.
    type: list
    elements: raw
    vars:
      - name: aws_role_chain
  account_id:
    description: The account that the host stands for, for O(with_account). By default, the account in O(role_arn).
    type: str
    vars:
      - name: aws_account_id
    version_added: 2.0.0
  with_account:
    description:
      - Whether to return the option C(account) too, if O(account_id) or O(role_arn) is set. The modules of this
        collection refuse to act on another account. Other modules do not have the option, so use it with the group
        C(aws_cis.monitoring.own) only.
    type: bool
    default: false
    version_added: 2.0.0
  endpoint_url:
    description: The endpoint URL to use instead of the AWS endpoints, for STS and for the modules.
    type: str
    vars:
      - name: aws_endpoint_url
  aws_ca_bundle:
    description: The file with the trusted CA certificates, for STS and for the modules.
    type: path
    vars:
      - name: aws_ca_bundle
  validate_certs:
    description:
      - Whether to validate TLS certificates, for STS and for the modules. The modules validate certificates by default.
    type: bool
    vars:
      - name: aws_validate_certs
  aws_config:
    description: The settings of the AWS SDK (parameters of C(botocore.config.Config)), for STS and for the modules.
    type: dict
    vars:
      - name: aws_config
notes:
  - An empty variable counts as not set, so that a host can unset a variable of its group.
  - Lookups run on the controller and use the environment in which Ansible was started. The C(environment) keyword of a
    play or task applies to modules, not to this lookup.
  - Modules mask the credentials in logs and results. Ansible keeps the arguments of a failed task in
    C(ansible_failed_task) during C(rescue). Never print this variable.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements
seealso:
  - plugin: aws_cis.monitoring.organization_accounts
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Connect every module of the group to the account of its host
  module_defaults:
    group/aws_cis.monitoring.aws: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  block:
    - name: Read the account
      aws_cis.monitoring.cis_monitoring_info:
      register: account

    - name: Show the identity in the account
      amazon.aws.aws_caller_info:

# An inventory for these tasks.
#
# all:
#   vars:
#     aws_region: eu-west-1
#     aws_external_id: 7a1e9f30
#     aws_role_arn: "arn:aws:iam::{{ aws_account_id }}:role/Audit"
#     aws_session_tags: {team: security}
#     aws_role_chain:
#       - arn:aws:iam::999988887777:role/Hub
#   hosts:
#     shop: {aws_account_id: "111122223333"}
#     billing: {aws_account_id: "444455556666"}
#     own: {aws_role_arn: "", aws_profile: own}

- name: Use another role for one task
  amazon.aws.aws_caller_info:
  module_defaults:
    amazon.aws.aws_caller_info: >-
      {{ lookup('aws_cis.monitoring.account_connection',
                role_arn='arn:aws:iam::111122223333:role/Drill', role_duration=900) }}
"""

RETURN = r"""
_raw:
  description:
    - The connection options, as named by amazon.aws modules. Unset options are omitted.
    - With a profile or keys, options that conflict with them are returned as empty strings. Otherwise modules would
      read them from the environment.
  type: list
  elements: dict
"""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._bytecode import keeping_bytecode

with keeping_bytecode():
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import Clients, ConnectionOptionsError
    from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.profile import Profile
    from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._credentials import (
        PARTITION_REGIONS,
        STS,
        AssumeRoleError,
        Credentials,
        Role,
        assume,
        role_from,
    )

CONNECTION_OPTIONS = (
    "region",
    "profile",
    "access_key",
    "secret_key",
    "session_token",
    "endpoint_url",
    "aws_ca_bundle",
    "validate_certs",
    "aws_config",
)
KEYS = ("access_key", "secret_key", "session_token")
# What amazon.aws modules read of the environment though the AWS SDK does not. STS is to be asked as they would be.
ENVIRONMENT = {"endpoint_url": "AWS_URL", "region": "AWS_REGION"}

# A task with a loop asks once for each item. Ansible runs a task of a host in a process of its own, so what is
# remembered here is gone with the task, and never passes from one host to another.
_remembered: dict[str, Credentials] = {}
_ENOUGH = timedelta(minutes=5)


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any) -> list[dict[str, Any]]:
        if terms:
            raise AnsibleLookupError("account_connection does not accept terms. Use options such as role_arn='...'.")
        self.set_options(var_options=self._templated(variables or {}), direct=kwargs)
        source = self._source()
        try:
            roles = self._roles()
            return [(self._assumed(source, roles) if roles else _unambiguous(source)) | self._account()]
        except (AssumeRoleError, ConnectionOptionsError) as error:
            raise AnsibleLookupError(str(error)) from None

    def _templated(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Template the variables that options come from: Ansible hands a lookup the raw ones."""
        definitions = C.config.get_configuration_definitions(self.plugin_type, self._load_name)
        names = {source["name"] for definition in definitions.values() for source in definition.get("vars", ())}
        templated = {name: self._templar.template(variables[name]) for name in names if name in variables}
        return {name: value for name, value in templated.items() if value != ""}

    def _source(self) -> dict[str, Any]:
        """Collect what is set of the options that modules take too."""
        options = {name: self.get_option(name) for name in CONNECTION_OPTIONS}
        options = {name: value for name, value in options.items() if value not in (None, "", {})}
        if "profile" in options and any(key in options for key in KEYS):
            raise AnsibleLookupError(
                "Both a profile (aws_profile) and keys (aws_access_key) are set for this host. Unset one of them."
            )
        return options

    def _account(self) -> dict[str, str]:
        """The account that the host stands for, if it is asked for and known."""
        if not self.get_option("with_account"):
            return {}
        account = self.get_option("account_id") or "".join((self.get_option("role_arn") or "").split(":")[4:5])
        return {"account": account} if account else {}

    def _roles(self) -> list[Role]:
        last = {
            "role_arn": self.get_option("role_arn"),
            "external_id": self.get_option("external_id"),
            "session_name": self.get_option("role_session_name"),
            "duration": self.get_option("role_duration"),
            "source_identity": self.get_option("source_identity"),
            "session_tags": self.get_option("session_tags"),
            "transitive_tag_keys": self.get_option("transitive_tag_keys"),
        }
        if not last["role_arn"]:
            return []
        return [role_from(role) for role in (*(self.get_option("role_chain") or ()), last)]

    def _assumed(self, source: dict[str, Any], roles: list[Role]) -> dict[str, Any]:
        connection = Connection(source)
        key = _key(source, roles)
        credentials = _remembered.get(key)
        if credentials is None or credentials.expiration - datetime.now(UTC) < _ENOUGH:
            credentials = _remembered[key] = assume(roles, connection.sts)
        return (
            connection.settings | credentials.options() | ({"region": connection.region} if connection.region else {})
        )


class Connection:
    """Makes STS clients: the first with the credentials of the run, the others with those of a role."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        self._outside = {option: os.environ[name] for option, name in ENVIRONMENT.items() if os.environ.get(name)}
        self._source = self._outside | dict(source)
        # What goes with any credentials: the host's own options, before what its profile says.
        self.settings = {name: value for name, value in source.items() if name not in (*KEYS, "profile")}
        if "profile" in source:
            self.settings = _with_profile(self.settings, source["profile"], self._source.get("endpoint_url"))
        # A profile may bring a region of its own, which modules that get keys alone would not find.
        self.region = source.get("region") or (Clients(self._source).region if "profile" in source else None)

    def sts(self, credentials: Credentials | None, partition: str) -> STS:
        clients = Clients(
            self._source if credentials is None else self._outside | self.settings | credentials.options()
        )
        region = self.region or clients.region or PARTITION_REGIONS.get(partition)
        if not region:
            raise AssumeRoleError(f"No STS endpoint is known for partition {partition}. Set aws_region.")
        return clients.client("sts", region)


def _with_profile(own: Mapping[str, Any], profile: str, endpoint_url: str | None) -> dict[str, Any]:
    """Add the settings of a profile, other than its credentials, that the host does not set itself.

    Raises ConnectionOptionsError for endpoints by service, which no module option can pass on with keys. Ignoring
    them would send the calls of a private network to the public endpoints.
    """
    its = Profile(profile)
    if not endpoint_url and its.has_endpoints_by_service():
        raise ConnectionOptionsError(
            f"The profile {profile} sets an endpoint for each service (services), which modules cannot use with the "
            f"credentials of a role. Run Ansible with AWS_PROFILE={profile} in its environment, or set "
            "aws_endpoint_url for the host."
        )
    settings = its.settings(endpoint_url)
    config = settings.pop("aws_config", {}) | own.get("aws_config", {})
    return settings | dict(own) | ({"aws_config": config} if config else {})


def _unambiguous(options: dict[str, Any]) -> dict[str, Any]:
    """Blank what modules would also read from the environment with a profile or keys."""
    if "profile" in options:
        return options | dict.fromkeys(KEYS, "")
    if "access_key" in options:
        return {"profile": "", "session_token": ""} | options
    return options


def _key(source: Mapping[str, Any], roles: list[Role]) -> str:
    """Fold all that decides which credentials come back into one value that tells none of it."""
    environment = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    everything = [source, [role.request() for role in roles], environment]
    return hashlib.sha256(json.dumps(everything, sort_keys=True, default=str).encode()).hexdigest()
