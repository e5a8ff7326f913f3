# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which CloudTrail records does a filter pattern match, and under which condition?

The answer is about every record of an event, or that a case describes, whoever calls it, from
wherever, denied or not, and it is proven, not sampled: 'full' where no record can be missed, 'none'
where none can be caught, 'narrowed' where both a record that is caught and one that is missed have
been constructed. 'undetermined' is the rest: AWS's behaviour is not established there, or the proof
is too long.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from ..filter_pattern import Pattern
from ..filter_pattern.conditions import Any as AnyOf
from ..filter_pattern.conditions import conditions_of
from ..filter_pattern.json_pattern import JsonPattern, record_of_event
from ..filter_pattern.term_pattern import TermPattern
from ..filter_pattern.text import Truth
from .certainty import CLAIM_STEPS, MAX_STEPS
from .example import CONDITION_STEPS, Trials, any_record, decoded, has_record, smallest
from .records import known_fields
from .remaining import EVERYTHING, NOTHING, remaining, size_of
from .scope import Scope, fields_of
from .search import Search
from .spelling import Spelled, spelled
from .terms import TermSearch
from .texts import NoAnswer
from .values import MAY_MATCH, MAY_MISS, SURELY_MATCHES, SURELY_MISSES
from .words import TOO_COMPLEX, claim_in_words, doubts_in_words, terms_in_words

FULL = "full"
NARROWED = "narrowed"
NONE = "none"
UNDETERMINED = "undetermined"
DEGREES = (NONE, NARROWED, UNDETERMINED, FULL)
"""From the least to the most: of several patterns the one that does most counts."""
# Of many patterns together; one has no more than a hundred or so.
MAX_CONDITIONS = MAX_STEPS // CLAIM_STEPS
_UNKNOWN_WRITING = "whether the record's text contains the terms depends on how CloudTrail writes it"

Details: TypeAlias = "tuple[str, Mapping[str, Any] | None, int]"
"""The condition, the example, and what they cost to work out, in steps."""
NO_DETAILS: Details = ("", None, 0)


class Coverage(str):
    """A degree of coverage, which compares and serializes as its name.

    condition: under which condition a record is caught, or what is in doubt, in words; '' if there is none.
    example: the smallest record that is missed, decoded, if one has been constructed.
    steps: what it cost to prove, from the pattern and the question alone: the same whether it had to be proven or not.
    proof: what has been proven, the same for questions of which the same is left; None if it is the question itself.
    """

    steps: int = 0
    proof: Hashable = None
    _details: Callable[[], Details] | Details

    def __new__(cls, degree: str, condition: str = "", example: Mapping[str, Any] | None = None) -> Coverage:
        coverage = super().__new__(cls, degree)
        coverage._details = (condition, example, 0)
        return coverage

    @classmethod
    def with_details(cls, degree: str, steps: int, details: Callable[[], Details], proof: Hashable = None) -> Coverage:
        """One whose condition and example are worked out when somebody asks for them; most are never asked for."""
        coverage = cls(degree)
        coverage.steps = steps
        coverage.proof = proof
        coverage._details = details
        return coverage

    def costing(self, steps: int) -> Coverage:
        """The same, at another cost."""
        return Coverage.with_details(str(self), steps, self._worked_out)

    def with_example_of(self, other: Coverage) -> Coverage:
        """The same, with the example of another, and what both cost."""

        def details() -> Details:
            return self.condition, other.example, self.details_steps + other.details_steps

        return Coverage.with_details(str(self), self.steps + other.steps, details)

    def __reduce__(self) -> tuple[type[Coverage], tuple[str, str, Mapping[str, Any] | None]]:
        return Coverage, (str(self), self.condition, self.example)

    def _worked_out(self) -> Details:
        if callable(self._details):
            self._details = self._details()
        return self._details

    @property
    def degree(self) -> str:
        """full, narrowed, none or undetermined."""
        return str(self)

    @property
    def condition(self) -> str:
        """Under which condition a record is caught, or what is in doubt, in words."""
        return self._worked_out()[0]

    @property
    def example(self) -> Mapping[str, Any] | None:
        """The smallest record that is missed."""
        return self._worked_out()[1]

    @property
    def details_steps(self) -> int:
        """What it cost to work out the condition and the example."""
        return self._worked_out()[2]


