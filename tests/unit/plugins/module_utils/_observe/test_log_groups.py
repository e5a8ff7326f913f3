# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A log group by its exact name, with all of its metric filters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Gap,
    LogGroup,
    Transformation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.trails import LogGroupReference
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.log_groups import read_log_group
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws, Fault, Pages

REFERENCE = LogGroupReference("arn:aws:logs:us-east-1:1:log-group:trail", "1", "us-east-1", "trail")


def read(groups: Any, filters: Any = None) -> tuple[FakeAws, Any]:
    aws = FakeAws({"logs:DescribeLogGroups": groups, "logs:DescribeMetricFilters": filters or {"metricFilters": []}})
    return aws, read_log_group(Reader(aws), REFERENCE)


def entry(name: str, **fields: Any) -> dict[str, Any]:
    return {"logGroupName": name, **fields}


def metric_filter(name: str, **fields: Any) -> dict[str, Any]:
    transformation = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    return {"filterName": name, "filterPattern": "{ $.a = 1 }", "metricTransformations": [transformation], **fields}


def test_the_group_is_found_among_longer_names() -> None:
    aws, group = read({"logGroups": [entry("trail-2"), entry("trail", logGroupClass="INFREQUENT_ACCESS")]})
    assert isinstance(group, LogGroup)
    assert (group.arn, group.name, group.account, group.region) == (REFERENCE.arn, "trail", "1", "us-east-1")
    assert group.log_class == "INFREQUENT_ACCESS"
    assert {region for region, _call, _parameters in aws.calls} == {"us-east-1"}


def test_a_group_without_a_class_is_a_standard_one() -> None:
    _aws, group = read({"logGroups": [entry("trail")]})
    assert group.log_class == "STANDARD"


def test_the_group_is_found_on_a_later_page_and_no_further_one_is_read() -> None:
    aws, group = read(Pages([{"logGroups": []}, {"logGroups": [entry("trail")]}, {"logGroups": [entry("trail-2")]}]))
    assert isinstance(group, LogGroup)
    assert len(aws.made("logs:DescribeLogGroups")) == 2


def test_a_group_of_a_longer_name_is_not_it() -> None:
    assert read({"logGroups": [entry("trail-2")]})[1] is None


def test_a_group_that_has_no_filters_to_ask_about_does_not_exist() -> None:
    assert read({"logGroups": []}, Fault("ResourceNotFoundException"))[1] is None


def test_a_group_whose_class_is_denied_does_not_exist_if_its_filters_say_so() -> None:
    assert read(Fault("AccessDeniedException"), Fault("ResourceNotFoundException"))[1] is None


def test_a_denied_class_leaves_the_filters_readable() -> None:
    _aws, group = read(Fault("AccessDeniedException"), {"metricFilters": [metric_filter("f")]})
    assert isinstance(group.log_class, Gap)
    assert [one.name for one in group.filters] == ["f"]


def test_denied_filters_leave_the_class_readable() -> None:
    _aws, group = read({"logGroups": [entry("trail")]}, Fault("AccessDeniedException"))
    assert isinstance(group.filters, Gap)
    assert group.log_class == "STANDARD"


def test_the_filters_of_all_pages_are_read() -> None:
    pages = Pages([{"metricFilters": [metric_filter("a")]}, {"metricFilters": [metric_filter("b")]}])
    _aws, group = read({"logGroups": [entry("trail")]}, pages)
    assert [one.name for one in group.filters] == ["a", "b"]


def test_every_field_of_a_filter_is_kept() -> None:
    transformation = {
        "metricName": "m",
        "metricNamespace": "n",
        "metricValue": "2",
        "defaultValue": 0.0,
        "unit": "Count",
        "dimensions": {"User": "$.user"},
    }
    found = metric_filter(
        "f",
        metricTransformations=[transformation],
        creationTime=1_000,
        applyOnTransformedLogs=True,
        fieldSelectionCriteria="@aws.region = 'eu-west-1'",
        emitSystemFieldDimensions=["@aws.account"],
    )
    _aws, group = read({"logGroups": [entry("trail")]}, {"metricFilters": [found]})
    (one,) = group.filters
    assert (one.name, one.pattern) == ("f", "{ $.a = 1 }")
    assert one.transformations == (Transformation("m", "n", "2", 0.0, "Count", {"User": "$.user"}),)
    assert one.apply_on_transformed_logs is True
    assert one.field_selection_criteria == "@aws.region = 'eu-west-1'"
    assert one.emit_system_field_dimensions == ("@aws.account",)
    assert one.creation_time == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


def test_a_filter_without_a_pattern_has_the_empty_one() -> None:
    found = metric_filter("f")
    del found["filterPattern"]
    _aws, group = read({"logGroups": [entry("trail")]}, {"metricFilters": [found]})
    assert group.filters[0].pattern == ""


def test_unit_none_is_no_unit() -> None:
    transformation = {"metricName": "m", "metricNamespace": "n", "metricValue": "1", "unit": "None"}
    found = metric_filter("f", metricTransformations=[transformation])
    _aws, group = read({"logGroups": [entry("trail")]}, {"metricFilters": [found]})
    assert group.filters[0].transformations[0].unit is None
