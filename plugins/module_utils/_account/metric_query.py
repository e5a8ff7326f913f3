# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a query of CloudWatch Metrics Insights and other expressions are about, by what they say. Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
"""

from __future__ import annotations

import re

# SELECT FUNCTION(metric) FROM namespace, or FROM SCHEMA(namespace, dimension, ...); names with other characters than
# letters, digits and underscores stand in double quotes.
_NAME = r"""(?:"(?:[^"])*"|[\w./#:-]+)"""
_QUERY = re.compile(
    rf"""\s*SELECT\s+\w+\s*\(\s*(?P<metric>{_NAME})\s*\)\s*FROM\s+(?:SCHEMA\s*\(\s*)?(?P<namespace>{_NAME})""",
    re.IGNORECASE,
)
_NAME_CHARACTER = r"[\w./#:-]"


def queried_metric(expression: str) -> tuple[str, str] | None:
    """Namespace and name of the metric that a Metrics Insights query selects; None if it is no such query."""
    query = _QUERY.match(expression)
    return (query["namespace"].strip('"'), query["metric"].strip('"')) if query else None


def may_be_about(expression: str, name: str, namespace: str | None = None) -> bool:
    """Whether the expression may be about the metric: a query that selects it, or another text with the whole name.

    Without a namespace, one in whatever namespace.
    """
    selected = queried_metric(expression)
    if selected is not None:
        return selected[1] == name and namespace in (None, selected[0])
    if name not in expression:
        return False
    return bool(re.search(rf"(?<!{_NAME_CHARACTER}){re.escape(name)}(?!{_NAME_CHARACTER})", expression))
