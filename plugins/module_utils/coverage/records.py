# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is there a CloudTrail record of an event for which some claims hold?

What is known of a record beforehand is in its model: the event's name and source, and which fields
every record has. All other fields may be absent or hold anything, so that what is proven here holds
whoever calls the event, from wherever, denied or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from ..filter_pattern.json_pattern import AnyMember, Selector, Step
from .texts import Budget, NoAnswer
from .values import Claim, all_hold, find_scalar, find_string

# Deeper selectors, and longer arrays, are beyond any CloudTrail record; claims about them stay undecided.
MAX_DEPTH = 40
MAX_ARRAY = 1000


class Absent(Enum):
    """In place of a value: the field is not there."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


@dataclass(frozen=True)
class Known:
    """What is known of a field that every record has."""

    sample: str | None  # a likely text; None: the field is an object
    is_exact: bool = False  # the sample is the only text it can have


def known_fields(
    event_name: str | None = None, event_source: str | None = None, *, is_management: bool = True
) -> dict[str, Known]:
    """Return the fields that every record has ('CloudTrail record contents': Optional: False, up to version 1.07).

    None stands for an event of any name or source. Management events are those that the benchmarks ask for.
    """
    return {
        "eventVersion": Known("1.11"),
        "userIdentity": Known(None),
        "eventTime": Known("2026-01-02T03:04:05Z"),
        "eventSource": Known(event_source or "ec2.amazonaws.com", is_exact=event_source is not None),
        "eventName": Known(event_name or "RunInstances", is_exact=event_name is not None),
        "awsRegion": Known("eu-west-3"),
        "sourceIPAddress": Known("192.0.2.1"),
        "eventID": Known("5b2f1c3e-0000-4000-8000-000000000000"),
        "eventType": Known("AwsApiCall"),
        "eventCategory": Known("Management", is_exact=is_management),
    }


@dataclass
class _Field:
    """A field with the claims about it, and the fields below it."""

    known: Known | None = None
    claims: list[Claim] = field(default_factory=list)
    below: dict[Step, _Field] = field(default_factory=dict)

    def at(self, step: Step) -> _Field:
        return self.below.setdefault(step, _Field())


def is_plain(selector: Selector) -> bool:
    """Tell whether claims about the selector can be decided: it has no wildcard and is not absurdly deep."""
    return not selector.has_wildcard and len(selector.steps) <= MAX_DEPTH


def find_record(known: Mapping[str, Known], claims: Iterable[Claim], budget: Budget) -> dict[str, object] | NoAnswer:
    """Return a record for which all claims hold. Their selectors must be plain."""
    root = _Field(Known(None))
    root.below = {name: _Field(knowledge) for name, knowledge in known.items()}
    for claim in claims:
        place = root
        for step in claim.condition.selector.steps:
            place = place.at(step)
        place.claims.append(claim)
    return _find_object(root, budget)


def _may_be_absent(place: _Field) -> bool:
    return place.known is None and all_hold(place.claims, []) and all(map(_may_be_absent, place.below.values()))


def _find_value(place: _Field, budget: Budget) -> object:
    """Return what the field can hold, ABSENT among it, or a NoAnswer."""
    if place.known is not None and not place.claims and not place.below:
        return {} if place.known.sample is None else place.known.sample
    if _may_be_absent(place):
        return ABSENT
    return _find_present(place, budget)


def _find_present(place: _Field, budget: Budget) -> object:
    """Return a value for a field that is there, or a NoAnswer."""
    known = place.known
    if known is not None:
        if known.sample is None:
            return _find_object(place, budget)
        return _find_known_text(place, known.sample, known.is_exact, budget)
    undecided = False
    for find in (_find_object, _find_array, _find_leaf):
        value = find(place, budget)
        if not isinstance(value, NoAnswer):
            return value
        undecided |= value is NoAnswer.UNDECIDED
    return NoAnswer.UNDECIDED if undecided else NoAnswer.IMPOSSIBLE


def _find_object(place: _Field, budget: Budget) -> dict[str, object] | NoAnswer:
    if not all_hold(place.claims, [{}]):
        return NoAnswer.IMPOSSIBLE
    members: dict[str, object] = {}
    answer: NoAnswer | None = None
    for step, inner in place.below.items():
        value = _find_value(inner, budget) if isinstance(step, str) else _only_absent(inner)
        if value is NoAnswer.IMPOSSIBLE:
            return value
        if isinstance(value, NoAnswer):
            answer = value
        elif value is not ABSENT:
            members[str(step)] = value
    return answer or members


def _find_array(place: _Field, budget: Budget) -> object:
    """Return an array that is not empty (an empty object would also do); each length is tried."""
    if not all_hold(place.claims, [[]]):
        return NoAnswer.IMPOSSIBLE
    if any(isinstance(step, str) and not _may_be_absent(inner) for step, inner in place.below.items()):
        return NoAnswer.IMPOSSIBLE
    elements = {step: inner for step, inner in place.below.items() if isinstance(step, int)}
    undecided = False
    for index in sorted(elements):
        value = _find_array_of(index + 1, elements, budget)
        if not isinstance(value, NoAnswer):
            return value
        undecided |= value is NoAnswer.UNDECIDED
    return NoAnswer.UNDECIDED if undecided else NoAnswer.IMPOSSIBLE


def _find_array_of(length: int, elements: Mapping[int, _Field], budget: Budget) -> list[object] | NoAnswer:
    if any(index >= length and not _may_be_absent(inner) for index, inner in elements.items()):
        return NoAnswer.IMPOSSIBLE
    if length > MAX_ARRAY:
        return NoAnswer.UNDECIDED
    array: list[object] = [None] * length
    for index, inner in elements.items():
        if index < length:
            value = _find_present(inner, budget)
            if isinstance(value, NoAnswer):
                return value
            array[index] = value
    return array


def _find_leaf(place: _Field, budget: Budget) -> object:
    if not all(map(_may_be_absent, place.below.values())):
        return NoAnswer.IMPOSSIBLE
    return find_scalar(place.claims, budget)


def _find_known_text(place: _Field, sample: str, is_exact: bool, budget: Budget) -> str | NoAnswer:
    if not all(map(_may_be_absent, place.below.values())):
        return NoAnswer.IMPOSSIBLE
    if is_exact:
        return sample if all_hold(place.claims, [sample]) else NoAnswer.IMPOSSIBLE
    return find_string(place.claims, budget, sample)


def _only_absent(place: _Field) -> Absent | NoAnswer:
    return ABSENT if _may_be_absent(place) else NoAnswer.IMPOSSIBLE


def without_wildcard(selector: Selector) -> Selector:
    """Return a selector of one of the members that a wildcard selects."""
    steps: list[Step] = []
    for step in selector.steps:
        steps.append(step if not isinstance(step, AnyMember) else 0 if step.of is list else "anyField")
    return Selector(tuple(steps), selector.written)
