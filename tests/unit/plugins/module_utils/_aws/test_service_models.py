# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import Clients
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.service_models import (
    OPERATIONS,
    KnownServices,
    ServiceModels,
    event_handlers,
)
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import create_loader


def _undocumented(value: Any) -> Any:
    if isinstance(value, list):
        return [_undocumented(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: one for name, one in value.items() if name != "documentation" or not isinstance(one, str)}
    return {name: _undocumented(one) for name, one in kept.items()}


def _known(service: str) -> list[str]:
    return list(botocore.session.Session().get_service_model(service).operation_names)


@pytest.mark.parametrize("service", OPERATIONS)
class TestServiceModels:
    def test_a_client_has_the_operations_that_are_called_and_no_other(self, service: str) -> None:
        clients = Clients({"region": "us-east-1", "access_key": "a", "secret_key": "b"})
        known = set(clients.client(service).meta.method_to_api_mapping.values())
        assert known == set(OPERATIONS[service])

    def test_each_is_one_of_botocores(self, service: str) -> None:
        assert set(OPERATIONS[service]) <= set(_known(service))

    def test_all_else_of_the_model_is_as_it_was(self, service: str) -> None:
        ours = ServiceModels(create_loader()).load_service_model(service, "service-2")
        whole = create_loader().load_service_model(service, "service-2")
        assert {**ours, "operations": {}} == {**whole, "operations": {}}
        assert ours["operations"].items() <= whole["operations"].items()


class TestKnownServices:
    @pytest.mark.parametrize("kind", ["service-2", "paginators-1", "endpoint-rule-set-1"])
    @pytest.mark.parametrize("service", [*OPERATIONS, "sqs"])
    def test_a_model_is_botocores_without_its_documentation(self, service: str, kind: str) -> None:
        def model(loader: Any) -> Any:
            try:
                return loader.load_service_model(service, kind)
            except DataNotFoundError:
                return "none"

        ours = model(KnownServices())
        assert ours == _undocumented(model(create_loader()))
        assert '"documentation": "' not in json.dumps(ours)

    @pytest.mark.parametrize(("ending", "compressed"), [(".json", bytes), (".json.gz", gzip.compress)])
    def test_only_a_text_is_documentation(self, ending: str, compressed: Any, tmp_path: Path) -> None:
        model = {"members": {"documentation": {"shape": "Text", "documentation": "ž"}}}
        (tmp_path / f"model{ending}").write_bytes(compressed(json.dumps(model, ensure_ascii=False).encode()))
        loaded = KnownServices(extra_search_paths=[str(tmp_path)]).load_data("model")
        assert loaded == {"members": {"documentation": {"shape": "Text"}}}

    def test_a_file_that_there_is_not_is_not_found(self) -> None:
        with pytest.raises(DataNotFoundError):
            KnownServices().load_data("model")

    def test_the_folders_of_other_services_are_not_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read: list[str] = []
        listdir = os.listdir
        monkeypatch.setattr(os, "listdir", lambda path: [read.append(str(path)), listdir(path)][1])
        KnownServices().load_service_model("sns", "service-2")
        assert [Path(path).name for path in read] == ["sns"]

    def test_a_service_that_there_is_not_is_unknown(self) -> None:
        with pytest.raises(UnknownServiceError):
            KnownServices().load_service_model("telegraph", "service-2")


def test_a_service_that_is_seldom_asked_has_all_operations() -> None:
    clients = Clients({"region": "us-east-1", "access_key": "a", "secret_key": "b"})
    assert set(clients.client("sqs").meta.method_to_api_mapping.values()) == set(_known("sqs"))


def test_an_operation_that_botocore_does_not_know_is_missing() -> None:
    class Older:
        search_paths: tuple[str, ...] = ()

        def load_service_model(self, *_: object) -> dict[str, object]:
            return {"operations": {"DescribeAlarms": {}}}

    model = ServiceModels(Older()).load_service_model("cloudwatch", "service-2")
    assert model == {"operations": {"DescribeAlarms": {}}}


@pytest.mark.parametrize("service", [*OPERATIONS, "ec2", "iam", "organizations", "sqs", "sso", "sso-oidc", "signin"])
def test_each_call_meets_the_event_handlers_that_botocore_has_for_it(service: str) -> None:
    """Those of each operation of the services that we ask, and that botocore asks for credentials."""
    session = botocore.session.Session()
    model = session.get_service_model(service)
    ours, botocores = event_handlers(), session.get_component("event_emitter")
    kinds = ("before-parameter-build", "before-call", "request-created", "choose-signer", "before-sign", "before-parse")
    for kind in (*kinds, "after-call", "needs-retry"):
        for operation in OPERATIONS.get(service, model.operation_names):
            event = f"{kind}.{model.service_id.hyphenize()}.{operation}"
            assert _met(ours, event) == _met(botocores._emitter, event), event


def _met(handlers: object, event: str) -> list[object]:
    return list(handlers._handlers.prefix_search(event))  # type: ignore[attr-defined]
