# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A CloudWatch Logs Insights query for what a filter pattern matches, and the console's link to it. Pure.

Follows 'CloudWatch Logs Insights query syntax' of the Amazon CloudWatch Logs User Guide. The form of the link is not
documented; it is the one that the console itself writes into the address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from ..filter_pattern import FilterPatternError, parse
from ..filter_pattern.conditions import All, Any, Expression, Leaf
from ..filter_pattern.json_pattern import Condition, FieldComparison, FieldNotExists, JsonPattern
from ..filter_pattern.text import Wildcard

# By partition, where its console is.
CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-eusc": "console.amazonaws-eusc.eu",
}
_FIELDS = "fields eventTime,userIdentity.arn,eventName,sourceIPAddress,errorCode"
_PLAIN_FIELD = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")
_BACK = 3 * 3600  # seconds: mail is not always read at once, and the record took five minutes to come


class _NotToBeSaid(Exception):
    """Logs Insights has no words for it, or none that surely mean the same."""


# The same few patterns are installed in every account.
@lru_cache(maxsize=256)
def insights_query(pattern: str) -> str | None:
    """A query that shows what the pattern matches, the newest first; None where a query can't say the same."""
    try:
        body = parse(pattern).body
        if not isinstance(body, JsonPattern):
            return None
        return f"{_FIELDS}|filter {_said(body.expression)}|sort @timestamp desc"
    except (FilterPatternError, _NotToBeSaid):
        return None


def console_link(partition: str, region: str, log_group: str, query: str | None) -> str | None:
    """The console's page for the query on the log group, of the last three hours; None in a partition not known.

    Without a query it is the page of the log group.
    """
    console = CONSOLES.get(partition)
    if console is None:
        return None
    home = f"https://{console}/cloudwatch/home?region={region}#logsV2:"
    if query is None:
        # Encoded twice, with $ in the place of the outer %.
        return f"{home}log-groups/log-group/{quote(quote(log_group, safe=''), safe='').replace('%', '$')}"
    time = f"end~0~start~-{_BACK}~timeType~'RELATIVE~unit~'seconds"
    detail = f"~({time}~editorString~{_text(query)}~source~(~{_text(log_group)}))"
    return f"{home}logs-insights$3FqueryDetail$3D{detail}"


def _text(value: str) -> str:
    """A text as the console has it within a link."""
    return "'" + quote(value, safe="").replace("~", "%7E").replace("%", "*")


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
        if value:
            values.setdefault(value[0], []).append(value[1])
        else:
            others.append(f"({_said(part)})" if isinstance(part, All) else _said(part))
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
    return _field(part.condition), _quoted(comparison.operand.value)


def _condition(condition: Condition) -> str:
    field = _field(condition)
    if isinstance(condition, FieldNotExists):
        return f"not ispresent({field})"
    if not isinstance(condition, FieldComparison) or not isinstance(condition.comparison.operand, Wildcard):
        raise _NotToBeSaid
    operator, operand = condition.comparison.operator, condition.comparison.operand
    if operand.is_exact:
        equals = f"{field}{operator}{_quoted(operand.value)}"
    else:
        equals = f"{field} {'not ' if operator == '!=' else ''}like {_expression(operand.value)}"
    # In a pattern, a field that is missing does not differ from anything.
    return f"ispresent({field}) and {equals}" if operator == "!=" else equals


def _field(condition: Condition) -> str:
    field = str(condition.selector)
    if not _PLAIN_FIELD.fullmatch(field):
        raise _NotToBeSaid
    return field


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _expression(value: str) -> str:
    """A value with * as a regular expression that matches the whole of a text."""
    pieces = [re.escape(piece).replace("/", r"\/") for piece in value.split("*")]
    start = f"^{pieces[0]}" if pieces[0] else ""
    end = f"{pieces[-1]}$" if pieces[-1] else ""
    middle = ".*".join(pieces[1:-1])
    return f"/{'.*'.join(filter(None, (start, middle, end)))}/"
