# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of a report, sorted by name. Pure.

Ten thousand of them with fifteen controls take gigabytes as dictionaries, so they are held as compressed text, and each
is unpacked each time it is read.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sized
from typing import Any

from .since import Since, take_over

_FASTEST = 1


class Accounts(Sized):
    """Entries of accounts, by the names of their hosts."""

    def __init__(self) -> None:
        self._packed: dict[str, bytes] = {}
        self.earlier: Since = {}
        """What earlier reports say of the accounts, which each has whenever it is read."""

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for name in sorted(self._packed):
            account = _unpacked(self._packed[name])
            take_over(account, self.earlier)
            yield account

    @property
    def names(self) -> frozenset[str]:
        """The names of the accounts."""
        return frozenset(self._packed)

    def put(self, account: Mapping[str, Any]) -> None:
        """Keep an account as it is now, instead of an earlier one of its name."""
        self._packed[account["name"]] = zlib.compress(json.dumps(account).encode(), _FASTEST)

    def get(self, name: str) -> dict[str, Any] | None:
        """Return the account of a name, or None."""
        packed = self._packed.get(name)
        return _unpacked(packed) if packed else None


def _unpacked(packed: bytes) -> dict[str, Any]:
    account: dict[str, Any] = json.loads(zlib.decompress(packed))
    return account
