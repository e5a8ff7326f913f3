# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screen of a rollout or a teardown: what became of the accounts, the failures first. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from .outcome import number
from .rollout import CHANGED, COVERED, FAILED, FATES, NOT_REACHED, WOULD_CHANGE, Fate
from .screen import Row, Screen

_STATUS = {FAILED: "FAIL", NOT_REACHED: "UNKNOWN"}
# By whom an account is covered is what its owner wants to know.
_LISTED = (FAILED, NOT_REACHED, CHANGED, WOULD_CHANGE, COVERED)


def screen_of_rollout(title: str, fates: Mapping[str, Fate], *, with_unchanged: bool = False) -> Screen:
    """Return the screen. Accounts without a change are listed if asked for, or if someone has to confirm."""
    counts = Counter(fate.kind for fate in fates.values())
    said = ", ".join(f"{counts[kind]} {kind}" for kind in FATES if counts[kind])
    rows = [
        Row(_STATUS.get(kind, kind), name, fate.account, cause=fate.text)
        for kind in FATES
        for name, fate in fates.items()
        if fate.kind == kind and (kind in _LISTED or with_unchanged or fate.is_waiting)
    ]
    return Screen([f"{title}, {number(len(fates), 'account')}: {said}"], rows, rest="use -v to list all")
