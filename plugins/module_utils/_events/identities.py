# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The principal of a record, from its userIdentity. Pure.

Follows 'CloudTrail userIdentity element' and 'AWS Management Console sign-in events' of the AWS CloudTrail User Guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._safe_text import one_line

_NOBODY: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Identity:
    """The principal of a record. Missing values are '' (None for mfa)."""

    principal: str  # in words, the same for all sessions of a role: "user alice", "role Deployment", "root"
    type: str  # as CloudTrail writes it: IAMUser, AssumedRole, Root, AWSService ...
    arn: str
    known_as: str  # what tells it from others of that name: an ARN, or a service; '' if nothing does
    account: str  # the principal's own, which may not be the one that it acted in
    session: str  # of a role: the name that whoever assumed it gave the session
    invoked_by: str  # the service that called on the principal's behalf
    mfa: bool | None  # whether the session, or the sign-in, was with MFA

    @property
    def words(self) -> str:
        """The complete identity: "role Deployment, session pipeline, through cloudformation.amazonaws.com"."""
        parts = [self.principal]
        if self.session:
            parts.append(f"session {self.session}")
        if self.invoked_by and self.invoked_by not in self.principal:
            parts.append(f"through {self.invoked_by}")
        if self.mfa is not None:
            parts.append("MFA" if self.mfa else "no MFA")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        return {
            "who": self.words,
            "principal": self.principal,
            "type": self.type,
            "arn": self.arn,
            "known_as": self.known_as,
            "principal_account": self.account,
            "session": self.session,
            "invoked_by": self.invoked_by,
            "mfa": self.mfa,
        }


def identity_of(record: Mapping[str, Any]) -> Identity:
    """Return the principal, as far as known for a record without userIdentity or with an unknown type of it."""
    identity = mapping(record, "userIdentity")
    session = mapping(identity, "sessionContext")
    return Identity(
        principal=_principal(identity, session),
        type=text(identity, "type"),
        arn=text(identity, "arn"),
        known_as=_known_as(identity, session),
        account=text(identity, "accountId"),
        session=_session_name(identity),
        invoked_by=text(identity, "invokedBy"),
        mfa=_mfa(record, session),
    )


def _principal(identity: Mapping[str, Any], session: Mapping[str, Any]) -> str:
    kind = text(identity, "type")
    if kind == "Root":
        # sts:AssumeRoot gives the management account sessions of a member's root user.
        return "root, from the management account" if text(session, "assumedRoot") == "true" else "root"
    if kind == "AssumedRole":
        return f"role {_role_name(identity, session)}"
    if kind == "AWSService" or (not kind and text(identity, "invokedBy")):
        return f"service {text(identity, 'invokedBy') or 'of AWS'}"
    if kind in ("AWSAccount", "Unknown", "Directory", ""):
        return _bare(identity, kind)
    words = {"IAMUser": "user", "Role": "role", "IdentityCenterUser": "Identity Center user"}
    named = text(identity, "userName") or text(mapping(identity, "onBehalfOf"), "userId")
    named = named or text(identity, "arn").rpartition("/")[2] or text(identity, "principalId") or "without name"
    return f"{words.get(kind, 'federated user')} {named}"


def _known_as(identity: Mapping[str, Any], session: Mapping[str, Any]) -> str:
    """A role by its own ARN, since that of a session has its name without the path.

    A service is a principal only where it acts for itself: what it calls for a role is the role's.
    """
    kind, behalf = text(identity, "type"), mapping(identity, "onBehalfOf")
    if kind == "IdentityCenterUser" and text(behalf, "userId"):
        partition = text(behalf, "identityStoreArn").split(":")[1:2] or ["aws"]
        return f"arn:{partition[0]}:identitystore:::user/{text(behalf, 'userId')}"
    if kind == "AssumedRole" and (issuer := text(mapping(session, "sessionIssuer"), "arn")):
        return issuer
    if kind == "AWSService":
        return text(identity, "invokedBy")
    return text(identity, "arn") or ("" if kind else text(identity, "invokedBy"))


def _role_name(identity: Mapping[str, Any], session: Mapping[str, Any]) -> str:
    issuer = mapping(session, "sessionIssuer")
    # arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION
    parts = text(identity, "arn").split("/")
    return (
        text(issuer, "userName") or (parts[1] if len(parts) > 1 else "") or text(identity, "principalId") or "unknown"
    )


def _session_name(identity: Mapping[str, Any]) -> str:
    if text(identity, "type") != "AssumedRole":
        return ""
    return text(identity, "principalId").partition(":")[2] or text(identity, "arn").rpartition("/")[2]


def _bare(identity: Mapping[str, Any], kind: str) -> str:
    account = text(identity, "accountId")
    if kind == "AWSAccount" and account:
        return f"an identity of account {account}"
    named = text(identity, "userName") or text(identity, "arn") or text(identity, "principalId")
    return named or "an unnamed identity"


def _mfa(record: Mapping[str, Any], session: Mapping[str, Any]) -> bool | None:
    said = text(mapping(session, "attributes"), "mfaAuthenticated")
    said = said or text(mapping(record, "additionalEventData"), "MFAUsed")
    return None if not said else said.lower() in ("true", "yes")


def mapping(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The member of that name if it is an object, or else an empty one."""
    value = parent.get(name)
    return value if isinstance(value, Mapping) else _NOBODY


def text(parent: Mapping[str, Any], name: str) -> str:
    """The member of that name as text that steers no terminal; '' if there is none, or it is no single value."""
    value = parent.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return one_line(str(value)) if isinstance(value, (str, int, float)) else ""
