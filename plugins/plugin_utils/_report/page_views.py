# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page shows of a report, counted while its accounts are read once. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._controls.benchmarks import BENCHMARKS, SECURITY_HUB, title
from ...module_utils._judge.findings import CODES, COMMON_CODES
from . import outcome
from .causes import Cause, Causes
from .page_data import PageData, evidence_of
from .remedy import Command

_HEIGHT = 50  # of the picture of earlier reports
_MOST_EVIDENCE = 400  # rows of all causes
_MOST_DRILLS = 200
_MOST_GROUPS = 60
_MEANINGS = {
    **{code: text for codes in CODES.values() for code, text in codes.items()},
    **COMMON_CODES,
    "UNREACHABLE": "The account could not be read.",
    "NOT_AUDITED": "The account was not audited, since an earlier play failed for it.",
}


@dataclass(frozen=True)
class Evidence:
    """What is wrong in an account, with its controls that it is the same for."""

    name: str
    account: str
    region: str
    cause: tuple[str, str]  # its outcome and code
    controls: list[str]
    resource: str
    said: str
    settings: list[Mapping[str, Any]]


@dataclass(frozen=True)
class Assessed:
    """A control in a standard: its number there, and how many of the accounts that were read pass."""

    id: str
    passing: int
    read: int


@dataclass
class Subtotal:
    """Accounts of a group, by outcome."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many there are."""
        return self.counts.total()


