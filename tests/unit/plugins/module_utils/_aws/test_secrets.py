# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets in the URLs of subscribers."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.secrets import secrets_in

WITH_PASSWORD = "https://user:s3cr3tpw@hooks.example.com/x"
WITH_TOKEN = "https://hooks.example.com/T0/s3cr3t?key=v%2Flue"


def test_the_whole_url_and_what_in_it_is_secret() -> None:
    assert secrets_in({"endpoint": WITH_PASSWORD}) == {WITH_PASSWORD, "s3cr3tpw"}
    found = secrets_in({"subscriptions": [{"protocol": "https", "endpoint": f" {WITH_TOKEN}\n"}]})
    assert found == {
        *(WITH_TOKEN, "key=v%2Flue", "key=v/lue"),
        *("/T0/s3cr3t?key=v%2Flue", "/T0/s3cr3t?key=v/lue"),
    }


def test_a_name_without_a_password_is_a_token() -> None:
    assert "t0k3n-of-us" in secrets_in({"endpoint": "https://t0k3n-of-us@hooks.example.com"})


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"subscriptions": None},
        {"endpoint": None},
        {"endpoint": "a@example.com"},
        {"endpoint": "arn:aws:sqs:us-east-1:111122223333:queue"},
        {"subscriptions": [{"protocol": "email", "endpoint": "security@example.com"}]},
    ],
)
def test_what_people_are_to_see_is_no_secret(params: dict[str, object]) -> None:
    assert secrets_in(params) == set()


def test_a_url_that_is_none_is_secret_as_a_whole() -> None:
    assert secrets_in({"endpoint": "https://[::1"}) == {"https://[::1"}
