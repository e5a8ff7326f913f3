# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each correction of the sandbox: what AWS does holds with it, and does not hold without it.

The checks name the AWS document that says so. A check that held without its correction would mean that the emulator has
caught up, and that the correction can go.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from account_builder import ALARM, LOG_GROUP, METRIC, SIX_EVENTS, Builder, put_record
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.log_query import log_query
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import parse
from botocore.exceptions import ClientError, SSLError
from harness import REGION, Sandbox, later
from log_alarm_checks import LINES, documented_role, log_alarm, log_alarm_evaluation, log_alarms, queue_of_topic

Check = Callable[[Sandbox, Builder], None]


def rejected(builder: Builder, **changes: Any) -> str:
    """Return the code with which PutMetricFilter rejects a request, or '' if it takes it."""
    request: dict[str, Any] = {
        "logGroupName": LOG_GROUP,
        "filterName": "sg",
        "filterPattern": SIX_EVENTS,
        "metricTransformations": [METRIC],
        **changes,
    }
    try:
        builder.client("logs").put_metric_filter(**request)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def queue_that_is_told(sandbox: Sandbox, builder: Builder) -> Callable[[], list[dict[str, Any]]]:
    """Set up the path to an SQS queue and return a function that takes what arrived there."""
    builder.metric_filter("sg", SIX_EVENTS)
    sqs = builder.client("sqs")
    url = sqs.create_queue(QueueName="told")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = builder.client("sns").create_topic(Name="security_group_changes_topic")["TopicArn"]
    builder.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    builder.alarm(topic)

    def take() -> list[dict[str, Any]]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in messages]

    return take


def state(builder: Builder) -> str:
    [alarm] = builder.client("cloudwatch").describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    return str(alarm["StateValue"])


def history(builder: Builder) -> list[dict[str, Any]]:
    items = builder.client("cloudwatch").describe_alarm_history(AlarmName=ALARM, HistoryItemType="Action")
    return [json.loads(item["HistoryData"]) for item in items["AlarmHistoryItems"]]


