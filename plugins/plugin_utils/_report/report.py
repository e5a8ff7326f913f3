# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit's report: one data structure, built from results of cis_monitoring_info or merged from other reports. Pure.

Its form is published in docs/report.schema.json. Accounts are sorted by name, and what depends on several accounts is
derived anew, so that the merged reports of parts of an inventory equal the report of the whole in all but `runs`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ...module_utils._controls import CONTROLS
from ...module_utils._judge.standards import numbers
from . import comparison
from .accepted import Acceptance
from .accounts import Accounts
from .declared import Declarations
from .drills import newest
from .entry import of_missing, of_result
from .outcome import ACCEPTED, DECLARED, OUTCOMES, apart, of_account, of_control, reason, worst
from .rules import merged
from .since import earliest

Drills = Mapping[str, Sequence[Mapping[str, Any]]]
Results = Iterable[tuple[str, Mapping[str, Any] | None]]
_Rules = Mapping[str, Acceptance | Declarations]
_Told = Mapping[str, list[Mapping[str, Any]]]

SCHEMA_VERSION = "2.0"


@dataclass(frozen=True)
class Run:
    """What an audit was run for."""

    inventory: Sequence[str] = ()  # its sources
    limit: str | None = None  # the pattern of hosts that it was limited to
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)  # those of each host


def build(
    results: Results,
    collection_version: str,
    drills: Drills | None = None,
    acceptance: Acceptance | None = None,
    declarations: Declarations | None = None,
    run: Run | None = None,
) -> dict[str, Any]:
    """Return the report of a run: for each host the result of cis_monitoring_info, or the failure in its place.

    None stands for a host that was not audited. Results are read one after the other. `drills` are those of each
    account, by its id.
    """
    accounts = Accounts()
    groups = run.groups if run else {}
    asked: dict[str, dict[str, Any]] = {}
    left_out: set[str] = set()
    for name, result in results:
        accounts.put({**of_result(name, result), "groups": list(groups.get(name, ()))})
        left_out.update((result or {}).get("left_out") or ())
        for control in (result or {}).get("controls") or ():
            if control["control"] not in asked:
                asked[control["control"]] = head_of_control(control)
    rules = _rules(acceptance, declarations)
    none_told: dict[str, list[Mapping[str, Any]]] = {name: [] for name in rules}
    return {
        **_complete(accounts, asked, collection_version, drills or {}, rules, left_out, none_told),
        "runs": [{"inventory": list(run.inventory), "limit": run.limit}] if run else [],
    }


def merge(
    reports: Iterable[tuple[Mapping[str, Any], Iterable[Mapping[str, Any]]]],
    drills: Drills | None = None,
    acceptance: Acceptance | None = None,
    declarations: Declarations | None = None,
    expected: Iterable[str] = (),
) -> dict[str, Any]:
    """Return one report of several, each given as its head and its accounts one after the other.

    An account in more than one counts as it was read last, with its drills of all. One that is expected and in none of
    them is unknown.
    Raises ValueError for a report of another version of the schema.
    """
    accounts = Accounts()
    asked: dict[str, dict[str, Any]] = {}
    rules = _rules(acceptance, declarations)
    told: dict[str, list[Mapping[str, Any]]] = {name: [] for name in rules}
    versions: list[str] = []
    left_out: set[str] = set()
    runs: list[Mapping[str, Any]] = []
    for head, its_accounts in reports:
        check_version(head)
        versions.append(head["collection"]["version"])
        for name, of_all in told.items():
            of_all += head[name]
        runs += [run for run in head.get("runs", ()) if run not in runs]
        left_out.update(head["left_out"])
        asked |= {control["control"]: {**control} for control in head["controls"]}
        for account in its_accounts:
            accounts.put(_later(accounts.get(account["name"]), account))
    for name in expected:
        if accounts.get(name) is None:
            accounts.put(of_missing(name))
    return {**_complete(accounts, asked, max(versions), drills or {}, rules, left_out, told), "runs": runs}


def check_version(head: Mapping[str, Any]) -> None:
    """Raise ValueError for a report of another version of the schema."""
    version = head.get("schema_version")
    if version != SCHEMA_VERSION:
        raise ValueError(f"it has schema version {version!r}; this collection reads {SCHEMA_VERSION}")


def check_account(account: Any) -> None:
    """Raise ValueError for what is no account of a report."""
    if not isinstance(account, Mapping):
        raise ValueError("an account is no object")
    missing = [name for name in ("name", "account", "read_at", "verdict", "controls", "drills") if name not in account]
    if missing:
        raise ValueError(f"an account has no {missing[0]}")
    if not isinstance(account["name"], str) or not isinstance(account["controls"], list):
        raise ValueError("an account has a name that is no text, or controls that are no list")


def _rules(acceptance: Acceptance | None, declarations: Declarations | None) -> _Rules:
    """The rules of a run. An alternative is looked for before a finding is accepted."""
    today = datetime.now(UTC).date()
    return {
        DECLARED: declarations or Declarations([], {}, today),
        ACCEPTED: acceptance or Acceptance([], {}, today),
    }


def head_of_control(control: Mapping[str, Any]) -> dict[str, Any]:
    """What a report has once of each control."""
    return {
        "control": control["control"],
        "benchmark": control["benchmark"],
        "standards": [
            {"standard": standard, "id": number} for standard, number in numbers(CONTROLS[control["control"]]).items()
        ],
    }


