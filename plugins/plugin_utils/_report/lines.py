# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report in lines for a terminal: the benchmark, the changes, a line for each account, and the counts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._judge.findings import CODES_PAGE, NOT_EVALUATED
from ...module_utils._safe_text import one_line
from . import accepted, comparison, declared
from .outcome import ACCEPTED, DECLARED, benchmarks, broken_link, number, of_account, of_control, passing, reason, worst
from .report import nothing_read

_MOST_CHANGES = 50
_APART = ("covered_elsewhere", DECLARED, ACCEPTED)
NOTHING_READ = "No account could be read, so nothing was audited. Fix what each account reports, and run it again."


def of_report(report: Mapping[str, Any]) -> list[str]:
    """Return what has changed since the last report, the lines of all accounts, and the counts at the end."""
    changes = comparison.lines(report["comparison"])
    if len(changes) > _MOST_CHANGES:
        changes = [*changes[:_MOST_CHANGES], f"and {len(changes) - _MOST_CHANGES} more, listed in the report"]
    width = max((len(account["name"]) for account in report["accounts"]), default=0)
    said = [
        *([f"Benchmark: {benchmarks(report)}"] if report["controls"] else []),
        *changes,
        *(_of_account(account, width) for account in report["accounts"]),
        *_of_controls(report["controls"]),
        *left_out(report),
        *same_account(report),
        *declared.lines(report["declared"]),
        *accepted.lines(report["accepted"]),
        *(f"{text} What the codes mean: {CODES_PAGE}" for text in remark(report)),
        *([NOTHING_READ] if nothing_read(report) else ()),
        f"{number(len(report['accounts']), 'account')}: {_counts(report['counts'])}",
    ]
    return [one_line(line) for line in said]


def _of_account(account: Mapping[str, Any], width: int) -> str:
    """The name, the verdict, the first broken link of the control that decides, and why."""
    control = worst(account)
    link = broken_link(control) if control else None
    outcome = of_account(account).replace("_", " ")
    parts = [f"{account['name']:<{width}}", f"{outcome:<17}", f"{link['code']:<26}" if link else " " * 26]
    return "  ".join([*parts, _why(account, control)]).rstrip()


def _why(account: Mapping[str, Any], control: Mapping[str, Any] | None) -> str:
    if control is None:
        return str(account["reason"])
    said = "" if control["verdict"] == "compliant" else reason(control)
    others = len(account["controls"])
    if others == 1:
        return said
    count = passing(account)
    tally = f"{count} of {others} controls {'passes' if count == 1 else 'pass'}."
    if not said:
        return tally
    counted = Counter(map(of_control, account["controls"]))
    apart = "".join(f" {counted[one]} {one.replace('_', ' ')}." for one in _APART if counted[one])
    return f"{tally}{apart} {control['control']}: {said}"


def _of_controls(controls: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line a control where there are several."""
    listed = list(controls)
    if len(listed) < 2:
        return []
    width = max(len(one["control"]) for one in listed)
    return [f"{one['control']:<{width}}  {_counts(one['counts'])}" for one in listed]


def left_out(report: Mapping[str, Any]) -> list[str]:
    """Return which controls were requested with all others, and are not in the benchmark."""
    names = ", ".join(report["left_out"])
    return [f"Not in the benchmark: {names}."] if names else []


def same_account(report: Mapping[str, Any]) -> list[str]:
    """Return which hosts turned out to be one account."""
    return [
        f"These hosts are one account, {one['account']}: {', '.join(one['names'])}. "
        "Correct aws_role_arn or aws_profile of those that should be another account, or remove them."
        for one in report["same_account"]
    ]


def remark(report: Mapping[str, Any]) -> list[str]:
    """Return what a broken path does not show, once for all accounts of the report."""
    return [NOT_EVALUATED] if report["counts"]["non_compliant"] else []


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
