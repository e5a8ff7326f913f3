# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients of a task: which options and variables make them, and what they share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import botocore
import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import (
    ATTEMPTS,
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
    Clients,
    ConnectionOptionsError,
    preload,
)
from botocore.configprovider import EnvironmentProvider


class NotSentError(Exception):
    """A request that a test has looked at."""


OPTIONS = (
    "access_key",
    "secret_key",
    "session_token",
    "profile",
    "region",
    "endpoint_url",
    "aws_ca_bundle",
    "aws_config",
)
KEYS = {"access_key": "AKIAKEY", "secret_key": "secret"}
CONFIGURATION = """
[profile production]
region = eu-central-1
aws_access_key_id = AKIAPROFILE
aws_secret_access_key = secret
[profile patient]
region = eu-central-1
max_attempts = 9
retry_mode = adaptive
sts_regional_endpoints = legacy
"""


@pytest.fixture(autouse=True)
def configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the developer's own: no variables, and this configuration file."""
    for name in ("PROFILE", "REGION", "DEFAULT_REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    (tmp_path / "config").write_text(CONFIGURATION)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def clients(**options: Any) -> Clients:
    """The clients of a task with these options, as Ansible gives them: the others are None."""
    return Clients({**dict.fromkeys(OPTIONS), "validate_certs": True, **options})


def credentials(client: Any) -> str:
    """Return the access key that a client signs with."""
    return str(client._request_signer._credentials.access_key)


class TestRegion:
    def test_the_option_comes_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
        assert clients(**KEYS, region="eu-west-1").region == "eu-west-1"
        assert clients(**KEYS).region == "eu-west-3"

    def test_then_the_profile(self) -> None:
        assert clients(profile="production").client("logs").meta.region_name == "eu-central-1"

    def test_a_call_may_name_another(self) -> None:
        of_task = clients(**KEYS, region="eu-west-1")
        assert of_task.client("logs").meta.region_name == "eu-west-1"
        assert of_task.client("logs", "us-east-2").meta.region_name == "us-east-2"

    def test_without_one_the_message_says_how_to_give_it(self) -> None:
        with pytest.raises(
            ConnectionOptionsError,
            match=r"host variable aws_region .*, the option region, .* AWS_REGION, or .* profile",
        ):
            clients(**KEYS).client("logs")


class TestCredentials:
    def test_are_those_of_the_task(self) -> None:
        one, other = (clients(access_key=key, secret_key="secret", region="eu-west-1") for key in ("ONE", "OTHER"))
        assert (credentials(one.client("logs")), credentials(other.client("logs"))) == ("ONE", "OTHER")
        assert one.client("logs") is one.client("logs")
        assert one.client("logs") is not other.client("logs")

    def test_of_a_profile(self) -> None:
        assert credentials(clients(profile="production").client("logs")) == "AKIAPROFILE"

    def test_service_models_are_loaded_once_for_all(self) -> None:
        one, other = (clients(**KEYS, region="eu-west-1").client("logs") for _time in range(2))
        assert one._loader._loader is other._loader._loader

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({**KEYS, "profile": "production"}, "both a profile and access tokens"),
            ({"profile": "nobody", "region": "eu-west-1"}, "nobody"),
            ({"profile": "nobody"}, "profile .nobody. could not be found. The profiles are patient, production. Check"),
            ({"profile": "nobody", "region": "eu-west-1"}, "The profiles are patient, production"),
            ({**KEYS, "region": "eu-west-1", "aws_config": {"colour": "red"}}, "aws_config .* is invalid: .*colour"),
            ({**KEYS, "region": "not a region"}, "Could not create a client for logs in not a region"),
            ({**KEYS, "region": "eu-west-1", "endpoint_url": "no url"}, "no url"),
            ({"access_key": "AKIAKEY", "region": "eu-west-1"}, "aws_secret_access_key"),
        ],
    )
    def test_contradictions_are_said(self, options: dict[str, Any], said: str) -> None:
        with pytest.raises(ConnectionOptionsError, match=said):
            clients(**options).client("logs")


