# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is there a text that passes some tests and fails others? Answered for all texts at once.

Each test is a deterministic automaton. All of them walk side by side over one character for each
way in which characters can differ to them; where no state is left to visit, no such text exists.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from ..filter_pattern.regex import Regex

# An ordinary character that stands for all those which no test names.
ORDINARY = "abcdefghijklmnopqrstuvwxyz0123456789"


class NoAnswer(Enum):
    """Why there is no example."""

    IMPOSSIBLE = "proven: there is none"
    UNDECIDED = "not found within the budget"


@dataclass
class Budget:
    """How many steps a question may take, so that no pattern makes it hang."""

    steps: int

    def spend(self, steps: int = 1) -> bool:
        """Return whether there is budget left."""
        self.steps -= steps
        return self.steps > 0


class Automaton(Protocol):
    """A test of a text, a character at a time. Its states are values that can be keys."""

    def start(self) -> Any: ...

    def step(self, state: Any, character: str) -> Any: ...

    def accepts(self, state: Any) -> bool: ...

    def characters(self) -> frozenset[str]:
        """Return characters, at least one for each way in which they differ, but for the ordinary ones."""

    @property
    def cost(self) -> int:
        """What a step costs, in steps of a small automaton."""


class PiecesAutomaton:
    """A value with the wildcard *, in one of its two readings (see filter_pattern_text).

    A state is the index of the piece that is looked for and how much of it has been seen; the
    first piece must stand at the start, the last one at the end.
    """

    DEAD = (-1, 0)
    cost = 1

    def __init__(self, value: str, looks_again: bool) -> None:
        first, *rest = value.split("*")
        self._pieces = [first, *(piece for piece in rest[:-1] if piece), *rest[-1:]]
        self._failures = [_failures(piece) for piece in self._pieces]
        self._looks_again = looks_again

    def characters(self) -> frozenset[str]:
        return frozenset("".join(self._pieces))

    def start(self) -> tuple[int, int]:
        return self._moved_on(0, 0)

    def accepts(self, state: tuple[int, int]) -> bool:
        index, seen = state
        return index == len(self._pieces) - 1 and seen == len(self._pieces[index])

    def step(self, state: tuple[int, int], character: str) -> tuple[int, int]:
        index, seen = state
        if index < 0:
            return state
        piece = self._pieces[index]
        is_last = index == len(self._pieces) - 1
        if index == 0:
            matches = seen < len(piece) and piece[seen] == character
            return self._moved_on(0, seen + 1) if matches else self.DEAD
        if is_last and not piece:
            return state
        if is_last and seen == len(piece) and not self._looks_again:
            return self.DEAD
        while seen and (seen == len(piece) or piece[seen] != character):
            seen = self._failures[index][seen - 1]
        return self._moved_on(index, seen + 1 if piece[seen] == character else 0)

    def _moved_on(self, index: int, seen: int) -> tuple[int, int]:
        if seen == len(self._pieces[index]) and index < len(self._pieces) - 1:
            return index + 1, 0
        return index, seen


def _failures(piece: str) -> list[int]:
    """Return, for each prefix, the longest proper one that it ends in (Knuth, Morris and Pratt)."""
    failures = [0] * len(piece)
    length = 0
    for position in range(1, len(piece)):
        while length and piece[position] != piece[length]:
            length = failures[length - 1]
        length += piece[position] == piece[length]
        failures[position] = length
    return failures


class RegexAutomaton:
    """A regular expression that is looked for in a text."""

    def __init__(self, regex: Regex) -> None:
        self.start = regex.start
        self.step = regex.step
        self.accepts = regex.accepts
        self.characters = regex.boundary_characters
        self.cost = regex.cost


class NumberAutomaton:
    """Texts in the form of a number; strictly that of JSON, or a filter pattern's, with + and leading zeros."""

    _DIGITS = "0123456789"
    cost = 1

    def __init__(self, strict: bool) -> None:
        self._strict = strict

    def characters(self) -> frozenset[str]:
        return frozenset(self._DIGITS + "+-.eE")

    def start(self) -> str:
        return "start"

    def accepts(self, state: str) -> bool:
        return state in ("zero", "integer", "fraction", "exponent") or (state == "point" and not self._strict)

    def step(self, state: str, character: str) -> str:
        if character in self._DIGITS:
            return self._after_digit(state, character)
        if character in "+-":
            if state == "start" and (character == "-" or not self._strict):
                return "sign"
            return "exponent sign" if state == "e" else "dead"
        if character == ".":
            if state in ("zero", "integer"):
                return "point"
            return "bare point" if state in ("start", "sign") and not self._strict else "dead"
        if character in "eE" and (state in ("zero", "integer", "fraction") or (state == "point" and not self._strict)):
            return "e"
        return "dead"

    def _after_digit(self, state: str, digit: str) -> str:
        if state in ("start", "sign"):
            return "zero" if digit == "0" and self._strict else "integer"
        if state in ("point", "bare point", "fraction"):
            return "fraction"
        if state in ("e", "exponent sign", "exponent"):
            return "exponent"
        return "integer" if state == "integer" else "dead"


@dataclass(frozen=True)
class Requirement:
    """A test that a text must pass, or with passes=False fail."""

    automaton: Automaton
    passes: bool = True


def find_text(requirements: Iterable[Requirement], budget: Budget) -> str | NoAnswer:
    """Return a shortest text that meets all requirements."""
    required = list(requirements)
    characters = sorted(frozenset().union(*(each.automaton.characters() for each in required)))
    ordinary = next((character for character in ORDINARY if character not in characters), "\u00b7")
    characters.insert(0, ordinary)
    start = tuple(each.automaton.start() for each in required)
    # Where each state was first reached from, to spell the text from its end.
    origins: dict[tuple[Hashable, ...], tuple[tuple[Hashable, ...], str] | None] = {start: None}
    pending = deque([start])
    cost = sum(each.automaton.cost for each in required)
    while pending:
        states = pending.popleft()
        if all(each.automaton.accepts(state) is each.passes for each, state in zip(required, states, strict=True)):
            return _spell(origins, states)
        for character in characters:
            if not budget.spend(cost):
                return NoAnswer.UNDECIDED
            reached = tuple(each.automaton.step(state, character) for each, state in zip(required, states, strict=True))
            if reached not in origins:
                origins[reached] = (states, character)
                pending.append(reached)
    return NoAnswer.IMPOSSIBLE


def _spell(
    origins: dict[tuple[Hashable, ...], tuple[tuple[Hashable, ...], str] | None], states: tuple[Hashable, ...]
) -> str:
    spelled = []
    while (origin := origins[states]) is not None:
        states, character = origin
        spelled.append(character)
    return "".join(reversed(spelled))
