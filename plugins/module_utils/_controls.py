# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of controls: what each benchmark asks to be told about, and in which words.

A control is data. A second one is a new entry here, not new code.
Sources: the CIS AWS Foundations Benchmarks v1.2.0 to v7.0.0, and AWS's page on the Security Hub
controls for CloudWatch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

SECURITY_HUB = "security_hub"

CIS_BENCHMARKS: tuple[str, ...] = (
    "cis_v1_2_0",
    "cis_v1_3_0",
    "cis_v1_4_0",
    "cis_v1_5_0",
    "cis_v2_0_0",
    "cis_v3_0_0",
    "cis_v4_0_0",
    "cis_v5_0_0",
    "cis_v6_0_0",
    "cis_v7_0_0",
)

BENCHMARKS: tuple[str, ...] = (*CIS_BENCHMARKS, SECURITY_HUB)
"""The name of every benchmark, the CIS ones from the oldest to the newest."""

DEFAULT_BENCHMARK = "cis_v1_4_0"


@dataclass(frozen=True)
class Event:
    """An event as CloudTrail records it: eventName and eventSource."""

    name: str
    source: str = "ec2.amazonaws.com"


@dataclass(frozen=True)
class Control:
    """Something that somebody must be told about, as each benchmark words it."""

    name: str
    title: str
    ids: Mapping[str, str]  # the control's number in each benchmark that has it
    events: Mapping[str, tuple[Event, ...]]  # what each benchmark asks for
    patterns: Mapping[str, str]  # the filter pattern that each benchmark prescribes

    @cached_property
    def all_events(self) -> tuple[Event, ...]:
        """Every event that some benchmark asks for, once."""
        return tuple(dict.fromkeys(chain.from_iterable(self.events.values())))

    def later_events(self, benchmark: str) -> tuple[Event, ...]:
        """The events that other benchmarks ask for and this one does not; KeyError if it lacks the control."""
        required = self.events[benchmark]
        return tuple(event for event in self.all_events if event not in required)


def any_of(events: Iterable[Event]) -> str:
    """The pattern that matches each of the events by name, in the benchmarks' own spelling."""
    return "{ " + " || ".join(f"($.eventName = {event.name})" for event in events) + " }"


def prescribed_patterns(control: Control, benchmarks: Iterable[str] = BENCHMARKS) -> tuple[str, ...]:
    """The distinct patterns that the benchmarks prescribe, the one with the fewest events first.

    Raises KeyError for a benchmark that lacks the control.
    """
    by_events = sorted(benchmarks, key=lambda benchmark: len(control.events[benchmark]))
    return tuple(dict.fromkeys(control.patterns[benchmark] for benchmark in by_events))


_SIX = tuple(
    Event(name)
    for name in (
        "AuthorizeSecurityGroupIngress",
        "AuthorizeSecurityGroupEgress",
        "RevokeSecurityGroupIngress",
        "RevokeSecurityGroupEgress",
        "CreateSecurityGroup",
        "DeleteSecurityGroup",
    )
)
# The console's rule editor emits this event alone; CIS asks for it from v5.0.0 on.
_SEVEN = (*_SIX, Event("ModifySecurityGroupRules"))

_SECURITY_GROUP_EVENTS: Mapping[str, tuple[Event, ...]] = {
    benchmark: _SEVEN if benchmark in ("cis_v5_0_0", "cis_v6_0_0", "cis_v7_0_0") else _SIX for benchmark in BENCHMARKS
}

SECURITY_GROUP_CHANGES = Control(
    name="security_group_changes",
    title="Somebody is told when a security group changes",
    ids={
        "cis_v1_2_0": "3.10",
        "cis_v1_3_0": "4.10",
        "cis_v1_4_0": "4.10",
        "cis_v1_5_0": "4.10",
        "cis_v2_0_0": "4.10",
        "cis_v3_0_0": "4.10",
        "cis_v4_0_0": "4.10",
        "cis_v5_0_0": "4.10",
        "cis_v6_0_0": "5.10",
        "cis_v7_0_0": "5.10",
        SECURITY_HUB: "CloudWatch.10",
    },
    events=_SECURITY_GROUP_EVENTS,
    patterns={benchmark: any_of(events) for benchmark, events in _SECURITY_GROUP_EVENTS.items()},
)

CONTROLS: dict[str, Control] = {control.name: control for control in (SECURITY_GROUP_CHANGES,)}
