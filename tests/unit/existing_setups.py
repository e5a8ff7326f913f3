# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts as widespread tools leave them: their published names, patterns and settings, one file for each tool.

A file names its source. Its paths are metric filters with the metric and the alarm that each has, in the arguments of
PutMetricFilter and PutMetricAlarm, so that the same data makes an observation and an account of the sandbox. Names that
a tool leaves to its user are those of its own example, and where it has none, those that a new trail gets.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Account,
    BasicSelector,
    EventSelectors,
    Key,
    LogGroup,
    Observation,
    Subscription,
    Topic,
    Trail,
    TrailStatus,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.alarms import to_alarm
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.log_groups import as_metric_filter

from .accounts_to_plan import ACCOUNT, OTHER_ACCOUNT, TOPIC_ARN, bare, default_policy

FOLDER = Path(__file__).with_suffix("")
BENCHMARKS = ("cis_v1_4_0", "cis_v7_0_0")
NAMES = (
    "terraform_aws_modules",
    "nozaq_secure_baseline",
    "cloudposse",
    "automated_security_response",
    "landing_zone_accelerator",
    "cis_quick_start",
    "control_tower_management",
    "control_tower_member",
)


@dataclass(frozen=True)
class Setup:
    """What a tool leaves in an account, what the audit reports of it, and what remediate adds.

    `audit` counts, for each benchmark, the controls by the code that decides, OK for one that is compliant.
    `audit_with_subscriber` does where the topic has a confirmed subscriber. `adds` counts what the playbook remediate
    adds with its defaults, `adds_for_cis_v7_0_0` where no other benchmark is named.
    """

    title: str
    leaves: str  # a sentence or two for the page
    reasons: tuple[str, ...]  # paragraphs for the page
    source: str  # where it was published
    trail: str
    log_group: str
    paths: tuple[Mapping[str, Any], ...]  # filter, pattern, metric and alarm, with the settings of this alarm
    metric: Mapping[str, Any]  # what all filters write
    alarm: Mapping[str, Any]  # the settings of all alarms
    audit: Mapping[str, Mapping[str, int]]
    audit_with_subscriber: Mapping[str, Mapping[str, int]]
    adds: Mapping[str, int]
    adds_for_cis_v7_0_0: Mapping[str, int]
    topic: Mapping[str, Any] | None = None
    organization: str = ""  # management or member, where the trail is the organization's

    @classmethod
    def named(cls, name: str) -> Setup:
        """Return the one of this file name."""
        return cls(**json.loads((FOLDER / f"{name}.json").read_text()))

    def filters(self) -> Iterator[dict[str, Any]]:
        """Yield the arguments of PutMetricFilter, except for the log group."""
        for path in self.paths:
            transformation = {"metricName": path["metric"], **self.metric}
            yield {
                "filterName": path["filter"],
                "filterPattern": path["pattern"],
                "metricTransformations": [transformation],
            }

    def alarms(self, topic_arn: str) -> Iterator[dict[str, Any]]:
        """Yield the arguments of PutMetricAlarm."""
        for path in self.paths:
            yield {
                "AlarmName": path["alarm"],
                "Namespace": self.metric["metricNamespace"],
                "MetricName": path["metric"],
                **self.alarm,
                **path.get("settings", {}),
                "AlarmActions": [topic_arn],
            }

    def topic_policy(self, arn: str, account: str) -> dict[str, Any] | None:
        """Return the topic's policy, None if it is the one that SNS gives a topic."""
        publisher = self.topic and self.topic["publisher"]
        if not publisher:
            return None
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": arn,
        }
        if publisher == "alarms of the account":
            region = arn.split(":")[3]
            alarms = f"arn:aws:cloudwatch:{region}:{account}:alarm:*"
            statement = {**statement, "Condition": {"ArnLike": {"AWS:SourceArn": alarms}}}
        return {"Version": "2012-10-17", "Statement": [statement]}

    def subscribers(self, account: str, region: str) -> Iterator[tuple[str, str]]:
        """Yield protocol and endpoint of each."""
        for one in self.topic["subscribers"] if self.topic else ():
            yield one["protocol"], one["endpoint"].replace("ACCOUNT", account).replace("REGION", region)


def deciding_codes(controls: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Count the controls of an audit by the code that decides."""
    return Counter(
        next((link["code"] for link in one["links"] if link["status"] not in ("pass", "warn")), "OK")
        for one in controls
    )


def key_policy(account: str) -> dict[str, Any]:
    """Return the policy of a key that the account administers and CloudWatch may use."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": "*",
            },
        ],
    }


def observed(setup: Setup) -> Observation:
    """Return the account as it is read."""
    owner = OTHER_ACCOUNT if setup.organization == "member" else ACCOUNT.id
    group_arn = f"arn:aws:logs:{ACCOUNT.region}:{owner}:log-group:{setup.log_group}"
    empty = bare()
    trail = Trail(
        arn=f"arn:aws:cloudtrail:{ACCOUNT.region}:{owner}:trail/{setup.trail}",
        name=setup.trail,
        home_region=ACCOUNT.region,
        is_multi_region=True,
        is_organization=bool(setup.organization),
        log_group_arn=f"{group_arn}:*",
        status=TrailStatus(is_logging=True, delivery_error=None, last_delivery=empty.read_at),
        selectors=EventSelectors(basic=(BasicSelector("All", includes_management_events=True),)),
    )
    filters = tuple(map(as_metric_filter, setup.filters()))
    group = LogGroup(group_arn, setup.log_group, ACCOUNT.id, ACCOUNT.region, "STANDARD", filters)
    topic = _topic(setup, ACCOUNT)
    prefix = f"arn:aws:cloudwatch:{ACCOUNT.region}:{ACCOUNT.id}:alarm:"
    described = [{**one, "AlarmArn": prefix + one["AlarmName"]} for one in setup.alarms(topic.arn if topic else "")]
    return bare(
        trails=(trail,),
        log_groups={} if setup.organization == "member" else {group_arn: group},
        alarms={ACCOUNT.region: tuple(map(to_alarm, described))},
        topics={TOPIC_ARN: None, **({topic.arn: topic} if topic else {})},
    )


def _topic(setup: Setup, account: Account) -> Topic | None:
    if setup.topic is None:
        return None
    arn = f"arn:aws:sns:{account.region}:{account.id}:{setup.topic['name']}"
    key_arn = f"arn:aws:kms:{account.region}:{account.id}:key/1234"
    key = Key("1234", key_arn, "CUSTOMER", "Enabled", key_policy(account.id)) if setup.topic["encrypted"] else None
    subscriptions = tuple(
        Subscription(f"{arn}:theirs-{number}", protocol, endpoint, account.id)
        for number, (protocol, endpoint) in enumerate(setup.subscribers(account.id, account.region))
    )
    return Topic(
        arn=arn,
        name=setup.topic["name"],
        account=account.id,
        region=account.region,
        owner=account.id,
        policy=setup.topic_policy(arn, account.id) or default_policy(arn),
        policy_text="",
        display_name="",
        key_id=key and key.arn,
        key=key,
        subscriptions=subscriptions,
    )
