# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of security groups, denied ones too, become records in the log groups of the trails that see them.

Follows 'Sending events to CloudWatch Logs' and 'CloudTrail record contents' of the AWS CloudTrail User Guide. AWS takes
about five minutes to deliver one, the sandbox none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import clock
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudtrail, cloudwatch_logs, ec2

Answer = tuple[int, Mapping[str, str], bytes | str]
Action = Callable[[Mapping[str, Any]], Answer]
# As CloudTrail writes the parameters that a request can have.
_PARAMETERS = {"GroupName": "groupName", "GroupDescription": "groupDescription", "VpcId": "vpcId", "GroupId": "groupId"}


def apply() -> None:
    """Record each call of the events that the control is about."""
    for event in SECURITY_GROUP_CHANGES.all_events:
        ec2._ACTION_MAP[event.name] = _recorded(event.name, ec2._ACTION_MAP[event.name])


def _recorded(
    event_name: str, original: Callable[[Mapping[str, Any]], Answer]
) -> Callable[[Mapping[str, Any]], Answer]:
    def call(parameters: Mapping[str, Any]) -> Answer:
        answer = original(parameters)
        message = json.dumps(_record(event_name, parameters, answer))
        for region, group in list(_log_groups()):
            with request_scope(get_account_id(), region):
                _deliver(group, message)
        return answer

    return call


def _record(event_name: str, parameters: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    body = answer[2] if isinstance(answer[2], str) else answer[2].decode()
    given = {written: ec2._p(parameters, name) for name, written in _PARAMETERS.items() if ec2._p(parameters, name)}
    record = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "Root", "principalId": get_account_id(), "accountId": get_account_id()},
        "eventTime": cloudtrail._iso_time(clock.now()),
        "eventSource": "ec2.amazonaws.com",
        "eventName": event_name,
        "awsRegion": get_region(),
        "sourceIPAddress": "127.0.0.1",
        "requestParameters": given,
        "responseElements": {"_return": True, **_element("groupId", body)},
        "eventID": str(uuid4()),
        "eventType": "AwsApiCall",
        "recipientAccountId": get_account_id(),
    }
    if answer[0] != 200:
        record |= {"responseElements": None, "errorCode": f"Client.{_element('Code', body)['Code']}"}
    return record


def _element(name: str, body: str) -> dict[str, str]:
    found = re.search(f"<{name}>([^<]*)</{name}>", body)
    return {name: found[1]} if found else {}


def _log_groups() -> Iterator[tuple[str, str]]:
    """Region and name of the log group of each trail that logs what happens in this region."""
    for _home, _name, trail in cloudtrail._visible_trail_items():
        arn = trail.get("CloudWatchLogsLogGroupArn", "")
        if trail.get("IsLogging") and arn:
            yield arn.split(":")[3], arn.split(":")[6]


def _deliver(group: str, message: str) -> None:
    stream = f"{get_account_id()}_CloudTrail_{get_region()}"
    cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})  # or it is there already
    event = {"timestamp": int(clock.now() * 1000), "message": message}
    cloudwatch_logs._put_log_events({"logGroupName": group, "logStreamName": stream, "logEvents": [event]})
