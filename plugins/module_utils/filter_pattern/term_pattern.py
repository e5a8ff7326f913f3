# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns for unstructured messages: terms, phrases and regular expressions that the text contains.

Follows 'Using filter patterns to match terms in unstructured log events' and '... with a regular
expression' (Amazon CloudWatch Logs User Guide, FilterAndPatternSyntax).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .regex import Regex
from .syntax import FilterPatternError, read_quoted, read_regex, skip_white_space
from .text import Truth

# What it costs to look for a phrase and for a regular expression in a record of CloudTrail.
_PHRASE_STEPS = 5
_REGEX_STEPS = 300


@dataclass(frozen=True)
class Phrase:
    """A term: the text contains it, within a word too (the guide: ERROR is found in ERRORCODE)."""

    value: str

    def truth(self, text: str) -> Truth:
        # '" "' is the documented way to match everything, also what has no space in it.
        return Truth.YES if self.value.isspace() or self.value in text else Truth.NO


@dataclass(frozen=True)
class Term:
    """A phrase or regular expression, which must, may (?) or must not (-) be in the text."""

    mark: str  # '', '?' or '-'
    test: Phrase | Regex


@dataclass(frozen=True)
class TermPattern:
    """Terms that must all hold; where all are optional (?), one must. Without terms it matches everything."""

    terms: tuple[Term, ...]

    @cached_property
    def effective_terms(self) -> tuple[Term, ...]:
        """The terms that count: "If you combine ? with other filter patterns, all ? terms will be ignored"."""
        return tuple(term for term in self.terms if term.mark != "?") or self.terms

    @property
    def is_choice(self) -> bool:
        """Whether one term is enough."""
        return any(term.mark == "?" for term in self.effective_terms)

    @cached_property
    def cost(self) -> int:
        """What a log message costs, in steps of an automaton: a regular expression takes one for each character."""
        tests = [term.test for term in self.effective_terms]
        return sum(_REGEX_STEPS * test.cost if isinstance(test, Regex) else _PHRASE_STEPS for test in tests)

    def truth(self, text: str) -> Truth:
        truths = [
            term.test.truth(text).negated() if term.mark == "-" else term.test.truth(text)
            for term in self.effective_terms
        ]
        if not truths:
            return Truth.YES
        return max(truths) if self.is_choice else min(truths)


def parse_terms(text: str) -> TermPattern:
    """Parse a pattern of terms, which white space separates."""
    terms = []
    position = skip_white_space(text, 0)
    while position < len(text):
        term, end = _term(text, position)
        terms.append(term)
        position = skip_white_space(text, end)
        if position == end < len(text):
            raise FilterPatternError(text, end, "a space between terms, or double quotes around a term with symbols")
    return TermPattern(tuple(terms))


def _term(text: str, position: int) -> tuple[Term, int]:
    mark = text[position] if text[position] in "?-" else ""
    start = position + len(mark)
    character = text[start : start + 1]
    if character == '"':
        token = read_quoted(text, start)
        if not token.value:
            raise FilterPatternError(text, start, 'a term in the quotes (" " matches everything)', "an empty term")
        return Term(mark, Phrase(token.value)), start + len(token.text)
    if character == "%":
        token = read_regex(text, start)
        return Term(mark, Regex(token.value, text, start + 1)), start + len(token.text)
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    if end == start:
        raise FilterPatternError(text, start, "a term of letters, digits and _ (anything else needs double quotes)")
    return Term(mark, Phrase(text[start:end])), end
