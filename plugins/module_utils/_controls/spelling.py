# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter patterns as the benchmarks spell them: they differ in blanks, parentheses and quotes, which some compare."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from .control import Case, Event


def any_of(events: Iterable[Event]) -> str:
    """The pattern that matches each of the events by name, in the benchmarks' own spelling."""
    return "{ " + names(event.name for event in events) + " }"


def names(event_names: Iterable[str], equals: str = " = ", either: str = " || ", quote: str = "") -> str:
    """Names of events that are joined with ||."""
    return either.join(f"($.eventName{equals}{quote}{name}{quote})" for name in event_names)


def hub(event_names: Iterable[str]) -> str:
    """Names in the spelling of Security Hub."""
    return "{" + names(event_names, "=") + "}"


def hub_of(source: str, event_names: Iterable[str]) -> str:
    """Names of one service in the spelling of Security Hub."""
    return f"{{($.eventSource={source}) && ({names(event_names, '=')})}}"


def cases(event_names: Iterable[str], source: str) -> tuple[Case, ...]:
    """A case for each event of a service."""
    return tuple(_case(name, source) for name in event_names)


@cache
def _case(name: str, source: str) -> Case:
    """The same for every benchmark that has it."""
    return Case(name, f"{{ ($.eventSource = {source}) && ($.eventName = {name}) }}", Event(name, source))
