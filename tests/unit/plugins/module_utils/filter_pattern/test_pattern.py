# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter patterns: what they match, what AWS rejects, and that no pattern can do harm.

The tables, with the source of each rule, are in filter_pattern_vectors.py.
"""

from __future__ import annotations

import contextlib
import json
import pickle

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils import filter_pattern
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import (
    FilterPatternError,
    Truth,
    normalize_white_space,
    parse,
)
from ansible_collections.aws_cis.monitoring.tests.unit.filter_pattern_vectors import (
    MATCHES,
    MISSES,
    OPEN,
    REJECTED,
    TRAIL,
    USERS,
)


@pytest.mark.parametrize(("pattern", "event", "source"), MATCHES)
def test_matches(pattern: str, event: str | dict[str, object], source: str) -> None:
    assert parse(pattern).matches(event), source


@pytest.mark.parametrize(("pattern", "event", "source"), MISSES)
def test_does_not_match(pattern: str, event: str | dict[str, object], source: str) -> None:
    assert not parse(pattern).matches(event), source


@pytest.mark.parametrize("pattern", [pattern for pattern, _unused, _unused in MATCHES + MISSES])
def test_a_decoded_event_and_its_message_are_the_same(pattern: str) -> None:
    parsed = parse(pattern)
    for event in (TRAIL, USERS):
        assert parsed.matches(event) is parsed.matches(json.dumps(event, separators=(",", ":")))


@pytest.mark.parametrize(("pattern", "event", "truth"), OPEN)
def test_what_is_not_established(pattern: str, event: str | dict[str, object], truth: Truth) -> None:
    assert parse(pattern).truth(event) is truth
    assert parse(pattern).matches(event) is (truth is Truth.PROBABLY)


@pytest.mark.parametrize(("pattern", "position", "expected", "source"), REJECTED)
def test_rejects_what_aws_rejects(pattern: str, position: int, expected: str, source: str) -> None:
    with pytest.raises(FilterPatternError) as caught:
        parse(pattern)
    assert (caught.value.position, expected in caught.value.expected) == (position, True), (source, str(caught.value))
    assert f"at character {position + 1}" in str(caught.value)


def test_a_pattern_may_have_1024_characters() -> None:
    assert parse("x" * 1024).matches("x" * 1024)


def test_an_error_says_what_it_found_and_survives_pickling() -> None:
    with pytest.raises(ValueError, match=r"character 9: found '\}'; expected a value") as caught:
        parse("{ $.a = }")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.position) == (str(caught.value), 8)


def test_patterns_are_equal_by_their_text() -> None:
    assert parse("{ $.a = 1 }") == parse("{ $.a = 1 }") != parse("{ $.a=1 }")
    assert parse("{ $.a = 1 }").text == "{ $.a = 1 }"


SAME_BUT_FOR_WHITE_SPACE = [
    ("{($.a=b)||($.c!=%d e%)}", " { ( $.a = b )\n\t|| ( $.c != %d e% ) } "),
    ("{$.a IS NULL&&$.b NOT EXISTS}", "{ $.a  IS  NULL && $.b NOT\tEXISTS }"),
    ("{$.['a b']=\"c  d\"}", "{ $.['a b'] = \"c  d\" }"),
    ("[a=1||a=2,...]", "[ a = 1 || a = 2 , ... ]"),
    ('ERROR -"a  b"', '  ERROR   -"a  b" '),
]


@pytest.mark.parametrize(("one", "other"), SAME_BUT_FOR_WHITE_SPACE)
def test_white_space_outside_quotes_does_not_count(one: str, other: str) -> None:
    assert normalize_white_space(one) == normalize_white_space(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [('{ $.a = "b c" }', '{ $.a = "b  c" }'), ("a b", "ab"), ("%a b%", "%a  b%"), ("{ $.a = bc }", "{ $.a = b c }")],
)
def test_other_white_space_does(one: str, other: str) -> None:
    assert normalize_white_space(one) != normalize_white_space(other)


def test_a_message_that_no_json_parser_likes_never_matches() -> None:
    pattern = parse("{ $.a NOT EXISTS || $.a != 1 }")
    for message in ("[" * 100_000, '{"a":' * 100_000, '{"b":1e}', '{"a":' + "9" * 10_000):
        assert not pattern.matches(message)


def test_numbers_beyond_all_bounds_compare() -> None:
    message = '{"huge": 1e99999999999999999999, "tiny": -1e-99999999999999999999, "long": ' + "9" * 5000 + "}"
    assert parse("{ $.huge > 1e308 && $.tiny < 1 && $.tiny > -1 && $.long > 9e4000 }").matches(message)


def _filled(start: str, unit: str, end: str) -> str:
    return start + unit * ((filter_pattern.MAX_LENGTH - len(start) - len(end)) // len(unit)) + end


HOSTILE = [
    "{" + "(" * 508 + "$.a=b" + ")" * 508 + "}",
    "{" + "(" * 1022 + "}",
    "{" * 1024,
    "[" * 1024,
    "(" * 1024,
    "%" * 1024,
    '"' * 1024,
    "?" * 1024,
    "\\" * 1024,
    _filled("{$.a=", "*", "}"),
    _filled("{$.a=", "*a", "b}"),
    _filled("{$.a=%", "a*", "b%}"),
    _filled("{$.a=%", ".*", "b%}"),
    _filled("%", "a?", "%"),
    _filled("%", "a|", "%"),
    _filled("%", "a{0,9}", "%"),
    _filled("%", "[", "%"),
    _filled("%", "[^a]*", "%"),
    _filled("{$", ".a", "=1}"),
    _filled("{$.a", "[0]", "=1}"),
    _filled("{$.a=1", "&&($.a=1", "}"),
    "{" + "$.a=b||($.b=c&&(" * 50 + "$.a=1" + "))" * 50 + "}",
]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_no_pattern_hangs_or_overflows(pattern: str) -> None:
    assert len(pattern) <= 1024
    message = json.dumps({"a": "a" * 20_000})
    with contextlib.suppress(FilterPatternError):
        assert parse(pattern).truth(message) in Truth


def test_repetitions_that_fill_memory_are_rejected() -> None:
    with pytest.raises(FilterPatternError, match="4096 items"):
        parse("%a{999999}%")
