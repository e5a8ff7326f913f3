#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List metric filters of CloudWatch Logs log groups."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatchlogs_metric_filter_info
short_description: List metric filters of CloudWatch Logs log groups
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Lists the metric filters of a log group, or of all log groups of a region. The list can be limited by name, by name
    prefix, or by the metric that the filters publish to.
  - Reads all pages of the list.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.info_module
options:
  log_group_name:
    description: Only list filters of this log group. By default, filters of all log groups of the region are listed.
    type: str
  filter_name:
    description: Only list the filter with exactly this name. Cannot be used with O(filter_name_prefix).
    type: str
  filter_name_prefix:
    description: Only list filters whose names start with this prefix.
    type: str
  metric_name:
    description: Only list filters that publish to this metric. Requires O(metric_namespace).
    type: str
  metric_namespace:
    description: The namespace of O(metric_name).
    type: str
seealso:
  - module: aws_cis.monitoring.cloudwatchlogs_metric_filter
"""

EXAMPLES = r"""
- name: List the filters of a log group
  aws_cis.monitoring.cloudwatchlogs_metric_filter_info:
    region: eu-west-1
    log_group_name: aws-cloudtrail-logs
  register: filters

- name: List the filters of all log groups that publish to a metric
  aws_cis.monitoring.cloudwatchlogs_metric_filter_info:
    region: eu-west-1
    metric_name: security_group_changes_metric
    metric_namespace: CISBenchmark
"""

RETURN = r"""
metric_filters:
  description: The filters, sorted by log group and name.
  returned: success
  type: list
  elements: dict
  contains:
    filter_name:
      description: The name of the filter.
      returned: always
      type: str
      sample: security-group-created
    log_group_name:
      description: The log group of the filter.
      returned: always
      type: str
      sample: aws-cloudtrail-logs
    filter_pattern:
      description: The pattern.
      returned: always
      type: str
      sample: "{ $.eventName = CreateSecurityGroup }"
    metric_transformation:
      description: The metric transformation, with the names of the options of
        M(aws_cis.monitoring.cloudwatchlogs_metric_filter).
      returned: always
      type: dict
      sample:
        metric_name: security-group-created
        metric_namespace: CISBenchmark
        metric_value: "1"
    apply_on_transformed_logs:
      description: Always V(true).
      returned: if the filter evaluates transformed events
      type: bool
    field_selection_criteria:
      description: The criteria for the log events that the filter evaluates.
      returned: if set
      type: str
    emit_system_field_dimensions:
      description: The system fields that are published as dimensions.
      returned: if set
      type: list
      elements: str
    creation_time:
      description: When the filter was created or last updated, in UTC.
      returned: always
      type: str
      sample: "2026-11-23T05:00:00Z"
"""

from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError, run_as_module
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.named_log_group import metric_filters
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import NotThere, Reader
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.metric_filter import described

ARGUMENT_SPEC: dict[str, Any] = {
    "log_group_name": {"type": "str"},
    "filter_name": {"type": "str"},
    "filter_name_prefix": {"type": "str"},
    "metric_name": {"type": "str"},
    "metric_namespace": {"type": "str"},
}
CONSTRAINTS: dict[str, Any] = {
    "mutually_exclusive": [("filter_name", "filter_name_prefix")],
    "required_together": [("metric_name", "metric_namespace")],
}


def run(task: Task) -> dict[str, Any]:
    """List the filters that match the parameters. Raises TaskError."""
    params = task.params
    region = task.clients.client("logs").meta.region_name
    # AWS takes a prefix only with a log group, and a metric only without one: one criterion is AWS's, the rest ours.
    if params["log_group_name"]:
        prefix = params["filter_name"] or params["filter_name_prefix"]
        criteria = {"logGroupName": params["log_group_name"], **({"filterNamePrefix": prefix} if prefix else {})}
    elif params["metric_name"]:
        criteria = {"metricName": params["metric_name"], "metricNamespace": params["metric_namespace"]}
    else:
        criteria = {}
    try:
        found = metric_filters(Reader(task.clients), region, **criteria)
    except NotThere as error:
        raise TaskError(f"Log group {params['log_group_name']} does not exist in region {region}.") from error
    shown = [described(group, one) for group, one in found]
    shown = [one for one in shown if _is_asked_for(one, params)]
    return {
        "changed": False,
        "metric_filters": sorted(shown, key=lambda one: (one["log_group_name"], one["filter_name"])),
    }


def _is_asked_for(shown: dict[str, Any], params: Any) -> bool:
    metric = shown["metric_transformation"]
    return (
        shown["filter_name"].startswith(params["filter_name_prefix"] or "")
        and params["filter_name"] in (None, shown["filter_name"])
        and params["metric_name"] in (None, metric["metric_name"])
        and params["metric_namespace"] in (None, metric["metric_namespace"])
    )


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run, **CONSTRAINTS)


if __name__ == "__main__":
    main()
