# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that the emulator keeps of an account: to compare accounts, and to make many alike at the cost of one."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

_HOLDERS = ("ministack.services.", "corrections.")


def contents(accounts: list[str]) -> dict[str, Any]:
    """Return by account what each of the emulator's stores has of it, with ACCOUNT in the place of its number."""
    found: dict[str, Any] = {account: {} for account in accounts}
    for name, store in _stores():
        for key, value in store.items():
            if key[0] in found:
                entry = {" ".join(map(str, key[1:])): value}
                found[key[0]].setdefault(name, {}).update(_renamed(entry, key[0], "ACCOUNT"))
    return found


def copy_account(account: str, copies: list[str]) -> None:
    """Make accounts that differ from an account in nothing but the number."""
    for _name, store in _stores():
        entries = {key: value for key, value in store.items() if key[0] == account}
        for other in copies:
            store.update(_renamed(entries, account, other))


def _stores() -> Iterator[tuple[str, dict[tuple[Any, ...], Any]]]:
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith(_HOLDERS):
            for name, value in list(vars(module).items()):
                if isinstance(value, AccountScopedDict | AccountRegionScopedDict):
                    yield f"{module_name.rpartition('.')[2]}.{name.strip('_')}", value._data


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, dict):
        return {_renamed(key, old, new): _renamed(one, old, new) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return type(value)(_renamed(one, old, new) for one in value)
    return copy.deepcopy(value)
