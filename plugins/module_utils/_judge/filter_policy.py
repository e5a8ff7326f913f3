# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a subscription's filter policy let an alarm's message through? Pure.

The grammar: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
The message: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Alarm
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.resource_policy import Truth, all_of, any_of

PASSES = Truth.YES
DROPS = Truth.NO
UNDETERMINED = Truth.MAYBE

_UNSURE = object()  # the message has the key, with a value that is not known beforehand


def alarm_passes(policy: Mapping[str, Any], scope: str, alarm: Alarm) -> Truth:
    """Whether the message that the alarm sends when it goes off passes the policy.

    CloudWatch puts no attributes on a message, so a policy on attributes drops it, but for one that asks for
    an attribute to be absent.
    """
    return _object(policy, _message(alarm) if scope == "MessageBody" else {})


def _message(alarm: Alarm) -> Mapping[str, Any]:
    """The keys of the message that SNS carries, with the values that are known of an alarm that goes off."""
    trigger = {
        "MetricName": alarm.metric_name,
        "Namespace": alarm.metric_namespace,
        "StatisticType": "Statistic",
        "Statistic": (alarm.statistic or "").upper(),
        "Unit": alarm.unit,
        "Dimensions": _UNSURE,
        "Period": alarm.period,
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm,
        "ComparisonOperator": alarm.comparison,
        "Threshold": alarm.threshold,
        "TreatMissingData": _UNSURE,
        "EvaluateLowSampleCountPercentile": _UNSURE,
    }
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description or None,
        "AWSAccountId": alarm.account,
        "AlarmConfigurationUpdatedTimestamp": _UNSURE,
        "NewStateValue": "ALARM",
        "NewStateReason": _UNSURE,
        "StateChangeTime": _UNSURE,
        "Region": _UNSURE,  # a name such as 'EU (Ireland)'
        "AlarmArn": alarm.arn,
        "OldStateValue": _UNSURE,
        "OKActions": list(alarm.ok_actions),
        "AlarmActions": list(alarm.alarm_actions),
        "InsufficientDataActions": list(alarm.insufficient_data_actions),
        "Trigger": _UNSURE if alarm.rule is not None or alarm.metrics else trigger,
    }


def _object(policy: Mapping[str, Any], message: Any) -> Truth:
    """The keys of a policy are ANDed; '$or' holds alternatives."""
    return all_of(_key(name, wanted, message) for name, wanted in policy.items())


def _key(name: str, wanted: Any, message: Any) -> Truth:
    if name == "$or" and isinstance(wanted, list):
        return any_of(_object(alternative, message) for alternative in wanted if isinstance(alternative, Mapping))
    if message is _UNSURE:
        return UNDETERMINED
    is_there = isinstance(message, Mapping) and name in message
    actual = message[name] if is_there else None
    if isinstance(wanted, Mapping):
        return _object(wanted, actual if is_there else {})
    values = actual if isinstance(actual, list) else [actual]
    return any_of(_condition(condition, value, is_there) for condition in _list(wanted) for value in values or [None])


def _condition(condition: Any, actual: Any, is_there: bool) -> Truth:
    if isinstance(condition, Mapping) and "exists" in condition:
        return PASSES if bool(condition["exists"]) == is_there else DROPS
    if not is_there:
        return DROPS
    if actual is _UNSURE:
        return UNDETERMINED
    if not isinstance(condition, Mapping):
        return _truth(condition == actual and isinstance(condition, bool) == isinstance(actual, bool))
    return all_of(_operator(name, operand, actual) for name, operand in condition.items())


def _operator(name: str, operand: Any, actual: Any) -> Truth:
    text = actual if isinstance(actual, str) else ""
    if name == "anything-but":
        return _anything_but(operand, actual)
    if name == "prefix" and isinstance(operand, str):
        return _truth(isinstance(actual, str) and text.startswith(operand))
    if name == "suffix" and isinstance(operand, str):
        return _truth(isinstance(actual, str) and text.endswith(operand))
    if name == "equals-ignore-case" and isinstance(operand, str):
        return _truth(isinstance(actual, str) and text.lower() == operand.lower())
    if name == "wildcard" and isinstance(operand, str):
        glob = operand.replace("[", "[[]").replace("?", "[?]")
        return _truth(isinstance(actual, str) and fnmatch.fnmatchcase(text, glob))
    return UNDETERMINED  # numbers and addresses are nothing that a filter on alarms is written for


def _anything_but(operand: Any, actual: Any) -> Truth:
    if isinstance(operand, Mapping):
        inner = all_of(any_of(_operator(name, one, actual) for one in _list(each)) for name, each in operand.items())
        return Truth(-inner.value)
    return _truth(all(one != actual for one in _list(operand)))


def _truth(value: bool) -> Truth:
    return PASSES if value else DROPS


def _list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]
