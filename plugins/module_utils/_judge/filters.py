# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the third link of a path: the metric filters that feed one metric, taken together. Pure.

What a filter writes is described in
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

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
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.findings import FAIL, UNKNOWN, WARN, Finding

FULL = "full"
UNDETERMINED = "undetermined"
NARROWED = "narrowed"
NONE = "none"
# Of several filters the one that does most for an event counts.
_DEGREES = (NONE, NARROWED, UNDETERMINED, FULL)

Metric = tuple[str, str]
"""Namespace and name."""

Reaches = Callable[[float], bool]
"""Does one change that is written with this value make the alarm go off?"""


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
    invalid: str  # why it is no pattern, '' if it is one
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


@dataclass(frozen=True)
class FilterReading:
    """A metric filter, one thing that it writes, and what its pattern does for the control's events."""

    filter: MetricFilter
    writes: Transformation
    pattern: PatternReading

    @property
    def metric(self) -> Metric:
        return (self.writes.metric_namespace, self.writes.metric_name)


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
        return PatternReading(text, nothing, str(error), concerns=names_an_event)
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
            judge_filters(readings, control.all_events, (), lambda value: True)


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


def judge_filters(
    readings: Sequence[FilterReading], required: Sequence[Event], later: Sequence[Event], reaches: Reaches
) -> tuple[Finding, ...]:
    """All there is to say of the filters that feed one metric, as the input of an alarm.

    A filter whose settings keep its values from the alarm does no harm where the others cover the events.
    """
    usable = [reading for reading in readings if not any(settings(reading, reaches))]
    findings = list(events_findings(readings, required))
    if not covers(usable, required):
        findings.extend(finding for reading in readings for finding in settings(reading, reaches))
    findings.extend(_breadth(usable))
    if not any(finding.status == FAIL for finding in findings):
        findings.extend(later_findings(usable, later))
    return tuple(findings)


def events_findings(readings: Sequence[FilterReading], required: Sequence[Event]) -> Iterator[Finding]:
    """Which of the required events the patterns miss, wholly or in part."""
    caught = together(readings, required)
    missed = [one.event.name for one in caught if one.degree == NONE]
    if missed:
        yield from _invalid(readings)
    if any(reading.pattern.catches_some for reading in readings) and missed:
        yield Finding(
            FAIL,
            "FILTER_EVENTS_UNCOVERED",
            f"{_filters(readings)} {_verb(readings, 'miss')} {_words(missed)}.",
            "Use the pattern that the benchmark prescribes.",
        )
    elif missed and not any(reading.pattern.invalid for reading in readings):
        yield _never_matches(readings)
    for degree, narrow in ((NARROWED, _narrowed), (UNDETERMINED, _undetermined)):
        of_degree = [one for one in caught if one.degree == degree]
        if of_degree:
            yield narrow(readings, of_degree)


def _invalid(readings: Sequence[FilterReading]) -> Iterator[Finding]:
    for reading in readings:
        if reading.pattern.invalid:
            yield Finding(
                FAIL,
                "FILTER_PATTERN_INVALID",
                f"The pattern of metric filter {reading.filter.name} is not one that CloudWatch Logs accepts: "
                f"{reading.pattern.invalid}",
                "Use the pattern that the benchmark prescribes.",
            )


def _never_matches(readings: Sequence[FilterReading]) -> Finding:
    joined_with_and = any("&&" in reading.filter.pattern for reading in readings)
    why = " (an event has one name, so names joined with && never match)" if joined_with_and else ""
    return Finding(
        FAIL,
        "FILTER_NEVER_MATCHES",
        f"{_filters(readings)} {_verb(readings, 'name')} the events but {_verb(readings, 'match')} none of them{why}.",
        "Use the pattern that the benchmark prescribes: the event names joined with ||, spelled as CloudTrail does.",
    )


def _narrowed(readings: Sequence[FilterReading], caught: Sequence[EventCoverage]) -> Finding:
    conditions = _words(dict.fromkeys(one.condition for one in caught if one.condition))
    return Finding(
        FAIL,
        "FILTER_NARROWED",
        f"{_filters(readings)} {_verb(readings, 'catch')} {_words(one.event.name for one in caught)}, "
        f"but {conditions or 'only under a further condition'}.",
        "Take the further conditions out of the pattern.",
    )


def _undetermined(readings: Sequence[FilterReading], caught: Sequence[EventCoverage]) -> Finding:
    conditions = _words(dict.fromkeys(one.condition for one in caught if one.condition))
    reason = conditions or "AWS does not say how it reads such a pattern"
    return Finding(
        UNKNOWN,
        "FILTER_UNDETERMINED",
        f"Whether {_filters(readings, start=False)} {_verb(readings, 'catch')} every "
        f"{_words((one.event.name for one in caught), last='or')} can't be told from the pattern: {reason}.",
        "Use the pattern that the benchmark prescribes, or try this one with logs:TestMetricFilter.",
    )


