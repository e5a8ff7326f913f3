# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes as Ansible shows them: a diff for each, and their lines where Ansible would show none. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import unified_diff
from typing import Any

from .result import Change
from .summary import summary_lines


def diffs(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """A diff for each change, in Ansible's words. What is not there is an empty text.

    Where several controls have changes, a line for each control comes before them, as a text that is shown as it is.
    """
    several = len({change.control for change in changes if change.control}) > 1
    return [
        *([{"prepared": "".join(f"{line}\n" for line in summary_lines(changes))}] if several else []),
        *_each(changes),
    ]


def _each(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [
        {
            "before": dict(change.before) or "",
            "after": dict(change.after) or "",
            "before_header": change.title,
            "after_header": change.title,
        }
        for change in changes
    ]


def diff_lines(shown: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of diffs. Ansible prints the diff of a task that has changed something, and a plan has not."""
    for diff in shown:
        if "prepared" in diff:
            yield from diff["prepared"].splitlines()
            continue
        before, after = list(_lines(diff["before"])), list(_lines(diff["after"]))
        yield from unified_diff(before, after, diff["before_header"], diff["after_header"], lineterm="")


def _lines(fields: Mapping[str, Any] | str) -> Iterator[str]:
    if isinstance(fields, str):
        return
    for name, value in fields.items():
        text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
        yield from f"{name}: {text}".splitlines()
