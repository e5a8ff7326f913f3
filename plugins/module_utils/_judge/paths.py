# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every path that an observation holds, from a trail to the subscribers, with its links judged. Pure.

A path has one trail, its log group, the filters there that feed one metric, one alarm on that metric, one alarm
that notifies (mostly the same), one topic and its subscribers. Where nothing follows, the path ends.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from .._account.observation import Alarm, Gap, LogGroup, MetricFilter, Observation, Topic, Trail
from .._account.trails import READS, LogGroupReference, log_group_of, parse_log_group_arn, records_management
from .._controls import Case, Control, subject
from .._controls import Trail as Needs
from .._controls.proofs import Budget
from .._controls.reading import CaseCoverage, PatternReading
from .alarm import PRESCRIBED, judge_watch
from .composites import Composites
from .filter_findings import Asked, judge_filters, missing_filter, too_costly_filters
from .filter_settings import View, judge_settings
from .filters import FilterReading, Metric, read_filter, spending, together
from .findings import FAIL, PASS, RESPONSE_INCOMPLETE, UNKNOWN, WARN, Finding, Link, after, unread
from .hints import beside_a_missing_alarm, beside_a_missing_filter
from .notifier import Notifier, judge_notifier, last_result, notifiers_of, topics_of
from .once import once
from .pipelines import judge_pipelines
from .statistic import judge_cancelling
from .subscriptions import judge_subscriptions, people, reached
from .topic import judge_topic, unread_topic
from .trail import judge_log_group, judge_trail, missing_trail, no_trail_writes_to, unread_log_group
from .watch import Watch, has_fields_of, in_unit, seen_by, watch_of

STALE_AFTER = timedelta(hours=24)
# Alarms, composite alarms and topics multiply, so that an account can have millions of paths.
MAX_PATHS = 1000


@dataclass(frozen=True)
class Path:
    """A candidate: its six judged links, and the resource of each as far as there is one."""

    links: tuple[Link, ...]
    trail: Trail | None = None
    log_group: LogGroup | None = None
    readings: tuple[FilterReading, ...] = ()
    seen: tuple[FilterReading, ...] = ()  # those of them that the alarm sees, each for the records that it sees
    watch: Watch | None = None
    notifier: Notifier | None = None
    topic_arn: str | None = None
    topic: Topic | None = None
    notified: str = ""  # who is notified, in words

    def caught(self, cases: Sequence[Case]) -> tuple[CaseCoverage, ...]:
        """How far the filters of the path catch each case."""
        return together(self.seen or self.readings, cases)

    @property
    def lacks_cases_only(self) -> bool:
        """Whether nothing is wrong with it but that its filters miss some of the cases, or its alarm does."""
        missing = {"FILTER_EVENTS_UNCOVERED", "FILTER_NARROWED", "FILTER_UNDETERMINED", "ALARM_UNIT"}
        findings = [finding for link in self.links for finding in link.findings]
        return bool(self.seen) and all(one.code in missing for one in findings if one.status not in (PASS, WARN))


@dataclass(frozen=True)
class _Search:
    """What the search for paths goes by."""

    observation: Observation
    control: Control
    benchmark: str
    stale_after: timedelta
    budget: Budget  # for proofs about the filters
    _composites: dict[str, Composites] = field(default_factory=dict)  # by region

    def affords(self, text: str) -> bool:
        """Whether the text is examined: one that is prescribed costs nothing, so that no other keeps it out."""
        return not self.budget.is_spent or subject.is_prescribed(text)

    def concerns(self, text: str, owners: Collection[str] | None) -> bool | None:
        """Whether the text is about the control, for which it is charged; None where that is beyond the budget.

        owners: the controls that it is written for, where that is known beforehand.
        """
        name = self.control.name
        if owners is not None:
            return name in owners
        if self.budget.is_spent:
            return None
        self.budget.spend(subject.cost(text, name), text, name, "subject")
        return subject.concerns(text, name)

    def surely_concerns(self, text: str) -> bool:
        """Whether the text is known to be about the control, for which it is charged."""
        return bool(self.concerns(text, subject.written_for(text)))

    def charge(self, pattern: PatternReading) -> None:
        """Charge what a pattern of the control has cost."""
        if not subject.is_prescribed(pattern.text):
            self.budget.spend(pattern.steps, pattern.text, self.control.name)

    def affords_together(self, readings: Sequence[FilterReading]) -> bool:
        """Charge what it costs to find out what patterns do together; whether the budget reaches."""
        texts = tuple(dict.fromkeys(one.pattern.text for one in readings))
        if all(map(subject.is_prescribed, texts)):
            return True
        for place, steps in enumerate(spending(readings, self.control.all_cases)):
            self.budget.spend(steps, texts, self.control.name, place)
            if self.budget.is_spent:
                return False
        return True

    def composites(self, region: str, alarms: Sequence[Alarm]) -> Composites:
        """The composite alarms of a region, read once."""
        if region not in self._composites:
            self._composites[region] = Composites(alarms)
        return self._composites[region]


