# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports the progress of a task over many hosts, from the worker that has just finished a host.

Workers are processes that know nothing of each other, so they count in a file of the run's own temporary folder, which
Ansible makes before it forks and removes at the end. That needs no callback plugin, which users would have to enable.
"""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

QUIET_SECONDS = 10.0
"""Nothing is told sooner than this after the last time, nor of a task that takes no longer."""


def finished(file: Path, hosts: int, began: float, now: float) -> str:
    """Count a host that took from `began` to `now`, in seconds of one clock, and return what is to be told, or ''.

    `hosts` is how many there are in all. Raises OSError.
    """
    with file.open("a+", encoding="utf-8") as counter:
        fcntl.flock(counter, fcntl.LOCK_EX)
        counter.seek(0)
        done, start, told = json.loads(counter.read() or f"[0, {began}, {began}]")
        done += 1
        is_time = now - told >= QUIET_SECONDS and done < hosts
        counter.seek(0)
        counter.truncate()
        json.dump([done, start, now if is_time else told], counter)
    return line(done, hosts, now - start) if is_time else ""


def line(done: int, hosts: int, seconds: float) -> str:
    """Return how many are done, at what rate, and how long the others will take at that."""
    rate = done / seconds
    return f"{done} of {hosts} accounts are done, {rate:.1f} a second, {_time((hosts - done) / rate)} to go"


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.1f} h"
