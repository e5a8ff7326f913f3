# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest record that shows something: as decoded JSON, with no field that could be left out."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from ..filter_pattern.conditions import Number
from ..filter_pattern.json_pattern import JsonPattern, message_of, record_of
from ..filter_pattern.text import Truth
from .remaining import EVERYTHING, size_of
from .scope import Scope
from .search import Search
from .texts import NoAnswer
from .values import SURELY_MATCHES

CONDITION_STEPS = 4  # what it costs to evaluate a condition


def any_record(scope: Scope) -> dict[str, Any] | None:
    """Return a record of the scope, decoded; None: none was found."""
    record = _any_record(scope)
    return None if isinstance(record, NoAnswer) else decoded(record)


def has_record(scope: Scope) -> bool:
    """Tell whether a record of the scope was found."""
    return not isinstance(_any_record(scope), NoAnswer)


@lru_cache(maxsize=4096)
def _any_record(scope: Scope) -> dict[str, object] | NoAnswer:
    return Search(EVERYTHING, scope).find(SURELY_MATCHES)


class Trials:
    """Tells whether a pattern misses records of a scope, and counts what that costs, in steps of an automaton."""

    def __init__(self, pattern: JsonPattern, scope: Scope) -> None:
        self._pattern = pattern
        self._scope = scope
        self.steps = 0

    def is_missed(self, record: Mapping[str, Any]) -> bool:
        """Tell whether the pattern misses the record, and it is one of the scope."""
        message = message_of(record)
        self.steps += len(message) + CONDITION_STEPS * size_of(self._pattern)
        written = record_of(message)
        return self._pattern.truth(written) is Truth.NO and self._scope.has(written)


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