def coverage(text: str, event_name: str, event_source: str = "ec2.amazonaws.com") -> Coverage:
    """Return how many of the records of an event a pattern matches.

    Raises FilterPatternError where AWS rejects the pattern, or where this parser can't read it.
    """
    return _of_event(spelled(text), event_name, event_source)


def coverage_together(texts: tuple[str, ...], event_name: str, event_source: str = "ec2.amazonaws.com") -> Coverage:
    """Return how many of the records of an event match at least one of the patterns.

    Raises FilterPatternError where AWS rejects a pattern, or where this parser can't read it.
    """
    return _event_together(tuple(map(spelled, texts)), event_name, event_source)


def covers(text: str, case_pattern: str) -> Coverage:
    """Return how many of the records of a case, which the pattern of the case surely matches, a pattern matches.

    'full' is an implication: whatever record the case has, the pattern matches it. A case is a JSON pattern about
    management events. Where no record is known that it has, the answer is 'undetermined'.
    Raises FilterPatternError as coverage does, for either text; ValueError for a case that is no JSON pattern.
    """
    return _of_case(spelled(text), case_pattern)


def covers_together(texts: tuple[str, ...], case_pattern: str) -> Coverage:
    """Return how many of the records of a case match at least one of the patterns.

    Raises what covers raises.
    """
    return _case_together(tuple(map(spelled, texts)), case_pattern)


@lru_cache(maxsize=4096)
def _of_event(text: Spelled, event_name: str, event_source: str) -> Coverage:
    return coverage_of(text.pattern, scope_of_event(event_name, event_source))


@lru_cache(maxsize=8192)
def _of_case(text: Spelled, case_pattern: str) -> Coverage:
    return coverage_of(text.pattern, scope_of_case(case_pattern))


@lru_cache(maxsize=1024)
def _event_together(texts: tuple[Spelled, ...], event_name: str, event_source: str) -> Coverage:
    return _together([text.pattern for text in texts], scope_of_event(event_name, event_source))


@lru_cache(maxsize=2048)
def _case_together(texts: tuple[Spelled, ...], case_pattern: str) -> Coverage:
    return _together([text.pattern for text in texts], scope_of_case(case_pattern))


@lru_cache(maxsize=1024)
def scope_of_event(event_name: str, event_source: str) -> Scope:
    """Return the records of an event."""
    return Scope(known_fields(event_name, event_source))


@lru_cache(maxsize=1024)
def scope_of_case(case_pattern: str) -> Scope:
    """Return the records that a case describes. Raises FilterPatternError and ValueError, as covers does."""
    return Scope.where(known_fields(), [(json_body(case_pattern), SURELY_MATCHES)])


def json_body(text: str) -> JsonPattern:
    """Return a JSON pattern. Raises ValueError for another kind, and FilterPatternError for what is no pattern."""
    body = spelled(text).pattern.body
    if not isinstance(body, JsonPattern):
        raise ValueError(f"A case is described by a JSON pattern, {{ ... }}, which {text!r} is not.")
    return body


def coverage_of(pattern: Pattern, scope: Scope) -> Coverage:
    """Return how many of the records of a scope a pattern matches."""
    if isinstance(pattern.body, JsonPattern):
        return _coverage_of_json(pattern.body, scope)
    if isinstance(pattern.body, TermPattern):
        return _coverage_of_terms(pattern, pattern.body, scope)
    # A space-delimited pattern never matches a JSON record's fields.
    return Coverage(NONE, example=any_record(scope))


def _together(patterns: Sequence[Pattern], scope: Scope) -> Coverage:
    bodies = tuple(pattern.body.expression for pattern in patterns if isinstance(pattern.body, JsonPattern))
    apart = [coverage_of(pattern, scope) for pattern in patterns if not isinstance(pattern.body, JsonPattern)]
    joined = [_coverage_of_json(JsonPattern(AnyOf(bodies)), scope)] if bodies else []
    best = max([*joined, *apart], key=DEGREES.index, default=Coverage(NONE, example=any_record(scope)))
    example = best.example
    if example is not None and any(pattern.truth(example) is not Truth.NO for pattern in patterns):
        example = None  # another of them catches it
    return Coverage(best, best.condition, example).costing(sum(each.steps for each in (*joined, *apart)))


