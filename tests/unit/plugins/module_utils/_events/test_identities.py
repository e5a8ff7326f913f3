# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who acted, in words, for each type of identity that CloudTrail documents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.identities import identity_of
from ansible_collections.aws_cis.monitoring.tests.unit.cloudtrail_records import (
    ACCOUNT,
    ROOT,
    SERVICE,
    record,
    role,
    user,
)

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        (user("alice", mfa=True), "user alice, MFA"),
        (user("alice", mfa=False), "user alice, no MFA"),
        (user("bob"), "user bob"),
        (ROOT, "root, MFA"),
        (
            {"type": "Root", "sessionContext": {"assumedRoot": "true", "attributes": {"mfaAuthenticated": "false"}}},
            "root, from the management account, no MFA",
        ),
        (role("Deployment", "pipeline"), "role Deployment, session pipeline, no MFA"),
        (
            role("Deployment", "pipeline", invokedBy="cloudformation.amazonaws.com"),
            "role Deployment, session pipeline, through cloudformation.amazonaws.com, no MFA",
        ),
        (
            {"type": "AssumedRole", "arn": "arn:aws:sts::1:assumed-role/Reader/s", "principalId": "AROA:s"},
            "role Reader, session s",
        ),
        (
            role("AWSReservedSSO_Admin_0123456789abcdef", "alice@example.com"),
            "role AWSReservedSSO_Admin_0123456789abcdef, session alice@example.com, no MFA",
        ),
        (SERVICE, "service autoscaling.amazonaws.com"),
        ({"invokedBy": "config.amazonaws.com"}, "service config.amazonaws.com"),
        ({"type": "AWSAccount", "accountId": "444455556666"}, "an identity of account 444455556666"),
        ({"type": "SAMLUser", "principalId": "abc:carol", "userName": "carol"}, "federated user carol"),
        ({"type": "FederatedUser", "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/dan"}, "federated user dan"),
        ({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}}, "Identity Center user u-1"),
        ({"type": "Unknown"}, "an unnamed identity"),
        ({}, "an unnamed identity"),
    ],
)  # fmt: skip
def test_a_principal_in_words(identity: dict[str, Any], words: str) -> None:
    assert identity_of(record(identity, "CreateSecurityGroup", AT)).words == words


@pytest.mark.parametrize(("used", "mfa"), [("Yes", True), ("No", False), (None, None)])
def test_a_sign_in_says_itself_whether_it_was_with_mfa(used: str | None, mfa: bool | None) -> None:
    said = {"additionalEventData": {"MFAUsed": used}} if used else {}
    assert identity_of(record(user("alice"), "ConsoleLogin", AT, **said)).mfa is mfa


def test_the_sessions_of_a_role_are_one_principal() -> None:
    one, other = (identity_of(record(role("Deployment", name), "CreateVpc", AT)) for name in ("a", "b"))
    assert one.principal == other.principal
    assert (one.session, other.session) == ("a", "b")


@pytest.mark.parametrize(
    ("identity", "known_as"),
    [
        (user("alice"), f"arn:aws:iam::{ACCOUNT}:user/alice"),
        (ROOT, f"arn:aws:iam::{ACCOUNT}:root"),
        (role("Deployment", "pipeline"), f"arn:aws:iam::{ACCOUNT}:role/Deployment"),
        # What CloudFormation does for a role is the role's doing, or any role could hide behind the service.
        (role("Deployment", "s", invokedBy="cloudformation.amazonaws.com"), f"arn:aws:iam::{ACCOUNT}:role/Deployment"),
        # Without the issuer the path of the role is unknown, so it is known by the session.
        ({"type": "AssumedRole", "arn": "arn:aws:sts::1:assumed-role/R/s"}, "arn:aws:sts::1:assumed-role/R/s"),
        (SERVICE, "autoscaling.amazonaws.com"),
        ({"invokedBy": "config.amazonaws.com"}, "config.amazonaws.com"),
        (
            {
                "type": "IdentityCenterUser",
                "onBehalfOf": {
                    "userId": "u-1",
                    "identityStoreArn": "arn:aws-us-gov:identitystore::111122223333:identitystore/d-1",
                },
            },
            "arn:aws-us-gov:identitystore:::user/u-1",
        ),
        ({"type": "AWSAccount", "accountId": "444455556666", "invokedBy": "x.amazonaws.com"}, ""),
        ({}, ""),
    ],
)  # fmt: skip
def test_what_tells_a_principal_from_others_of_its_name(identity: dict[str, Any], known_as: str) -> None:
    assert identity_of(record(identity, "CreateSecurityGroup", AT)).known_as == known_as
