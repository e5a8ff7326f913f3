# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The field selection criteria of a metric filter: do they select a log event with these system fields? Pure.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html names the operators
(=, !=, AND, OR, IN, NOT IN) and the fields (@aws.account, @aws.region), and gives no more of a grammar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_VALUE = r"""(?:"[^"]*"|'[^']*')"""
_COMPARISON = re.compile(
    rf"""\s*(?P<field>@[\w.]+)\s*(?:
        (?P<operator>!=|=)\s*(?P<value>{_VALUE})
        |(?P<membership>(?:NOT\s+)?IN)\s*\[\s*(?P<values>{_VALUE}(?:\s*,\s*{_VALUE})*)\s*\]
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_JOINED = re.compile(r"(AND|OR)\b", re.IGNORECASE)


def selects(criteria: str, fields: Mapping[str, str]) -> bool | None:
    """Whether an event with the fields is looked at; None where the criteria can't be worked out.

    AND and OR side by side can't be: AWS does not say which of them binds closer.
    """
    holds, operators, end = [], set(), 0
    while True:
        comparison = _COMPARISON.match(criteria, end)
        if comparison is None or comparison["field"] not in fields:
            return None
        holds.append(_holds(comparison, fields[comparison["field"]]))
        end = comparison.end()
        joined = _JOINED.match(criteria, end)
        if joined is None:
            break
        operators.add(joined[1].upper())
        end = joined.end()
    if end < len(criteria) or len(operators) > 1:
        return None
    return any(holds) if operators == {"OR"} else all(holds)


def _holds(comparison: re.Match[str], actual: str) -> bool:
    named = [value[1:-1] for value in re.findall(_VALUE, comparison["value"] or comparison["values"])]
    operator = (comparison["operator"] or comparison["membership"]).upper()
    return (actual in named) == (operator in ("=", "IN"))
