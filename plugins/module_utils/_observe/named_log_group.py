# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log groups and metric filters by name, for the modules that manage filters. A lookup by prefix is made exact here."""

from __future__ import annotations

from typing import Any

from .._account.observation import MetricFilter
from .log_groups import as_metric_filter
from .reader import NotThere, Reader, or_fail


def log_group(reader: Reader, name: str, region: str) -> dict[str, Any] | None:
    """Return the log group as DescribeLogGroups gives it, or None if there is none of that name. Raises TaskError."""
    with or_fail():
        pages = reader.pages(
            "logs",
            "describe_log_groups",
            region=region,
            about=f"log group {name}",
            needs=("logGroups",),
            logGroupNamePrefix=name,
        )
    groups = (group for page in pages for group in page["logGroups"])
    return next((group for group in groups if group["logGroupName"] == name), None)


def metric_filters(reader: Reader, region: str, **criteria: Any) -> list[tuple[str, MetricFilter]]:
    """Return the filters that DescribeMetricFilters finds, all pages, each with its log group's name.

    The criteria are that call's own. Raises NotThere if the log group does not exist, TaskError for other errors.
    """
    with or_fail():
        pages = reader.pages(
            "logs",
            "describe_metric_filters",
            region=region,
            about="metric filters" + "".join(f", {name} {value}" for name, value in criteria.items()),
            needs=("metricFilters",),
            missing=("ResourceNotFoundException",),
            **criteria,
        )
    entries = (entry for page in pages for entry in page["metricFilters"])
    return [(entry.get("logGroupName", criteria.get("logGroupName", "")), as_metric_filter(entry)) for entry in entries]


def metric_filter(reader: Reader, region: str, group_name: str, name: str) -> MetricFilter | None:
    """Return the filter of exactly that name, or None. Raises TaskError."""
    try:
        found = metric_filters(reader, region, logGroupName=group_name, filterNamePrefix=name)
    except NotThere:
        return None
    return next((one for _group, one in found if one.name == name), None)
