# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts in a report: the outcome of a control, of an account, and the link that decided. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ACCEPTED = "accepted"
DECLARED = "declared"
OUTCOMES = ("compliant", "covered_elsewhere", DECLARED, ACCEPTED, "non_compliant", "unknown", "unreachable")
"""The verdicts, as reports count them, with declared alternatives and accepted findings apart."""

FAILING = ("non_compliant", "unknown", "unreachable")
"""The outcomes that are to be fixed, in the order in which they are."""

_FROM_BEST_TO_WORST = ("compliant", "covered_elsewhere", DECLARED, ACCEPTED, "unknown", "non_compliant")


def of_control(control: Mapping[str, Any]) -> str:
    """Return the verdict that counts, that of the covering account where the report has it; or that it is apart."""
    its = control["covering"] or control
    return apart(control) or apart(its) or str(its["verdict"])


def apart(control: Mapping[str, Any]) -> str:
    """Return why a verdict does not count as it is: declared or accepted, or '' if it does."""
    return DECLARED if control.get("declared") else ACCEPTED if control["accepted"] else ""


def worst(account: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the control that decides over an account, the first of several; None if the account was not read."""
    return max(account["controls"], key=lambda control: _FROM_BEST_TO_WORST.index(of_control(control)), default=None)


def of_account(account: Mapping[str, Any]) -> str:
    """Return the outcome of an account, which is its worst control's."""
    control = worst(account)
    return of_control(control) if control else str(account["verdict"])


def passing(account: Mapping[str, Any]) -> int:
    """Return how many controls of an account are compliant."""
    return sum(of_control(control) == "compliant" for control in account["controls"])


def compliance(counts: Mapping[str, int], of: int = 0) -> str:
    """Return the compliant part of what is counted by outcome, in percent: 0 or 100 only if it is exactly that.

    Nothing else counts as compliant. What an account covers that the report does not have is proven by no one, and
    who accepts a finding has not fixed it. `of` is the whole where more than that was not read.
    """
    compliant, whole = counts.get("compliant", 0), of or sum(counts.values())
    if not whole:
        return "\N{EN DASH}"
    percent = 100 * compliant // whole
    return f"{'<1' if compliant and not percent else percent} %"


def broken_link(control: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the first link of a control's path that is not whole, or None."""
    return next((link for link in control["links"] if link["status"] not in ("pass", "warn")), None)


def number(count: int, noun: str) -> str:
    """Return a count with its noun, such as "1 account" and "2 accounts"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def reason(control: Mapping[str, Any]) -> str:
    """Return why a control is as it is, in a sentence; that it is declared, accepted or covered comes first."""
    if said := apart(control):
        return f"{_stated(said.capitalize(), control[said])} {control['reason']}"
    covering = control["covering"]
    if covering:
        return f"Covered by {covering['name']}, which is {of_control(control).replace('_', ' ')}."
    return str(control["reason"])


def _stated(what: str, rule: Mapping[str, Any]) -> str:
    """Until when something is accepted or declared, why, and by what evidence."""
    until = f" until {rule['until']}" if rule["until"] else ""
    evidence = f" ({rule['evidence']})" if "evidence" in rule else ""
    return f"{what}{until}: {rule['reason'].rstrip('.')}{evidence}."


def benchmarks(report: Mapping[str, Any]) -> str:
    """The benchmarks that a report's accounts, or an account, were judged by; '' if none was read."""
    names = (name for control in report["controls"] for name in control["benchmark"].split(", "))
    return ", ".join(dict.fromkeys(names))
