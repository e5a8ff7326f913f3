# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for one thing after another until the time is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Waiting:
    """Waits for one thing after another, with one limit for all of them."""

    timeout: float  # seconds
    interval: float  # seconds
    tell: Callable[[str], None]
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Measure from now on."""
        self._started = self.now()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self.now() - self._started

    def until(self, what: str, look: Callable[[], T | None], most: float | None = None) -> T | None:
        """The first thing that `look` finds, or None when the time is up. It looks once at least."""
        end = self.timeout if most is None else min(self.timeout, self.elapsed + most)
        while True:
            found = look()
            if found is not None:
                self.tell(f"{what}: after {self.elapsed:.0f} s")
                return found
            if self.elapsed >= end:
                self.tell(f"{what}: timed out after {self.elapsed:.0f} s")
                return None
            self.tell(f"{what}: waiting, {self.elapsed:.0f} s of {end:.0f} s")
            self.sleep(max(0.0, min(self.interval, end - self.elapsed)))
