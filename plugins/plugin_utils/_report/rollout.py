# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role did to accounts, from what it has stored in the variables of their hosts: a fate for each. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FAILED, CHANGED, WOULD_CHANGE, UNCHANGED = "failed", "changed", "would change", "unchanged"
COVERED, SKIPPED, NOT_REACHED = "covered elsewhere", "skipped", "not reached"
FATES = (FAILED, NOT_REACHED, CHANGED, WOULD_CHANGE, UNCHANGED, COVERED, SKIPPED)
"""What may become of an account, in the order in which they are shown."""

Results = Mapping[str, Any]


@dataclass(frozen=True)
class Fate:
    """What became of an account, and what there is to say about it."""

    kind: str  # one of FATES
    account: str  # its id, '' where it is not known
    text: str = ""
    is_waiting: bool = False  # for a subscriber to confirm

    @property
    def line(self) -> str:
        """Both, in one line."""
        if self.kind in (FAILED, CHANGED, WOULD_CHANGE):
            return f"{self.kind}: {self.text}"
        return self.text or self.kind


def account_of(results: Results) -> str:
    """Return the id of a host's account, '' where it was not read."""
    return str(results.get("cis_monitoring_before", {}).get("plan", {}).get("account", ""))


def failure_of(results: Results) -> str:
    """Return why a host failed, '' if it did not: by a task, by its plan, by a write, or by the last reading."""
    before = results.get("cis_monitoring_before", {})
    if failure := results.get("__cis_monitoring_failure"):
        return str(failure)
    if "plan" not in before:
        return str(before.get("msg", "")) if not before.get("skipped") else ""
    after = results.get("cis_monitoring_after", {})
    last = after.get("plan") or before["plan"]
    unread = after.get("msg", "") if "plan" not in after and not after.get("skipped") else ""
    return str(
        before["plan"].get("blocked")
        or "; ".join(one["msg"] for one in _written(results) if "msg" in one)
        or unread
        or ("plan" in after and _difference(before, after))
        or last.get("obstacles_message")
        or ""
    )


def _written(results: Results) -> Sequence[Mapping[str, Any]]:
    """The results of the modules that wrote, or tried to. None has a message if it succeeded."""
    written: Sequence[Mapping[str, Any]] = results.get("__cis_monitoring_written", {}).get("results", ())
    return written


def _difference(before: Results, after: Results) -> str:
    """Why an account that was written to is not as requested, from the readings before and after; '' if it is."""
    plan, account = after["plan"], before["plan"]["account"]
    if plan.get("blocked") or (not plan["changes"] and plan["account"] == account):
        return str(plan.get("blocked", ""))
    left = "; ".join(change["summary"] for change in plan["changes"])
    return f"Account {plan['account']} still differs from what was requested for account {account}: {left}"


def fates(results: Mapping[str, Results]) -> dict[str, Fate]:
    """Return the fate of each host. An account that covers another one is named as its host is."""
    names = {account: host for host in reversed(list(results)) if (account := account_of(results[host]))}
    return {host: fate({**own, "__cis_monitoring_failure": failure_of(own)}, names) for host, own in results.items()}


def fate(results: Results, names: Mapping[str, str]) -> Fate:
    """Return the fate of a host, from its variables. `names` has the hosts of accounts."""
    failure = results.get("__cis_monitoring_failure")
    before = results.get("cis_monitoring_before", {})
    if failure:
        text = " ".join([*str(failure).split(), *_perhaps_written(before, results)])
        return Fate(FAILED, account_of(results), text)
    if before.get("skipped"):
        return Fate(SKIPPED, "")
    if "plan" not in before:  # an earlier play failed for this host
        return Fate(NOT_REACHED, "")
    plan = before["plan"]
    after = results.get("cis_monitoring_after", before).get("plan", plan)
    done = "; ".join(_done(plan))
    others = [*_existing(plan), *_covered(plan, names)]
    pending = after.get("pending", [])
    text = f"{', '.join(filter(None, [done, *others])) or UNCHANGED}{_waiting(pending)}"
    text = f"{text}. {plan['cost']}" if plan.get("cost") else text
    kind = COVERED if plan.get("covered") and not plan.get("kept") else UNCHANGED
    if done:
        kind = WOULD_CHANGE if before.get("check_mode") else CHANGED
    return Fate(kind, account_of(results), text, bool(pending))


def _perhaps_written(before: Results, results: Results) -> Iterator[str]:
    """The account and its changes, as far as it is known, of a run that failed before it has read the account again."""
    plan = before.get("plan", {})
    if plan.get("changes") and not before.get("check_mode") and "plan" not in results.get("cis_monitoring_after", {}):
        summaries = "; ".join(change["summary"] for change in [*_tried(plan, results)] or plan["changes"])
        yield f"Some of these changes to account {plan['account']} may have been applied: {summaries}."


def _tried(plan: Mapping[str, Any], results: Results) -> Iterator[Mapping[str, Any]]:
    """The changes that were written or tried, kind by kind; a module that ran for each has a result of each run."""
    for one in _written(results):
        of_kind = [change for change in plan["changes"] if change["resource"] == one["__cis_monitoring_resource"]]
        yield from of_kind[: len(one["results"])] if "results" in one else of_kind


def _done(plan: Mapping[str, Any]) -> Sequence[str]:
    controls = {change["control"] for change in plan["changes"] if change["control"]}
    return plan["summary"] if len(controls) > 1 else [change["summary"] for change in plan["changes"]]


def _existing(plan: Mapping[str, Any]) -> Iterator[str]:
    """How many controls rely on paths that were there."""
    count = sum(1 for kept in plan.get("kept", ()) if kept["resource"] == "notification_path")
    if count:
        nothing = "" if plan["changes"] else "unchanged, "
        yield f"{nothing}{'1 existing path is' if count == 1 else f'{count} existing paths are'} used"


def _covered(plan: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """By whom controls are covered: the host of that account, or the account where the inventory does not have it."""
    covered = plan.get("covered", ())
    for account, count in Counter(one["account"] for one in covered).items():
        by = names.get(account) or f"account {account}, which is not in this inventory"
        partly = plan["changes"] or plan.get("kept") or count < len(covered)
        yield f"{_controls(count)} covered by {by}" if partly else f"covered by {by}"


def _controls(count: int) -> str:
    return "1 control" if count == 1 else f"{count} controls"


def _waiting(pending: Sequence[Mapping[str, str]]) -> str:
    if not pending:
        return ""
    endpoints = ", ".join(dict.fromkeys(subscription["endpoint"] for subscription in pending))
    return f" (waiting for {endpoints} to confirm, until {pending[0]['confirm_by']} at the latest)"
