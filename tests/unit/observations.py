# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observations for tests: an account that is whole, and small changes to one part of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Account,
    AdvancedSelector,
    Alarm,
    BasicSelector,
    EventSelectors,
    FieldSelector,
    Gap,
    Key,
    LogGroup,
    MetricFilter,
    Observation,
    Subscription,
    Topic,
    Trail,
    TrailStatus,
    Transformation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    CONTROLS,
    SECURITY_GROUP_CHANGES,
    Control,
)

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
REGION = "eu-west-1"
READ_AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SIX, SEVEN = (one.text for one in SECURITY_GROUP_CHANGES.filters)
SIX_NAMES = [event.name for event in SECURITY_GROUP_CHANGES.events["security_hub"]]
SEVEN_NAMES = [event.name for event in SECURITY_GROUP_CHANGES.events["cis_v7_0_0"]]
DEFAULT_FILTERS = ("security_hub", "cis_v7_0_0")

GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:cloudtrail"
TRAIL_ARN = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/main"
ALARM_ARN = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:security_group_changes_alarm"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:security"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234"

DENIED = Gap("some:Call", "some resource", "ACCESS_DENIED", "some:Call was denied.")

MANAGEMENT = FieldSelector("eventCategory", {"Equals": ("Management",)})
ADVANCED = EventSelectors(advanced=(AdvancedSelector((MANAGEMENT,)),))

DEFAULT_TOPIC_POLICY: dict[str, Any] = {
    "Version": "2008-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes"],
            "Resource": TOPIC_ARN,
            "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        }
    ],
}

KEY_POLICY: dict[str, Any] = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
            "Resource": "*",
        },
    ]
}


def any_of(names: list[str], joined: str = " || ", clause: str = "($.eventName = {name})") -> str:
    return "{ " + joined.join(clause.format(name=name) for name in names) + " }"


def a_trail(**changes: Any) -> Trail:
    trail = Trail(
        arn=TRAIL_ARN,
        name="main",
        home_region=REGION,
        is_multi_region=True,
        is_organization=False,
        log_group_arn=f"{GROUP_ARN}:*",
        status=TrailStatus(is_logging=True, delivery_error=None, last_delivery=READ_AT - timedelta(minutes=5)),
        selectors=EventSelectors(basic=(BasicSelector("All", True),)),
    )
    return dataclasses.replace(trail, **changes)


def a_filter(pattern: str = SIX, name: str = "six", **changes: Any) -> MetricFilter:
    """A metric filter; changes whose name is a transformation's field go there."""
    writes = Transformation("security_group_changes_metric", "CISBenchmark", "1")
    of_transformation = {field.name for field in dataclasses.fields(Transformation)}
    writes = dataclasses.replace(writes, **{key: changes.pop(key) for key in of_transformation & changes.keys()})
    return dataclasses.replace(MetricFilter(name, pattern, (writes,)), **changes)


BOTH_FILTERS = (a_filter(), a_filter(SEVEN, "seven"))


def a_group(*filters: MetricFilter, **changes: Any) -> LogGroup:
    group = LogGroup(GROUP_ARN, "cloudtrail", ACCOUNT, REGION, "STANDARD", filters or BOTH_FILTERS)
    return dataclasses.replace(group, **changes)


def an_alarm(**changes: Any) -> Alarm:
    alarm = Alarm(
        arn=ALARM_ARN,
        name="security_group_changes_alarm",
        account=ACCOUNT,
        region=REGION,
        actions_enabled=True,
        alarm_actions=(TOPIC_ARN,),
        state="OK",
        metric_name="security_group_changes_metric",
        metric_namespace="CISBenchmark",
        statistic="Sum",
        period=300,
        evaluation_periods=1,
        threshold=1.0,
        comparison="GreaterThanOrEqualToThreshold",
        treat_missing_data="notBreaching",
    )
    if "name" in changes:
        changes.setdefault("arn", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{changes['name']}")
    return dataclasses.replace(alarm, **changes)


def a_composite_alarm(rule: str, **changes: Any) -> Alarm:
    changes = {"name": "composite", **changes}
    return an_alarm(
        rule=rule, metric_name=None, metric_namespace=None, statistic=None, comparison=None, threshold=None, **changes
    )


def a_subscription(**changes: Any) -> Subscription:
    subscription = Subscription(f"{TOPIC_ARN}:5678", "email", "security@example.com", ACCOUNT)
    return dataclasses.replace(subscription, **changes)


CHAT = "https://global.sns-api.chatbot.amazonaws.com"
PENDING = a_subscription(arn="PendingConfirmation", endpoint="oncall@example.com")


def a_topic(**changes: Any) -> Topic:
    topic = Topic(
        arn=TOPIC_ARN,
        name="security",
        account=ACCOUNT,
        region=REGION,
        owner=ACCOUNT,
        policy=DEFAULT_TOPIC_POLICY,
        policy_text="",
        display_name="",
        key_id=None,
        key=None,
        subscriptions=(a_subscription(),),
    )
    return dataclasses.replace(topic, **changes)


def a_key(**changes: Any) -> Key:
    return dataclasses.replace(Key("1234", KEY_ARN, "CUSTOMER", "Enabled", KEY_POLICY), **changes)


def an_encrypted_topic(**changes: Any) -> Topic:
    return a_topic(key_id=KEY_ARN, key=a_key(**changes))


def whole_account(**changes: Any) -> Observation:
    """An account in which somebody is told, and nothing is to be said of any link."""
    observation = Observation(
        account=Account(ACCOUNT, "aws", REGION),
        read_at=READ_AT,
        trails=(a_trail(),),
        log_groups={GROUP_ARN: a_group()},
        alarms={REGION: (an_alarm(),)},
        mute_rules={REGION: ()},
        topics={TOPIC_ARN: a_topic()},
    )
    return dataclasses.replace(observation, **changes)


def with_trail(**changes: Any) -> Observation:
    return whole_account(trails=(a_trail(**changes),))


def with_filters(*filters: MetricFilter) -> Observation:
    return whole_account(log_groups={GROUP_ARN: a_group(*filters)})


def with_pattern(pattern: str) -> Observation:
    return with_filters(a_filter(pattern))


def with_alarms(*alarms: Alarm) -> Observation:
    return whole_account(alarms={REGION: alarms})


def with_alarm(**changes: Any) -> Observation:
    return with_alarms(an_alarm(**changes))


def with_topic(**changes: Any) -> Observation:
    return whole_account(topics={TOPIC_ARN: a_topic(**changes)})


def with_subscriptions(*subscriptions: Subscription) -> Observation:
    return with_topic(subscriptions=subscriptions)


def with_controls(controls: Iterable[Control], names: Iterable[str] = DEFAULT_FILTERS) -> Observation:
    """The whole account, with the filters that these benchmarks ask for and an alarm for each of the controls."""
    filters, alarms = [], []
    for control in controls:
        metric = control.metric_name
        filters += [a_filter(one.text, metric + one.suffix, metric_name=metric) for one in control.filters_for(names)]
        alarms.append(an_alarm(name=control.alarm_name, metric_name=metric))
    return dataclasses.replace(with_alarms(*alarms), log_groups={GROUP_ARN: a_group(filters=tuple(filters))})


def all_controls(**changes: Any) -> Observation:
    """An account in which somebody is told of what each of the fifteen controls is about."""
    return dataclasses.replace(with_controls(CONTROLS.values()), **changes)
