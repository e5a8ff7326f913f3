# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter patterns as a Logs Insights query that finds the same CloudTrail records, and shows chosen fields. Pure.

Follows 'CloudWatch Logs Insights query syntax', 'Supported logs and discovered fields' and 'Fields that contain special
characters' of the Amazon CloudWatch Logs User Guide. Only what they document is used. So the query does not depend on
whether != holds for a missing field, whether `and` binds closer than `or`, how a backslash in a string is read, and how
text compares with numbers. What could be said in no other way is NotExpressible.

Logs Insights reads at most 200 fields of a record, and AWS does not say which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..filter_pattern import Pattern
from ..filter_pattern.conditions import NUMBER, All, Any, Expression, Leaf, combine
from ..filter_pattern.json_pattern import Condition, FieldComparison, FieldNotExists, JsonPattern, Selector
from ..filter_pattern.text import Wildcard

# What a notification shows of a record: when, where, who, the call, from where, the error. No parameters of requests
# and responses, no access keys, and no @message, which has all of them.
LINE_FIELDS = (
    "eventTime",
    "recipientAccountId",
    "awsRegion",
    "userIdentity.type",
    "userIdentity.arn",
    "userIdentity.userName",  # a failed sign-in of a user has no ARN
    "userIdentity.invokedBy",
    "userIdentity.onBehalfOf.userId",
    "eventSource",
    "eventName",
    "sourceIPAddress",
    "errorCode",
)
MOST_CHARACTERS = 10_000
_PLAIN_NAME = re.compile(r"[A-Za-z0-9]+")
_ANYTHING = r"[\s\S]*"  # line breaks too, unlike a dot
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class NotExpressible(ValueError):
    """Logs Insights has no documented words for a pattern. reason: a sentence without its full stop."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def log_query(*patterns: Pattern, fields: Sequence[str] = LINE_FIELDS) -> str:
    """The query for the records that one of the patterns matches, whichever account of an organization they are from.

    It neither counts nor sorts, as a log alarm does the counting.
    """
    expression = combine(Any, list(dict.fromkeys(map(_expression, patterns))))
    query = f"fields {','.join(fields)}|filter {_said(expression)}"
    if len(query) > MOST_CHARACTERS:
        raise NotExpressible(f"the query has {len(query)} characters, but CloudWatch accepts at most {MOST_CHARACTERS}")
    return query


def _expression(pattern: Pattern) -> Expression[Condition]:
    if not isinstance(pattern.body, JsonPattern):
        raise NotExpressible("the pattern is not a JSON pattern")
    return pattern.body.expression


def _said(expression: Expression[Condition]) -> str:
    if isinstance(expression, Leaf):
        return _condition(expression.condition)
    if isinstance(expression, Any):
        return " or ".join(_alternatives(expression.parts))
    return " and ".join(f"({_said(part)})" if isinstance(part, Any) else _said(part) for part in expression.parts)


def _alternatives(parts: Iterable[Expression[Condition]]) -> list[str]:
    """The parts of an `or`; those that ask a field for a value become one `in` a field, which is much shorter."""
    values: dict[str, list[str]] = {}
    others = []
    for part in parts:
        value = _exact(part)
        if value is None:
            others.append(f"({_said(part)})" if isinstance(part, All) or _is_exclusion(part) else _said(part))
        elif value[1] not in values.setdefault(value[0], []):
            values[value[0]].append(value[1])
    several = [
        f"{field}={wanted[0]}" if len(wanted) == 1 else f"{field} in [{','.join(wanted)}]"
        for field, wanted in values.items()
    ]
    return [*several, *others]


def _exact(part: Expression[Condition]) -> tuple[str, str] | None:
    """The field and the value of a plain comparison, or None."""
    if not isinstance(part, Leaf) or not isinstance(part.condition, FieldComparison):
        return None
    comparison = part.condition.comparison
    if comparison.operator != "=" or not isinstance(comparison.operand, Wildcard) or not comparison.operand.is_exact:
        return None
    value = _quoted(comparison.operand.value)
    return None if value is None else (_field(part.condition.selector), value)


def _is_exclusion(part: Expression[Condition]) -> bool:
    return (
        isinstance(part, Leaf)
        and isinstance(part.condition, FieldComparison)
        and part.condition.comparison.operator == "!="
    )


def _condition(condition: Condition) -> str:
    field = _field(condition.selector)
    if isinstance(condition, FieldNotExists):
        if not condition.is_documented:
            raise NotExpressible("AWS does not document keywords in lower case")
        return f"(not ispresent({field}))"
    if not isinstance(condition, FieldComparison):
        raise NotExpressible(f"AWS does not document how Logs Insights shows {condition.literal.lower()}")
    comparison = condition.comparison
    if not isinstance(comparison.operand, Wildcard):
        raise NotExpressible(f"AWS does not document that Logs Insights reads {comparison.written} as a filter does")
    if comparison.operator == "=":
        return _equals(field, comparison.operand)
    # In a pattern, a field that is missing does not differ from anything.
    return f"ispresent({field}) and {_differs(field, comparison.operand)}"


def _equals(field: str, operand: Wildcard) -> str:
    value = _quoted(operand.value) if operand.is_exact else None
    return f"{field} like {_regex(operand.value)}" if value is None else f"{field}={value}"


def _differs(field: str, operand: Wildcard) -> str:
    value = _quoted(operand.value) if operand.is_exact else None
    return f"{field} not like {_regex(operand.value)}" if value is None else f"{field}!={value}"


def _field(selector: Selector) -> str:
    """The field in dot notation, in which arrays are flattened too: resources.0.ARN."""
    for step in selector.steps:
        if not isinstance(step, (str, int)):
            raise NotExpressible(f"Logs Insights has no wildcard for a field, as {selector.written} has")
        if isinstance(step, str) and not _is_plain(step, alone=len(selector.steps) == 1):
            raise NotExpressible(f"AWS does not document how Logs Insights names the field {selector.written}")
    name = ".".join(map(str, selector.steps))
    return name if _PLAIN_NAME.fullmatch(name.replace(".", "")) else f"`{name}`"


def _is_plain(name: str, *, alone: bool) -> bool:
    """Whether a part of a field's name is that of one field alone, and can be written.

    A number may also be a place in an array, a dot also separates, and where backticks go is documented for a name
    without parts.
    """
    if name.isdigit() or re.search(r"[.`@]", name) or _CONTROL_CHARACTER.search(name):
        return False
    return alone or _PLAIN_NAME.fullmatch(name) is not None


def _quoted(value: str) -> str | None:
    """The value as a string; None where a string can't surely say it."""
    if NUMBER.fullmatch(value) or value in ("true", "false", "null"):
        raise NotExpressible(f"AWS does not document how Logs Insights compares {value} with text")
    if "\\" in value or _CONTROL_CHARACTER.search(value):
        return None
    return next((f"{mark}{value}{mark}" for mark in "\"'" if mark not in value), None)


def _regex(value: str) -> str:
    """A value with * as a regular expression that matches the whole of a text."""
    if _CONTROL_CHARACTER.search(value):
        raise NotExpressible("the pattern has a control character")
    pieces = [re.escape(piece).replace("/", r"\/") for piece in value.split("*")]
    if len(pieces) == 1:
        return f"/^{pieces[0]}$/"
    start = f"^{pieces[0]}" if pieces[0] else ""
    end = f"{pieces[-1]}$" if pieces[-1] else ""
    return f"/{_ANYTHING.join(filter(None, (start, *pieces[1:-1], end))) or '^'}/"
