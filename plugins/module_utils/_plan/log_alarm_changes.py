# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes to the log alarms, one for each control, which put the matching records into the notification. Pure.

A log alarm goes with the path that counts: it queries that path's log group for what its filters match, and notifies
its topic. It is never a path of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._account.observation import Gap, LogGroup, Observation, Topic
from .._judge.key_access import CLOUDWATCH
from .._judge.resource_policy import DENIED, Request, decide
from ..filter_pattern import FilterPatternError, parse
from .alarm_changes import actions_with, alarm_named, receives_other_accounts
from .description import log_alarm_description
from .desired import Wanted
from .existing import Remaining
from .log_alarm import DEFAULTS, MOST_LINES, differences
from .log_alarm_role import usable_role
from .log_query import NotExpressible, log_query
from .publish_policy import Publisher
from .result import Blocked, Change, Plan, put, readable

# Seconds that are searched in addition to what the alarm evaluates. CloudTrail promises nothing; it takes 5 minutes on
# average. With them, the first run after the delivery finds a record that took 15, by an alarm of 5 minutes.
_LATE = 900


@dataclass(frozen=True)
class _Companion:
    """A control's log alarm: what it queries, and whom it notifies."""

    wanted: Wanted
    group: LogGroup
    topic_arn: str
    patterns: Sequence[str]  # of the filters of the path


def with_log_alarms(plan: Plan, observation: Observation, rest: Remaining) -> Plan:
    """The plan with the changes to the log alarms, and what is to be said of them. Raises Blocked."""
    desired = rest.desired
    if not desired.log_alarms or desired.log_alarms_role is None:
        return plan
    role, doubt = usable_role(desired.log_alarms_role, observation, plan.region)
    changes: list[Change] = []
    remarks = [*filter(None, (doubt,)), *_left_out(plan, rest)]
    for companion in _companions(plan, rest):
        remarks += _unpublished(plan, observation, rest, companion)
        try:
            changes += _changes(plan, observation, rest, companion, role)
        except (NotExpressible, FilterPatternError) as error:
            name = companion.wanted.control.name
            remarks.append(f"{name} gets no log alarm, since Logs Insights cannot express its metric filter: {error}.")
    return replace(plan, changes=(*plan.changes, *changes), remarks=(*plan.remarks, *remarks))


def _companions(plan: Plan, rest: Remaining) -> Iterator[_Companion]:
    desired, group = rest.desired, plan.log_group
    if group is None:
        return
    for wanted in desired.wanted:
        if wanted.has_alarm:
            patterns = [*wanted.counted, *wanted.patterns(desired.benchmarks).values()]
            yield _Companion(wanted, group, wanted.topic_arn or plan.topic_arn, patterns)
    for kept in rest.kept_alarms:
        if kept.log_group.region == plan.region:
            yield _Companion(kept.wanted, kept.log_group, kept.topic_arn, kept.patterns)


def _left_out(plan: Plan, rest: Remaining) -> Iterator[str]:
    """A sentence for each control whose path lies where the plan writes nothing."""
    for kept in rest.kept_alarms:
        if plan.log_group is None or kept.log_group.region != plan.region:
            name, where = kept.wanted.control.name, kept.log_group.region
            yield f"{name} gets no log alarm: its path is in {where}, and this plan is for {plan.region}."


def _unpublished(plan: Plan, observation: Observation, rest: Remaining, companion: _Companion) -> Iterator[str]:
    """A sentence if the policy of a topic that the plan leaves as is does not let the log alarm publish."""
    arn, name = companion.topic_arn, companion.wanted.log_alarm_name
    topic = observation.topics.get(arn)
    is_ours = arn == plan.topic_arn and rest.desired.topic_name is not None
    if is_ours or not isinstance(topic, Topic) or topic.policy is None or isinstance(topic.policy, Gap):
        return
    context = Publisher(observation.account, plan.region, alarm_name=name).context(arn)
    if decide(topic.policy, Request(CLOUDWATCH, "sns:Publish", arn, context)) == DENIED:
        yield f"The policy of topic {arn} does not allow {CLOUDWATCH} to publish for log alarm {name}. Allow it there."


def _changes(
    plan: Plan, observation: Observation, rest: Remaining, companion: _Companion, role: str
) -> Iterator[Change]:
    wanted, tags = companion.wanted, rest.desired.tags or {}
    name = wanted.log_alarm_name
    alarm = alarm_named(name, plan, observation)
    if alarm is not None and alarm.log_query is None:
        raise Blocked(f"Alarm {name} in {plan.region} is not a log alarm. Rename it, or set another alarm_name.")
    after = _settings(observation, companion, role)
    settings = {"alarm_name": name, **after, "tags": dict(tags)}
    if alarm is None:
        created = {**after, "tags": dict(tags)}
        yield from put("log_alarm", name, f"log alarm {name}", {}, created, settings, wanted.control.name)
        return
    others = {  # which stay
        "alarm_actions": actions_with(alarm, companion.topic_arn),
        "ok_actions": list(alarm.ok_actions),
        "insufficient_data_actions": list(alarm.insufficient_data_actions),
    }
    settings = {**settings, **others}
    before, after = differences(alarm, {**after, **others})
    found = (readable(alarm.tags) if tags else None) or {}
    if missing := {key: value for key, value in tags.items() if found.get(key) != value}:
        replaced = {key: found[key] for key in missing if key in found}
        before = {**before, **({"tags": replaced} if replaced else {})}
        after = {**after, "tags": missing}
    if after:
        summary = f"Update log alarm {name}: {', '.join(after)}"
        yield Change("log_alarm", "update", name, summary, before, after, settings, wanted.control.name)


def _settings(observation: Observation, companion: _Companion, role: str) -> dict[str, Any]:
    wanted, account = companion.wanted, observation.account
    return {
        **DEFAULTS,
        "description": log_alarm_description(
            wanted.control,
            account.id,
            of_organization=receives_other_accounts(observation, companion.group.arn),
        ),
        "query_string": log_query(*map(parse, companion.patterns)),
        "log_groups": [companion.group.name],
        "query_role_arn": role,
        "start_time_offset": wanted.period * wanted.evaluation_periods + _LATE,
        "threshold": wanted.threshold,
        "log_lines": MOST_LINES,
        "log_lines_role_arn": role,
        "alarm_actions": [companion.topic_arn],
    }
