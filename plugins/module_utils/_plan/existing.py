# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What remains to be requested where existing notification paths count, whoever made them. Pure.

The step between the verdict and the plan. A control whose path is whole, or that another account covers, is no longer
requested. Where a path holds in part, the request is for what it lacks, on its metric or its topic. The planners of
topic, filters and alarms get a request, and do not know where it comes from.

What this collection made earlier does not decide, so that a second run comes to the same request as the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from .._account.observation import Alarm, Gap, LogGroup, MetricFilter, Observation, Topic
from .._account.trails import log_group_of
from .._controls import Control
from .._controls.proofs import Budget
from .._judge.filters import covers
from .._judge.findings import FAIL, UNKNOWN, Link
from .._judge.paths import Path
from .._judge.subscriptions import reached
from .._judge.verdict import COVERED_ELSEWHERE, UNDECIDED, Verdict, judge
from .._judge.watch import unit_of
from .description import is_ours
from .desired import Desired, Wanted
from .result import PATH, Covered, Kept, Obstacle
from .subscriber import Subscriber

# What one more filter on the metric puts right.
_MISSED_EVENTS = frozenset({"FILTER_EVENTS_UNCOVERED", "FILTER_NARROWED", "FILTER_UNDETERMINED"})


@dataclass(frozen=True)
class KeptAlarm:
    """An existing alarm that a control relies on: what its path counts, and whom it notifies."""

    wanted: Wanted  # as requested
    log_group: LogGroup
    topic_arn: str
    patterns: tuple[str, ...]  # of the filters that write to its metric, and of those that are added to it


@dataclass(frozen=True)
class Remaining:
    """What remains to be requested, and why the rest does not."""

    desired: Desired
    kept: tuple[Kept, ...] = ()
    kept_alarms: tuple[KeptAlarm, ...] = ()
    covered: tuple[Covered, ...] = ()
    undetermined: tuple[Obstacle, ...] = ()  # controls that are not set up, since what there is could not be read


def remaining(
    observation: Observation, verdicts: Iterable[Verdict], desired: Desired, group: LogGroup | None
) -> Remaining:
    """What remains of a request, by the verdicts on its controls.

    `group` is the log group that new filters would go to, None if there is none.
    """
    account = _Account(observation, {one.control.name: one for one in verdicts}, desired, group)
    outcomes = [(wanted, account.outcome(wanted)) for wanted in desired.wanted]
    completions = [(wanted, one) for wanted, one in outcomes if isinstance(one, _Completion)]
    notified = (str(one.path.topic_arn) for _wanted, one in completions if not one.needs_alarm)
    rest = (one if isinstance(one, Wanted) else _completing(one, wanted) for wanted, one in outcomes if _asks(one))
    return Remaining(
        replace(desired, wanted=tuple(rest), also_notified=tuple(dict.fromkeys(notified))),
        kept=tuple(_kept(one, wanted.control) for wanted, one in completions),
        kept_alarms=tuple(kept for wanted, one in completions if (kept := _kept_alarm(one, wanted))),
        covered=tuple(one for _wanted, one in outcomes if isinstance(one, Covered)),
        undetermined=tuple(one for _wanted, one in outcomes if isinstance(one, Obstacle)),
    )


@dataclass(frozen=True)
class _Completion:
    """A path to build on, and what it lacks besides subscribers: filters on its metric, and an alarm on it."""

    path: Path
    filters: Mapping[str, str] = field(default_factory=dict)
    needs_alarm: bool = False

    @property
    def additions(self) -> int:
        return len(self.filters) + self.needs_alarm


_Outcome: TypeAlias = "Wanted | _Completion | Covered | Obstacle"
"""Of a control: it is requested as a path of our own, builds on another one, or is not requested."""


