# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the files of a run into a new folder on the controller, which appears complete or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path


def write(parent: Path, files: Mapping[str, Iterable[str]]) -> Path:
    """Write the files, by name and piece by piece, into a folder named after the moment, and point 'latest' at it.

    Raises OSError.
    """
    parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=parent))
    for name, pieces in files.items():
        with (unfinished / name).open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
    unfinished.chmod(0o755)
    return _named(unfinished)


def _named(unfinished: Path) -> Path:
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    parent = unfinished.parent
    number = 0
    while True:
        folder = parent / (moment if not number else f"{moment}-{number}")
        try:
            os.rename(unfinished, folder)
            break
        except OSError:
            if not folder.exists():
                raise
            number += 1  # another run of the same second
    link = parent / f".latest-{os.getpid()}"
    link.symlink_to(folder.name)
    link.replace(parent / "latest")
    return folder
