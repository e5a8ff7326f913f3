# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FilterLogEvents answers page by page, and a page may be empty though more follow.

Follows FilterLogEvents of the Amazon CloudWatch Logs API Reference: a call searches a part of the events, and its
answer has a token until all are searched; `limit` is the most that a page holds, 10,000 unless given.
"""

from __future__ import annotations

import itertools
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import cloudwatch_logs

from corrections.wrap import body_of, replace

# Of as many events as a call searches on AWS, few enough for a test to have several pages of.
SEARCHED = 200
MOST = 10_000


def apply() -> None:
    """Search the events of a group part by part."""
    original = cloudwatch_logs._filter_log_events

    def filter_log_events(data: dict[str, Any]) -> Any:
        token = str(data.get("nextToken") or "0")
        if not token.isdigit():
            return error_response_json("InvalidParameterException", "The specified nextToken is invalid.", 400)
        answer = original({**data, "filterPattern": "", "limit": MOST, "nextToken": None})
        if answer[0] != 200:
            return answer
        events, start = body_of(answer)["events"], int(token)
        matches = cloudwatch_logs._compile_filter_pattern(data.get("filterPattern", ""))
        part = list(enumerate(events))[start : start + SEARCHED]
        limit = min(int(data.get("limit") or MOST), MOST)
        found = list(itertools.islice((one for one in part if matches(one[1]["message"])), limit))
        searched_to = found[-1][0] + 1 if len(found) == limit else start + len(part)
        more = {"nextToken": str(searched_to)} if searched_to < len(events) else {}
        return json_response({"events": [event for _number, event in found], "searchedLogStreams": [], **more})

    replace(cloudwatch_logs, "_filter_log_events", filter_log_events)
