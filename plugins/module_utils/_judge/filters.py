# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the metric filters of a control: what their patterns match of its cases, singly and together. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from .. import coverage, filter_pattern
from .._account.observation import MetricFilter, Transformation
from .._controls import Case, Control, subject
from .._controls.proofs import TOO_COSTLY, Proofs, TooCostly
from .._controls.reading_calls import constant_calls, reading_calls
from ..coverage import DEGREES, FULL, NARROWED, NONE, UNDETERMINED, Coverage

Metric = tuple[str, str]
"""Namespace and name."""

_NONE = Coverage(NONE)
_TOO_COSTLY = Coverage(UNDETERMINED, TOO_COSTLY)


@dataclass(frozen=True)
class CaseCoverage:
    """How far a case is caught; where it is not wholly, under which condition, and the smallest record that is not."""

    case: Case
    found: Coverage

    @property
    def degree(self) -> str:
        return self.found.degree

    @property
    def condition(self) -> str:
        return self.found.condition

    @property
    def example(self) -> Mapping[str, Any] | None:
        return self.found.example

    def as_dict(self) -> dict[str, Any]:
        entry: dict[str, Any] = {"name": self.case.name, "coverage": self.degree}
        if self.condition:
            entry["condition"] = self.condition
        if self.degree != FULL and self.example is not None:
            entry["example"] = self.example
        return entry


@dataclass(frozen=True)
class Beyond:
    """What a pattern matches that is in no case."""

    everything: bool = False  # what happens all the time
    read_only: tuple[str, ...] = ()  # calls that change nothing
    constant: tuple[str, ...] = ()  # those of them that never cease, where all their records are matched
    steps: int = field(default=0, compare=False)  # what the proofs cost


@dataclass(frozen=True)
class PatternReading:
    """What a pattern does for the cases of a control, whatever filter it belongs to."""

    text: str
    cases: tuple[CaseCoverage, ...]
    invalid: str  # why this parser does not read it, '' if it does; AWS has accepted what it has
    concerns: bool  # it is about the control, be it that it tries to be and fails
    steps_of_cases: int = field(default=0, compare=False)  # what the proofs about the cases cost
    is_costly: bool = False  # more than they may: some cases were not asked for

    @functools.cached_property
    def by_case(self) -> dict[Case, CaseCoverage]:
        """What it does, by the case."""
        return {one.case: one for one in self.cases}

    @functools.cached_property
    def beyond(self) -> Beyond:
        """What it also matches. Proven on demand, since most filters are never asked."""
        return Beyond() if self.invalid or self.is_costly else _beyond(self.text, tuple(one.case for one in self.cases))

    @property
    def steps(self) -> int:
        """What all proofs cost that a path with the filter asks for."""
        return self.steps_of_cases + (self.beyond.steps if self.concerns else 0)

    @property
    def everything(self) -> bool:
        """Whether it matches what happens all the time."""
        return self.beyond.everything

    @property
    def catches_some(self) -> bool:
        return any(caught.degree != NONE for caught in self.cases)

    def work_out(self) -> None:
        """Prove what is proven on demand, so that it need not be done again."""
        dummy = self.beyond


@dataclass(frozen=True)
class FilterReading:
    """A metric filter, one thing that it writes, and what its pattern does for the control's cases."""

    filter: MetricFilter
    writes: Transformation
    pattern: PatternReading

    @property
    def metric(self) -> Metric:
        return (self.writes.metric_namespace, self.writes.metric_name)

    def where(self, values: Mapping[str, str]) -> FilterReading:
        """The filter as it counts only for the records whose fields have the values, by selector."""
        clauses = "".join(f' && ({selector} = "{value}")' for selector, value in values.items())
        text = self.pattern.text.strip()
        narrowed = f"{{ ({text[1:-1]}){clauses} }}" if text.startswith("{") else text
        cases = tuple(one.case for one in self.pattern.cases)
        return replace(self, pattern=_read_pattern(narrowed, cases, self.pattern.concerns))


