# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read of an account, as plain data.

_observe fills it, _judge judges it, _plan compares it with what was requested.
Anything that could not be read is a Gap instead of the value, so that no one can take
'not readable' for 'not there'. None means: read, and it does not exist.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Gap:
    """A call whose answer is missing: what was asked, of what, and why there is no answer."""

    call: str  # in IAM's words: "logs:DescribeMetricFilters"
    resource: str  # what it was asked about
    code: str  # ACCESS_DENIED or RESPONSE_INCOMPLETE
    detail: str  # one sentence, without secrets


@dataclass(frozen=True)
class Account:
    """The account that was read, and the region that the reading started in."""

    id: str
    partition: str
    region: str
    caller_arn: str = ""  # who read it


@dataclass(frozen=True)
class TrailStatus:
    """GetTrailStatus, as far as it concerns delivery to CloudWatch Logs."""

    is_logging: bool
    delivery_error: str | None  # LatestCloudWatchLogsDeliveryError
    last_delivery: datetime | None  # LatestCloudWatchLogsDeliveryTime


@dataclass(frozen=True)
class BasicSelector:
    """An event selector of the older kind."""

    read_write_type: str  # All, ReadOnly or WriteOnly
    includes_management_events: bool
    excluded_sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldSelector:
    """One condition of an advanced selector: a field and the operators that constrain it.

    The operators are CloudTrail's (Equals, StartsWith, EndsWith, NotEquals, NotStartsWith,
    NotEndsWith), each with its values.
    """

    field: str
    operators: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class AdvancedSelector:
    """An advanced event selector: its conditions are ANDed."""

    fields: tuple[FieldSelector, ...]
    name: str = ""


@dataclass(frozen=True)
class EventSelectors:
    """GetEventSelectors: a trail has basic or advanced ones, never both."""

    basic: tuple[BasicSelector, ...] = ()
    advanced: tuple[AdvancedSelector, ...] = ()


@dataclass(frozen=True)
class Trail:
    """A trail, once, however many regions show a shadow of it."""

    arn: str
    name: str
    home_region: str
    is_multi_region: bool
    is_organization: bool
    log_group_arn: str | None  # as CloudTrail gives it, with or without ':*'
    status: TrailStatus | Gap
    selectors: EventSelectors | Gap
    has_global_events: bool = True  # IncludeGlobalServiceEvents; a multi-region trail always has them


@dataclass(frozen=True)
class Transformation:
    """What a metric filter writes to a metric when it matches."""

    metric_name: str
    metric_namespace: str
    metric_value: str
    default_value: float | None = None
    unit: str | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MetricFilter:
    """A metric filter of a log group."""

    name: str
    pattern: str
    transformations: tuple[Transformation, ...]
    apply_on_transformed_logs: bool = False
    field_selection_criteria: str | None = None
    emit_system_field_dimensions: tuple[str, ...] = ()
    creation_time: datetime | None = None


class Judged:
    """What the judge asks the same of for each control."""

    @cached_property
    def found(self) -> dict[Hashable, Any]:
        """What it has found meanwhile, which goes with it (_judge/once.py)."""
        return {}


@dataclass(frozen=True)
class LogGroup(Judged):
    """A log group of this account, with its metric filters."""

    arn: str  # without the trailing ':*'
    name: str
    account: str
    region: str
    log_class: str | Gap  # STANDARD, INFREQUENT_ACCESS or DELIVERY; a Gap if DescribeLogGroups did not answer
    filters: tuple[MetricFilter, ...] | Gap

    @cached_property
    def feeding(self) -> Mapping[tuple[str, str], tuple[MetricFilter, ...]]:
        """By namespace and name of each metric, the filters that write to it, as far as they were read."""
        found: dict[tuple[str, str], dict[int, MetricFilter]] = {}
        for place, one in enumerate(() if isinstance(self.filters, Gap) else self.filters):
            for writes in one.transformations:
                found.setdefault((writes.metric_namespace, writes.metric_name), {})[place] = one
        return {metric: tuple(filters.values()) for metric, filters in found.items()}


