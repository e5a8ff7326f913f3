# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared TLS contexts trust what botocore's own trust, and nothing else."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws import tls
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import Clients, plain_session
from ansible_collections.aws_cis.monitoring.tests.unit.tls_server import Authority, Server, serving
from botocore import httpsession
from botocore.exceptions import BotoCoreError

pytestmark = pytest.mark.filterwarnings(
    "ignore:ssl.TLSVersion:DeprecationWarning", "ignore:Unverified HTTPS request"
)  # on purpose

KEYS = {"access_key": "A", "secret_key": "S", "region": "us-east-1"}
ONE_ATTEMPT = {"retries": {"total_max_attempts": 1}}


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("ours")


@pytest.fixture
def bundle(authority: Authority, tmp_path: Path) -> str:
    return authority.bundle(tmp_path)


@pytest.fixture
def server(authority: Authority, tmp_path: Path) -> Iterator[Server]:
    with serving(authority.certify(tmp_path)) as server:
        yield server


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*os.environ,):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setattr(tls, "_contexts", {})


@pytest.fixture(params=[True, False], ids=["shared", "botocore's own"])
def shared(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Each is tried both ways, and must end alike."""
    monkeypatch.setattr(tls, "AS_EXPECTED", request.param)
    return bool(request.param)


def client_of(server: Server, **options: Any) -> Any:
    options = {"validate_certs": True, "aws_config": ONE_ATTEMPT, **KEYS, **options}
    return Clients({"endpoint_url": server.url, **options}).client("sts")


def ask(server: Server, **options: Any) -> str:
    return str(client_of(server, **options).get_caller_identity()["Account"])


def uses_shared(client: Any) -> bool:
    """Whether the client's connections use one of the contexts that are kept."""
    options = client._endpoint.http_session._manager.connection_pool_kw
    return options["ssl_context"] in tls._contexts.values()


@pytest.mark.usefixtures("shared")
class TestVerification:
    def test_trusts_the_bundle_of_the_option(self, server: Server, bundle: str) -> None:
        assert ask(server, aws_ca_bundle=bundle) == "111122223333"

    def test_trusts_the_bundle_of_the_environment(
        self, server: Server, bundle: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_CA_BUNDLE", bundle)
        session = plain_session()
        client = session.create_client(
            "sts", "us-east-1", endpoint_url=server.url, aws_access_key_id="A", aws_secret_access_key="S"
        )
        assert client.get_caller_identity()["Account"] == "111122223333"

    def test_trusts_the_bundle_of_the_profile(self, server: Server, bundle: str, tmp_path: Path) -> None:
        keys = "aws_access_key_id = A\naws_secret_access_key = S\n"
        (tmp_path / "config").write_text(f"[profile shop]\nca_bundle = {bundle}\n{keys}")
        given = {"profile": "shop", "access_key": None, "secret_key": None, "validate_certs": None}
        assert ask(server, **given) == "111122223333"

    def test_does_not_trust_a_foreign_certificate(self, server: Server, tmp_path: Path) -> None:
        with pytest.raises(BotoCoreError, match="CERTIFICATE_VERIFY_FAILED"):
            ask(server)
        with pytest.raises(BotoCoreError, match="CERTIFICATE_VERIFY_FAILED"):
            ask(server, aws_ca_bundle=Authority("theirs").bundle(tmp_path))

    def test_does_not_trust_another_name(self, authority: Authority, bundle: str, tmp_path: Path) -> None:
        other = authority.certify(tmp_path, ("sts.example.com", "127.0.0.2"))
        wrong = pytest.raises(BotoCoreError, match=r"doesn't match|Hostname mismatch|IP address mismatch")
        with wrong, serving(other) as server:
            ask(server, aws_ca_bundle=bundle)
        assert server.requests == 0

    def test_does_not_trust_an_expired_certificate(self, authority: Authority, bundle: str, tmp_path: Path) -> None:
        expired = authority.certify(tmp_path, valid=timedelta(days=-1))
        with serving(expired) as server, pytest.raises(BotoCoreError, match="certificate has expired"):
            ask(server, aws_ca_bundle=bundle)

    def test_does_not_speak_old_versions(self, authority: Authority, bundle: str, tmp_path: Path) -> None:
        refused = pytest.raises(BotoCoreError, match=r"(?i)version|protocol|alert|EOF|closed")
        with refused, serving(authority.certify(tmp_path), newest=ssl.TLSVersion.TLSv1_1) as server:
            ask(server, aws_ca_bundle=bundle)

    def test_checks_nothing_when_told_so_and_everything_afterwards(self, server: Server, bundle: str) -> None:
        assert ask(server, aws_ca_bundle=bundle) == "111122223333"
        assert ask(server, validate_certs=False) == "111122223333"
        assert ask(server, validate_certs=False, aws_ca_bundle=bundle) == "111122223333"
        with pytest.raises(BotoCoreError, match="CERTIFICATE_VERIFY_FAILED"):
            ask(server)

    def test_shows_a_client_certificate(self, authority: Authority, bundle: str, tmp_path: Path) -> None:
        mine = authority.certify(tmp_path)
        with serving(authority.certify(tmp_path), trusted_clients=bundle) as server:
            config = {**ONE_ATTEMPT, "client_cert": mine}
            assert ask(server, aws_ca_bundle=bundle, aws_config=config) == "111122223333"
            with pytest.raises(BotoCoreError):
                ask(server, aws_ca_bundle=bundle)

    def test_a_bundle_that_is_none_fails_as_botocore_says_it(self, server: Server, tmp_path: Path) -> None:
        (tmp_path / "empty.pem").write_text("")
        for path in ("/nowhere.pem", str(tmp_path / "empty.pem"), str(tmp_path)):
            with pytest.raises(BotoCoreError):
                ask(server, aws_ca_bundle=path)


class TestSharing:
    def test_a_bundle_is_read_once_for_all_clients(self, server: Server, bundle: str) -> None:
        clients = [client_of(server, aws_ca_bundle=bundle) for _time in range(3)]
        for client in clients:
            client.get_caller_identity()
            assert uses_shared(client)
        assert len(tls._contexts) == 1
        assert len(server.connections) == 3, "a connection is a client's own"

    def test_a_client_keeps_its_connection(self, server: Server, bundle: str) -> None:
        client = client_of(server, aws_ca_bundle=bundle)
        for _time in range(4):
            client.get_caller_identity()
        assert (server.requests, len(server.connections)) == (4, 1)

    def test_a_bundle_that_has_changed_is_read_again(self, server: Server, tmp_path: Path, bundle: str) -> None:
        path = Path(Authority("theirs").bundle(tmp_path))
        with pytest.raises(BotoCoreError, match="CERTIFICATE_VERIFY_FAILED"):
            ask(server, aws_ca_bundle=str(path))
        path.write_text(path.read_text() + Path(bundle).read_text())
        assert ask(server, aws_ca_bundle=str(path)) == "111122223333"

    @pytest.mark.parametrize(
        "config",
        [
            {"proxies": {"https": "http://127.0.0.1:9"}},
            {"proxies": {"https": "https://127.0.0.1:9"}, "proxies_config": {"proxy_client_cert": "/cert.pem"}},
            {"client_cert": "/cert.pem"},
        ],
    )
    def test_what_is_not_just_a_bundle_is_botocores(self, server: Server, bundle: str, config: dict[str, Any]) -> None:
        assert not uses_shared(client_of(server, aws_ca_bundle=bundle, aws_config=config))
        assert not uses_shared(client_of(server, validate_certs=False))

    def test_botocore_makes_a_context_only_where_it_is_its_own(
        self, server: Server, bundle: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made: list[ssl.SSLContext] = []
        make = httpsession.create_urllib3_context
        monkeypatch.setattr(httpsession, "create_urllib3_context", lambda: [made.append(make()), made[-1]][1])
        assert uses_shared(client_of(server, aws_ca_bundle=bundle))
        assert made == []
        options = client_of(server, validate_certs=False)._endpoint.http_session._manager.connection_pool_kw
        assert made == [options["ssl_context"]]

    def test_proxies_of_the_environment_are_botocores(
        self, server: Server, bundle: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("NO_PROXY", "")
        assert not uses_shared(client_of(server, aws_ca_bundle=bundle))

    @pytest.mark.parametrize("name", tls._STATE)
    def test_a_botocore_that_is_made_otherwise_goes_its_own_way(
        self, server: Server, bundle: str, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tls, "_STATE", (*tls._STATE, f"{name}_of_the_future"))
        client = client_of(server, aws_ca_bundle=bundle)
        assert not uses_shared(client)
        assert client.get_caller_identity()["Account"] == "111122223333"

    def test_the_bundle_of_the_environment_is_read_ahead_or_else_the_default(
        self, bundle: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tls.preload_contexts()
        [default] = [path for path, _time, _size in tls._contexts]
        monkeypatch.setenv("AWS_CA_BUNDLE", bundle)
        tls.preload_contexts()
        assert [path for path, _time, _size in tls._contexts] == [default, bundle]
        monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere")
        tls.preload_contexts()
