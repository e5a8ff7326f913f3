# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the workers of a run have found out about the texts of filters, a file for each text in the run's own folder.

Each task of each host is a process of its own, so what one has proven the next one proves again unless it finds it
here. A file has nothing about an account. It is trusted if this user alone may have written it, and only as far as
its parts are what they should be. Where nothing can be kept, work goes on without it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ._version import COLLECTION_VERSION

_FOLDER = "aws-cis-monitoring-findings"
_MAX_BYTES = 1_000_000


class SharedFindings:
    """The store of a run: see module_utils/_controls/findings.py."""

    def __init__(self, temporary: Path) -> None:
        self._folder = temporary / _FOLDER
        self._is_usable = _is_private(self._folder)

    def get(self, text: str) -> dict[str, Any]:
        """What is known of a text; empty if nothing is, or if it can't be trusted."""
        if not self._is_usable:
            return {}
        with suppress(OSError, ValueError, RecursionError):
            entry = json.loads(_read(self._path(text)))
            if isinstance(entry, dict) and entry.get("text") == text and isinstance(entry.get("found"), dict):
                found: dict[str, Any] = entry["found"]
                return found
        return {}

    def put(self, text: str, found: dict[str, Any]) -> None:
        """Leave what is known of a text, in a file that appears whole or not at all."""
        if not self._is_usable:
            return
        path = self._path(text)
        unfinished = path.with_name(f"{path.name}-{os.getpid()}")
        with suppress(OSError, ValueError):
            try:
                with open(unfinished, "x", encoding="utf-8", opener=_privately) as file:
                    json.dump({"text": text, "found": found}, file)
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise

    @contextmanager
    def turn(self, text: str) -> Iterator[None]:
        """Wait until no other worker examines the text. One that is killed has had its turn."""
        descriptor = self._locked(text) if self._is_usable else None
        try:
            yield
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _locked(self, text: str) -> int | None:
        with suppress(OSError):
            descriptor = os.open(self._path(text).with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            with suppress(OSError):  # no locks there: two may prove the same
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            return descriptor
        return None

    def _path(self, text: str) -> Path:
        key = f"{COLLECTION_VERSION}\n{text}"
        return self._folder / hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def _is_private(folder: Path) -> bool:
    """Whether the folder is there and no one else may write to it; it is made if it is not there."""
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and _is_ours(found)


def _is_ours(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def _read(path: Path) -> bytes:
    """Read a file that only this user can have written. Raises OSError."""
    with open(path, "rb", opener=_without_following) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or not _is_ours(found) or found.st_size > _MAX_BYTES:
            raise PermissionError(f"{path} is not a private file.")
        return file.read()


def _without_following(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
