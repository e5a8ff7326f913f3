# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A metric filter as a task asks for it: checked, compared with what AWS has, and put into AWS's words. Pure.

Follows PutMetricFilter, MetricTransformation and 'CloudWatch Logs quotas' of the Amazon CloudWatch Logs documentation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from .._account.observation import MetricFilter, Transformation
from ..filter_pattern import FilterPatternError, normalize_white_space, parse

MOST_FILTERS_IN_A_GROUP = 100
MOST_DIMENSIONS = 3
_GROUP_NAME = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
_FILTER_NAME = re.compile(r"[^:*]{1,512}")
_METRIC_NAME = re.compile(r"[^:*$]{1,255}")
# The API's model refuses a colon here too, but AWS takes one.
_NAMESPACE = re.compile(r"[^*$]{1,255}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LONGEST_PATTERN = 1024
_LONGEST_VALUE = 100
_LONGEST_DIMENSION = 255
_LONGEST_CRITERIA = 2000


def from_parameters(params: Mapping[str, Any]) -> MetricFilter:
    """Return the filter that the parameters of cloudwatchlogs_metric_filter ask for.

    A field that is left out is one that the filter is not to have.
    """
    wanted = params["metric_transformation"]
    transformation = Transformation(
        metric_name=wanted["metric_name"],
        metric_namespace=wanted["metric_namespace"],
        metric_value=_value(wanted["metric_value"]),
        default_value=wanted.get("default_value"),
        unit=None if wanted.get("unit") == "None" else wanted.get("unit"),
        dimensions={str(name): str(value) for name, value in (wanted.get("dimensions") or {}).items()},
    )
    return MetricFilter(
        name=params["filter_name"],
        pattern=params["filter_pattern"],
        transformations=(transformation,),
        apply_on_transformed_logs=bool(params.get("apply_on_transformed_logs")),
        field_selection_criteria=params.get("field_selection_criteria") or None,
        emit_system_field_dimensions=tuple(dict.fromkeys(params.get("emit_system_field_dimensions") or ())),
    )


def faults(wanted: MetricFilter) -> list[str]:
    """Say what AWS would reject, a sentence each; nothing if it would take the filter."""
    return [
        *name_faults(wanted.name),
        *pattern_faults(wanted.pattern),
        *_metric_faults(wanted.transformations[0]),
        *_dimension_faults(wanted),
        *_criteria_faults(wanted.field_selection_criteria or ""),
    ]


def group_name_faults(name: str) -> Iterator[str]:
    """Say what is wrong with a log group's name."""
    if name.startswith("arn:"):
        yield f"log_group_name is {name}, an ARN. Give the name, which is the part after ':log-group:'."
    elif not _GROUP_NAME.fullmatch(name):
        yield f"log_group_name is {name!r}, but it must have 1 to 512 letters, digits and characters of '_-/.#'."


def name_faults(name: str) -> Iterator[str]:
    """Say what is wrong with a filter's name."""
    if not _FILTER_NAME.fullmatch(name):
        yield f"filter_name is {name!r}, but it must have 1 to 512 characters and neither ':' nor '*'."


# The same few patterns are installed in every account.
@lru_cache(maxsize=256)
def pattern_faults(pattern: str) -> tuple[str, ...]:
    """Say what is wrong with a pattern."""
    if len(pattern) > _LONGEST_PATTERN:
        return (f"filter_pattern has {len(pattern)} characters, but AWS accepts at most {_LONGEST_PATTERN}.",)
    try:
        parse(pattern)
    except FilterPatternError as error:
        return (f"filter_pattern does not parse: {error}",)
    return ()


def _metric_faults(transformation: Transformation) -> Iterator[str]:
    name, namespace = transformation.metric_name, transformation.metric_namespace
    if not _METRIC_NAME.fullmatch(name):
        yield f"metric_name is {name!r}, but it must have 1 to 255 characters and none of ':', '*' and '$'."
    if not _NAMESPACE.fullmatch(namespace):
        yield f"metric_namespace is {namespace!r}, but it must have 1 to 255 characters and neither '*' nor '$'."
    value = transformation.metric_value
    if not 1 <= len(value) <= _LONGEST_VALUE:
        yield f"metric_value has {len(value)} characters, but AWS accepts 1 to {_LONGEST_VALUE}."
    elif _number(value) is None and not value.startswith("$"):
        yield f"metric_value is {value!r}, but it must be a number or a field of the event such as '$.size'."
    if transformation.default_value is not None and not math.isfinite(transformation.default_value):
        yield f"default_value is {transformation.default_value}, but it must be a finite number."


def _dimension_faults(wanted: MetricFilter) -> Iterator[str]:
    dimensions = wanted.transformations[0].dimensions
    # The system fields that are emitted count as dimensions too (PutMetricFilter).
    count = len(dimensions) + len(wanted.emit_system_field_dimensions)
    if count > MOST_DIMENSIONS:
        yield f"{count} dimensions are given, but a metric filter has at most {MOST_DIMENSIONS}."
    if not dimensions:
        return
    if wanted.transformations[0].default_value is not None:
        # To the letter what amazon.aws.cloudwatchlogs_log_group_metric_filter says, whose users compare it.
        yield "default_value and dimensions are mutually exclusive."
    if not wanted.pattern.lstrip().startswith(("{", "[")):
        yield "dimensions are given, but only JSON ('{...}') and space-delimited ('[...]') patterns have fields."
    for name, field in dimensions.items():
        if not field.startswith("$"):
            yield f"dimension {name} is {field!r}, but it must be a field of the event such as '$.eventName'."
        if not 1 <= len(name) <= _LONGEST_DIMENSION or len(field) > _LONGEST_DIMENSION:
            yield f"dimension {name} or its value is too long or empty: the maximum is {_LONGEST_DIMENSION} characters."


def _criteria_faults(criteria: str) -> Iterator[str]:
    if len(criteria) > _LONGEST_CRITERIA:
        yield f"field_selection_criteria has {len(criteria)} characters, but AWS accepts at most {_LONGEST_CRITERIA}."


def _value(text: Any) -> str:
    """Return a metric value as the text that AWS takes: a whole number without a decimal point."""
    number = _number(str(text))
    return str(int(number)) if number is not None and number.is_integer() and abs(number) < 1e15 else str(text)


def _number(text: str) -> float | None:
    """Return the number that a text is. Python's own reading would take '1_000', 'nan' and digits of any script."""
    number = float(text) if _NUMBER.fullmatch(text) else math.inf
    return number if math.isfinite(number) else None


def fields(metric_filter: MetricFilter) -> dict[str, Any]:
    """Return the fields by the names of the module's options, for a diff and for the result."""
    transformation = {
        name: value
        for name, value in asdict(metric_filter.transformations[0]).items()
        if value is not None and value != {}
    }
    shown: dict[str, Any] = {
        "filter_name": metric_filter.name,
        "filter_pattern": metric_filter.pattern,
        "metric_transformation": transformation,
    }
    if metric_filter.apply_on_transformed_logs:
        shown["apply_on_transformed_logs"] = True
    if metric_filter.field_selection_criteria:
        shown["field_selection_criteria"] = metric_filter.field_selection_criteria
    if metric_filter.emit_system_field_dimensions:
        shown["emit_system_field_dimensions"] = list(metric_filter.emit_system_field_dimensions)
    return shown


def described(log_group_name: str, metric_filter: MetricFilter) -> dict[str, Any]:
    """Return a filter as the modules return it."""
    shown = {"log_group_name": log_group_name, **fields(metric_filter)}
    if metric_filter.creation_time:
        shown["creation_time"] = metric_filter.creation_time.strftime("%Y-%m-%dT%H:%M:%SZ")
    return shown


def transformations(metric_filter: MetricFilter) -> list[dict[str, Any]]:
    """Return what amazon.aws.cloudwatchlogs_log_group_metric_filter returns of a filter: its transformations."""
    return [fields(metric_filter)["metric_transformation"]]


def is_same(one: MetricFilter, other: MetricFilter) -> bool:
    """Whether two filters do the same: numbers by value, patterns but for their white space, all else to the letter."""
    return is_same_pattern(one.pattern, other.pattern) and _comparable(one) == _comparable(other)


def is_same_pattern(one: str, other: str) -> bool:
    """Whether two patterns differ in nothing but white space outside quotes."""
    return one == other or normalize_white_space(one) == normalize_white_space(other)


def _comparable(metric_filter: MetricFilter) -> tuple[Any, ...]:
    return (
        metric_filter.name,
        tuple(
            (
                one.metric_name,
                one.metric_namespace,
                one.metric_value if (number := _number(one.metric_value)) is None else number,
                one.default_value,
                one.unit,
                dict(one.dimensions),
            )
            for one in metric_filter.transformations
        ),
        metric_filter.apply_on_transformed_logs,
        metric_filter.field_selection_criteria,
        sorted(metric_filter.emit_system_field_dimensions),
    )


def request(metric_filter: MetricFilter) -> dict[str, Any]:
    """Return the arguments of PutMetricFilter, but for the log group."""
    transformation = metric_filter.transformations[0]
    metric: dict[str, Any] = {
        "metricName": transformation.metric_name,
        "metricNamespace": transformation.metric_namespace,
        "metricValue": transformation.metric_value,
    }
    if transformation.default_value is not None:
        metric["defaultValue"] = transformation.default_value
    if transformation.unit:
        metric["unit"] = transformation.unit
    if transformation.dimensions:
        metric["dimensions"] = dict(transformation.dimensions)
    arguments: dict[str, Any] = {
        "filterName": metric_filter.name,
        "filterPattern": metric_filter.pattern,
        "metricTransformations": [metric],
    }
    if metric_filter.apply_on_transformed_logs:
        arguments["applyOnTransformedLogs"] = True
    if metric_filter.field_selection_criteria:
        arguments["fieldSelectionCriteria"] = metric_filter.field_selection_criteria
    if metric_filter.emit_system_field_dimensions:
        arguments["emitSystemFieldDimensions"] = list(metric_filter.emit_system_field_dimensions)
    return arguments
