# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the third link of a path: the metric filters that feed one metric, taken together. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from .._controls import Case, Control
from .._controls.reading import CaseCoverage
from ..coverage import FULL, NARROWED, NONE, UNDETERMINED
from .filters import FilterReading, covers, together
from .findings import FAIL, UNKNOWN, WARN, Finding

Settings = Callable[[FilterReading], Sequence[Finding]]
"""What in the filter's settings keeps its values from the alarm, or may."""


@dataclass(frozen=True)
class Asked:
    """What filters must match: the cases, those that a later benchmark adds, and the fix where some are missed."""

    required: tuple[Case, ...]
    later: tuple[Case, ...]
    mend: str

    @classmethod
    @cache
    def by(cls, control: Control, benchmark: str) -> Asked:
        """What a benchmark requires. Raises KeyError if it lacks the control."""
        return cls(control.prescriptions[benchmark].cases, control.later_cases(benchmark), control.mend(benchmark))


def judge_filters(
    readings: Sequence[FilterReading], asked: Asked, settings: Settings, *, reads: bool = True
) -> tuple[Finding, ...]:
    """All findings on the filters that feed one metric, as the input of an alarm.

    reads: whether read-only events reach the log group.
    A filter whose settings keep its values from the alarm does no harm where the others cover the cases.
    """
    known = {id(reading): settings(reading) for reading in readings}
    usable = _without(readings, known, FAIL, UNKNOWN)
    findings = list(cases_findings(readings, asked.required, asked.mend))
    possible = usable if covers(usable, asked.required) else _without(readings, known, FAIL)
    spoken_of = possible if covers(possible, asked.required) else readings
    findings.extend(finding for reading in spoken_of for finding in known[id(reading)])
    findings.extend(_breadth(usable, reads))
    if not any(finding.status == FAIL for finding in findings):
        findings.extend(later_findings(usable, asked.later))
    return tuple(findings)


def _without(
    readings: Sequence[FilterReading], settings: Mapping[int, Sequence[Finding]], *statuses: str
) -> list[FilterReading]:
    return [reading for reading in readings if not any(one.status in statuses for one in settings[id(reading)])]


def cases_findings(readings: Sequence[FilterReading], required: Sequence[Case], mend: str) -> Iterator[Finding]:
    """Which of the required cases the patterns miss, wholly or in part.

    What a pattern does that could not be read is not known, so what the others miss it may catch.
    """
    caught = together(readings, required)
    unread = [reading for reading in readings if reading.pattern.invalid]
    if unread and any(one.degree != FULL for one in caught):
        yield from (_unread(reading, mend) for reading in unread)
        return
    missed = [one.case.name for one in caught if one.degree == NONE]
    if any(reading.pattern.catches_some for reading in readings) and missed:
        yield Finding(
            FAIL,
            "FILTER_EVENTS_UNCOVERED",
            f"{_filters(readings)} {_verb(readings, 'miss')} {words(missed)}.",
            mend,
        )
    elif missed:
        yield _never_matches(readings, mend)
    if narrowed := [one for one in caught if one.degree == NARROWED]:
        yield _narrowed(readings, narrowed)
    if undetermined := [one for one in caught if one.degree == UNDETERMINED]:
        yield _undetermined(readings, undetermined, mend)


def _unread(reading: FilterReading, mend: str) -> Finding:
    """CloudWatch Logs refuses what is no pattern, so one that a filter has was accepted."""
    return Finding(
        UNKNOWN,
        "FILTER_PATTERN_INVALID",
        f"CloudWatch Logs has accepted the pattern of metric filter {reading.filter.name}, but this audit can't parse "
        f"it: {reading.pattern.invalid}",
        f"{mend} Or test this one with logs:TestMetricFilter.",
    )


def _never_matches(readings: Sequence[FilterReading], mend: str) -> Finding:
    names_events = any(one.case.event for one in readings[0].pattern.cases)
    joined = any("&&" in reading.filter.pattern for reading in readings)
    why = " (an event has one name, so names joined with && never match)" if joined and names_events else ""
    hint = " Join event names with ||, and spell them as CloudTrail does." if names_events else ""
    return Finding(
        FAIL,
        "FILTER_NEVER_MATCHES",
        f"{_filters(readings)} {_verb(readings, 'name')} events of this control but {_verb(readings, 'match')} none "
        f"of them{why}.",
        mend + hint,
    )