def _degree(search: Search | TermSearch) -> tuple[str, Mapping[str, object] | None]:
    """Ask for a record that is caught and one that is missed, or for the proof that there is none."""
    caught = search.find(SURELY_MATCHES)
    missed = search.find(SURELY_MISSES)
    example = None if isinstance(missed, NoAnswer) else missed
    if not isinstance(caught, NoAnswer) and example is not None:
        return NARROWED, example
    can_match = not isinstance(caught, NoAnswer) or search.find(MAY_MATCH) is not NoAnswer.IMPOSSIBLE
    can_miss = example is not None or search.find(MAY_MISS) is not NoAnswer.IMPOSSIBLE
    if can_match and not can_miss:
        return FULL, None
    # Where neither can be, there is no record at all.
    return (NONE if can_miss and not can_match else UNDETERMINED), example


def _coverage_of_json(pattern: JsonPattern, scope: Scope) -> Coverage:
    """The proof is about what is left of the pattern, and the part of the scope that it is about.

    All other fields of a record hold what they may, since the scope has a record. Where nothing is left every pattern
    has the same answer. What is said about it is worked out from the whole.
    """
    left = remaining(pattern, scope.known)
    looked_at = CONDITION_STEPS * size_of(pattern)
    if size_of(left) > MAX_CONDITIONS:
        return Coverage(UNDETERMINED, TOO_COMPLEX).costing(looked_at)
    degree, steps, part = _answer(left, scope)
    if degree == FULL:
        return Coverage.with_details(FULL, steps + looked_at, lambda: NO_DETAILS, (left, part))
    return Coverage.with_details(degree, steps + looked_at, lambda: _details(pattern, scope, degree), (left, part))


def _answer(left: JsonPattern, scope: Scope) -> tuple[str, int, Scope]:
    """The degree, what it costs to prove it, and the part of the scope that the proof is about."""
    part = scope
    if has_record(scope):
        if left in (NOTHING, EVERYTHING):
            return (FULL if left == EVERYTHING else NONE), 0, scope
        fields = fields_of(left.expression)
        part = scope if fields is None else scope.about(fields)
    return (*_proven(left, part), part)


@lru_cache(maxsize=16384)
def _proven(pattern: JsonPattern, scope: Scope) -> tuple[str, int]:
    """The degree, and what it costs to prove it."""
    search = Search(pattern, scope)
    degree, _missed = _degree(search)
    return degree, search.steps


def _details(pattern: JsonPattern, scope: Scope, degree: str) -> Details:
    search = Search(pattern, scope)
    if pattern not in (NOTHING, EVERYTHING):
        # What can match no record of the scope is as what never matches, and what can miss none as what always does.
        for bound, constant in ((MAY_MATCH, NOTHING), (MAY_MISS, EVERYTHING)):
            if search.simplified(bound) is False:
                condition, example, _steps = _details_of_constant(constant, scope, degree)
                return condition, example, search.steps
    missed = _degree(search)[1]
    trials = Trials(pattern, scope)
    example = smallest(decoded(missed), scope.known, trials.is_missed) if missed is not None else None
    condition = ""
    if degree == NARROWED:
        goal = search.simplified(SURELY_MATCHES)
        condition = "" if isinstance(goal, bool) else claim_in_words(goal, scope.known)
    elif degree == UNDETERMINED:
        condition = _doubt(scope) or doubts_in_words(_doubtful(search, pattern))
    return condition, example, search.steps + trials.steps


_details_of_constant = lru_cache(maxsize=4096)(_details)


def _doubtful(search: Search, pattern: JsonPattern) -> Sequence[Any]:
    return [condition for condition in conditions_of(pattern.expression) if search.is_in_doubt(condition)]


def _coverage_of_terms(whole: Pattern, pattern: TermPattern, scope: Scope) -> Coverage:
    search = TermSearch(pattern, scope)
    degree, missed = _degree(search)

    def is_missed(record: Mapping[str, Any]) -> bool:
        return whole.truth(record) is Truth.NO and scope.has(record_of_event(record))

    def details() -> Details:
        example = smallest(dict(missed), scope.known, is_missed) if missed is not None and not search.is_spent else None
        condition = ""
        if degree == NARROWED:
            condition = terms_in_words(search.open_terms(), pattern.is_choice)
        elif degree == UNDETERMINED:
            condition = _doubt(scope) or (TOO_COMPLEX if search.is_spent else _UNKNOWN_WRITING)
        return condition, example, 0  # the search has counted them

    return Coverage.with_details(degree, search.steps, details)


def _doubt(scope: Scope) -> str:
    return "no record is known that the case has" if any_record(scope) is None else ""
