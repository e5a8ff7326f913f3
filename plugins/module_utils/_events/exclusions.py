# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it would cost to write a principal out of a filter: proven by `coverage`, not guessed. Pure.

Everybody who finds an alarm noisy thinks of a condition such as `&& ($.userIdentity.arn != "...")`. It breaks the
control for that principal, whose credentials may be stolen, and for each record that lacks the field, which != does
not match.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils import coverage
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import Control
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.identities import mapping, text
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import FilterPatternError, parse

# From the best to the worst.
_DEGREES = ("full", "undetermined", "narrowed", "none")


@dataclass(frozen=True)
class Exclusion:
    """The condition that would leave a principal out."""

    field: str  # as a pattern selects it
    value: str


@dataclass(frozen=True)
class Cost:
    """A pattern with an exclusion, and how much of the control it still catches."""

    pattern: str
    degree: str
    condition: str

    def misses(self, message: str) -> bool:
        """Whether a record that the pattern matched without the exclusion is missed with it."""
        return not parse(self.pattern).matches(message)


def exclusion_of(record: Mapping[str, Any]) -> Exclusion | None:
    """The condition that people write to leave the record's principal out; None if nothing in it names one."""
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


def cost(exclusion: Exclusion, pattern: str, control: Control) -> Cost | None:
    """What is left of a JSON pattern with the exclusion; None where such a pattern would not be taken."""
    body = pattern.strip()
    if not (body.startswith("{") and body.endswith("}")):
        return None
    narrowed = f'{{ ({body[1:-1].strip()}) && ({exclusion.field} != "{exclusion.value}") }}'
    try:
        caught = [coverage.coverage(narrowed, event.name, event.source) for event in control.all_events]
    except FilterPatternError:
        return None  # longer than a pattern can be
    worst = max(caught, key=lambda one: _DEGREES.index(str(one)), default=coverage.Coverage("undetermined"))
    return Cost(narrowed, str(worst), worst.condition)
