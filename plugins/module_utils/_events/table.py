# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows as lines in columns, for the terminal. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_WIDEST = 60
COLUMNS = ("time", "who", "from", "event", "on", "outcome", "region", "account")


def event_lines(events: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return one line for each event (in the form of Event.as_dict) below a header line.

    Where one of them is expected, a column tells which.
    """
    shown = list(events)
    tells = any(event["expected"] for event in shown)
    rows = [
        (
            *((("expected" if event["expected"] else "unexpected"),) if tells else ()),
            event["time"],
            event["who"],
            event["source_ip"],
            event["event"],
            " ".join(event["resources"]),
            event["outcome"] + (f" ({event['error_code']})" if event["error_code"] else ""),
            event["region"],
            event["account"],
        )
        for event in shown
    ]
    header = ("expected", *COLUMNS) if tells else COLUMNS
    return columns([header, *rows]) if rows else ["No matching events."]


def counted(number: int, thing: str) -> str:
    """Return the number with the noun in singular or plural: 1 record, 2 records."""
    return f"{number:g} {thing}{'' if number == 1 else 's'}"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows with each column as wide as its longest cell, none wider than 60 characters but the last."""
    if not rows:
        return []
    *cut, last = range(len(rows[0]))
    short = [[*(_short(row[at]) for at in cut), row[last]] for row in rows]
    widths = [max(len(row[at]) for row in short) for at in cut]
    return ["  ".join([*(f"{row[at]:<{widths[at]}}" for at in cut), row[last]]).rstrip() for row in short]


def _short(cell: str) -> str:
    return cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 3]}..."