class TestConfiguration:
    def config(self, **options: Any) -> Any:
        return clients(**{**KEYS, "region": "eu-west-1", **options}).client("sts").meta.config

    def test_timeouts_and_retries_suit_a_fleet(self) -> None:
        config = self.config()
        assert (config.connect_timeout, config.read_timeout) == (CONNECT_TIMEOUT, READ_TIMEOUT)
        assert config.retries == {"mode": "standard", "total_max_attempts": ATTEMPTS}
        assert "aws_cis.monitoring" in config.user_agent_extra

    def name_given(self, client: Any) -> str:
        """Return what the client calls itself in a request, which is not sent."""

        def stop(request: Any, **_of_botocore: Any) -> None:
            raise NotSentError(request.headers["User-Agent"].decode())

        client.meta.events.register("before-send", stop)
        with pytest.raises(NotSentError) as name:
            client.get_caller_identity()
        return str(name.value)

    def test_aws_is_told_who_calls(self) -> None:
        name = self.name_given(clients(**KEYS, region="eu-west-1").client("sts"))
        assert name.startswith(f"Botocore/{botocore.__version__} Python/")
        assert name.endswith(" aws_cis.monitoring")

    def test_aws_is_told_the_application_of_the_user(self, monkeypatch: pytest.MonkeyPatch) -> None:
        given = clients(**KEYS, region="eu-west-1", aws_config={"user_agent_appid": "hardening"})
        assert "app/hardening aws_cis.monitoring" in self.name_given(given.client("sts"))
        monkeypatch.setenv("AWS_SDK_UA_APP_ID", "audits")
        assert "app/audits aws_cis.monitoring" in self.name_given(clients(**KEYS, region="eu-west-1").client("sts"))

    def test_the_user_may_choose_the_name(self) -> None:
        given = clients(**KEYS, region="eu-west-1", aws_config={"user_agent": "Ours/1"})
        assert self.name_given(given.client("sts")) == "Ours/1 aws_cis.monitoring"

    def test_a_setting_is_looked_up_once_for_each_task(self, monkeypatch: pytest.MonkeyPatch) -> None:
        looked_up: list[str] = []
        find = EnvironmentProvider.provide

        def provide(provider: Any) -> Any:
            looked_up.append(provider._name)
            return find(provider)

        monkeypatch.setattr(EnvironmentProvider, "provide", provide)
        first = clients(**KEYS, region="eu-west-1")
        modes = [first.client(service).meta.config.retries["mode"] for service in ("sts", "logs", "sns")]
        assert (modes, looked_up.count("AWS_RETRY_MODE")) == (["standard"] * 3, 1)
        monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
        assert clients(**KEYS, region="eu-west-1").client("sts").meta.config.retries["mode"] == "adaptive"

    def test_aws_config_overrides_each(self) -> None:
        config = self.config(aws_config={"read_timeout": 3, "retries": {"max_attempts": 1, "mode": "adaptive"}})
        assert (config.connect_timeout, config.read_timeout) == (CONNECT_TIMEOUT, 3)
        assert config.retries == {"mode": "adaptive", "total_max_attempts": 2}

    def test_profile_and_environment_override_the_defaults(self, monkeypatch: pytest.MonkeyPatch) -> None:
        of_profile = {**dict.fromkeys(KEYS), "profile": "patient"}
        assert self.config(**of_profile).retries == {"mode": "adaptive", "total_max_attempts": 9}
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
        assert self.config().retries["total_max_attempts"] == 2

    @pytest.mark.parametrize(
        ("options", "verify"),
        [
            ({}, True),
            ({"validate_certs": False}, False),
            ({"aws_ca_bundle": "/ca.pem"}, "/ca.pem"),
            ({"aws_ca_bundle": "/ca.pem", "validate_certs": False}, False),
        ],
    )
    def test_certificates(self, options: dict[str, Any], verify: bool | str) -> None:
        client = clients(**KEYS, region="eu-west-1", **options).client("logs")
        assert client._endpoint.http_session._verify == verify

    def test_endpoint_url(self) -> None:
        given = clients(**KEYS, region="eu-west-1", endpoint_url="http://127.0.0.1:9").client("logs")
        assert given.meta.endpoint_url == "http://127.0.0.1:9"
        assert (
            clients(**KEYS, region="cn-north-1")
            .client("logs")
            .meta.endpoint_url.endswith("cn-north-1.amazonaws.com.cn")
        )

    def test_sts_is_asked_in_the_region_unless_the_user_says_otherwise(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The setting itself is looked at, since newer versions of botocore have this default themselves."""

        def setting() -> str:
            return str(clients(**KEYS, region="eu-west-1")._session.get_config_variable("sts_regional_endpoints"))

        assert setting() == "regional"
        assert (
            clients(**KEYS, region="eu-west-1").client("sts").meta.endpoint_url == "https://sts.eu-west-1.amazonaws.com"
        )
        monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "legacy")
        assert setting() == "legacy"


class TestPreload:
    @pytest.mark.parametrize(
        ("variable", "value"), [("AWS_PROFILE", "nobody"), ("AWS_MAX_ATTEMPTS", "many"), ("AWS_RETRY_MODE", "never")]
    )
    def test_no_environment_spoils_it(self, monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
        monkeypatch.setenv(variable, value)
        preload()

    def test_opens_no_socket(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def opened(*_arguments: Any, **_keywords: Any) -> None:
            pytest.fail("a socket was opened")

        monkeypatch.setattr("socket.socket.connect", opened)
        preload()
