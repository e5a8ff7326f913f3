# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the metric filters of a control: what their patterns do for its cases, alone and together. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .. import coverage, filter_pattern
from .._account.observation import MetricFilter, Transformation
from .._controls import Case, Control
from . import subject
from .proofs import TOO_COSTLY, Proofs, TooCostly

FULL = "full"
UNDETERMINED = "undetermined"
NARROWED = "narrowed"
NONE = "none"
# Of several filters the one that does most for a case counts.
_DEGREES = (NONE, NARROWED, UNDETERMINED, FULL)

Metric = tuple[str, str]
"""Namespace and name."""


@dataclass(frozen=True)
class CaseCoverage:
    """How far a case is caught; where it is not wholly, under which condition, and the smallest record that is not."""

    case: Case
    degree: str
    condition: str = ""
    example: Mapping[str, Any] | None = field(default=None, compare=False)

    def as_dict(self) -> dict[str, Any]:
        entry: dict[str, Any] = {"name": self.case.name, "coverage": self.degree}
        if self.condition:
            entry["condition"] = self.condition
        if self.degree != FULL and self.example is not None:
            entry["example"] = self.example
        return entry


@dataclass(frozen=True)
class PatternReading:
    """What a pattern does for the cases of a control, whatever filter it belongs to."""

    text: str
    cases: tuple[CaseCoverage, ...]
    invalid: str  # why this parser does not read it, '' if it does; AWS has accepted what it has
    concerns: bool  # it is about the control, be it that it tries to be and fails
    steps: int = 0  # what the proofs cost
    is_costly: bool = False  # more than they may: some cases were not asked for

    @functools.cached_property
    def by_case(self) -> dict[Case, CaseCoverage]:
        """What it does, by the case."""
        return {one.case: one for one in self.cases}

    @property
    def _case_patterns(self) -> tuple[str, ...]:
        return tuple(one.case.pattern for one in self.cases)

    @property
    def everything(self) -> bool:
        """Whether it matches what happens all the time. Proven on demand, since most filters are never asked."""
        return (
            not self.invalid
            and not self.is_costly
            and coverage.matches_nearly_everything(self.text, self._case_patterns)
        )

    @property
    def read_only(self) -> tuple[str, ...]:
        """Calls that change nothing, are in no case, and are caught as well."""
        return (
            () if self.invalid or self.is_costly else coverage.covered_read_only_calls(self.text, self._case_patterns)
        )

    @property
    def catches_some(self) -> bool:
        return any(caught.degree != NONE for caught in self.cases)

    def work_out(self) -> None:
        """Prove what is proven on demand, so that it need not be done again."""
        dummy = self.everything, self.read_only


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
        """The filter as it counts for those records alone whose fields have the values, by selector."""
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
        return PatternReading(text, tuple(CaseCoverage(case, NONE) for case in cases), str(error), concerns)
    is_costly = any(one.condition == TOO_COSTLY for one in caught)
    return PatternReading(text, caught, "", concerns, proofs.steps, is_costly)


def _case_coverage(proofs: Proofs, case: Case) -> CaseCoverage:
    try:
        found = proofs.of(case)
    except TooCostly:
        return CaseCoverage(case, UNDETERMINED, TOO_COSTLY)
    return CaseCoverage(case, found.degree, found.condition, found.example)


def together(readings: Iterable[FilterReading], cases: Sequence[Case]) -> tuple[CaseCoverage, ...]:
    """What filters that feed one metric do for each case: the best that any of them does, or all of them do."""
    patterns = tuple(dict.fromkeys(reading.pattern for reading in readings))
    return tuple(_best(patterns, case) for case in cases)


def _best(patterns: Sequence[PatternReading], case: Case) -> CaseCoverage:
    """One catches what the other leaves out, such as one the changes by a user and the other those by all others."""
    caught = [pattern.by_case[case] for pattern in patterns if case in pattern.by_case]
    some = [one for one in caught if one.degree != NONE]
    best = max(some or caught, key=_rank, default=CaseCoverage(case, NONE))
    if len(some) < 2 or best.degree == FULL:
        return best
    texts = tuple(pattern.text for pattern in patterns if not pattern.invalid)
    jointly = coverage.covers_together(texts, case.pattern)
    if jointly.degree == FULL:
        return CaseCoverage(case, FULL)
    return replace(best, example=jointly.example)


def _rank(caught: CaseCoverage) -> int:
    return _DEGREES.index(caught.degree)


def covers(readings: Iterable[FilterReading], cases: Sequence[Case]) -> bool:
    """Whether the filters together catch every record of each case."""
    return all(caught.degree == FULL for caught in together(readings, cases))
