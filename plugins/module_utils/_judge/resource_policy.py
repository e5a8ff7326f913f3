# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a resource's policy let an AWS service act on the resource? Pure.

Follows the evaluation logic of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
for one request, made by a service principal: an explicit deny wins, then an allow, else it is denied.
A condition on something that is not known of the request makes the answer UNDETERMINED, never a guess.
"""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

ALLOWED = "allowed"
DENIED = "denied"
UNDETERMINED = "undetermined"


class Truth(Enum):
    """Three values: with what is known of the request, does it hold?"""

    YES = 1
    MAYBE = 0
    NO = -1


@dataclass(frozen=True)
class Request:
    """What a service asks of a resource.

    `context` maps a condition key, in lower case, to its value; None means that the request does not carry the key.
    A key that is not in the map is one of which it is not known.
    """

    service: str  # "cloudwatch.amazonaws.com"
    action: str  # "sns:Publish"
    resource: str
    context: Mapping[str, str | None] = field(default_factory=dict)


def decide(policy: Mapping[str, Any], request: Request) -> str:
    """ALLOWED, DENIED or UNDETERMINED."""
    statements = [statement for statement in _list(policy.get("Statement")) if isinstance(statement, Mapping)]
    denies = any_of(_applies(statement, request) for statement in statements if statement.get("Effect") == "Deny")
    allows = any_of(_applies(statement, request) for statement in statements if statement.get("Effect") == "Allow")
    if denies is Truth.YES or allows is Truth.NO:
        return DENIED
    if denies is Truth.NO and allows is Truth.YES:
        return ALLOWED
    return UNDETERMINED


def _applies(statement: Mapping[str, Any], request: Request) -> Truth:
    is_about = (
        _either(statement, "Principal", lambda principal: _names_service(principal, request.service))
        and _either(statement, "Action", lambda actions: _matches_any(actions, request.action, ignore_case=True))
        and _either(statement, "Resource", lambda resources: _matches_any(resources, request.resource))
    )
    return _conditions(statement.get("Condition") or {}, request.context) if is_about else Truth.NO


def _either(statement: Mapping[str, Any], element: str, matches: Callable[[Any], bool]) -> bool:
    """Element or its Not- form; a statement that has neither applies to nothing, but for the resource.

    A policy that is attached to one resource may leave the resource out.
    """
    if element in statement:
        return matches(statement[element])
    if f"Not{element}" in statement:
        return not matches(statement[f"Not{element}"])
    return element == "Resource"


def _names_service(principal: Any, service: str) -> bool:
    """'*' is everybody, services too, and {"AWS": "*"} is the same; an account or a role is no service.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    return "*" in _list(principal.get("AWS")) or bool({service, "*"} & set(map(str, _list(principal.get("Service")))))


def _matches_any(patterns: Any, text: str, *, ignore_case: bool = False) -> bool:
    return any(_like(str(pattern), text, ignore_case=ignore_case) for pattern in _list(patterns))


@functools.lru_cache(maxsize=1024)
def _like(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """IAM's wildcards: * any text, ? one character. Kept, since fifteen controls ask the same of one topic's policy."""
    if "*" not in pattern and "?" not in pattern and (pattern.isascii() or not ignore_case):
        return pattern.lower() == text.lower() if ignore_case else pattern == text
    expression = fnmatch.translate(pattern.replace("[", "[[]"))
    return re.match(expression, text, re.IGNORECASE if ignore_case else 0) is not None


def _conditions(conditions: Any, context: Mapping[str, str | None]) -> Truth:
    if not isinstance(conditions, Mapping):
        return Truth.MAYBE
    return all_of(
        _condition(str(operator), str(key), [_text(value) for value in _list(values)], context)
        for operator, by_key in conditions.items()
        for key, values in (by_key.items() if isinstance(by_key, Mapping) else ())
    )


def _arn_like(pattern: str, text: str) -> bool:
    """Wildcards of an ARN stay within one of its six components."""
    wanted, actual = pattern.split(":", 5), text.split(":", 5)
    if len(wanted) != len(actual):
        return _like(pattern, text)
    return all(map(_like, wanted, actual))


_COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, actual: wanted == actual,
    "StringEqualsIgnoreCase": lambda wanted, actual: wanted.lower() == actual.lower(),
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda wanted, actual: wanted.lower() == actual.lower(),
}
_NEGATED: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def _condition(operator: str, key: str, wanted: list[str], context: Mapping[str, str | None]) -> Truth:
    """One condition: does the request's value of the key satisfy the operator for one of the wanted values?

    Without the key a positive operator fails, a negated one and an ...IfExists one hold:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    if key.lower() not in context:
        return Truth.MAYBE
    actual = context[key.lower()]
    quantifier, _unused, bare = operator.rpartition(":")
    base = bare.removesuffix("IfExists")
    if base == "Null":
        return Truth.YES if (actual is None) == ("true" in (value.lower() for value in wanted)) else Truth.NO
    if actual is None:
        holds = "Not" in base or base != bare or quantifier == "ForAllValues"
        return Truth.YES if holds else Truth.NO
    if _NEGATED.get(base, base) not in _COMPARE or any("${" in value for value in wanted):
        return Truth.MAYBE  # numbers, dates and addresses, and policy variables
    found = any(_COMPARE[_NEGATED.get(base, base)](value, actual) for value in wanted)
    return Truth.YES if found != (base in _NEGATED) else Truth.NO


def all_of(truths: Iterable[Truth]) -> Truth:
    """AND of three-valued truths; YES of none."""
    found = list(truths)
    return next((worst for worst in (Truth.NO, Truth.MAYBE) if worst in found), Truth.YES)


def any_of(truths: Iterable[Truth]) -> Truth:
    """OR of three-valued truths; NO of none."""
    found = list(truths)
    return next((best for best in (Truth.YES, Truth.MAYBE) if best in found), Truth.NO)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
