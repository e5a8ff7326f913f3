# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often an alarm would have fired, and which principals caused it. Counted from matching records. Pure.

The alarm is the prescribed one: the Sum over five minutes is at least 1, in one period. CloudWatch evaluates it every
minute, over a window that slides with it ('Alarm evaluation' and 'Alarm evaluation window' of the Amazon CloudWatch
User Guide), so that it stays in ALARM until five minutes have passed without a record, and fires again with the next.
Where data are missing CloudWatch may evaluate more periods, and then it fires less often: the count is an upper limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._controls import Control
from .exclusions import Exclusion, cost, exclusion_of
from .identities import identity_of
from .records import decoded, event_of
from .table import columns, counted

PERIOD = 5  # minutes, of the prescribed alarm
_MINUTE = 60_000  # milliseconds
_SHOWN = 5  # principals, unless fewer are behind nine tenths of the records
_MOST_OF_IT = 0.9

# How to reduce the alarm volume without weakening the control.
QUIETER_WAYS = (
    "Use a separate topic for the control, with a queue or a chat channel as subscriber instead of e-mail.",
    "Set a filter policy on a subscription, so that not every subscriber gets each alarm. "
    "The audit verifies that a subscriber is still notified.",
    "Let a composite alarm notify for the alarms of several controls. "
    "A change that triggers three of them then causes one notification.",
    "Make frequent changes in batches. An alarm that is already in ALARM does not fire again.",
)


def rings(minutes: Iterable[int]) -> list[int]:
    """Return the minutes in which the alarm goes into ALARM, of those with records; minutes since the epoch."""
    starts: list[int] = []
    before: int | None = None
    for minute in sorted(set(minutes)):
        if before is None or minute - before > PERIOD:
            starts.append(minute)
        before = minute
    return starts


@dataclass
class _Tally:
    """Records that are the same for each exclusion that is thought of."""

    example: str  # the newest of them
    newest: int = 0
    records: int = 0
    minutes: set[int] = field(default_factory=set)


