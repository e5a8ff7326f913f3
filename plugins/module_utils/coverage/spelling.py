# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One spelling for texts that are the same pattern, so that they share their proofs.

Blanks, quotation marks and parentheses that change nothing differ from one Terraform module to the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from ..filter_pattern import FilterPatternError, Pattern, parse
from ..filter_pattern.conditions import All, Expression, Leaf
from ..filter_pattern.field_pattern import FieldPattern
from ..filter_pattern.json_pattern import Condition, FieldComparison, FieldIs, JsonPattern
from ..filter_pattern.regex import Regex
from ..filter_pattern.term_pattern import Term, TermPattern
from ..filter_pattern.text import Wildcard


@dataclass(frozen=True)
class Spelled:
    """A pattern that is told from others by its spelling alone."""

    spelling: str
    pattern: Pattern = field(compare=False, repr=False)


def spelled(text: str) -> Spelled:
    """Parse a text once. Raises FilterPatternError."""
    read = _read(text)
    if isinstance(read, FilterPatternError):
        raise read.with_traceback(None)
    return read


def spelling(text: str) -> str:
    """Return what texts have in common that are the same pattern; what this parser can't read is as it is."""
    read = _read(text)
    return text if isinstance(read, FilterPatternError) else read.spelling


@lru_cache(maxsize=2048)
def _read(text: str) -> Spelled | FilterPatternError:
    try:
        pattern = parse(text)
    except FilterPatternError as error:
        return error
    return Spelled(_spelling(pattern.body), pattern)


def _spelling(body: JsonPattern | TermPattern | FieldPattern) -> str:
    if isinstance(body, JsonPattern):
        return f"{{{_of_expression(body.expression)}}}"
    if isinstance(body, TermPattern):
        return _of_terms(body.terms)
    return "[]"  # its fields are not those of a JSON record, whatever they are


def _of_terms(terms: Iterable[Term]) -> str:
    return " ".join(
        term.mark + (f"%{term.test.value}%" if isinstance(term.test, Regex) else _quoted(term.test.value))
        for term in terms
    )


def _of_expression(expression: Expression[Condition]) -> str:
    if isinstance(expression, Leaf):
        return _of_condition(expression.condition)
    joined = ("&&" if isinstance(expression, All) else "||").join(map(_of_expression, expression.parts))
    return f"({joined})"


def _of_condition(condition: Condition) -> str:
    """All that the condition is compared and put into words by."""
    selector = condition.selector.written
    if isinstance(condition, FieldComparison):
        operand = condition.comparison.operand
        value = _quoted(operand.value) if isinstance(operand, Wildcard) else condition.comparison.written
        return f"{selector}{condition.comparison.operator}{value}"
    keyword = f"IS {condition.literal}" if isinstance(condition, FieldIs) else "NOT EXISTS"
    return f"{selector} {keyword if condition.is_documented else keyword.lower()}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