def _later(known: Mapping[str, Any] | None, account: Mapping[str, Any]) -> dict[str, Any]:
    if known is None:
        return dict(account)
    later = account if (account["read_at"] or "") >= (known["read_at"] or "") else known
    drills = newest([*known["drills"], *account["drills"]])
    return {**later, "drills": drills, "since": earliest(known["since"], account["since"])}


def _complete(
    accounts: Accounts,
    asked: Mapping[str, Mapping[str, Any]],
    collection_version: str,
    drills: Drills,
    rules: _Rules,
    left_out: set[str],
    told: _Told,
) -> dict[str, Any]:
    fates = _apply(rules, accounts, drills)
    counts: Counter[str] = Counter()
    by_control: dict[str, Counter[str]] = {control: Counter() for control in asked}
    read_at = None
    names: dict[str, list[str]] = {}
    for account in accounts:
        _resolve(account, fates)
        accounts.put(account)
        counts[account["outcome"]] += 1
        names.setdefault((account["account"] or {}).get("id", ""), []).append(account["name"])
        read_at = max(filter(None, (read_at, account["read_at"])), default=None)
        for control in account["controls"]:
            by_control[control["control"]][of_control(control)] += 1
    return {
        "schema_version": SCHEMA_VERSION,
        "collection": {"name": "aws_cis.monitoring", "version": collection_version},
        "read_at": read_at,
        "counts": {outcome: counts[outcome] for outcome in OUTCOMES},
        "controls": [
            {
                **asked[name],
                "title": CONTROLS[name].title,
                "counts": {outcome: by_control[name][outcome] for outcome in OUTCOMES[:-1]},
            }
            for name in CONTROLS
            if name in asked
        ],
        "left_out": [name for name in CONTROLS if name in left_out and name not in asked],
        **{name: merged([*told[name], *its.told()]) for name, its in rules.items()},
        "same_account": [
            {"account": number, "names": hosts} for number, hosts in names.items() if number and len(hosts) > 1
        ],
        "comparison": None,
        "accounts": accounts,
    }


_Fates = dict[str, tuple[str, dict[str, tuple[str, str]]]]


def _apply(rules: _Rules, accounts: Accounts, drills: Drills) -> _Fates:
    """Give accounts their drills, and what is declared and accepted of them.

    Returns, for each account that was read, by its id: its name, and by control the verdict and why it counts apart.
    """
    fates: _Fates = {}
    for account in accounts:
        number = (account["account"] or {}).get("id", "")
        account["drills"] = newest([*account["drills"], *drills.get(number, ())])
        for its in rules.values():
            its.apply(account)
        accounts.put(account)
        if account["controls"]:
            fates[number] = (
                account["name"],
                {one["control"]: (one["verdict"], apart(one)) for one in account["controls"]},
            )
    return fates


def _resolve(account: dict[str, Any], fates: _Fates) -> None:
    """Add what counts, and to a control that another account of the report covers, that account and its verdict."""
    for control in account["controls"]:
        place = control["covered_by"] or {}
        name, verdicts = fates.get(place.get("account", ""), ("", {}))
        control["covering"] = None
        if place.get("log_group_arn") and control["verdict"] == "covered_elsewhere" and control["control"] in verdicts:
            verdict, why = verdicts[control["control"]]
            counted_apart = {one: why == one for one in (DECLARED, ACCEPTED)}
            control["covering"] = {"name": name, "verdict": verdict, **counted_apart}
    deciding = worst(account)
    if deciding:
        account |= {name: deciding[name] for name in ("verdict", "reason", "fix")}
    account["outcome"] = of_account(account)


def failing(report: Mapping[str, Any], fail_on: str) -> dict[str, str]:
    """Return the names of the accounts that fail the run, and why each does.

    `fail_on` is never, non_compliant, unknown, which also fails on what is not compliant, or regression. An account
    that could not be read is unknown. What is declared or accepted fails nothing. If no account could be read, each
    fails.
    """
    if nothing_read(report):
        return {account["name"]: str(account["reason"]) for account in report["accounts"]}
    if fail_on == "regression":
        return comparison.regressions(report["comparison"])
    outcomes = {
        "never": (),
        "non_compliant": ("non_compliant",),
        "unknown": ("non_compliant", "unknown", "unreachable"),
    }[fail_on]
    return {account["name"]: why for account in report["accounts"] if (why := _why(account, outcomes))}


def nothing_read(report: Mapping[str, Any]) -> bool:
    """Whether no account of the report could be read, so that nothing was audited."""
    return not any(account["controls"] for account in report["accounts"])


def _why(account: Mapping[str, Any], outcomes: Iterable[str]) -> str:
    if not account["controls"]:
        return str(account["reason"]) if account["outcome"] in outcomes else ""
    reasons: dict[str, list[str]] = {}
    for control in account["controls"]:
        if of_control(control) in outcomes:
            reasons.setdefault(reason(control), []).append(control["control"])
    if len(account["controls"]) == 1:
        return next(iter(reasons), "")
    return " ".join(f"{', '.join(controls)}: {why}" for why, controls in reasons.items())
