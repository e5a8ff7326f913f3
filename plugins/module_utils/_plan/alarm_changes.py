# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes to a control's alarm. Pure.

The settings are those of the benchmark's remediation, with treat_missing_data notBreaching, since an alarm acts
on transitions only and has to come back to OK.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._account.arn import Arn
from .._account.observation import Alarm, Gap, Observation
from .._account.trails import log_group_of
from .description import alarm_description, is_ours, widest
from .desired import Desired, Wanted
from .result import Blocked, Change, Plan, put, readable

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
_MOST_ACTIONS = 5


def alarm_changes(plan: Plan, observation: Observation, desired: Desired, wanted: Wanted) -> Iterator[Change]:
    """The changes to one control's alarm, to whether it acts, and to its tags. Raises Blocked."""
    name, control = wanted.alarm_name, wanted.control.name
    alarm = alarm_named(name, plan, observation)
    if alarm is not None and (kind := _other_kind(alarm)):
        raise Blocked(f"Alarm {name} in {plan.region} is a {kind}. Rename it, or set another alarm_name.")
    actions = actions_with(alarm, wanted.topic_arn or plan.topic_arn)
    before = _found(alarm) if alarm else {}
    description = _description(plan, observation, desired, wanted, alarm.description if alarm else "")
    after = {**_asked_for(wanted), "description": description, "alarm_actions": actions}
    settings = {
        "name": name,
        **{field: after[field] for field in _WRITTEN_ALARM_FIELDS},
        # PutMetricAlarm overwrites everything, so what is not ours is written as it was.
        "ok_actions": list(alarm.ok_actions) if alarm else [],
        "insufficient_data_actions": list(alarm.insufficient_data_actions) if alarm else [],
    }
    changes = tuple(put("alarm", name, f"alarm {name}", before, after, settings, control))
    if changes and alarm is not None and alarm.unwritable:
        raise Blocked(_would_remove(alarm))
    yield from changes
    if alarm is not None and not alarm.actions_enabled:
        summary = f"Enable the actions of alarm {name}"
        states = {"actions_enabled": False}, {"actions_enabled": True}
        yield Change("alarm_actions", "enable", name, summary, *states, {"alarm_names": [name]}, control)
    yield from _tag_changes(alarm, desired.tags or {}, wanted)


def _other_kind(alarm: Alarm) -> str:
    """What the alarm is where PutMetricAlarm would replace one of another kind, which has the name; '' if it is none.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutLogAlarm.html
    """
    if alarm.rule is not None:
        return "composite alarm"
    if alarm.log_query:
        return "log alarm"
    return "PromQL alarm" if alarm.expression else ""


def _would_remove(alarm: Alarm) -> str:
    """Why the alarm is not updated: PutMetricAlarm overwrites everything, and the module that calls it lacks these."""
    names = ", ".join(alarm.unwritable)
    return (
        f"Alarm {alarm.name} in {alarm.region} needs an update, which would remove its {names}. "
        f"Remove {names} from the alarm, update it yourself, or give another alarm_name."
    )


def alarm_named(name: str, plan: Plan, observation: Observation) -> Alarm | None:
    """The alarm of that name where the plan is for, None if there is none. Raises Blocked."""
    alarms: tuple[Alarm, ...] = readable(observation.alarms[plan.region])
    return next((one for one in alarms if one.name == name), None)


def _tag_changes(alarm: Alarm | None, tags: Mapping[str, str], wanted: Wanted) -> Iterator[Change]:
    """The tags that are missing or other ones; those of others stay."""
    found = (readable(alarm.tags) if alarm else None) or {}
    missing = {key: value for key, value in tags.items() if found.get(key) != value}
    if not missing:
        return
    before = {key: found[key] for key in missing if key in found}
    yield Change(
        "alarm_tags",
        "update",
        wanted.alarm_name,
        f"Tag alarm {wanted.alarm_name}: {', '.join(missing)}",
        {"tags": before} if before else {},
        {"tags": missing},
        {"alarm_name": wanted.alarm_name, "tags": dict(tags)},
        wanted.control.name,
    )


def actions_with(alarm: Alarm | None, topic_arn: str) -> list[str]:
    """The alarm's actions with ours among them; those of others stay."""
    existing = list(alarm.alarm_actions) if alarm else []
    if topic_arn in existing:
        return existing
    if len(existing) >= _MOST_ACTIONS:
        raise Blocked(f"Alarm {alarm and alarm.name} already has {len(existing)} actions, the maximum. Remove one.")
    return [*existing, topic_arn]


def _asked_for(wanted: Wanted) -> dict[str, Any]:
    return {
        "metric_name": wanted.metric_name,
        "namespace": wanted.metric_namespace,
        "statistic": "Sum",
        "period": wanted.period,
        "threshold": wanted.threshold,
        "comparison": "GreaterThanOrEqualToThreshold",
        "evaluation_periods": wanted.evaluation_periods,
        "datapoints_to_alarm": None,
        "treat_missing_data": "notBreaching",
        "extended_statistic": None,
        "unit": None,
        "dimensions": {},
        "metrics": [],
    }


def _description(plan: Plan, observation: Observation, desired: Desired, wanted: Wanted, found: str) -> str:
    """What is requested; else ours, unless it was edited elsewhere."""
    if wanted.description is not None:
        return wanted.description or found
    if found and not is_ours(found):
        return found
    group = plan.log_group
    if group is None:
        raise AssertionError("a plan without a log group is blocked before this")
    pattern = widest(wanted.control, [*wanted.counted, *wanted.patterns(desired.benchmarks).values()])
    account, region = plan.account, plan.region
    return alarm_description(
        wanted.control,
        account,
        Arn.parse(group.arn).partition,
        region,
        group.name,
        pattern,
        of_organization=receives_other_accounts(observation, group.arn),
    )


def receives_other_accounts(observation: Observation, group_arn: str) -> bool:
    """Whether an organization trail delivers to the log group, and with it the events of all member accounts."""
    trails = () if isinstance(observation.trails, Gap) else observation.trails
    places = [log_group_of(trail) for trail in trails if trail.is_organization]
    return any(place.arn == group_arn for place in places if place)


_WRITTEN_ALARM_FIELDS = (
    "description",
    "metric_name",
    "namespace",
    "statistic",
    "period",
    "threshold",
    "comparison",
    "evaluation_periods",
    "treat_missing_data",
    "alarm_actions",
)


def _found(alarm: Alarm) -> dict[str, Any]:
    return {
        "metric_name": alarm.metric_name,
        "namespace": alarm.metric_namespace,
        "statistic": alarm.statistic,
        "period": alarm.period,
        "threshold": alarm.threshold,
        "comparison": alarm.comparison,
        "evaluation_periods": alarm.evaluation_periods,
        # As many as the periods is what it is when left out.
        "datapoints_to_alarm": None
        if alarm.datapoints_to_alarm == alarm.evaluation_periods
        else alarm.datapoints_to_alarm,
        "treat_missing_data": alarm.treat_missing_data,
        "extended_statistic": alarm.extended_statistic,
        "unit": alarm.unit,
        "dimensions": dict(alarm.dimensions),
        "metrics": list(alarm.metrics),
        "description": alarm.description,
        "alarm_actions": list(alarm.alarm_actions),
    }
