# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a log group of the account, with its metric filters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .._account.observation import LogGroup, MetricFilter, Transformation
from .._account.trails import LogGroupReference
from .reader import NotThere, Reader, or_gap


def read_log_group(reader: Reader, group: LogGroupReference) -> LogGroup | None:
    """The log group, or None if it does not exist. Class and filters are read apart, each may be a Gap."""
    try:
        log_class, filters = _read_class(reader, group), _read_filters(reader, group)
    except NotThere:
        return None
    return LogGroup(
        arn=group.arn, name=group.name, account=group.account, region=group.region, log_class=log_class, filters=filters
    )


@or_gap
def _read_class(reader: Reader, group: LogGroupReference) -> str:
    """The log group's class.

    Found by prefix: an exact name (logGroupIdentifiers) can only be asked for by newer versions of botocore, and
    emulators ignore it. The answer is sorted by name, so the group itself comes before longer names.
    """
    pages = reader.pages(
        "logs",
        "describe_log_groups",
        region=group.region,
        about=group.arn,
        needs=("logGroups",),
        enough=lambda page: _named(page, group.name) is not None,
        logGroupNamePrefix=group.name,
    )
    found = _named(pages[-1], group.name) if pages else None
    if found is None:
        raise NotThere(group.arn)
    return str(found.get("logGroupClass", "STANDARD"))


def _named(page: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    return next((entry for entry in page["logGroups"] if entry["logGroupName"] == name), None)


@or_gap
def _read_filters(reader: Reader, group: LogGroupReference) -> tuple[MetricFilter, ...]:
    pages = reader.pages(
        "logs",
        "describe_metric_filters",
        region=group.region,
        about=group.arn,
        needs=("metricFilters",),
        missing=("ResourceNotFoundException",),
        logGroupName=group.name,
    )
    return tuple(as_metric_filter(entry) for page in pages for entry in page["metricFilters"])


def as_metric_filter(entry: Mapping[str, Any]) -> MetricFilter:
    """The filter that an entry of DescribeMetricFilters describes."""
    return MetricFilter(
        name=entry["filterName"],
        pattern=entry.get("filterPattern", ""),
        transformations=tuple(map(_transformation, entry.get("metricTransformations") or ())),
        apply_on_transformed_logs=entry.get("applyOnTransformedLogs", False),
        field_selection_criteria=entry.get("fieldSelectionCriteria") or None,
        emit_system_field_dimensions=tuple(entry.get("emitSystemFieldDimensions") or ()),
        creation_time=_from_milliseconds(entry.get("creationTime")),
    )


def _transformation(entry: Mapping[str, Any]) -> Transformation:
    unit = entry.get("unit")
    return Transformation(
        metric_name=entry["metricName"],
        metric_namespace=entry["metricNamespace"],
        metric_value=entry["metricValue"],
        default_value=entry.get("defaultValue"),
        unit=None if unit == "None" else unit,
        dimensions=dict(entry.get("dimensions") or {}),
    )


def _from_milliseconds(epoch: int | None) -> datetime | None:
    return None if epoch is None else datetime.fromtimestamp(epoch / 1000, tz=UTC)
