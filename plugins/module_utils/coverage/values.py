# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is there a value of one field that satisfies these claims about it?

A claim says that a condition holds, or that it does not, with what certainty. A value is absent, an
object, an array, or a scalar: a literal, a number or a text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import cached_property

from ..filter_pattern.conditions import EQUALITY, Comparison, Number, NumberOperand
from ..filter_pattern.json_pattern import Condition, FieldComparison
from ..filter_pattern.regex import Regex
from ..filter_pattern.text import Truth, Wildcard
from .texts import Budget, NoAnswer, NumberAutomaton, PiecesAutomaton, RegexAutomaton, Requirement, find_text

JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_OTHER = "other"  # a text that can be read, for where any other than those named does


@dataclass(frozen=True)
class Bound:
    """The truths that are searched: those from the limit up, or those down to it."""

    limit: Truth
    upwards: bool

    def admits(self, truth: Truth) -> bool:
        return truth >= self.limit if self.upwards else truth <= self.limit

    @cached_property
    def opposite(self) -> Bound:
        return Bound(Truth(self.limit - 1), False) if self.upwards else Bound(Truth(self.limit + 1), True)


SURELY_MATCHES = Bound(Truth.YES, True)
MAY_MATCH = Bound(Truth.PROBABLY_NOT, True)
SURELY_MISSES = Bound(Truth.NO, False)
MAY_MISS = Bound(Truth.PROBABLY, False)


@dataclass(frozen=True)
class Claim:
    """A condition and the truth that it is to have."""

    condition: Condition
    bound: Bound
    _hash: int = field(init=False, repr=False, compare=False)  # kept, since each claim is looked up several times

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.condition, self.bound)))

    def __hash__(self) -> int:
        return self._hash

    def holds_for(self, values: list[object]) -> bool:
        """Tell whether it holds where its selector leads to these values."""
        return self.bound.admits(self.condition.truth_of_values(values))


def all_hold(claims: Iterable[Claim], values: list[object]) -> bool:
    return all(claim.holds_for(values) for claim in claims)


def find_scalar(claims: Sequence[Claim], budget: Budget) -> object:
    """Return a literal, Number or text that satisfies the claims, or a NoAnswer."""
    for literal in (None, True, False):
        if all_hold(claims, [literal]):
            return literal
    text = find_string(claims, budget)
    if isinstance(text, str):
        return text
    number = find_number(claims, budget)
    return text if number is NoAnswer.IMPOSSIBLE else number


def find_string(claims: Sequence[Claim], budget: Budget, likely: str = _OTHER) -> str | NoAnswer:
    """Return a text that satisfies the claims, if possible the likely one or another that can be read."""
    equalities, others = _split(claims)
    if not all_hold(others, [likely]):
        return NoAnswer.IMPOSSIBLE  # IS, NOT EXISTS and < > are the same for every text
    for text in [likely, _OTHER, *(_plain_text(comparison) for _unused, comparison in equalities)]:
        if all_hold(claims, [text]):
            return text
    if any(_must_be_equal(claim, comparison) for claim, comparison in equalities):
        return NoAnswer.IMPOSSIBLE  # the one text that does has been tried
    if len({comparison.operand.value for claim, comparison in equalities if _must_spell(claim, comparison)}) > 1:
        return NoAnswer.IMPOSSIBLE  # a text spells one number
    requirements = [_requirements(claim.bound, comparison) for claim, comparison in equalities]
    found = find_text([each for enough, _unused in requirements for each in enough], budget)
    if isinstance(found, str) and all_hold(claims, [found]):
        return found
    relaxed = find_text([each for _unused, needed in requirements for each in needed], budget)
    return NoAnswer.IMPOSSIBLE if relaxed is NoAnswer.IMPOSSIBLE else NoAnswer.UNDECIDED


def _split(claims: Iterable[Claim]) -> tuple[list[tuple[Claim, Comparison]], list[Claim]]:
    """Part the claims about = and != from the others."""
    equalities = []
    others = []
    for claim in claims:
        if isinstance(claim.condition, FieldComparison) and claim.condition.comparison.operator in EQUALITY:
            equalities.append((claim, claim.condition.comparison))
        else:
            others.append(claim)
    return equalities, others


def _must_spell(claim: Claim, comparison: Comparison) -> bool:
    """Tell whether a text must spell the number that a claim is about."""
    return isinstance(comparison.operand, NumberOperand) and (comparison.operator == "=") == claim.bound.upwards


def _plain_text(comparison: Comparison) -> str:
    operand = comparison.operand
    if isinstance(operand, NumberOperand):
        return operand.text
    return operand.value.replace("*", "")


