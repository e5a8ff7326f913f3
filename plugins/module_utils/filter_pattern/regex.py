# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The regular expressions of filter patterns: %...%.

Follows 'Supported regular expressions (regex) syntax' (Amazon CloudWatch Logs User Guide,
FilterAndPatternSyntax): letters, digits, the symbols : _ # = @ / ; , - and space, the operators
^ $ ? [ ] { } | \\ * + . and no parentheses. Without groups an expression is a list of alternatives,
each a row of items; all of them are tried side by side, as bits of one integer, so that the time is
linear in the text however hostile the expression.
"""

from __future__ import annotations

import string
from dataclasses import dataclass

from .syntax import FilterPatternError
from .text import Truth

SYMBOLS = ":_#=@/;,- "
OPERATORS = "^$?[]{}|\\*+."
ALLOWED = frozenset(string.ascii_letters + string.digits + SYMBOLS + OPERATORS)
DIGITS = frozenset(string.digits)
SPACES = frozenset(" \t\n")  # "Whitespace characters include the tab, space, and newline characters"
WORDS = frozenset(string.ascii_letters + string.digits + "_")
# Ours, not AWS's: an expression with its repetitions written out has at most this many items.
MAX_ITEMS = 4096


@dataclass(frozen=True)
class CharacterSet:
    """The characters that an item matches, or with negated those that it does not."""

    characters: frozenset[str]
    negated: bool = False

    def __contains__(self, character: str) -> bool:
        return (character in self.characters) != self.negated


ESCAPES = {
    "d": CharacterSet(DIGITS),
    "D": CharacterSet(DIGITS, True),
    "s": CharacterSet(SPACES),
    "S": CharacterSet(SPACES, True),
    "w": CharacterSet(WORDS),
    "W": CharacterSet(WORDS, True),
}
ANYTHING = CharacterSet(frozenset(), True)


@dataclass(frozen=True)
class Item:
    """A character set with how often it may repeat (at_most None: without limit), or an anchor."""

    accepts: CharacterSet
    at_least: int = 1
    at_most: int | None = 1
    anchor: str = ""  # ^ or $


class _Parser:
    """Reads an expression. Positions in errors are those of the whole pattern."""

    def __init__(self, text: str, source: str, offset: int) -> None:
        self.text = text
        self.source = source
        self.offset = offset
        self.position = 0

    def error(self, expected: str, problem: str = "", at: int | None = None) -> FilterPatternError:
        position = self.position if at is None else at
        return FilterPatternError(self.source, self.offset + position, expected, problem)

    def peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def alternatives(self) -> list[list[Item]]:
        if not self.text:
            raise self.error("a regular expression", "the regular expression is empty")
        for index, character in enumerate(self.text):
            if character not in ALLOWED:
                raise self.error(  # pylint: disable=raising-format-tuple
                    r"a letter, a digit, a space or one of : _ # = @ / ; , - ^ $ ? [ ] { } | \ * + ."
                    r" (other ASCII characters as \xhh)",
                    f"a regular expression can't contain {character!r}",
                    at=index,
                )
        rows: list[list[Item]] = [[]]
        while self.position < len(self.text):
            if self.peek() == "|":
                self.position += 1
                rows.append([])
            else:
                rows[-1].append(self.item())
        return rows

    def item(self) -> Item:
        character = self.peek()
        if character in "*+?{":
            raise self.error("something to repeat before it")
        if character in "]}":
            raise self.error(f"\\{character} for a literal {character}")
        self.position += 1
        if character in "^$":
            return Item(ANYTHING, anchor=character)
        if character == "[":
            accepts = self.character_class()
        elif character == "\\":
            accepts = self.escape()
        else:
            accepts = ANYTHING if character == "." else CharacterSet(frozenset(character))
        return self.repetition(accepts)

    def escape(self) -> CharacterSet:
        character = self.peek()
        if character in ESCAPES:
            self.position += 1
            return ESCAPES[character]
        if character == "x":
            digits = self.text[self.position + 1 : self.position + 3]
            if len(digits) == 2 and all(digit in string.hexdigits for digit in digits) and int(digits, 16) < 128:
                self.position += 3
                return CharacterSet(frozenset(chr(int(digits, 16))))
            raise self.error("two hexadecimal digits of an ASCII character after \\x")
        if character and character in SYMBOLS + OPERATORS:
            self.position += 1
            return CharacterSet(frozenset(character))
        raise self.error("an operator or symbol, or one of d D s S w W xhh, after a backslash")

    def character_class(self) -> CharacterSet:
        opened = self.position - 1
        negated = self.peek() == "^"
        self.position += negated
        members: set[str] = set()
        excluded: CharacterSet | None = None  # of an escape such as \D
        while self.peek() != "]":
            if not self.peek():
                raise self.error("a closing ]", "a character class is not closed", at=opened)
            accepts = self.class_member()
            if accepts.negated:
                excluded = accepts if excluded is None else CharacterSet(excluded.characters & accepts.characters, True)
            elif len(accepts.characters) == 1 and self.peek() == "-" and self.text[self.position + 1 :][:1] != "]":
                members |= self.character_range(next(iter(accepts.characters)))
            else:
                members |= accepts.characters
        if self.position == opened + 1 + negated:
            raise self.error("a character in the character class")
        self.position += 1
        if excluded is not None:
            return CharacterSet(excluded.characters - members, not negated)
        return CharacterSet(frozenset(members), negated)

    def class_member(self) -> CharacterSet:
        character = self.peek()
        if character == "[":
            raise self.error("\\[ for a literal [")
        self.position += 1
        return self.escape() if character == "\\" else CharacterSet(frozenset(character))

    def character_range(self, first: str) -> set[str]:
        self.position += 1
        start = self.position
        last = self.class_member() if self.peek() else CharacterSet(frozenset())
        if last.negated or len(last.characters) != 1 or (end := next(iter(last.characters))) < first:
            raise self.error("a character that ends the range", at=start)
        return {chr(code) for code in range(ord(first), ord(end) + 1)}

    def repetition(self, accepts: CharacterSet) -> Item:
        character = self.peek()
        simple: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
        if character == "{":
            at_least, at_most = self.counts()
        elif character and character in simple:
            at_least, at_most = simple[character]
            self.position += 1
        else:
            return Item(accepts)
        if self.peek() == "?":  # a reluctant repetition finds the same texts
            self.position += 1
        if self.peek() and self.peek() in "*+?{":
            raise self.error("no second repetition of the same item")
        return Item(accepts, at_least, at_most)

    def counts(self) -> tuple[int, int | None]:
        opened = self.position
        end = self.text.find("}", opened)
        inside = self.text[opened + 1 : end] if end >= 0 else ""
        low, comma, high = (part.strip() for part in inside.partition(","))
        numbers_only = all(part == "" or (part.isdigit() and len(part) <= 6) for part in (low, high))
        if not numbers_only or not (low or high):
            raise self.error("{m}, {m,}, {,n} or {m,n}")
        at_least = int(low or 0)
        at_most = int(high) if high else (None if comma else at_least)
        if at_most is not None and at_most < at_least:
            raise self.error("{m,n} with m not above n")
        self.position = end + 1
        return at_least, at_most


# The state of a search: the items that may come next, as bits; whether the text is still at its
# start; whether the expression has been found already.
_State = tuple[int, bool, bool]


class Regex:
    """A regular expression that is looked for anywhere in a text."""

    def __init__(self, text: str, source: str = "", offset: int = 0) -> None:
        self.value = text
        parser = _Parser(text, source or text, offset)
        self.has_anchor = False
        self._starts = self._final = self._skips = self._loops = self._begins = self._ends = 0
        self._sets: dict[CharacterSet, int] = {}
        self._masks: dict[str, int] = {}
        self._size = 0
        for row in parser.alternatives():
            self._add_row(row, parser)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Regex) and other.value == self.value

    def __hash__(self) -> int:
        return hash(self.value)

    def _add_row(self, row: list[Item], parser: _Parser) -> None:
        self._starts |= 1 << self._size
        for item in row:
            if item.anchor:
                self.has_anchor = True
                self._begins |= (item.anchor == "^") << self._size
                self._ends |= (item.anchor == "$") << self._size
                self._size += 1
                continue
            optional = 1 if item.at_most is None else item.at_most - item.at_least
            count = item.at_least + optional
            if self._size + count > MAX_ITEMS:
                raise parser.error(
                    f"at most {MAX_ITEMS} items", "the repetitions of a regular expression are too many", 0
                )
            block = ((1 << count) - 1) << self._size
            self._sets[item.accepts] = self._sets.get(item.accepts, 0) | block
            self._skips |= block & ~((1 << (self._size + item.at_least)) - 1)
            self._size += count
            if item.at_most is None:
                self._loops |= 1 << (self._size - 1)
        self._final |= 1 << self._size
        self._size += 1

    @property
    def cost(self) -> int:
        """What a character costs in comparison with that of a small expression, as its integers are longer."""
        return 1 + self._size // 400

    def truth(self, text: str) -> Truth:
        """Tell whether the expression is found in the text; linear in its length."""
        state = self.start()
        for character in text:
            state = self.step(state, character)
            if state[2]:
                break
        return Truth.YES if self.accepts(state) else Truth.NO

    def start(self) -> _State:
        return self._settled(self._starts, True)

    def step(self, state: _State, character: str) -> _State:
        items, at_start, found = state
        if found:
            return items, False, True
        taken = self._reachable(items, at_start, False) & self._mask(character)
        return self._settled((taken & ~self._loops) << 1 | (taken & self._loops) | self._starts, False)

    def accepts(self, state: _State) -> bool:
        items, at_start, found = state
        return bool(found or self._reachable(items, at_start, True) & self._final)

    def _settled(self, items: int, at_start: bool) -> _State:
        found = bool(self._reachable(items, at_start, False) & self._final)
        return (0, False, True) if found else (items, at_start, False)

    def _reachable(self, items: int, at_start: bool, at_end: bool) -> int:
        """Add the items that can come next when those that may be left out are left out.

        The addition carries a bit over a whole row of such items at once.
        """
        skips = self._skips | (self._begins if at_start else 0) | (self._ends if at_end else 0)
        return items | (((items & skips) + skips) ^ skips)

    def _mask(self, character: str) -> int:
        if character not in self._masks:
            mask = 0
            for accepts, items in self._sets.items():
                if character in accepts:
                    mask |= items
            self._masks[character] = mask
        return self._masks[character]

    def boundary_characters(self) -> frozenset[str]:
        """Return one character for each way in which characters can differ to this expression, and more."""
        return frozenset().union(*(accepts.characters for accepts in self._sets))
