# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Coverage is a proof: no generated record contradicts it, and it has examples for what it claims."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage import (
    coverage,
    coverage_together,
    covers,
    covers_together,
    matches_everything,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.records import known_fields
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.scope import Scope
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.search import Search
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.texts import (
    Automaton,
    Budget,
    NoAnswer,
    NumberAutomaton,
    PiecesAutomaton,
    Requirement,
    find_text,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.values import (
    MAY_MATCH,
    MAY_MISS,
    SURELY_MATCHES,
    SURELY_MISSES,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import FilterPatternError, Truth, parse
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.conditions import NUMBER, Number
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.json_pattern import JsonPattern
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.text import Wildcard
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import (
    EVENTS,
    SOURCE,
    almost_patterns,
    any_json_pattern,
    established_json_pattern,
    examples,
    is_within_quotas,
    noise,
    records,
    term_patterns,
)
from hypothesis import given
from hypothesis import strategies as st

events = st.sampled_from(EVENTS)


@examples(400)
@given(pattern=any_json_pattern | term_patterns, event=events, data=st.data())
def test_no_record_contradicts_full_or_none(pattern: str, event: str, data: st.DataObject) -> None:
    degree = coverage(pattern, event, SOURCE)
    for record in data.draw(st.lists(records(event), min_size=1, max_size=5)):
        truth = parse(pattern).truth(record)
        assert degree != "full" or truth is Truth.YES
        assert degree != "none" or truth is Truth.NO
        assert not matches_everything(pattern) or truth is Truth.YES


@examples(200)
@given(patterns=st.lists(any_json_pattern, min_size=1, max_size=3), event=events, data=st.data())
def test_no_record_contradicts_what_patterns_do_together(patterns: list[str], event: str, data: st.DataObject) -> None:
    degree = coverage_together(tuple(patterns), event, SOURCE)
    apart = [coverage(pattern, event, SOURCE) for pattern in patterns]
    assert degree == "full" or "full" not in apart
    assert degree == "none" or set(apart) != {"none"}
    for record in data.draw(st.lists(records(event), min_size=1, max_size=5)):
        truths = {parse(pattern).truth(record) for pattern in patterns}
        assert degree != "full" or truths != {Truth.NO}
        assert degree != "none" or truths == {Truth.NO}


@examples(100)
@given(text=any_json_pattern | term_patterns, case=any_json_pattern, event=events, data=st.data())
def test_no_record_of_a_case_contradicts(text: str, case: str, event: str, data: st.DataObject) -> None:
    found = covers(text, case)
    for record in data.draw(st.lists(records(event), min_size=1, max_size=5)):
        if parse(case).truth(record) is Truth.YES:
            truth = parse(text).truth(record)
            assert found != "full" or truth is Truth.YES
            assert found != "none" or truth is Truth.NO


@examples(80)
@given(texts=st.lists(any_json_pattern | term_patterns, min_size=1, max_size=3), case=any_json_pattern)
def test_an_example_is_in_the_case_and_missed_and_no_field_of_it_can_go(texts: list[str], case: str) -> None:
    found = covers_together(tuple(texts), case)
    if found == "full":
        assert found.example is None
    if found.example is not None:
        assert _shows(found.example, texts, case)
        for name in set(found.example) - set(known_fields()):
            rest = {other: value for other, value in found.example.items() if other != name}
            assert len(texts) > 1 or not _shows(rest, texts, case)


def _shows(record: Mapping[str, Any], texts: list[str], case: str) -> bool:
    return parse(case).truth(record) is Truth.YES and all(parse(text).truth(record) is Truth.NO for text in texts)


@examples(50)
@given(text=any_json_pattern, event=events)
def test_an_event_is_a_case(text: str, event: str) -> None:
    case = f'{{ $.eventName = "{event}" && $.eventSource = "{SOURCE}" }}'
    by_event, by_case = coverage(text, event, SOURCE), covers(text, case)
    assert (by_event, by_event.condition, by_event.example) == (by_case, by_case.condition, by_case.example)


@examples(50)
@given(one=any_json_pattern, other=any_json_pattern)
def test_what_one_adds_with_or_takes_nothing_away(one: str, other: str) -> None:
    either = f"{{ ({one[1:-1]}) || ({other[1:-1]}) }}"
    if is_within_quotas(either):
        assert covers(one, one) != "none"
        assert covers(either, one) not in ("none", "narrowed")


def _message(record: object) -> str:
    """Write a record whose numbers are kept as their text."""
    if isinstance(record, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_message(value)}" for key, value in record.items()) + "}"
    if isinstance(record, list):
        return "[" + ",".join(map(_message, record)) + "]"
    return record.text if isinstance(record, Number) else json.dumps(record)


@examples(300)
@given(pattern=any_json_pattern, event=events)
def test_narrowed_has_a_record_that_is_caught_and_one_that_is_missed(pattern: str, event: str) -> None:
    body = parse(pattern).body
    assert isinstance(body, JsonPattern)
    search = Search(body, Scope(known_fields(event, SOURCE)))
    caught, missed = search.find(SURELY_MATCHES), search.find(SURELY_MISSES)
    for record, truth in ((caught, Truth.YES), (missed, Truth.NO)):
        if isinstance(record, dict):
            assert (record["eventName"], record["eventSource"]) == (event, SOURCE)
            assert parse(pattern).truth(_message(record)) is truth
    assert (coverage(pattern, event) == "narrowed") is (isinstance(caught, dict) and isinstance(missed, dict))


@examples(300)
@given(pattern=established_json_pattern, event=events)
def test_what_is_documented_is_always_decided(pattern: str, event: str) -> None:
    assert coverage(pattern, event) != "undetermined"


@examples(200)
@given(pattern=any_json_pattern, event=events)
def test_proofs_agree_with_each_other(pattern: str, event: str) -> None:
    body = parse(pattern).body
    assert isinstance(body, JsonPattern)
    search = Search(body, Scope(known_fields(event, SOURCE)))
    answers = {bound: search.find(bound) for bound in (SURELY_MATCHES, MAY_MATCH, SURELY_MISSES, MAY_MISS)}
    if answers[MAY_MISS] is NoAnswer.IMPOSSIBLE:
        assert not isinstance(answers[SURELY_MISSES], dict)
        assert answers[SURELY_MATCHES] is not NoAnswer.IMPOSSIBLE
    if answers[MAY_MATCH] is NoAnswer.IMPOSSIBLE:
        assert not isinstance(answers[SURELY_MATCHES], dict)
        assert answers[SURELY_MISSES] is not NoAnswer.IMPOSSIBLE


@examples(300)
@given(pattern=noise | almost_patterns, event=events)
def test_any_text_has_a_coverage_or_an_error(pattern: str, event: str) -> None:
    try:
        degree = coverage(pattern, event)
    except FilterPatternError:
        return
    assert degree in ("full", "narrowed", "none", "undetermined")


def _runs(automaton: Automaton, text: str) -> bool:
    state = automaton.start()
    for character in text:
        state = automaton.step(state, character)
    return automaton.accepts(state)


def _all_texts(alphabet: str, max_size: int) -> list[str]:
    return ["".join(text) for size in range(max_size + 1) for text in itertools.product(alphabet, repeat=size)]


def test_automata_of_wildcards_are_their_two_readings() -> None:
    texts = _all_texts("ab", 6)
    for value in [*_all_texts("ab*", 4), "*aab*", "*abab*", "a*aabb*b", "*aaab*a"]:
        strict, loose = PiecesAutomaton(value, looks_again=False), PiecesAutomaton(value, looks_again=True)
        for text in texts:
            truth = Wildcard(value).truth(text)
            assert (_runs(strict, text), _runs(loose, text)) == (truth is Truth.YES, truth is not Truth.NO)


def _is_json_number(text: str) -> bool:
    try:
        return isinstance(json.loads(text, parse_constant=lambda _: None), (int, float))
    except ValueError:
        return False


@examples(500)
@given(text=st.text(alphabet="019+-.eE", max_size=7))
def test_automata_of_numbers_know_json_and_filter_patterns(text: str) -> None:
    assert _runs(NumberAutomaton(strict=True), text) is _is_json_number(text)
    assert _runs(NumberAutomaton(strict=False), text) is bool(NUMBER.fullmatch(text))


requirements = st.lists(
    st.builds(
        lambda value, looks_again, passes: Requirement(PiecesAutomaton(value, looks_again), passes),
        st.text(alphabet="ab*", max_size=5),
        st.booleans(),
        st.booleans(),
    ),
    max_size=3,
)


@examples(200)
@given(required=requirements, text=st.text(alphabet="abc", max_size=6))
def test_a_text_is_found_where_there_is_one(required: list[Requirement], text: str) -> None:
    def fits(candidate: Any) -> bool:
        return all(_runs(each.automaton, candidate) is each.passes for each in required)

    found = find_text(required, Budget(200_000))
    assert found is NoAnswer.IMPOSSIBLE or fits(found)
    assert not fits(text) or (isinstance(found, str) and len(found) <= len(text))


def test_a_search_for_a_text_ends_with_its_budget() -> None:
    required = [Requirement(PiecesAutomaton("*" + "ab" * 50 + end, True)) for end in "abcd"]
    assert find_text(required, Budget(1000)) is NoAnswer.UNDECIDED
