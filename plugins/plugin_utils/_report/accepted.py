# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accepted findings: which, why, and until when. Pure.

A verdict stays what it is. A control counts as accepted if each of its faults is accepted, so that a fault that comes
on top of an accepted one is not hidden.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from ...module_utils._reasons import reason_and_last_day

EVERY = "all"
# How reports from before `consequence` mark a link that only follows from an earlier one.
_OLD_CONSEQUENCE = re.compile(r"Mend the (trail|log group|metric filter|alarm|topic) first\.")


@dataclass(frozen=True)
class Rule:
    """What is accepted: a control's code, or all of them, in some accounts."""

    control: str
    code: str
    accounts: tuple[str, ...]
    reason: str
    until: date | None  # the last day on which it counts

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Rule:
        """Return the rule as a user wrote it. Raises ValueError with what is wrong with it."""
        said = ", ".join(f"{name}: {given[name]}" for name in ("control", "code") if given.get(name))
        reason, last = reason_and_last_day(f"The accepted finding ({said})", "accepted", given)
        accounts = tuple(map(str, given.get("accounts") or ("*",)))
        return cls(str(given.get("control") or EVERY), str(given.get("code") or EVERY), accounts, reason, last)

    def meets(self, account: Mapping[str, Any], control: Mapping[str, Any], code: str) -> bool:
        """Whether the rule matches a fault of a control in an account: by the host's name, or the account's id."""
        names = (account["name"], account["account"]["id"])
        return (
            self.control in (EVERY, control["control"])
            and self.code in (EVERY, code)
            and any(fnmatchcase(name, pattern) for name in names for pattern in self.accounts)
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "control": self.control,
            "code": self.code,
            "accounts": list(self.accounts),
            "reason": self.reason,
            "until": self.until.isoformat() if self.until else None,
        }


class Acceptance:
    """The rules of a run, and the findings that they matched. Rules in a host's variables apply only to that host."""

    def __init__(
        self, rules: Sequence[Mapping[str, Any]], of_hosts: Mapping[str, Sequence[Mapping[str, Any]]], today: date
    ) -> None:
        """Take the rules as users write them, those of all hosts and those of hosts that have others.

        Raises ValueError with what is wrong with one.
        """
        self._rules = tuple(Rule.of(rule) for rule in rules)
        self._of_hosts = {host: tuple(Rule.of(rule) for rule in own) for host, own in of_hosts.items()}
        self._today = today
        self._met: Counter[Rule] = Counter({rule: 0 for own in (self._rules, *self._of_hosts.values()) for rule in own})

    def apply(self, account: dict[str, Any]) -> None:
        """Write into an account's controls which of them are accepted, and why."""
        rules = self._of_hosts.get(account["name"], self._rules)
        for control in account["controls"] if rules else ():
            if control["verdict"] in ("non_compliant", "unknown") and not control["accepted"]:
                control["accepted"] = self._accepted(rules, account, control)

    def _accepted(
        self, rules: Iterable[Rule], account: Mapping[str, Any], control: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        codes = faults(control)
        met = {rule: [code for code in codes if rule.meets(account, control, code)] for rule in rules}
        self._met.update(rule for rule, its in met.items() if its)
        valid = [rule for rule, its in met.items() if its and not self._is_expired(rule)]
        if not codes or not set(codes) <= {code for rule in valid for code in met[rule]}:
            return None
        until = min((rule.until for rule in valid if rule.until), default=None)
        return {
            "reason": " ".join(dict.fromkeys(rule.reason for rule in valid)),
            "until": until.isoformat() if until else None,
        }

    def _is_expired(self, rule: Rule) -> bool:
        return rule.until is not None and rule.until < self._today

    def told(self) -> list[dict[str, Any]]:
        """Return the rules with the number of controls that each has matched, and whether it has expired."""
        return [
            {**rule.as_dict(), "expired": self._is_expired(rule), "met": count} for rule, count in self._met.items()
        ]


def faults(control: Mapping[str, Any]) -> list[str]:
    """Return the codes of all faults of a control, without those that only follow from another."""
    broken = [link for link in control["links"] if link["status"] not in ("pass", "warn") and not _follows(link)]
    found = [finding for link in broken for finding in link.get("findings") or [link]]
    return list(dict.fromkeys(one["code"] for one in found if one["status"] not in ("pass", "warn")))


def _follows(link: Mapping[str, Any]) -> bool:
    is_old = not link["resource"] and _OLD_CONSEQUENCE.fullmatch(link["fix"])
    return bool(link.get("consequence") or is_old)


def merged(told: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules of several reports, each once, with what it has matched in all of them."""
    rules: dict[str, dict[str, Any]] = {}
    for rule in told:
        key = repr({name: value for name, value in rule.items() if name not in ("met", "expired")})
        known = rules.setdefault(key, {**rule, "met": 0})
        known["met"] += rule["met"]
        known["expired"] = known["expired"] or rule["expired"]
    return list(rules.values())


def lines(told: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a line for each rule that is of no use any more: those that have expired or match no finding."""
    said = []
    for rule in told:
        what = f"Accepted finding {rule['control']}, {rule['code']}, {' '.join(rule['accounts'])}"
        if rule["expired"]:
            said.append(f"{what}: expired on {rule['until']}.{_counting_again(rule['met'])}")
        elif not rule["met"]:
            said.append(f"{what}: no finding matched. Remove it, or correct it.")
    return said


def _counting_again(met: int) -> str:
    if not met:
        return " No finding matched."
    return " 1 control that it matched counts again." if met == 1 else f" {met} controls that it matched count again."