def alarm_messages(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch User Guide, 'Notifying users on alarm changes': AlarmArn, and the form of StateChangeTime."""
    take = queue_that_is_told(sandbox, builder)
    builder.client("cloudwatch").set_alarm_state(AlarmName=ALARM, StateValue="ALARM", StateReason="test")
    [message] = take()
    assert message["AlarmArn"] == f"arn:aws:cloudwatch:{REGION}:{builder.account}:alarm:{ALARM}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", message["StateChangeTime"])


def trail_log_group(sandbox: Sandbox, builder: Builder) -> None:
    """CloudTrail API Reference, CreateTrail: the log group and the role are kept and answered."""
    [trail] = builder.client("cloudtrail").describe_trails()["trailList"]
    assert trail["CloudWatchLogsLogGroupArn"].endswith(f":log-group:{LOG_GROUP}:*")
    assert trail["CloudWatchLogsRoleArn"].endswith(":role/trail-to-logs")


def trail_tags(sandbox: Sandbox, builder: Builder) -> None:
    """CloudTrail API Reference, CreateTrail: TagsList."""
    cloudtrail = builder.client("cloudtrail")
    tag = {"Key": "team", "Value": "security"}
    arn = cloudtrail.create_trail(Name="tagged", S3BucketName="trail-bucket", TagsList=[tag])["TrailARN"]
    assert cloudtrail.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"] == [tag]


def trail_delivery(sandbox: Sandbox, builder: Builder) -> None:
    """CloudTrail API Reference, GetTrailStatus: LatestCloudWatchLogsDeliveryTime."""
    status = builder.client("cloudtrail").get_trail_status(Name="management-events")
    assert abs(status["LatestCloudWatchLogsDeliveryTime"].timestamp() - time.time()) < 24 * 3600


def trail_records(sandbox: Sandbox, builder: Builder) -> None:
    """CloudTrail User Guide, 'Sending events to CloudWatch Logs': calls of any region, denied ones too."""
    ec2 = sandbox.client("ec2", builder.account, "eu-west-1")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="Web servers", VpcId=vpc)["GroupId"]
    ec2.delete_security_group(GroupId=group)
    with pytest.raises(ClientError):
        ec2.delete_security_group(GroupId=group)
    events = builder.client("logs").filter_log_events(logGroupName=LOG_GROUP)["events"]
    records = [json.loads(event["message"]) for event in events]
    assert [record["eventName"] for record in records] == [
        "CreateSecurityGroup",
        "DeleteSecurityGroup",
        "DeleteSecurityGroup",
    ]
    assert records[0]["responseElements"]["groupId"] == records[1]["requestParameters"]["groupId"] == group
    assert [record.get("errorCode") for record in records] == [None, None, "Client.InvalidGroup.NotFound"]
    assert {record["awsRegion"] for record in records} == {"eu-west-1"}


def log_events(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch Logs User Guide, 'Creating metrics from log events using filters'."""
    take = queue_that_is_told(sandbox, builder)
    put_record(sandbox, builder.account, "DescribeSecurityGroups")
    assert take() == []
    put_record(sandbox, builder.account, "CreateSecurityGroup")
    [message] = take()
    assert (message["AlarmName"], message["NewStateValue"]) == (ALARM, "ALARM")


def log_events_filtered(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch Logs API Reference, FilterLogEvents: filterPattern."""
    for event_name in ("CreateSecurityGroup", "DeleteSecurityGroup"):
        put_record(sandbox, builder.account, event_name)
    pattern = "{ $.eventName = DeleteSecurityGroup }"
    [event] = builder.client("logs").filter_log_events(logGroupName=LOG_GROUP, filterPattern=pattern)["events"]
    assert json.loads(event["message"])["eventName"] == "DeleteSecurityGroup"


def log_event_pages(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch Logs API Reference, FilterLogEvents: nextToken, and `limit`."""
    logs = builder.client("logs")
    logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName="many")
    now = int(time.time() * 1000)
    events = [{"timestamp": now + number, "message": json.dumps({"number": number})} for number in range(450)]
    logs.put_log_events(logGroupName=LOG_GROUP, logStreamName="many", logEvents=events)
    asked = {"logGroupName": LOG_GROUP, "filterPattern": "{ $.number > 440 }"}
    pages = list(logs.get_paginator("filter_log_events").paginate(**asked))
    assert [len(page["events"]) for page in pages] == [0, 0, 9], "an empty page is not the end"
    pages = list(logs.get_paginator("filter_log_events").paginate(**asked, PaginationConfig={"PageSize": 4}))
    assert [event["message"] for page in pages for event in page["events"]] == [one["message"] for one in events[441:]]
    assert max(len(page["events"]) for page in pages) == 4


def alarm_evaluation(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch User Guide, 'Alarm evaluation': an alarm returns when its period has passed, and fires again."""
    take = queue_that_is_told(sandbox, builder)
    for _round in range(2):
        put_record(sandbox, builder.account, "CreateSecurityGroup")
        assert state(builder) == "ALARM"
        sandbox.tick(seconds=301)
        assert state(builder) == "OK"
    assert [message["NewStateValue"] for message in take()] == ["ALARM", "ALARM"]


def alarm_history(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch API Reference, DescribeAlarmHistory: what an alarm looked at, unless its state was set by hand."""
    queue_that_is_told(sandbox, builder)
    put_record(sandbox, builder.account, "CreateSecurityGroup")
    client = builder.client("cloudwatch")
    client.set_alarm_state(AlarmName=ALARM, StateValue="OK", StateReason="quiet")
    items = client.describe_alarm_history(AlarmName=ALARM, HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    new = [json.loads(item["HistoryData"])["newState"] for item in items]
    assert [one["stateValue"] for one in new][:2] == ["OK", "ALARM"]
    assert "stateReasonData" not in new[0]
    looked = new[1]["stateReasonData"]
    begins = datetime.strptime(looked["startDate"], "%Y-%m-%dT%H:%M:%S.%f%z")
    assert (looked["period"], begins.second) == (300, 0)
    assert 238 <= (items[1]["Timestamp"] - begins).total_seconds() <= 300


def alarm_actions(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch API Reference, DescribeAlarmHistory; SNS Developer Guide, 'Configuring encryption'."""
    take = queue_that_is_told(sandbox, builder)
    put_record(sandbox, builder.account, "CreateSecurityGroup")
    assert [item["actionState"] for item in history(builder)] == ["Succeeded"]
    topic = history(builder)[0]["notificationResource"]
    assert len(take()) == 1
    sandbox.tick(seconds=301)
    builder.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns"
    )
    put_record(sandbox, builder.account, "CreateSecurityGroup")
    assert take() == []
    assert history(builder)[0]["actionState"] == "Failed"


def mute_rules(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch API Reference, PutAlarmMuteRule: a muted alarm changes its state and tells nobody."""
    take = queue_that_is_told(sandbox, builder)
    rule = {"Schedule": {"Expression": "cron(0 0 * * *)", "Duration": "PT24H"}}
    client = builder.client("cloudwatch")
    client.put_alarm_mute_rule(Name="quiet", Rule=rule, MuteTargets={"AlarmNames": [ALARM]})
    [summary] = client.list_alarm_mute_rules(AlarmName=ALARM)["AlarmMuteRuleSummaries"]
    assert summary["Status"] == "ACTIVE"
    assert client.get_alarm_mute_rule(AlarmMuteRuleName="quiet")["MuteTargets"]["AlarmNames"] == [ALARM]
    put_record(sandbox, builder.account, "CreateSecurityGroup")
    assert (state(builder), take()) == ("ALARM", [])


PIPELINE = """
pipeline:
  source:
    cloudwatch_logs:
      log_event_metadata:
        data_source_name: "aws_cloudtrail"
        data_source_type: "management"
  processor:
    - ocsf:
        version: "1.5"
  sink:
    - cloudwatch_logs:
        log_group: "@original"
"""


def pipelines(_sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch Observability Admin API Reference, ListTelemetryPipelines: what a pipeline's configuration names."""
    client = builder.client("observabilityadmin")
    assert client.list_telemetry_pipelines()["PipelineSummaries"] == []
    client.create_telemetry_pipeline(Name="trails", Configuration={"Body": PIPELINE})
    [summary] = client.list_telemetry_pipelines()["PipelineSummaries"]
    assert (summary["Name"], summary["Status"]) == ("trails", "ACTIVE")
    named = summary["ConfigurationSummary"]
    assert (named["DataSources"], named["Processors"]) == ([{"Name": "aws_cloudtrail"}], ["ocsf"])


def put_metric_filter(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch Logs API Reference, PutMetricFilter and MetricTransformation; 'CloudWatch Logs quotas'."""
    invalid = "InvalidParameterException"
    builder.client("logs").create_log_group(logGroupName="rare", logGroupClass="INFREQUENT_ACCESS")
    four = {letter: f"$.{letter}" for letter in "abcd"}
    assert rejected(builder, logGroupName="missing") == "ResourceNotFoundException"
    assert rejected(builder, logGroupName="rare") == invalid
    assert rejected(builder, filterPattern="{ $.eventName = }") == invalid
    assert rejected(builder, filterPattern="x" * 1025) == invalid
    assert rejected(builder, filterName="a:b") == invalid
    assert rejected(builder, filterName="a*") == invalid
    assert rejected(builder, metricTransformations=[METRIC, METRIC]) == invalid
    assert rejected(builder, metricTransformations=[{**METRIC, "metricNamespace": "a*b"}]) == invalid
    assert rejected(builder, metricTransformations=[{**METRIC, "dimensions": four}]) == invalid
    both = {**METRIC, "defaultValue": 0, "dimensions": {"a": "$.a"}}
    assert rejected(builder, metricTransformations=[both]) == invalid
    assert rejected(builder, applyOnTransformedLogs=True, emitSystemFieldDimensions=["@aws.region"]) == ""
    [found] = builder.client("logs").describe_metric_filters(logGroupName=LOG_GROUP)["metricFilters"]
    assert (found["applyOnTransformedLogs"], found["emitSystemFieldDimensions"]) == (True, ["@aws.region"])
    assert [rejected(builder, filterName=f"f{number}") for number in range(99)] == [""] * 99
    assert rejected(builder, filterName="one-too-many") == "LimitExceededException"
    assert rejected(builder, filterName="f1") == "", "one that exists can still be changed"


def describe_metric_filters(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch Logs API Reference, DescribeMetricFilters: results can be limited by group and by metric."""
    builder.metric_filter("sg", SIX_EVENTS)
    other = {**METRIC, "metricName": "other"}
    rejected(builder, filterName="other", metricTransformations=[other])
    found = builder.client("logs").describe_metric_filters(
        logGroupName=LOG_GROUP, metricName="other", metricNamespace=METRIC["metricNamespace"]
    )
    assert [one["filterName"] for one in found["metricFilters"]] == ["other"]


def test_metric_filter(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch Logs API Reference, TestMetricFilter."""
    messages = ['{"eventName": "CreateSecurityGroup"}', '{"eventName": "DescribeSecurityGroups"}']
    answer = builder.client("logs").test_metric_filter(filterPattern=SIX_EVENTS, logEventMessages=messages)
    assert [match["eventNumber"] for match in answer["matches"]] == [1]


test_metric_filter.__test__ = False  # type: ignore[attr-defined]  # a check, though AWS's name for it begins like a test


def email_confirmation(sandbox: Sandbox, builder: Builder) -> None:
    """SNS Developer Guide, 'Subscribing an email address': pending until its owner confirms."""
    sns = builder.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    answer = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    assert answer["SubscriptionArn"] == "pending confirmation"
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsPending"] == "1"
    sandbox.confirm(topic, "a@example.com")
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"] == "1"


def subscription_expiry(sandbox: Sandbox, builder: Builder) -> None:
    """SNS, What's New of 2023-05-10: who has not confirmed within 48 hours is no longer subscribed."""
    sns = builder.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    asked = {"a@example.com": "email", "b@example.com": "email", "http://127.0.0.1:9/c": "http"}
    for endpoint, protocol in asked.items():
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)
    sandbox.confirm(topic, "b@example.com")

    def listed() -> list[str]:
        return [one["Endpoint"] for one in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]]

    with later(sandbox, hours=47):
        assert listed() == list(asked)
    with later(sandbox, hours=49):
        assert listed() == ["b@example.com"]


def subscription_pending(sandbox: Sandbox, builder: Builder) -> None:
    """SNS API Reference, ListSubscriptionsByTopic: PendingConfirmation in the place of the ARN."""
    sns = builder.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    for protocol, endpoint in (("http", "http://127.0.0.1:9/x"), ("sms", "+14255550100")):
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)

    def listed() -> dict[str, str]:
        found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return {one["Protocol"]: one["SubscriptionArn"] for one in found}

    assert listed()["http"] == "PendingConfirmation"
    assert listed()["sms"].startswith(topic)
    sandbox.confirm(topic, "http://127.0.0.1:9/x")
    assert listed()["http"].startswith(topic)


def subscription_paging(sandbox: Sandbox, builder: Builder) -> None:
    """SNS API Reference, ListSubscriptionsByTopic: a limited list, up to 100, and a token."""
    sns = builder.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    for number in range(101):
        sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=f"+1425555{number:04}")
    pages = list(sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic))
    assert [len(page["Subscriptions"]) for page in pages] == [100, 1]


def alarm_metrics(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch API Reference, PutMetricAlarm: Statistic, ExtendedStatistic or Metrics, whichever was given."""
    take = queue_that_is_told(sandbox, builder)
    client = builder.client("cloudwatch")
    [alarm] = client.describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    kept = ("AlarmName", "Threshold", "EvaluationPeriods", "ComparisonOperator", "AlarmActions", "TreatMissingData")
    settings = {name: alarm[name] for name in kept}
    one = {"Namespace": METRIC["metricNamespace"], "MetricName": METRIC["metricName"]}
    client.put_metric_alarm(
        **settings, **one, Period=300, ExtendedStatistic="p99", EvaluateLowSampleCountPercentile="ignore"
    )
    [alarm] = client.describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    assert (alarm["ExtendedStatistic"], alarm["EvaluateLowSampleCountPercentile"]) == ("p99", "ignore")
    assert "Statistic" not in alarm
    metrics = [{"Id": "m1", "MetricStat": {"Metric": one, "Period": 300, "Stat": "Sum"}, "ReturnData": True}]
    client.put_metric_alarm(**settings, Metrics=metrics)
    [alarm] = client.describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    assert alarm["Metrics"] == metrics
    assert not {"MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period"} & alarm.keys()
    put_record(sandbox, builder.account, "CreateSecurityGroup")
    assert [message["NewStateValue"] for message in take()] == ["ALARM"]


def code_of(call: Callable[..., Any], **request: Any) -> str:
    """Return the code of the error that a call ends with, or '' if it does not."""
    try:
        call(**request)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def topic_names(sandbox: Sandbox, builder: Builder) -> None:
    """SNS API Reference, CreateTopic: Name, and FifoTopic."""
    create = builder.client("sns").create_topic
    for name in ("my topic", "a.b", "a" * 257, "alerts.fifo"):
        assert code_of(create, Name=name) == "InvalidParameter", name
    assert code_of(create, Name="alerts", Attributes={"FifoTopic": "true"}) == "InvalidParameter"
    assert code_of(create, Name="alerts.fifo", Attributes={"FifoTopic": "true"}) == ""
    assert code_of(create, Name="Alerts_of-2026") == ""


def topic_firehose_role(sandbox: Sandbox, builder: Builder) -> None:
    """SNS API Reference, Subscribe: SubscriptionRoleArn is required for a Firehose delivery stream."""
    sns = builder.client("sns")
    stream = f"arn:aws:firehose:{REGION}:{builder.account}:deliverystream/x"
    request = {"TopicArn": sns.create_topic(Name="t")["TopicArn"], "Protocol": "firehose", "Endpoint": stream}
    assert code_of(sns.subscribe, **request) == "InvalidParameter"
    role = {"SubscriptionRoleArn": f"arn:aws:iam::{builder.account}:role/x"}
    assert code_of(sns.subscribe, **request, Attributes=role) == ""


def topic_delivery_policy(sandbox: Sandbox, builder: Builder) -> None:
    """SNS Developer Guide, 'Amazon SNS message delivery retries': the defaults, and what is said otherwise."""
    sns = builder.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]

    def effective() -> tuple[int, int]:
        text = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["EffectiveDeliveryPolicy"]
        policy = json.loads(text)["http"]["defaultHealthyRetryPolicy"]
        return policy["minDelayTarget"], policy["numRetries"]

    assert effective() == (20, 3)
    for asked, then in (({"numRetries": "6"}, (20, 6)), ({"minDelayTarget": 10}, (10, 3))):
        policy = json.dumps({"http": {"defaultHealthyRetryPolicy": asked}})
        sns.set_topic_attributes(TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue=policy)
        assert effective() == then


def topic_of_another_account(sandbox: Sandbox, builder: Builder) -> None:
    """SNS Developer Guide, 'Example cases for Amazon SNS access control': another account needs the policy's leave."""
    topic = builder.client("sns").create_topic(Name="t")["TopicArn"]
    other = sandbox.new_account()
    sns = sandbox.client("sns", other, REGION)
    assert code_of(sns.get_topic_attributes, TopicArn=topic) == "AuthorizationError"
    assert code_of(sns.list_subscriptions_by_topic, TopicArn=topic) == "AuthorizationError"
    assert code_of(sns.subscribe, TopicArn=topic, Protocol="sms", Endpoint="+14255550100") == "AuthorizationError"
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{other}:root"},
        "Action": "sns:GetTopicAttributes",
        "Resource": topic,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    builder.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    assert code_of(sns.get_topic_attributes, TopicArn=topic) == ""
    assert code_of(sns.list_subscriptions_by_topic, TopicArn=topic) == "AuthorizationError"


def subscribed(builder: Builder, *endpoints: str, protocol: str = "sms") -> tuple[str, Callable[[], dict[str, str]]]:
    """Make a topic with subscribers; return its ARN, and a function that lists the subscriptions' ARNs by endpoint."""
    sns = builder.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    for endpoint in endpoints:
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)

    def listed() -> dict[str, str]:
        found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return {one["Endpoint"]: one["SubscriptionArn"] for one in found}

    return topic, listed


def subscription_deleted(sandbox: Sandbox, builder: Builder) -> None:
    """AWS Knowledge Center, 'How do I recreate a "Deleted" Amazon SNS topic subscription': listed for 72 hours."""
    gone, removed = "+14255550100", "+14255550101"
    topic, listed = subscribed(builder, gone, removed)
    sns = builder.client("sns")
    sns.unsubscribe(SubscriptionArn=listed()[removed])
    sandbox.unsubscribe(topic, gone)
    assert listed() == {gone: "Deleted"}
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsDeleted"] == "1"
    assert code_of(sns.unsubscribe, SubscriptionArn="Deleted") == "InvalidParameter"
    with later(sandbox, hours=73):
        assert listed() == {}
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=gone)
    assert listed()[gone].startswith(topic)


def subscription_late(sandbox: Sandbox, builder: Builder) -> None:
    """amazon.aws and Terraform's provider read again: a list does not have at once what was just subscribed."""
    sandbox.list_late(builder.account, reads=2)
    _topic, listed = subscribed(builder, "+14255550100")
    assert [len(listed()) for _read in range(3)] == [0, 0, 1]


def subscription_passwords(sandbox: Sandbox, builder: Builder) -> None:
    """SNS Developer Guide, 'Fanout Amazon SNS notifications to HTTPS endpoints': only its attributes tell the URL."""
    whole = "http://user:secret@127.0.0.1:9/x"
    topic, listed = subscribed(builder, whole, "http://127.0.0.1:9/a:b@c", protocol="http")
    sandbox.confirm(topic, whole)
    assert list(listed()) == ["http://user:****@127.0.0.1:9/x", "http://127.0.0.1:9/a:b@c"]
    arn = listed()["http://user:****@127.0.0.1:9/x"]
    attributes = builder.client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["Endpoint"] == whole


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        alarm_actions,
        alarm_evaluation,
        alarm_history,
        alarm_messages,
        alarm_metrics,
        describe_metric_filters,
        email_confirmation,
        log_alarm_evaluation,
        log_alarms,
        log_event_pages,
        log_events,
        log_events_filtered,
        mute_rules,
        pipelines,
        put_metric_filter,
        subscription_deleted,
        subscription_expiry,
        subscription_late,
        subscription_paging,
        subscription_passwords,
        subscription_pending,
        test_metric_filter,
        topic_delivery_policy,
        topic_firehose_role,
        topic_names,
        topic_of_another_account,
        trail_delivery,
        trail_tags,
        trail_log_group,
        trail_records,
    )
}


