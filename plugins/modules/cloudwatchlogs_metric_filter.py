#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage a metric filter of a CloudWatch Logs log group."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatchlogs_metric_filter
short_description: Manage a metric filter of a CloudWatch Logs log group
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Creates, updates and deletes a metric filter. A metric filter counts the log events that match a pattern.
  - Accepts the options of M(amazon.aws.cloudwatchlogs_log_group_metric_filter). In addition, it finds the filter by its
    exact name, compares all properties, and validates pattern and names before it calls AWS.
  - The task describes the complete filter. Properties that are not set are removed from the filter, because an update
    in AWS replaces all properties.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._connection.account
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.writes
options:
  state:
    description: Whether the filter should exist.
    type: str
    choices: [present, absent]
    default: present
  log_group_name:
    description: The name of the log group, not its ARN.
    type: str
    required: true
  filter_name:
    description: The exact name of the filter. Filters whose names start with this name are left as is.
    type: str
    required: true
  filter_pattern:
    description:
      - The filter pattern. An empty pattern matches every log event.
      - Patterns that differ only in whitespace are equal.
      - Required if O(state=present).
    type: str
  metric_transformation:
    description:
      - The metric to publish to, and the value to publish. Required if O(state=present).
    type: dict
    suboptions:
      metric_name:
        description: The name of the metric.
        type: str
        required: true
      metric_namespace:
        description: The namespace of the metric.
        type: str
        required: true
      metric_value:
        description:
          - The value to publish when an event matches, either a number or a field of the event such as V($.size).
          - Numbers are compared by value, so V(1) and V(1.0) are the same.
        type: str
        required: true
      default_value:
        description:
          - The value to publish when events arrive and none matches. V(0) is not the same as no default value.
          - Cannot be used with O(metric_transformation.dimensions).
        type: float
      dimensions:
        description:
          - Up to three dimensions, each with the event field that provides its value. Names are case-sensitive.
          - Requires a JSON or space-delimited pattern.
        type: dict
      unit:
        description: The unit of the metric. The default is V(None).
        type: str
        choices:
          - Seconds
          - Microseconds
          - Milliseconds
          - Bytes
          - Kilobytes
          - Megabytes
          - Gigabytes
          - Terabytes
          - Bits
          - Kilobits
          - Megabits
          - Gigabits
          - Terabits
          - Percent
          - Count
          - Bytes/Second
          - Kilobytes/Second
          - Megabytes/Second
          - Gigabytes/Second
          - Terabytes/Second
          - Bits/Second
          - Kilobits/Second
          - Megabits/Second
          - Gigabits/Second
          - Terabits/Second
          - Count/Second
          - None
  apply_on_transformed_logs:
    description: Whether the filter evaluates the events after the log group's transformer was applied.
    type: bool
    default: false
  field_selection_criteria:
    description:
      - Limits the filter to log events that match these criteria on system fields.
      - For instance V(@aws.account = "111122223333").
    type: str
  emit_system_field_dimensions:
    description:
      - The system fields to publish as dimensions of the metric.
      - They count toward the limit of three dimensions.
    type: list
    elements: str
    choices: ["@aws.account", "@aws.region"]
  test_events:
    description:
      - Sample events that the pattern must or must not match. The task fails at the first unexpected result, before
        anything is written. This includes check mode.
      - The events are evaluated by this collection. The task warns if a result depends on behavior that AWS does not
        document.
      - With O(test_with_aws), AWS evaluates the events instead.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the event in error messages.
        type: str
      event:
        description: The log event, as a string or, for a JSON pattern, as a dictionary.
        type: raw
        required: true
      matches:
        description: Whether the pattern must match it.
        type: bool
        required: true
  test_with_aws:
    description:
      - Evaluate O(test_events) with AWS, which is authoritative for filter patterns.
      - Requires the permission C(logs:TestMetricFilter). The call writes nothing.
    type: bool
    default: false
seealso:
  - module: aws_cis.monitoring.cloudwatchlogs_metric_filter_info
  - name: Filter pattern syntax
    description: The grammar of O(filter_pattern).
    link: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

EXAMPLES = r"""
- name: Count security group changes
  aws_cis.monitoring.cloudwatchlogs_metric_filter:
    region: eu-west-1
    log_group_name: aws-cloudtrail-logs
    filter_name: security-group-created
    filter_pattern: "{ ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }"
    metric_transformation:
      metric_name: security-group-created
      metric_namespace: CISBenchmark
      metric_value: "1"
    test_events:
      - name: creation of a group
        event: {eventName: CreateSecurityGroup}
        matches: true
      - name: read-only call
        event: {eventName: DescribeSecurityGroups}
        matches: false

- name: Delete the filter
  aws_cis.monitoring.cloudwatchlogs_metric_filter:
    region: eu-west-1
    log_group_name: aws-cloudtrail-logs
    filter_name: security-group-created
    state: absent
"""

