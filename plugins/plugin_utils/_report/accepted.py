# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accepted findings: which, why, and until when. Pure.

A verdict stays what it is. A control counts as accepted if each of its faults is accepted, so that a fault that comes
on top of an accepted one is not hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from .rules import EVERY, Rule, Rules, common, open_faults, useless

# How reports from before `consequence` mark a link that only follows from an earlier one.
_OLD_CONSEQUENCE = re.compile(r"Mend the (trail|log group|metric filter|alarm|topic) first\.")


@dataclass(frozen=True)
class Finding(Rule):
    """What is accepted: a control's code, or all of them, in some accounts."""

    code: str

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return the rule as a user wrote it. Raises ValueError with what is wrong with it."""
        said = ", ".join(f"{name}: {given[name]}" for name in ("control", "code") if given.get(name))
        return cls(*common(given, f"The accepted finding ({said})"), str(given.get("code") or EVERY))

    def matches(self, account: Mapping[str, Any], control: Mapping[str, Any], code: str) -> bool:
        """Whether the rule matches a fault of a control in an account."""
        return self.code in (EVERY, code) and self.is_about(account, control)

    def as_dict(self) -> dict[str, Any]:
        """The rule as a report has it."""
        return {**super().as_dict(), "code": self.code}


class Acceptance(Rules[Finding]):
    """The accepted findings of a run, and what they matched."""

    def __init__(
        self, rules: Sequence[Mapping[str, Any]], of_hosts: Mapping[str, Sequence[Mapping[str, Any]]], today: date
    ) -> None:
        """Take the rules as users write them, those of all hosts and those of hosts that have others.

        Raises ValueError with what is wrong with one.
        """
        super().__init__(Finding.of, rules, of_hosts, today)

    def apply(self, account: dict[str, Any]) -> None:
        """Write into an account's controls which of them are accepted, and why."""
        rules = self.of(account)
        for control in open_faults(account) if rules else ():
            control["accepted"] = self._accepted(rules, account, control)

    def _accepted(
        self, rules: Iterable[Finding], account: Mapping[str, Any], control: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        codes = faults(control)
        met = {rule: [code for code in codes if rule.matches(account, control, code)] for rule in rules}
        valid = self.valid(rule for rule, its in met.items() if its)
        if not codes or not set(codes) <= {code for rule in valid for code in met[rule]}:
            return None
        until = min((rule.until for rule in valid if rule.until), default=None)
        return {
            "reason": " ".join(dict.fromkeys(rule.reason for rule in valid)),
            "until": until.isoformat() if until else None,
        }


def faults(control: Mapping[str, Any]) -> list[str]:
    """Return the codes of all faults of a control, without those that only follow from another."""
    broken = [link for link in control["links"] if link["status"] not in ("pass", "warn") and not _follows(link)]
    found = [finding for link in broken for finding in link.get("findings") or [link]]
    return list(dict.fromkeys(one["code"] for one in found if one["status"] not in ("pass", "warn")))


def _follows(link: Mapping[str, Any]) -> bool:
    is_old = not link["resource"] and _OLD_CONSEQUENCE.fullmatch(link["fix"])
    return bool(link.get("consequence") or is_old)


def lines(told: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a line for each rule that is of no use any more: those that have expired or match no finding."""
    said = (
        useless(f"Accepted finding {rule['control']}, {rule['code']}, {' '.join(rule['accounts'])}", rule)
        for rule in told
    )
    return list(filter(None, said))
