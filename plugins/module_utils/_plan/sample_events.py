# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sample events that a filter pattern must or must not match: the option test_events, see its documentation. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..filter_pattern import Truth, parse
from ..filter_pattern.json_pattern import message_of

Samples = Sequence[Mapping[str, Any]]


def faults(samples: Samples) -> Iterator[str]:
    """Say which of the samples are no log events."""
    for number, sample in enumerate(samples, start=1):
        event = sample["event"]
        if not (event and isinstance(event, str | Mapping)):
            yield f"{_called(number, sample)} is {event!r}, but an event is a text or a dictionary, and not empty."


def messages(samples: Samples) -> list[str]:
    """Return the log messages that the samples are."""
    return [one["event"] if isinstance(one["event"], str) else message_of(one["event"]) for one in samples]


def evaluated(pattern: str, samples: Samples) -> list[Truth]:
    """Run the samples through a pattern here."""
    parsed = parse(pattern)
    return [parsed.truth(message) for message in messages(samples)]


def unexpected(samples: Samples, matching: Sequence[bool], where: str) -> Iterator[str]:
    """Name the samples that end otherwise than they should. `where` completes 'when evaluated ...'."""
    for number, (sample, matches) in enumerate(zip(samples, matching, strict=True), start=1):
        if matches != sample["matches"]:
            was, should = ("matches", "must not match") if matches else ("does not match", "must match")
            yield f"{_called(number, sample)} {was} the pattern when evaluated {where}, but it {should}."


def not_established(samples: Samples, truths: Sequence[Truth]) -> Iterator[str]:
    """Name the samples of which no document says how they end."""
    for number, (sample, truth) in enumerate(zip(samples, truths, strict=True), start=1):
        if truth in (Truth.PROBABLY, Truth.PROBABLY_NOT):
            ends = "matches" if truth is Truth.PROBABLY else "does not match"
            yield (
                f"{_called(number, sample)} probably {ends} the pattern, but no document of AWS says so. "
                "Set test_with_aws to ask AWS."
            )


def _called(number: int, sample: Mapping[str, Any]) -> str:
    return f"Test event {number}" + (f" ({sample['name']})" if sample.get("name") else "")
