# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PutLogEvents runs the group's metric filters, whose metrics the alarms then follow; FilterLogEvents filters.

Follows 'Creating metrics from log events using filters' of the Amazon CloudWatch Logs User Guide: the value is a number
or a field of the record; the default value is emitted when events arrive and none matches; dimensions come from fields
and a record that lacks one of them is published without any dimension's datum.
"""

from __future__ import annotations

import json
from typing import Any

import clock
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import FilterPatternError, parse
from ministack.services import cloudwatch, cloudwatch_logs

from corrections import alarm_evaluation
from corrections.wrap import replace


def apply() -> None:
    """Let metric filters see what is put into their group."""
    original = cloudwatch_logs._put_log_events

    def put_log_events(data: dict[str, Any]) -> Any:
        answer = original(data)
        if answer[0] == 200:
            messages = [event["message"] for event in data.get("logEvents", [])]
            for (group, _name), metric_filter in list(cloudwatch_logs._metric_filters.items()):
                if group == data.get("logGroupName"):
                    _run(metric_filter, messages)
            alarm_evaluation.evaluate_here()
        return answer

    replace(cloudwatch_logs, "_put_log_events", put_log_events)


def filtered() -> None:
    """FilterLogEvents answers with the events that its pattern matches, a JSON pattern too."""
    replace(cloudwatch_logs, "_compile_filter_pattern", lambda text: parse(text).matches)


def _run(metric_filter: dict[str, Any], messages: list[str]) -> None:
    try:
        pattern = parse(metric_filter["filterPattern"])
    except FilterPatternError:
        return  # put by a test that left out the validation
    matching = [message for message in messages if pattern.matches(message)]
    for transformation in metric_filter["metricTransformations"]:
        for message in matching:
            _record(transformation, message)
        if messages and not matching and transformation.get("defaultValue") is not None:
            _store(transformation, float(transformation["defaultValue"]), {})


def _record(transformation: dict[str, Any], message: str) -> None:
    value = _field(message, transformation["metricValue"])
    dimensions = {name: _field(message, at) for name, at in (transformation.get("dimensions") or {}).items()}
    try:
        number = float(value)
    except (TypeError, ValueError):
        return  # a value that is no number makes no datum
    if None not in dimensions.values():
        _store(transformation, number, {name: str(text) for name, text in dimensions.items()})


def _field(message: str, selector: str) -> Any:
    """Return the field that a selector such as $.size names, or the selector itself if it is none."""
    if not selector.startswith("$."):
        return selector
    try:
        value = json.loads(message)
        for part in selector[2:].split("."):
            value = value[part]
    except (ValueError, KeyError, TypeError):
        return None
    return value


def _store(transformation: dict[str, Any], value: float, dimensions: dict[str, str]) -> None:
    key = (transformation["metricNamespace"], transformation["metricName"], cloudwatch._dims_key(dimensions))
    datum = {
        "Timestamp": clock.now(),
        "Value": value,
        "Unit": transformation.get("unit", "None"),
        "Dimensions": dimensions,
    }
    cloudwatch._metric_bucket(key).append(datum)
