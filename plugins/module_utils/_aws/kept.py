# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the items of a task's loop share: their clients, with what they have read.

Ansible runs a task of a host in a worker of its own, one item after the other, so what is kept here reaches no other
host and ends with the task. Items share only where connection options and environment are the same, to the letter.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from .clients import Clients
from .requirements import aws_argument_spec

T = TypeVar("T")

_kept: dict[str, Any] = {}
_of_task = ""  # which task they are kept for
_keeping = False


@contextmanager
def kept_for(task: str) -> Iterator[None]:
    """Let what runs in the block use the clients of earlier blocks for the same task: any text that tells it apart."""
    global _of_task, _keeping
    if _of_task != task:
        _kept.clear()
    _of_task, _keeping = task, True
    try:
        yield
    finally:
        _keeping = False


def clients_of(params: Mapping[str, Any]) -> Clients:
    """Return the clients for a module's arguments, kept ones where there are such.

    Raises ConnectionOptionsError as Clients does.
    """
    options = {name: params.get(name) for name in aws_argument_spec()}
    return kept(("clients", options), lambda: Clients(params))


def kept(made_from: Any, make: Callable[[], T]) -> T:
    """Return what `make` returns, or what it has returned for the same, as JSON, in the same environment."""
    if not _keeping:
        return make()
    everything = json.dumps([made_from, dict(os.environ)], sort_keys=True, default=str)
    key = hashlib.sha256(everything.encode(errors="surrogateescape")).hexdigest()
    if key not in _kept:
        _kept[key] = make()
    found: T = _kept[key]
    return found


def forget() -> None:
    """Forget the clients and all that was read with them."""
    _kept.clear()
