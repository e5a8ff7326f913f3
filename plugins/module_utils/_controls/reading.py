# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the pattern of a filter: what it matches of the cases of a control, and what beyond them. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from .. import coverage, filter_pattern
from ..coverage import DEGREES, FULL, NARROWED, NONE, UNDETERMINED, Coverage
from . import Case, Control, Event, findings
from .findings import Data
from .proofs import TOO_COSTLY, Budget, Proofs, TooCostly
from .reading_calls import constant_calls, reading_calls
from .subject import concerns, cost, written_for

NOT_CAUGHT = Coverage(NONE)
_TOO_COSTLY = Coverage(UNDETERMINED, TOO_COSTLY)


@dataclass(frozen=True)
class CaseCoverage:
    """How far a case is caught; where it is not wholly, under which condition, and the smallest record that is not."""

    case: Case
    found: Coverage

    @functools.cached_property
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


@dataclass(frozen=True, eq=False)
class PatternReading:
    """What a pattern does for the cases of a control, whatever filter it belongs to.

    It is kept with what is known of the text, so that it is told from others by its identity.
    """

    text: str
    control: Control = field(repr=False)
    cases: tuple[CaseCoverage, ...]
    invalid: str  # why this parser does not read it, '' if it does; AWS has accepted what it has
    steps_of_cases: int  # what the proofs about the cases cost
    concerns: bool = True  # it is about the control, be it that it tries to be and fails

    @functools.cached_property
    def unconcerned(self) -> PatternReading:
        """The same of a filter that is about something else."""
        return replace(self, concerns=False)

    @functools.cached_property
    def by_case(self) -> dict[Case, CaseCoverage]:
        """What it does, by the case."""
        return {one.case: one for one in self.cases}

    @functools.cached_property
    def is_costly(self) -> bool:
        """Whether the proofs cost more than they may: some cases were not asked for."""
        return any(one.found == UNDETERMINED and one.condition == TOO_COSTLY for one in self.cases)

    @functools.cached_property
    def beyond(self) -> Beyond:
        """What it also matches. Proven on demand, since most filters are never asked."""
        return Beyond() if self.invalid or self.is_costly else _beyond(self.text, self.control)

    @property
    def steps(self) -> int:
        """What all proofs cost that a path with the filter asks for."""
        return self.steps_of_cases + (self.beyond.steps if self.concerns else 0)

    @property
    def everything(self) -> bool:
        """Whether it matches what happens all the time."""
        return self.beyond.everything

    @functools.cached_property
    def catches_some(self) -> bool:
        return any(caught.degree != NONE for caught in self.cases)

    def work_out(self) -> None:
        """Prove what is proven on demand, so that it need not be done again: a budget is charged for all of it."""
        dummy = self.beyond, [(one.degree, one.found.details_steps) for one in self.cases]


def read_pattern(text: str, control: Control, concerns: bool) -> PatternReading:
    """What a text does for the cases of a control, which it concerns or not."""
    reading = findings.answer(
        text,
        f"cases {control.name}",
        lambda: _read(text, control),
        _cases_as_data,
        lambda data: _cases_of(data, text, control),
    )
    return reading if concerns else reading.unconcerned


def _read(text: str, control: Control) -> PatternReading:
    proofs = Proofs(text)
    try:
        caught = [_of_case(proofs, case) for case in control.all_cases]
    except filter_pattern.FilterPatternError as error:
        return _reading(text, control, [NOT_CAUGHT] * len(control.all_cases), str(error), 0)
    return _reading(text, control, caught, "", proofs.steps)


def _reading(text: str, control: Control, caught: Iterable[Coverage], invalid: str, steps: int) -> PatternReading:
    cases = tuple(CaseCoverage(case, one) for case, one in zip(control.all_cases, caught, strict=True))
    return PatternReading(text, control, cases, invalid, steps)


def _of_case(proofs: Proofs, case: Case) -> Coverage:
    try:
        return proofs.of(case)
    except TooCostly:
        return _TOO_COSTLY


def _beyond(text: str, control: Control) -> Beyond:
    return findings.answer(
        text, f"beyond {control.name}", lambda: _found_beyond(text, control), _beyond_as_data, _beyond_of
    )


def _found_beyond(text: str, control: Control) -> Beyond:
    """As far as the budget of the text reaches: further calls are not named."""
    proofs = Proofs(text)
    patterns = control.case_patterns
    sources = dict.fromkeys(event.source for event in control.all_events)
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


def counts(text: str, event: Event) -> tuple[bool, int]:
    """Whether a text matches some record of an event, and what that costs to find out. Raises FilterPatternError."""

    def found() -> tuple[bool, int]:
        one = coverage.coverage(text, event.name, event.source)
        return one != NONE, one.steps

    return findings.answer(text, f"event {event.name} {event.source}", found, list, findings.flag_and_steps)


def examine(text: str, controls: Sequence[Control], budget: Budget) -> bool:
    """Whether a text concerns one of the controls, for which the budget is charged.

    Where others look for what is found, all is found out that they ask about a text that concerns a control.
    """
    concerned = []

    def ask() -> bool:
        written_for(text)
        for control in controls:
            budget.spend(cost(text, control.name), text, control.name)
            if concerns(text, control.name):
                concerned.append(control)
                if not findings.are_shared():
                    break
                _work_out(text, control, budget)
        return not budget.is_spent

    findings.examine(text, ask)
    return bool(concerned)


def _work_out(text: str, control: Control, budget: Budget) -> None:
    """Find out what is said of a filter, as far as the budget reaches."""
    if budget.is_spent:
        return
    reading = read_pattern(text, control, True)
    budget.spend(reading.steps, text, control.name, "cases")
    for place, one in enumerate(reading.cases):
        if not budget.is_spent:
            budget.spend(one.found.details_steps, text, control.name, place)
    for event in control.collisions if not reading.invalid else ():
        budget.spend(counts(text, event)[1], text, event)


def _cases_as_data(reading: PatternReading) -> Data:
    cases = [_as_data(one.found) for one in reading.cases]
    return {"cases": cases, "invalid": reading.invalid, "steps": reading.steps_of_cases}


def _as_data(found: Coverage) -> Data:
    return [found.degree, found.steps, found.condition, found.example, found.details_steps]


def _cases_of(data: Data, text: str, control: Control) -> PatternReading:
    cases, invalid, steps = data["cases"], data["invalid"], data["steps"]
    if len(cases) != len(control.all_cases) or not (isinstance(invalid, str) and findings.is_count(steps)):
        raise ValueError("These are not the cases of the control.")
    return _reading(text, control, map(_coverage_of, cases), invalid, steps)


def _coverage_of(data: Data) -> Coverage:
    degree, steps, condition, example, details_steps = data
    counts = findings.is_count(steps) and findings.is_count(details_steps)
    if degree not in DEGREES or not (isinstance(condition, str) and counts):
        raise ValueError("This is no coverage.")
    if not isinstance(example, (dict, type(None))):
        raise ValueError("This is no example.")
    return Coverage.with_details(degree, steps, lambda: (condition, example, details_steps))


def _beyond_as_data(beyond: Beyond) -> Data:
    return [beyond.everything, beyond.read_only, beyond.constant, beyond.steps]


def _beyond_of(data: Data) -> Beyond:
    everything, read_only, constant, steps = data
    names = [*read_only, *constant]
    are_names = all(isinstance(name, str) for name in names)
    if not (isinstance(everything, bool) and findings.is_count(steps) and are_names):
        raise ValueError("This is not what a pattern matches beyond the cases.")
    return Beyond(everything, tuple(read_only), tuple(constant), steps)
