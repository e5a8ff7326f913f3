# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A metric filter as a task asks for it: what is the same, what AWS would reject, and what AWS is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    MetricFilter,
    Transformation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.log_groups import as_metric_filter
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.metric_filter import (
    described,
    faults,
    fields,
    from_parameters,
    group_name_faults,
    is_same,
    name_faults,
    request,
)
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import examples
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.text("abAB-_ /$é", min_size=1, max_size=8)
PATTERNS = st.sampled_from(["", "ERROR", "{ $.a = 1 }", '{ $.a = "x y" }', "{$.a=1}", "[a, b = 2, ...]", "{ broken"])
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TRANSFORMATIONS = st.builds(
    Transformation,
    metric_name=NAMES,
    metric_namespace=NAMES,
    metric_value=st.sampled_from(["1", "1.0", "+1", "1e0", "2", "0", "-0", "$.size", "$.Size", "nan"]),
    default_value=st.none() | NUMBERS,
    unit=st.none() | st.sampled_from(["Count", "Seconds"]),
    dimensions=st.dictionaries(NAMES, NAMES.map("$.{}".format), max_size=3),
)
FILTERS = st.builds(
    MetricFilter,
    name=NAMES,
    pattern=PATTERNS,
    transformations=st.tuples(TRANSFORMATIONS),
    apply_on_transformed_logs=st.booleans(),
    field_selection_criteria=st.none() | NAMES,
    emit_system_field_dimensions=st.sets(st.sampled_from(["@aws.account", "@aws.region"])).map(tuple),
)
FILTER = MetricFilter("sg", "{ $.a = 1 }", (Transformation("changes", "CISBenchmark", "1"),))


def with_transformation(**changes: Any) -> MetricFilter:
    return replace(FILTER, transformations=(replace(FILTER.transformations[0], **changes),))


class TestIsSame:
    @examples(100)
    @given(FILTERS)
    def test_is_reflexive(self, one: MetricFilter) -> None:
        assert is_same(one, one)

    @examples(100)
    @given(FILTERS, FILTERS)
    def test_is_symmetric(self, left: MetricFilter, right: MetricFilter) -> None:
        assert is_same(left, right) is is_same(right, left)

    @examples(100)
    @given(FILTERS)
    def test_what_is_asked_of_aws_and_kept_by_it_is_the_same(self, one: MetricFilter) -> None:
        kept = json.loads(json.dumps(request(one)))
        assert is_same(as_metric_filter({**kept, "creationTime": 0}), one)

    @examples(100)
    @given(FILTERS)
    def test_what_the_modules_return_asks_for_the_same(self, one: MetricFilter) -> None:
        assert is_same(from_parameters(described("group", one)), one)

    @examples(100)
    @given(NUMBERS)
    def test_values_are_numbers_however_they_are_written(self, number: float) -> None:
        one, other = (with_transformation(metric_value=text) for text in (repr(number), f"{number:+.17e}"))
        assert is_same(one, other)

    @examples(100)
    @given(NUMBERS, NUMBERS)
    def test_other_numbers_are_other_values(self, one: float, other: float) -> None:
        values = (with_transformation(metric_value=repr(one)), with_transformation(metric_value=repr(other)))
        assert is_same(*values) is (one == other)

    @examples(100)
    @given(st.lists(st.text(" \t\r\n", max_size=3), min_size=4, max_size=4))
    def test_white_space_between_words_does_not_count(self, spaces: list[str]) -> None:
        first, second, third, last = spaces
        pattern = f'{first}{{{second}$.a{third}="x y"{last}}}'
        assert is_same(replace(FILTER, pattern=pattern), replace(FILTER, pattern='{ $.a = "x y" }'))

    @pytest.mark.parametrize(
        "other",
        [
            replace(FILTER, name="SG"),
            replace(FILTER, pattern="{ $.a = 2 }"),
            replace(FILTER, pattern="{ ($.a = 1) }"),
            replace(FILTER, apply_on_transformed_logs=True),
            replace(FILTER, field_selection_criteria="x"),
            replace(FILTER, emit_system_field_dimensions=("@aws.region",)),
            replace(FILTER, transformations=FILTER.transformations * 2),
            with_transformation(metric_name="Changes"),
            with_transformation(metric_namespace="other"),
            with_transformation(metric_value="$.n"),
            with_transformation(default_value=0.0),
            with_transformation(unit="Count"),
            with_transformation(dimensions={"a": "$.a"}),
        ],
    )
    def test_every_field_counts(self, other: MetricFilter) -> None:
        assert not is_same(FILTER, other)

    def test_the_creation_time_does_not_count(self) -> None:
        assert is_same(FILTER, replace(FILTER, creation_time=datetime(2026, 1, 1, tzinfo=UTC)))

    def test_default_value_zero_is_a_value(self) -> None:
        zero = with_transformation(default_value=0)
        assert request(zero)["metricTransformations"][0]["defaultValue"] == 0
        assert fields(zero)["metric_transformation"]["default_value"] == 0