def read_filter(metric_filter: MetricFilter, control: Control) -> tuple[FilterReading, ...]:
    """The filter once for each metric that it writes to, with what its pattern does for the control's cases."""
    text = metric_filter.pattern
    read = _read_pattern(text, control.all_cases, subject.concerns(text, control.name))
    return tuple(FilterReading(metric_filter, writes, read) for writes in metric_filter.transformations)


@functools.lru_cache(maxsize=8192)
def _read_pattern(text: str, cases: tuple[Case, ...], concerns: bool) -> PatternReading:
    """Kept, since a fleet's accounts share their patterns, and each is looked at in several paths."""
    proofs = Proofs(text)
    try:
        caught = tuple(_case_coverage(proofs, case) for case in cases)
    except filter_pattern.FilterPatternError as error:
        return PatternReading(text, tuple(CaseCoverage(case, _NONE) for case in cases), str(error), concerns)
    is_costly = any(one.found is _TOO_COSTLY for one in caught)
    return PatternReading(text, caught, "", concerns, proofs.steps, is_costly)


@functools.lru_cache(maxsize=4096)
def _beyond(text: str, cases: tuple[Case, ...]) -> Beyond:
    """As far as the budget of the text reaches: further calls are not named."""
    proofs = Proofs(text)
    patterns = tuple(case.pattern for case in cases)
    sources = dict.fromkeys(case.event.source for case in cases if case.event)
    everything = False
    read_only: list[str] = []
    constant: list[str] = []
    with suppress(TooCostly):
        everything = proofs.match_all(coverage.ORDINARY_CALLS, patterns)
        constant.extend(call[0] for call in constant_calls(sources) if proofs.match_all((call,), patterns))
        for call in (*coverage.READ_ONLY_CALLS, *reading_calls(sources)):
            if proofs.of_call(call, patterns) in (FULL, NARROWED):
                read_only.append(call[0])
    return Beyond(everything, tuple(read_only), tuple(constant), proofs.steps)


def _case_coverage(proofs: Proofs, case: Case) -> CaseCoverage:
    try:
        return CaseCoverage(case, proofs.of(case))
    except TooCostly:
        return CaseCoverage(case, _TOO_COSTLY)


def together(readings: Iterable[FilterReading], cases: Sequence[Case]) -> tuple[CaseCoverage, ...]:
    """What filters that feed one metric do for each case: the best that any of them does, or all of them do."""
    patterns = tuple({reading.pattern.text: reading.pattern for reading in readings}.values())
    return tuple(_best(patterns, case) for case in cases)


def spending(readings: Iterable[FilterReading], cases: Sequence[Case]) -> Iterator[int]:
    """What it costs to find out what filters do together, and to say so, case by case."""
    patterns = tuple({reading.pattern.text: reading.pattern for reading in readings}.values())
    for case in cases:
        best = _best(patterns, case).found
        is_charged = any(best is one.by_case[case].found for one in patterns if case in one.by_case)
        yield best.details_steps + (0 if is_charged else best.steps)


def _best(patterns: Sequence[PatternReading], case: Case) -> CaseCoverage:
    """One catches what the other leaves out, such as one the changes by a user and the other those by all others."""
    caught = [pattern.by_case[case] for pattern in patterns if case in pattern.by_case]
    best = max(caught, key=_rank, default=CaseCoverage(case, _NONE))
    if best.degree == FULL or sum(one.degree != NONE for one in caught) < 2:
        return best
    texts = tuple(pattern.text for pattern in patterns if not pattern.invalid)
    jointly = coverage.covers_together(texts, case.pattern)
    if DEGREES.index(jointly.degree) > _rank(best):
        return CaseCoverage(case, jointly)
    return CaseCoverage(case, best.found.with_example_of(jointly))


def _rank(caught: CaseCoverage) -> int:
    return DEGREES.index(caught.degree)


def covers(readings: Iterable[FilterReading], cases: Sequence[Case]) -> bool:
    """Whether the filters together catch every record of each case."""
    return all(caught.degree == FULL for caught in together(readings, cases))
