# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients that the items of a task's loop share, with what they have read.

Ansible runs a task of a host in a worker of its own, one item after the other, so what is kept here reaches no other
host and ends with the task. Items share only where connection options and environment are the same, to the letter.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .clients import Clients
from .requirements import aws_argument_spec

_kept: dict[str, Clients] = {}
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
    if not _keeping:
        return Clients(params)
    options = {name: params.get(name) for name in aws_argument_spec()}
    everything = json.dumps([options, dict(os.environ)], sort_keys=True, default=str)
    key = hashlib.sha256(everything.encode(errors="surrogateescape")).hexdigest()
    if key not in _kept:
        _kept[key] = Clients(params)
    return _kept[key]


def forget() -> None:
    """Forget the clients and all that was read with them."""
    _kept.clear()
