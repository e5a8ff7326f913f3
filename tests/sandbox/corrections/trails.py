# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trails as CloudTrail keeps them: with their log group, its delivery, and their tags.

Follows CreateTrail and GetTrailStatus of the AWS CloudTrail API Reference.
"""

from __future__ import annotations

from typing import Any

import clock
from ministack.services import cloudtrail

from corrections.wrap import body_of

_LOG_GROUP_FIELDS = ("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn")


def log_group() -> None:
    """CreateTrail keeps the log group and the role that it is given, and answers with them."""
    original = cloudtrail._DISPATCH["CreateTrail"]

    def create_trail(body: dict[str, Any]) -> Any:
        answer = original(body)
        given = {name: body[name] for name in _LOG_GROUP_FIELDS if body.get(name)}
        if answer[0] != 200 or not given:
            return answer
        cloudtrail._trails[body["Name"].strip()].update(given)
        return cloudtrail._ok({**body_of(answer), **given})

    cloudtrail._DISPATCH["CreateTrail"] = create_trail


def tags() -> None:
    """CreateTrail keeps the tags that it is given."""
    original = cloudtrail._DISPATCH["CreateTrail"]

    def create_trail(body: dict[str, Any]) -> Any:
        answer = original(body)
        if answer[0] == 200 and body.get("TagsList"):
            cloudtrail._DISPATCH["AddTags"]({"ResourceId": body_of(answer)["TrailARN"], "TagsList": body["TagsList"]})
        return answer

    cloudtrail._DISPATCH["CreateTrail"] = create_trail


def delivery() -> None:
    """GetTrailStatus tells when CloudTrail last delivered to the log group: while it logs, now."""
    original = cloudtrail._DISPATCH["GetTrailStatus"]

    def get_trail_status(body: dict[str, Any]) -> Any:
        answer = original(body)
        if answer[0] != 200:
            return answer
        status = body_of(answer)
        trail = cloudtrail._find_visible_trail(body["Name"].strip())[2]
        if status["IsLogging"] and trail.get("CloudWatchLogsLogGroupArn"):
            status["LatestCloudWatchLogsDeliveryTime"] = clock.now()
        status.update(trail.get("_sandbox_status", {}))
        return cloudtrail._ok({name: value for name, value in status.items() if value is not None})

    cloudtrail._DISPATCH["GetTrailStatus"] = get_trail_status


def set_status(trail_arn: str, **status: Any) -> None:
    """Let a trail's status say something else, such as LatestCloudWatchLogsDeliveryError. For tests."""
    for trail in cloudtrail._trails._data.values():
        if trail["TrailARN"] == trail_arn:
            trail["_sandbox_status"] = {**trail.get("_sandbox_status", {}), **status}
            return
    raise ValueError(f"There is no trail {trail_arn}.")
