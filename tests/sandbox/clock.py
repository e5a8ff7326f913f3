# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's clock, which a test can put forward so that it need not wait for an alarm's period."""

from __future__ import annotations

import time

_ahead = 0.0


def now() -> float:
    """Return the time in seconds since the epoch."""
    return time.time() + _ahead


def put_forward(seconds: float) -> None:
    """Let that many seconds pass at once."""
    global _ahead
    _ahead += seconds
