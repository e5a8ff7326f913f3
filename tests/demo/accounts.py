# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration's accounts, each in a state that one meets in real ones."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.aws_cis.monitoring.plugins.module_utils.controls import (
    SECURITY_GROUP_CHANGES,
    prescribed_patterns,
)
from harness import Sandbox

REGION = "us-east-1"
LOG_GROUP = "aws-cloudtrail-logs"
METRIC = {"metricName": "security_group_changes_metric", "metricNamespace": "CISBenchmark", "metricValue": "1"}
MENDABLE = ("bare", "complete", "never-matches", "wrong-namespace")
SIX_EVENTS, SEVEN_EVENTS = prescribed_patterns(SECURITY_GROUP_CHANGES, ["security_hub", "cis_v7_0_0"])


@dataclass(frozen=True)
class Account:
    """An account of the demonstration."""

    name: str
    id: str
    story: str


class Builder:
    """Makes the parts of the path in one account of the sandbox."""

    def __init__(self, sandbox: Sandbox, account: str, subscriber_url: str) -> None:
        self._sandbox = sandbox
        self._account = account
        self._subscriber_url = subscriber_url

    def _client(self, service: str) -> Any:
        return self._sandbox.client(service, self._account, REGION)

    def trail(self, multi_region: bool = True, logging: bool = True) -> None:
        """Make a trail that writes to the log group."""
        self._client("logs").create_log_group(logGroupName=LOG_GROUP)
        trail = self._client("cloudtrail")
        trail.create_trail(
            Name="management-events",
            S3BucketName="trail-bucket",
            IsMultiRegionTrail=multi_region,
            CloudWatchLogsLogGroupArn=f"arn:aws:logs:{REGION}:{self._account}:log-group:{LOG_GROUP}:*",
            CloudWatchLogsRoleArn=f"arn:aws:iam::{self._account}:role/trail-to-logs",
        )
        if logging:
            trail.start_logging(Name="management-events")

    def metric_filter(self, name: str, pattern: str) -> None:
        """Put a metric filter on the log group."""
        self._client("logs").put_metric_filter(
            logGroupName=LOG_GROUP, filterName=name, filterPattern=pattern, metricTransformations=[METRIC]
        )

    def topic(self) -> str:
        """Make the topic with a subscriber who confirms, and return its ARN."""
        sns = self._client("sns")
        arn: str = sns.create_topic(Name="security_group_changes_topic")["TopicArn"]
        sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=self._subscriber_url)
        return arn

    def alarm(self, topic_arn: str, namespace: str = METRIC["metricNamespace"]) -> None:
        """Put the prescribed alarm, on the metric of the namespace given."""
        self._client("cloudwatch").put_metric_alarm(
            AlarmName="security_group_changes_alarm",
            Namespace=namespace,
            MetricName=METRIC["metricName"],
            Statistic="Sum",
            Period=300,
            Threshold=1,
            EvaluationPeriods=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="notBreaching",
            AlarmActions=[topic_arn],
        )


def _bare(account: Builder) -> None:
    account.trail()


def _complete(account: Builder) -> None:
    account.trail()
    account.metric_filter("security_group_changes_metric", SIX_EVENTS)
    account.metric_filter("security_group_changes_metric_cis_v5", SEVEN_EVENTS)
    account.alarm(account.topic())


def _never_matches(account: Builder) -> None:
    account.trail()
    account.metric_filter("security_group_changes_metric", SIX_EVENTS.replace("||", "&&"))
    account.alarm(account.topic())


def _wrong_namespace(account: Builder) -> None:
    account.trail()
    account.metric_filter("security_group_changes_metric", SIX_EVENTS)
    account.alarm(account.topic(), namespace="CISBenchmarks")


def _no_trail(account: Builder) -> None:
    account.trail(multi_region=False, logging=False)


_STATES: dict[str, tuple[Callable[[Builder], None], str]] = {
    "bare": (_bare, "a trail with its log group, and nothing else"),
    "complete": (_complete, "everything that the benchmark asks for"),
    "never-matches": (_never_matches, "all in place, but the six events are joined with &&"),
    "wrong-namespace": (_wrong_namespace, "all in place, but the alarm watches a misspelt namespace"),
    "no-trail": (_no_trail, "a trail of one region that is not logging"),
}


def build(sandbox: Sandbox, subscriber_url: str) -> list[Account]:
    """Make the accounts in the sandbox, the subscriber confirming where it was subscribed."""
    fleet = []
    for name, (make, story) in _STATES.items():
        account = Account(name, sandbox.new_account(), story)
        make(Builder(sandbox, account.id, subscriber_url))
        fleet.append(account)
    return fleet


def write_inventory(path: Path, fleet: list[Account], subscriber_url: str) -> Path:
    """Write the inventory a user would write; in the sandbox a 12-digit access key is the account."""
    hosts = {account.name: {"aws_access_key": account.id, "aws_secret_key": "sandbox"} for account in fleet}
    subscriptions = [{"protocol": "http", "endpoint": subscriber_url}]
    inventory = {
        "all": {"hosts": hosts, "vars": {"aws_region": REGION, "cis_sg_monitoring_subscriptions": subscriptions}}
    }
    path.write_text(yaml.safe_dump(inventory, sort_keys=False))
    return path


def put_record(sandbox: Sandbox, account: Account, event_name: str) -> None:
    """Put a CloudTrail record into the account's log group, as CloudTrail delivers it."""
    logs = sandbox.client("logs", account.id, REGION)
    stream = f"{account.id}_CloudTrail_{REGION}"
    if not logs.describe_log_streams(logGroupName=LOG_GROUP, logStreamNamePrefix=stream)["logStreams"]:
        logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName=stream)
    record = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "userName": "alice", "accountId": account.id},
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "eventSource": "ec2.amazonaws.com",
        "eventName": event_name,
        "awsRegion": REGION,
        "sourceIPAddress": "203.0.113.7",
        "requestParameters": {"groupId": "sg-0123456789abcdef0"},
        "eventType": "AwsApiCall",
        "recipientAccountId": account.id,
    }
    message = {"timestamp": int(time.time() * 1000), "message": json.dumps(record)}
    logs.put_log_events(logGroupName=LOG_GROUP, logStreamName=stream, logEvents=[message])


def let_alarm_return(sandbox: Sandbox) -> None:
    """Let the five minutes of the alarm's period pass, so that the next record is a transition again."""
    sandbox.tick(seconds=600)
