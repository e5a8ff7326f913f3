# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes accounts in an emulator, part by part of the path from trail to subscriber."""

from __future__ import annotations

import json
import time
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    CONTROLS,
    SECURITY_GROUP_CHANGES,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.description import alarm_description
from harness import REGION

LOG_GROUP = "aws-cloudtrail-logs"
METRIC = {"metricName": "security_group_changes_metric", "metricNamespace": "CISBenchmark", "metricValue": "1"}
SIX_EVENTS, SEVEN_EVENTS = (one.text for one in SECURITY_GROUP_CHANGES.filters)
FILTERS = {"security_group_changes_metric": SIX_EVENTS, "security_group_changes_metric_cis_v5": SEVEN_EVENTS}
TOPIC = "security_group_changes_topic"
ALARM = "security_group_changes_alarm"


class Builder:
    """Makes the parts of the path in one account of an emulator."""

    def __init__(self, emulator: Any, account: str, subscriber_url: str = "http://127.0.0.1:9/nobody") -> None:
        self._emulator = emulator
        self.account = account
        self._subscriber_url = subscriber_url

    def client(self, service: str) -> Any:
        """Return a client that acts in the account."""
        return self._emulator.client(service, self.account, REGION)

    def trail(self, multi_region: bool = True, logging: bool = True) -> None:
        """Make a trail that writes to the log group."""
        self.client("logs").create_log_group(logGroupName=LOG_GROUP)
        trail = self.client("cloudtrail")
        trail.create_trail(
            Name="management-events",
            S3BucketName="trail-bucket",
            IsMultiRegionTrail=multi_region,
            CloudWatchLogsLogGroupArn=f"arn:aws:logs:{REGION}:{self.account}:log-group:{LOG_GROUP}:*",
            CloudWatchLogsRoleArn=f"arn:aws:iam::{self.account}:role/trail-to-logs",
        )
        if logging:
            trail.start_logging(Name="management-events")

    def metric_filter(self, name: str, pattern: str) -> None:
        """Put a metric filter on the log group."""
        self.client("logs").put_metric_filter(
            logGroupName=LOG_GROUP, filterName=name, filterPattern=pattern, metricTransformations=[METRIC]
        )

    def topic(self) -> str:
        """Make the topic with a subscriber who confirms, and return its ARN."""
        sns = self.client("sns")
        arn: str = sns.create_topic(Name=TOPIC)["TopicArn"]
        sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=self._subscriber_url)
        return arn

    def alarm(
        self,
        topic_arn: str,
        namespace: str = METRIC["metricNamespace"],
        metric_name: str = METRIC["metricName"],
        name: str = ALARM,
    ) -> None:
        """Put the prescribed alarm, on the metric given."""
        self.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            AlarmDescription=alarm_description(
                SECURITY_GROUP_CHANGES, self.account, "aws", REGION, LOG_GROUP, SEVEN_EVENTS
            ),
            Namespace=namespace,
            MetricName=metric_name,
            Statistic="Sum",
            Period=300,
            Threshold=1,
            EvaluationPeriods=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="notBreaching",
            AlarmActions=[topic_arn],
        )

    def every_control(self) -> None:
        """Put what is installed for each control by default, with an alarm each and a queue as subscriber."""
        arn = self._topic_with_a_queue()
        for control in CONTROLS.values():
            metric = {**METRIC, "metricName": control.metric_name}
            for one in control.filters_for(["security_hub", "cis_v7_0_0"]):
                self.client("logs").put_metric_filter(
                    logGroupName=LOG_GROUP,
                    filterName=control.metric_name + one.suffix,
                    filterPattern=one.text,
                    metricTransformations=[metric],
                )
            self.alarm(arn, metric_name=control.metric_name, name=control.alarm_name)

    def _topic_with_a_queue(self) -> str:
        arn: str = self.client("sns").create_topic(Name=TOPIC)["TopicArn"]
        url = self.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
        inbox = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        self.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=inbox["QueueArn"])
        return arn

    def whole(self) -> None:
        """Make the whole path as the role does, with a queue as subscriber."""
        self.trail()
        for name, pattern in FILTERS.items():
            self.metric_filter(name, pattern)
        self.alarm(self._topic_with_a_queue())
        self.client("cloudwatch").set_alarm_state(AlarmName=ALARM, StateValue="OK", StateReason="quiet")


def organization_trail(emulator: Any, account: str, to: str, log_group: str = LOG_GROUP) -> None:
    """Make a trail in the account that delivers to the log group of another one."""
    trail = emulator.client("cloudtrail", account)
    trail.create_trail(
        Name="organization-events",
        S3BucketName="trail-bucket",
        IsMultiRegionTrail=True,
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:{REGION}:{to}:log-group:{log_group}:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{to}:role/trail-to-logs",
    )
    trail.start_logging(Name="organization-events")


def put_record(
    emulator: Any,
    account: str,
    event_name: str,
    log_group: str = LOG_GROUP,
    of: str = "",
    by: dict[str, Any] | None = None,
) -> None:
    """Put a CloudTrail record into a log group of the account as CloudTrail delivers it.

    `of` a member account and `by` another identity than a user's, if given.
    """
    logs = emulator.client("logs", account, REGION)
    stream = f"{account}_CloudTrail_{REGION}"
    if not logs.describe_log_streams(logGroupName=log_group, logStreamNamePrefix=stream)["logStreams"]:
        logs.create_log_stream(logGroupName=log_group, logStreamName=stream)
    record = {
        "eventVersion": "1.11",
        "userIdentity": by or {"type": "IAMUser", "userName": "alice", "accountId": account},
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "eventSource": "ec2.amazonaws.com",
        "eventName": event_name,
        "awsRegion": REGION,
        "sourceIPAddress": "203.0.113.7",
        "requestParameters": {"groupId": "sg-0123456789abcdef0"},
        "eventType": "AwsApiCall",
        "recipientAccountId": of or account,
    }
    message = {"timestamp": int(time.time() * 1000), "message": json.dumps(record)}
    logs.put_log_events(logGroupName=log_group, logStreamName=stream, logEvents=[message])
