# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How excluding a principal from a filter would weaken the control: proven by `coverage`, not guessed. Pure.

The usual idea against a noisy alarm is a condition such as `&& ($.userIdentity.arn != "...")`. It breaks the
control for that principal, whose credentials may be stolen, and for each record that lacks the field, which != does
not match.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import coverage
from .._controls import Control
from ..filter_pattern import FilterPatternError, parse
from .identities import mapping, text

# From the best to the worst.


@dataclass(frozen=True)
class Exclusion:
    """The condition that would exclude a principal."""

    field: str  # as a pattern selects it
    value: str


@dataclass(frozen=True)
class Cost:
    """Patterns with an exclusion, and how much of the control they still catch together."""

    patterns: tuple[str, ...]
    degree: str
    condition: str

    def misses(self, message: str) -> bool:
        """Whether a record that a pattern matched without the exclusion is missed with it."""
        return not any(parse(pattern).matches(message) for pattern in self.patterns)


def exclusion_of(record: Mapping[str, Any]) -> Exclusion | None:
    """Return the usual condition to exclude the record's principal; None if nothing in it identifies one."""
    identity = mapping(record, "userIdentity")
    issuer = text(mapping(mapping(identity, "sessionContext"), "sessionIssuer"), "arn")
    if issuer:
        return _exclusion("userIdentity.sessionContext.sessionIssuer.arn", issuer)
    if arn := text(identity, "arn"):
        return _exclusion("userIdentity.arn", arn)
    if service := text(identity, "invokedBy"):
        return _exclusion("userIdentity.invokedBy", service)
    return None


def _exclusion(field: str, value: str) -> Exclusion | None:
    return None if set('"*\\') & set(value) else Exclusion(f"$.{field}", value)


def cost(exclusion: Exclusion, patterns: tuple[str, ...], control: Control) -> Cost | None:
    """Return how much of the control's cases that JSON patterns cover is left with the exclusion; the worst counts.

    None where such a pattern would not be taken.
    """
    narrowed = tuple(_narrowed(exclusion, pattern) for pattern in patterns)
    try:
        cases = [case.pattern for case in control.all_cases]
        kept = [case for case in cases if coverage.covers_together(patterns, case) == coverage.FULL]
        caught = [coverage.covers_together(narrowed, case) for case in kept]
    except FilterPatternError:
        return None  # longer than a pattern can be, or of terms, which take no condition
    worst = min(caught, key=coverage.DEGREES.index, default=coverage.Coverage(coverage.UNDETERMINED))
    return Cost(narrowed, str(worst), worst.condition)


def _narrowed(exclusion: Exclusion, pattern: str) -> str:
    body = pattern.strip().removeprefix("{").removesuffix("}").strip()
    return f'{{ ({body}) && ({exclusion.field} != "{exclusion.value}") }}'
