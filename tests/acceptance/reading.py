# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the account as an audit does, and holds every answer against what our readers require and what boto3 knows.

What the readers require they say themselves: an answer that lacks it becomes a Gap, see _observe/reader.py.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap, Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import Clients
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import observe

_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "list": list,
    "map": dict,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": datetime,
}


@dataclass
class Reading:
    """What an audit's calls came to. None of it names the account."""

    calls: Counter[str] = field(default_factory=Counter)
    """How often each call was made."""
    departures: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often an answer was not as expected: the call, and what was wrong with it."""


def read(clients: Clients) -> tuple[Observation, Reading]:
    """Read the account of the clients. Raises TaskError for what ends an audit too."""
    reading = Reading()
    observation = observe(_Watched(clients, reading))
    for gap in _gaps(observation):
        what = {"ACCESS_DENIED": "was denied", "RESPONSE_INCOMPLETE": "lacks what our readers require"}
        reading.departures[gap.call, what.get(gap.code, gap.code)] += 1
    return observation, reading


def lines(reading: Reading) -> Iterator[str]:
    """Yield what to show of a reading."""
    calls = sum(reading.calls.values())
    wrong = "" if reading.departures else ", all as expected"
    yield f"The account: {calls} answers to {len(reading.calls)} calls read{wrong}"
    for (call, what), times in sorted(reading.departures.items()):
        yield f"NOT AS EXPECTED: {call}: {what} ({times} times)"


class _Watched(Clients):
    """The same clients, whose answers are looked at where botocore has just parsed them."""

    def __init__(self, clients: Clients, reading: Reading) -> None:
        self._inner = clients
        self._reading = reading
        self._seen: set[int] = set()
        self.region, self.memory = clients.region, clients.memory

    def client(self, service: str, region: str | None = None) -> Any:
        client = self._inner.client(service, region)
        if id(client) not in self._seen:
            self._seen.add(id(client))
            client.meta.events.register("after-call", self._look)
        return client

    def _look(self, http_response: Any, parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        call = f"{model.service_model.signing_name}:{model.name}"
        self._reading.calls[call] += 1
        if http_response.status_code >= 300 or model.output_shape is None:
            return  # an error, of which the readers know which may be
        found = list(_departures(model.output_shape, _without_metadata(parsed), ""))
        if model.service_model.metadata["protocol"] == "json":
            found += _unknown(model.output_shape, json.loads(http_response.content or "{}"), "")
        for departure in found:
            self._reading.departures[call, departure] += 1


def _without_metadata(parsed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parsed.items() if name != "ResponseMetadata"}


def _departures(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Yield where an answer is not of its shape in boto3's model: another type, a missing member, a new word."""
    if not isinstance(value, _TYPES.get(shape.type_name, object)):
        yield f"{path or 'the answer'} is no {shape.type_name}"
    elif shape.type_name == "structure":
        for name in shape.required_members:
            if name not in value:
                yield f"{_at(path, name)} is missing"
        for name, inner in value.items():
            yield from _departures(shape.members[name], inner, _at(path, name))
    elif shape.type_name == "list":
        for inner in value:
            yield from _departures(shape.member, inner, f"{path}[]")
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path} has the word '{value}', which boto3 does not know"


def _unknown(shape: Any, raw: Any, path: str) -> Iterator[str]:
    """Yield the members that boto3's model does not know, and therefore drops."""
    if shape.type_name == "structure" and isinstance(raw, dict):
        written = {inner.serialization.get("name", name): inner for name, inner in shape.members.items()}
        for name, inner in raw.items():
            if name in written:
                yield from _unknown(written[name], inner, _at(path, name))
            else:
                yield f"{_at(path, name)} is unknown to boto3"
    elif shape.type_name == "list" and isinstance(raw, list):
        for inner in raw:
            yield from _unknown(shape.member, inner, f"{path}[]")


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _gaps(value: Any) -> Iterator[Gap]:
    if isinstance(value, Gap):
        yield value
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from _gaps(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _gaps(inner)
    elif isinstance(value, (tuple, list)):
        for inner in value:
            yield from _gaps(inner)
