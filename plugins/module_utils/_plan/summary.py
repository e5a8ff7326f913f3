# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes of a plan in a line for each control, for people who look at fifteen of them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .result import Change

_SHARED = "for all controls"


def summary_lines(changes: Iterable[Change]) -> list[str]:
    """Such as 'security_group_changes: create 2 metric filters, create alarm', in the order of the changes."""
    by_control: dict[str, Counter[tuple[str, str]]] = {}
    for change in changes:
        by_control.setdefault(change.control or _SHARED, Counter())[change.action, change.resource] += 1
    return [f"{control}: {', '.join(_said(*one) for one in counts.items())}" for control, counts in by_control.items()]


def _said(kind: tuple[str, str], count: int) -> str:
    action, resource = kind[0], kind[1].replace("_", " ")
    return f"{action} {resource}" if count == 1 else f"{action} {count} {resource}s"
