# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the metric filters of a control: what their patterns do for its events, alone and together. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ansible_collections.aws_cis.monitoring.plugins.module_utils import coverage, filter_pattern
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    MetricFilter,
    Transformation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    CONTROLS,
    Control,
    Event,
    prescribed_patterns,
)

FULL = "full"
UNDETERMINED = "undetermined"
NARROWED = "narrowed"
NONE = "none"
# Of several filters the one that does most for an event counts.
_DEGREES = (NONE, NARROWED, UNDETERMINED, FULL)

Metric = tuple[str, str]
"""Namespace and name."""


@dataclass(frozen=True)
class EventCoverage:
    """How far an event is caught, and under which condition where it is narrowed."""

    event: Event
    degree: str
    condition: str = ""

    def as_dict(self) -> dict[str, str]:
        return {
            "name": self.event.name,
            "source": self.event.source,
            "coverage": self.degree,
            "condition": self.condition,
        }


@dataclass(frozen=True)
class PatternReading:
    """What a pattern does for the events of a control, whatever filter it belongs to."""

    text: str
    events: tuple[EventCoverage, ...]
    invalid: str  # why this parser does not read it, '' if it does; AWS has accepted what it has
    concerns: bool  # it is about the control, be it that it tries to be and fails

    @property
    def everything(self) -> bool:
        """Whether it matches events of every kind. Proven on demand, since most filters are never asked."""
        return not self.invalid and (coverage.matches_everything(self.text) or _of_unrelated(self.text) == {FULL})

    @property
    def read_only(self) -> tuple[str, ...]:
        """Calls that change nothing and are caught as well."""
        return () if self.invalid else tuple(coverage.covered_read_only_calls(self.text))

    @property
    def catches_some(self) -> bool:
        return any(caught.degree != NONE for caught in self.events)

    def work_out(self) -> None:
        """Prove what is proven on demand, so that it need not be done again."""
        _ = self.everything, self.read_only


@dataclass(frozen=True)
class FilterReading:
    """A metric filter, one thing that it writes, and what its pattern does for the control's events."""

    filter: MetricFilter
    writes: Transformation
    pattern: PatternReading

    @property
    def metric(self) -> Metric:
        return (self.writes.metric_namespace, self.writes.metric_name)

    def where(self, values: Mapping[str, str]) -> FilterReading:
        """The filter as it counts for those records alone whose fields have the values, by selector."""
        clauses = "".join(f' && ({field} = "{value}")' for field, value in values.items())
        text = self.pattern.text.strip()
        narrowed = f"{{ ({text[1:-1]}){clauses} }}" if text.startswith("{") else text
        read = _read_pattern(narrowed, tuple(one.event for one in self.pattern.events))
        return replace(self, pattern=read)


def read_filter(metric_filter: MetricFilter, control: Control) -> tuple[FilterReading, ...]:
    """The filter once for each metric that it writes to, with what its pattern does for the control's events."""
    read = _read_pattern(metric_filter.pattern, control.all_events)
    return tuple(FilterReading(metric_filter, writes, read) for writes in metric_filter.transformations)


# Events that no control of this kind is about. What catches all records of them catches nearly everything; what
# catches some of them is not about a control's events but about, say, denied calls or the root user.
_UNRELATED = (Event("GetCallerIdentity", "sts.amazonaws.com"), Event("ListBuckets", "s3.amazonaws.com"))


@functools.lru_cache(maxsize=4096)
def _read_pattern(text: str, events: tuple[Event, ...]) -> PatternReading:
    """Kept, since a fleet's accounts share their patterns, and each is looked at in several paths."""
    names_an_event = any(event.name.lower() in text.lower() for event in events)
    try:
        caught = tuple(_event_coverage(text, event) for event in events)
    except filter_pattern.FilterPatternError as error:
        nothing = tuple(EventCoverage(event, NONE) for event in events)
        # What has a wildcard or a regular expression for a name need not name an event to be about it.
        may_name = "eventname" in text.lower() and any(mark in text for mark in "*%")
        return PatternReading(text, nothing, str(error), concerns=names_an_event or may_name)
    degrees = {one.degree for one in caught}
    concerns = names_an_event or FULL in degrees or (degrees != {NONE} and NONE in _of_unrelated(text))
    return PatternReading(text, caught, "", concerns)


def _of_unrelated(text: str) -> set[str]:
    return {_event_coverage(text, event).degree for event in _UNRELATED}


def _event_coverage(text: str, event: Event) -> EventCoverage:
    found = coverage.coverage(text, event.name, event.source)
    return EventCoverage(event, str(found.degree), found.condition)


def preload() -> None:
    """Read the patterns that the benchmarks prescribe, which most accounts have, so that it need not be done again."""
    written = (Transformation(metric_name="", metric_namespace="", metric_value="1"),)
    for control in CONTROLS.values():
        for text in prescribed_patterns(control):
            readings = read_filter(MetricFilter(name="", pattern=text, transformations=written), control)
            together(readings, control.all_events)
            for reading in readings:
                reading.pattern.work_out()


def together(readings: Iterable[FilterReading], events: Sequence[Event]) -> tuple[EventCoverage, ...]:
    """What filters that feed one metric do for each event: the best that any of them does, or all of them do."""
    patterns = tuple(dict.fromkeys(reading.pattern for reading in readings))
    return tuple(_best(patterns, event) for event in events)


def _best(patterns: Sequence[PatternReading], event: Event) -> EventCoverage:
    """One catches what the other leaves out, such as one the changes by a user and the other those by all others."""
    caught = [one for pattern in patterns for one in pattern.events if one.event == event and one.degree != NONE]
    best = max(caught, key=_rank, default=EventCoverage(event, NONE))
    if len(caught) < 2 or best.degree == FULL:
        return best
    texts = tuple(pattern.text for pattern in patterns if not pattern.invalid)
    is_full = coverage.coverage_together(texts, event.name, event.source) == FULL
    return EventCoverage(event, FULL) if is_full else best


def _rank(caught: EventCoverage) -> int:
    return _DEGREES.index(caught.degree)


def covers(readings: Iterable[FilterReading], events: Sequence[Event]) -> bool:
    """Whether the filters together catch every record of each event."""
    return all(caught.degree == FULL for caught in together(readings, events))