def _narrowed(readings: Sequence[FilterReading], caught: Sequence[CaseCoverage]) -> Finding:
    conditions = words(dict.fromkeys(one.condition for one in caught if one.condition))
    return Finding(
        FAIL,
        "FILTER_NARROWED",
        f"{_filters(readings)} {_verb(readings, 'match')} {words(one.case.name for one in caught)}, "
        f"but {conditions or 'only under an additional condition'}{_example(caught)}.",
        "Remove the additional conditions from the pattern.",
    )


def _example(caught: Sequence[CaseCoverage]) -> str:
    """Part of a sentence: a record that is missed, as JSON, where the case's name does not describe one."""
    missed = next((one.example for one in caught if one.example is not None and one.case.event is None), None)
    return f", so it misses {json.dumps(missed)}" if missed else ""


def _undetermined(readings: Sequence[FilterReading], caught: Sequence[CaseCoverage], mend: str) -> Finding:
    conditions = words(dict.fromkeys(one.condition for one in caught if one.condition))
    reason = conditions or "AWS does not document how it evaluates such a pattern"
    return Finding(
        UNKNOWN,
        "FILTER_UNDETERMINED",
        f"It can't be determined whether {_filters(readings, start=False)} {_verb(readings, 'match')} every "
        f"{words((one.case.name for one in caught), last='or')}: {reason}.",
        f"{mend} Or test this one with logs:TestMetricFilter.",
    )


def _breadth(usable: Sequence[FilterReading], reads: bool) -> Iterator[Finding]:
    """An alarm acts when its state changes, so one that is always in ALARM is silent."""
    for reading in usable:
        name = reading.filter.name
        if reading.pattern.everything:
            yield Finding(
                FAIL,
                "FILTER_TOO_BROAD",
                f"Metric filter {name} matches nearly every event, so the alarm stays in ALARM and notifies only once.",
                f"Restrict the pattern of metric filter {name} to the events of this control.",
            )
        elif reads and (calls := reading.pattern.beyond.constant):
            yield Finding(
                FAIL,
                "FILTER_TOO_BROAD",
                f"Metric filter {name} also matches {words(calls)}, calls that AWS services make all the time, so the "
                "alarm stays in ALARM and does not notify again.",
                f"Restrict metric filter {name} to the events of this control.",
            )
        elif reads and (calls := reading.pattern.beyond.read_only):
            yield Finding(
                WARN,
                "FILTER_TOO_BROAD",
                f"Metric filter {name} also matches calls that change nothing, such as {calls[0]}. "
                "While they keep the alarm in ALARM, a change does not notify.",
                f"Restrict the pattern of metric filter {name} to the events of this control.",
            )


def later_findings(usable: Sequence[FilterReading], later: Sequence[Case]) -> Iterator[Finding]:
    """Which cases are missed that this benchmark does not require, and a later one does."""
    missed = [one.case.name for one in together(usable, later) if one.degree != FULL]
    if missed:
        yield Finding(
            WARN,
            "FILTER_EVENTS_UNCOVERED",
            f"{words(missed)}, which later benchmarks require, {'is' if len(missed) == 1 else 'are'} not matched.",
            "Add a metric filter for the same metric, with the pattern of the later benchmarks.",
        )


def missing_filter(group: str, filters: int, hint: str) -> Finding:
    """The finding of a log group without a filter for the control; the hint is a further sentence or empty."""
    others = {0: "", 1: " (its only filter is for something else)"}.get(
        filters, f" (none of its {filters} filters is for it)"
    )
    return Finding(
        FAIL,
        "FILTER_MISSING",
        f"Log group {group} has no metric filter for this control{others}.{hint}",
        f"Create a metric filter with the prescribed pattern on log group {group}.",
    )


def too_costly_filters(group: str) -> Finding:
    """The finding of a log group whose filters are not all evaluated."""
    return Finding(
        UNKNOWN,
        "FILTER_UNDETERMINED",
        f"Could not be determined: the metric filters of log group {group} take too long to evaluate, so this audit "
        "evaluates only some of them.",
        f"Delete metric filters with complex patterns that log group {group} does not need, then audit again.",
    )


def _filters(readings: Sequence[FilterReading], *, start: bool = True) -> str:
    names = list(dict.fromkeys(reading.filter.name for reading in readings))
    noun = "metric filter" if len(names) == 1 else "metric filters"
    return f"{noun.capitalize() if start else noun} {words(names)}"


def _verb(readings: Sequence[FilterReading], verb: str) -> str:
    """The verb in the number of the filters: 'catches' for one, 'catch' for several."""
    if len({reading.filter.name for reading in readings}) > 1:
        return verb
    return verb + ("es" if verb.endswith(("ch", "ss")) else "s")


def words(names: Iterable[str], last: str = "and") -> str:
    """Names in a row: 'a, b and c'."""
    *first, end = list(names) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end