@pytest.fixture
def builder(sandbox: Sandbox) -> Builder:
    builder = Builder(sandbox, sandbox.new_account())
    builder.trail()
    return builder


@pytest.mark.parametrize("name", CHECKS)
def test_with_the_correction_it_is_as_on_aws(name: str, sandbox: Sandbox, builder: Builder) -> None:
    CHECKS[name](sandbox, builder)


@pytest.fixture
def sandbox_without(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox.start(without=request.param) as sandbox:
        yield sandbox


@pytest.mark.parametrize(("name", "sandbox_without"), [(name, name) for name in CHECKS], indirect=["sandbox_without"])
def test_without_the_correction_it_is_not(name: str, sandbox_without: Sandbox) -> None:
    builder = Builder(sandbox_without, sandbox_without.new_account())
    builder.trail()
    with pytest.raises((AssertionError, ClientError, KeyError, IndexError, ValueError)):
        CHECKS[name](sandbox_without, builder)


def test_iam_answers_what_a_role_trusts_and_permits(builder: Builder) -> None:
    """No correction: the emulator has roles, which log alarms are given by name."""
    iam = builder.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "logs.amazonaws.com"}, "Action": "sts:AssumeRole"}
    permission = {"Effect": "Allow", "Action": ["logs:StartQuery"], "Resource": "*"}
    trusts, permits = ({"Version": "2012-10-17", "Statement": [one]} for one in (trust, permission))
    iam.create_role(RoleName="log-alarm", AssumeRolePolicyDocument=json.dumps(trusts))
    iam.put_role_policy(RoleName="log-alarm", PolicyName="query", PolicyDocument=json.dumps(permits))
    managed = iam.create_policy(PolicyName="managed", PolicyDocument=json.dumps(permits))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="log-alarm", PolicyArn=managed)
    assert iam.get_role(RoleName="log-alarm")["Role"]["AssumeRolePolicyDocument"] == trusts
    assert iam.list_role_policies(RoleName="log-alarm")["PolicyNames"] == ["query"]
    assert iam.get_role_policy(RoleName="log-alarm", PolicyName="query")["PolicyDocument"] == permits
    [attached] = iam.list_attached_role_policies(RoleName="log-alarm")["AttachedPolicies"]
    version = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=managed, VersionId=version)["PolicyVersion"]["Document"]
    assert document == permits
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="absent")
    simulated = iam.simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{builder.account}:role/log-alarm", ActionNames=["logs:StartQuery"]
    )
    assert [one["EvalDecision"] for one in simulated["EvaluationResults"]] == ["allowed"]


