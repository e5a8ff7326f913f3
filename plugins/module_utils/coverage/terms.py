# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which records of a scope does a pattern of terms catch? Terms look at the text of the record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property

from ..filter_pattern.conditions import NUMBER
from ..filter_pattern.json_pattern import FieldComparison, message_of, record_of_event
from ..filter_pattern.term_pattern import Phrase, Term, TermPattern
from ..filter_pattern.text import Truth, Wildcard
from .certainty import MAX_STEPS
from .example import any_record
from .scope import Scope
from .texts import NoAnswer
from .values import SURELY_MATCHES, Bound, Claim

# Two texts for each field that every record has, so that a term in one of them is not in all records.
OTHER_TEXTS = {
    "eventVersion": "1.08",
    "eventTime": "2031-12-09T18:07:06Z",
    "awsRegion": "us-gov-east-1",
    "sourceIPAddress": "x",
}
# Texts that are looked through for an answer, and to make an example small.
_EXAMPLES = 8
_SMALLER = 20


class TermSearch:
    """Answers questions about a pattern of terms and one scope."""

    def __init__(self, pattern: TermPattern, scope: Scope) -> None:
        self._pattern = pattern
        self._scope = scope
        self._found = False
        # What stands in the text of every record, however it is written: names and fixed values.
        self._certain = [json.dumps(name) for name in scope.known]
        self._certain += [json.dumps(each.sample) for each in scope.known.values() if each.is_exact]
        self._certain += [json.dumps(text) for claim in scope.given for text in _texts_of(claim)]

    @property
    def steps(self) -> int:
        """What an answer costs, in steps of an automaton: texts are searched, and an example is made smaller."""
        return 0 if self.is_spent else self._cost + (_SMALLER if self._found else 0) * self._pattern.cost

    @property
    def is_spent(self) -> bool:
        """Whether an answer would cost too much."""
        return self._cost > MAX_STEPS

    @property
    def _cost(self) -> int:
        excluded = sum(term.mark == "-" for term in self._pattern.effective_terms)
        pairs = excluded * (len(self._pattern.effective_terms) - excluded)
        return pairs + _EXAMPLES * self._pattern.cost

    def find(self, bound: Bound) -> dict[str, object] | NoAnswer:
        """Return a record of the scope for which the truth of the pattern is within the bound."""
        if self.is_spent:
            return NoAnswer.UNDECIDED
        if self._scope.is_empty or all(not bound.admits(truth) for truth in self._possible_truths):
            return NoAnswer.IMPOSSIBLE
        for record, truth in self._examples:
            if bound.admits(truth):
                self._found = True
                return record
        return NoAnswer.UNDECIDED

    def open_terms(self) -> list[Term]:
        """Return the terms whose truth differs between records."""
        return [term for term in self._pattern.effective_terms if not self._is_in_all(term)]

    @cached_property
    def _possible_truths(self) -> set[Truth]:
        """Return the truths that are not proven impossible."""
        terms = self._pattern.effective_terms
        excluded = [term for term in terms if term.mark == "-"]
        included = [term for term in terms if term.mark != "-"]
        if self._pattern.is_choice:
            is_sure = any(self._is_in_all(term) for term in terms)
        else:
            is_sure = not excluded and all(self._is_in_all(term) for term in included)
        if is_sure:
            return {Truth.YES}
        if any(self._is_in_all(term) or _is_within(term, included) for term in excluded):
            return {Truth.NO}
        return {Truth.NO, Truth.YES}

    def _is_in_all(self, term: Term) -> bool:
        """Tell whether the text of every record contains the term."""
        if isinstance(term.test, Phrase):
            return any(term.test.truth(text) is Truth.YES for text in self._certain)
        # Without anchors, what is found in a part is found in the whole.
        return not term.test.has_anchor and any(term.test.truth(text) is Truth.YES for text in self._certain)

    @cached_property
    def _examples(self) -> list[tuple[dict[str, object], Truth]]:
        """Records of the scope, and whether the pattern matches them."""
        return [(record, self._pattern.truth(message_of(record))) for record in self._records()]

    def _records(self) -> Iterator[dict[str, object]]:
        included = [term.test.value for term in self._pattern.effective_terms if term.mark != "-"]
        excluded = [term.test.value for term in self._pattern.effective_terms if term.mark == "-"]
        plain = any_record(self._scope)
        if plain is None:
            return
        other = {name: value if self._is_fixed(name) else OTHER_TEXTS.get(name, value) for name, value in plain.items()}
        for record in (plain, other):
            for texts in ([], included, [*included, *excluded]):
                added = {**record, "responseElements": dict(enumerate_names(texts))} if texts else record
                if self._scope.has(record_of_event(added)):
                    yield added

    def _is_fixed(self, name: str) -> bool:
        return name in self._scope.known and self._scope.known[name].is_exact


def _texts_of(claim: Claim) -> list[str]:
    """Return the names and the value that stand in every record for which the claim holds, in quotes."""
    condition = claim.condition
    if not isinstance(condition, FieldComparison) or condition.selector.has_wildcard:
        return []
    comparison = condition.comparison
    if claim.bound != SURELY_MATCHES:
        return []
    names = [step for step in condition.selector.steps if isinstance(step, str)]
    operand = comparison.operand
    if comparison.operator != "=" or not isinstance(operand, Wildcard) or not operand.is_exact:
        return names
    return names if NUMBER.fullmatch(operand.value) else [*names, operand.value]


def enumerate_names(texts: list[str]) -> Iterator[tuple[str, str]]:
    """Name texts so that they can be the fields of an object."""
    return ((f"k{index}", text) for index, text in enumerate(texts))


def _is_within(excluded: Term, included: list[Term]) -> bool:
    """Tell whether a text with one of the included phrases always has the excluded term too."""
    if not isinstance(excluded.test, Phrase) and excluded.test.has_anchor:
        return False
    return any(isinstance(term.test, Phrase) and excluded.test.truth(term.test.value) is Truth.YES for term in included)
