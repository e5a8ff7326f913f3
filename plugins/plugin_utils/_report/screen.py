# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screen of a run: the totals, the accounts to look at by their causes, what else there is to say. Pure.

Whatever the number of accounts, it has no more lines than the terminal, and each account that is not listed is counted.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from ...module_utils._safe_text import one_line

LEAST_HEIGHT = 10
LEAST_WIDTH = 40
_LONGEST_CODE = 40
_WIDEST_NAME = 32
_MOST_REMARKS = 4
_MOST_OF_TOTALS = 3
_AGAIN = "as above"
_GAP = "  "


@dataclass(frozen=True)
class Row:
    """An account, what became of it, why, and what to do."""

    status: str
    name: str
    account: str = ""  # its id, where it is known
    tally: str = ""  # such as 14/15
    cause: str = ""
    remedy: str = ""

    @property
    def group(self) -> tuple[str, str, str]:
        """The same for accounts of one cause, though texts name the account."""
        return self.status, self._without_names(self.cause), self._without_names(self.remedy)

    def _without_names(self, text: str) -> str:
        return text.replace(self.account, "*") if self.account else text


@dataclass(frozen=True)
class Screen:
    """What is shown: `totals` first, then `rows` in the order of their statuses, `listing`, and `ends` last."""

    totals: Sequence[str]
    rows: Sequence[Row] = ()
    listing: Sequence[str] = ()  # lines as they are, of which the first ones matter most
    remarks: Sequence[str] = ()
    ends: Sequence[str] = ()  # where to read more
    rest: str = "see the report"

    def lines(self, width: int, height: int) -> list[str]:
        """Return what fits a terminal, the accounts of one cause together."""
        width, height = max(width, LEAST_WIDTH), max(height, LEAST_HEIGHT)
        totals = [*_wrapped("", self.totals[0], width, _MOST_OF_TOTALS), *self.totals[1:2]]
        ends = [one_line(line) for line in self.ends[-1:]]
        remarks = self._remarks(width, _MOST_REMARKS if height > 2 * LEAST_HEIGHT else 1)
        # A path is not cut: it takes the lines that it needs.
        room = height - len(totals) - len(remarks) - sum(-(-len(line) // width) for line in ends)
        for_rows = room - min(len(self.listing), room // 2) if self.rows else 0
        rows = self._rows(grouped(self.rows), width, for_rows)
        listing = _first(self.listing, room - len(rows), f"and {{}} more, {self.rest}")
        return [*(_cut(one_line(line), width) for line in (*totals, *rows, *listing, *remarks)), *ends]

    def all_lines(self) -> list[str]:
        """Return all of it, whatever the terminal."""
        rows = _aligned(list(chain.from_iterable(grouped(self.rows))))
        said = chain(self.totals, (head + text for head, text in rows), self.listing, self.remarks, self.ends)
        return [one_line(line) for line in said]

    def _remarks(self, width: int, room: int) -> list[str]:
        wrapped = [part for line in self.remarks for part in _wrapped("", line, width, len(line))]
        return wrapped if len(wrapped) <= room else _first(self.remarks, room, f"and {{}} more remarks, {self.rest}")

    def _rows(self, groups: Sequence[Sequence[Row]], width: int, room: int) -> list[str]:
        count = sum(map(len, groups))
        shown = groups if count <= room else _shares(groups, room - 1)
        aligned = _aligned([row for group in shown for row in group])
        left = count - len(aligned)
        last = [f"and {left} more, {self.rest}"] if left else []
        spare = room - len(aligned) - len(last)
        lines = []
        for head, text in aligned:
            wrapped = _wrapped(head, text, width, 1 + max(spare, 0))
            spare -= len(wrapped) - 1
            lines += wrapped
        return [*lines, *last]


def grouped(rows: Iterable[Row]) -> list[list[Row]]:
    """Return the rows by their causes, in the order of the statuses as they come, the cause of most accounts first."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    statuses = list(dict.fromkeys(status for status, *_rest in groups))
    return sorted(groups.values(), key=lambda group: (statuses.index(group[0].status), -len(group)))


def _shares(groups: Sequence[Sequence[Row]], room: int) -> list[Sequence[Row]]:
    """The first rows of each group, so that each cause is seen: one of each, then a second, while there is room."""
    by_round = chain.from_iterable(zip_longest(*(range(len(group)) for group in groups)))
    places = [place for place in enumerate(by_round) if place[1] is not None][: max(room, 0)]
    taken = [sum(1 for at, _round in places if at % len(groups) == index) for index in range(len(groups))]
    return [group[:count] for group, count in zip(groups, taken, strict=True)]


def _aligned(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Each row as its columns, and the text at their right. A long cause stands at the first account that has it."""
    cells = [(row.status, _cut(row.name, _WIDEST_NAME), row.account, row.tally.rjust(_longest(rows))) for row in rows]
    widths = [max(map(len, column), default=0) for column in zip(*cells, strict=True)]
    heads = [
        "".join(f"{cell:<{width}}{_GAP}" for cell, width in zip(row, widths, strict=True) if width) for row in cells
    ]
    short = max((len(row.cause) for row in rows if row.remedy and len(row.cause) <= _LONGEST_CODE), default=0)
    texts = []
    above: Row | None = None
    for row in rows:
        repeats = above is not None and above.group == row.group and len(row.cause) > _LONGEST_CODE
        remedy = f"{_GAP}-> {row.remedy}" if row.remedy else ""
        texts.append(_AGAIN if repeats else f"{row.cause:<{short if remedy else 0}}{remedy}")
        above = row
    return list(zip(heads, texts, strict=True))


def _longest(rows: Iterable[Row]) -> int:
    return max((len(row.tally) for row in rows), default=0)


def _wrapped(head: str, text: str, width: int, most: int) -> list[str]:
    """A text at the right of its columns, on as many lines as it needs and may have; the last one may be too long."""
    if len(head) + len(text) <= width or len(head) > width // 2:
        return [head + text]
    below = " " * len(head)
    lines = textwrap.wrap(
        text, width, initial_indent=head, subsequent_indent=below, break_on_hyphens=False, break_long_words=False
    )
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], " ".join([lines[most - 1], *(line.strip() for line in lines[most:])])]


def _first(lines: Sequence[str], room: int, rest: str) -> list[str]:
    """The first lines that fit, and how many do not."""
    if len(lines) <= room:
        return list(lines)
    return [*lines[: room - 1], rest.format(len(lines) - room + 1)] if room > 0 else []


def _cut(text: str, width: int) -> str:
    text = text.rstrip()
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"