def candidate_paths(
    observation: Observation,
    control: Control,
    benchmark: str,
    stale_after: timedelta = STALE_AFTER,
    budget: Budget | None = None,
) -> tuple[Path, ...]:
    """All candidate paths of the account, at least one. Raises KeyError if the benchmark lacks the control."""
    control.prescriptions[benchmark]
    search = _Search(observation, control, benchmark, stale_after, budget or Budget())
    if isinstance(observation.trails, Gap):
        trail = Link("trail", "", (unread(observation.trails),))
        return (_end(trail),)
    found = tuple(itertools.islice(_paths(search, observation.trails), MAX_PATHS + 1))
    if len(found) > MAX_PATHS:
        return (*found[:MAX_PATHS], _end(_unexamined()))
    return found or (_end(missing_trail()),)


def _paths(search: _Search, trails: Sequence[Trail]) -> Iterator[Path]:
    for place, trail in enumerate(trails):
        link = _trail_link(search.observation, place, search.control.trail, search.stale_after)
        yield from _from_trail(search, trail, link)
    yield from _from_idle_groups(search, trails)


def _unexamined() -> Link:
    """In the place of all further paths: any of them may be whole."""
    detail = (
        f"Could not be determined: the account has more than {MAX_PATHS} notification paths for this control, and "
        "this audit examines no more."
    )
    fix = "Delete the alarms and metric filters of this control that are not needed, then audit again."
    return Link("trail", "", (Finding(UNKNOWN, RESPONSE_INCOMPLETE, detail, fix),))


def _end(*links: Link) -> Path:
    """A path that goes no further than its last link."""
    return Path(links=(*links, *after(links[-1])))


@once
def _trail_link(observation: Observation, place: int, needs: Needs, stale_after: timedelta) -> Link:
    trails = () if isinstance(observation.trails, Gap) else observation.trails
    return judge_trail(trails[place], needs, observation.read_at, stale_after)


def _from_trail(search: _Search, trail: Trail, link: Link) -> Iterator[Path]:
    reference = log_group_of(trail)
    if reference is None:
        yield replace(_end(link), trail=trail)
    else:
        yield from _from_log_group(search, link, reference, trail)


def _from_idle_groups(search: _Search, trails: Sequence[Trail]) -> Iterator[Path]:
    """The log groups that were read because a user named them, though no trail writes there."""
    written = {reference.arn for trail in trails if (reference := log_group_of(trail))}
    for arn, group in search.observation.log_groups.items():
        reference = parse_log_group_arn(arn)
        if reference and reference.arn not in written and isinstance(group, LogGroup):
            yield from _from_log_group(search, no_trail_writes_to(reference), reference, None)


def _from_log_group(
    search: _Search, trail_link: Link, reference: LogGroupReference, trail: Trail | None
) -> Iterator[Path]:
    group, account = search.observation.log_groups.get(reference.arn), search.observation.account.id
    link = _log_group_link(search.observation, reference)
    if not isinstance(group, LogGroup) or reference.account != account:
        yield replace(_end(trail_link, link), trail=trail)
        return
    start = Path(links=(trail_link, link), trail=trail, log_group=group)
    if isinstance(group.filters, Gap):
        yield _ended(start, Link("metric_filter", "", (unread(group.filters),)))
    else:
        yield from _from_filters(search, start, group, group.filters)


