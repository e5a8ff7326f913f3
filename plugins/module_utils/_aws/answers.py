# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an answer of AWS is whole, and of the right types. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "double": (int, float),
    "float": (int, float),
    "integer": (int, float),
    "list": (list,),
    "long": (int, float),
    "map": (dict,),
    "string": (str,),
    "structure": (dict,),
    "timestamp": (datetime,),
}

# What is read of each of these, and AWS gives in all of them. The model mostly does not say so.
_ALWAYS: Mapping[str, tuple[str, ...]] = {
    "AdvancedEventSelector": ("FieldSelectors",),
    "AdvancedFieldSelector": ("Field",),
    "AlarmHistoryItem": ("Timestamp",),
    "AlarmMuteRuleSummary": ("AlarmMuteRuleArn",),
    "CompositeAlarm": ("AlarmArn", "AlarmName"),
    "Dimension": ("Name", "Value"),
    "KeyMetadata": ("KeyId",),
    "LogAlarm": ("AlarmArn", "AlarmName"),
    "LogGroup": ("logGroupName",),
    "MetricAlarm": ("AlarmArn", "AlarmName"),
    "MetricFilter": ("filterName",),
    "MetricTransformation": ("metricName", "metricNamespace", "metricValue"),
    "Organization": ("Id",),
    "Subscription": ("Protocol", "SubscriptionArn"),
    "Trail": ("HomeRegion", "Name", "TrailARN"),
}
# Nothing here reads these, so that what they are like leaves the rest of the answer known.
_NEVER_READ: Mapping[str, tuple[str, ...]] = {
    "ConfigurationSummary": ("Sinks",),  # of a pipeline
    "Role": ("AssumeRolePolicyDocument",),  # text in the model, which botocore decodes; roles.py checks it
}
# These name an account and a region, which an entry is assigned to.
_ARNS = ("AlarmArn", "AlarmMuteRuleArn", "TrailARN")


def lacking(answer: Mapping[str, Any], needs: Iterable[str]) -> tuple[str, ...]:
    """Return which of the keys that every whole answer has are missing in this one.

    A body that is cut short parses to nothing, without an error of botocore's: only what is missing tells.
    """
    return tuple(key for key in needs if answer.get(key) is None)


def misshapen(value: Any, shape: Any) -> bool:
    """Tell whether some value of an answer is not of the type that botocore's model gives it.

    botocore hands on what JSON has, so that text in the place of a list only fails where somebody goes through it, or
    is taken for a list of characters. A member that is null is as one that is not there, which a member that AWS
    always gives must be. An ARN that is none is not of the right type either.
    """
    if shape is None or value is None:
        return False
    types = _TYPES.get(shape.type_name)
    if types is not None and not isinstance(value, types):
        return True
    if shape.type_name == "list":
        return any(one is None or misshapen(one, shape.member) for one in value)
    if shape.type_name == "map":
        return any(misshapen(one, shape.value) for one in value.values())
    if shape.type_name == "structure":
        if lacking(value, _ALWAYS.get(shape.name, ())) or any(
            name in value and not _is_arn(value[name]) for name in _ARNS
        ):
            return True
        unread, members = _NEVER_READ.get(shape.name, ()), shape.members
        return any(misshapen(one, members.get(name)) for name, one in value.items() if name not in unread)
    return isinstance(value, bool) and shape.type_name != "boolean"


def _is_arn(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.startswith("arn:") and value.count(":") >= 5)
