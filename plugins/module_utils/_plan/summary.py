# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes of a plan in a line for each control, and what they add that AWS charges for or limits. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .._account.observation import Gap
from .._judge.filter_findings import words
from .metric_filter import MOST_FILTERS_IN_A_GROUP
from .result import Change, Plan

PRICES = "https://aws.amazon.com/cloudwatch/pricing/"
_SHARED = "for all controls"


def summary_lines(changes: Iterable[Change]) -> list[str]:
    """Such as 'security_group_changes: create 2 metric filters, create alarm', in the order of the changes."""
    by_control: dict[str, Counter[tuple[str, str]]] = {}
    for change in changes:
        by_control.setdefault(change.control or _SHARED, Counter())[change.action, change.resource] += 1
    return [f"{control}: {', '.join(_said(*one) for one in counts.items())}" for control, counts in by_control.items()]


def _said(kind: tuple[str, str], count: int) -> str:
    action, resource = kind[0], kind[1].replace("_", " ")
    return f"{action} {resource}" if count == 1 else f"{action} {count} {resource}s"


def cost(plan: Plan) -> str:
    """Such as 'Adds 2 metric filters (...) and 1 alarm (...).'; '' if the plan adds neither.

    No amount: prices differ by region and change. Alarms are billed, metric filters are not:
    https://aws.amazon.com/cloudwatch/pricing/
    """
    created = Counter(change.resource for change in plan.changes if change.action == "create")
    filters, alarms, log_alarms = created["metric_filter"], created["alarm"], created["log_alarm"]
    said = []
    if filters and plan.log_group and not isinstance(plan.log_group.filters, Gap):
        after = len(plan.log_group.filters) + filters
        room = f"log group {plan.log_group.name} then has {after} of at most {MOST_FILTERS_IN_A_GROUP}"
        said.append(f"{_counted(filters, 'metric filter')} (free of charge; {room})")
    if alarms:
        said.append(f"{_counted(alarms, 'alarm')} (billed monthly, see {PRICES})")
    if log_alarms:
        said.append(f"{_counted(log_alarms, 'log alarm')} (billed monthly, and by the data that its query scans)")
    return f"Adds {words(said)}." if said else ""


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
