# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores the last drills of each account for later reports: a file for each account, in the folder drills."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ._report.drills import kept, newest

Drills = list[dict[str, Any]]


def write(reports: Path, drill: Mapping[str, Any], warn: Callable[[str], None]) -> Path:
    """Keep a drill, in the place of the last one of its depth, and return its file. Raises OSError."""
    folder = reports / "drills"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{drill['account']}.json"
    drills = newest([*_read(path, warn), kept(drill)])
    handle, unfinished = tempfile.mkstemp(prefix=".unfinished-", dir=folder)
    with open(handle, "w", encoding="utf-8") as file:
        json.dump({"account": drill["account"], "drills": drills}, file, indent=1)
    os.chmod(unfinished, 0o644)
    os.replace(unfinished, path)
    return path


def read(reports: Path, warn: Callable[[str], None]) -> dict[str, Drills]:
    """Return the drills kept, by account. A file that is none is left out with a warning."""
    return {path.stem: _read(path, warn) for path in sorted((reports / "drills").glob("[0-9]*.json"))}


def _read(path: Path, warn: Callable[[str], None]) -> Drills:
    try:
        return [kept(drill) for drill in json.loads(path.read_text(encoding="utf-8"))["drills"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        warn(f"{path} does not hold an account's last drills, so it is left out: {error}")
        return []