RETURN = r"""
metric_filter:
  description: The filter after the task. In check mode, the predicted filter. Empty if O(state=absent).
  returned: success
  type: dict
  contains:
    filter_name:
      description: The name of the filter.
      returned: if present
      type: str
      sample: security-group-created
    log_group_name:
      description: The log group of the filter.
      returned: if present
      type: str
      sample: aws-cloudtrail-logs
    filter_pattern:
      description: The pattern.
      returned: if present
      type: str
      sample: "{ $.eventName = CreateSecurityGroup }"
    metric_transformation:
      description: The metric transformation, with the names of the options. Unset properties are omitted.
      returned: if present
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
      returned: if the filter exists, except for a change that is predicted in check mode
      type: str
      sample: "2026-11-23T05:00:00Z"
metric_filters:
  description:
    - The filter's metric transformation, in the format of M(amazon.aws.cloudwatchlogs_log_group_metric_filter).
    - With O(state=absent), the metric transformation of the deleted filter. Empty if the filter did not exist.
  returned: success
  type: list
  elements: dict
  version_added: 2.0.0
  contains:
    metric_name:
      description: The name of the metric.
      returned: always
      type: str
      sample: security-group-created
    metric_namespace:
      description: The namespace of the metric.
      returned: always
      type: str
      sample: CISBenchmark
    metric_value:
      description: The value for a matching event.
      returned: always
      type: str
      sample: "1"
    default_value:
      description: The value when events arrive and none matches.
      returned: if set
      type: float
    unit:
      description: The unit of the values.
      returned: if set
      type: str
    dimensions:
      description: The dimensions, each with the event field that provides its value.
      returned: if set
      type: dict
"""

from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import MetricFilter
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    attempt,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.named_log_group import (
    log_group,
    metric_filter,
    metric_filters,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import NotThere, Reader, or_fail
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan import metric_filter as filters
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan import sample_events
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import Truth

_MOST_TESTED_AT_ONCE = 50  # log messages in a call of TestMetricFilter
_NEEDED = ("filter_pattern", "metric_transformation")  # to create or change a filter

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
_UNITS = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
]

ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "log_group_name": {"type": "str", "required": True},
    "filter_name": {"type": "str", "required": True},
    "filter_pattern": {"type": "str"},
    "metric_transformation": {
        "type": "dict",
        "options": {
            "metric_name": {"type": "str", "required": True},
            "metric_namespace": {"type": "str", "required": True},
            "metric_value": {"type": "str", "required": True},
            "default_value": {"type": "float"},
            "dimensions": {"type": "dict"},
            "unit": {"type": "str", "choices": _UNITS},
        },
    },
    "apply_on_transformed_logs": {"type": "bool", "default": False},
    "field_selection_criteria": {"type": "str"},
    "emit_system_field_dimensions": {"type": "list", "elements": "str", "choices": ["@aws.account", "@aws.region"]},
    "test_events": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str"},
            "event": {"type": "raw", "required": True},
            "matches": {"type": "bool", "required": True},
        },
    },
    "test_with_aws": {"type": "bool", "default": False},
}
CONSTRAINTS: dict[str, Any] = {
    "required_if": [
        ("state", "present", _NEEDED),
        ("test_with_aws", True, ("test_events",)),
    ],
}


def run(task: Task) -> dict[str, Any]:
    """Bring the filter to the requested state. Raises TaskError."""
    client = task.clients.client("logs")  # says what is missing if no region is known
    reader, region = Reader(task.clients), client.meta.region_name
    if task.params["state"] == "absent":
        return _absent(task, reader, region)
    # What is given as null counts as given for required_if.
    _check([f"{name} is null. Set it, or set state to absent." for name in _NEEDED if task.params[name] is None])
    wanted = filters.from_parameters(task.params)
    _check([*filters.group_name_faults(task.params["log_group_name"]), *filters.faults(wanted)])
    _run_test_events(task, wanted.pattern, region)
    group = _existing_group(task, reader, region)
    known = _known_filters(task, reader, region)
    found = known.get(wanted.name)
    _check_class(group, region)
    if found and filters.is_same(found, wanted):
        return _result(task, False, found, found)
    if found is None:
        _check_room(known, wanted.name, group["logGroupName"], region)
    if task.check_mode:
        return _result(task, True, found, wanted)
    group_name = task.params["log_group_name"]
    with attempt(f"create or update metric filter {wanted.name} of log group {group_name} in {region}"):
        client.put_metric_filter(logGroupName=group_name, **filters.request(wanted))
    put = metric_filter(reader, region, group_name, wanted.name)
    # What was put may not be what is read yet.
    known[wanted.name] = put if put and filters.is_same(put, wanted) else wanted
    return _result(task, True, found, known[wanted.name])


