# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest record that shows something: as decoded JSON, with no field that could be left out."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..filter_pattern.conditions import All, Number
from ..filter_pattern.json_pattern import JsonPattern
from .scope import Scope
from .search import Search
from .texts import NoAnswer
from .values import SURELY_MATCHES

EVERYTHING = JsonPattern(All(()))


def any_record(scope: Scope) -> dict[str, Any] | None:
    """Return a record of the scope, decoded; None: none was found."""
    record = Search(EVERYTHING, scope).find(SURELY_MATCHES)
    return None if isinstance(record, NoAnswer) else decoded(record)


def decoded(record: Mapping[str, object]) -> dict[str, Any]:
    """Return a record with Python's own numbers."""
    return {name: _plain(value) for name, value in record.items()}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return decoded(value)
    if isinstance(value, list):
        return [_plain(element) for element in value]
    if isinstance(value, Number):
        return int(value.text) if value.text.lstrip("-").isdigit() else float(value.text)
    return value


def smallest(
    record: dict[str, Any], always_there: Iterable[str], fits: Callable[[Mapping[str, Any]], bool]
) -> dict[str, Any] | None:
    """Leave out of a decoded record what it fits without; None if it does not fit in the first place.

    always_there: the top fields that no record lacks.
    """
    if not fits(record):
        return None
    kept = set(always_there)
    for path in _paths(record):
        if len(path) > 1 or path[0] not in kept:
            without = _without(record, path)
            if without is not None and fits(without):
                record = without
    return record


def _paths(record: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the way to each field, an object before what is in it."""
    for name, value in record.items():
        yield (name,)
        if isinstance(value, dict):
            yield from ((name, *rest) for rest in _paths(value))


def _without(record: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any] | None:
    """Return a copy without a field; None if it is gone already."""
    smaller = copy.deepcopy(record)
    place = smaller
    for name in path[:-1]:
        if name not in place:
            return None
        place = place[name]
    return smaller if place.pop(path[-1], smaller) is not smaller else None
