# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left to prove of a pattern and of a scope has the same answer as the whole."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage import proof
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.breadth import _beyond
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.proof import json_body
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.records import known_fields
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.remaining import (
    EVERYTHING,
    NOTHING,
    remaining,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.scope import Scope, fields_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.search import Search
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.json_pattern import record_of_event
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import (
    EVENTS,
    SOURCE,
    any_json_pattern,
    examples,
    records,
)
from hypothesis import given
from hypothesis import strategies as st

SCOPES = (
    proof.scope_of_event("CreateSecurityGroup", SOURCE),
    proof.scope_of_case("{ $.errorCode = a* }"),
    proof.scope_of_case('{ ($.userIdentity.userName = "ab") && ($.requestParameters.a NOT EXISTS) }'),
    _beyond("DescribeInstances", SOURCE, ("{ $.errorCode = a* }", "{ $.userIdentity.userName = ab }"), ordinary=True),
)


@pytest.mark.parametrize(
    ("text", "event", "left"),
    [
        ("{ $.eventName = A || $.eventName = B }", "A", EVERYTHING),
        ("{ $.eventName = A || $.eventName = B }", "C", NOTHING),
        ("{ $.eventName != A && $.x = 1 }", "A", NOTHING),
        ("{ $.eventName != A && $.x = 1 }", "B", json_body("{ $.x = 1 }")),
        ("{ $.eventName = A* || $.x = 1 || $.eventName = %B% }", "C", json_body("{ $.x = 1 }")),
        ("{ $.eventName = *aba }", "ababa", json_body("{ $.eventName = *aba }")),  # which is not established
        ("{ $.eventName.x = 1 }", "A", json_body("{ $.eventName.x = 1 }")),
    ],
)
def test_what_is_the_same_for_all_records_is_left_out(text: str, event: str, left: object) -> None:
    assert remaining(json_body(text), known_fields(event, SOURCE)) == left


@examples(400)
@given(text=any_json_pattern, event=st.sampled_from(EVENTS), data=st.data())
def test_what_is_left_has_the_truth_of_the_whole(text: str, event: str, data: st.DataObject) -> None:
    body = json_body(text)
    left = remaining(body, known_fields(event, SOURCE))
    record: dict[str, Any] = data.draw(records(event))
    written = record_of_event(record)
    assert left.truth(written) is body.truth(written)


@examples(300)
@given(text=any_json_pattern, scope=st.sampled_from(SCOPES))
def test_a_part_of_the_scope_has_the_answer_of_the_whole(text: str, scope: Scope) -> None:
    body = json_body(text)
    whole = proof._degree(Search(body, scope))[0]
    assert whole in (proof._coverage_of_json(body, scope), proof.UNDETERMINED)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_part_has_the_fields_of_a_pattern_and_what_depends_on_them(scope: Scope) -> None:
    part = scope.about(frozenset({"errorCode"}))
    named = {claim.condition.selector.steps[0] for claim in part.given}
    assert named == {claim.condition.selector.steps[0] for claim in scope.given} & {"errorCode"}
    assert set(part.known) <= {"errorCode"}


def test_fields_that_a_choice_joins_stay_together() -> None:
    scope = proof.scope_of_case("{ $.a = 1 && ($.b = 1 || $.c = 1) && ($.c = 2 || $.d = 2) && ($.e = 1 || $.f = 1) }")
    part = scope.about(frozenset({"b"}))
    assert (len(part.given), len(part.choices)) == (0, 2)
    assert scope.about(frozenset({"a"})).given == scope.given


def test_a_wildcard_is_about_every_field() -> None:
    assert fields_of(json_body("{ $.* = 1 }").expression) is None
    scope = proof.scope_of_case("{ $.* = 1 && $.a = 1 }")
    assert scope.about(frozenset({"a"})) is scope


def test_events_that_a_pattern_does_not_name_share_a_proof() -> None:
    proof._proven.cache_clear()
    for number in range(20):
        proof.coverage("{ $.eventName = A || $.userIdentity.type = Root }", f"Event{number}", SOURCE)
    assert proof._proven.cache_info().misses == 1


def test_too_many_conditions_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = tuple("{ " + " || ".join(f"$.a{place}{number} = 1" for number in range(60)) + " }" for place in range(70))
    monkeypatch.setattr(proof, "_proven", None)
    answer = proof.covers_together(texts, "{ $.errorCode = A }")
    assert (answer, answer.condition) == ("undetermined", proof.TOO_COMPLEX)
