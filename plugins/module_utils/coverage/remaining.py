# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a pattern is left to prove where some fields have one text only, such as the name of an event.

A pattern names a dozen events and is asked about a hundred. The same is left of it for all those that it does not name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ..filter_pattern.conditions import EQUALITY, All, Any, Expression, Leaf, combine, conditions_of
from ..filter_pattern.json_pattern import Condition, FieldComparison, JsonPattern
from ..filter_pattern.text import Truth, Wildcard
from .records import Known

_ALWAYS: Expression[Condition] = All(())
_NEVER: Expression[Condition] = Any(())
EVERYTHING = JsonPattern(_ALWAYS)
NOTHING = JsonPattern(_NEVER)


def remaining(pattern: JsonPattern, known: Mapping[str, Known]) -> JsonPattern:
    """Return the pattern without the conditions that hold, or fail, for every record with the known fields."""
    texts = []
    for name, (compared, other) in _compared(pattern).items():
        field = known.get(name)
        if field is not None and field.is_exact and field.sample is not None:
            is_other = compared is not None and field.sample not in compared
            texts.append((name, other if is_other else field.sample))
    return _remaining(pattern, tuple(texts)) if texts else pattern


@lru_cache(maxsize=4096)
def size_of(pattern: JsonPattern) -> int:
    """Return how many conditions a pattern has."""
    return sum(1 for _condition in conditions_of(pattern.expression))


@lru_cache(maxsize=2048)
def _compared(pattern: JsonPattern) -> dict[str, tuple[frozenset[str] | None, str]]:
    """By top field: the texts that it is compared with, None if not with texts only; and one that is none of them."""
    compared: dict[str, set[str] | None] = {}
    for condition in conditions_of(pattern.expression):
        name = _top_field(condition)
        if name is not None:
            text, texts = _only_text(condition), compared.setdefault(name, set())
            if text is None:
                compared[name] = None
            elif texts is not None:
                texts.add(text)
    return {
        name: (None, "") if texts is None else (frozenset(texts), f"{max(texts)}x") for name, texts in compared.items()
    }


def _top_field(condition: Condition) -> str | None:
    """Return the field of a record that a condition is about, unless it is about what is in it."""
    step, *deeper = condition.selector.steps
    return step if isinstance(step, str) and not deeper else None


def _only_text(condition: Condition) -> str | None:
    """Return the one text that makes a difference to a condition."""
    if not isinstance(condition, FieldComparison) or condition.comparison.operator not in EQUALITY:
        return None
    operand = condition.comparison.operand
    return operand.value if isinstance(operand, Wildcard) and operand.is_exact else None


@lru_cache(maxsize=8192)
def _remaining(pattern: JsonPattern, texts: tuple[tuple[str, str], ...]) -> JsonPattern:
    return JsonPattern(_without(pattern.expression, dict(texts)))


def _without(expression: Expression[Condition], texts: Mapping[str, str]) -> Expression[Condition]:
    if isinstance(expression, Leaf):
        return _decided(expression, texts.get(_top_field(expression.condition) or ""))
    is_all = isinstance(expression, All)
    neutral, deciding = (_ALWAYS, _NEVER) if is_all else (_NEVER, _ALWAYS)
    parts = []
    for inner in expression.parts:
        part = _without(inner, texts)
        if part == deciding:
            return deciding
        if part != neutral:
            parts.append(part)
    if not parts:
        return neutral
    return combine(All, parts) if is_all else combine(Any, parts)


def _decided(leaf: Leaf[Condition], text: str | None) -> Expression[Condition]:
    """Whether the condition holds for the text, or the condition where that is not established, or not known."""
    truth = None if text is None else leaf.condition.truth_of_values([text])
    if truth is Truth.YES:
        return _ALWAYS
    return _NEVER if truth is Truth.NO else leaf
