# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a subscription's filter policy let an alarm's message through? Pure.

The grammar: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
A key with dots is a path: "Trigger.Period" is {"Trigger": {"Period": ...}}.
"""

from __future__ import annotations

import fnmatch
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._account.observation import Alarm
from .alarm_message import PERHAPS, UNSURE, alarm_message
from .resource_policy import Truth, all_of, any_of

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

PASSES = Truth.YES
DROPS = Truth.NO
UNDETERMINED = Truth.MAYBE


def alarm_passes(policy: Mapping[str, Any], scope: str, alarm: Alarm) -> Truth:
    """Whether the message that the alarm sends when it goes off passes the policy.

    CloudWatch puts no attributes on a message, so a policy on attributes drops it, but for one that asks for
    an attribute to be absent.
    """
    return _object(policy, alarm_message(alarm) if scope == "MessageBody" else {})


def _object(policy: Mapping[str, Any], message: Any) -> Truth:
    """The keys of a policy are ANDed; '$or' holds alternatives."""
    return all_of(_key(name, wanted, message) for name, wanted in policy.items())


def _key(name: str, wanted: Any, message: Any) -> Truth:
    if name == "$or" and isinstance(wanted, list):
        return any_of(_object(alternative, message) for alternative in wanted if isinstance(alternative, Mapping))
    if message is UNSURE or message is PERHAPS:
        return UNDETERMINED
    is_there = isinstance(message, Mapping) and name in message
    first, dot, rest = name.partition(".")
    if dot and not is_there:
        return _key(first, {rest: wanted}, message)
    actual = message[name] if is_there else None
    if isinstance(wanted, Mapping):
        return _object(wanted, actual if is_there else {})
    if actual is PERHAPS:
        return UNDETERMINED
    values = actual if isinstance(actual, list) else [actual]
    return any_of(_condition(condition, value, is_there) for condition in _list(wanted) for value in values or [None])


def _condition(condition: Any, actual: Any, is_there: bool) -> Truth:
    if isinstance(condition, Mapping) and "exists" in condition:
        return PASSES if bool(condition["exists"]) == is_there else DROPS
    if not is_there:
        return DROPS
    if actual is UNSURE:
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
    if name == "numeric" and isinstance(operand, list):
        return _numeric(operand, actual)
    return UNDETERMINED  # addresses are nothing that a filter on alarms is written for


def _numeric(operand: list[Any], actual: Any) -> Truth:
    """Pairs of a comparison and a number, all of which have to hold: ["=", 1] or [">", 0, "<=", 5]."""
    if isinstance(actual, bool) or not isinstance(actual, (int, float)):
        return DROPS
    pairs = list(zip(operand[::2], operand[1::2], strict=False))
    if not pairs or len(operand) % 2 or any(sign not in _COMPARE for sign, _number in pairs):
        return UNDETERMINED
    return _truth(all(_COMPARE[sign](actual, number) for sign, number in pairs))


def _anything_but(operand: Any, actual: Any) -> Truth:
    if isinstance(operand, Mapping):
        inner = all_of(any_of(_operator(name, one, actual) for one in _list(each)) for name, each in operand.items())
        return Truth(-inner.value)
    return _truth(all(one != actual for one in _list(operand)))


def _truth(value: bool) -> Truth:
    return PASSES if value else DROPS


def _list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]