def test_the_notification_of_a_log_alarm_shows_who_did_what(builder: Builder) -> None:
    """From a call to the lines of the message, with the query of the control's filters and the documented role."""
    take, role = queue_of_topic(builder), documented_role(builder)
    query = log_query(*(parse(one.text) for one in SECURITY_GROUP_CHANGES.filters))
    actions = {"AlarmActions": [f"arn:aws:sns:{REGION}:{builder.account}:log-alarms"]}
    lines = {"ActionLogLineCount": 50, "ActionLogLineRoleArn": role}
    wanted = {"QueryString": query, "ScheduledQueryRoleARN": role}
    builder.client("cloudwatch").put_log_alarm(**log_alarm(builder, wanted, **actions, **lines))
    vpc = builder.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    builder.client("ec2").create_security_group(GroupName="secret-name", Description="Web servers", VpcId=vpc)
    [message] = take()
    [line] = message[LINES]
    assert line.pop("eventTime")
    assert line == {
        "recipientAccountId": builder.account,
        "awsRegion": REGION,
        "userIdentity.type": "Root",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "CreateSecurityGroup",
        "sourceIPAddress": "127.0.0.1",
    }
    assert "secret-name" not in json.dumps(message)


def test_a_new_trail_has_the_default_selectors(builder: Builder) -> None:
    """CloudTrail User Guide: a trail logs all management events unless told otherwise."""
    answer = builder.client("cloudtrail").get_event_selectors(TrailName="management-events")
    [selector] = answer["EventSelectors"]
    assert (selector["ReadWriteType"], selector["IncludeManagementEvents"]) == ("All", True)


