# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of which a part is generated: it lies between two marks, each a line of its own."""

from __future__ import annotations


def between(document: str, begin: str, end: str, text: str) -> str:
    """Return a document with `text` between its two marks, in place of what is there."""
    before, found, rest = document.partition(begin)
    _old, found_end, after = rest.partition(end)
    if not (found and found_end):
        raise LookupError(f"The document has no place for what is generated. Add the lines\n{begin}\n{end}")
    return f"{before}{begin}\n{text}\n{end}{after}"
