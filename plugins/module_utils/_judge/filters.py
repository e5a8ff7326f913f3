# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the metric filters of a control: what their patterns match of its cases, singly and together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from .. import coverage
from .._account.observation import MetricFilter, Transformation
from .._controls import Case, Control, subject
from .._controls.reading import NOT_CAUGHT, CaseCoverage, PatternReading, read_pattern
from ..coverage import DEGREES, FULL, NONE

Metric = tuple[str, str]
"""Namespace and name."""


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
        return replace(self, pattern=read_pattern(narrowed, self.pattern.control, self.pattern.concerns))


def read_filter(metric_filter: MetricFilter, control: Control) -> tuple[FilterReading, ...]:
    """The filter once for each metric that it writes to, with what its pattern does for the control's cases."""
    text = metric_filter.pattern
    read = read_pattern(text, control, subject.concerns(text, control.name))
    return tuple(FilterReading(metric_filter, writes, read) for writes in metric_filter.transformations)


def together(readings: Iterable[FilterReading], cases: Sequence[Case]) -> tuple[CaseCoverage, ...]:
    """What filters that feed one metric do for each case: the best that any of them does, or all of them do."""
    patterns = _patterns_of(readings)
    return tuple(_best(patterns, case) for case in cases)


def spending(readings: Iterable[FilterReading], cases: Sequence[Case]) -> Iterator[int]:
    """What it costs to find out what filters do together, and to say so, case by case."""
    patterns = _patterns_of(readings)
    for case in cases:
        best = _best(patterns, case).found
        is_charged = any(best is one.by_case[case].found for one in patterns if case in one.by_case)
        yield best.details_steps + (0 if is_charged else best.steps)


def _patterns_of(readings: Iterable[FilterReading]) -> tuple[PatternReading, ...]:
    return tuple({reading.pattern.text: reading.pattern for reading in readings}.values())


def _best(patterns: tuple[PatternReading, ...], case: Case) -> CaseCoverage:
    if len(patterns) == 1 and case in patterns[0].by_case:
        return patterns[0].by_case[case]
    return _best_of_several(patterns, case)


@lru_cache(maxsize=4096)
def _best_of_several(patterns: tuple[PatternReading, ...], case: Case) -> CaseCoverage:
    """One catches what the other leaves out, such as one the changes by a user and the other those by all others.

    Kept, since it is about texts alone, which accounts share.
    """
    caught = [pattern.by_case[case] for pattern in patterns if case in pattern.by_case]
    best = max(caught, key=_rank, default=CaseCoverage(case, NOT_CAUGHT))
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
