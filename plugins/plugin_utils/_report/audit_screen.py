# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screen of an audit: the verdicts counted, and the accounts that do not pass by their causes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...module_utils._controls.benchmarks import CIS_BENCHMARKS, title
from . import accepted, comparison, declared
from .lines import NOTHING_READ, left_out, remark, same_account
from .outcome import OUTCOMES, broken_link, compliance, number, of_account, of_control, passing, worst
from .remedy import remedy_of
from .screen import Row, Screen

_STATUS = {"non_compliant": "FAIL", "unknown": "UNKNOWN", "unreachable": "UNKNOWN"}
# All controls share them, so how many break there says nothing.
_SHARED = ("trail", "log_group")


def screen_of_audit(
    report: Mapping[str, Any], path: str, *, with_passing: bool = False, remarks: Sequence[str] = ()
) -> Screen:
    """Return the screen of a report that is written to a path. Accounts that pass are counted, and listed if asked for.

    `remarks` are those about the run.
    """
    rows = [row for account in report["accounts"] if (row := _row(account, with_passing))]
    return Screen(
        totals=[_totals(report), *_changes(report["comparison"])],
        rows=sorted(rows, key=lambda row: (*_STATUS.values(), row.status).index(row.status)),
        remarks=[
            *remarks,
            *([NOTHING_READ] if not report["controls"] else ()),
            *left_out(report),
            *same_account(report),
            *declared.lines(report["declared"]),
            *accepted.lines(report["accepted"]),
            *remark(report),
        ],
        ends=[f"Report: {path}"],
    )


def _totals(report: Mapping[str, Any]) -> str:
    controls = report["controls"]
    asked = controls[0]["control"] if len(controls) == 1 else number(len(controls), "control")
    names = dict.fromkeys(name for control in controls for name in control["benchmark"].split(", "))
    what = [" and ".join(map(_benchmark, names)), asked] if controls else []
    scope = ", ".join([*what, number(len(report["accounts"]), "account")])
    return f"{scope}: {_counted(report['counts'])} ({compliance(report['counts'])})"


def _changes(changes: Mapping[str, Any] | None) -> Iterator[str]:
    """How many changes there are since the last report, and which accounts became worse."""
    worse = ", ".join(dict.fromkeys(change["name"] for change in changes["worse"])) if changes else ""
    for line in comparison.lines(changes)[:1]:
        yield f"{line} (worse: {worse})" if worse else line


def _benchmark(name: str) -> str:
    return title(name).replace("CIS ", "CIS AWS Foundations ") if name in CIS_BENCHMARKS else title(name)


def _counted(counts: Mapping[str, int]) -> str:
    first = ["compliant", "non_compliant"]
    said = [f"{counts['compliant']} compliant", f"{counts['non_compliant']} not"]
    others = [outcome for outcome in OUTCOMES if outcome not in first and counts[outcome]]
    return ", ".join([*said, *(f"{counts[outcome]} {outcome.replace('_', ' ')}" for outcome in others)])


def _row(account: Mapping[str, Any], with_passing: bool) -> Row | None:
    outcome = of_account(account)
    status = _STATUS.get(outcome, outcome.replace("_", " "))
    number_of_account = (account["account"] or {}).get("id", "")
    if not account["controls"]:
        return Row(status, account["name"], number_of_account, "", account["reason"], _imperative(account["fix"]))
    if outcome not in _STATUS and not with_passing:
        return None
    controls = account["controls"]
    tally = f"{passing(account)}/{len(controls)}" if len(controls) > 1 else ""
    if outcome not in _STATUS:
        return Row(status, account["name"], number_of_account, tally)
    broken = [control for control in controls if of_control(control) in _STATUS]
    cause = ", ".join(_causes(broken, counted=len(controls) > 1))
    return Row(status, account["name"], number_of_account, tally, cause, _remedy(account, worst(account) or broken[0]))


def _causes(controls: Sequence[Mapping[str, Any]], *, counted: bool) -> Iterator[str]:
    """The codes of what breaks, such as "12 FILTER_MISSING", the one of most controls first."""
    found = Counter(_broken(control) for control in controls)
    for (link, code), count in found.most_common():
        yield f"{count} {code}" if counted and link not in _SHARED else code


def _broken(control: Mapping[str, Any]) -> tuple[str, str]:
    if control["covering"]:
        return "", f"COVERED_BY_{control['covering']['name']}"
    link = broken_link(control) or control["links"][-1]
    return link["link"], link["code"]


def _remedy(account: Mapping[str, Any], control: Mapping[str, Any]) -> str:
    """What to do about the control that decides: our playbook where it does it, or the words of the finding."""
    remedy = remedy_of(control, broken_link(control) or control["links"][-1], account["account"])
    return remedy.playbook or _imperative(remedy.fix)


def _imperative(fix: str) -> str:
    """The first sentence of a fix, as it stands after an arrow."""
    first = fix.partition(". ")[0].rstrip(".")
    return first[:1].lower() + first[1:]
