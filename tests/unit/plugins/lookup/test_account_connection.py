# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.aws_cis.monitoring.plugins.lookup import account_connection
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import Clients

NAME = "aws_cis.monitoring.account_connection"
ARN = "arn:aws:iam::111122223333:role/Audit"
KEYS = {"aws_access_key": "AKIASOURCE", "aws_secret_key": "source secret"}


class FakeClients:
    """Stands in for Clients: notes with what it was made, and issues credentials that are numbered."""

    made: list[dict]
    requests: list[tuple[str | None, dict]]
    lifetime = timedelta(hours=1)
    profile_region: str | None = None

    def __init__(self, params) -> None:
        self.made.append(dict(params))
        self.region = params.get("region") or self.profile_region

    def client(self, service, region=None):
        assert service == "sts"
        clients = self

        class STS:
            def assume_role(self, **arguments):
                clients.requests.append((region, arguments))
                number = len(clients.requests)
                return {
                    "Credentials": {
                        "AccessKeyId": f"ASIA{number}",
                        "SecretAccessKey": f"secret {number}",
                        "SessionToken": f"token {number}",
                        "Expiration": datetime.now(UTC) + clients.lifetime,
                    }
                }

        return STS()


@pytest.fixture(autouse=True)
def clients(monkeypatch, tmp_path):
    """Give the class that the lookup makes clients with, a new one for each test."""
    fake = type("Fake", (FakeClients,), {"made": [], "requests": []})
    monkeypatch.setattr(account_connection, "Clients", fake)
    monkeypatch.setattr(account_connection, "_remembered", {})
    for variable in (
        "AWS_URL",
        "AWS_CA_BUNDLE",
        "REQUESTS_CA_BUNDLE",
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
    ):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "config").write_text(
        "[profile audit]\nuse_fips_endpoint = true\nca_bundle = /ca.pem\n[profile other]\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    options = yaml.safe_load(account_connection.DOCUMENTATION)["options"]
    constants.config.initialize_plugin_configuration_definitions("lookup", NAME, options)
    return fake


def connection(variables: dict | None = None, *terms, **options) -> dict:
    """Look up the connection of a host with these variables."""
    templar = Templar(loader=DataLoader(), variables=variables or {})
    lookup = account_connection.LookupModule(loader=None, templar=templar)
    lookup._load_name = NAME
    (result,) = lookup.run(list(terms), variables or {}, **options)
    return result


def test_a_host_without_role_gets_what_it_says_and_asks_nobody(clients):
    assert connection({"aws_region": "eu-west-1"}) == {"region": "eu-west-1"}
    assert connection() == {}
    assert clients.made == []


def test_a_profile_comes_with_blank_keys_since_modules_take_them_from_the_environment():
    assert connection({"aws_region": "eu-west-1", "aws_profile": "audit"}) == {
        "region": "eu-west-1",
        "profile": "audit",
        "access_key": "",
        "secret_key": "",
        "session_token": "",
    }


def test_keys_come_with_a_blank_profile_and_token():
    assert connection(KEYS) == {
        "access_key": "AKIASOURCE",
        "secret_key": "source secret",
        "session_token": "",
        "profile": "",
    }


def test_other_connection_options_pass_through():
    variables = {
        "aws_endpoint_url": "http://127.0.0.1:1",
        "aws_ca_bundle": "/etc/ca.pem",
        "aws_validate_certs": False,
        "aws_config": {"read_timeout": 3},
    }
    assert connection(variables) == {
        "endpoint_url": "http://127.0.0.1:1",
        "aws_ca_bundle": "/etc/ca.pem",
        "validate_certs": False,
        "aws_config": {"read_timeout": 3},
    }


def test_a_role_gives_its_credentials_in_place_of_those_that_assumed_it(clients):
    assert connection(KEYS | {"aws_region": "eu-west-1", "aws_role_arn": ARN}) == {
        "region": "eu-west-1",
        "access_key": "ASIA1",
        "secret_key": "secret 1",
        "session_token": "token 1",
        "profile": "",
    }
    assert clients.made[-1] == {"region": "eu-west-1", "access_key": "AKIASOURCE", "secret_key": "source secret"}
    assert clients.requests == [("eu-west-1", {"RoleArn": ARN, "RoleSessionName": "aws_cis.monitoring"})]


def test_variables_are_templates_of_the_host(clients):
    connection(
        {
            "account": "444455556666",
            "aws_region": "eu-west-1",
            "aws_role_arn": trust_as_template("arn:aws:iam::{{ account }}:role/Audit"),
            "aws_session_tags": {"account": trust_as_template("{{ account }}")},
        }
    )
    ((_unused, request),) = clients.requests
    assert request["RoleArn"] == "arn:aws:iam::444455556666:role/Audit"
    assert request["Tags"] == [{"Key": "account", "Value": "444455556666"}]


def test_all_terms_of_the_role_reach_sts(clients):
    connection(
        {
            "aws_region": "eu-west-1",
            "aws_role_arn": ARN,
            "aws_external_id": "open sesame",
            "aws_role_session_name": "audit",
            "aws_role_duration": "900",
            "aws_source_identity": "alice",
            "aws_session_tags": {"team": "security"},
            "aws_transitive_tag_keys": ["team"],
        }
    )
    assert clients.requests[0][1] == {
        "RoleArn": ARN,
        "RoleSessionName": "audit",
        "ExternalId": "open sesame",
        "DurationSeconds": 900,
        "SourceIdentity": "alice",
        "Tags": [{"Key": "team", "Value": "security"}],
        "TransitiveTagKeys": ["team"],
    }


def test_blank_variables_count_as_not_set(clients):
    names = ("role_arn", "profile", "region", "external_id", "role_duration", "session_tags", "role_chain")
    assert connection({f"aws_{name}": "" for name in names}) == {}
    assert clients.made == []


def test_options_come_before_variables(clients):
    assert connection({"aws_role_arn": ARN, "aws_region": "eu-west-1"}, role_arn="", region="eu-north-1") == {
        "region": "eu-north-1"
    }


def test_a_chain_goes_from_role_to_role_with_the_host_s_settings(clients):
    hub = {"role_arn": "arn:aws:iam::999988887777:role/Hub", "external_id": "hub"}
    variables = KEYS | {"aws_region": "eu-west-1", "aws_endpoint_url": "http://x", "aws_role_arn": ARN}
    assert connection(variables | {"aws_role_chain": [hub]})["access_key"] == "ASIA2"
    assert [request["RoleArn"] for _unused, request in clients.requests] == [hub["role_arn"], ARN]
    assert clients.made[-1] == {
        "region": "eu-west-1",
        "endpoint_url": "http://x",
        "access_key": "ASIA1",
        "secret_key": "secret 1",
        "session_token": "token 1",
        "profile": "",
    }


@pytest.mark.parametrize(
    ("partition", "region"), [("aws", "us-east-1"), ("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")]
)
def test_without_region_sts_of_the_partition_is_asked(clients, partition, region):
    result = connection({"aws_role_arn": f"arn:{partition}:iam::111122223333:role/Audit"})
    assert clients.requests[0][0] == region
    assert "region" not in result


def test_the_profile_s_region_goes_with_the_role_s_keys(clients):
    clients.profile_region = "eu-north-1"
    result = connection({"aws_profile": "audit", "aws_role_arn": ARN})
    assert result["region"] == "eu-north-1"
    assert clients.requests[0][0] == "eu-north-1"


def test_the_profile_s_settings_go_with_the_role_s_keys_but_for_what_the_host_says(clients):
    variables = {"aws_profile": "audit", "aws_role_arn": ARN, "aws_role_chain": ["arn:aws:iam::999988887777:role/Hub"]}
    result = connection(variables)
    assert (result["aws_config"], result["aws_ca_bundle"]) == ({"use_fips_endpoint": True}, "/ca.pem")
    assert clients.made[-1]["aws_config"] == {"use_fips_endpoint": True}, "of the second STS, asked with a role's keys"
    result = connection({**variables, "aws_config": {"use_fips_endpoint": False}, "aws_ca_bundle": "/own.pem"})
    assert (result["aws_config"], result["aws_ca_bundle"]) == ({"use_fips_endpoint": False}, "/own.pem")


def test_endpoint_and_region_in_the_environment_serve_sts_but_are_left_to_modules_themselves(clients, monkeypatch):
    monkeypatch.setenv("AWS_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert not {"endpoint_url", "region"} & set(connection({"aws_role_arn": ARN}))
    assert clients.made[-1] == {"endpoint_url": "http://127.0.0.1:1", "region": "eu-north-1"}
    assert clients.requests[0][0] == "eu-north-1"


def test_items_of_a_loop_share_one_session(clients):
    variables = {"aws_role_arn": ARN}
    assert connection(variables) == connection(variables)
    assert len(clients.requests) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"aws_external_id": "other"},
        {"aws_session_tags": {"team": "other"}},
        {"aws_profile": "other"},
        {"aws_region": "eu-north-1"},
        {"aws_role_chain": ["arn:aws:iam::999988887777:role/Hub"]},
        {"aws_role_arn": ARN + "2"},
    ],
)
def test_other_terms_never_get_a_session_that_was_remembered(clients, change):
    variables = {"aws_role_arn": ARN}
    assert connection(variables)["access_key"] != connection(variables | change)["access_key"]


