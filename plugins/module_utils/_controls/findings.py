# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has been found out about texts, kept in the process and, with a store, shared with others. Pure.

It depends on the text and this collection alone, not on an account. So each text is proven once in a run, if the
processes that judge accounts share a store: the first that examines a text keeps the others from it until it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Data = Any
"""What JSON has."""

MAX_TEXTS = 4096


class Store(Protocol):
    """Where processes leave for each other what they have found. It raises nothing: without it work goes on."""

    def get(self, text: str) -> dict[str, Data]:
        """What is known of a text, by question; empty if nothing is."""

    def put(self, text: str, found: dict[str, Data]) -> None:
        """Leave what is known of a text, in the place of what was."""

    def turn(self, text: str) -> AbstractContextManager[None]:
        """Wait until no other process examines the text."""


class _Findings:
    """What is known of one text: answers, and data that has not been asked for yet."""

    def __init__(self, data: dict[str, Data]) -> None:
        self._data = data
        self.answers: dict[str, Any] = {}
        self._new: dict[str, Callable[[], Data]] = {}

    def answer(
        self, question: str, prove: Callable[[], T], as_data: Callable[[T], Data], of_data: Callable[[Data], T]
    ) -> T:
        if question in self._data:
            try:
                return of_data(self._data[question])
            except (ValueError, TypeError, KeyError):
                pass  # nobody can have written that but by mistake
        proven = prove()
        self._new[question] = lambda: as_data(proven)
        return proven

    def taken(self) -> dict[str, Data]:
        """All that is known, if something has been added since; as if nothing had been afterwards."""
        if not self._new:
            return {}
        self._data.update({question: as_data() for question, as_data in self._new.items()})
        self._new.clear()
        return self._data


_known: dict[str, _Findings] = {}
_stores: list[Store] = []


@contextmanager
def shared(store: Store) -> Iterator[None]:
    """Look there for what others have found meanwhile."""
    _stores.append(store)
    try:
        yield
    finally:
        _stores.remove(store)


def are_shared() -> bool:
    """Whether there is a store."""
    return bool(_stores)


def answer(
    text: str, question: str, prove: Callable[[], T], as_data: Callable[[T], Data], of_data: Callable[[Data], T]
) -> T:
    """Return the answer to a question about a text: a known one, or else the one that is proven now.

    of_data raises ValueError, TypeError or KeyError for what as_data can't have returned.
    """
    known = _of(text)
    if question not in known.answers:
        known.answers[question] = known.answer(question, prove, as_data, of_data)
    found: T = known.answers[question]
    return found


def is_count(data: Data) -> bool:
    """Whether it is a whole number. JSON tells true and false from numbers, Python does not."""
    return isinstance(data, int) and not isinstance(data, bool)


def flag_and_steps(data: Data) -> tuple[bool, int]:
    """A pair of both. Raises ValueError for anything else."""
    flag, steps = data
    if not (isinstance(flag, bool) and is_count(steps)):
        raise ValueError("This is not a flag and a number of steps.")
    return flag, steps


def examine(text: str, ask: Callable[[], bool]) -> None:
    """Ask all questions about a text once another process is done with it, and leave the answers to the others.

    ask: returns whether all has been asked, so that the answers are worth it.
    """
    if not _stores or text in _known:
        ask()
        return
    store = _stores[-1]
    known = store.get(text)
    with nullcontext() if known else store.turn(text):
        _known[text] = _Findings(known or store.get(text))
        if ask() and (found := _known[text].taken()):
            store.put(text, found)


def _of(text: str) -> _Findings:
    if text not in _known:
        if len(_known) >= MAX_TEXTS:
            _known.clear()
        _known[text] = _Findings(_stores[-1].get(text) if _stores else {})
    return _known[text]


def forget() -> None:
    """Forget all that is known."""
    _known.clear()
