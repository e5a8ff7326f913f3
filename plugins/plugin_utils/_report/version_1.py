# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of version 1.0 of the schema, which collection 1.0.0 wrote, in today's form. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .drills import kept
from .entry import entry_of_control
from .report import SCHEMA_VERSION, head_of_control

_VERSION = "1.0"


def upgraded(
    head: Mapping[str, Any], accounts: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """Return the head and the accounts of a report, converted if they are of version 1.0."""
    if head.get("schema_version") != _VERSION:
        return dict(head), map(dict, accounts)
    old = list(accounts)
    controls = {control["control"]: control for account in old for control in account["controls"]}
    converted = {
        **head,
        "schema_version": SCHEMA_VERSION,
        "controls": [head_of_control(control) for control in controls.values()],
        "left_out": [],
        "declared": [],
        "accepted": [],
        "comparison": None,
    }
    return converted, map(_account, old)


def _account(old: Mapping[str, Any]) -> dict[str, Any]:
    """An account had at most one control, which held the evidence; that it is covered was said of the account."""
    covering = old["covering"] and {**old["covering"], "declared": False, "accepted": False}
    account = {name: value for name, value in old.items() if name != "covering"}
    return {
        **account,
        "controls": [_control(control, covering) for control in old["controls"]],
        "evidence": next((control["evidence"] for control in old["controls"]), {}),
        "drills": [kept(drill) for drill in old.get("drills", ())],
        "since": {control["control"]: old["read_at"] for control in old["controls"]},
    }


def _control(old: Mapping[str, Any], covering: Mapping[str, Any] | None) -> dict[str, Any]:
    cases = [{"name": event["name"], "coverage": event["coverage"]} for event in old["events"]]
    return {**entry_of_control({**old, "cases": cases}), "covering": covering}