@dataclass(frozen=True)
class ActionResult:
    """An item of DescribeAlarmHistory with HistoryItemType=Action."""

    at: datetime
    action: str  # the ARN that was notified
    succeeded: bool
    detail: str


@dataclass(frozen=True)
class MuteRule:
    """An alarm mute rule that is silencing alarms now, or will."""

    name: str
    arn: str
    status: str  # SCHEDULED, ACTIVE or EXPIRED
    alarm_names: tuple[str, ...]
    schedule: str
    duration: str


@dataclass(frozen=True)
class Alarm:
    """A metric alarm (or a composite one, whose rule then says what it watches)."""

    arn: str
    name: str
    account: str
    region: str
    actions_enabled: bool
    alarm_actions: tuple[str, ...]
    state: str
    ok_actions: tuple[str, ...] = ()
    insufficient_data_actions: tuple[str, ...] = ()
    description: str = ""
    metric_name: str | None = None
    metric_namespace: str | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: str | None = None
    extended_statistic: str | None = None
    period: int | None = None
    evaluation_periods: int | None = None
    datapoints_to_alarm: int | None = None
    threshold: float | None = None
    comparison: str | None = None
    treat_missing_data: str = "missing"
    unit: str | None = None
    metrics: tuple[Mapping[str, Any], ...] = ()  # of an alarm on metric math, as AWS gives them
    expression: str = ""  # a PromQL query that the alarm evaluates
    low_sample_percentile: str = "evaluate"  # or ignore: under a percentile, keep the state while there are few values
    evaluation_state: str = ""  # PARTIAL_DATA, EVALUATION_FAILURE or EVALUATION_ERROR; '' while it is evaluated
    updated_at: datetime | None = None  # when the alarm was made or last changed
    warm_up_minutes: int = 0
    warm_up_is_fixed: bool = False  # it does not end with the first data
    sends_tags: bool = False  # in the messages of its actions
    log_query: LogQuery | None = None  # of a log alarm: what it evaluates (PutLogAlarm)
    unwritable: tuple[str, ...] = ()  # settings that PutMetricAlarm removes unless they are written again
    rule: str | None = None  # of a composite alarm
    suppressor: str | None = None  # name or ARN of the alarm that, in ALARM, keeps a composite alarm from acting
    suppressed_by: str | None = None  # Alarm, WaitPeriod or ExtensionPeriod while it is kept from acting
    history: tuple[ActionResult, ...] | Gap = ()
    tags: Mapping[str, str] | Gap | None = None  # read for a plan, not for a verdict


@dataclass(frozen=True)
class LogQuery:
    """The scheduled query of a log alarm, how its results are evaluated, and the lines that go into a notification."""

    text: str
    log_groups: tuple[str, ...]  # names or ARNs
    role: str  # ARN of the role that runs it
    schedule: str  # rate(5 minutes)
    start_offset: int  # seconds before a run, where what it searches begins
    end_offset: int = 0  # and where that ends
    aggregation: str = "count(*)"
    results_to_evaluate: int = 1
    results_to_alarm: int = 1
    lines: int = 0
    lines_role: str = ""  # ARN of the role that reads them


@dataclass(frozen=True)
class LogAlarm:
    """An alarm on a query of log events, which needs neither a metric filter nor a metric."""

    name: str
    region: str
    log_groups: tuple[str, ...]  # names or ARNs
    query: str = ""
    lines: int = 0  # in each notification
    actions: tuple[str, ...] = ()  # () too while its actions are disabled


@dataclass(frozen=True)
class Role:
    """An IAM role."""

    arn: str
    trust_policy: Mapping[str, Any]


@dataclass(frozen=True)
class Pipeline:
    """A CloudWatch pipeline whose processors change the CloudTrail events of its region's log groups."""

    name: str
    processors: tuple[str, ...]  # () if the answer only counts them