@dataclass(frozen=True)
class _Account:
    """What was read and requested, and the log group that new filters would go to."""

    observation: Observation
    verdicts: Mapping[str, Verdict]
    desired: Desired
    group: LogGroup | None
    budget: Budget = field(default_factory=Budget)

    def outcome(self, wanted: Wanted) -> _Outcome:
        alarm = self._alarm_of_our_name(wanted)
        is_ours = alarm is not None and self._is_ours(alarm, wanted)
        if alarm and is_ours and (alarm.metric_namespace, alarm.metric_name) == wanted.metric:
            return wanted  # compared field by field, as without reuse
        # An alarm of our name that somebody made by following the benchmark by hand counts, with its filters.
        verdict = self._verdict_on_others(wanted, others_alone=alarm is None or is_ours)
        if verdict.verdict == COVERED_ELSEWHERE:
            return _covered(verdict, self._own_trails())
        if verdict.verdict == UNDECIDED:
            return _undetermined(verdict)
        return self._best_completion(verdict, wanted) or self._on_own_metric(wanted)

    def _verdict_on_others(self, wanted: Wanted, *, others_alone: bool) -> Verdict:
        """The verdict that was given, or the one without what this collection made for the control."""
        control = wanted.control
        others = self._without_ours(wanted) if others_alone else self.observation
        if others is self.observation:
            return self.verdicts[control.name]
        return judge(others, control, self.desired.judging_benchmark(control), budget=self.budget)

    def _own_trails(self) -> Sequence[str]:
        """The names of the trails that write to a log group of the account that is read."""
        trails = () if isinstance(self.observation.trails, Gap) else self.observation.trails
        groups = ((trail, log_group_of(trail)) for trail in trails)
        return [trail.name for trail, group in groups if group and group.account == self.observation.account.id]

    def _alarm_of_our_name(self, wanted: Wanted) -> Alarm | None:
        return next((one for one in self._alarms() if one.name == wanted.alarm_name), None)

    def _alarms(self) -> Sequence[Alarm]:
        """Those of the region where new ones would go."""
        alarms = self.observation.alarms.get(self.group.region, ()) if self.group else ()
        return () if isinstance(alarms, Gap) else alarms

    def _filters(self) -> Sequence[MetricFilter]:
        """Those of the log group where new ones would go."""
        return () if self.group is None or isinstance(self.group.filters, Gap) else self.group.filters

    def _is_ours(self, alarm: Alarm, wanted: Wanted) -> bool:
        """Whether this collection made or changed the alarm: the description is its own, or it notifies our topic."""
        topic_arn = wanted.topic_arn or self.desired.topic_arn_in(self.observation.account, alarm.region)
        return is_ours(alarm.description) or topic_arn in alarm.alarm_actions

    def _without_ours(self, wanted: Wanted) -> Observation:
        group = self.group
        if group is None or isinstance(group.filters, Gap):
            return self.observation
        filters = tuple(one for one in self._filters() if one.name not in wanted.filter_names)
        if len(filters) == len(self._filters()) and self._alarm_of_our_name(wanted) is None:
            return self.observation
        log_groups = {**self.observation.log_groups, group.arn: replace(group, filters=filters)}
        if isinstance(self.observation.alarms.get(group.region), Gap):
            return replace(self.observation, log_groups=log_groups)
        alarms = tuple(one for one in self._alarms() if one.name != wanted.alarm_name)
        by_region = {**self.observation.alarms, group.region: alarms}
        return replace(self.observation, log_groups=log_groups, alarms=by_region)

    def _best_completion(self, verdict: Verdict, wanted: Wanted) -> _Completion | None:
        """The path that lacks least, the first of equal ones; None if nothing can be built on."""
        paths = (verdict.path, *verdict.other_paths)
        found = [one for path in paths if (one := self._completion(path, wanted))]
        possible = [one for one in found if not one.additions or self._is_in_our_group(one.path)]
        return min(possible, key=lambda one: one.additions, default=None)

    def _is_in_our_group(self, path: Path) -> bool:
        return bool(self.group and path.log_group and path.log_group.arn == self.group.arn)

    def _completion(self, path: Path, wanted: Wanted) -> _Completion | None:
        """What a path lacks; None if its metric does not count what the control is about, and only that."""
        link = {one.link: one for one in path.links}
        if not (link["trail"].holds and link["log_group"].holds and path.readings and _counts(link["metric_filter"])):
            return None
        lacking = [name for name in self.desired.benchmarks if not _satisfies(path, name, wanted.control)]
        filters = wanted.patterns(lacking, [one.pattern.text for one in path.seen or path.readings]) if lacking else {}
        if filters and len({unit_of(one) for one in path.readings}) > 1:
            return None  # no alarm is sure to see values of two units
        needs_alarm = (
            not (link["alarm"].holds and link["topic"].holds)
            or (wanted.topic_arn or self.desired.topic_arn) not in (None, path.topic_arn)
            or not self._lets_requested_through(path)
            or bool(filters and not _sees_more(path))
        )
        return _Completion(path, filters, needs_alarm)

    def _lets_requested_through(self, path: Path) -> bool:
        """Whether nothing keeps the alarm's message from a requested subscriber that the topic has already."""
        topic = path.topic
        if not isinstance(topic, Topic) or isinstance(topic.subscriptions, Gap) or path.notifier is None:
            return True
        requested = {one.listed for one in self.desired.subscriptions}
        passing = reached(topic, path.notifier.alarm)
        return all(
            one in passing or not one.is_confirmed
            for one in topic.subscriptions
            if Subscriber.of(one.protocol, one.endpoint).listed in requested
        )

    def _on_own_metric(self, wanted: Wanted) -> Wanted:
        """The control as requested, on a metric that no filter of others writes to."""
        others = (one for one in self._filters() if one.name not in wanted.filter_names)
        written = {(one.metric_namespace, one.metric_name) for each in others for one in each.transformations}
        return replace(wanted, metric_name=wanted.metric_beside_others[1]) if wanted.metric in written else wanted


