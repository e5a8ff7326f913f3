# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS is asked about filter patterns: every vector of the unit tests, and every text of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, Control, Event
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import FilterPatternError, Truth, parse
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.json_pattern import message_of
from ansible_collections.aws_cis.monitoring.tests.unit import cloudtrail_records, coverage_vectors
from ansible_collections.aws_cis.monitoring.tests.unit.filter_pattern_vectors import (
    MATCHES,
    MISSES,
    OPEN,
    OURS,
    REJECTED,
)

MATCH, NO_MATCH, REJECTED_WORD = "matches", "does not match", "is rejected"
MOST_MESSAGES = 50  # TestMetricFilter: logEventMessages has 1 to 50 items, none of them empty
_OPEN_TRUTHS = (Truth.PROBABLY, Truth.PROBABLY_NOT)
_AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Expectation:
    """What we say of a message, or, without one, of the pattern: that AWS rejects it."""

    message: str | None
    says: str  # one of the three words above
    is_inferred: bool  # no document and no recorded answer of AWS says so
    source: str


@dataclass(frozen=True)
class Question:
    """A call to TestMetricFilter: a pattern, and what we expect of each of its messages."""

    pattern: str
    expectations: tuple[Expectation, ...]

    @property
    def messages(self) -> list[str]:
        """What to send. A pattern that is to be rejected needs some message, too."""
        return [one.message if one.message is not None else "message" for one in self.expectations]


def questions() -> list[Question]:
    """Return all questions, each pattern once for every 50 messages."""
    by_pattern: dict[str, dict[str | None, Expectation]] = {}
    for pattern, expectation in (*_vectors(), *_rejected(), *_coverage(), *_catalogue()):
        known = by_pattern.setdefault(pattern, {})
        # Several tables may hold the same vector; that it is inferred is said by one of them only.
        if expectation.message not in known or expectation.is_inferred:
            known[expectation.message] = expectation
    return [
        Question(pattern, tuple(expectations[start : start + MOST_MESSAGES]))
        for pattern, expectations in ((pattern, list(known.values())) for pattern, known in by_pattern.items())
        for start in range(0, len(expectations), MOST_MESSAGES)
    ]


def expected(pattern: str, message: str, source: str) -> Expectation:
    """Return what the engine says, and whether it is established."""
    truth = parse(pattern).truth(message)
    says = MATCH if truth >= Truth.PROBABLY else NO_MATCH
    return Expectation(message, says, source == OURS or truth in _OPEN_TRUTHS, source)


def _vectors() -> Iterator[tuple[str, Expectation]]:
    opened = [(pattern, event, "no public source is certain") for pattern, event, _truth in OPEN]
    for pattern, event, source in (*MATCHES, *MISSES, *opened):
        message = event if isinstance(event, str) else message_of(event)
        if message:  # AWS takes no empty message, so that nothing can be asked about one
            yield pattern, expected(pattern, message, source)


def _rejected() -> Iterator[tuple[str, Expectation]]:
    for pattern, _position, _expected, source in REJECTED:
        yield pattern, Expectation(None, REJECTED_WORD, source == OURS, source)


def _coverage() -> Iterator[tuple[str, Expectation]]:
    doubts = {pattern: f"open is {doubt}" for pattern, doubt in coverage_vectors.UNDETERMINED if doubt}
    undetermined = [pattern for pattern, _doubt in coverage_vectors.UNDETERMINED]
    narrowed = [pattern for pattern, _condition in coverage_vectors.NARROWED]
    records = _records([Event(coverage_vectors.EVENT)])
    for pattern in (*coverage_vectors.FULL, *coverage_vectors.NONE, *undetermined, *narrowed):
        source = doubts.get(pattern, "the vectors of coverage")
        yield from ((pattern, expected(pattern, message, source)) for message in records)


def _catalogue() -> Iterator[tuple[str, Expectation]]:
    for control in CONTROLS.values():
        records = _records([*control.all_events, Event("DescribeInstances")])
        for pattern in _texts(control):
            source = f"the catalogue, {control.name}"
            if _is_accepted(pattern):
                yield from ((pattern, expected(pattern, message, source)) for message in records)
            else:
                yield pattern, Expectation(None, REJECTED_WORD, True, source)


def _texts(control: Control) -> Iterable[str]:
    prescribed = (text for each in control.prescriptions.values() for text in (*each.texts, *each.audit))
    return dict.fromkeys((*prescribed, *(one.text for one in control.filters)))


def _is_accepted(pattern: str) -> bool:
    try:
        parse(pattern)
    except FilterPatternError:
        return False
    return True


def _records(events: Iterable[Event]) -> list[str]:
    """Return a record of each event by each of some principals, as CloudTrail writes it."""
    principals: tuple[Mapping[str, Any], ...] = (cloudtrail_records.user("alice", mfa=False), cloudtrail_records.ROOT)
    return [
        message_of(cloudtrail_records.record(dict(who), event.name, _AT, eventSource=event.source))
        for event in events
        for who in principals
    ]
