#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage metric filters of a CloudWatch Logs log group."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatchlogs_metric_filter
short_description: Manage metric filters of a CloudWatch Logs log group
version_added: 1.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - Creates, updates and deletes a metric filter, or several with O(filters). A metric filter counts the log events that
    match a pattern.
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
    description: Whether the filter should exist. This applies to all of O(filters).
    type: str
    choices: [present, absent]
    default: present
  log_group_name:
    description: The name of the log group, not its ARN.
    type: str
    required: true
  filter_name:
    description:
      - The exact name of the filter. Filters whose names start with this name are left as is.
      - Either this option or O(filters) is required.
    type: str
  filter_pattern: &filter_pattern
    description:
      - The filter pattern. An empty pattern matches every log event.
      - Patterns that differ only in whitespace are equal.
      - Required if O(state=present).
    type: str
  metric_transformation: &metric_transformation
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
          - Cannot be used with dimensions.
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
  apply_on_transformed_logs: &apply_on_transformed_logs
    description: Whether the filter evaluates the events after the log group's transformer was applied.
    type: bool
    default: false
  field_selection_criteria: &field_selection_criteria
    description:
      - Limits the filter to log events that match these criteria on system fields.
      - For instance V(@aws.account = "111122223333").
    type: str
  emit_system_field_dimensions: &emit_system_field_dimensions
    description:
      - The system fields to publish as dimensions of the metric.
      - They count toward the limit of three dimensions.
    type: list
    elements: str
    choices: ["@aws.account", "@aws.region"]
  filters:
    description:
      - Several filters of the log group, in place of O(filter_name) and the options that describe one filter.
      - One task with this option takes less time than a loop over filters.
      - All filters are validated before the first is written. The task ends at the first filter that AWS rejects.
    type: list
    elements: dict
    version_added: 2.0.0
    suboptions:
      filter_name:
        description: The exact name of the filter.
        type: str
        required: true
      filter_pattern: *filter_pattern
      metric_transformation: *metric_transformation
      apply_on_transformed_logs: *apply_on_transformed_logs
      field_selection_criteria: *field_selection_criteria
      emit_system_field_dimensions: *emit_system_field_dimensions
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

- name: Count changes of network gateways and of route tables
  aws_cis.monitoring.cloudwatchlogs_metric_filter:
    region: eu-west-1
    log_group_name: aws-cloudtrail-logs
    filters:
      - filter_name: internet-gateway-created
        filter_pattern: "{ $.eventName = CreateInternetGateway }"
        metric_transformation: &metric
          metric_name: network-changes
          metric_namespace: CISBenchmark
          metric_value: "1"
      - filter_name: route-created
        filter_pattern: "{ $.eventName = CreateRoute }"
        metric_transformation: *metric

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
  returned: success, unless O(filters) is set
  type: dict
  contains: &metric_filter
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
  returned: success, unless O(filters) is set
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
filters:
  description: The filters after the task, in the order of O(filters). Empty if O(state=absent).
  returned: success, if O(filters) is set
  type: list
  elements: dict
  version_added: 2.0.0
  contains: *metric_filter
