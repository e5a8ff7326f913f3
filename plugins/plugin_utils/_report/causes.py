# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report's accounts fail for, the same cause of several accounts and controls once, each with its remedy. Pure.

A control has the cause of the first broken link of its path: what comes after it often goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .outcome import FAILING, broken_link, of_control, reason
from .remedy import Command, Remedy, command_of, remedy_of

_WHOLE_ACCOUNT = {"unreachable": "UNREACHABLE", "unknown": "NOT_AUDITED"}
_MOST_TEXTS = 3
_MOST_HOSTS = 2000  # of a command, whose arguments Linux limits to 128 KiB each


@dataclass
class Cause:
    """A code, with the accounts and controls that fail for it."""

    code: str  # of a link, or UNREACHABLE or NOT_AUDITED of a whole account
    outcome: str  # one of outcome.FAILING
    link: str  # '' for a whole account
    accounts: dict[str, list[str]] = field(default_factory=dict)  # by host: its controls, none for a whole account
    reasons: dict[str, None] = field(default_factory=dict)  # the first few, each once
    remedies: dict[Remedy, list[str]] = field(default_factory=dict)  # with their hosts

    @property
    def controls(self) -> list[str]:
        """The controls that fail for it in any account, each once."""
        return list(dict.fromkeys(control for controls in self.accounts.values() for control in controls))

    @property
    def fixes(self) -> list[str]:
        """What to do, in sentences, each once."""
        return list(dict.fromkeys(remedy.fix for remedy in self.remedies))

    @property
    def is_remediated(self) -> bool:
        """Whether the playbook remediate fixes it."""
        return all(remedy.playbook == "remediate" for remedy in self.remedies)

    def commands(self, inventory: Sequence[str] = ()) -> list[Command]:
        """Return what to run, the same command of several accounts once; nothing where no command fixes it.

        `inventory` has the sources of `-i`.
        """
        by_command: dict[tuple[str, str], list[str]] = {}
        for remedy, names in self.remedies.items():
            by_command.setdefault((remedy.playbook, remedy.aws), []).extend(names)
        return [
            command_of(playbook, aws, part, self.controls, inventory)
            for (playbook, aws), names in by_command.items()
            if playbook or aws
            for part in _parts(list(dict.fromkeys(names)))
        ]

    def add(self, name: str, control: str | None, reason: str, remedy: Remedy) -> None:
        """Note an account, or one of its controls."""
        controls = self.accounts.setdefault(name, [])
        if control:
            controls.append(control)
        if len(self.reasons) < _MOST_TEXTS:
            self.reasons[reason] = None
        hosts = self.remedies.setdefault(remedy, [])
        if not hosts or hosts[-1] != name:
            hosts.append(name)


def _parts(names: list[str]) -> list[list[str]]:
    return [names[start : start + _MOST_HOSTS] for start in range(0, len(names), _MOST_HOSTS)]


class Causes:
    """The causes of accounts that are read one after the other."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Cause] = {}

    def add(self, account: Mapping[str, Any]) -> list[str]:
        """Note what an account fails for, and return the codes, each once."""
        codes: dict[str, None] = {}
        for cause, control, why, remedy in _of_account(account):
            codes[cause.code] = None
            known = self._found.setdefault((cause.outcome, cause.code), cause)
            known.add(account["name"], control, why, remedy)
        return list(codes)

    def in_order(self) -> list[Cause]:
        """The failures first, then what was not determined or read; within these, the cause of most accounts."""
        return sorted(self._found.values(), key=lambda one: (FAILING.index(one.outcome), -len(one.accounts), one.code))


def causes(accounts: Iterable[Mapping[str, Any]]) -> list[Cause]:
    """Return the causes of what does not pass in a report, in order.

    What is accepted has none, and what another account covers that is not in the report.
    """
    found = Causes()
    for account in accounts:
        found.add(account)
    return found.in_order()


def _of_account(account: Mapping[str, Any]) -> Iterable[tuple[Cause, str | None, str, Remedy]]:
    if not account["controls"]:
        outcome = account["outcome"]
        cause = Cause(_WHOLE_ACCOUNT.get(outcome, "UNREACHABLE"), outcome, "")
        yield cause, None, account["reason"], Remedy(account["fix"], playbook="audit")
    for control in account["controls"]:
        outcome = of_control(control)
        if outcome in FAILING:
            link = broken_link(control) or control["links"][-1]
            cause = Cause(link["code"], outcome, link["link"])
            yield cause, control["control"], reason(control), remedy_of(control, link, account["account"])
