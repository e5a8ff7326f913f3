# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves whether a filter pattern matches all, some or none of the CloudTrail records of an event. Pure, public.

`proof.py` asks the questions about an event or a case, `breadth.py` those about what is caught beyond them; `scope.py`
is what a question is about. `search.py` looks for a record that a JSON pattern matches or misses, `terms.py` for one
of a pattern of terms, and `example.py` makes it small. `certainty.py` leaves out what needs no search; `records.py`,
`values.py` and `texts.py` decide whether a record, the value of a field and a text can be as a search wants them.
`words.py` puts conditions and doubts into words. Texts that are one pattern share their proofs by `spelling.py`, and
questions of which the same is left to prove by `remaining.py`.
"""

from __future__ import annotations

from .breadth import (
    ORDINARY_CALLS,
    READ_ONLY_CALLS,
    covered_read_only_calls,
    covers_call,
    covers_ordinary_call,
    matches_everything,
    matches_nearly_everything,
)
from .proof import (
    DEGREES,
    FULL,
    NARROWED,
    NONE,
    UNDETERMINED,
    Coverage,
    coverage,
    coverage_together,
    covers,
    covers_together,
)
from .spelling import spelling

__all__ = [
    "DEGREES",
    "FULL",
    "NARROWED",
    "NONE",
    "ORDINARY_CALLS",
    "READ_ONLY_CALLS",
    "UNDETERMINED",
    "Coverage",
    "coverage",
    "coverage_together",
    "covered_read_only_calls",
    "covers",
    "covers_call",
    "covers_ordinary_call",
    "covers_together",
    "matches_everything",
    "matches_nearly_everything",
    "spelling",
]
