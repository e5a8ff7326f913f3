# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves whether a filter pattern matches all, some or none of the CloudTrail records of an event. Pure, public.

`proof.py` asks the questions about an event or a case, `breadth.py` those about what is caught beyond them; `scope.py`
is what a question is about. `search.py` looks for a record that a JSON pattern matches or misses, `terms.py` for one
of a pattern of terms, and `example.py` makes it small. `certainty.py` leaves out what needs no search; `records.py`,
`values.py` and `texts.py` decide whether a record, the value of a field and a text can be as a search wants them.
`words.py` puts conditions and doubts into words.
"""

from __future__ import annotations

from .breadth import covered_read_only_calls, matches_everything, matches_nearly_everything
from .proof import Coverage, coverage, coverage_together, covers, covers_together

__all__ = [
    "Coverage",
    "coverage",
    "coverage_together",
    "covered_read_only_calls",
    "covers",
    "covers_together",
    "matches_everything",
    "matches_nearly_everything",
]
