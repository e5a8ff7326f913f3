# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS's evaluation of an account's filter patterns on sample records, compared with ours. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._controls import Case
from ..filter_pattern import FilterPatternError, parse
from .records import Record


@dataclass(frozen=True)
class TriedFilter:
    """A metric filter and the records, by index, that it matches according to AWS."""

    name: str
    pattern: str
    matched: frozenset[int]


@dataclass(frozen=True)
class PatternResult:
    """The combined result of a path's filters: a record is matched if one filter matches it."""

    records: int
    filters: tuple[dict[str, str], ...]
    missed: tuple[str, ...] = ()  # records that the benchmark asks for and no filter matches
    later_missed: tuple[str, ...] = ()  # the same of those that only another benchmark asks for
    also_matched: tuple[str, ...] = ()  # records that no benchmark asks for
    differences: tuple[dict[str, Any], ...] = field(default=())  # where our own evaluation says otherwise

    @property
    def passed(self) -> bool:
        return not self.missed

    def as_dict(self) -> dict[str, Any]:
        """The value of `pattern` in the drill's result."""
        return {
            "records": self.records,
            "filters": [dict(one) for one in self.filters],
            "missed": list(self.missed),
            "later_missed": list(self.later_missed),
            "also_matched": list(self.also_matched),
            "differences": [dict(one) for one in self.differences],
        }

    @property
    def detail(self) -> str:
        """The result in one or more sentences."""
        names = ", ".join(one["name"] for one in self.filters)
        said = (
            f"No filter matches {_counted(len(self.missed), 'record')} that the benchmark requires, "
            f"such as {self.missed[0]}."
            if self.missed
            else f"Every record that the benchmark requires is matched by {names}."
        )
        if self.later_missed:
            said += f" Records that only another benchmark requires are not matched, such as {self.later_missed[0]}."
        if self.also_matched:
            said += f" Also matched: {', '.join(self.also_matched)}."
        if self.differences:
            said += (
                f" This collection and AWS differ on {_counted(len(self.differences), 'record')}. "
                "This is a bug of this collection. Please report it."
            )
        return said


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def compare(tried: Sequence[TriedFilter], records: Sequence[Record], required: Collection[Case]) -> PatternResult:
    """Return what the filters match according to AWS, and where ours differs. `required` are the benchmark's cases."""
    matched = frozenset().union(*(one.matched for one in tried))
    missed = [record for place, record in enumerate(records) if record.must_match and place not in matched]
    return PatternResult(
        records=len(records),
        filters=tuple({"name": one.name, "pattern": one.pattern} for one in tried),
        missed=tuple(record.title for record in missed if _is_required(record, required)),
        later_missed=tuple(record.title for record in missed if not _is_required(record, required)),
        also_matched=tuple(records[place].title for place in sorted(matched) if not records[place].must_match),
        differences=tuple(difference for one in tried for difference in _differences(one, records)),
    )


def _is_required(record: Record, required: Collection[Case]) -> bool:
    return any(case in required for case in record.cases)


def _differences(tried: TriedFilter, records: Sequence[Record]) -> Iterator[dict[str, Any]]:
    try:
        pattern = parse(tried.pattern)
    except FilterPatternError as error:
        yield {"filter": tried.name, "record": "", "aws": "accepts the pattern", "ours": str(error)}
        return
    for place, record in enumerate(records):
        ours, aws = pattern.matches(record.message), place in tried.matched
        if ours != aws:
            words = {True: "matches", False: "does not match"}
            yield {"filter": tried.name, "record": record.title, "aws": words[aws], "ours": words[ours]}
