# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What entries that accept findings or expect principals have in common: a reason, and a last day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any


def reason_and_last_day(what: str, given: Mapping[str, Any]) -> tuple[str, date | None]:
    """Return an entry's reason, and its last day if it has one.

    Raises ValueError with what is wrong with them; `what` names the entry.
    """
    reason = str(given.get("reason") or "").strip()
    if not reason:
        raise ValueError(f"{what} has no reason. Set `reason`, to state why.")
    until = str(given.get("until") or "")
    try:
        return reason, date.fromisoformat(until) if until else None
    except ValueError:
        raise ValueError(f"{what} has until {until!r}, which is not a date. Use the format 2027-01-31.") from None