def settings(reading: FilterReading, reaches: Reaches) -> Iterator[Finding]:
    """What in a filter's settings keeps its values from a plain alarm on its metric."""
    name, writes = reading.filter.name, reading.writes
    added = [*writes.dimensions, *reading.filter.emit_system_field_dimensions]
    if added:
        yield Finding(
            FAIL,
            "FILTER_HAS_DIMENSIONS",
            f"Metric filter {name} adds the dimensions {_words(added)}, so an alarm on the plain metric sees nothing.",
            f"Take the dimensions out of metric filter {name}.",
        )
    if reading.filter.field_selection_criteria:
        yield Finding(
            FAIL,
            "FILTER_FIELD_SELECTION",
            f"Metric filter {name} looks only at events with {reading.filter.field_selection_criteria}, "
            "so others are not counted.",
            f"Take the field selection criteria out of metric filter {name}.",
        )
    if reading.filter.apply_on_transformed_logs:
        yield Finding(
            FAIL,
            "FILTER_ON_TRANSFORMED_LOGS",
            f"Metric filter {name} looks at transformed events, which need not have the fields that CloudTrail writes.",
            f"Let metric filter {name} look at the original events (applyOnTransformedLogs: false).",
        )
    yield from _value(name, writes, reaches)


def _value(name: str, writes: Transformation, reaches: Reaches) -> Iterator[Finding]:
    value = constant(writes.metric_value)
    if value is None or value <= 0:
        detail = f"Metric filter {name} writes {writes.metric_value!r} to its metric, which does not count the change."
    elif not reaches(value) and reaches(1.0):
        detail = (
            f"Metric filter {name} writes {writes.metric_value} for a change, too little for the alarm's threshold."
        )
    else:
        return
    yield Finding(FAIL, "FILTER_VALUE_UNUSABLE", detail, f'Set the metric value of metric filter {name} to "1".')


def constant(text: str) -> float | None:
    """The number that a metric value is; None for a field such as $.size, and for what is no finite number."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _breadth(usable: Sequence[FilterReading]) -> Iterator[Finding]:
    """An alarm acts when its state changes, so one that is always in ALARM is silent."""
    for reading in usable:
        name = reading.filter.name
        if reading.pattern.everything:
            yield Finding(
                FAIL,
                "FILTER_TOO_BROAD",
                f"Metric filter {name} matches all kinds of events, so the alarm stays in ALARM and notifies no more.",
                f"Let metric filter {name} match the control's events only.",
            )
        elif calls := reading.pattern.read_only:
            yield Finding(
                WARN,
                "FILTER_TOO_BROAD",
                f"Metric filter {name} also matches calls that change nothing, such as {calls[0]}; "
                "while they keep the alarm in ALARM, a change is not told.",
                f"Let metric filter {name} match the control's events only.",
            )


def later_findings(usable: Sequence[FilterReading], later: Sequence[Event]) -> Iterator[Finding]:
    """Which events are missed that this benchmark does not ask for, and another one does."""
    missed = [one.event.name for one in together(usable, later) if one.degree != FULL]
    if missed:
        yield Finding(
            WARN,
            "FILTER_EVENTS_UNCOVERED",
            f"{_words(missed)}, which later benchmarks ask for, {'is' if len(missed) == 1 else 'are'} not caught.",
            "Add a second metric filter for it that feeds the same metric, with the pattern of the later benchmarks.",
        )


def missing_filter(group: str, filters: int, hint: str) -> Finding:
    """The finding of a log group without a filter for the control; the hint names where one lies in vain."""
    others = f"none of its {filters} metric filters is about them" if filters else "it has no metric filter"
    return Finding(
        FAIL,
        "FILTER_MISSING",
        f"Log group {group} does not count the control's events: {others}{hint}.",
        f"Put a metric filter with the prescribed pattern on log group {group}.",
    )


def _filters(readings: Sequence[FilterReading], *, start: bool = True) -> str:
    names = list(dict.fromkeys(reading.filter.name for reading in readings))
    noun = "metric filter" if len(names) == 1 else "metric filters"
    return f"{noun.capitalize() if start else noun} {_words(names)}"


def _verb(readings: Sequence[FilterReading], verb: str) -> str:
    """The verb in the number of the filters: 'catches' for one, 'catch' for several."""
    if len({reading.filter.name for reading in readings}) > 1:
        return verb
    return verb + ("es" if verb.endswith(("ch", "ss")) else "s")


def _words(names: Iterable[str], last: str = "and") -> str:
    *first, end = list(names) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end