@once
def _log_group_link(observation: Observation, reference: LogGroupReference) -> Link:
    groups, account = observation.log_groups, observation.account.id
    if reference.account == account and reference.arn not in groups:
        return unread_log_group(reference)
    group = groups.get(reference.arn)
    findings = judge_pipelines(observation, group) if isinstance(group, LogGroup) else ()
    return judge_log_group(reference, group, account, findings)


def _ended(start: Path, *links: Link) -> Path:
    return replace(start, links=(*start.links, *links, *after(links[-1])))


def _from_filters(search: _Search, start: Path, group: LogGroup, filters: Sequence[MetricFilter]) -> Iterator[Path]:
    concerns = [search.concerns(one.pattern, owners) for one, owners in zip(filters, _owners(group), strict=True)]
    is_whole = None not in concerns
    about = itertools.compress(filters, concerns)
    metrics = dict.fromkeys((one.metric_namespace, one.metric_name) for each in about for one in each.transformations)
    if not metrics and is_whole:
        hint = beside_a_missing_filter(search.observation, group, search.surely_concerns)
        yield _ended(start, Link("metric_filter", "", (missing_filter(group.name, len(filters), hint),)))
    for metric in metrics:
        feeding = _feeding(search, group.feeding[metric], metric)
        if feeding is None:
            is_whole = False
        else:
            yield from _from_metric(search, replace(start, readings=feeding), metric, group)
    if not is_whole:
        yield _beyond_the_budget(start, group)


@once
def _owners(group: LogGroup) -> Sequence[Collection[str] | None]:
    """For each filter the controls that its text is written for, None for a text that is nobody's."""
    return [subject.written_for(one.pattern) for one in (() if isinstance(group.filters, Gap) else group.filters)]


def _beyond_the_budget(start: Path, group: LogGroup) -> Path:
    return _ended(start, Link("metric_filter", "", (too_costly_filters(group.name),)))


def _feeding(search: _Search, filters: Iterable[MetricFilter], metric: Metric) -> tuple[FilterReading, ...] | None:
    """The filters that feed the metric as they are read, also those that are about something else.

    None beyond the budget.
    """
    feeding: list[FilterReading] = []
    for one in filters:
        if not search.affords(one.pattern):
            return None
        readings = [reading for reading in read_filter(one, search.control) if reading.metric == metric]
        search.charge(readings[0].pattern)
        feeding.extend(readings)
    return tuple(feeding)


def _from_metric(search: _Search, start: Path, metric: Metric, group: LogGroup) -> Iterator[Path]:
    region = group.region
    alarms = search.observation.alarms.get(region)
    if alarms is None:
        alarms = _not_read(region)
    if isinstance(alarms, Gap):
        yield _ended(start, _filter_link(search, start, PRESCRIBED), Link("alarm", "", (unread(alarms),)))
        return
    if not search.affords_together(start.readings):
        yield _beyond_the_budget(start, group)
        return
    watches = [watch for alarm in alarms if (watch := watch_of(alarm, metric))]
    if not watches:
        finding = _missing_alarm(search, metric, group)
        yield _ended(start, _filter_link(search, start, PRESCRIBED), Link("alarm", "", (finding,)))
    composites = search.composites(region, alarms)
    for watch in watches:
        plain = watch.plain
        if search.budget.is_spent and plain and has_fields_of(plain, start.readings):
            yield _beyond_the_budget(start, group)
            return
        seen = in_unit(plain, seen_by(plain, start.readings)) if plain else ()
        for reading in seen:
            search.charge(reading.pattern)
        if seen != start.readings and not search.affords_together(seen):
            yield _beyond_the_budget(start, group)
            return
        links = (*start.links, _filter_link(search, start, plain))
        for notifier in notifiers_of(watch.alarm, composites):
            path = replace(start, links=links, seen=seen, watch=watch, notifier=notifier)
            yield from _from_notifier(search, path, watch, notifier)


