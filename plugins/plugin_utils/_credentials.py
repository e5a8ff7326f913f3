# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Assumes a role, or several in turn, and explains what to fix when STS refuses.

Follows 'AssumeRole' in the AWS STS API Reference and 'Role chaining' in the IAM User Guide. Pure but for the
client, which the caller brings; nothing here writes a log, and no message or repr holds a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_SESSION_NAME = "aws_cis.monitoring"

# Where a partition's STS is asked when nobody named a region ('AWS STS endpoints and quotas').
PARTITION_REGIONS = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
}

_ROLE_ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>\d{12}):role/(?P<name>[\w+=,.@/-]+)", re.ASCII)
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


class AssumeRoleError(Exception):
    """A role could not be assumed, or is not described well. The message is for people and holds no secret."""


@dataclass(frozen=True)
class Role:
    """A role and the terms on which to assume it, as AssumeRole takes them."""

    arn: str
    external_id: str | None = None
    session_name: str = DEFAULT_SESSION_NAME
    duration: int | None = None  # seconds; STS takes an hour when not given
    source_identity: str | None = None
    session_tags: Mapping[str, str] = field(default_factory=dict)
    transitive_tag_keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _ROLE_ARN.fullmatch(self.arn):
            raise AssumeRoleError(
                f"{self.arn!r} is not the ARN of a role. Give one like 'arn:aws:iam::111122223333:role/Audit'."
            )
        for what, name in (("session name", self.session_name), ("source identity", self.source_identity)):
            if name is not None and not _SESSION_NAME.fullmatch(name):
                raise AssumeRoleError(
                    f"{name!r} can't be the {what} of a session in role {self.arn}: "
                    "AWS takes 2 to 64 letters, digits and the signs +=,.@_- there."
                )
        if self.duration is not None and not 900 <= self.duration <= 43200:
            raise AssumeRoleError(
                f"A session in role {self.arn} can't last {self.duration} seconds: AWS takes 900 to 43200."
            )

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    @property
    def partition(self) -> str:
        return self.arn.split(":")[1]

    def request(self) -> dict[str, Any]:
        """Give the arguments of AssumeRole; what is not set is left out."""
        arguments = {
            "RoleArn": self.arn,
            "RoleSessionName": self.session_name,
            "ExternalId": self.external_id,
            "DurationSeconds": self.duration,
            "SourceIdentity": self.source_identity,
            "Tags": [{"Key": key, "Value": value} for key, value in self.session_tags.items()],
            "TransitiveTagKeys": list(self.transitive_tag_keys),
        }
        return {name: value for name, value in arguments.items() if value not in (None, [])}


_ROLE_KEYS = (
    "role_arn",
    "external_id",
    "session_name",
    "duration",
    "source_identity",
    "session_tags",
    "transitive_tag_keys",
)


def role_from(description: Mapping[str, Any] | str) -> Role:
    """Read a role from its ARN alone, or from a dictionary with role_arn and the terms.

    Empty values count as not given, so that a host can blank what its group sets.
    """
    if isinstance(description, str):
        description = {"role_arn": description}
    if not isinstance(description, Mapping):
        raise AssumeRoleError(f"A role is given as its ARN or as a dictionary with 'role_arn', not as {description!r}.")
    unknown = sorted(set(description) - set(_ROLE_KEYS))
    if unknown:
        raise AssumeRoleError(f"A role has no {', '.join(map(repr, unknown))}. It has: {', '.join(_ROLE_KEYS)}.")
    given = {key: value for key, value in description.items() if value not in (None, "", {}, [])}
    if "role_arn" not in given:
        raise AssumeRoleError("A role to assume on the way lacks its 'role_arn'.")
    return Role(
        arn=str(given["role_arn"]),
        external_id=_text(given.get("external_id")),
        session_name=str(given.get("session_name", DEFAULT_SESSION_NAME)),
        duration=_seconds(given.get("duration")),
        source_identity=_text(given.get("source_identity")),
        session_tags=_tags(given.get("session_tags", {})),
        transitive_tag_keys=tuple(str(key) for key in given.get("transitive_tag_keys", ())),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _seconds(value: Any) -> int | None:
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError):
        raise AssumeRoleError(f"{value!r} is no number of seconds for a role's session to last.") from None


