# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the control monitored? The verdict on a control, from what was read of an account. Pure.

    trail -> log group -> metric filters -> alarm -> topic -> subscriber

Every path that the observation holds is judged link by link (paths.py), and the best one decides:
one whole path is enough. A path that breaks anywhere notifies no one, so the account is non-compliant only if every
path is known to break. What could not be read leaves a path unknown, and what lies in another account has to be
verified there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from .._account.arn import Arn
from .._account.observation import Observation
from .._account.trails import parse_log_group_arn
from .._controls import DEFAULT_BENCHMARK, Control
from .._controls.proofs import Budget
from .._controls.reading import CaseCoverage
from ..coverage import FULL
from . import collisions, log_alarms, other_auditors, standards
from .filter_findings import later_findings
from .findings import CODES, COMMON_CODES, ELSEWHERE, FAIL, LINKS, OK, PASS, STATUSES, UNKNOWN, WARN, Finding, Link
from .other_auditors import Opinion
from .paths import STALE_AFTER, Path, candidate_paths
from .pipelines import unread_pipelines
from .standards import Assessment

__all__ = [
    "CODES",
    "COMMON_CODES",
    "COMPLIANT",
    "COVERED_ELSEWHERE",
    "LINKS",
    "NON_COMPLIANT",
    "STATUSES",
    "UNDECIDED",
    "VERDICTS",
    "Finding",
    "Link",
    "Path",
    "Verdict",
    "judge",
]

COMPLIANT = "compliant"
COVERED_ELSEWHERE = "covered_elsewhere"
UNDECIDED = "unknown"
NON_COMPLIANT = "non_compliant"

VERDICTS = (COMPLIANT, COVERED_ELSEWHERE, UNDECIDED, NON_COMPLIANT)
"""From the best to the worst."""


@dataclass(frozen=True)
class CoveredBy:
    """Where to verify what this account can't show: the account and region of the first link that lies elsewhere."""

    account: str
    region: str
    log_group_arn: str | None  # None if it is not the log group that lies there but the topic

    def as_dict(self) -> dict[str, str | None]:
        return {"account": self.account, "region": self.region, "log_group_arn": self.log_group_arn}


@dataclass(frozen=True)
class Verdict:
    """The judgement on a control in an account."""

    control: Control
    benchmark: str
    verdict: str  # one of VERDICTS
    reason: str  # one sentence
    fix: str  # what to do, '' if nothing
    covered_by: CoveredBy | None
    path: Path  # the best one
    other_paths: tuple[Path, ...]  # the others, the closest to whole first
    cases: tuple[CaseCoverage, ...]
    notes: tuple[str, ...]  # what is no fault, and good to know
    standards: tuple[Assessment, ...]
    other_auditors: tuple[Opinion, ...]
    history: Mapping[str, Any] | None = None  # what happened over some days, where it was read (attention.py)

    @property
    def links(self) -> tuple[Link, ...]:
        return self.path.links

    def as_dict(self) -> dict[str, Any]:
        """One entry of cis_monitoring_info's `controls`."""
        return {
            "control": self.control.name,
            "title": self.control.title_of(self.verdict),
            "benchmark": self.benchmark,
            "verdict": self.verdict,
            "reason": self.reason,
            "fix": self.fix,
            "covered_by": self.covered_by.as_dict() if self.covered_by else None,
            "links": [link.as_dict() for link in self.links],
            "other_paths": [{"links": [link.as_dict() for link in path.links]} for path in self.other_paths],
            "cases": [case.as_dict() for case in self.cases],
            "notes": list(self.notes),
            "standards": [assessment.as_dict(self.reason) for assessment in self.standards],
            "other_auditors": [opinion.as_dict() for opinion in self.other_auditors],
            **({"history": dict(self.history)} if self.history else {}),
        }


