# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes an account in the sandbox that is as an observation says, as far as AWS and the sandbox let one be made."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Alarm,
    EventSelectors,
    LogGroup,
    MetricFilter,
    Observation,
    Topic,
    Trail,
)
from harness import Sandbox


class NotHeld(Exception):
    """The sandbox can't hold this; the message says what."""


def make(sandbox: Sandbox, observation: Observation) -> str:
    """Make a new account that is as observed, and return its id. Raises NotHeld; ClientError for what AWS refuses."""
    account = sandbox.new_account()
    Maker(sandbox, account).make(_renamed(observation, observation.account.id, account))
    return account


class Maker:
    """Makes the parts of one account."""

    def __init__(self, sandbox: Sandbox, account: str) -> None:
        self.sandbox, self.account = sandbox, account

    def client(self, service: str, region: str) -> Any:
        """Return a client that acts in the account."""
        return self.sandbox.client(service, self.account, region)

    def make(self, observation: Observation) -> None:
        """Make all that the observation has of this account."""
        for group in observation.log_groups.values():
            if isinstance(group, LogGroup):
                self.log_group(group)
        for trail in observation.trails:
            self.trail(trail)
        for topic in observation.topics.values():
            if isinstance(topic, Topic):
                self.topic(topic)
        for alarms in observation.alarms.values():
            for alarm in alarms:
                self.alarm(alarm)

    def log_group(self, group: LogGroup) -> None:
        """Make a log group with its metric filters."""
        logs = self.client("logs", group.region)
        logs.create_log_group(logGroupName=group.name, logGroupClass=group.log_class)
        for one in group.filters:
            logs.put_metric_filter(logGroupName=group.name, **_filter(one))

    def trail(self, trail: Trail) -> None:
        """Make a trail with its selectors, and let its status say what was observed."""
        cloudtrail = self.client("cloudtrail", trail.home_region)
        group = {"CloudWatchLogsLogGroupArn": trail.log_group_arn, "CloudWatchLogsRoleArn": "arn:aws:iam::1:role/x"}
        arn = cloudtrail.create_trail(
            Name=trail.name,
            S3BucketName="bucket",
            IsMultiRegionTrail=trail.is_multi_region,
            **(group if trail.log_group_arn else {}),
        )["TrailARN"]
        cloudtrail.put_event_selectors(TrailName=trail.name, **_selectors(trail.selectors))
        if trail.status.is_logging:
            cloudtrail.start_logging(Name=trail.name)
        if trail.status.delivery_error:
            self.sandbox.control(
                "POST", "trail_status", trail_arn=arn, LatestCloudWatchLogsDeliveryError=trail.status.delivery_error
            )

    def topic(self, topic: Topic) -> None:
        """Make a topic with its subscribers. Its policy and its key are nothing that the auditors look at."""
        sns = self.client("sns", topic.region)
        arn = sns.create_topic(Name=topic.name)["TopicArn"]
        for number, one in enumerate(topic.subscriptions):
            endpoint = f"{number}-{one.endpoint}"  # observations repeat one subscriber
            sns.subscribe(TopicArn=arn, Protocol=one.protocol, Endpoint=endpoint)
            if not one.is_pending:
                self.sandbox.confirm(arn, endpoint)
            if one.arn == "Deleted":
                self.sandbox.unsubscribe(arn, endpoint)

    def alarm(self, alarm: Alarm) -> None:
        """Put an alarm."""
        if alarm.threshold is None:
            raise NotHeld("an alarm on an anomaly band")
        settings = {
            "AlarmName": alarm.name,
            "Namespace": alarm.metric_namespace,
            "MetricName": alarm.metric_name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in alarm.dimensions.items()],
            "Statistic": alarm.statistic,
            "ExtendedStatistic": alarm.extended_statistic,
            "Period": alarm.period,
            "EvaluationPeriods": alarm.evaluation_periods,
            "DatapointsToAlarm": alarm.datapoints_to_alarm,
            "Threshold": alarm.threshold,
            "ComparisonOperator": alarm.comparison,
            "TreatMissingData": alarm.treat_missing_data,
            "Unit": alarm.unit,
            "ActionsEnabled": alarm.actions_enabled,
            "AlarmActions": list(alarm.alarm_actions),
            "OKActions": list(alarm.ok_actions),
        }
        given = {name: value for name, value in settings.items() if value is not None}
        self.client("cloudwatch", alarm.region).put_metric_alarm(**given)


def _filter(one: MetricFilter) -> dict[str, Any]:
    [writes] = one.transformations
    transformation = {
        "metricName": writes.metric_name,
        "metricNamespace": writes.metric_namespace,
        "metricValue": writes.metric_value,
        "defaultValue": writes.default_value,
        "unit": writes.unit,
        "dimensions": dict(writes.dimensions) or None,
    }
    settings = {
        "filterName": one.name,
        "filterPattern": one.pattern,
        "metricTransformations": [{name: value for name, value in transformation.items() if value is not None}],
        "applyOnTransformedLogs": one.apply_on_transformed_logs or None,
        "fieldSelectionCriteria": one.field_selection_criteria,
        "emitSystemFieldDimensions": list(one.emit_system_field_dimensions) or None,
    }
    return {name: value for name, value in settings.items() if value is not None}


def _selectors(selectors: EventSelectors) -> dict[str, Any]:
    if selectors.advanced:
        advanced = [
            {
                "Name": one.name or "x",
                "FieldSelectors": [{"Field": field.field, **_lists(field.operators)} for field in one.fields],
            }
            for one in selectors.advanced
        ]
        return {"AdvancedEventSelectors": advanced}
    basic = [
        {
            "ReadWriteType": one.read_write_type,
            "IncludeManagementEvents": one.includes_management_events,
            "ExcludeManagementEventSources": list(one.excluded_sources),
        }
        for one in selectors.basic
    ]
    return {"EventSelectors": basic}


def _lists(operators: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in operators.items()}


def _renamed(value: Any, old: str, new: str) -> Any:
    """Return the same of another account."""
    if isinstance(value, str):
        return value.replace(old, new)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: _renamed(getattr(value, one.name), old, new) for one in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    if isinstance(value, Mapping):
        return {_renamed(key, old, new): _renamed(one, old, new) for key, one in value.items()}
    if isinstance(value, tuple):
        return tuple(_renamed(one, old, new) for one in value)
    return value
