# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query for a filter finds the records that the filter matches, and no others: evaluated, for every installed text.

The queries are evaluated by `tests/sandbox/insights.py`, which answers 'either' where AWS documents nothing. For
records in which the compared fields are text or missing, as CloudTrail writes them, no answer may depend on that.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, Control
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.shapes import bystander, calls, situations
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.log_query import NotExpressible, log_query
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import Pattern, Truth, parse
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.conditions import conditions_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.json_pattern import FieldComparison
from ansible_collections.aws_cis.monitoring.tests.sandbox.insights import EITHER, NO, YES, Query, QueryError, read
from ansible_collections.aws_cis.monitoring.tests.unit import cloudtrail_records as others
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import TEXTS as TEXTS_OF_RECORDS
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import (
    WILDCARD_VALUES,
    any_json_pattern,
    examples,
    json_patterns,
    records,
)
from hypothesis import given
from hypothesis import strategies as st

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
TEXTS = {one.text: control.name for control in CONTROLS.values() for one in control.filters}
EACH_TEXT = pytest.mark.parametrize("text", TEXTS, ids=[f"{name}-{len(text)}" for text, name in TEXTS.items()])
RECORDS: list[dict[str, Any]] = [
    *(dict(one.content) for control in CONTROLS.values() for event in control.all_events for one in calls(event)),
    *(dict(one.content) for one in situations()),
    *(dict(bystander(event).content) for control in CONTROLS.values() for event in control.all_events),
    *(
        others.record(identity, name, AT, **more)
        for identity in (others.user("alice", mfa=False), others.role("Admin", "bob"), others.ROOT, others.SERVICE)
        for name in ("AuthorizeSecurityGroupIngress", "ConsoleLogin", "HeadBucket")
        for more in ({}, {"errorCode": "AccessDenied"}, {"errorCode": "Client.UnauthorizedOperation"})
    ),
]
# What CloudTrail may leave out, or write without content.
ABSENT = object()
CONTAINERS = (ABSENT, None, {})


parsed = functools.cache(parse)


@functools.cache
def query_of(text: str) -> Query:
    """The query for a filter, as Logs Insights reads it."""
    return read(log_query(parsed(text)))


def expected(pattern: Pattern, record: dict[str, Any]) -> frozenset[bool] | None:
    """The answer that the filter asks for; None where AWS does not document the filter's."""
    truth = pattern.truth(record)
    return {Truth.YES: YES, Truth.NO: NO}.get(truth)


@functools.cache
def values_of(text: str) -> dict[tuple[str, ...], list[object]]:
    """For the way to each field that a text compares: values that it compares with, and values close to them."""
    values: dict[tuple[str, ...], list[object]] = {}
    for condition in conditions_of(parsed(text).body.expression):  # type: ignore[union-attr]
        found = values.setdefault(tuple(str(condition.selector).split(".")), [ABSENT, "", "x"])  # type: ignore[arg-type]
        if isinstance(condition, FieldComparison):
            value = condition.comparison.written.strip('"').replace("*", "")
            found += [
                value,
                value.lower(),
                f"Not{value}",
                f"{value}s",
                f"Not{value}s",
                value[1:],
                f"Not{value}s{value}",
            ]
    return values


@EACH_TEXT
def test_it_finds_what_the_filter_matches(text: str) -> None:
    query, pattern = query_of(text), parsed(text)
    assert {pattern.matches(record) for record in RECORDS} == {True, False}
    wrong = [record for record in RECORDS if query.finds(others.message(record)) != expected(pattern, record)]
    assert wrong == []


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())
def test_one_query_finds_what_any_filter_of_a_control_matches(control: Control) -> None:
    patterns = [parsed(one.text) for one in control.filters]
    query = read(log_query(*patterns))
    for record in RECORDS:
        matched = YES if any(pattern.matches(record) for pattern in patterns) else NO
        assert query.finds(others.message(record)) == matched, record


@EACH_TEXT
def test_it_does_so_for_values_close_to_those_of_the_filter(text: str) -> None:
    pattern = parsed(text)
    matching = [record for record in RECORDS if pattern.matches(record)]
    for record in (matching[0], matching[-1], RECORDS[-1]):
        for way, values in values_of(text).items():
            for value in values:
                changed = copy.deepcopy(record)
                _set(changed, way, value)
                _finds_what_it_should(text, changed)


@EACH_TEXT
@given(data=st.data())
@examples(25)
def test_it_does_so_for_several_changes_at_once(text: str, data: st.DataObject) -> None:
    record = copy.deepcopy(data.draw(st.sampled_from(RECORDS)))
    values = values_of(text)
    for way in data.draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=3)):
        depth = data.draw(st.integers(1, len(way)))
        _set(record, way[:depth], data.draw(st.sampled_from(values[way] if depth == len(way) else CONTAINERS)))
    _finds_what_it_should(text, record)


