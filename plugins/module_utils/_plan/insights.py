# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The console's link to a CloudWatch Logs Insights query for what a filter pattern matches. Pure.

The form of the link is not documented; it is the one that the console itself writes into the address.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from ..filter_pattern import FilterPatternError, parse
from .log_query import NotExpressible, log_query

# By partition, where its console is.
CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-eusc": "console.amazonaws-eusc.eu",
}
# Few, since a description has room for 1,024 characters.
_FIELDS = ("eventTime", "userIdentity.arn", "eventName", "sourceIPAddress", "errorCode")
_BACK = 3 * 3600  # seconds: mail is not always read at once, and the record took five minutes to come


# The same few patterns are installed in every account.
@lru_cache(maxsize=256)
def insights_query(pattern: str) -> str | None:
    """A query that shows what the pattern matches, the newest first; None where a query can't say the same."""
    try:
        return f"{log_query(parse(pattern), fields=_FIELDS)}|sort @timestamp desc"
    except (FilterPatternError, NotExpressible):
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