class Noise:
    """Counts the records of a control."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, Exclusion | None, str], _Tally] = {}
        self._seen: set[str] = set()

    def add(self, message: str, timestamp: int, event_id: str = "") -> None:
        """Count a log message, once: several filters can match it. `timestamp` is in milliseconds."""
        record = decoded(message)
        identity = identity_of(record)
        seen = f"{record.get('eventID') or event_id} {record.get('recipientAccountId', '')}"
        if seen in self._seen:
            return
        self._seen.add(seen)
        key = (identity.principal, exclusion_of(record), identity.invoked_by)
        tally = self._tallies.setdefault(key, _Tally(message))
        tally.records += 1
        tally.minutes.add(timestamp // _MINUTE)
        if timestamp >= tally.newest:
            tally.newest, tally.example = timestamp, message

    @property
    def records(self) -> int:
        return len(self._seen)

    def result(self, control: Control, patterns: tuple[str, ...], days: float, silence: str = "") -> dict[str, Any]:
        """Return the counts for this number of days, for filters with these patterns.

        `silence` is why nothing can be known where there are none.
        """
        minutes = self._minutes()
        ringing = len(rings(minutes))
        return {
            "control": control.name,
            "title": control.title,
            "patterns": list(patterns),
            "days": days,
            "records": self.records,
            "note": "" if self.records else silence,
            "periods": len({minute // PERIOD for minute in minutes}),
            "rings": ringing,
            "rings_a_day": round(ringing / days, 1),
            "principals": [self._principal(name, control, patterns) for name in self._loudest()],
            "other_principals": len(self.principals) - len(self._loudest()),
            "quieter_ways": list(QUIETER_WAYS) if ringing else [],
        }

    def _minutes(self, without: str | None = None) -> set[int]:
        return {
            minute for (name, *_rest), tally in self._tallies.items() if name != without for minute in tally.minutes
        }

    @property
    def principals(self) -> dict[str, int]:
        """The number of records of each principal, the most active first."""
        counts: dict[str, int] = {}
        for (name, *_rest), tally in self._tallies.items():
            counts[name] = counts.get(name, 0) + tally.records
        return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))

    def _loudest(self) -> list[str]:
        """Those behind most of it, the loudest first."""
        chosen: list[str] = []
        heard = 0
        for name, count in self.principals.items():
            if len(chosen) == _SHOWN or heard >= _MOST_OF_IT * self.records:
                break
            chosen.append(name)
            heard += count
        return chosen

    def _principal(self, name: str, control: Control, patterns: tuple[str, ...]) -> dict[str, Any]:
        count = self.principals[name]
        return {
            "principal": name,
            "records": count,
            "share": round(100 * count / self.records),
            "rings_without": len(rings(self._minutes(without=name))),
            "exclusion": self._exclusion(name, control, patterns),
        }

    def _exclusion(self, name: str, control: Control, patterns: tuple[str, ...]) -> dict[str, Any] | None:
        """What it would cost to leave the principal out of each of the patterns."""
        of_principal = {key: tally for key, tally in self._tallies.items() if key[0] == name and key[1]}
        if not of_principal:
            return None
        (_name, exclusion, _service), _tally = max(of_principal.items(), key=lambda entry: entry[1].records)
        priced = cost(exclusion, patterns, control) if exclusion else None
        if priced is None:
            return None
        missed = [(key[0], tally) for key, tally in self._tallies.items() if priced.misses(tally.example)]
        of_others = [tally for other, tally in missed if other != name]
        example = max(of_others or [tally for _name, tally in missed], key=lambda tally: tally.newest, default=None)
        return {
            "patterns": list(priced.patterns),
            "coverage": priced.degree,
            "condition": priced.condition,
            "missed": sum(tally.records for _name, tally in missed),
            "missed_of_others": sum(tally.records for tally in of_others),
            "example": event_of(example.example, example.newest).as_dict() if example else None,
        }


def preview_lines(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """The results of several controls for a terminal: those without a record in one line."""
    lines: list[str] = []
    without: dict[str, list[str]] = {}
    for result in results:
        if result["records"]:
            lines += noise_lines(result)
        else:
            note = result["note"] or f"no record in {result['days']:g} days; the alarm would not have fired."
            without.setdefault(note, []).append(result["control"])
    return [*lines, *(f"{', '.join(controls)}: {note}" for note, controls in without.items())]


def noise_lines(result: Mapping[str, Any]) -> list[str]:
    """Return the result of a control as lines for the terminal."""
    lines = [
        f"{result['control']}: {counted(result['records'], 'record')} in {counted(result['days'], 'day')}, "
        f"in {counted(result['periods'], 'period')} of five minutes. The alarm would have fired "
        f"{counted(result['rings'], 'time')} at most, {result['rings_a_day']:g} per day."
    ]
    rows = [
        (
            one["principal"],
            counted(one["records"], "record"),
            f"{one['share']} %",
            f"{one['rings_without']} alarms without it",
        )
        for one in result["principals"]
    ]
    lines += [f"  {line}" for line in columns(rows)]
    for one in result["principals"]:
        if one["exclusion"]:
            lines.append(f"  {_priced(one['principal'], one['exclusion'])}")
    return lines


def quieter_lines(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the ways to reduce the alarm volume of these controls, each once."""
    return list(
        dict.fromkeys(f"To reduce the alarm volume: {way}" for result in results for way in result["quieter_ways"])
    )


def _priced(name: str, exclusion: Mapping[str, Any]) -> str:
    missed = f"{exclusion['missed']} of these records"
    if exclusion["missed_of_others"]:
        missed += f", {exclusion['missed_of_others']} of them from other principals"
    event = exclusion["example"]
    such = f", such as {event['event']} by {event['who']} at {event['time']}" if event else ""
    # The proof's own word for a pattern that no longer catches all that the control asks for.
    why = f" ({exclusion['condition']})" if exclusion["condition"] else ""
    return f"Do not exclude {name}: coverage would be {exclusion['coverage']}{why}, missing {missed}{such}."