class TestFromParameters:
    def asked(self, **transformation: Any) -> Transformation:
        metric = {"metric_name": "m", "metric_namespace": "N", "metric_value": "1", **transformation}
        params = {"filter_name": "f", "filter_pattern": "", "metric_transformation": metric}
        return from_parameters(params).transformations[0]

    @pytest.mark.parametrize(
        ("given_value", "value"),
        [
            (1, "1"),
            ("1.0", "1"),
            (1.5, "1.5"),
            ("$.size", "$.size"),
            ("1e3", "1000"),
            ("1_000", "1_000"),
            ("nan", "nan"),
        ],
    )
    def test_whole_numbers_are_written_without_a_point(self, given_value: Any, value: str) -> None:
        assert self.asked(metric_value=given_value).metric_value == value

    def test_what_is_left_out_is_not_there(self) -> None:
        assert self.asked() == Transformation("m", "N", "1", None, None, {})

    def test_the_unit_none_is_no_unit(self) -> None:
        assert self.asked(unit="None").unit is None

    def test_dimensions_keep_their_case_and_order(self) -> None:
        assert list(self.asked(dimensions={"Zone": "$.Z", "area": "$.a"}).dimensions.items()) == [
            ("Zone", "$.Z"),
            ("area", "$.a"),
        ]

    def test_a_system_field_given_twice_is_one(self) -> None:
        params = {**fields(FILTER), "emit_system_field_dimensions": ["@aws.region", "@aws.region"]}
        assert from_parameters(params).emit_system_field_dimensions == ("@aws.region",)


class TestFaults:
    def test_what_aws_takes_has_none(self) -> None:
        json_fields = {"Name": "$.eventName", "b": "$.b", "c": "$.c"}
        for good in (
            FILTER,
            replace(FILTER, pattern=""),
            replace(FILTER, pattern="x" * 1024),
            replace(FILTER, name="x" * 512),
            with_transformation(dimensions=json_fields),
            with_transformation(metric_value="$.size", default_value=0.0),
            with_transformation(metric_value="-1.5e-3"),
            with_transformation(metric_value="1" * 100),
            with_transformation(metric_name="m" * 255, metric_namespace="Ä b/c:d"),
        ):
            assert faults(good) == []

    @pytest.mark.parametrize(
        ("bad", "said"),
        [
            (replace(FILTER, pattern="{ $.a = }"), "at character 9"),
            (replace(FILTER, pattern="x" * 1025), "1025 characters"),
            (with_transformation(metric_name=""), "metric_name is ''"),
            (with_transformation(metric_name="m" * 256), "1 to 255"),
            (with_transformation(metric_namespace="a*"), "metric_namespace is 'a*'"),
            (with_transformation(metric_value="1_000"), "metric_value is '1_000'"),
            (with_transformation(metric_value="\N{ARABIC-INDIC DIGIT ONE}"), "or a field of the event"),
            (with_transformation(metric_value="nan"), "metric_value is 'nan'"),
            (with_transformation(metric_value="1" * 101), "101 characters"),
            (with_transformation(default_value=float("inf")), "finite"),
            (with_transformation(dimensions=dict.fromkeys("abcd", "$.a")), "4 dimensions"),
            (with_transformation(dimensions={"a": "$.a"}, default_value=0.0), "mutually exclusive"),
            (with_transformation(dimensions={"": "$.a"}), "too long or empty"),
            (with_transformation(dimensions={"a": "$." + "a" * 254}), "too long or empty"),
            (replace(with_transformation(dimensions={"a": "$.a"}), pattern="ERROR"), "space-delimited"),
            (replace(FILTER, field_selection_criteria="x" * 2001), "2001 characters"),
        ],
    )
    def test_what_aws_rejects_is_one_sentence(self, bad: MetricFilter, said: str) -> None:
        [sentence] = faults(bad)
        assert said in sentence

    @pytest.mark.parametrize("name", ["", "a:b", "a*", "x" * 513])
    def test_names_of_filters(self, name: str) -> None:
        assert len(list(name_faults(name))) == 1

    @pytest.mark.parametrize("name", ["", "my group", "a:b", "x" * 513, "arn:aws:logs:eu-west-1:1:log-group:g"])
    def test_names_of_log_groups(self, name: str) -> None:
        assert len(list(group_name_faults(name))) == 1
        assert list(group_name_faults("aws-controltower/CloudTrailLogs_1.#")) == []


def test_an_empty_field_is_not_sent() -> None:
    assert request(FILTER) == {
        "filterName": "sg",
        "filterPattern": "{ $.a = 1 }",
        "metricTransformations": [{"metricName": "changes", "metricNamespace": "CISBenchmark", "metricValue": "1"}],
    }


def test_a_filter_of_aws_is_shown_in_utc_and_to_the_second() -> None:
    made = datetime.fromtimestamp(1_700_000_000.9, tz=UTC)
    assert described("group", replace(FILTER, creation_time=made))["creation_time"] == "2023-11-14T22:13:20Z"
    assert "creation_time" not in described("group", FILTER)