class Views:
    """Counts a report's accounts for each part of the page."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        self._report = report
        self._data = PageData(report)
        self._found = Causes()
        self._evidence: dict[tuple[str, str], list[Evidence]] = {}
        self._room = _MOST_EVIDENCE
        self.checks: Counter[str] = Counter()
        self._not_passing: Counter[tuple[str, str]] = Counter()  # accounts, by control and standard
        self.groups: dict[str, Subtotal] = {}
        self.callers: dict[str, None] = {}
        self.unread: list[str] = []
        self.read_first: str | None = None
        self.drills: list[tuple[str, Mapping[str, Any]]] = []
        self.rows: list[tuple[str, str, str, str, int]] = []
        for account in report["accounts"]:
            self._add(account)
        self.causes = self._found.in_order()

    def _add(self, account: Mapping[str, Any]) -> None:
        codes = self._found.add(account)
        self._data.add(account, codes)
        counted = account["outcome"]
        self.read_first = min(filter(None, (self.read_first, account["read_at"])), default=None)
        self.drills += [(account["name"], one) for one in account["drills"]][: _MOST_DRILLS - len(self.drills)]
        if not account["controls"]:
            self.unread.append(account["name"])
        for group in account.get("groups", ()):
            self.groups.setdefault(group, Subtotal()).counts[counted] += 1
        for control in account["controls"]:
            self.checks[outcome.of_control(control)] += 1
            for one in control["standards"]:
                self._not_passing[control["control"], one["standard"]] += 1
        place = account["account"] or {"id": "", "region": ""}
        if place.get("caller_arn"):
            self.callers[place["caller_arn"].replace(place["id"], "*")] = None
        self.rows.append((account["name"], place["id"], place["region"], counted, outcome.passing(account)))
        if self._room > 0:
            self._note_evidence(account, place, codes)

    def _note_evidence(self, account: Mapping[str, Any], place: Mapping[str, str], codes: Sequence[str]) -> None:
        found: dict[tuple[tuple[str, str], str, str], Evidence] = {}
        its = (account["name"], place["id"], place["region"])
        for code in codes if not account["controls"] else ():
            cause = (account["outcome"], code)
            found[cause, "", ""] = Evidence(*its, cause, [], "", account["reason"], [])
        for control in account["controls"]:
            counted, link = outcome.of_control(control), outcome.broken_link(control)
            if not link or counted not in outcome.FAILING:
                continue
            cause, said = (counted, link["code"]), outcome.reason(control)
            key = (cause, link["resource"], said)
            if key not in found:
                settings = [*evidence_of(account, link)]
                found[key] = Evidence(*its, cause, [], link["resource"], said, settings)
            found[key].controls.append(control["control"])
        for one in list(found.values())[: self._room]:
            self._evidence.setdefault(one.cause, []).append(one)
        self._room -= len(found)

    def evidence(self, cause: Cause) -> list[Evidence]:
        """Return what was found in each account of a cause, as far as there is room for it."""
        return self._evidence.get((cause.outcome, cause.code), [])

    def commands(self, cause: Cause) -> list[Command]:
        """Return the commands of a cause's remedy, for the inventory and the hosts of the run."""
        inventory = [source for run in self._report.get("runs", ()) for source in run["inventory"]]
        return cause.commands(list(dict.fromkeys(inventory)))

    def listed_groups(self) -> list[tuple[str, Subtotal]]:
        """Return the groups by name; of very many, the largest ones."""
        largest = sorted(self.groups.items(), key=lambda one: (-one[1].total, one[0]))[:_MOST_GROUPS]
        return sorted(largest)

    def meaning(self, code: str) -> str:
        """Return what a code means, in a sentence."""
        return _MEANINGS.get(code, "")

    def controls(self) -> Iterator[tuple[Mapping[str, Any], int]]:
        """Yield each control of the report with the number of accounts for which it is not known: those not read."""
        total = len(self._report["accounts"])
        for control in self._report["controls"]:
            yield control, total - sum(control["counts"].values())

    def standards_of(self, control: Mapping[str, Any]) -> list[Assessed | None]:
        """Return, for each standard, a control's number and how many accounts pass; None if it has no such control."""
        ids = {one["standard"]: one["id"] for one in control["standards"]}
        name, read = control["control"], sum(control["counts"].values())
        return [
            Assessed(ids[one], read - self._not_passing[name, one], read) if ids.get(one) else None
            for one in self.standard_names
        ]

    @property
    def standard_names(self) -> Sequence[str]:
        """The standards that have any of the controls: CIS from the oldest on, then Security Hub."""
        names = {one["standard"] for control in self._report["controls"] for one in control["standards"]}
        return [name for name in BENCHMARKS if name in names]

    def silent(self, control: Mapping[str, Any]) -> list[str]:
        """Return the versions of CIS in Security Hub that lack a control, and so report no finding for any account."""
        return [
            title(one["standard"].removeprefix(f"{SECURITY_HUB}_")).removeprefix("CIS ")
            for one in control["standards"]
            if one["standard"] not in BENCHMARKS
        ]

    def benchmarks(self) -> list[str]:
        """Return the names of the benchmarks that the accounts were judged by."""
        return outcome.benchmarks(self._report).split(", ") if self._report["controls"] else []

    def numbers_of(self, controls: Sequence[str]) -> str:
        """Return which controls, by their numbers; all of them in a word."""
        asked = {one["control"]: number_of(one) for one in self._report["controls"]}
        if len(controls) == len(asked):
            return f"all {len(asked)}"
        return ", ".join(asked[one]["cis"] or asked[one]["hub"] for one in controls)

    def ordered(self, counts: Mapping[str, int], unread: int = 0) -> dict[str, int]:
        """Return counts from the best outcome to the worst, as a bar shows them."""
        return {name: counts.get(name, 0) for name in outcome.OUTCOMES} | ({"unreachable": unread} if unread else {})

    def brief(self, settings: Mapping[str, Any]) -> str:
        """Return what was read of a resource, in lines."""
        return "\n".join(
            f"{name}: {_flat(value)}" for name, value in settings.items() if value not in (None, "", {}, [])
        )

    def trend(self, history: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return a column of the picture for each earlier report and this one."""
        return [_column(place, head) for place, head in enumerate([*history, self._report])]

    @property
    def data(self) -> str:
        """The data of the page's script."""
        return self._data.as_json()

    @property
    def details_left_out(self) -> int:
        """How many controls have no details in the page, since it would become too large."""
        return self._data.left_out


def _flat(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _column(place: int, head: Mapping[str, Any]) -> dict[str, Any]:
    counts = head["counts"]
    total = sum(counts.values())
    parts, top = [], 0.0
    for name in reversed(outcome.OUTCOMES):
        height = _HEIGHT * counts.get(name, 0) / total if total else 0.0
        parts.append({"outcome": name, "y": round(top, 2), "height": round(height, 2)})
        top += height
    label = f"{head['read_at'] or head.get('name', '')}: {counts.get('compliant', 0)} of {total} compliant"
    return {"x": place * 12, "label": label, "parts": [part for part in parts if part["height"]]}


def number_of(control: Mapping[str, Any]) -> dict[str, str]:
    """Return a control's numbers: in the first benchmark that it was judged by, and in Security Hub."""
    ids = {one["standard"]: one["id"] for one in control["standards"]}
    judged = next((ids[name] for name in control["benchmark"].split(", ") if name in ids), "")
    hub = ids.get(SECURITY_HUB) or next((its for name, its in ids.items() if name.startswith(SECURITY_HUB)), "")
    return {"cis": "" if judged == hub else judged, "hub": hub}


def label(control: Mapping[str, Any]) -> str:
    """Return what a control is about, such as IAM policy changes."""
    return str(control["title"]).removesuffix(" are monitored")


def standard_title(name: str) -> str:
    """Return a standard's own name, such as CIS AWS Foundations Benchmark v1.4.0."""
    if name == SECURITY_HUB:
        return "AWS Security Hub"
    return title(name).replace("CIS ", "CIS AWS Foundations Benchmark ")


def words(name: str) -> str:
    """Return a name as words."""
    return name.replace("_", " ")
