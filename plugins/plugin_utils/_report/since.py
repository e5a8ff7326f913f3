# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Since when each control of an account has been in the reports, which is when its finding was created. Pure.

An account keeps this for controls that a run leaves out, and when it could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from sys import intern
from typing import Any

Since = dict[str, tuple[str, dict[str, str]]]
"""By the name of a host, its account's id, '' if that was not read, and since when each control has been reported."""


def noted(accounts: Iterable[Mapping[str, Any]], since: Since) -> Iterator[Mapping[str, Any]]:
    """Yield accounts of an earlier report, and note since when their controls have been reported."""
    for account in accounts:
        moments = {intern(control): intern(moment) for control, moment in account["since"].items()}
        since[account["name"]] = (_id(account), moments)
        yield account


def take_over(account: dict[str, Any], earlier: Since) -> None:
    """Let an account have its controls since when earlier reports had them."""
    number, moments = earlier.get(account["name"], ("", {}))
    if moments and number in ("", _id(account) or number):
        account["since"] = earliest(account["since"], moments)


def earliest(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Return the earlier moment of each control."""
    return {control: min(filter(None, (one.get(control), other.get(control)))) for control in {**other, **one}}


def _id(account: Mapping[str, Any]) -> str:
    return str((account["account"] or {}).get("id", ""))