def _absent(task: Task, reader: Reader, region: str) -> dict[str, Any]:
    group_name, name = task.params["log_group_name"], task.params["filter_name"]
    _check([*filters.group_name_faults(group_name), *filters.name_faults(name)])
    known = _known_filters(task, reader, region)
    found = known.get(name)
    if found and not task.check_mode:
        what = f"delete metric filter {name} of log group {group_name} in {region}"
        with attempt(what, gone=["ResourceNotFoundException"]):
            task.clients.client("logs").delete_metric_filter(logGroupName=group_name, filterName=name)
        del known[name]
    return _result(task, found is not None, found, None)


def _check(faults: list[str]) -> None:
    if faults:
        raise TaskError(" ".join(faults))


def _run_test_events(task: Task, pattern: str, region: str) -> None:
    samples = task.params["test_events"] or []
    _check(list(sample_events.faults(samples)))
    if task.params["test_with_aws"]:
        _check(list(sample_events.unexpected(samples, _ask_aws(task, pattern, samples, region), "by AWS")))
        return
    truths = sample_events.evaluated(pattern, samples)
    _check(list(sample_events.unexpected(samples, [truth >= Truth.PROBABLY for truth in truths], "here")))
    for text in sample_events.not_established(samples, truths):
        task.warn(text)


def _ask_aws(task: Task, pattern: str, samples: list[dict[str, Any]], region: str) -> list[bool]:
    client, messages = task.clients.client("logs"), sample_events.messages(samples)
    answers: list[bool] = []
    for start in range(0, len(messages), _MOST_TESTED_AT_ONCE):
        batch = messages[start : start + _MOST_TESTED_AT_ONCE]
        with attempt(f"test the filter pattern in {region}"):
            answer = client.test_metric_filter(filterPattern=pattern, logEventMessages=batch)
        # Known by their text: AWS's documents do not agree on the number of the first event.
        matching = {match["eventMessage"] for match in answer["matches"]}
        answers += [message in matching for message in batch]
    return answers


def _existing_group(task: Task, reader: Reader, region: str) -> dict[str, Any]:
    name = task.params["log_group_name"]
    memory, key = task.clients.memory, ("log group", region, name)
    group = memory.get(key) or log_group(reader, name, region)
    if group is None:
        with or_fail():
            identity = reader.ask("sts", "get_caller_identity", region=region, about="the account", needs=("Account",))
        raise TaskError(
            f"Log group {name} does not exist in region {region} of account {identity['Account']}. "
            "Create it, or use the log group that the trail delivers to."
        )
    memory[key] = group
    return group


def _known_filters(task: Task, reader: Reader, region: str) -> dict[str, MetricFilter]:
    """Return the group's filters by name, read once for all items of a loop; what an item writes it notes there."""
    group_name = task.params["log_group_name"]
    memory, key = task.clients.memory, ("metric filters", region, group_name)
    if key not in memory:
        try:
            listed = metric_filters(reader, region, logGroupName=group_name)
        except NotThere:
            listed = []
        memory[key] = {one.name: one for _group, one in listed}
    known: dict[str, MetricFilter] = memory[key]
    return known


def _check_class(group: dict[str, Any], region: str) -> None:
    log_class = group.get("logGroupClass", "STANDARD")
    if log_class != "STANDARD":
        raise TaskError(
            f"Log group {group['logGroupName']} in {region} is of class {log_class}, which does not support "
            "metric filters, and the class cannot be changed. Let the trail deliver to a log group of class STANDARD."
        )


def _check_room(known: dict[str, MetricFilter], name: str, group_name: str, region: str) -> None:
    if len(known) >= filters.MOST_FILTERS_IN_A_GROUP:
        raise TaskError(
            f"Log group {group_name} in {region} has {len(known)} metric filters, the maximum, so that {name} "
            "cannot be created. Delete a filter that is no longer needed."
        )


def _result(task: Task, changed: bool, before: MetricFilter | None, after: MetricFilter | None) -> dict[str, Any]:
    group_name = task.params["log_group_name"]
    shown = after or before
    result: dict[str, Any] = {
        "changed": changed,
        "metric_filter": filters.described(group_name, after) if after else {},
        "metric_filters": filters.transformations(shown) if shown else [],
    }
    if task.diff_mode:
        result["diff"] = {
            "before": filters.fields(before) if before else {},
            "after": filters.fields(after) if after else {},
            "before_header": f"metric filter {task.params['filter_name']} of {group_name}",
            "after_header": f"metric filter {task.params['filter_name']} of {group_name}",
        }
    return result


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run, **CONSTRAINTS)


if __name__ == "__main__":
    main()
