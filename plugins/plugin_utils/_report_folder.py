# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the files of a run into a new folder on the controller, which appears complete or not at all.

The umask decides who may read what is written.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

_UNFINISHED = ".unfinished-"
_LINK = ".latest-"
_ABANDONED_AFTER = 3600.0  # seconds without a change: a report is written in minutes
# A surrogate has no place in UTF-8; as it is written here, JSON reads it back, and no text costs a report.
_ERRORS = "backslashreplace"


class Digest(Protocol):
    """A hash of hashlib."""

    def update(self, data: bytes, /) -> None:
        """Hash more."""


def write(parent: Path, files: Mapping[str, Iterable[str]], *, is_latest: bool = True) -> Path:
    """Write the files, by name and piece by piece, into a folder named after the moment.

    The link 'latest' leads to it, unless it is not to. Raises OSError.
    """
    parent.mkdir(parents=True, exist_ok=True)
    remove_abandoned(parent)
    unfinished = unfinished_in(parent)
    unfinished.mkdir()
    for name, pieces in files.items():
        with (unfinished / name).open("w", encoding="utf-8", errors=_ERRORS, newline="") as file:
            file.writelines(pieces)
    folder = _named(unfinished)
    if is_latest:
        link = parent / f"{_LINK}{secrets.token_hex(8)}"
        link.symlink_to(folder.name)
        link.replace(parent / "latest")
    return folder


def hashed(pieces: Iterable[str], digest: Digest) -> Iterator[str]:
    """Yield the pieces of a file, and hash them as they are written."""
    for piece in pieces:
        digest.update(piece.encode(errors=_ERRORS))
        yield piece


def unfinished_in(parent: Path) -> Path:
    """Return a path for what is not whole yet, which nobody else has."""
    return parent / f"{_UNFINISHED}{secrets.token_hex(8)}"


def remove_abandoned(parent: Path) -> None:
    """Remove what runs have left that ended before they were done."""
    for path in [*parent.glob(f"{_UNFINISHED}*"), *parent.glob(f"{_LINK}*")]:
        with suppress(OSError):
            if time.time() - _last_change(path) < _ABANDONED_AFTER:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _last_change(path: Path) -> float:
    inside = path.iterdir() if path.is_dir() and not path.is_symlink() else ()
    return max(float(one.lstat().st_mtime) for one in (path, *inside))


def _named(unfinished: Path) -> Path:
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    parent = unfinished.parent
    number = 0
    while True:
        folder = parent / (moment if not number else f"{moment}-{number}")
        try:
            os.rename(unfinished, folder)
        except OSError:
            if not folder.exists():
                raise
            number += 1  # another run of the same second
        else:
            return folder
