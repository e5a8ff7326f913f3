# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions and doubts of a coverage, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..filter_pattern.conditions import All, Any, Comparison, Expression, Leaf, NumberOperand, T, conditions_of
from ..filter_pattern.json_pattern import Condition, FieldComparison, FieldIs, FieldNotExists
from ..filter_pattern.regex import Regex
from ..filter_pattern.term_pattern import Phrase, Term
from ..filter_pattern.text import Wildcard
from .values import Claim

TOO_COMPLEX = "the pattern is too complex to decide what it matches"
ORDERS = {"<": "below", ">": "above", "<=": "at most", ">=": "at least"}


def claim_in_words(goal: Expression[Claim], always_there: Iterable[str]) -> str:
    """Say when a record is caught. always_there: the top fields that no record lacks."""
    known = {(name,) for name in always_there}
    words = "only when " + _joined(goal, lambda claim: _condition(claim.condition))
    unequal = [
        claim for claim in conditions_of(goal) if _is_unequal(claim) and claim.condition.selector.steps not in known
    ]
    parts = goal.parts if isinstance(goal, All) else (goal,)
    missed = [claim for claim in unequal if Leaf(claim) in parts]
    if not unequal:
        return words
    if missed != unequal:
        # Within || a record without the field may be caught by another alternative.
        return f"{words}; 'is not' does not hold for a record without the field"
    if len(parts) == 1:
        return f"{words}; records without that field are missed"
    names = " or ".join(dict.fromkeys(f"`{claim.condition.selector}`" for claim in missed))
    return f"{words}; records without {names} are missed"


def _is_unequal(claim: Claim) -> bool:
    return isinstance(claim.condition, FieldComparison) and claim.condition.comparison.operator == "!="


def terms_in_words(terms: Iterable[Term], is_choice: bool) -> str:
    """Say when a record is caught by terms."""
    words = []
    for term in terms:
        verb = "does not contain" if term.mark == "-" else "contains"
        quoted = f"`{term.test.value}`" if isinstance(term.test, Phrase) else f"a match of `%{term.test.value}%`"
        words.append(f"{verb} {quoted}")
    return "only when the record's text " + (" or " if is_choice else " and ").join(words)


def _joined(expression: Expression[T], words: Callable[[T], str], is_inner: bool = False) -> str:
    if isinstance(expression, Leaf):
        return words(expression.condition)
    word = " and " if isinstance(expression, All) else " or "
    text = word.join(_joined(part, words, True) for part in expression.parts)
    return f"({text})" if is_inner and isinstance(expression, Any) else text


def _condition(condition: Condition) -> str:
    name = f"`{condition.selector}`"
    if isinstance(condition, FieldIs):
        return f"{name} is {condition.literal.lower()}"
    if isinstance(condition, FieldNotExists):
        return f"{name} is absent"
    return f"{name} {_comparison(condition.comparison)}"


def _comparison(comparison: Comparison) -> str:
    operand = comparison.operand
    negation = "not " if comparison.operator == "!=" else ""
    if comparison.operator in ORDERS:
        return f"is {ORDERS[comparison.operator]} {comparison.written}"
    if isinstance(operand, Regex):
        return f"{'does not contain' if negation else 'contains'} a match of `{comparison.written}`"
    if isinstance(operand, NumberOperand):
        return f"is {negation}{operand.text}"
    if operand.is_exact:
        return f"is {negation}`{operand.value}`"
    return f"is {negation}like `{operand.value}`"


def doubts_in_words(conditions: Iterable[Condition]) -> str:
    """Say what about these conditions public sources do not establish."""
    doubts = dict.fromkeys(doubt for condition in conditions if (doubt := _doubt(condition)))
    if not doubts:
        return TOO_COMPLEX
    return "AWS does not document " + "; ".join(doubts)


def _doubt(condition: Condition) -> str:
    if condition.selector.has_wildcard:
        return f"which of the values that `{condition.selector.written}` selects must match"
    if not isinstance(condition, FieldComparison):
        return f"how it reads keywords in lower case, as those about `{condition.selector}`"
    operand = condition.comparison.operand
    if isinstance(operand, Wildcard) and not operand.is_exact and operand.suffix:
        return f"whether `{operand.value}` matches where `{operand.suffix}` occurs more than once"
    return f"whether {condition.comparison.operator} compares `{condition.selector}` where it is true, false or null"