def test_a_trail_can_fail_to_deliver(sandbox: Sandbox, builder: Builder) -> None:
    """CloudTrail API Reference, GetTrailStatus: LatestCloudWatchLogsDeliveryError. Set by the test."""
    cloudtrail = builder.client("cloudtrail")
    [trail] = cloudtrail.describe_trails()["trailList"]
    sandbox.control(
        "POST", "trail_status", trail_arn=trail["TrailARN"], LatestCloudWatchLogsDeliveryError="Access denied."
    )
    status = cloudtrail.get_trail_status(Name="management-events")
    assert status["LatestCloudWatchLogsDeliveryError"] == "Access denied."


def test_dimensions_value_and_default_reach_the_metric(sandbox: Sandbox, builder: Builder) -> None:
    """CloudWatch Logs User Guide, 'Creating metrics from log events using filters'."""
    metrics = {
        "by-user": {"metricValue": "2", "dimensions": {"User": "$.userIdentity.userName"}},
        "with-default": {"metricValue": "1", "defaultValue": 0},
    }
    for name, fields in metrics.items():
        transformation = {**METRIC, "metricName": name, **fields}
        assert rejected(builder, filterName=name, metricTransformations=[transformation]) == ""
    put_record(sandbox, builder.account, "CreateSecurityGroup")
    put_record(sandbox, builder.account, "DescribeSecurityGroups")

    def total(name: str, **dimensions: str) -> tuple[float, float]:
        now = time.time()
        answer = builder.client("cloudwatch").get_metric_statistics(
            Namespace=METRIC["metricNamespace"],
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=now - 7200,
            EndTime=now + 24 * 3600,
            Period=86400,
            Statistics=["Sum", "SampleCount"],
        )
        points = answer["Datapoints"]
        return sum(one["Sum"] for one in points), sum(one["SampleCount"] for one in points)

    assert total("by-user", User="alice") == (2, 1)
    assert total("with-default") == (1, 2)


