# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log alarms next to a control's path, which never count as one: the benchmark asks for filter and metric. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache

from .._account.observation import LogAlarm, LogGroup, Observation
from .._controls import CONTROLS, Control

_VALUE = re.compile(r"=\s*(\"[^\"]*\"|[^\s()&|]+)")


def log_alarms_on(observation: Observation, group: LogGroup) -> tuple[LogAlarm, ...]:
    """Those that query the log group, whatever for."""
    spellings = {group.name, group.arn, f"{group.arn}:*"}
    return tuple(
        alarm for alarm in observation.log_alarms if alarm.region == group.region and spellings & set(alarm.log_groups)
    )


def notes(observation: Observation, control: Control, group: LogGroup | None) -> tuple[str, ...]:
    """A sentence for each log alarm on the path's log group that is about the control."""
    found = log_alarms_on(observation, group) if group else ()
    return tuple(_note(alarm) for alarm in found if is_about(alarm.query, control.name))


def _note(alarm: LogAlarm) -> str:
    lines = f", with up to {alarm.lines} matching records in e-mail" if alarm.lines else ""
    whom = f"notifies {', '.join(alarm.actions)}{lines}" if alarm.actions else "notifies no one"
    return f"Log alarm {alarm.name} also evaluates the log group for this control and {whom}. It is not counted."


@lru_cache(maxsize=256)
def is_about(query: str, control: str) -> bool:
    """Whether a query names one of the control's events or, of a condition, all values of one of its filters.

    It is for a note alone: what a query matches is not proven.
    """
    its = CONTROLS[control]
    if its.is_condition:
        return any(all(value in query for value in values) for values in _values(its))
    named = [event for event in its.all_events if re.search(rf"\b{event.name}\b", query)]
    return any(event.name not in _shared() or event.source in query for event in named)


@cache
def _shared() -> frozenset[str]:
    """The names that events of several controls have, which differ in their source."""
    names = Counter(name for control in CONTROLS.values() for name in {event.name for event in control.all_events})
    return frozenset(name for name, count in names.items() if count > 1)


def _values(control: Control) -> Iterator[list[str]]:
    texts = [one.text for one in control.filters]
    texts += [text for one in control.prescriptions.values() for text in one.texts]
    for text in texts:
        if found := [value.strip('"').strip("*") for value in _VALUE.findall(text)]:
            yield found
