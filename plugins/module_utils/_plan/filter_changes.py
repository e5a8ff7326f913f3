# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes to the metric filters that the controls are to have on the log group. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._account.observation import LogGroup, MetricFilter
from .desired import Desired, Wanted
from .metric_filter import MOST_FILTERS_IN_A_GROUP, is_same_pattern
from .result import Blocked, Change, put, readable


def filter_changes(group: LogGroup, desired: Desired) -> Iterator[Change]:
    """The changes to the filters of the log group, those of all controls. Raises Blocked."""
    existing = {one.name: one for one in readable(group.filters)}
    asked_for = [name for wanted in desired.wanted for name in wanted.patterns(desired.benchmarks)]
    missing = [name for name in asked_for if name not in existing]
    if len(existing) + len(missing) > MOST_FILTERS_IN_A_GROUP:
        raise Blocked(
            f"Log group {group.arn} has {len(existing)} metric filters and needs {len(missing)} more, "
            f"but the maximum is {MOST_FILTERS_IN_A_GROUP}. Remove unused metric filters."
        )
    for wanted in desired.wanted:
        yield from _of_control(group, existing, desired, wanted)


def _of_control(
    group: LogGroup, existing: Mapping[str, MetricFilter], desired: Desired, wanted: Wanted
) -> Iterator[Change]:
    for name, pattern in wanted.patterns(desired.benchmarks).items():
        before = _found(existing[name], pattern) if name in existing else {}
        after = _asked_for(pattern, wanted)
        settings = {
            "log_group_name": group.name,
            "filter_name": name,
            "filter_pattern": pattern,
            "metric_transformation": {field: after[field] for field in _OF_THE_METRIC if after[field] is not None},
        }
        title = f"metric filter {name} on log group {group.name}"
        yield from put("metric_filter", name, title, before, after, settings, wanted.control.name)


_OF_THE_METRIC = ("metric_name", "metric_namespace", "metric_value", "unit")


def _asked_for(pattern: str, wanted: Wanted) -> dict[str, Any]:
    return {
        "filter_pattern": pattern,
        "metric_name": wanted.metric_name,
        "metric_namespace": wanted.metric_namespace,
        "metric_value": "1",
        "default_value": None,
        "unit": wanted.unit,
        "dimensions": {},
        "apply_on_transformed_logs": False,
        "field_selection_criteria": None,
        "emit_system_field_dimensions": [],
    }


def _found(found: MetricFilter, pattern: str) -> dict[str, Any]:
    """The filter's fields; its pattern as requested where the two differ in white space alone."""
    transformation = found.transformations[0] if found.transformations else None
    return {
        "filter_pattern": pattern if is_same_pattern(found.pattern, pattern) else found.pattern,
        "metric_name": transformation and transformation.metric_name,
        "metric_namespace": transformation and transformation.metric_namespace,
        "metric_value": transformation and transformation.metric_value,
        "default_value": transformation and transformation.default_value,
        "unit": transformation and transformation.unit,
        "dimensions": dict(transformation.dimensions) if transformation else {},
        "apply_on_transformed_logs": found.apply_on_transformed_logs,
        "field_selection_criteria": found.field_selection_criteria,
        "emit_system_field_dimensions": list(found.emit_system_field_dimensions),
    }