"""

from collections.abc import Iterator, Mapping, Sequence
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

_Outcome = tuple["MetricFilter | None", "MetricFilter | None"]  # a filter before the task and after it

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

# What describes a filter.
_FILTER: dict[str, Any] = {
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
}
ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "log_group_name": {"type": "str", "required": True},
    "filter_name": {"type": "str"},
    **_FILTER,
    "filters": {
        "type": "list",
        "elements": "dict",
        "options": {"filter_name": {"type": "str", "required": True}, **_FILTER},
    },
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
    "required_one_of": [("filter_name", "filters")],
    "mutually_exclusive": [
        ("filters", one)
        for one in ("filter_name", *(name for name in _FILTER if name != "apply_on_transformed_logs"), "test_events")
    ],
    "required_if": [("test_with_aws", True, ("test_events",))],
}


def run(task: Task) -> dict[str, Any]:
    """Bring the filters to the requested state. Raises TaskError."""
    region = task.clients.client("logs").meta.region_name  # says what is missing if no region is known
    reader = Reader(task.clients)
    if task.params["state"] == "absent":
        return _result(task, _deleted(task, reader, region))
    asked = _asked(task)
    _check(
        [
            f"{name} is not set, or null. Set it, or set state to absent."
            for name in _NEEDED
            if any(one[name] is None for one in asked)
        ]
    )
    wanted = [filters.from_parameters(one) for one in asked]
    _check(
        [
            *filters.group_name_faults(task.params["log_group_name"]),
            *_repeated([one.name for one in wanted]),
            *(fault for one in wanted for fault in filters.faults(one)),
        ]
    )
    if task.params["test_events"]:
        _run_test_events(task, wanted[0].pattern, region)
    return _result(task, _written(task, reader, region, wanted))


def _asked(task: Task) -> list[Mapping[str, Any]]:
    several: list[Mapping[str, Any]] | None = task.params["filters"]
    return [task.params] if several is None else several


def _repeated(names: Sequence[str]) -> Iterator[str]:
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        yield f"filters has more than one entry for {', '.join(repeated)}. Remove all but one."


def _written(task: Task, reader: Reader, region: str, wanted: Sequence[MetricFilter]) -> list[_Outcome]:
    """Create or update the filters that differ, and return each before and after."""
    group = _existing_group(task, reader, region)
    known = _known_filters(task, reader, region)
    before = [known.get(one.name) for one in wanted]
    _check_class(group, region)
    _check_room(known, [one.name for one in wanted if one.name not in known], group, region)
    differing = [one for one, found in zip(wanted, before, strict=True) if not _is_same(found, one)]
    if task.check_mode:
        after = known | {one.name: one for one in differing}
    else:
        client, group_name = task.clients.client("logs"), task.params["log_group_name"]
        for one in differing:
            with attempt(f"create or update metric filter {one.name} of log group {group_name} in {region}"):
                client.put_metric_filter(logGroupName=group_name, **filters.request(one))
        known.update(_read_back(reader, region, group_name, differing))
        after = known
    return [(found, after[one.name]) for one, found in zip(wanted, before, strict=True)]


def _is_same(found: MetricFilter | None, wanted: MetricFilter) -> bool:
    return found is not None and filters.is_same(found, wanted)


def _read_back(reader: Reader, region: str, group_name: str, put: Sequence[MetricFilter]) -> dict[str, MetricFilter]:
    """Return what was written by name, as AWS lists it; what was put may not be what is read yet."""
    if len(put) == 1:
        found = metric_filter(reader, region, group_name, put[0].name)
        listed = {found.name: found} if found else {}
    else:
        listed = _listed(reader, region, group_name) if put else {}
    return {one.name: listed[one.name] if _is_same(listed.get(one.name), one) else one for one in put}


def _deleted(task: Task, reader: Reader, region: str) -> list[_Outcome]:
    """Delete the filters, and return each as it was."""
    group_name, names = task.params["log_group_name"], [one["filter_name"] for one in _asked(task)]
    _check([*filters.group_name_faults(group_name), *(text for name in names for text in filters.name_faults(name))])
    known = _known_filters(task, reader, region)
    outcomes: list[_Outcome] = []
    for name in names:
        outcomes.append((known.get(name), None))
        if name in known and not task.check_mode:
            what = f"delete metric filter {name} of log group {group_name} in {region}"
            with attempt(what, gone=["ResourceNotFoundException"]):
                task.clients.client("logs").delete_metric_filter(logGroupName=group_name, filterName=name)
            del known[name]
    return outcomes


def _check(faults: list[str]) -> None:
    if faults:
        raise TaskError(" ".join(faults))


def _run_test_events(task: Task, pattern: str, region: str) -> None:
    samples = task.params["test_events"]
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
        memory[key] = _listed(reader, region, group_name)
    known: dict[str, MetricFilter] = memory[key]
    return known


def _listed(reader: Reader, region: str, group_name: str) -> dict[str, MetricFilter]:
    try:
        return {one.name: one for _group, one in metric_filters(reader, region, logGroupName=group_name)}
    except NotThere:
        return {}


def _check_class(group: dict[str, Any], region: str) -> None:
    log_class = group.get("logGroupClass", "STANDARD")
    if log_class != "STANDARD":
        raise TaskError(
            f"Log group {group['logGroupName']} in {region} is of class {log_class}, which does not support "
            "metric filters, and the class cannot be changed. Let the trail deliver to a log group of class STANDARD."
        )


def _check_room(known: Mapping[str, MetricFilter], new: Sequence[str], group: Mapping[str, Any], region: str) -> None:
    room = max(0, filters.MOST_FILTERS_IN_A_GROUP - len(known))
    if len(new) > room:
        raise TaskError(
            f"Log group {group['logGroupName']} in {region} has {len(known)} metric filters of at most "
            f"{filters.MOST_FILTERS_IN_A_GROUP}, so that {', '.join(new[room:])} cannot be created. "
            "Delete a filter that is no longer needed."
        )


def _result(task: Task, outcomes: Sequence[_Outcome]) -> dict[str, Any]:
    group_name = task.params["log_group_name"]
    described = [filters.described(group_name, after) if after else {} for _before, after in outcomes]
    result: dict[str, Any] = {"changed": any(before != after for before, after in outcomes)}
    if task.params["filters"] is None:
        [(before, after)] = outcomes
        shown = after or before
        result |= {"metric_filter": described[0], "metric_filters": filters.transformations(shown) if shown else []}
    else:
        result["filters"] = [one for one in described if one]
    if task.diff_mode:
        diffs = [_diff(group_name, *one) for one in outcomes]
        result["diff"] = diffs[0] if task.params["filters"] is None else diffs
    return result


def _diff(group_name: str, before: MetricFilter | None, after: MetricFilter | None) -> dict[str, Any]:
    header = f"metric filter {getattr(after or before, 'name', '')} of {group_name}"
    return {
        "before": filters.fields(before) if before else {},
        "after": filters.fields(after) if after else {},
        "before_header": header,
        "after_header": header,
    }


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run, **CONSTRAINTS)


if __name__ == "__main__":
    main()