def _requirements(bound: Bound, comparison: Comparison) -> tuple[list[Requirement], list[Requirement]]:
    """Return requirements that are enough for = or != to be within the bound for a text, and ones that are needed."""
    # The truths that the bare equality may have: always YES or NO, and what is in doubt with it or not.
    wanted = {truth for truth in Truth if bound.admits(truth if comparison.operator == "=" else truth.negated())}
    passes = Truth.YES in wanted
    includes_more = (Truth.PROBABLY_NOT in wanted) == passes
    operand = comparison.operand
    if isinstance(operand, Regex):
        requirement = [Requirement(RegexAutomaton(operand), passes)]
        return requirement, requirement
    if isinstance(operand, Wildcard):
        # In doubt is where only the ordinary glob matches.
        requirement = [Requirement(PiecesAutomaton(operand.value, looks_again=includes_more), passes)]
        return requirement, requirement
    exact = Requirement(PiecesAutomaton(operand.text.replace("*", ""), looks_again=True), passes)
    if not includes_more:
        return [exact], [exact]
    # In doubt is where the text is another spelling of the number.
    spelling = Requirement(NumberAutomaton(strict=False), passes)
    return ([exact], [spelling]) if passes else ([exact, spelling], [exact])


def find_number(claims: Sequence[Claim], budget: Budget) -> Number | NoAnswer:
    """Return a number that satisfies the claims. They look at its value, or at the text it is written in."""
    keywords = [claim for claim in claims if not isinstance(claim.condition, FieldComparison)]
    if not all_hold(keywords, [Number("0")]):
        return NoAnswer.IMPOSSIBLE
    about_value = [claim for claim in claims if _number_in(claim) is not None]
    candidates, is_exhaustive = _candidates(number for claim in claims if (number := _number_in(claim)) is not None)
    for candidate in candidates:
        if all_hold(claims, [candidate]):
            return candidate
    if is_exhaustive and not any(all_hold(about_value, [candidate]) for candidate in candidates):
        return NoAnswer.IMPOSSIBLE
    return _find_written_number(claims, budget)


def _find_written_number(claims: Sequence[Claim], budget: Budget) -> Number | NoAnswer:
    """Return a number by its text."""
    written = [(claim, comparison) for claim, comparison in _split(claims)[0] if _number_in(claim) is None]
    for only in (_plain_text(comparison) for claim, comparison in written if _must_be_equal(claim, comparison)):
        is_number = JSON_NUMBER.fullmatch(only) is not None and all_hold(claims, [Number(only)])
        return Number(only) if is_number else NoAnswer.IMPOSSIBLE
    requirements = [each for claim, comparison in written for each in _requirements(claim.bound, comparison)[0]]
    text = find_text([*requirements, Requirement(NumberAutomaton(strict=True))], budget)
    if isinstance(text, NoAnswer):
        return text
    return Number(text) if all_hold(claims, [Number(text)]) else NoAnswer.UNDECIDED


def _must_be_equal(claim: Claim, comparison: Comparison) -> bool:
    """Tell whether the claim holds for one text only."""
    is_exact = isinstance(comparison.operand, Wildcard) and comparison.operand.is_exact
    return is_exact and (comparison.operator == "=") == claim.bound.upwards


def _number_in(claim: Claim) -> Decimal | None:
    """Return the number that a claim compares with."""
    if not isinstance(claim.condition, FieldComparison):
        return None
    operand = claim.condition.comparison.operand
    return operand.value if isinstance(operand, NumberOperand) else None


def _candidates(operands: Iterable[Decimal]) -> tuple[list[Number], bool]:
    """Return the operands and a number of each gap between them; and whether that worked for every gap."""
    points = sorted(set(operands)) or [Decimal(0)]
    numbers = [point for point in points if point.is_finite()]
    is_exhaustive = True
    with localcontext() as context:
        context.prec = 60
        context.traps = dict.fromkeys(context.traps, False)
        below = points[0] - abs(points[0]) - 1
        above = points[-1] + abs(points[-1]) + 1
        edges = [below, *points, above]
        for low, high in itertools.pairwise(edges):
            between = (low + high) / 2
            if between.is_finite() and low < between < high:
                numbers.append(between)
            elif low.is_finite() or high.is_finite():
                is_exhaustive = False
    # Each in two spellings, since a pattern may exclude one of them.
    spellings = [str(number) for number in numbers]
    spellings += [f"{text}.0" for text in spellings if text.lstrip("-").isdigit()]
    return [Number(text) for text in spellings], is_exhaustive