def judge(
    observation: Observation,
    control: Control,
    benchmark: str = DEFAULT_BENCHMARK,
    stale_after: timedelta = STALE_AFTER,
    budget: Budget | None = None,
) -> Verdict:
    """The verdict on the control, by the cases that the benchmark requires.

    `stale_after` is how long a trail may have delivered nothing before that is worth a warning.
    `budget` is what proofs may still cost for the account. Judgements of several controls share one.
    Raises KeyError for a benchmark that does not have the control.
    """
    budget = budget or Budget()
    found = candidate_paths(observation, control, benchmark, stale_after, budget)
    best, *others = _covering_together(sorted(found, key=_distance_from_whole), control, benchmark)
    verdict = verdict_of(best)
    reason, fix = _why(best, verdict, control)
    return Verdict(
        control=control,
        benchmark=benchmark,
        verdict=verdict,
        reason=reason,
        fix=fix,
        covered_by=_covered_by(best) if verdict == COVERED_ELSEWHERE else None,
        path=best,
        other_paths=tuple(others),
        cases=best.caught(control.all_cases),
        notes=(
            *collisions.notes(best.seen or best.readings, control, budget),
            *(unread_pipelines(observation, best.log_group) if verdict == COMPLIANT else ()),
            *log_alarms.notes(observation, control, best.log_group),
        ),
        standards=standards.assess(observation, control, found),
        other_auditors=other_auditors.opinions(observation, control, verdict),
    )


def verdict_of(path: Path) -> str:
    """What the account would be if this were its only path."""
    statuses = {link.status for link in path.links}
    if FAIL in statuses:
        return NON_COMPLIANT
    if ELSEWHERE in statuses:
        return COVERED_ELSEWHERE
    return UNDECIDED if UNKNOWN in statuses else COMPLIANT


def _distance_from_whole(path: Path) -> tuple[int, int, int, int, int]:
    """A key to sort paths by: the verdict, then how far the path holds, then how little is wrong with it."""
    statuses = [link.status for link in path.links]
    holding = next((place for place, link in enumerate(path.links) if not link.holds), len(path.links))
    return (
        VERDICTS.index(verdict_of(path)),
        -holding,
        statuses.count(FAIL),
        statuses.count(UNKNOWN),
        statuses.count(WARN),
    )


def _covering_together(paths: Sequence[Path], control: Control, benchmark: str) -> Sequence[Path]:
    """The paths, with the first one whole if several that are whole but for some cases cover all of them together.

    One alarm for each event is a layout that works.
    """
    if verdict_of(paths[0]) != NON_COMPLIANT:
        return paths
    partial = [path for path in paths if path.lacks_cases_only]
    required = control.prescriptions[benchmark].cases
    covered = {one.case for path in partial for one in path.caught(required) if one.degree == FULL}
    if not covered.issuperset(required):
        return paths
    best = partial[0]
    readings = tuple({id(one): one for path in partial for one in path.seen}.values())
    alarms = ", ".join(dict.fromkeys(path.links[3].resource for path in partial))
    detail = f"The events are counted by several metrics, which {alarms} watch together."
    findings = [Finding(PASS, OK, detail), *later_findings(readings, control.later_cases(benchmark))]
    links = tuple(
        Link.judged(link.link, link.resource, findings, "") if link.link == "metric_filter" else _seen_in_part(link)
        for link in best.links
    )
    return [replace(best, links=links, readings=readings, seen=readings), *(path for path in paths if path is not best)]


def _seen_in_part(link: Link) -> Link:
    """The link without what only says that its alarm does not see all."""
    findings = [finding for finding in link.findings if finding.code != "ALARM_UNIT"]
    return Link.judged(
        link.link, link.resource, findings, f"Another alarm watches the events that {link.resource} does not."
    )


def _why(path: Path, verdict: str, control: Control) -> tuple[str, str]:
    """Reason and fix: those of the first link that decided; warnings decide nothing."""
    if verdict == COMPLIANT:
        what = "case" if control.is_condition else "change"
        return f"Every {what} that the benchmark names causes a notification to {path.notified}.", ""
    status = {NON_COMPLIANT: FAIL, COVERED_ELSEWHERE: ELSEWHERE, UNDECIDED: UNKNOWN}[verdict]
    decisive = next(link for link in path.links if link.status == status)
    return decisive.detail, decisive.fix


def _covered_by(path: Path) -> CoveredBy:
    link = next(link for link in path.links if link.status == ELSEWHERE)
    group = parse_log_group_arn(link.resource)
    if group is not None:
        return CoveredBy(group.account, group.region, group.arn)
    topic = Arn.parse(link.resource)
    return CoveredBy(topic.account, topic.region, None)