def _tags(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise AssumeRoleError(f"Session tags are a dictionary of names and values, not {value!r}.")
    return {str(key): str(text) for key, text in value.items()}


@dataclass(frozen=True)
class Credentials:
    """Temporary credentials. Their repr tells nothing but the key id, which AWS logs too."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expiration: datetime

    def options(self) -> dict[str, str]:
        """Give them as amazon.aws modules take them.

        The blank profile keeps AWS_PROFILE in the environment from being added to the keys: modules refuse both.
        """
        return {
            "access_key": self.access_key,
            "secret_key": self.secret_key,
            "session_token": self.session_token,
            "profile": "",
        }


class STS(Protocol):
    """The part of a boto3 STS client that is used here."""

    def assume_role(self, **arguments: Any) -> Mapping[str, Any]: ...


Connect = Callable[["Credentials | None", str], STS]


def assume(roles: Sequence[Role], connect: Connect) -> Credentials:
    """Assume the roles in turn, each with the credentials of the one before it.

    :param roles: at least one, in order.
    :param connect: makes an STS client with credentials (None: those of the run itself), for a partition.
    :raises AssumeRoleError: with the role, its account, what STS answered and what to check.
    """
    credentials: Credentials | None = None
    for number, role in enumerate(roles):
        with _explained(role, hop=number):
            credentials = _assume_one(role, connect(credentials, role.partition))
    if credentials is None:
        raise ValueError("there is no role to assume")
    return credentials


def _assume_one(role: Role, sts: STS) -> Credentials:
    answer = sts.assume_role(**role.request()).get("Credentials", {})
    try:
        return Credentials(
            answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"], answer["Expiration"]
        )
    except KeyError as missing:
        raise AssumeRoleError(
            f"{_subject(role)}: the answer of STS lacks {missing}. Try again; if it stays so, "
            "check what lies between here and AWS (a proxy, an emulator)."
        ) from None


@contextmanager
def _explained(role: Role, hop: int) -> Iterator[None]:
    """Turn what botocore raises into an error with advice. Imports it here, where there must be one already."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as refusal:
        error = refusal.response.get("Error", {})
        code, message = error.get("Code", "Unknown"), error.get("Message", "")
        raise AssumeRoleError(f"{_subject(role)}: {code}: {message} {_advice(code, message, role, hop)}") from None
    except BotoCoreError as failure:
        name = type(failure).__name__
        raise AssumeRoleError(f"{_subject(role)}: {name}: {failure}. {_advice(name, '', role, hop)}") from None


def _subject(role: Role) -> str:
    return f"Could not assume the role {role.arn} in account {role.account}"


def _advice(code: str, message: str, role: Role, hop: int) -> str:
    """Say what to check for an error code of STS or a class name of botocore."""
    asked_by = "the role before it in the chain" if hop else "the credentials that this run uses"
    if code in ("AccessDenied", "AccessDeniedException"):
        return _advice_on_refusal(message, role, asked_by)
    advice = {
        "NoCredentialsError": "Found no credentials to assume it with. Set aws_profile, or AWS_PROFILE or "
        "AWS_ACCESS_KEY_ID in the environment that Ansible runs in (not the task's 'environment').",
        "ExpiredToken": f"Renew {asked_by}.",
        "ExpiredTokenException": f"Renew {asked_by}.",
        "InvalidClientTokenId": f"Check {asked_by}: the access key may be deleted or disabled, belong to a "
        f"partition other than {role.partition}, or miss its session token.",
        "SignatureDoesNotMatch": f"Check {asked_by}: the secret key does not fit the access key.",
        "RegionDisabledException": "Activate STS in that region in the account's IAM settings, "
        "or set aws_region to one where it is active.",
        "PackedPolicyTooLarge": "Give fewer or shorter session tags.",
        "EndpointConnectionError": "Check aws_region, aws_endpoint_url, and that this machine reaches it.",
        "ValidationError": "Check the duration against the role's maximum session duration"
        + (" (an hour at most for a role that is assumed from another)" if hop else "")
        + ", and the session name and tags.",
    }
    return advice.get(code, "")


def _advice_on_refusal(message: str, role: Role, asked_by: str) -> str:
    """AWS never says why: the role may not exist, or either policy, or a condition, may refuse."""
    if "sts:TagSession" in message:
        return f"Allow sts:TagSession besides sts:AssumeRole in the role's trust policy, for {asked_by}."
    if "sts:SetSourceIdentity" in message:
        return f"Allow sts:SetSourceIdentity besides sts:AssumeRole in the role's trust policy, for {asked_by}."
    external_id = (
        "that the external id is the one that it asks for (one was sent)"
        if role.external_id
        else "whether it asks for an external id (none was sent; set aws_external_id)"
    )
    return (
        f"Check that the role exists, that its trust policy names {asked_by}, {external_id}, "
        f"and that {asked_by} may call sts:AssumeRole on it."
    )
