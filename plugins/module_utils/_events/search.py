# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search an account for the records of a control: those of its own filters, or all that new ones would match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._account.observation import LogGroup, Observation
from .._aws.task import Task
from .._controls import CONTROLS, Control
from .._judge.filters import Metric
from .._observe.reader import Reader
from .expected import Expectation
from .noise import Noise
from .read import Progress, last_alarm, messages
from .records import Event, event_of, newest_first
from .sources import Source, filters_of, nothing_found, unread
from .window import Window


@dataclass(frozen=True)
class ControlEvents:
    """What was found of a control."""

    control: Control
    sources: tuple[Source, ...] = ()
    window: Window | None = None  # None if nothing was searched
    alarm: str | None = None
    events: tuple[Event, ...] = ()
    expected: int = 0  # of the events, and of those that are left out since they are expected
    complete: bool = False
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "control": self.control.name,
            "since": _written(self.window.since) if self.window else None,
            "until": _written(self.window.until) if self.window else None,
            "alarm": self.alarm,
            "filters": [name for source in self.sources for name in source.filters],
            "listed": len(self.events),
            "expected": self.expected,
            "unexpected": sum(not event.expected_reason for event in self.events),
            "complete": self.complete,
            "note": self.note,
        }


def _written(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))


@dataclass(frozen=True)
class Wanted:
    """Which events to list: those of a window, or of the last alarm's, and how many."""

    window: Window | None  # that of the last alarm if there is none
    limit: int
    expectation: Expectation
    unexpected_only: bool = False
    alarm: str | None = None  # the one that asks
    metrics: tuple[Metric, ...] | None = None  # only of the filters that write to these


def controls_of(observation: Observation, metrics: tuple[Metric, ...]) -> tuple[Control, ...]:
    """Return the controls whose filters write to one of the metrics, whatever the filters and metrics are called."""
    return tuple(control for control in CONTROLS.values() if _on(metrics, filters_of(observation, control)))


def _on(metrics: tuple[Metric, ...] | None, sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return sources if metrics is None else tuple(one for one in sources if set(one.metrics) & set(metrics))


def events_of(task: Task, observation: Observation, control: Control, wanted: Wanted) -> ControlEvents:
    """Return the newest records of a control's filters in the window or that of its last alarm. Raises TaskError."""
    reader = Reader(task.clients)
    sources = _on(wanted.metrics, filters_of(observation, control))
    if not sources:
        return ControlEvents(control, note=nothing_found(observation, control))
    window, alarm = wanted.window, wanted.alarm
    if window is None:
        rang = last_alarm(reader, sources)
        if rang is None:
            note = f"No alarm for {control.name} went into ALARM within the 30 days of CloudWatch's alarm history."
            return ControlEvents(control, sources, note=note)
        window, alarm = rang.window, rang.alarm
    found, left_out = _newest(task, reader, control, sources, window, wanted)
    listed = found[: wanted.limit]
    missing = unread(observation)
    reached = f"Only the {wanted.limit} newest are listed." if len(found) > wanted.limit else ""
    return ControlEvents(
        control=control,
        sources=sources,
        window=window,
        alarm=alarm,
        events=tuple(listed),
        expected=left_out + sum(bool(event.expected_reason) for event in listed),
        complete=not (missing or reached),
        note=f"{reached} {missing}".strip(),
    )


def _newest(
    task: Task, reader: Reader, control: Control, sources: tuple[Source, ...], window: Window, wanted: Wanted
) -> tuple[list[Event], int]:
    """More than the limit if there are more; parts of the window are searched until there are.

    Returns the number of expected events besides, which do not count towards the limit where they are left out.
    """
    progress = Progress(task.tell)
    found: list[Event] = []
    for part in window.newest_first():
        for source in sources:
            disputed = 0
            for message in messages(reader, source, part, progress):
                if not message.agreed:
                    disputed += 1
                    continue
                event = event_of(message.text, message.timestamp, message.id)
                found.append(wanted.expectation.told(event.matched_by(control.name, source.filters)))
            _warn_of(task, source, disputed)
        found = newest_first(found)
        if sum(_is_listed(event, wanted) for event in found) > wanted.limit:
            break
    listed = [event for event in found if _is_listed(event, wanted)]
    return listed, len(found) - len(listed)


def _is_listed(event: Event, wanted: Wanted) -> bool:
    return not (wanted.unexpected_only and event.expected_reason)


def _warn_of(task: Task, source: Source, disputed: int) -> None:
    if disputed:
        task.warn(
            f"{disputed} records of log group {source.group} are omitted: according to AWS they match pattern "
            f"{source.pattern}, according to this collection they do not."
        )


def noise_of(task: Task, group: LogGroup, patterns: tuple[str, ...], window: Window) -> Noise:
    """Count the records in a log group that filters with these patterns match. Raises TaskError."""
    reader, progress, noise = Reader(task.clients), Progress(task.tell), Noise()
    for pattern in patterns:
        source = Source(group.region, group.name, pattern)
        disputed = 0
        for message in messages(reader, source, window, progress):
            if message.agreed:
                noise.add(message.text, message.timestamp, message.id)
            else:
                disputed += 1
        _warn_of(task, source, disputed)
    return noise
