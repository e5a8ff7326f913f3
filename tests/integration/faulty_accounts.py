# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of the fault matrix: one that is whole, and what is wrong with others that only one call tells of."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from account_builder import ALARM, FILTERS, LOG_GROUP, TOPIC, Builder
from harness import REGION, Sandbox

TRAIL = "management-events"
SUBSCRIBER = {"protocol": "sms", "endpoint": "+14255550100"}


_CLOUDWATCH = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
    "Resource": "*",
}


def topic_arn(account: str) -> str:
    """Return the topic that the role would make."""
    return f"arn:aws:sns:{REGION}:{account}:{TOPIC}"


def make_bare(builder: Builder) -> str:
    """Make an account with what the role builds on: a trail, and a key that CloudWatch may not use. Return the key."""
    builder.trail()
    return str(builder.client("kms").create_key(Policy=_policy(_owner(builder)))["KeyMetadata"]["KeyId"])


def make_whole(builder: Builder) -> None:
    """Make an account whose audit needs every call but those about mute rules."""
    key = make_bare(builder)
    for name, pattern in FILTERS.items():
        builder.metric_filter(name, pattern)
    sns = builder.client("sns")
    sns.create_topic(Name=TOPIC)
    sns.subscribe(TopicArn=topic_arn(builder.account), Protocol=SUBSCRIBER["protocol"], Endpoint=SUBSCRIBER["endpoint"])
    builder.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=_policy(_owner(builder), _CLOUDWATCH))
    _set_topic(builder, "KmsMasterKeyId", key)
    builder.alarm(topic_arn(builder.account))


def _policy(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _owner(builder: Builder) -> dict[str, Any]:
    root = f"arn:aws:iam::{builder.account}:root"
    return {"Sid": "Owner", "Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}


def _set_topic(builder: Builder, name: str, value: str) -> None:
    arn = topic_arn(builder.account)
    builder.client("sns").set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)


def _key(builder: Builder) -> str:
    [key] = builder.client("kms").list_keys()["Keys"]
    return str(key["KeyId"])


def _subscription(builder: Builder) -> str:
    [found] = builder.client("sns").list_subscriptions_by_topic(TopicArn=topic_arn(builder.account))["Subscriptions"]
    return str(found["SubscriptionArn"])


def _single_region(builder: Builder) -> None:
    builder.client("cloudtrail").update_trail(Name=TRAIL, IsMultiRegionTrail=False)


def _stopped(builder: Builder) -> None:
    builder.client("cloudtrail").stop_logging(Name=TRAIL)


def _read_events_only(builder: Builder) -> None:
    selectors = [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}]
    builder.client("cloudtrail").put_event_selectors(TrailName=TRAIL, EventSelectors=selectors)


def _never_matching(builder: Builder) -> None:
    for name, pattern in FILTERS.items():
        builder.metric_filter(name, pattern.replace("||", "&&"))


def _disabled(builder: Builder) -> None:
    builder.client("cloudwatch").disable_alarm_actions(AlarmNames=[ALARM])


def _muted(builder: Builder) -> None:
    builder.client("cloudwatch").put_alarm_mute_rule(
        Name="maintenance",
        Rule={"Schedule": {"Expression": "cron(0 0 * * *)", "Duration": "PT24H"}},
        MuteTargets={"AlarmNames": [ALARM]},
    )


def _shut(builder: Builder) -> None:
    _set_topic(builder, "Policy", _policy())


def _disabled_key(builder: Builder) -> None:
    builder.client("kms").disable_key(KeyId=_key(builder))


def _shut_key(builder: Builder) -> None:
    builder.client("kms").put_key_policy(KeyId=_key(builder), PolicyName="default", Policy=_policy(_owner(builder)))


def _unconfirmed(builder: Builder) -> None:
    sns = builder.client("sns")
    sns.unsubscribe(SubscriptionArn=_subscription(builder))
    sns.subscribe(TopicArn=topic_arn(builder.account), Protocol="email", Endpoint="security@example.com")


def _filtered(builder: Builder) -> None:
    builder.client("sns").set_subscription_attributes(
        SubscriptionArn=_subscription(builder), AttributeName="FilterPolicy", AttributeValue='{"severity": ["none"]}'
    )


def copy_of(sandbox: Sandbox, account: str, change: Callable[[Builder], None] = lambda builder: None) -> str:
    """Return an account like another, with a change."""
    other = sandbox.new_account()
    copy_to(sandbox, account, other)
    change(Builder(sandbox, other))
    return other


def copy_to(sandbox: Sandbox, account: str, other: str) -> None:
    """Have in an account that is empty all that is in another."""
    sandbox.control("POST", "copy_account", account=account, copies=[other])


# By the call that alone tells of it.
DEFECTS: dict[str, Callable[[Builder], None]] = {
    "cloudtrail:DescribeTrails": _single_region,
    "cloudtrail:GetEventSelectors": _read_events_only,
    "cloudtrail:GetTrailStatus": _stopped,
    "cloudwatch:DescribeAlarms": _disabled,
    "cloudwatch:GetAlarmMuteRule": _muted,
    "cloudwatch:ListAlarmMuteRules": _muted,
    "kms:DescribeKey": _disabled_key,
    "kms:GetKeyPolicy": _shut_key,
    "logs:DescribeMetricFilters": _never_matching,
    "sns:GetSubscriptionAttributes": _filtered,
    "sns:GetTopicAttributes": _shut,
    "sns:ListSubscriptionsByTopic": _unconfirmed,
}


def _without_filters(builder: Builder) -> None:
    for name in FILTERS:
        builder.client("logs").delete_metric_filter(logGroupName=LOG_GROUP, filterName=name)


def _without_alarm(builder: Builder) -> None:
    builder.client("cloudwatch").delete_alarms(AlarmNames=[ALARM])


def _without_topic(builder: Builder) -> None:
    builder.client("sns").delete_topic(TopicArn=topic_arn(builder.account))


def _unencrypted(builder: Builder) -> None:
    _set_topic(builder, "KmsMasterKeyId", "")
    _shut_key(builder)


# By what of it is lacking: accounts in which the role has one thing to write, so that it costs little.
LACKING: dict[str, Callable[[Builder], None]] = {
    "actions": _disabled,
    "filters": _without_filters,
    "topic": _without_topic,
    "alarm": _without_alarm,
    "policy": _shut,
    "encryption": _unencrypted,
}


def _alarm_alone(builder: Builder) -> None:
    _without_filters(builder)
    _without_topic(builder)


def _filters_alone(builder: Builder) -> None:
    _without_alarm(builder)
    _without_topic(builder)


def _topic_alone(builder: Builder) -> None:
    _without_alarm(builder)
    _without_filters(builder)


# By what is left of it: accounts in which the role has one thing to remove.
LEFT: dict[str, Callable[[Builder], None]] = {
    "filters": _filters_alone,
    "topic": _topic_alone,
    "alarm": _alarm_alone,
}

# Those in which modules of other collections write, each time as a process of its own.
COSTLY = ("alarm", "topic")