@dataclass(frozen=True)
class Grant:
    """A grant of a key to CloudWatch: what it may do, under which constraints."""

    operations: tuple[str, ...]
    source_arn: str | None = None
    encryption_context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Key:
    """The key that encrypts a topic."""

    id: str
    arn: str
    manager: str  # AWS or CUSTOMER
    state: str  # Enabled, Disabled, PendingDeletion, ...
    policy: Mapping[str, Any] | Gap
    spec: str = "SYMMETRIC_DEFAULT"  # any other is of a key that can't encrypt a topic
    grants: tuple[Grant, ...] | Gap = ()  # those to CloudWatch


@dataclass(frozen=True)
class Subscription:
    """A subscriber of a topic. Its endpoint is masked before it is shown."""

    arn: str  # an ARN, 'PendingConfirmation' or 'Deleted'
    protocol: str
    endpoint: str
    owner: str
    filter_policy: Mapping[str, Any] | Gap | None = None
    filter_policy_scope: str = "MessageAttributes"
    raw_delivery: bool | Gap = False  # the message without the envelope of SNS; False too while it is not confirmed

    @property
    def is_confirmed(self) -> bool:
        return self.arn.startswith("arn:")

    @property
    def is_pending(self) -> bool:
        return self.arn == "PendingConfirmation"


DEFAULT_LARGEST_MESSAGE = 262144
"""Bytes. What SNS takes unless the topic's MaximumMessageSize says otherwise."""


@dataclass(frozen=True)
class Topic:
    """An SNS topic with all that decides whether a message gets through it.

    If its attributes could not be read, policy and key are the same Gap, and its subscriptions may still be there.
    """

    arn: str
    name: str
    account: str
    region: str
    owner: str
    policy: Mapping[str, Any] | Gap | None
    policy_text: str
    display_name: str
    key_id: str | None  # KmsMasterKeyId as SNS gives it: an id, an ARN or an alias
    key: Key | Gap | None
    subscriptions: tuple[Subscription, ...] | Gap
    tags: Mapping[str, str] | Gap | None = None  # read for a plan, not for a verdict
    largest_message: int = DEFAULT_LARGEST_MESSAGE  # bytes


@dataclass(frozen=True)
class Observation(Judged):
    """All that was read of one account, and when."""

    account: Account
    read_at: datetime
    trails: tuple[Trail, ...] | Gap
    # Log groups by ARN (without ':*'), those of this account that a trail or the caller names.
    log_groups: Mapping[str, LogGroup | Gap | None] = field(default_factory=dict)
    # By region: the alarms that concern a metric of the filters found there.
    alarms: Mapping[str, tuple[Alarm, ...] | Gap] = field(default_factory=dict)
    # Those that look at one of the log groups themselves.
    log_alarms: tuple[LogAlarm, ...] = ()
    mute_rules: Mapping[str, tuple[MuteRule, ...] | Gap] = field(default_factory=dict)
    # By region, where an alarm has actions: those with processors on CloudTrail's events.
    pipelines: Mapping[str, tuple[Pipeline, ...] | Gap] = field(default_factory=dict)
    # By ARN, those that an alarm notifies or that the caller names; in this account and in others.
    topics: Mapping[str, Topic | Gap | None] = field(default_factory=dict)
    # By topic ARN: the names of all alarms of its region, of any kind, that have it among their actions.
    # Read only for a topic that the caller wants to delete.
    topic_users: Mapping[str, tuple[str, ...] | Gap] = field(default_factory=dict)
    # By id, ARN or alias as the caller names it: the key that a topic should be encrypted with.
    keys: Mapping[str, Key | Gap | None] = field(default_factory=dict)
    # The role that a request names for its log alarms, None if there is none. Read only for such a request.
    log_alarms_role: Role | Gap | None = None
    # The organization that the account belongs to, None if to none. Read only where a policy speaks of one.
    organization_id: str | Gap | None = None
