# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores the last drills of each account for later reports: a file for each account, in the folder drills."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ._plain_data import without_secrets
from ._report.drills import kept, newest
from ._report_folder import remove_abandoned, unfinished_in

Drills = list[dict[str, Any]]

FOLDER = "drills"
_LARGEST = 1_000_000  # bytes; a drill of fifteen controls has some 10,000


def write(reports: Path, drill: Mapping[str, Any], warn: Callable[[str], None]) -> Path:
    """Store a drill result, which replaces the last one of its depth, and return its file. Raises OSError."""
    folder = reports / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    remove_abandoned(folder)
    path = folder / f"{drill['account']}.json"
    drills = newest([*_read(path, warn), kept(drill)])
    unfinished = unfinished_in(folder)
    unfinished.write_text(json.dumps({"account": drill["account"], "drills": drills}, indent=1), encoding="utf-8")
    os.replace(unfinished, path)
    return path


def read(reports: Path, warn: Callable[[str], None]) -> dict[str, Drills]:
    """Return the stored drill results, by account. An invalid file is ignored with a warning."""
    return {path.stem: _read(path, warn) for path in sorted((reports / FOLDER).glob("[0-9]*.json"))}


def _read(path: Path, warn: Callable[[str], None]) -> Drills:
    try:
        return [kept(drill) for drill in _drills_in(path)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        warn(f"{path} is ignored, because it does not contain drill results: {error}")
        return []


def _drills_in(path: Path) -> list[Mapping[str, Any]]:
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise ValueError("it is no file")
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"it has more than {_LARGEST} bytes")
    drills: list[Mapping[str, Any]] = without_secrets(json.loads(path.read_text(encoding="utf-8"))["drills"])
    return drills
