# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of a report as the page's script reads them: small enough for 10,000 of them in one file. Pure.

Accounts that were set up alike differ in little but their numbers. So an account's id and region are left open in what
is said of it, and each of these texts, links and controls is kept once, by its place in a list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...module_utils._controls.benchmarks import BENCHMARKS, SECURITY_HUB, title
from ...module_utils._judge.standards import NO_FINDING, WITHOUT_CONTROL
from . import outcome
from .console import console_url
from .drills import latencies
from .tables import LINKS

ID, REGION = "\ue000", "\ue001"
"""What stands for the account's own id and region in the texts of its details."""

MOST_BYTES_OF_DETAILS = 5_500_000
"""Details beyond that are left to report.json, so that the page stays below 10 MB."""

NO_DETAIL = -1
_STATUSES = {"compliant": "pass", "non_compliant": "fail", "covered_elsewhere": "elsewhere"}
MARKS = {
    "pass": ("P", "passes"),
    "warn": ("W", "passes with a warning"),
    "fail": ("F", "fails"),
    "unknown": ("U", "is unknown"),
    "elsewhere": ("E", "is covered elsewhere"),
    "accepted": ("A", "is accepted"),
    "declared": ("D", "is declared"),
    "none": ("\N{EN DASH}", "was not read"),
}
"""The statuses with a letter, for eyes and printers that see no colours, and the end of a sentence."""


def status_of(control: Mapping[str, Any]) -> str:
    """How a control is marked: with a warning if one of its links has one."""
    counted = outcome.of_control(control)
    if counted == "compliant" and any(link["status"] == "warn" for link in control["links"]):
        return "warn"
    return _STATUSES.get(counted, counted)


_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class _Kept:
    """Things that are kept once, by how Python writes them, which is quicker than JSON, and finished when new."""

    def __init__(self, finish: Callable[[Any], Any] = lambda thing: thing) -> None:
        self.size = 0
        self.listed: list[Any] = []
        self._finish = finish
        self._places: dict[str, int] = {}

    def place(self, thing: Any, place: Mapping[str, str] | None = None) -> int:
        """Return the place of a thing. What it says of the account that is at `place` is left open."""
        key = _opened(repr(thing), place)
        if key not in self._places:
            text = _opened(_AS_JSON(thing), place)
            self._places[key] = len(self.listed)
            self.listed.append(self._finish(json.loads(text)))
            self.size += len(text)
        return self._places[key]


def _opened(text: str, place: Mapping[str, str] | None) -> str:
    """The text, with the account's own id and region left open."""
    text = text.replace(ID, "\ufffd").replace(REGION, "\ufffd")
    for own, mark in ((place["id"], ID), (place["region"], REGION)) if place else ():
        text = text.replace(own, mark) if own else text
    return text


class PageData:
    """Collects the accounts of a report for the page, which are read one after the other."""

    def __init__(self, report: Mapping[str, Any], most_bytes: int = MOST_BYTES_OF_DETAILS) -> None:
        self._controls = [one["control"] for one in report["controls"]]
        self._is_path = len(self._controls) == 1
        self._most_bytes = most_bytes
        self._accounts: list[list[Any]] = []
        self._codes, self._groups = _Kept(), _Kept()
        self._links, self._details = _Kept(_with_url), _Kept(_with_standards)
        self.left_out = 0

    def add(self, account: Mapping[str, Any], codes: Iterable[str]) -> None:
        """Note an account: its row, with the codes of its causes, and what is shown of its controls."""
        controls = {one["control"]: one for one in account["controls"]}
        place = account["account"] or {"id": "", "region": ""}
        self._accounts.append(
            [
                account["name"],
                place["id"],
                place["region"],
                account["outcome"],
                self._marks(controls),
                outcome.passing(account),
                [self._codes.place(code) for code in codes],
                [self._groups.place(group) for group in account.get("groups", ())],
                self._details_of(account, controls) if controls else [],
                _about(account),
            ]
        )

    def _marks(self, controls: Mapping[str, Mapping[str, Any]]) -> str:
        """A letter for each column: the links of the path if there is one control, and the controls otherwise."""
        if self._is_path:
            links = {link["link"]: link["status"] for one in controls.values() for link in one["links"]}
            statuses = [links.get(name, "none") for name in LINKS]
        else:
            statuses = [status_of(controls[name]) if name in controls else "none" for name in self._controls]
        return "".join(MARKS[one][0] for one in statuses)

    def _details_of(self, account: Mapping[str, Any], controls: Mapping[str, Mapping[str, Any]]) -> list[int]:
        # The controls of an account share most links of their paths.
        known: dict[tuple[str, ...], int] = {}
        return [self._detail(account, controls.get(name), known) for name in self._controls]

    def _detail(
        self, account: Mapping[str, Any], control: Mapping[str, Any] | None, known: dict[tuple[str, ...], int]
    ) -> int:
        if control is None:
            return NO_DETAIL
        if self._links.size + self._details.size > self._most_bytes:
            self.left_out += 1
            return NO_DETAIL
        place = account["account"]
        links = [self._link(account, link, known) for link in control["links"]]
        detail = {
            "reason": outcome.reason(control),
            "fix": "" if control["covering"] else control["fix"],
            "standards": control["standards"],
            "auditors": control["other_auditors"],
            "notes": control["notes"],
        }
        return self._details.place({"links": links, **_given(detail)}, place)

    def _link(self, account: Mapping[str, Any], link: Mapping[str, Any], known: dict[tuple[str, ...], int]) -> int:
        key = (link["link"], link["status"], link["code"], link["resource"], link.get("detail", ""))
        if key not in known:
            known[key] = self._links.place(_link(account, link), account["account"])
        return known[key]

    def as_json(self) -> str:
        """Return all of it, as it may stand in a script element."""
        data = {
            "marks": {letter: [status, words] for status, (letter, words) in MARKS.items()},
            "outcomes": [*outcome.FAILING, *(one for one in reversed(outcome.OUTCOMES) if one not in outcome.FAILING)],
            "codes": self._codes.listed,
            "groups": self._groups.listed,
            "links": self._links.listed,
            "details": self._details.listed,
            "accounts": self._accounts,
        }
        # "<" would end the element; a surrogate has no place in UTF-8.
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        return text.encode("utf-8", "backslashreplace").decode()


