# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared alternatives: which controls a SIEM with equivalent alerts meets, why, by what evidence, until when. Pure.

The CIS benchmarks since v2.0.0 accept one. It cannot be read from an account, so the verdict stays what it is, and the
control counts as declared, never as compliant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from ...module_utils._controls.benchmarks import since
from .rules import Rule, Rules, common, open_faults, useless

_ACCEPTING = frozenset(since("cis_v2_0_0"))
_LINK = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)  # the page of a report links it


@dataclass(frozen=True)
class Declaration(Rule):
    """An alternative for a control, or for all of them, in some accounts."""

    evidence: str

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return the declaration as a user wrote it. Raises ValueError with what is wrong with it."""
        what = f"The alternative for {given.get('control') or 'all controls'}"
        its = common(given, what)
        if not given.get("until"):
            raise ValueError(f"{what} has no review date. Set `until`, in the format 2027-01-31.")
        evidence = str(given.get("evidence") or "").strip()
        if not _LINK.fullmatch(evidence):
            raise ValueError(
                f"{what} has evidence {evidence!r}, which is not a link. Set `evidence` to an https address."
            )
        return cls(*its, evidence)

    def as_dict(self) -> dict[str, Any]:
        """The declaration as a report has it."""
        return {**super().as_dict(), "evidence": self.evidence}


class Declarations(Rules[Declaration]):
    """The declared alternatives of a run, and what they matched."""

    def __init__(
        self, rules: Sequence[Mapping[str, Any]], of_hosts: Mapping[str, Sequence[Mapping[str, Any]]], today: date
    ) -> None:
        """Take the declarations as users write them, those of all hosts and those of hosts that have others.

        Raises ValueError with what is wrong with one.
        """
        super().__init__(Declaration.of, rules, of_hosts, today)
        self._refused: Counter[Declaration] = Counter()

    def apply(self, account: dict[str, Any]) -> None:
        """Write into an account's controls for which of them an alternative is declared, and which."""
        rules = self.of(account)
        for control in open_faults(account) if rules else ():
            valid = self.valid(rule for rule in rules if rule.is_about(account, control))
            if valid and _ACCEPTING.issuperset(control["benchmark"].split(", ")):
                its = valid[0].as_dict()
                control["declared"] = {name: its[name] for name in ("reason", "evidence", "until")}
            else:
                self._refused.update(valid)

    def told(self) -> list[dict[str, Any]]:
        """Return the declarations with the number of controls that each has matched, and has been refused for."""
        counted = zip(super().told(), self._met, strict=True)
        return [{**told, "refused": self._refused[rule]} for told, rule in counted]


def lines(told: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a line for each declaration that is of no use: expired, without a match, or not accepted."""
    return [line for rule in told for line in _of_rule(rule)]


def _of_rule(rule: Mapping[str, Any]) -> Iterator[str]:
    what = f"Declared alternative {rule['control']}, {' '.join(rule['accounts'])}"
    if said := useless(what, rule):
        yield said
    if count := rule["refused"]:
        yield (
            f"{what}: not applied to {count} control{'s' if count > 1 else ''}, whose benchmark does not accept an"
            " alternative. CIS v2.0.0 and later do. Set cis_monitoring_benchmark to one of them."
        )
