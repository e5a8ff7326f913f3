# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say how to reach the account that a host stands for, as options that every AWS module takes."""

from __future__ import annotations

DOCUMENTATION = r"""
name: account_connection
short_description: Connection options of the AWS account that a host stands for
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Returns the options with which AWS modules reach the account of the current host, from the host's variables.
    It is meant for C(module_defaults) of an action group, where one line serves a whole play.
  - Without O(role_arn), these are the region, the profile and the other options as given, and AWS is not asked.
  - With O(role_arn), the role is assumed and the options carry its temporary credentials. This takes one call to STS
    for a task (one more for each role in O(role_chain)), however many items a loop has, and none for tasks of modules
    outside the group. It works in check mode, since assuming a role changes nothing.
  - STS is asked at the endpoint of the host's region, and without a region at one of the partition of the role.
options:
  region:
    description: The region that modules ask, and whose STS endpoint is asked.
    type: str
    vars:
      - name: aws_region
  profile:
    description:
      - A profile of the AWS configuration files on the controller.
      - With O(role_arn), the profile whose credentials assume the role. Modules then get the role's credentials, with
        what the profile says beside its own - FIPS and dual-stack endpoints, an endpoint, a CA bundle, retries.
      - An endpoint for each service (C(services)) is more than an option of modules can carry. With O(role_arn), a
        profile that has them is named as C(AWS_PROFILE) in the environment of the task's process on the controller,
        where the AWS SDK reads them. O(endpoint_url) takes their place.
    type: str
    vars:
      - name: aws_profile
  access_key:
    description: An access key ID, in place of O(profile).
    type: str
    vars:
      - name: aws_access_key
  secret_key:
    description: The secret access key that belongs to O(access_key).
    type: str
    vars:
      - name: aws_secret_key
  session_token:
    description: The session token that belongs to O(access_key), where it is a temporary one.
    type: str
    vars:
      - name: aws_session_token
  role_arn:
    description:
      - The ARN of the role to assume.
      - It is assumed with O(profile) or O(access_key), or else with what the AWS SDK finds in the environment that
        Ansible runs in (variables, configuration files, the machine's own role).
    type: str
    vars:
      - name: aws_role_arn
  external_id:
    description: The external ID that the trust policy of the role asks for.
    type: str
    vars:
      - name: aws_external_id
  role_session_name:
    description: The name of the session, which CloudTrail records with each call.
    type: str
    default: aws_cis.monitoring
    vars:
      - name: aws_role_session_name
  role_duration:
    description:
      - How long the credentials are valid, in seconds, 900 at least. Each task gets new ones, so that this need not
        cover more than the longest task.
      - Without it, STS gives an hour.
    type: int
    vars:
      - name: aws_role_duration
  source_identity:
    description:
      - The source identity of the session, which AWS records with each call and which no role can change afterwards.
    type: str
    vars:
      - name: aws_source_identity
  session_tags:
    description: Tags of the session, for policies that decide by them.
    type: dict
    vars:
      - name: aws_session_tags
  transitive_tag_keys:
    description: The names of those O(session_tags) that sessions of roles assumed from this one inherit.
    type: list
    elements: str
    vars:
      - name: aws_transitive_tag_keys
  role_chain:
    description:
      - Roles to assume on the way to O(role_arn), in turn, for instance one in a hub account that all others trust.
      - An entry is the ARN of a role, or a dictionary with the key C(role_arn) and, as needed, C(external_id),
        C(session_name), C(duration), C(source_identity), C(session_tags) and C(transitive_tag_keys).
      - AWS limits a role that is assumed from another to one hour.
    type: list
    elements: raw
    vars:
      - name: aws_role_chain
  endpoint_url:
    description: An endpoint to use in place of AWS's, for STS and for the modules.
    type: str
    vars:
      - name: aws_endpoint_url
  aws_ca_bundle:
    description: A file with the certificates to trust, for STS and for the modules.
    type: path
    vars:
      - name: aws_ca_bundle
  validate_certs:
    description:
      - Whether to check the certificates of AWS, for STS and for the modules. The modules check unless told
        otherwise.
    type: bool
    vars:
      - name: aws_validate_certs
  aws_config:
    description: Settings of the AWS SDK (those of C(botocore.config.Config)), for STS and for the modules.
    type: dict
    vars:
      - name: aws_config
notes:
  - A variable that is empty counts as not set, so that a host can blank what its group sets.
  - Lookups run on the controller and see the environment that Ansible was started in. The C(environment) keyword of a
    play or task reaches modules but not this lookup.
  - Modules hide the credentials in what they log and return. Ansible itself keeps the arguments of a failed task in
    C(ansible_failed_task) while its C(rescue) runs. Never print that variable whole.
extends_documentation_fragment:
  - aws_cis.monitoring._requirements
seealso:
  - plugin: aws_cis.monitoring.organization_accounts
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Every module of the group reaches the account of its host
  module_defaults:
    group/aws_cis.monitoring.aws: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  block:
    - name: Read the account
      aws_cis.monitoring.cis_monitoring_info:
      register: account

    - name: Ask who we are there
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

- name: For one task alone, with other terms than the host's
  amazon.aws.aws_caller_info:
  module_defaults:
    amazon.aws.aws_caller_info: >-
      {{ lookup('aws_cis.monitoring.account_connection',
                role_arn='arn:aws:iam::111122223333:role/Drill', role_duration=900) }}
"""

RETURN = r"""
_raw:
  description:
    - The connection options, as amazon.aws modules name them. What is not set is left out.
    - Beside a profile or keys, the options that would contradict them are there and blank, since modules fill those
      from the environment otherwise.
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
            raise AnsibleLookupError("account_connection takes options only, such as role_arn='...'; no terms.")
        self.set_options(var_options=self._templated(variables or {}), direct=kwargs)
        source = self._source()
        try:
            roles = self._roles()
            return [self._assumed(source, roles) if roles else _unambiguous(source)]
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
                "Both a profile (aws_profile) and keys (aws_access_key) are set for this host. Blank one of them."
            )
        return options

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
            raise AssumeRoleError(f"Don't know where to find STS in partition {partition}. Set aws_region.")
        return clients.client("sts", region)


def _with_profile(own: Mapping[str, Any], profile: str, endpoint_url: str | None) -> dict[str, Any]:
    """Add the settings of a profile, other than its credentials, that the host does not set itself.

    Raises ConnectionOptionsError for endpoints by service, which no option of a module can carry beside keys. Ignoring
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
    """Blank what modules would take from the environment beside the profile or the keys that are given."""
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
