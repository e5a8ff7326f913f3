# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log groups and metric filters are found by their exact names, over all pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import TaskError
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.named_log_group import (
    log_group,
    metric_filter,
    metric_filters,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import NotThere, Reader
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import Answer, Body, FakeAws, Fault, Pages

REGION = "eu-west-1"
GROUPS = "logs:DescribeLogGroups"
FILTERS = "logs:DescribeMetricFilters"


def group(name: str) -> dict[str, Any]:
    return {"logGroupName": name, "metricFilterCount": 0}


def entry(name: str, group_name: str = "group") -> dict[str, Any]:
    metric = {"metricName": "m", "metricNamespace": "N", "metricValue": "1"}
    return {"filterName": name, "filterPattern": "", "metricTransformations": [metric], "logGroupName": group_name}


def reader(call: str, answer: Answer) -> Reader:
    return Reader(FakeAws({call: answer}))


def test_a_log_group_is_found_on_a_later_page_among_longer_names() -> None:
    pages = Pages(
        [{"logGroups": [group("group-2")]}, {"logGroups": []}, {"logGroups": [group("group"), group("groups")]}]
    )
    assert log_group(reader(GROUPS, pages), "group", REGION) == group("group")


def test_a_longer_name_is_another_log_group() -> None:
    assert log_group(reader(GROUPS, {"logGroups": [group("groups"), group("Group")]}), "group", REGION) is None


def test_a_filter_is_found_on_a_later_page_among_longer_names() -> None:
    aws = FakeAws(
        {FILTERS: Pages([{"metricFilters": [entry("sg-1")]}, {"metricFilters": []}, {"metricFilters": [entry("sg")]}])}
    )
    found = metric_filter(Reader(aws), REGION, "group", "sg")
    assert found is not None
    assert found.name == "sg"
    assert [asked["filterNamePrefix"] for asked in aws.made(FILTERS)] == ["sg"] * 3


def test_a_longer_name_is_another_filter() -> None:
    answer = {"metricFilters": [entry("sg-1"), entry("SG")]}
    assert metric_filter(reader(FILTERS, answer), REGION, "group", "sg") is None


def test_without_the_log_group_there_is_no_filter() -> None:
    missing = reader(FILTERS, Fault("ResourceNotFoundException"))
    assert metric_filter(missing, REGION, "group", "sg") is None
    with pytest.raises(NotThere):
        metric_filters(missing, REGION, logGroupName="group")


def test_filters_come_with_their_log_groups() -> None:
    unnamed = {name: value for name, value in entry("b").items() if name != "logGroupName"}
    found = metric_filters(
        reader(FILTERS, {"metricFilters": [entry("a", "other"), unnamed]}), REGION, logGroupName="group"
    )
    assert [(group_name, one.name) for group_name, one in found] == [("other", "a"), ("group", "b")]


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (Fault("AccessDeniedException"), "ACCESS_DENIED", "was denied"),
        (Body("{}"), "RESPONSE_INCOMPLETE", "lacks what it must have"),
        (Body(""), "RESPONSE_INCOMPLETE", "lacks what it must have"),
        (Fault("InvalidParameterException", "Bad."), "InvalidParameterException", "InvalidParameterException: Bad."),
    ],
)
@pytest.mark.parametrize(
    ("call", "read"),
    [
        (GROUPS, lambda asked: log_group(asked, "group", REGION)),
        (FILTERS, lambda asked: metric_filter(asked, REGION, "group", "sg")),
    ],
)
def test_no_usable_answer_fails_the_task(
    call: str, read: Callable[[Reader], Any], answer: Answer, code: str, said: str
) -> None:
    with pytest.raises(TaskError) as failure:
        read(reader(call, answer))
    assert said in failure.value.message
    assert "group" in failure.value.message
    assert failure.value.details["error_code"] == code
