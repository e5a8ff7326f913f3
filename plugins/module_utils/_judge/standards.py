# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Would the audit of each benchmark pass? Pure.

The CIS procedure looks at fewer things than the verdict does. It asks for a multi-region trail that is logging, with
all management events and a log group; for filters there with the pattern; for an alarm on their metric; for an SNS
topic as its action; for a confirmed subscriber. It does not ask whether the alarm can go into ALARM or the topic can
be published to. It compares the pattern's text: the exact text of its remediation or its audit counts as the pattern,
whatever it does, and so do filters that catch every record of the version's cases, however they are written.

Security Hub does the same steps by program, compares the text, and has its own result codes (security_hub.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from .._account.observation import Gap, Observation, Trail
from .._controls import SECURITY_HUB, Control, Prescription
from .._controls.benchmarks import security_hub_standards_without
from . import security_hub
from .filter_findings import cases_findings
from .filters import FilterReading
from .findings import ACCESS_DENIED, FAIL, LINKS, OK, PASS, RESPONSE_INCOMPLETE, UNKNOWN, WARN, Finding
from .paths import Path

# What the procedure checks, link by link, in addition to the pattern.
_LOOKED_AT = frozenset(
    {
        "TRAIL_MISSING",
        "TRAIL_SINGLE_REGION",
        "TRAIL_NOT_LOGGING",
        "TRAIL_EVENTS_EXCLUDED",
        "TRAIL_WITHOUT_LOG_GROUP",
        "LOG_GROUP_MISSING",
        "LOG_GROUP_IN_OTHER_ACCOUNT",
        "FILTER_MISSING",
        "ALARM_MISSING",
        "ALARM_WITHOUT_ACTION",
        "TOPIC_MISSING",
        "TOPIC_IN_OTHER_ACCOUNT",
        "SUBSCRIPTION_MISSING",
        "SUBSCRIPTION_PENDING",
    }
)
_USE_THE_TEXT = "Use the pattern that the benchmark prescribes."
NO_FINDING = "no_finding"
"""A status: a standard that does not have the control finds nothing, which is not that it passes."""
WITHOUT_CONTROL = "The standard does not have this control and reports no finding for it, which is not a pass."

_UNREAD = (ACCESS_DENIED, RESPONSE_INCOMPLETE)


_Stop: TypeAlias = "tuple[int, Finding]"
"""The step of the procedure, and what it finds there."""
_Result: TypeAlias = "tuple[str, str, str]"
"""Status, code and why."""
_PASSED: _Result = (PASS, OK, "Every step of its audit procedure passes.")
_PATTERN = LINKS.index("metric_filter")


@dataclass(frozen=True)
class Assessment:
    """What a benchmark's audit would report."""

    standard: str  # one of controls.BENCHMARKS, or a standard of Security Hub
    id: str  # the control's number there
    status: str  # pass, fail, unknown or no_finding
    code: str  # one of ours, for Security Hub one of its own; OK if it passes
    why: str

    def as_dict(self, reason: str) -> dict[str, str]:
        """Plain data. Neither what the control's own reason explains is explained again, nor what a status means."""
        entry = {"standard": self.standard, "id": self.id, "status": self.status, "code": self.code}
        says_all = self.status in (PASS, NO_FINDING) or self.why == reason
        return entry if says_all else {**entry, "why": self.why}


@cache
def numbers(control: Control) -> dict[str, str]:
    """The control's number in each standard that is assessed, with '' where Security Hub as a whole lacks it."""
    number = control.ids.get(SECURITY_HUB, "")
    silent = security_hub_standards_without(number) if number else (SECURITY_HUB,)
    cis = {name: its for name, its in control.ids.items() if name != SECURITY_HUB}
    return {**cis, **({SECURITY_HUB: number} if number else {}), **dict.fromkeys(silent, number)}


def assess(observation: Observation, control: Control, paths: Sequence[Path]) -> tuple[Assessment, ...]:
    """Each benchmark that has the control, in the order of the catalogue, and where Security Hub says nothing."""
    walks = [_Walk.along(path) for path in paths]
    results: dict[str, _Result] = {}  # of the first of those benchmarks that look for the same
    for benchmark, first in control.first_alike.items():
        if benchmark != SECURITY_HUB and first not in results:
            results[first] = _cis(control.prescriptions[first], walks)
    return tuple(
        _assessment(standard, number, observation, control, results) for standard, number in numbers(control).items()
    )


def _assessment(
    standard: str, number: str, observation: Observation, control: Control, results: Mapping[str, _Result]
) -> Assessment:
    if standard == SECURITY_HUB and number:
        result = security_hub.evaluate(observation, control)
        return Assessment(SECURITY_HUB, number, result.status, result.code, result.why)
    if standard in control.prescriptions:
        found = results[control.first_alike[standard]]
        return _passed(standard, number) if found == _PASSED else Assessment(standard, number, *found)
    return _without_finding(standard, number)


@cache
def _passed(standard: str, number: str) -> Assessment:
    return Assessment(standard, number, *_PASSED)


@cache
def _without_finding(standard: str, number: str) -> Assessment:
    """With only one of its CIS standards enabled, Security Hub reports no fault."""
    return Assessment(standard, number, NO_FINDING, NO_FINDING.upper(), WITHOUT_CONTROL)


def _cis(prescription: Prescription, walks: Sequence[_Walk]) -> _Result:
    """The path that gets furthest in the procedure is the one an auditor would show."""
    stops = [_first_stop(walk, prescription) for walk in walks]
    if None in stops:
        return _PASSED
    reached = [stop for stop in stops if stop is not None]
    undecided = [stop for stop in reached if stop[1].status != FAIL]
    _step, finding = max(undecided or reached, key=lambda stop: stop[0])
    return (UNKNOWN if undecided else FAIL), finding.code, finding.detail


def _first_stop(walk: _Walk, prescription: Prescription) -> _Stop | None:
    """The step at which the procedure stops, and why; None if it gets through.

    A step that could not be looked at stops it only if no later step is seen to fail.
    """
    first: _Stop | None = None
    for stop in itertools.chain(walk.before, walk.at_the_pattern(prescription), walk.after):
        if stop[1].status == FAIL:
            return stop
        first = first or stop
    return first


@dataclass(frozen=True)
class _Walk:
    """Where the procedure may stop on a path: apart from the pattern, for each benchmark at the same steps."""

    before: tuple[_Stop, ...]
    readings: tuple[FilterReading, ...]
    after: tuple[_Stop, ...]

    @classmethod
    def along(cls, path: Path) -> _Walk:
        stops = [*_stops(path)]
        before = tuple(stop for stop in stops if stop[0] <= _PATTERN)
        return cls(before, path.readings, tuple(stops[len(before) :]))

    def at_the_pattern(self, prescription: Prescription) -> Iterator[_Stop]:
        """Where the filters have not the pattern of a benchmark."""
        if self.readings:
            yield from ((_PATTERN, finding) for finding in _pattern(self.readings, prescription))


def _stops(path: Path) -> Iterator[_Stop]:
    for step, link in enumerate(path.links):
        if link.link == "trail":
            yield from ((step, finding) for finding in (*_region(path.trail), *_read_write_type(path.trail)))
        for finding in link.findings:
            if finding.status in (PASS, WARN):
                continue
            if finding.code in _LOOKED_AT or (finding.code in _UNREAD and _is_needed(link.link, path)):
                yield step, finding


def _is_needed(link: str, path: Path) -> bool:
    """Whether what could not be read of a link is part of the procedure."""
    if link == "trail":
        return True
    if link == "subscription":
        return path.topic is None or isinstance(path.topic.subscriptions, Gap)
    part = {
        "log_group": path.log_group,
        "metric_filter": path.readings or None,
        "alarm": path.watch,
        "topic": path.topic,
    }
    return part[link] is None


def _pattern(readings: Sequence[FilterReading], prescription: Prescription) -> Iterator[Finding]:
    """The exact text passes, whatever it does: that of v1.3.0 to v1.5.0 for denied calls matches nearly everything.

    Another pattern that matches everything catches the cases, but no one takes it for the prescribed one.
    """
    if any(prescription.has(reading.pattern.text) for reading in readings):
        return
    narrow = [reading for reading in readings if not reading.pattern.everything]
    yield from cases_findings(narrow or readings, prescription.cases, _USE_THE_TEXT)
    if not narrow:
        detail = f"Metric filter {readings[0].filter.name} matches all kinds of events, as no prescribed pattern does."
        yield Finding(FAIL, "FILTER_TOO_BROAD", detail, _USE_THE_TEXT)


def _region(trail: Trail | None) -> Iterator[Finding]:
    """The procedure asks for a multi-region trail, though a global service's events are recorded in one region."""
    if trail is not None and not trail.is_multi_region:
        detail = f"Trail {trail.name} records only {trail.home_region}, but the benchmark requires all regions."
        yield Finding(FAIL, "TRAIL_SINGLE_REGION", detail, f"Make trail {trail.name} a multi-region trail.")


def _read_write_type(trail: Trail | None) -> Iterator[Finding]:
    """The procedure asks for read and write events, though changes are written ones."""
    if trail is None or isinstance(trail.selectors, Gap) or trail.selectors.advanced:
        return
    management = [selector for selector in trail.selectors.basic if selector.includes_management_events]
    if management and not any(selector.read_write_type == "All" for selector in management):
        kind = management[0].read_write_type
        detail = f"Trail {trail.name} has ReadWriteType {kind}, and the benchmark asks for All."
        yield Finding(FAIL, "TRAIL_EVENTS_EXCLUDED", detail, f"Let trail {trail.name} record read and write events.")
