# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users state of a control in some accounts: with a reason, and until when. Pure.

`accepted.py` has the findings that are accepted, `declared.py` the alternatives that are declared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, Generic, TypeVar

from ...module_utils._reasons import reason_and_last_day

EVERY = "all"
# What a report counts of a rule, which no user writes.
_COUNTS = ("met", "refused")


@dataclass(frozen=True)
class Rule:
    """A statement on a control, or on all of them, in some accounts."""

    control: str
    accounts: tuple[str, ...]
    reason: str
    until: date | None  # the last day on which it counts

    def is_about(self, account: Mapping[str, Any], control: Mapping[str, Any]) -> bool:
        """Whether it is about a control of an account: by the host's name, or the account's id."""
        names = (account["name"], account["account"]["id"])
        return self.control in (EVERY, control["control"]) and any(
            fnmatchcase(name, pattern) for name in names for pattern in self.accounts
        )

    def as_dict(self) -> dict[str, Any]:
        """The rule as a report has it."""
        return {
            "control": self.control,
            "accounts": list(self.accounts),
            "reason": self.reason,
            "until": self.until.isoformat() if self.until else None,
        }


def common(given: Mapping[str, Any], what: str) -> tuple[str, tuple[str, ...], str, date | None]:
    """Return what every rule has, from what a user wrote. Raises ValueError with what is wrong; `what` names it."""
    reason, last = reason_and_last_day(what, given)
    return str(given.get("control") or EVERY), tuple(map(str, given.get("accounts") or ("*",))), reason, last


R = TypeVar("R", bound=Rule)


class Rules(Generic[R]):
    """The rules of a run, and how many controls each has matched. Those of a host replace those of all for it."""

    def __init__(
        self,
        read: Callable[[Mapping[str, Any]], R],
        rules: Sequence[Mapping[str, Any]],
        of_hosts: Mapping[str, Sequence[Mapping[str, Any]]],
        today: date,
    ) -> None:
        """Read the rules as users write them. Raises ValueError with what is wrong with one."""
        self._rules = tuple(map(read, rules))
        self._of_hosts = {host: tuple(map(read, own)) for host, own in of_hosts.items()}
        self._today = today
        self._met: Counter[R] = Counter({rule: 0 for own in (self._rules, *self._of_hosts.values()) for rule in own})

    def of(self, account: Mapping[str, Any]) -> tuple[R, ...]:
        """The rules for an account."""
        return self._of_hosts.get(account["name"], self._rules)

    def valid(self, met: Iterable[R]) -> list[R]:
        """Count rules that have matched a control, and return those that have not expired."""
        matched = list(met)
        self._met.update(matched)
        return [rule for rule in matched if not self._is_expired(rule)]

    def _is_expired(self, rule: R) -> bool:
        return rule.until is not None and rule.until < self._today

    def told(self) -> list[dict[str, Any]]:
        """Return the rules with the number of controls that each has matched, and whether it has expired."""
        return [
            {**rule.as_dict(), "expired": self._is_expired(rule), "met": count} for rule, count in self._met.items()
        ]


def open_faults(account: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The controls of an account that no rule has spoken of yet, and that are not compliant or unknown."""
    for control in account["controls"]:
        is_open = not control["accepted"] and not control["declared"]
        if is_open and control["verdict"] in ("non_compliant", "unknown"):
            yield control


def merged(told: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules of several reports, each once, with what it has matched in all of them."""
    rules: dict[str, dict[str, Any]] = {}
    for rule in told:
        key = repr({name: value for name, value in rule.items() if name not in (*_COUNTS, "expired")})
        counts = [name for name in _COUNTS if name in rule]
        known = rules.setdefault(key, {**rule, **dict.fromkeys(counts, 0)})
        for name in counts:
            known[name] += rule[name]
        known["expired"] = known["expired"] or rule["expired"]
    return list(rules.values())


def useless(what: str, rule: Mapping[str, Any]) -> str:
    """Say that a rule is of no use any more, since it has expired or matches no finding; '' if it is of use."""
    if rule["expired"]:
        return f"{what}: expired on {rule['until']}.{_counting_again(rule['met'])}"
    return "" if rule["met"] else f"{what}: no finding matched. Remove it, or correct it."


def _counting_again(met: int) -> str:
    if not met:
        return " No finding matched."
    return " 1 control that it matched counts again." if met == 1 else f" {met} controls that it matched count again."
