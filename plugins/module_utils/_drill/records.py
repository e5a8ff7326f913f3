# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sample records for a control's filters: some for each of its cases, and some near misses. Pure.

Both are generated from the catalogue. What a case is made of are those of the shapes of `shapes.py` that its pattern
matches, so that none is there that CloudTrail would not write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._controls import Case, Control, Event
from ..filter_pattern import parse
from .shapes import Shape, bystander, calls, situations

# TestMetricFilter takes as many messages in a call.
MOST_RECORDS = 50
_KEPT_FOR_NEAR_MISSES = 8


@dataclass(frozen=True)
class Record:
    """A sample record, and the cases that it belongs to: none for a near miss."""

    event: str
    caller: str
    content: Mapping[str, Any]
    cases: tuple[Case, ...] = ()

    @property
    def must_match(self) -> bool:
        """Whether a benchmark requires a filter to match it."""
        return bool(self.cases)

    @property
    def title(self) -> str:
        """Such as "CreateSecurityGroup by root"."""
        return f"{self.event} by {self.caller}"

    @property
    def message(self) -> str:
        """The text as CloudTrail writes it to a log group."""
        return json.dumps(self.content, separators=(",", ":"))


def records(control: Control) -> tuple[Record, ...]:
    """Return the records for one call of TestMetricFilter: each case, of as many kinds as there is room for."""
    near = near_misses(control)
    room = MOST_RECORDS - min(len(near), _KEPT_FOR_NEAR_MISSES)
    chosen = _in_turns([case_records(control, case) for case in control.all_cases], room)
    return (*chosen, *near)[:MOST_RECORDS]


def _in_turns(by_case: Sequence[Sequence[Record]], most: int) -> tuple[Record, ...]:
    """Take one record of each case after the other, each case beginning with another kind of record."""
    chosen: dict[str, Record] = {}
    for turn in range(max(map(len, by_case), default=0)):
        for place, of_case in enumerate(by_case):
            if turn < len(of_case) and len(chosen) < most:
                record = of_case[(turn + place) % len(of_case)]
                chosen[record.message] = record
    return tuple(chosen.values())


def case_records(control: Control, case: Case) -> tuple[Record, ...]:
    """Every record that we know of a case of the control's."""
    shapes = calls(case.event) if case.event and _is_of_event(control) else situations()
    return tuple(record for record in _as_records(control, shapes) if case in record.cases)


def near_misses(control: Control) -> tuple[Record, ...]:
    """Return records close to the cases that no benchmark requires."""
    shapes = _beside_events(control) if _is_of_event(control) else situations()
    return tuple(record for record in _as_records(control, shapes) if not record.must_match)


def _is_of_event(control: Control) -> bool:
    """Whether its cases are calls by their names. A sign-in has a name, and is one of its kinds by other fields."""
    return all(case.event and case.event.source != "signin.amazonaws.com" for case in control.all_cases)


def _as_records(control: Control, shapes: Iterator[Shape]) -> Iterator[Record]:
    described = [(case, parse(case.pattern)) for case in control.all_cases]
    for shape in shapes:
        bare = Record(shape.event.name, shape.caller, shape.content)
        cases = tuple(case for case, pattern in described if pattern.matches(bare.message))
        yield replace(bare, cases=cases)


# Calls that only look, and calls of other services that sound alike.
_BESIDE: Mapping[str, tuple[Event, ...]] = {
    "ec2.amazonaws.com": (
        Event("DescribeSecurityGroups"),
        Event("DescribeRouteTables"),
        Event("AuthorizeDBSecurityGroupIngress", "rds.amazonaws.com"),
        Event("CreateCacheSecurityGroup", "elasticache.amazonaws.com"),
        Event("CreateTransitGateway"),
    ),
    "iam.amazonaws.com": (Event("GetPolicy", "iam.amazonaws.com"), Event("CreateUser", "iam.amazonaws.com")),
    "cloudtrail.amazonaws.com": (
        Event("GetTrailStatus", "cloudtrail.amazonaws.com"),
        Event("PutEventSelectors", "cloudtrail.amazonaws.com"),
    ),
    "kms.amazonaws.com": (Event("DescribeKey", "kms.amazonaws.com"), Event("CreateKey", "kms.amazonaws.com")),
    "s3.amazonaws.com": (
        Event("GetBucketPolicy", "s3.amazonaws.com"),
        Event("CreateBucket", "s3.amazonaws.com"),
        Event("PutBucketPolicy", "s3express.amazonaws.com"),
    ),
    "config.amazonaws.com": (
        Event("DescribeConfigurationRecorders", "config.amazonaws.com"),
        Event("PutConfigRule", "config.amazonaws.com"),
    ),
    "organizations.amazonaws.com": (
        Event("DescribeOrganization", "organizations.amazonaws.com"),
        Event("ListAccounts", "organizations.amazonaws.com"),
        Event("CreatePolicy", "iam.amazonaws.com"),
    ),
}


def _beside_events(control: Control) -> Iterator[Shape]:
    """Calls beside a control's events: its own service's, others' that sound alike, and one that names an event."""
    source = control.all_events[0].source
    for event in _BESIDE[source]:
        yield bystander(event)
    # The name of one of the events, elsewhere than in eventName.
    asked = {"lookupAttributes": [{"attributeKey": "EventName", "attributeValue": control.all_events[0].name}]}
    looking = bystander(Event("LookupEvents", "cloudtrail.amazonaws.com"))
    yield Shape(looking.event, looking.caller, {**looking.content, "requestParameters": asked})
    # What the benchmarks leave out, where the catalogue names the event.
    for name in control.uncaught:
        if name.isidentifier() and not name.endswith("Result"):
            yield bystander(Event(name, source))
