# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every filter pattern, checked on generated ones."""

from __future__ import annotations

import json
import re

from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import (
    FilterPatternError,
    Truth,
    normalize_white_space,
    parse,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.regex import Regex
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.text import Wildcard
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import (
    EVENTS,
    almost_patterns,
    any_json_pattern,
    examples,
    noise,
    records,
    term_patterns,
)
from hypothesis import given
from hypothesis import strategies as st


@examples(300)
@given(text=noise | almost_patterns, message=st.text(max_size=20))
def test_parsing_ends_in_a_pattern_or_in_an_error_with_its_place(text: str, message: str) -> None:
    error = None
    try:
        pattern = parse(text)
    except FilterPatternError as caught:
        error = caught
    if error:
        assert 0 <= error.position <= len(text)
        assert error.expected
    else:
        assert pattern.truth(message) in Truth
        assert parse(normalize_white_space(text)).body == pattern.body


@examples(200)
@given(text=any_json_pattern | term_patterns)
def test_normalizing_keeps_the_meaning_and_is_final(text: str) -> None:
    normal = normalize_white_space(text)
    assert parse(normal).body == parse(text).body
    assert normalize_white_space(normal) == normal
    if text.startswith("{"):
        assert normalize_white_space(re.sub(r"(?<=[()=])\s+|\s+(?=[()=])", "", text)) == normal


@examples(200)
@given(text=any_json_pattern, record=st.sampled_from(EVENTS).flatmap(records))
def test_and_binds_closer_than_or(text: str, record: dict[str, object]) -> None:
    """Python's own 'and' and 'or' on the same expression, evaluated a condition at a time."""
    expression = text[1:-1]
    conditions = re.findall(r"\$[^()]*?(?=\s*(?:&&|\|\||\)|$))", expression)
    values = [parse("{ " + condition + " }").matches(record) for condition in conditions]
    for condition, value in zip(conditions, values, strict=True):
        expression = expression.replace(condition, f" {value} ", 1) if condition else expression
    assert parse(text).matches(record) is eval(expression.replace("&&", " and ").replace("||", " or ").strip())


_texts = st.text(alphabet="ab-1 ", max_size=8)


def _glob(pieces: list[str], text: str) -> bool:
    """Match * with any text, by trying all."""
    first, *others = pieces
    if not others:
        return text == first
    rest = text.removeprefix(first)
    return text.startswith(first) and any(_glob(others, rest[start:]) for start in range(len(rest) + 1))


def _first_occurrences(pieces: list[str], text: str) -> bool:
    """Match each piece at its first occurrence, and never look again."""
    if not text.startswith(pieces[0]):
        return False
    rest = text[len(pieces[0]) :]
    for piece in pieces[1:]:
        _unused, found, rest = rest.partition(piece) if piece else ("", "found", rest)
        if not found:
            return False
    return rest == "" or (len(pieces) > 1 and pieces[-1] == "")


@examples(500)
@given(value=st.text(alphabet="ab*", max_size=7), text=st.text(alphabet="ab", max_size=9))
def test_a_wildcard_is_in_doubt_exactly_where_its_two_readings_differ(value: str, text: str) -> None:
    truth = Wildcard(value).truth(text)
    assert (truth is Truth.YES) is _first_occurrences(value.split("*"), text)
    assert (truth is not Truth.NO) is _glob(value.split("*"), text)


_items = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "[a-c1]", r"\d", r"\W", r"\s", r"\x61", r"\-"])
_repeats = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,2}", "{,2}", "{2,}", "*?"])
_rows = st.lists(st.builds("{}{}".format, _items, _repeats) | st.sampled_from(["^", "$"]), max_size=5).map("".join)
regexes = st.lists(_rows, min_size=1, max_size=3).map("|".join).filter(bool)


@examples(500)
@given(regex=regexes, text=_texts)
def test_a_regular_expression_finds_what_pythons_does(regex: str, text: str) -> None:
    assert (Regex(regex).truth(text) is Truth.YES) is bool(re.search(regex, text, re.ASCII))


@examples(200)
@given(text=any_json_pattern, record=st.sampled_from(EVENTS).flatmap(records))
def test_an_event_matches_like_its_message(text: str, record: dict[str, object]) -> None:
    assert parse(text).truth(record) is parse(text).truth(json.dumps(record, indent=1))
