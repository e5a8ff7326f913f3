# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which host of a run a place in AWS belongs to, noted in the run's own temporary folder.

Each host costs one file, however many there are, and workers that plan side by side cannot both be the first.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CLAIMS = "aws-cis-monitoring-claims"


def other_claim(temporary: Path, place: tuple[str, ...], host: str, request: Mapping[str, Any]) -> str:
    """Claim a place for a host. Returns the host that has it already, for another request, or ''. Raises OSError."""
    folder = temporary / _CLAIMS
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / _digest(place)
    # The request may have secrets, so that only its digest is written.
    mine = {"host": host, "request": _digest(request)}
    unfinished = path.with_name(f"{path.name}-{os.getpid()}")
    unfinished.write_text(json.dumps(mine), encoding="utf-8")
    try:
        os.link(unfinished, path)
    except FileExistsError:
        first = json.loads(path.read_text(encoding="utf-8"))
        is_alike = first["host"] == host or first["request"] == mine["request"]
        return "" if is_alike else str(first["host"])
    finally:
        unfinished.unlink()
    return ""


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()
