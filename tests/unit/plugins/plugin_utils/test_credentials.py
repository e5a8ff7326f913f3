# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._credentials import (
    AssumeRoleError,
    Credentials,
    Role,
    assume,
    role_from,
)
from botocore.exceptions import ClientError, NoCredentialsError

ARN = "arn:aws:iam::111122223333:role/audit/Reader"
EXPIRATION = datetime(2026, 11, 23, 6, tzinfo=UTC)


class FakeSTS:
    """Answers with credentials named after the role, or raises what it is given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.requests: list[dict] = []

    def assume_role(self, **arguments):
        self.requests.append(arguments)
        if self.error:
            raise self.error
        name = arguments["RoleArn"].rsplit("/")[-1]
        return {
            "Credentials": {
                "AccessKeyId": f"key of {name}",
                "SecretAccessKey": f"secret of {name}",
                "SessionToken": f"token of {name}",
                "Expiration": EXPIRATION,
            }
        }


def refusal(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "AssumeRole")


def assume_with(error: Exception, **terms) -> str:
    """Give the text of the error that assuming a role ends with."""
    with pytest.raises(AssumeRoleError) as raised:
        assume([Role(ARN, **terms)], lambda credentials, partition: FakeSTS(error))
    return str(raised.value)


def test_asks_for_no_more_than_was_set():
    assert role_from(ARN).request() == {"RoleArn": ARN, "RoleSessionName": "aws_cis.monitoring"}


def test_asks_for_all_that_was_set():
    role = role_from(
        {
            "role_arn": ARN,
            "external_id": 12345,
            "session_name": "audit@example",
            "duration": "900",
            "source_identity": "alice",
            "session_tags": {"team": "security", "ticket": 7},
            "transitive_tag_keys": ["team"],
        }
    )
    assert role.request() == {
        "RoleArn": ARN,
        "RoleSessionName": "audit@example",
        "ExternalId": "12345",
        "DurationSeconds": 900,
        "SourceIdentity": "alice",
        "Tags": [{"Key": "team", "Value": "security"}, {"Key": "ticket", "Value": "7"}],
        "TransitiveTagKeys": ["team"],
    }


def test_takes_blank_for_not_set():
    blanks = {"external_id": "", "session_name": "", "duration": None, "session_tags": {}, "transitive_tag_keys": []}
    assert role_from({"role_arn": ARN, **blanks}) == role_from(ARN)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("Reader", "not the ARN of a role"),
        ("arn:aws:iam::1111:role/Reader", "not the ARN of a role"),
        ("arn:aws:iam::111122223333:user/alice", "not the ARN of a role"),
        ({"external_id": "x"}, "has no 'role_arn'"),
        (
            {"role_arn": ARN, "externalid": "x"},
            "Unknown key of a role: 'externalid'. Known keys: role_arn, external_id",
        ),
        ({"role_arn": ARN, "session_name": "two words"}, "'two words' is not a valid session name"),
        ({"role_arn": ARN, "source_identity": "a"}, "'a' is not a valid source identity"),
        ({"role_arn": ARN, "duration": 899}, "899 seconds is not a valid session duration.* Use 900 to 43200"),
        ({"role_arn": ARN, "duration": "long"}, "'long' is not a valid session duration"),
        ({"role_arn": ARN, "session_tags": ["team"]}, "valid value for session tags. Use a dictionary"),
        (["Reader"], "Use an ARN, or a dictionary"),
    ],
)
def test_says_what_is_wrong_with_a_description(description, words):
    with pytest.raises(AssumeRoleError, match=words.replace("(", r"\(")):
        role_from(description)


def test_gives_options_as_modules_take_them():
    credentials = assume([Role(ARN)], lambda credentials, partition: FakeSTS())
    assert credentials.options() == {
        "access_key": "key of Reader",
        "secret_key": "secret of Reader",
        "session_token": "token of Reader",
        "profile": "",
    }


def test_assumes_each_role_of_a_chain_with_the_credentials_of_the_one_before():
    connections = []

    def connect(credentials, partition):
        connections.append((credentials and credentials.access_key, partition))
        return FakeSTS()

    chain = ["arn:aws-us-gov:iam::999988887777:role/Hub", "arn:aws-us-gov:iam::111122223333:role/Spoke"]
    assert assume([Role(arn) for arn in chain], connect).access_key == "key of Spoke"
    assert connections == [(None, "aws-us-gov"), ("key of Hub", "aws-us-gov")]


def test_names_the_role_the_account_and_what_sts_answered():
    text = assume_with(refusal("AccessDenied", "User: arn:aws:iam::9:user/a is not authorized"))
    assert text.startswith(
        f"Could not assume the role {ARN} in account 111122223333: AccessDenied: User: arn:aws:iam::9:user/a "
    )


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({}, "none was sent, set aws_external_id"),
        ({"external_id": "open sesame"}, "the external ID is correct (one was sent)"),
    ],
)
def test_a_refusal_leads_to_the_external_id_without_telling_it(terms, words):
    text = assume_with(refusal("AccessDenied"), **terms)
    assert words in text
    assert "trust policy" in text
    assert "open sesame" not in text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            refusal("AccessDenied", "not authorized to perform: sts:TagSession"),
            "Allow sts:TagSession and sts:AssumeRole",
        ),
        (refusal("AccessDenied", "not authorized to perform: sts:SetSourceIdentity"), "Allow sts:SetSourceIdentity"),
        (refusal("ExpiredToken"), "Renew the credentials of this run"),
        (refusal("RegionDisabledException"), "Activate STS for the region"),
        (refusal("ValidationError"), "maximum session duration"),
        (NoCredentialsError(), "No credentials were found"),
    ],
)
def test_advises_on_each_kind_of_failure(error, words):
    assert words in assume_with(error)


def test_a_failure_in_a_chain_is_about_the_role_before():
    def connect(credentials, partition):
        return FakeSTS(refusal("ExpiredToken") if credentials else None)

    with pytest.raises(AssumeRoleError, match="Renew the previous role of the chain"):
        assume([Role(ARN), Role(ARN)], connect)


def test_an_answer_that_was_cut_short_is_an_error():
    class Truncated(FakeSTS):
        def assume_role(self, **arguments):
            return {}

    with pytest.raises(AssumeRoleError, match="'AccessKeyId' is missing"):
        assume([Role(ARN)], lambda credentials, partition: Truncated())


def test_credentials_do_not_show_their_secrets():
    assert "secret" not in repr(Credentials("AKIA", "secret", "secret", EXPIRATION))
