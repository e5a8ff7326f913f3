# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account in which a control is monitored as most often: to be judged before any other is. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from .._account.observation import (
    Account,
    BasicSelector,
    EventSelectors,
    LogGroup,
    MetricFilter,
    Observation,
    Subscription,
    Topic,
    Trail,
    TrailStatus,
    Transformation,
)
from .._controls import Control
from .alarm import PRESCRIBED

_ID: Final = "000000000000"
_REGION: Final = "us-east-1"
_NAMESPACE: Final = "CISBenchmark"
_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


def whole_account(control: Control) -> Observation:
    """Return one that has what is installed for the control, and a subscriber."""
    group, topic, alarm = _arn("logs", "log-group:trail"), _arn("sns", "topic"), _arn("cloudwatch", "alarm:alarm")
    writes = (Transformation(control.metric_name, _NAMESPACE, "1"),)
    return Observation(
        account=Account(_ID, "aws", _REGION),
        read_at=_NOW,
        trails=(
            Trail(
                arn=_arn("cloudtrail", "trail/trail"),
                name="trail",
                home_region=_REGION,
                is_multi_region=True,
                is_organization=False,
                log_group_arn=f"{group}:*",
                status=TrailStatus(is_logging=True, delivery_error=None, last_delivery=_NOW),
                selectors=EventSelectors(basic=(BasicSelector("All", includes_management_events=True),)),
            ),
        ),
        log_groups={
            group: LogGroup(
                arn=group,
                name="trail",
                account=_ID,
                region=_REGION,
                log_class="STANDARD",
                filters=tuple(MetricFilter(one.suffix, one.text, writes) for one in control.filters),
            )
        },
        alarms={
            _REGION: (
                replace(
                    PRESCRIBED,
                    arn=alarm,
                    name="alarm",
                    account=_ID,
                    region=_REGION,
                    alarm_actions=(topic,),
                    metric_name=control.metric_name,
                    metric_namespace=_NAMESPACE,
                ),
            )
        },
        topics={topic: _topic(topic)},
    )


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{_REGION}:{_ID}:{resource}"


def _topic(arn: str) -> Topic:
    """One with the policy that SNS gives a topic."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["SNS:Publish", "SNS:Subscribe"],
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": _ID}},
    }
    return Topic(
        arn=arn,
        name="topic",
        account=_ID,
        region=_REGION,
        owner=_ID,
        policy={"Version": "2008-10-17", "Statement": [statement]},
        policy_text="",
        display_name="",
        key_id=None,
        key=None,
        subscriptions=(Subscription(f"{arn}:subscription", "email", "security@example.com", _ID),),
    )
