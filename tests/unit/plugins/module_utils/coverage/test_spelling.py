# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that are one pattern have one spelling, and others have not."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils import coverage, filter_pattern
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.spelling import spelling
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import (
    any_json_pattern,
    examples,
    term_patterns,
)
from hypothesis import given


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{ $.eventName = A }", '{$.eventName="A"}'),
        ("{ ($.eventName = A) || ($.eventName = B) }", "{$.eventName=A||$.eventName=B}"),
        ("{ ($.a = 1 && $.b = c) || $.d = e }", '{ $.a = 1 && ($.b = "c") || ((($.d = e))) }'),
        ("?A  ?B", '?"A" ?"B"'),
    ],
)
def test_blanks_quotation_marks_and_idle_parentheses_make_no_difference(one: str, other: str) -> None:
    assert spelling(one) == spelling(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{ $.a = 1 }", '{ $.a = "1" }'),
        ("{ $.a = 1 }", "{ $.a = 1.0 }"),
        ("{ $.a = b }", "{ $.a = %b% }"),
        ("{ $.a = b }", "{ $.a != b }"),
        ("{ $.a = b && ($.c = d || $.e = f) }", "{ $.a = b && $.c = d || $.e = f }"),
        ('{ $.a = "b\\"c" }', '{ $.a = "b\\\\c" }'),
        ("{ $.a NOT EXISTS }", "{ $.a not exists }"),
        ("{ $.a = b }", "{ $.['a'] = b }"),  # the condition in words has the selector as it is written
        ("{ $.a = b || $.c = d }", "{ $.c = d || $.a = b }"),  # and the order
        ("?A ?B", "A B"),
        ("-A", "A"),
        ("%A%", "A"),
    ],
)
def test_what_differs_is_spelled_differently(one: str, other: str) -> None:
    assert spelling(one) != spelling(other)


def test_what_is_no_pattern_is_its_own_spelling() -> None:
    assert spelling("{ $.a = ") == "{ $.a = "
    with pytest.raises(filter_pattern.FilterPatternError):
        coverage.covers("{ $.a = ", "{ $.eventName = A }")


@examples(200)
@given(any_json_pattern | term_patterns)
def test_a_spelling_is_a_pattern_with_the_same_spelling(text: str) -> None:
    if len(spelling(text)) <= filter_pattern.MAX_LENGTH:
        assert spelling(spelling(text)) == spelling(text)
        assert filter_pattern.parse(spelling(text)).body == filter_pattern.parse(text).body