def _not_read(region: str) -> Gap:
    return Gap("cloudwatch:DescribeAlarms", region, RESPONSE_INCOMPLETE, f"The alarms of {region} were not read.")


def _missing_alarm(search: _Search, metric: Metric, group: LogGroup) -> Finding:
    namespace, name = metric
    region = group.region
    return Finding(
        FAIL,
        "ALARM_MISSING",
        f"No alarm in {region} watches metric {name} of namespace {namespace}."
        f"{beside_a_missing_alarm(search.observation, metric, group)}",
        f"Create an alarm on metric {name} of namespace {namespace} in {region}.",
    )


def _filter_link(search: _Search, start: Path, alarm: Alarm | None) -> Link:
    """The filters as seen from the alarm; None is an expression that can't be worked out."""
    group, asked = start.log_group, Asked.by(search.control, search.benchmark)
    if group is None:
        raise ValueError("A path without a log group has no filters to judge.")
    seen = seen_by(alarm, start.readings) if alarm else ()
    readings = seen or start.readings
    view = View(group, alarm)
    reads = _receives_reads(search.observation, group.arn)
    findings = list(judge_filters(readings, asked, lambda reading: judge_settings(reading, view), reads=reads))
    findings.extend(judge_cancelling(alarm, in_unit(alarm, readings)) if alarm else ())
    names = dict.fromkeys(reading.filter.name for reading in readings if reading.pattern.concerns)
    what = "every event that the benchmark requires."
    whole = f"Metric filter {next(iter(names))} counts {what}"
    if len(names) > 1:
        whole = f"Metric filters {', '.join(names)} together count {what}"
    return Link.judged("metric_filter", ", ".join(names), findings, whole)


@once
def _receives_reads(observation: Observation, arn: str) -> bool:
    """Whether read-only events reach the log group: not if every trail that delivers to it leaves them out."""
    trails = () if isinstance(observation.trails, Gap) else observation.trails
    delivering = [trail for trail in trails if (place := log_group_of(trail)) and place.arn == arn]
    return not delivering or any(
        isinstance(trail.selectors, Gap) or records_management(trail.selectors, READS) for trail in delivering
    )


def _from_notifier(search: _Search, start: Path, watch: Watch, notifier: Notifier) -> Iterator[Path]:
    """The alarm, and the topics that it notifies; without one the path ends at it."""
    topics = topics_of(notifier)
    if not topics:
        yield _ended(start, _alarm_link(search, start.readings, watch, notifier, None))
    for arn in topics:
        yield _from_topic(search, start, _alarm_link(search, start.readings, watch, notifier, arn), notifier.alarm, arn)


def _alarm_link(
    search: _Search, readings: Sequence[FilterReading], watch: Watch, notifier: Notifier, topic_arn: str | None
) -> Link:
    alarm, observation = notifier.alarm, search.observation
    mute_rules = observation.mute_rules.get(alarm.region, ())
    findings = [
        *judge_notifier(notifier, topic_arn, mute_rules),
        *judge_watch(watch, readings, observation.read_at),
    ]
    whole = f"Alarm {alarm.name} goes into ALARM at the first event, leaves it afterwards, and notifies a topic."
    return Link.judged("alarm", alarm.arn, findings, whole)


def _from_topic(search: _Search, start: Path, alarm_link: Link, alarm: Alarm, arn: str) -> Path:
    observation = search.observation
    topics = observation.topics
    if arn not in topics:
        return replace(_ended(start, alarm_link, unread_topic(arn, alarm)), topic_arn=arn)
    topic = topics[arn]
    link = judge_topic(arn, topic, alarm, last_result(alarm, arn), observation.organization_id)
    if not isinstance(topic, Topic):
        return replace(_ended(start, alarm_link, link), topic_arn=arn)
    told = reached(topic, alarm)
    links = (*start.links, alarm_link, link, judge_subscriptions(topic, alarm, told))
    return replace(start, links=links, topic_arn=arn, topic=topic, notified=people(told))
