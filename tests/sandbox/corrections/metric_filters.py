# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metric filters as CloudWatch Logs takes and keeps them.

Follows PutMetricFilter, DescribeMetricFilters, TestMetricFilter, MetricTransformation and the quotas of the
Amazon CloudWatch Logs API Reference and User Guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import FilterPatternError, parse
from ministack.core.responses import error_response_json, json_response
from ministack.services import cloudwatch_logs

from corrections.wrap import body_of, replace

MOST_FILTERS = 100
MOST_DIMENSIONS = 3
_NEWER_FIELDS = ("applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions")


def put() -> None:
    """PutMetricFilter rejects what AWS rejects, and keeps all fields."""
    original = cloudwatch_logs._put_metric_filter

    def put_metric_filter(data: dict[str, Any]) -> Any:
        for code, message in _faults(data):
            return error_response_json(code, message, 400)
        answer = original(data)
        if answer[0] == 200:
            kept = cloudwatch_logs._metric_filters[data["logGroupName"], data["filterName"]]
            kept.update({name: data[name] for name in _NEWER_FIELDS if name in data})
        return answer

    replace(cloudwatch_logs, "_put_metric_filter", put_metric_filter)


def _faults(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the error code and message of what AWS would reject, if anything."""
    group_name, name = data.get("logGroupName", ""), data.get("filterName", "")
    transformations = data.get("metricTransformations", [])
    group = cloudwatch_logs._log_groups.get(group_name)
    invalid = "InvalidParameterException"
    if not re.fullmatch(r"[^:*]{1,512}", name):
        yield invalid, f"Value '{name}' at 'filterName' failed to satisfy constraint: pattern: [^:*]*, length 1 to 512"
    if len(data.get("filterPattern", "")) > 1024:
        yield invalid, "Value at 'filterPattern' failed to satisfy constraint: length less than or equal to 1024"
    if len(transformations) != 1:
        yield invalid, "Value at 'metricTransformations' failed to satisfy constraint: exactly one item"
    for transformation in transformations:
        yield from ((invalid, message) for message in _transformation_faults(transformation))
    try:
        parse(data.get("filterPattern", ""))
    except FilterPatternError:
        yield invalid, "Invalid metric filter pattern"
    if group is None:
        yield "ResourceNotFoundException", "The specified log group does not exist."
    elif group.get("logGroupClass", "STANDARD") != "STANDARD":
        yield invalid, "Metric filters are not supported for log groups of this log class."
    others = [key for key in cloudwatch_logs._metric_filters if key[0] == group_name and key[1] != name]
    if len(others) >= MOST_FILTERS:
        yield "LimitExceededException", "Resource limit exceeded."


def _transformation_faults(transformation: dict[str, Any]) -> Iterator[str]:
    # The API's model refuses a colon in both; recorded answers show that AWS takes one in a namespace.
    for field, characters in (("metricName", "[^:*$]"), ("metricNamespace", "[^*$]")):
        if not re.fullmatch(rf"{characters}{{1,255}}", transformation.get(field, "")):
            yield f"Value at '{field}' failed to satisfy constraint: pattern: {characters}*, length 1 to 255"
    if not 1 <= len(transformation.get("metricValue", "")) <= 100:
        yield "Value at 'metricValue' failed to satisfy constraint: length 1 to 100"
    dimensions = transformation.get("dimensions") or {}
    if len(dimensions) > MOST_DIMENSIONS:
        yield "Value at 'dimensions' failed to satisfy constraint: at most 3 entries"
    if dimensions and transformation.get("defaultValue") is not None:
        yield "Invalid metric transformation: dimensions and default value are mutually exclusive properties."


def describe() -> None:
    """DescribeMetricFilters takes a log group and a metric together."""
    original = cloudwatch_logs._describe_metric_filters

    def describe_metric_filters(data: dict[str, Any]) -> Any:
        metric = (data.get("metricNamespace"), data.get("metricName"))
        if not (data.get("logGroupName") and all(metric)):
            return original(data)
        of_group = {name: value for name, value in data.items() if name not in ("metricName", "metricNamespace")}
        # One page of a group may be all that matches, or nothing: the token goes on as for the group.
        answer = original(of_group)
        if answer[0] != 200:
            return answer
        page = body_of(answer)
        page["metricFilters"] = [one for one in page["metricFilters"] if metric in _metrics(one)]
        return json_response(page)

    replace(cloudwatch_logs, "_describe_metric_filters", describe_metric_filters)


def _metrics(metric_filter: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["metricNamespace"], one["metricName"]) for one in metric_filter["metricTransformations"]]


def test() -> None:
    """TestMetricFilter answers, with our evaluation of the pattern in the place of AWS's."""
    original = cloudwatch_logs.handle_request

    async def handle_request(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Any:
        if headers.get("x-amz-target", "").endswith(".TestMetricFilter"):
            return _test_metric_filter(body)
        return await original(method, path, headers, body, query)

    replace(cloudwatch_logs, "handle_request", handle_request)


def _test_metric_filter(body: bytes) -> Any:
    data = body_of((200, {}, body))
    messages = data.get("logEventMessages", [])
    if not 1 <= len(messages) <= 50:
        return error_response_json("InvalidParameterException", "1 to 50 log event messages are taken.", 400)
    try:
        pattern = parse(data.get("filterPattern", ""))
    except FilterPatternError:
        return error_response_json("InvalidParameterException", "Invalid metric filter pattern", 400)
    matches = [
        {"eventNumber": number, "eventMessage": message, "extractedValues": {}}
        for number, message in enumerate(messages, start=1)
        if pattern.matches(message)
    ]
    return json_response({"matches": matches})