class TestProcess:
    def test_binds_the_loopback_interface_alone(self, sandbox: Sandbox) -> None:
        port = int(sandbox.url.rpartition(":")[2])
        with open("/proc/net/tcp") as table:
            rows = [line.split()[1] for line in list(table)[1:] if line.split()[3] == "0A"]
        assert [row for row in rows if int(row.split(":")[1], 16) == port] == [f"0100007F:{port:04X}"]

    def test_stops_cleanly(self) -> None:
        assert Sandbox.start().stop() == 0

    def test_listens_for_tls_too(self, tmp_path: Path) -> None:
        def caller(url: str, **trust: Any) -> str:
            session = botocore.session.Session()
            keys = {"aws_access_key_id": "111122223333", "aws_secret_access_key": "sandbox"}
            sts = session.create_client("sts", region_name=REGION, endpoint_url=url, **keys, **trust)
            return str(sts.get_caller_identity()["Account"])

        with Sandbox.start(tls=tmp_path) as sandbox:
            bundle = str(sandbox.ca_bundle)
            assert caller(sandbox.url) == "111122223333"
            assert caller(sandbox.tls_url, verify=bundle) == "111122223333"
            assert caller(sandbox.tls_url.replace("127.0.0.1", "localhost"), verify=bundle) == "111122223333"
            with pytest.raises(SSLError):
                caller(sandbox.tls_url)
            assert sandbox.ca_bundle.read_text().count("BEGIN CERTIFICATE") > 100

    def test_an_account_is_a_12_digit_access_key(self, sandbox: Sandbox) -> None:
        identity = sandbox.client("sts", "111122223333", REGION).get_caller_identity()
        assert identity["Account"] == "111122223333"

    def test_an_unknown_correction_is_refused(self) -> None:
        with pytest.raises(RuntimeError, match="did not start"):
            Sandbox.start(without="nonsense")
