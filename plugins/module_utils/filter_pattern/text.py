# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of a text: an exact value, or one with the wildcard *.

AWS documents that * matches text, and not how. Two readings explain public evidence: an ordinary
glob, and a match that takes the first occurrence of each piece and never looks back (all vectors
that were recorded from AWS; 'json_filter' test suite, `$.someString = "*111.111.111"` does not
match 111.111.111.111). What the first-occurrence reading matches, the glob matches too.
"""

from __future__ import annotations

from enum import IntEnum


class Truth(IntEnum):
    """Whether a condition holds, and whether public sources establish that it does.

    Ordered, so that AND is min and OR is max (filter patterns have no NOT).
    """

    NO = 0
    PROBABLY_NOT = 1
    PROBABLY = 2
    YES = 3

    def negated(self) -> Truth:
        return Truth(3 - self)


class Wildcard:
    """A value in which * stands for any text; without a * it is the exact value."""

    def __init__(self, value: str) -> None:
        self.value = value
        pieces = value.split("*")
        self.is_exact = len(pieces) == 1
        self.prefix = pieces[0]
        self.suffix = pieces[-1]
        self.middle = tuple(piece for piece in pieces[1:-1] if piece)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wildcard) and other.value == self.value

    def __hash__(self) -> int:
        return hash(self.value)

    def truth(self, text: str) -> Truth:
        """Tell whether the text matches; linear in its length."""
        if self.is_exact:
            return Truth.YES if text == self.value else Truth.NO
        position = self._after_middle(text)
        if position < 0:
            return Truth.NO
        if not self.suffix or text.find(self.suffix, position) == len(text) - len(self.suffix) >= position:
            return Truth.YES
        return Truth.PROBABLY_NOT if text[position:].endswith(self.suffix) else Truth.NO

    def _after_middle(self, text: str) -> int:
        """Return the index after the last piece but one, each taken at its first occurrence; -1 if none."""
        if not text.startswith(self.prefix):
            return -1
        position = len(self.prefix)
        for piece in self.middle:
            found = text.find(piece, position)
            if found < 0:
                return -1
            position = found + len(piece)
        return position
