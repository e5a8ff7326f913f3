# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a profile says beside its credentials: a client made from the options does as one of the profile does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import Clients, ConnectionOptionsError
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.profile import Profile

PROFILE = "[profile shop]\nregion = us-east-1\naws_access_key_id = A\naws_secret_access_key = S\n"
KEYS = {"access_key": "B", "secret_key": "S", "profile": "", "region": "us-east-1", "validate_certs": True}


@pytest.fixture(autouse=True)
def configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in (
        "AWS_PROFILE",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_CA_BUNDLE",
        "REQUESTS_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return tmp_path / "config"


def reached(client: Any) -> list[Any]:
    """What tells how a client reaches its service."""
    config = client.meta.config
    return [client.meta.endpoint_url, client._endpoint.http_session._verify, config.retries, config.user_agent_appid]


@pytest.mark.parametrize(
    "says",
    [
        "use_fips_endpoint = true",
        "use_dualstack_endpoint = true",
        "endpoint_url = https://logs.example.com",
        "endpoint_url = https://logs.example.com\nignore_configured_endpoint_urls = true",
        "ca_bundle = /ca.pem",
        "retry_mode = adaptive\nmax_attempts = 9",
        "max_attempts = 9",
        "sdk_ua_app_id = shop",
    ],
)
def test_a_client_with_other_keys_is_like_the_profiles(configuration: Path, says: str) -> None:
    configuration.write_text(f"{PROFILE}{says}\n")
    # Ansible leaves validate_certs at true for both, which hides a profile's bundle until it is an option.
    of_profile = Clients({"profile": "shop"}).client("logs")
    with_keys = Clients({**KEYS, **Profile("shop").settings()}).client("logs")
    expected, got = reached(of_profile), reached(with_keys)
    assert got == expected
    assert got != reached(Clients(KEYS).client("logs")) or "ignore" in says


def test_a_profile_that_says_nothing_adds_nothing(configuration: Path) -> None:
    configuration.write_text(PROFILE)
    assert Profile("shop").settings() == {}


def test_a_variable_of_the_environment_comes_first(configuration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration.write_text(f"{PROFILE}use_fips_endpoint = true\nendpoint_url = https://logs.example.com\n")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "false")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://other.example.com")
    assert Profile("shop").settings() == {"aws_config": {"use_fips_endpoint": False}}


BY_SERVICE = f"{PROFILE}services = ours\n[services ours]\ncloudwatch_logs =\n  endpoint_url = https://l.example.com\n"


def test_endpoints_by_service_are_read_where_the_profile_is_named_in_the_environment(
    configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration.write_text(BY_SERVICE.replace("services", "endpoint_url = https://o.example.com\nservices", 1))
    assert Profile("shop").has_endpoints_by_service()
    monkeypatch.setenv("AWS_PROFILE", "shop")
    assert not Profile("shop").has_endpoints_by_service()
    with_keys = Clients({**KEYS, **Profile("shop").settings()})
    assert with_keys.client("logs").meta.endpoint_url == "https://l.example.com"
    assert with_keys.client("sns").meta.endpoint_url == "https://o.example.com"


def test_endpoints_by_service_do_not_count_where_one_for_all_is_given(
    configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an option or by the environment, which both come before the file."""
    configuration.write_text(BY_SERVICE)
    assert Profile("shop").settings(endpoint_url="https://e.example.com") == {}
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://e.example.com")
    assert not Profile("shop").has_endpoints_by_service()
    of_profile = Clients({"profile": "shop"}).client("logs")
    with_keys = Clients({**KEYS, **Profile("shop").settings()}).client("logs")
    assert with_keys.meta.endpoint_url == of_profile.meta.endpoint_url == "https://e.example.com"


def test_a_profile_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConnectionOptionsError, match=r"prodution.* Check aws_profile"):
        Profile("prodution").settings()
    with pytest.raises(ConnectionOptionsError, match=r"prodution.* Check the option profile"):
        Clients({"profile": "prodution"}).client("logs")
