# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit's report: one data structure, built from results of cis_monitoring_info or merged from other reports. Pure.

Its form is published in docs/report.schema.json. Accounts are sorted by name, and what depends on several accounts is
derived anew, so that the merged reports of parts of an inventory equal the report of the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drills import newest

Drills = Mapping[str, Sequence[Mapping[str, Any]]]

SCHEMA_VERSION = "2.0"
VERDICTS = ("compliant", "covered_elsewhere", "non_compliant", "unknown", "unreachable")


def build(
    results: Mapping[str, Mapping[str, Any] | None], collection_version: str, drills: Drills | None = None
) -> dict[str, Any]:
    """Return the report of a run: for each host the result of cis_monitoring_info, or the failure in its place.

    None stands for a host that was not asked. `drills` are those kept of each account, by its id.
    """
    return _complete([_account(name, result) for name, result in results.items()], collection_version, drills or {})


def merge(reports: Sequence[Mapping[str, Any]], drills: Drills | None = None) -> dict[str, Any]:
    """Return one report of several. An account in more than one counts as it was read last, with its drills of all.

    Raises ValueError for a report of another version of the schema.
    """
    accounts: dict[str, dict[str, Any]] = {}
    for report in reports:
        if report.get("schema_version") != SCHEMA_VERSION:
            version = report.get("schema_version")
            raise ValueError(f"A report has schema version {version!r}; this collection merges {SCHEMA_VERSION}.")
        for account in report["accounts"]:
            known = accounts.get(account["name"], account)
            later = account if (account["read_at"] or "") >= (known["read_at"] or "") else known
            drills_of_both = newest([*known["drills"], *account["drills"]])
            accounts[account["name"]] = {**later, "covering": None, "drills": drills_of_both}
    return _complete(accounts.values(), max(report["collection"]["version"] for report in reports), drills or {})


def _account(name: str, result: Mapping[str, Any] | None) -> dict[str, Any]:
    if result is None:
        return _unread(
            name, "unknown", "It was not asked: an earlier play of the run had failed for it.", "Mend that first."
        )
    if result.get("failed") or "controls" not in result:
        reason = str(result.get("msg") or "The account was not read.")
        fix = "Check the credentials, the role and the network, and run the audit again."
        return _unread(name, "unreachable", reason, fix)
    worst = max(result["controls"], key=lambda control: VERDICTS.index(control["verdict"]))
    return {
        "name": name,
        "account": dict(result["account"]),
        "read_at": result["read_at"],
        "verdict": worst["verdict"],
        "reason": worst["reason"],
        "fix": worst["fix"],
        "controls": list(result["controls"]),
        "evidence": result["evidence"],
        "covering": None,
        "drills": [],
    }


def _unread(name: str, verdict: str, reason: str, fix: str) -> dict[str, Any]:
    return {
        "name": name,
        "account": None,
        "read_at": None,
        "verdict": verdict,
        "reason": reason,
        "fix": fix,
        "controls": [],
        "evidence": {},
        "covering": None,
        "drills": [],
    }


def _complete(accounts: Iterable[Mapping[str, Any]], collection_version: str, drills: Drills) -> dict[str, Any]:
    ordered = sorted((dict(account) for account in accounts), key=lambda account: str(account["name"]))
    for account in ordered:
        account["drills"] = newest([*account["drills"], *drills.get((account["account"] or {}).get("id", ""), ())])
    _resolve(ordered)
    counts = Counter(outcome(account) for account in ordered)
    return {
        "schema_version": SCHEMA_VERSION,
        "collection": {"name": "aws_cis.monitoring", "version": collection_version},
        "read_at": max((account["read_at"] for account in ordered if account["read_at"]), default=None),
        "counts": {verdict: counts[verdict] for verdict in VERDICTS},
        "accounts": ordered,
    }


def _resolve(accounts: Sequence[dict[str, Any]]) -> None:
    """Where an account is covered by another one of the report, say which and how that one fares."""
    by_id = {account["account"]["id"]: account for account in accounts if account["account"]}
    for account in accounts:
        places = [control.get("covered_by") or {} for control in account["controls"]]
        place = next((one for one in places if one.get("log_group_arn")), {})
        covering = by_id.get(place.get("account"))
        if account["verdict"] == "covered_elsewhere" and covering:
            account["covering"] = {"name": covering["name"], "verdict": covering["verdict"]}


def outcome(account: Mapping[str, Any]) -> str:
    """Return the verdict that counts: that of the covering account where it is in the report."""
    return str(account["covering"]["verdict"] if account["covering"] else account["verdict"])


def broken_link(account: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the first link of the path that is not whole, or None."""
    links = (link for control in account["controls"] for link in control["links"])
    return next((link for link in links if link["status"] not in ("pass", "warn")), None)


def line(account: Mapping[str, Any], width: int = 0) -> str:
    """Return the line of an account for a terminal: name, verdict, first broken link, reason."""
    verdict = outcome(account).replace("_", " ")
    link = broken_link(account)
    parts = [f"{account['name']:<{width}}", f"{verdict:<17}", f"{link['code']:<26}" if link else " " * 26]
    if account["covering"]:
        covering = account["covering"]
        return "  ".join([*parts, f"Covered by {covering['name']}, which is {verdict}."]).rstrip()
    return "  ".join([*parts, account["reason"] if account["verdict"] != "compliant" else ""]).rstrip()


def lines(report: Mapping[str, Any]) -> list[str]:
    """Return the lines of all accounts, and the counts at the end."""
    width = max((len(account["name"]) for account in report["accounts"]), default=0)
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report["counts"].items() if count)
    return [*(line(account, width) for account in report["accounts"]), f"{len(report['accounts'])} accounts: {counts}"]


def failing(report: Mapping[str, Any], fail_on: str) -> list[str]:
    """Return the names of the accounts that fail the run.

    `fail_on` is never, non_compliant, or unknown, which fails on what is not compliant as well. An account that could
    not be read is unknown.
    """
    verdicts = {
        "never": (),
        "non_compliant": ("non_compliant",),
        "unknown": ("non_compliant", "unknown", "unreachable"),
    }[fail_on]
    return [account["name"] for account in report["accounts"] if outcome(account) in verdicts]