def test_other_credentials_in_the_environment_never_get_a_session_that_was_remembered(monkeypatch):
    first = connection({"aws_role_arn": ARN})
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER")
    assert connection({"aws_role_arn": ARN})["access_key"] != first["access_key"]


def test_a_session_about_to_expire_is_not_used_again(clients):
    clients.lifetime = timedelta(minutes=4)
    assert connection({"aws_role_arn": ARN})["access_key"] == "ASIA1"
    assert connection({"aws_role_arn": ARN})["access_key"] == "ASIA2"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (KEYS | {"aws_profile": "audit"}, "Both a profile .* and keys"),
        ({"aws_role_arn": "Audit"}, "'Audit' is not the ARN of a role"),
        ({"aws_role_arn": ARN, "aws_role_chain": [{"external_id": "x"}]}, "has no 'role_arn'"),
        ({"aws_role_arn": "arn:aws-mars:iam::111122223333:role/Audit"}, "partition aws-mars. Set aws_region"),
    ],
)
def test_says_what_is_wrong(variables, words):
    with pytest.raises(AnsibleLookupError, match=words):
        connection(variables)


def test_takes_no_terms():
    with pytest.raises(AnsibleLookupError, match="does not accept terms"):
        connection({}, "111122223333")


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("eu-west-1", "https://sts.eu-west-1.amazonaws.com"),
        ("us-east-1", "https://sts.us-east-1.amazonaws.com"),
        ("us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_sts_is_the_region_s_own(monkeypatch, region, endpoint):
    monkeypatch.setattr(account_connection, "Clients", Clients)
    asked = account_connection.Connection({"region": region, "access_key": "AKIA", "secret_key": "x"})
    assert asked.sts(None, "aws").meta.endpoint_url == endpoint


class TestEndpointsByService:
    """No option of a module can carry them beside the credentials of a role."""

    HOST: ClassVar = {"aws_region": "eu-west-1", "aws_profile": "shop", "aws_role_arn": ARN}

    @pytest.fixture(autouse=True)
    def shop(self, tmp_path):
        with (tmp_path / "config").open("a") as file:
            file.write(
                "[profile shop]\nservices = ours\n[services ours]\nsts =\n  endpoint_url = https://s.example.com\n"
            )

    def test_are_refused_with_a_role(self):
        before = dict(os.environ)
        with pytest.raises(
            AnsibleLookupError, match=r"profile shop sets an endpoint for each service.*AWS_PROFILE=shop"
        ):
            connection(self.HOST)
        assert dict(os.environ) == before

    def test_are_read_by_the_sdk_itself_where_the_environment_names_the_profile(self, monkeypatch):
        monkeypatch.setenv("AWS_PROFILE", "shop")
        assert "endpoint_url" not in connection(self.HOST)

    def test_come_with_the_profile_without_a_role(self):
        assert connection(self.HOST | {"aws_role_arn": ""})["profile"] == "shop"

    def test_yield_to_the_host_s_own_endpoint(self):
        assert connection(self.HOST | {"aws_endpoint_url": "https://e.example.com"})["endpoint_url"]


@pytest.mark.parametrize(
    ("variables", "account"),
    [
        ({"aws_account_id": "444455556666", "aws_role_arn": ARN}, "444455556666"),
        ({"aws_account_id": 444455556666}, "444455556666"),
        ({"aws_account_id": "", "aws_role_arn": ARN}, "111122223333"),
        ({"aws_account_id": "", "aws_role_arn": ""}, None),
        ({}, None),
    ],
)
def test_the_account_that_the_host_stands_for_comes_with_it_where_it_is_asked_for(variables, account):
    assert connection(variables, with_account=True).get("account") == account
    assert "account" not in connection(variables)