def _finds_what_it_should(text: str, record: dict[str, Any]) -> None:
    wanted = expected(parsed(text), record)
    assert wanted is None or query_of(text).finds(others.message(record)) == wanted, record


def _set(record: dict[str, Any], way: Sequence[str], value: object) -> None:
    parent = record
    for key in way[:-1]:
        if not isinstance(parent.get(key), dict):
            return
        parent = parent[key]
    parent.pop(way[-1], None)
    if value is not ABSENT:
        parent[way[-1]] = value


# What a query can say, with fields and values that the records have.
_tests = st.builds(
    "{} {}".format,
    st.sampled_from(["$.eventName", "$.awsRegion", "$.errorCode", "$.userIdentity.userName", "$.requestParameters[0]"]),
    st.just("NOT EXISTS")
    | st.builds(
        "{} {}".format,
        st.sampled_from(["=", "!="]),
        st.sampled_from([f'"{text}"' for text in (*TEXTS_OF_RECORDS, *WILDCARD_VALUES) if not text.startswith("1")]),
    ),
)


@given(json_patterns(_tests), records("CreateSecurityGroup"))
@examples(100)
def test_any_pattern_that_can_be_said_is_found(text: str, record: dict[str, Any]) -> None:
    _is_not_wrong(log_query(parse(text)), text, record)


@given(any_json_pattern, records("CreateSecurityGroup"))
@examples(60)
def test_any_other_pattern_is_refused_or_found(text: str, record: dict[str, Any]) -> None:
    try:
        query = log_query(parse(text))
    except NotExpressible:
        return
    _is_not_wrong(query, text, record)


def _is_not_wrong(query: str, text: str, record: dict[str, Any]) -> None:
    """Where a compared field is neither text nor missing, the answer may be either, but never the wrong one."""
    answer, wanted = read(query).finds(others.message(record)), expected(parse(text), record)
    assert wanted is None or answer in (wanted, EITHER)


@EACH_TEXT
def test_it_shows_no_request_and_no_credentials(text: str) -> None:
    query = query_of(text)
    shown = [query.row(others.message(record)) for record in RECORDS]
    assert all("eventName" in row and "sourceIPAddress" in row for row in shown)
    said = json.dumps(shown)
    for hidden in (others.SECRET, "AKIAEXAMPLE", "ASIAEXAMPLE", "sg-0123456789abcdef0", "aws-cli"):
        assert hidden in json.dumps(RECORDS)
        assert hidden not in said


class TestTheEvaluation:
    """It tells records apart, and says where AWS says nothing."""

    @pytest.mark.parametrize(
        ("condition", "answer"),
        [
            ('a="x"', YES),
            ('a="X"', NO),
            ('a="x" and b.c="y"', YES),
            ('a="z" or b.c in ["w","y"]', YES),
            ('list.1="second"', YES),
            ("(not ispresent(a))", NO),
            ("(not ispresent(missing))", YES),
            ('missing="x"', NO),
            ('missing!="x"', EITHER),
            ('ispresent(missing) and missing!="x"', NO),
            ("missing not like /x/", EITHER),
            ('a like "x"', YES),
            ("b.c like /^y$/", YES),
            ("b.c like /^Y/", NO),
            ("ispresent(nothing)", EITHER),
            ('number="1"', EITHER),
            ("ispresent(b)", EITHER),
            ('`dash-ed`="d"', YES),
            ("lines like /^a$/", EITHER),
        ],
    )
    def test_of_conditions(self, condition: str, answer: frozenset[bool]) -> None:
        event = {
            "a": "x",
            "b": {"c": "y"},
            "list": ["first", "second"],
            "nothing": None,
            "number": 1,
            "dash-ed": "d",
            "lines": "a\n",
        }
        assert read(f"fields a|filter {condition}").finds(json.dumps(event)) == answer

    @pytest.mark.parametrize(
        "query",
        [
            'filter a="x" and b="y" or c="z"',
            r'filter a="\""',
            "filter not ispresent(a) and b",
            "filter a=1",
            "filter a like /(/",
            "stats count(*)",
            'filter a="x',
            'filter a="x" b="y"',
            "filter dash-ed like /x/",
        ],
    )
    def test_what_a_text_leaves_open_is_refused(self, query: str) -> None:
        with pytest.raises(QueryError):
            read(query)

    def test_of_more_fields_than_are_read_any_can_be_missing(self) -> None:
        event = {"eventName": "CreateVpc", "requestParameters": {f"n{number}": "" for number in range(200)}}
        assert read('filter eventName="CreateVpc"').finds(json.dumps(event)) == EITHER
        del event["requestParameters"]["n0"]  # type: ignore[attr-defined]
        del event["requestParameters"]["n1"]  # type: ignore[attr-defined]
        assert read('filter eventName="CreateVpc"').finds(json.dumps(event)) == YES