def _asks(outcome: _Outcome) -> bool:
    return isinstance(outcome, Wanted) or (isinstance(outcome, _Completion) and outcome.additions > 0)


def _counts(link: Link) -> bool:
    """Whether the metric counts events of the control, be it that it misses some."""
    return {one.code for one in link.findings if one.status in (FAIL, UNKNOWN)} <= _MISSED_EVENTS


def _satisfies(path: Path, name: str, control: Control) -> bool:
    """Whether the filters do by a benchmark or an auditor: CIS goes by the cases, the others compare text."""
    if name not in control.prescriptions and name not in control.searches:
        return True
    if name.startswith("cis_"):
        return covers(path.seen or path.readings, control.prescriptions[name].cases)
    return control.is_satisfied(name, [one.pattern.text for one in path.readings])


def _sees_more(path: Path) -> bool:
    """Whether the path's alarm would see what another filter writes to the metric, without dimensions, in its unit."""
    alarm = path.watch.plain if path.watch else None
    return alarm is not None and not alarm.dimensions and alarm.unit in (None, unit_of(path.readings[0]))


def _completing(completion: _Outcome, wanted: Wanted) -> Wanted:
    if not isinstance(completion, _Completion):
        raise TypeError(completion)
    reading = completion.path.readings[0]
    namespace, name = reading.metric
    return replace(
        wanted,
        metric_namespace=namespace,
        metric_name=name,
        filters=completion.filters,
        has_alarm=completion.needs_alarm,
        counted=tuple(one.pattern.text for one in completion.path.readings),
        unit=reading.writes.unit,
    )


def _kept(completion: _Completion, control: Control) -> Kept:
    path, names = completion.path, _names(completion.path)
    parts = [f"metric filter {names[0]}" if len(names) == 1 else f"metric filters {', '.join(names)}"]
    if not completion.needs_alarm and path.notifier:
        parts += [f"alarm {path.notifier.alarm.name}", f"topic {path.topic_arn}"]
    what = "is completed" if completion.additions else "is left as is"
    why = f"{control.name}: the existing path {what}: {', '.join(parts)}."
    return Kept(PATH, ", ".join(names), why, control.name)


def _kept_alarm(completion: _Completion, wanted: Wanted) -> KeptAlarm | None:
    path = completion.path
    if completion.needs_alarm or path.log_group is None:
        return None
    patterns = (*(one.pattern.text for one in path.readings), *completion.filters.values())
    return KeptAlarm(wanted, path.log_group, str(path.topic_arn), patterns)


def _names(path: Path) -> list[str]:
    about: Iterable[str] = (one.filter.name for one in path.readings if one.pattern.concerns)
    return list(dict.fromkeys(about)) or [path.readings[0].filter.name]


def _covered(verdict: Verdict, own_trails: Sequence[str]) -> Covered:
    by = verdict.covered_by
    if by is None:
        raise AssertionError("a verdict of covered_elsewhere says by which account")
    why = verdict.reason
    if own_trails and by.log_group_arn:
        trails = f"Trail {own_trails[0]}" if len(own_trails) == 1 else f"Trails {', '.join(own_trails)}"
        why = f"{why} {trails} of this account {'is' if len(own_trails) == 1 else 'are'} not needed for this control."
    return Covered(verdict.control.name, by.account, by.region, why)


def _undetermined(verdict: Verdict) -> Obstacle:
    reason = f"Not set up, since the existing path could not be determined: {verdict.reason}"
    fix = f"{verdict.fix} To set it up without regard to existing resources, use existing=ignore."
    return Obstacle(verdict.control.name, reason, fix.strip())