def _standards(listed: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """The standards that do not pass, those that say the same together."""
    alike: dict[tuple[str, str], list[str]] = {}
    for one in listed:
        name = title(one["standard"].removeprefix(f"{SECURITY_HUB}_"))
        own = f"{title(SECURITY_HUB)} {name}" if one["standard"] not in BENCHMARKS else name
        why = WITHOUT_CONTROL if one["status"] == NO_FINDING else one.get("why", "")
        alike.setdefault((one["status"], why), []).append(f"{own} {one['id']}".strip())
    return [[status, why, names] for (status, why), names in alike.items()]


def _about(account: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of the account as a whole."""
    unread = {} if account["controls"] else {"reason": account["reason"], "fix": account["fix"]}
    drills = [
        {name: one[name] for name in ("depth", "outcome", "when", "summary")} | {"seen": latencies(one)}
        for one in account["drills"]
    ]
    return _given({**unread, "read_at": account["read_at"], "drills": drills})


def _link(account: Mapping[str, Any], link: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: link.get(name) for name in ("link", "status", "code", "resource", "detail")}
    return _given({**said, "url": _place_of(account, link), "evidence": evidence_of(account, link)})


def _with_url(link: dict[str, Any]) -> dict[str, Any]:
    """The link, with the console's page of its place, which has the account's own id and region in it."""
    stand_ins = ((ID, "own-account"), (REGION, "own-region"))
    text = link.get("url", "")
    for mark, name in stand_ins:
        text = text.replace(mark, name)
    text = console_url(link["link"], text)
    for mark, name in stand_ins:
        text = text.replace(name, mark)
    return _given({**link, "url": text})


def _with_standards(detail: dict[str, Any]) -> dict[str, Any]:
    return {**detail, "standards": _standards(detail.get("standards", ()))}


def _place_of(account: Mapping[str, Any], link: Mapping[str, Any]) -> str:
    """The ARN by which the console finds it: a metric filter is found by its log group."""
    if link["link"] == "metric_filter":
        groups = [str(one["arn"]) for one in account["evidence"].get("log_groups", ())]
        return groups[0] if len(groups) == 1 else ""
    return str(link["resource"])


_EVIDENCE = {
    "trail": ("trails", "arn"),
    "log_group": ("log_groups", "arn"),
    "metric_filter": ("metric_filters", "name"),
    "alarm": ("alarms", "arn"),
    "topic": ("topics", "arn"),
}


def evidence_of(account: Mapping[str, Any], link: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what was read of the resources of a link."""
    if link["link"] not in _EVIDENCE or not link["resource"]:
        return []
    kind, key = _EVIDENCE[link["link"]]
    names = {link["resource"], *link["resource"].split(", ")}
    return [one for one in account["evidence"].get(kind) or () if one.get(key) in names]


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value}
