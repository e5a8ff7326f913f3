# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a CloudTrail record that are shown: time, principal, source, event, resources and outcome. Pure.

Follows 'CloudTrail record contents' of the AWS CloudTrail User Guide. Request and response are not copied, see
resources.py, and neither are access keys and error messages, which quote requests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from .identities import Identity, identity_of, mapping, text
from .resources import resources_of

ALLOWED = "allowed"
DENIED = "denied"
FAILED = "failed"

# errorCode has no fixed vocabulary: EC2 writes Client.UnauthorizedOperation, most others AccessDenied(Exception).
_DENIED = re.compile(r"AccessDenied|Unauthorized|NotAuthorized|AuthFailure|AuthorizationError|Forbidden|OptInRequired")
_LONGEST_AGENT = 300  # characters; whoever acts chooses it


@dataclass(frozen=True)
class Event:
    """A record that a metric filter matches."""

    id: str  # eventID; that of the log event where the record has none
    time: str  # eventTime, UTC
    timestamp: int  # of the log event, in milliseconds: what CloudWatch counts it by
    name: str
    source: str
    identity: Identity
    source_ip: str
    user_agent: str
    resources: tuple[str, ...]
    outcome: str  # allowed, denied or failed
    error_code: str
    region: str
    account: str  # whose trail recorded it; of an organisation's trail the member
    read_only: bool | None
    controls: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    expected_reason: str = ""  # why it was expected; '' if it was not

    def matched_by(self, control: str, filters: Iterable[str]) -> Event:
        """The same event, matched by filters of a control."""
        return replace(self, controls=(control,), filters=tuple(filters))

    def as_dict(self) -> dict[str, Any]:
        return {
            "time": self.time,
            **self.identity.as_dict(),
            "account": self.account,
            "region": self.region,
            "event": self.name,
            "event_source": self.source,
            "read_only": self.read_only,
            "resources": list(self.resources),
            "outcome": self.outcome,
            "error_code": self.error_code,
            "source_ip": self.source_ip,
            "user_agent": self.user_agent,
            "event_id": self.id,
            "controls": list(self.controls),
            "filters": list(self.filters),
            "expected": bool(self.expected_reason),
            "expected_reason": self.expected_reason,
        }


def decoded(message: str) -> Mapping[str, Any]:
    """The record of a log message; an empty one if the message is no JSON object."""
    try:
        record = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def event_of(message: str, timestamp: int, event_id: str = "") -> Event:
    """Return the shown fields of a log message. `timestamp` (in milliseconds) and `event_id` are the log event's."""
    record = decoded(message)
    read_only = record.get("readOnly")
    return Event(
        id=text(record, "eventID") or event_id,
        time=text(record, "eventTime") or moment(timestamp),
        timestamp=timestamp,
        name=text(record, "eventName"),
        source=text(record, "eventSource"),
        identity=identity_of(record),
        source_ip=text(record, "sourceIPAddress"),
        user_agent=text(record, "userAgent")[:_LONGEST_AGENT],
        resources=resources_of(record),
        outcome=_outcome(record),
        error_code=text(record, "errorCode"),
        region=text(record, "awsRegion"),
        account=text(record, "recipientAccountId"),
        read_only=read_only if isinstance(read_only, bool) else None,
    )


def _outcome(record: Mapping[str, Any]) -> str:
    code = text(record, "errorCode")
    if _DENIED.search(code) or text(mapping(record, "responseElements"), "ConsoleLogin") == "Failure":
        return DENIED
    return FAILED if code or text(record, "errorMessage") else ALLOWED


def moment(milliseconds: int) -> str:
    """A time as records and our results write it: 2026-11-23T05:00:00Z."""
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def newest_first(events: Iterable[Event]) -> list[Event]:
    """Each record once, with all controls and filters that matched it, the newest first.

    It is expected if it is for each of these controls.
    """
    merged: dict[tuple[str, str], Event] = {}
    for event in events:
        known = merged.get((event.account, event.id), event)
        controls = tuple(dict.fromkeys((*known.controls, *event.controls)))
        filters = tuple(dict.fromkeys((*known.filters, *event.filters)))
        reason = known.expected_reason if event.expected_reason else ""
        merged[event.account, event.id] = replace(known, controls=controls, filters=filters, expected_reason=reason)
    return sorted(merged.values(), key=lambda event: (event.time, event.timestamp, event.id), reverse=True)
