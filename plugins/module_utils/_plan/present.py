# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes that bring filters, topic, subscriptions and alarm to what was asked for. Pure.

The settings are those of the benchmark's remediation, with treat_missing_data notBreaching, since an alarm acts
on transitions only and has to come back to OK.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Alarm,
    Key,
    LogGroup,
    MetricFilter,
    Observation,
    Subscription,
    Topic,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import Desired, Subscriber
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.policy_text import with_statement
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.publish_policy import (
    Publisher,
    key_fault,
    missing_key_statement,
    missing_topic_statement,
    replaces_blindly,
    statement_is_missing,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import (
    Blocked,
    Change,
    Plan,
    differing,
    readable,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import normalize_white_space

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
_MOST_FILTERS_IN_A_GROUP = 100
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
_MOST_ACTIONS = 5
# https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
_TIME_TO_CONFIRM = timedelta(hours=48)
_MUST_CONFIRM = ("email", "email-json", "http", "https")


def plan_present(plan: Plan, observation: Observation, desired: Desired) -> Plan:
    """The plan with its changes, in the order to write them. Raises Blocked."""
    group = plan.log_group
    if group is None:
        raise AssertionError("a plan without a log group is blocked before this")
    topic = _topic(plan, observation, desired)
    return dataclasses.replace(
        plan,
        changes=(
            *_filter_changes(group, desired),
            *_topic_changes(plan, topic, desired),
            *_topic_policy_changes(plan, topic, observation, desired),
            *_encryption_changes(plan, topic, observation, desired),
            *_subscription_changes(plan, topic, observation, desired),
            *_alarm_changes(plan, observation, desired),
        ),
        pending=tuple(_pending(plan, topic, observation, desired)),
    )


def _filter_changes(group: LogGroup, desired: Desired) -> Iterator[Change]:
    existing = {one.name: one for one in readable(group.filters)}
    missing = [name for name in desired.patterns if name not in existing]
    if len(existing) + len(missing) > _MOST_FILTERS_IN_A_GROUP:
        raise Blocked(
            f"Log group {group.arn} has {len(existing)} metric filters and {len(missing)} more are to be put on it, "
            f"but it takes {_MOST_FILTERS_IN_A_GROUP}. Remove some that nobody needs."
        )
    for name, pattern in desired.patterns.items():
        before = _fields_of_filter(existing[name], pattern) if name in existing else {}
        after = _filter_fields(pattern, desired)
        settings = {
            "log_group_name": group.name,
            "filter_name": name,
            "filter_pattern": pattern,
            "metric_transformation": {field: after[field] for field in _OF_THE_METRIC},
        }
        yield from _put(
            "metric_filter", name, f"metric filter {name} on log group {group.name}", before, after, settings
        )


_OF_THE_METRIC = ("metric_name", "metric_namespace", "metric_value")


def _filter_fields(pattern: str, desired: Desired) -> dict[str, Any]:
    return {
        "filter_pattern": pattern,
        "metric_name": desired.metric_name,
        "metric_namespace": desired.metric_namespace,
        "metric_value": "1",
        "default_value": None,
        "unit": None,
        "dimensions": {},
        "apply_on_transformed_logs": False,
        "field_selection_criteria": None,
        "emit_system_field_dimensions": [],
    }


def _fields_of_filter(found: MetricFilter, pattern: str) -> dict[str, Any]:
    """The filter's fields; its pattern as asked for where the two differ in white space alone."""
    is_same = normalize_white_space(found.pattern) == normalize_white_space(pattern)
    transformation = found.transformations[0] if found.transformations else None
    return {
        "filter_pattern": pattern if is_same else found.pattern,
        "metric_name": transformation and transformation.metric_name,
        "metric_namespace": transformation and transformation.metric_namespace,
        "metric_value": transformation and transformation.metric_value,
        "default_value": transformation and transformation.default_value,
        "unit": transformation and transformation.unit,
        "dimensions": dict(transformation.dimensions) if transformation else {},
        "apply_on_transformed_logs": found.apply_on_transformed_logs,
        "field_selection_criteria": found.field_selection_criteria,
        "emit_system_field_dimensions": list(found.emit_system_field_dimensions),
    }


def _topic(plan: Plan, observation: Observation, desired: Desired) -> Topic | None:
    """The topic to notify, or None if it is to be created."""
    if not plan.topic_arn:
        raise Blocked("Neither topic_name nor topic_arn says whom the alarm is to notify. Give one of them.")
    region = plan.topic_arn.split(":")[3]
    if region != plan.region:
        raise Blocked(
            f"Topic {plan.topic_arn} is in region {region}, but the log group, and with it the alarm, is in "
            f"{plan.region}, and an alarm notifies topics of its own region only. Name a topic in {plan.region}."
        )
    topic = readable(observation.topics[plan.topic_arn])
    if topic is None and desired.topic_arn:
        raise Blocked(f"Topic {plan.topic_arn} does not exist. Create it, or give topic_name to have one created.")
    found: Topic | None = topic
    return found


def _topic_changes(plan: Plan, topic: Topic | None, desired: Desired) -> Iterator[Change]:
    """Changes to a topic that was named; one that was given by its ARN is left alone."""
    name = desired.topic_name
    if name is None:
        return
    after: dict[str, Any] = {"topic_arn": plan.topic_arn}
    if desired.topic_display_name is not None:
        after["display_name"] = desired.topic_display_name
    if desired.tags:
        after["tags"] = dict(desired.tags)
    settings: dict[str, Any] = {"name": name}
    settings.update((field, after[field]) for field in ("display_name", "tags") if field in after)
    if topic is None:
        yield from _put("topic", name, f"topic {name}", {}, after, settings)
        return
    tags = readable(topic.tags) or {}
    readable(topic.policy)  # a Gap if the topic's attributes could not be read
    before = {
        "topic_arn": topic.arn,
        "display_name": topic.display_name,
        "tags": {key: tags[key] for key in after.get("tags", {}) if key in tags},
    }
    yield from _put("topic", name, f"topic {name}", before, after, settings)


def _publisher(plan: Plan, observation: Observation, desired: Desired) -> Publisher:
    return Publisher(
        account=observation.account,
        region=plan.region,
        alarm_name=desired.alarm_name,
        organization_id=desired.organization_id,
        own_organization_id=observation.organization_id,
    )


def _topic_policy_changes(
    plan: Plan, topic: Topic | None, observation: Observation, desired: Desired
) -> Iterator[Change]:
    """Our statement for the policy of a topic that was named; everybody else's stay."""
    name, organization_id = desired.topic_name, desired.organization_id
    # A new topic has SNS's default policy, which lets the account's alarms publish, and nobody else's.
    if name is None or (topic is None and not organization_id):
        return
    policy = readable(topic.policy) if topic else None
    publisher = _publisher(plan, observation, desired)
    statement = missing_topic_statement(policy, plan.topic_arn, publisher)
    if statement is None:
        return
    if fault := replaces_blindly(policy, statement, publisher):
        raise Blocked(fault)
    merged = json.loads(with_statement(json.dumps(policy) if policy else "", statement))
    whose = f"the alarms of organization {organization_id}" if organization_id else "the account's alarms"
    settings = {"topic_arn": plan.topic_arn, "statement": statement}
    before, after = {"policy": policy} if policy else {}, {"policy": merged}
    yield Change("topic_policy", "update", name, f"Let {whose} publish to topic {name}", before, after, settings)


def _encryption_changes(
    plan: Plan, topic: Topic | None, observation: Observation, desired: Desired
) -> Iterator[Change]:
    """The encryption of a topic that was named, if a key was named. Blocked if CloudWatch could not use the key."""
    key_id, name = desired.kms_key_id, desired.topic_name
    if key_id is None or name is None:
        return
    key, publisher = observation.keys[key_id], _publisher(plan, observation, desired)
    fault = key_fault(key_id, key, plan.topic_arn, publisher)
    if fault or not isinstance(key, Key):
        raise Blocked(fault)
    policy = readable(key.policy)
    statement = missing_key_statement(policy, key.arn, plan.topic_arn, publisher)
    settings = {"topic_arn": plan.topic_arn, "kms_key_id": key_id}
    if statement is not None:
        if fault := replaces_blindly(policy, statement, publisher):
            raise Blocked(fault)
        if not desired.update_key_policy:
            raise Blocked(statement_is_missing(key_id, statement, "cis_sg_monitoring_update_key_policy"))
        merged = json.loads(with_statement(json.dumps(policy), statement))
        summary = f"Let CloudWatch use key {key_id}"
        yield Change("key_policy", "update", key.id, summary, {"policy": policy}, {"policy": merged}, settings)
    if topic is None or not _is_encrypted_with(topic, key_id, key):
        before = {"kms_key_id": topic.key_id} if topic and topic.key_id else {}
        summary = f"Encrypt topic {name} with key {key_id}"
        yield Change("topic_encryption", "update", name, summary, before, {"kms_key_id": key_id}, settings)


def _is_encrypted_with(topic: Topic, key_id: str, key: Key) -> bool:
    """A key has several names: its id, its ARN, and its aliases."""
    return topic.key_id == key_id or (isinstance(topic.key, Key) and topic.key.arn == key.arn)


def _subscription_changes(
    plan: Plan, topic: Topic | None, observation: Observation, desired: Desired
) -> Iterator[Change]:
    existing = _subscribed(topic, desired)
    for subscriber in desired.subscriptions:
        if subscriber not in existing:
            settings = {"protocol": subscriber.protocol, "endpoint": subscriber.endpoint, "topic_arn": plan.topic_arn}
            name = f"{subscriber.protocol} {subscriber.shown}"
            title = f"subscription of {name} to {plan.topic_arn}"
            if subscriber.protocol in _MUST_CONFIRM and topic and _was_set_up(plan, observation, desired):
                # SNS keeps nothing of a subscription that it has dropped, so that a new one looks the same.
                title += " (new, or dropped by SNS since it was not confirmed within 48 hours)"
            yield from _put("subscription", name, title, {}, {**settings, "endpoint": subscriber.shown}, settings)


def _was_set_up(plan: Plan, observation: Observation, desired: Desired) -> bool:
    """Whether the alarm notifies the topic already, so that subscribers were asked before."""
    alarms = readable(observation.alarms[plan.region])
    return any(one.name == desired.alarm_name and plan.topic_arn in one.alarm_actions for one in alarms)


def _subscribed(topic: Topic | None, desired: Desired) -> dict[Subscriber, Subscription]:
    """Who is subscribed, confirmed or not. Not read if nobody is to be subscribed."""
    if topic is None or not desired.subscriptions:
        return {}
    return {
        Subscriber.of(one.protocol, one.endpoint): one
        for one in readable(topic.subscriptions)
        if one.is_confirmed or one.is_pending
    }


def _pending(plan: Plan, topic: Topic | None, observation: Observation, desired: Desired) -> Iterator[dict[str, str]]:
    """Who has been asked and must confirm. SNS does not say since when, so the time is the latest that it can be."""
    existing = _subscribed(topic, desired)
    drops = observation.read_at + _TIME_TO_CONFIRM
    for subscriber in desired.subscriptions:
        if subscriber in existing and existing[subscriber].is_pending:
            yield {
                "protocol": subscriber.protocol,
                "endpoint": subscriber.shown,
                "topic_arn": plan.topic_arn,
                "confirm_by": f"{drops:%Y-%m-%dT%H:%M:%SZ}",
            }


def _alarm_changes(plan: Plan, observation: Observation, desired: Desired) -> Iterator[Change]:
    name = desired.alarm_name
    alarms = readable(observation.alarms[plan.region])
    alarm = next((one for one in alarms if one.name == name), None)
    if alarm is not None and alarm.rule is not None:
        raise Blocked(f"Alarm {name} in {plan.region} is a composite one. Rename it, or give another alarm_name.")
    actions = _actions(alarm, plan.topic_arn)
    before = _fields_of_alarm(alarm) if alarm else {}
    after = {**_alarm_fields(desired), "alarm_actions": actions}
    settings = {
        "name": name,
        **{field: after[field] for field in _WRITTEN_ALARM_FIELDS},
        # PutMetricAlarm overwrites everything, so what is not ours is written as it was.
        "description": alarm.description if alarm else "",
        "ok_actions": list(alarm.ok_actions) if alarm else [],
        "insufficient_data_actions": list(alarm.insufficient_data_actions) if alarm else [],
    }
    yield from _put("alarm", name, f"alarm {name}", before, after, settings)
    if alarm is not None and not alarm.actions_enabled:
        summary = f"Enable the actions of alarm {name}"
        states = {"actions_enabled": False}, {"actions_enabled": True}
        yield Change("alarm_actions", "enable", name, summary, *states, settings={"alarm_names": [name]})


def _actions(alarm: Alarm | None, topic_arn: str) -> list[str]:
    """The alarm's actions with ours among them; other people's stay."""
    existing = list(alarm.alarm_actions) if alarm else []
    if topic_arn in existing:
        return existing
    if len(existing) >= _MOST_ACTIONS:
        raise Blocked(
            f"Alarm {alarm and alarm.name} has {len(existing)} actions already, as many as it can have. Remove one."
        )
    return [*existing, topic_arn]


def _alarm_fields(desired: Desired) -> dict[str, Any]:
    return {
        "metric_name": desired.metric_name,
        "namespace": desired.metric_namespace,
        "statistic": "Sum",
        "period": 300,
        "threshold": 1.0,
        "comparison": "GreaterThanOrEqualToThreshold",
        "evaluation_periods": 1,
        "datapoints_to_alarm": None,
        "treat_missing_data": "notBreaching",
        "extended_statistic": None,
        "unit": None,
        "dimensions": {},
        "metrics": [],
    }


_WRITTEN_ALARM_FIELDS = (
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


def _fields_of_alarm(alarm: Alarm) -> dict[str, Any]:
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
        "alarm_actions": list(alarm.alarm_actions),
    }


def _put(
    resource: str,
    name: str,
    title: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> Iterator[Change]:
    """The change from one state to another: a creation if there was none, nothing if they are the same."""
    if not before:
        shown = {field: value for field, value in after.items() if value not in (None, False, {}, [])}
        yield Change(resource, "create", name, f"Create {title}", {}, shown, settings)
        return
    old, new = differing(before, after)
    if new:
        yield Change(resource, "update", name, f"Update {title}: {', '.join(new)}", old, new, settings)
