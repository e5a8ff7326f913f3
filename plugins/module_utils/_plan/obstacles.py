# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps the requested path from notifying anyone, whatever else an account has. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .._account.arn import Arn
from .._account.observation import Account
from .._judge.findings import ELSEWHERE, PASS, WARN, Link
from .._judge.verdict import Verdict
from .desired import Desired, Wanted
from .existing import Remaining
from .result import Obstacle, Plan

_WAITING = "SUBSCRIPTION_PENDING"
"""Whoever was asked has 48 hours to confirm; that is no failure of the run that asked."""


def obstacles(plan: Plan, verdicts: Sequence[Verdict], account: Account, rest: Remaining) -> tuple[Obstacle, ...]:
    """One for each control whose path notifies no one; only undetermined ones while there is something to write."""
    if plan.state != "present" or plan.blocked or plan.changes:
        return () if plan.blocked else rest.undetermined
    verdict_on = {verdict.control.name: verdict for verdict in verdicts}
    with_alarm = [wanted for wanted in rest.desired.wanted if wanted.has_alarm]
    ours = (_obstacle(plan, verdict_on[wanted.control.name], account, wanted) for wanted in with_alarm)
    others = {one.control for one in rest.kept}.difference(wanted.control.name for wanted in with_alarm)
    existing = (_on_existing_path(verdict) for name, verdict in verdict_on.items() if name in others)
    return (*rest.undetermined, *(one for one in (*ours, *existing) if one))


def message(found: Iterable[Obstacle]) -> str:
    """What the obstacles are, those that several controls share once; '' if there are none."""
    shared: dict[tuple[str, str], list[str]] = {}
    for one in found:
        shared.setdefault((one.reason, one.fix), []).append(one.control)
    return " ".join(f"{', '.join(names)}: {reason} {fix}".strip() for (reason, fix), names in shared.items())


def _on_existing_path(verdict: Verdict) -> Obstacle | None:
    """Why none of the control's paths notifies anyone."""
    broken = next((link for link in verdict.path.links if not link.holds and link.status != ELSEWHERE), None)
    if broken is None or broken.code == _WAITING:
        return None
    return Obstacle(verdict.control.name, broken.detail, broken.fix)


def _obstacle(plan: Plan, verdict: Verdict, account: Account, wanted: Wanted) -> Obstacle | None:
    resources = {"alarm": _alarm_arn(plan, account, wanted), "topic": wanted.topic_arn or plan.topic_arn}
    paths = [path.links for path in (verdict.path, *verdict.other_paths) if _has(path.links, resources)]
    if not paths:
        return Obstacle(wanted.control.name, verdict.reason, verdict.fix)
    broken = [next((link for link in links if not _holds(link, wanted)), None) for links in paths]
    if None in broken:
        return None
    link = broken[0]  # of the path that is closest to whole
    return Obstacle(wanted.control.name, link.detail, link.fix) if link else None


def _has(links: Sequence[Link], resources: dict[str, str]) -> bool:
    return {link.link: link.resource for link in links if link.link in resources} == resources


def _holds(link: Link, wanted: Wanted) -> bool:
    """A link that lies in another account is that account's to verify; what an override asks for is as it should be."""
    return link.status in (PASS, WARN, ELSEWHERE) or link.code == _WAITING or _is_deaf_as_asked(link, wanted)


def _is_deaf_as_asked(link: Link, wanted: Wanted) -> bool:
    """Whether nothing is wrong with the alarm but what its overrides ask for."""
    faults = {one.code for one in link.findings if one.status not in (PASS, WARN)}
    return link.link == "alarm" and bool(faults) and faults <= set(_deafening(wanted))


def _deafening(wanted: Wanted) -> Iterator[str]:
    """The faults that the control's overrides may bring about."""
    usual = Wanted(wanted.control, wanted.filter_name, wanted.metric_name, wanted.alarm_name)
    if wanted.threshold != usual.threshold:
        yield "ALARM_THRESHOLD"
    if (wanted.period, wanted.evaluation_periods) != (usual.period, usual.evaluation_periods):
        yield "ALARM_PERIODS"


def deaf_as_asked(plan: Plan, verdicts: Sequence[Verdict], account: Account, desired: Desired) -> tuple[str, ...]:
    """A sentence for each control whose own alarm misses something since an override has it so."""
    if desired.state != "present" or plan.blocked:
        return ()
    verdict_on = {verdict.control.name: verdict for verdict in verdicts}
    return tuple(
        f"Control {wanted.control.name} is not compliant because of its overrides: {links[0].detail}"
        for wanted in desired.wanted
        if (links := _deaf_links(plan, verdict_on[wanted.control.name], account, wanted))
    )


def _deaf_links(plan: Plan, verdict: Verdict, account: Account, wanted: Wanted) -> list[Link]:
    arn = _alarm_arn(plan, account, wanted)
    links = (link for path in (verdict.path, *verdict.other_paths) for link in path.links)
    return [link for link in links if link.resource == arn and _is_deaf_as_asked(link, wanted)]


def _alarm_arn(plan: Plan, account: Account, wanted: Wanted) -> str:
    return str(Arn(account.partition, "cloudwatch", plan.region, account.id, f"alarm:{wanted.alarm_name}"))
