# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS's own evaluation of an account's filter patterns says of sample records, beside ours. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._controls import Case
from ..filter_pattern import FilterPatternError, parse
from .records import Record


@dataclass(frozen=True)
class TriedFilter:
    """A metric filter and the records, by their place, that AWS says it matches."""

    name: str
    pattern: str
    matched: frozenset[int]


@dataclass(frozen=True)
class PatternResult:
    """How the filters of a path did on the records, taken together: one that matches is enough."""

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
        """One sentence or more for people."""
        names = ", ".join(one["name"] for one in self.filters)
        said = (
            f"AWS matches no filter with {len(self.missed)} records that the benchmark asks for, "
            f"the first is {self.missed[0]}."
            if self.missed
            else f"AWS matches every record that the benchmark asks for with {names}."
        )
        if self.later_missed:
            said += f" What another benchmark asks for is missed, such as {self.later_missed[0]}."
        if self.also_matched:
            said += f" It also matches {', '.join(self.also_matched)}."
        if self.differences:
            said += (
                f" This collection decides {len(self.differences)} of the records otherwise than AWS: that is a bug of "
                "this collection, please report it."
            )
        return said


def compare(tried: Sequence[TriedFilter], records: Sequence[Record], required: Collection[Case]) -> PatternResult:
    """What the filters match together, by AWS's word, and where ours differs. `required` are the benchmark's cases."""
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
