# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account as it is read, for tests of what is planned: bare or converged, to be changed field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Account,
    Alarm,
    BasicSelector,
    EventSelectors,
    Gap,
    LogGroup,
    MetricFilter,
    Observation,
    Subscription,
    Topic,
    Trail,
    TrailStatus,
    Transformation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.description import alarm_description
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import Desired
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.destination import destination
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.existing import Remaining, remaining
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.plan import plan as plan_at
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.plan import refused_plan
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.refusals import refusals
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import Plan
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.topic_name import with_topic_name

ACCOUNT = Account(id="111122223333", partition="aws", region="eu-west-1")
OTHER_ACCOUNT = "444455556666"
GROUP_ARN = "arn:aws:logs:eu-west-1:111122223333:log-group:cloudtrail"
TOPIC_ARN = "arn:aws:sns:eu-west-1:111122223333:alerts"
METRIC = "security_group_changes_metric"
ALARM = "security_group_changes_alarm"
DESCRIPTION = alarm_description(
    SECURITY_GROUP_CHANGES,
    ACCOUNT.id,
    ACCOUNT.partition,
    ACCOUNT.region,
    "cloudtrail",
    SECURITY_GROUP_CHANGES.filters[1].text,
)

DENIED = Gap(call="sns:Something", resource="x", code="ACCESS_DENIED", detail="sns:Something for x was denied.")

TRAIL = Trail(
    arn="arn:aws:cloudtrail:eu-west-1:111122223333:trail/main",
    name="main",
    home_region="eu-west-1",
    is_multi_region=True,
    is_organization=False,
    log_group_arn=GROUP_ARN + ":*",
    status=TrailStatus(is_logging=True, delivery_error=None, last_delivery=datetime(2026, 11, 23, 5, tzinfo=UTC)),
    selectors=EventSelectors(basic=(BasicSelector("All", includes_management_events=True),)),
)
GROUP = LogGroup(
    arn=GROUP_ARN, name="cloudtrail", account=ACCOUNT.id, region="eu-west-1", log_class="STANDARD", filters=()
)


def default_policy(topic_arn: str) -> Mapping[str, Any]:
    """What SNS gives a topic: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"""
    return {
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [
            {
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": ["SNS:GetTopicAttributes", "SNS:Publish", "SNS:Subscribe"],
                "Resource": topic_arn,
                "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT.id}},
            }
        ],
    }


DEFAULT_POLICY = default_policy(TOPIC_ARN)


def desired(**options: Any) -> Desired:
    """What is asked for: the defaults, a topic by name and one e-mail subscriber, but for the options given."""
    ours = {"topic_name": "alerts", "subscriptions": [{"protocol": "email", "endpoint": "security@example.com"}]}
    return Desired.from_parameters({**ours, **options})


def plan(observation: Observation, asked_for: Desired) -> Plan:
    """The plan as cis_monitoring_plan comes to it, once the account is read."""
    if refused := refusals(asked_for):
        return refused_plan(observation.account, asked_for, refused)
    place = destination(observation, asked_for)
    named = with_topic_name(asked_for, observation, place.region)
    return plan_at(observation, rest_of(observation, named), place)


def rest_of(observation: Observation, asked_for: Desired) -> Remaining:
    """What remains to be requested, as cis_monitoring_plan comes to it."""
    if asked_for.existing == "ignore" or asked_for.state == "absent":
        return Remaining(asked_for)
    verdicts = [judge(observation, one.control, asked_for.judging_benchmark(one.control)) for one in asked_for.wanted]
    return remaining(observation, verdicts, asked_for, destination(observation, asked_for).log_group)


def patterns() -> Mapping[str, str]:
    """The patterns that the defaults ask for, by the name of their filter."""
    asked_for = desired()
    return asked_for.wanted[0].patterns(asked_for.benchmarks)


def metric_filter(name: str, pattern: str, **transformation: Any) -> MetricFilter:
    fields = {"metric_name": METRIC, "metric_namespace": "CISBenchmark", "metric_value": "1", **transformation}
    return MetricFilter(name=name, pattern=pattern, transformations=(Transformation(**fields),))


def alarm(**fields: Any) -> Alarm:
    whole = Alarm(
        arn=f"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{ALARM}",
        name=ALARM,
        account=ACCOUNT.id,
        region="eu-west-1",
        actions_enabled=True,
        alarm_actions=(TOPIC_ARN,),
        state="OK",
        metric_name=METRIC,
        metric_namespace="CISBenchmark",
        statistic="Sum",
        period=300,
        evaluation_periods=1,
        threshold=1.0,
        comparison="GreaterThanOrEqualToThreshold",
        treat_missing_data="notBreaching",
        description=DESCRIPTION,
    )
    return replace(whole, **fields)


def subscription(endpoint: str = "security@example.com", protocol: str = "email", **fields: Any) -> Subscription:
    whole = Subscription(arn=f"{TOPIC_ARN}:0-1", protocol=protocol, endpoint=endpoint, owner=ACCOUNT.id)
    return replace(whole, **fields)


def topic(arn: str = TOPIC_ARN, **fields: Any) -> Topic:
    whole = Topic(
        arn=arn,
        name="alerts",
        account=ACCOUNT.id,
        region="eu-west-1",
        owner=ACCOUNT.id,
        policy=default_policy(arn),
        policy_text="",
        display_name="",
        key_id=None,
        key=None,
        subscriptions=(subscription(),),
    )
    return replace(whole, **fields)


def bare(**fields: Any) -> Observation:
    """An account with a trail and its log group, and nothing else."""
    whole = Observation(
        account=ACCOUNT,
        read_at=datetime(2026, 11, 23, 5, 30, tzinfo=UTC),
        trails=(TRAIL,),
        log_groups={GROUP_ARN: GROUP},
        alarms={"eu-west-1": ()},
        mute_rules={"eu-west-1": ()},
        topics={TOPIC_ARN: None},
    )
    return replace(whole, **fields)


def converged(**fields: Any) -> Observation:
    """An account that has all that `desired()` asks for."""
    filters = tuple(metric_filter(name, pattern) for name, pattern in patterns().items())
    whole = bare(
        log_groups={GROUP_ARN: replace(GROUP, filters=filters)},
        alarms={"eu-west-1": (alarm(),)},
        topics={TOPIC_ARN: topic()},
        topic_users={TOPIC_ARN: (ALARM,)},
    )
    return replace(whole, **fields)
