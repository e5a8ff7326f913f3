# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events of other services that a control's filters count too, by their names. No fault, but worth a note. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from .._controls import Control, Event, subject
from .._controls.proofs import Budget
from .._controls.reading import counts
from .filter_findings import words
from .filters import FilterReading


def notes(readings: Sequence[FilterReading], control: Control, budget: Budget) -> tuple[str, ...]:
    """What else the alarm may be about, in a sentence; nothing if the filters ask for the source.

    As far as the budget reaches: it is a note, on which no verdict rests.
    """
    texts = dict.fromkeys(reading.pattern.text for reading in readings if not reading.pattern.invalid)
    counted = [event for event in control.collisions if any(_catches(text, event, budget) for text in texts)]
    if not counted:
        return ()
    services: dict[str, list[str]] = {}
    for event in counted:
        services.setdefault(event.name, []).append(event.source.partition(".")[0])
    said = words(f"{name} of {words(sources, 'or')}" for name, sources in services.items())
    return (f"The metric filters also count events of other services with the same name: {said}.",)


def _catches(text: str, event: Event, budget: Budget) -> bool:
    if budget.is_spent and not subject.is_prescribed(text):
        return False
    found, steps = counts(text, event)
    budget.spend(steps, text, event)
    return found
