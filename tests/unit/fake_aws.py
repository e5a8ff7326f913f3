# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS as botocore's clients see it, answering from a table: for states and faults that no emulator holds.

The clients are botocore's own, with its models, paginators and error classes; only the way to AWS is cut.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import botocore.parsers
import botocore.session


@dataclass(frozen=True)
class Fault:
    """An error that AWS answers with."""

    code: str
    message: str = "no"


@dataclass(frozen=True)
class Body:
    """What comes back over the wire, for botocore to parse."""

    text: str


class Pages(list[dict[str, Any]]):
    """The pages of one answer; the fake adds the tokens."""


Answer = Mapping[str, Any] | Fault | Body | Pages
Call = tuple[str, str, Mapping[str, Any]]  # region, 'sns:GetTopicAttributes', parameters


class FakeAws:
    """Stands in for Clients. `answers` maps a call to its answer, or to a function of the call's parameters."""

    def __init__(self, answers: Mapping[str, Answer | Callable[..., Answer]], region: str = "eu-west-1") -> None:
        self.answers = dict(answers)
        self.region = region
        self.memory: dict[tuple[str, ...], Any] = {}
        self.calls: list[Call] = []

    def made(self, call: str) -> list[Mapping[str, Any]]:
        """The parameters of each time that the call was made."""
        return [parameters for _region, name, parameters in self.calls if name == call]

    @functools.cache  # noqa: B019 - lives as long as a test  # pylint: disable=method-cache-max-size-none
    def client(self, service: str, region: str | None = None) -> Any:
        client = _session().create_client(
            service, region_name=region or self.region, aws_access_key_id="x", aws_secret_access_key="x"
        )
        client.meta.events.register("provide-client-params.*.*", _remember)
        client.meta.events.register("before-call.*.*", functools.partial(self._answer, client))
        return client

    def _answer(self, client: Any, model: Any, context: dict[str, Any], **_others: Any) -> Any:
        name = f"{client.meta.service_model.service_name}:{model.name}"
        parameters = context["asked"]
        self.calls.append((client.meta.region_name, name, parameters))
        answer = self.answers[name]
        answer = answer(**parameters) if callable(answer) else answer
        if isinstance(answer, Body):
            answer = _parsed(client, model, answer)
        if isinstance(answer, Fault):
            return SimpleNamespace(status_code=400), _as_error(answer)
        if isinstance(answer, Pages):
            answer = _page(client, model, answer, parameters)
        return SimpleNamespace(status_code=200), {"ResponseMetadata": {}, **answer}


@functools.cache
def _session() -> Any:
    return botocore.session.Session()


def _remember(params: Mapping[str, Any], context: dict[str, Any], **_others: Any) -> None:
    context["asked"] = params


def _parsed(client: Any, model: Any, body: Body) -> dict[str, Any]:
    parser = botocore.parsers.create_parser(client.meta.service_model.resolved_protocol)
    response = {"body": body.text.encode(), "headers": {}, "status_code": 200}
    parsed: dict[str, Any] = parser.parse(response, model.output_shape)
    return parsed


def _as_error(fault: Fault) -> dict[str, Any]:
    return {"Error": {"Code": fault.code, "Message": fault.message}, "ResponseMetadata": {"RequestId": "r-1"}}


def _page(client: Any, model: Any, pages: Sequence[dict[str, Any]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    operation = next(name for name, api in client.meta.method_to_api_mapping.items() if api == model.name)
    paginator = client.get_paginator(operation)
    (token_in,), (token_out,) = paginator._input_token, [one.expression for one in paginator._output_token]
    number = int(parameters.get(token_in, 0))
    following = {token_out: str(number + 1)} if number + 1 < len(pages) else {}
    return {**pages[number], **following}
