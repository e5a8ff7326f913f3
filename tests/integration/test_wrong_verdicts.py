# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases in which known auditors err, made in the sandbox as somebody would make them, and read back by the module.

Each case changes a whole account. Beside our verdict stands what a comparison of text says of it, as prowler and
Steampipe do it. States that the sandbox can't hold are recorded observations in
tests/unit/plugins/module_utils/_judge/test_wrong_verdicts.py, which has every case.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from account_builder import ALARM, FILTERS, LOG_GROUP, METRIC, SEVEN_EVENTS, SIX_EVENTS, TOPIC, Builder
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import Clients
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_info
from harness import REGION, Sandbox

Change = Callable[[Builder], None]


@pytest.fixture
def builder(sandbox: Sandbox) -> Builder:
    """A whole account, which everybody calls compliant."""
    builder = Builder(sandbox, sandbox.new_account())
    builder.trail()
    for name, pattern in FILTERS.items():
        builder.metric_filter(name, pattern)
    sns = builder.client("sns")
    topic = sns.create_topic(Name=TOPIC)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+14255550100")
    builder.alarm(topic)
    return builder


def control_of(sandbox: Sandbox, account: str) -> dict[str, Any]:
    defaults = {name: option.get("default") for name, option in cis_monitoring_info.ARGUMENT_SPEC.items()}
    connection = {
        "region": REGION,
        "access_key": account,
        "secret_key": "sandbox",
        "endpoint_url": sandbox.url,
        "validate_certs": True,
    }
    params = {**defaults, **connection}
    [control] = cis_monitoring_info.run(Task(params, False, False, Clients(params), warn=pytest.fail))["controls"]
    found: dict[str, Any] = control
    return found


def topic_of(builder: Builder) -> str:
    return f"arn:aws:sns:{REGION}:{builder.account}:{TOPIC}"


def pattern(text: str) -> Change:
    """Both filters have this pattern."""

    def change(builder: Builder) -> None:
        for name in FILTERS:
            builder.metric_filter(name, text)

    return change


def filters(**fields: Any) -> Change:
    """Both filters write to the metric otherwise, or are otherwise set."""
    newer = {name: fields.pop(name) for name in ("applyOnTransformedLogs", "fieldSelectionCriteria") if name in fields}

    def change(builder: Builder) -> None:
        for name, text in FILTERS.items():
            builder.client("logs").put_metric_filter(
                logGroupName=LOG_GROUP,
                filterName=name,
                filterPattern=text,
                metricTransformations=[{**METRIC, **fields}],
                **newer,
            )

    return change


def alarm(**fields: Any) -> Change:
    """The alarm has other settings; None leaves one out."""

    def change(builder: Builder) -> None:
        settings = {
            "AlarmName": ALARM,
            "Namespace": METRIC["metricNamespace"],
            "MetricName": METRIC["metricName"],
            "Statistic": "Sum",
            "Period": 300,
            "Threshold": 1,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [topic_of(builder)],
            **fields,
        }
        builder.client("cloudwatch").put_metric_alarm(
            **{name: value for name, value in settings.items() if value is not None}
        )

    return change


def topic(attribute: str, value: str) -> Change:
    def change(builder: Builder) -> None:
        builder.client("sns").set_topic_attributes(
            TopicArn=topic_of(builder), AttributeName=attribute, AttributeValue=value
        )

    return change


def policy_for_events(builder: Builder) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic_of(builder),
    }
    topic("Policy", json.dumps({"Version": "2012-10-17", "Statement": [statement]}))(builder)


def key_for_nobody_else(builder: Builder) -> None:
    """A key with the policy that a new key has: the account may use it, CloudWatch may not."""
    key = builder.client("kms").create_key()["KeyMetadata"]["Arn"]
    topic("KmsMasterKeyId", key)(builder)


def key_for_cloudwatch(builder: Builder) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    key = builder.client("kms").create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["Arn"]
    topic("KmsMasterKeyId", key)(builder)


def subscriber(**attributes: Any) -> Change:
    """The one subscriber has a filter policy."""

    def change(builder: Builder) -> None:
        sns = builder.client("sns")
        [subscription] = sns.list_subscriptions_by_topic(TopicArn=topic_of(builder))["Subscriptions"]
        for name, value in attributes.items():
            sns.set_subscription_attributes(
                SubscriptionArn=subscription["SubscriptionArn"], AttributeName=name, AttributeValue=value
            )

    return change


def all_pending(builder: Builder) -> None:
    sns = builder.client("sns")
    [subscription] = sns.list_subscriptions_by_topic(TopicArn=topic_of(builder))["Subscriptions"]
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    for number in range(3):
        sns.subscribe(TopicArn=topic_of(builder), Protocol="email", Endpoint=f"{number}@example.com")


def mute(builder: Builder) -> None:
    builder.client("cloudwatch").put_alarm_mute_rule(
        Name="quiet",
        Rule={"Schedule": {"Expression": "cron(0 0 * * *)", "Duration": "PT24H"}},
        MuteTargets={"AlarmNames": [ALARM]},
    )


def trail(**settings: Any) -> Change:
    return lambda builder: builder.client("cloudtrail").update_trail(Name="management-events", **settings)


def trail_stopped(builder: Builder) -> None:
    builder.client("cloudtrail").stop_logging(Name="management-events")


def selectors(**fields: Any) -> Change:
    return lambda builder: builder.client("cloudtrail").put_event_selectors(TrailName="management-events", **fields)


def management(*more: dict[str, Any]) -> Change:
    category = {"Field": "eventCategory", "Equals": ["Management"]}
    return selectors(AdvancedEventSelectors=[{"Name": "all", "FieldSelectors": [category, *more]}])


def alarm_elsewhere(builder: Builder) -> None:
    builder.client("cloudwatch").delete_alarms(AlarmNames=[ALARM])
    builder._emulator.client("cloudwatch", builder.account, "eu-west-1").put_metric_alarm(
        AlarmName=ALARM,
        Namespace=METRIC["metricNamespace"],
        MetricName=METRIC["metricName"],
        Statistic="Sum",
        Period=300,
        Threshold=1,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[topic_of(builder)],
    )


def filters_on_a_group_of_no_trail(builder: Builder) -> None:
    logs = builder.client("logs")
    logs.create_log_group(logGroupName="of-no-trail")
    for name in FILTERS:
        logs.delete_metric_filter(logGroupName=LOG_GROUP, filterName=name)
        logs.put_metric_filter(
            logGroupName="of-no-trail", filterName=name, filterPattern=SIX_EVENTS, metricTransformations=[METRIC]
        )


def first_filter_in_vain(builder: Builder) -> None:
    builder.client("logs").put_metric_filter(
        logGroupName=LOG_GROUP,
        filterName="a-first-one",
        filterPattern=SIX_EVENTS,
        metricTransformations=[{**METRIC, "metricName": "nobody-watches"}],
    )


def crowded(builder: Builder) -> None:
    """Both filters are behind the first page of 50, the alarm behind the first of 100."""
    for number in range(60):
        builder.client("logs").put_metric_filter(
            logGroupName=LOG_GROUP,
            filterName=f"a-{number:02}",
            filterPattern="ERROR",
            metricTransformations=[{**METRIC, "metricName": "other"}],
        )
    for number in range(101):
        alarm(AlarmName=f"a-{number:03}", MetricName="other", AlarmActions=[])(builder)


BAD, GOOD = "non_compliant", "compliant"
NAMES = [part.split(" = ")[1].rstrip(")} ") for part in SEVEN_EVENTS.split("||")]
JOINED = " || ".join(f'($.eventName = "{name}")' for name in NAMES)
NOT_TERRAFORM = '($.userIdentity.userName != "terraform")'

# name: how it is made, our verdict, the link and code that decide, prowler's and Steampipe's opinion
CASES: dict[str, tuple[Change, str, str, str, str]] = {
    "names joined with &&": (
        pattern(SEVEN_EVENTS.replace("||", "&&")), BAD, "metric_filter FILTER_NEVER_MATCHES", "pass", "pass",
    ),
    "an exclusion appended": (
        pattern(f"{{ ({JOINED}) && {NOT_TERRAFORM} }}"), BAD, "metric_filter FILTER_NARROWED", "pass", "fail",
    ),
    "one event six times": (
        pattern("{ " + " || ".join(["($.eventName = CreateSecurityGroup)"] * 6) + " }"),
        BAD, "metric_filter FILTER_EVENTS_UNCOVERED", "fail", "fail",
    ),
    "a wildcard for one event": (
        pattern('{ $.eventName = "CreateSecurityGr*" }'), BAD, "metric_filter FILTER_EVENTS_UNCOVERED", "fail", "fail",
    ),
    "an empty pattern": (pattern(""), BAD, "metric_filter FILTER_TOO_BROAD", "fail", "fail"),
    "a pattern for every event": (
        pattern('{ $.eventName = "*" }'), BAD, "metric_filter FILTER_TOO_BROAD", "fail", "fail",
    ),
    "dimensions": (
        filters(dimensions={"user": "$.userIdentity.arn"}), BAD, "metric_filter FILTER_HAS_DIMENSIONS", "pass", "pass",
    ),
    "field selection": (
        filters(fieldSelectionCriteria='@aws.region = "eu-central-1"'),
        BAD, "metric_filter FILTER_FIELD_SELECTION", "pass", "pass",
    ),
    "a field selection that leaves nothing out": (
        filters(fieldSelectionCriteria=f'@aws.region = "{REGION}"'), GOOD, "", "pass", "pass",
    ),
    "transformed logs": (
        filters(applyOnTransformedLogs=True), BAD, "metric_filter FILTER_ON_TRANSFORMED_LOGS", "pass", "pass",
    ),
    "a metric value of 0": (filters(metricValue="0"), BAD, "metric_filter FILTER_VALUE_UNUSABLE", "pass", "pass"),
    "another namespace": (alarm(Namespace="CISBenchmarks"), BAD, "alarm ALARM_MISSING", "fail", "pass"),
    "an alarm in another region": (alarm_elsewhere, BAD, "alarm ALARM_MISSING", "fail", "fail"),
    "no actions": (alarm(AlarmActions=[]), BAD, "alarm ALARM_WITHOUT_ACTION", "pass", "fail"),
    "actions disabled": (alarm(ActionsEnabled=False), BAD, "alarm ALARM_ACTIONS_DISABLED", "pass", "pass"),
    "a mute rule": (mute, BAD, "alarm ALARM_MUTED", "pass", "pass"),
    "threshold of 1000": (alarm(Threshold=1000), BAD, "alarm ALARM_THRESHOLD", "pass", "pass"),
    "average": (alarm(Statistic="Average"), GOOD, "", "pass", "pass"),
    "a default value of -1": (filters(defaultValue=-1), BAD, "metric_filter FILTER_VALUE_UNUSABLE", "pass", "pass"),
    "two of three periods": (
        alarm(EvaluationPeriods=3, DatapointsToAlarm=2), BAD, "alarm ALARM_PERIODS", "pass", "pass",
    ),
    "a unit": (alarm(Unit="Count"), BAD, "alarm ALARM_UNIT", "pass", "pass"),
    "a dimension": (alarm(Dimensions=[{"Name": "a", "Value": "b"}]), BAD, "alarm ALARM_DIMENSIONS", "pass", "pass"),
    "missing data breaches": (alarm(TreatMissingData="breaching"), BAD, "alarm ALARM_MISSING_DATA", "pass", "pass"),
    "missing data is ignored": (alarm(TreatMissingData="ignore"), BAD, "alarm ALARM_MISSING_DATA", "pass", "pass"),
    "encrypted with alias/aws/sns": (
        topic("KmsMasterKeyId", "alias/aws/sns"), BAD, "topic TOPIC_KEY_UNUSABLE", "pass", "pass",
    ),
    "a key that CloudWatch may not use": (key_for_nobody_else, BAD, "topic TOPIC_KEY_UNUSABLE", "pass", "pass"),
    "a policy for another service": (policy_for_events, BAD, "topic TOPIC_POLICY_DENIES", "pass", "pass"),
    "all subscribers are pending": (all_pending, BAD, "subscription SUBSCRIPTION_PENDING", "pass", "pass"),
    "a filter policy that drops alarms": (
        subscriber(FilterPolicy='{"team": ["red"]}'), BAD, "subscription SUBSCRIPTION_FILTERED", "pass", "pass",
    ),
    "a stopped trail": (trail_stopped, BAD, "trail TRAIL_NOT_LOGGING", "pass", "fail"),
    "a single-region trail": (trail(IsMultiRegionTrail=False), BAD, "trail TRAIL_SINGLE_REGION", "pass", "fail"),
    "a trail of read events": (
        selectors(EventSelectors=[{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}]),
        BAD, "trail TRAIL_EVENTS_EXCLUDED", "pass", "fail",
    ),
    "filters on a log group that no trail writes to": (
        filters_on_a_group_of_no_trail, BAD, "metric_filter FILTER_MISSING", "fail", "fail",
    ),
    "another order": (
        pattern("{ " + " || ".join(reversed(JOINED.split(" || "))) + " }"), GOOD, "", "pass", "fail",
    ),
    "no white space": (pattern("{" + JOINED.replace(" ", "") + "}"), GOOD, "", "", ""),
    "bracketed selectors": (pattern(f"{{ {JOINED} }}".replace("$.eventName", "$.['eventName']")), GOOD, "", "", ""),
    "advanced selectors": (management(), GOOD, "", "pass", "fail"),
    "advanced selectors for writes": (
        management({"Field": "readOnly", "Equals": ["false"]}), GOOD, "", "pass", "fail",
    ),
    "the first filter lacks an alarm, a later one has it": (first_filter_in_vain, GOOD, "", "", ""),
    "filters and alarms beyond the first page": (crowded, GOOD, "", "pass", "pass"),
    "a key that CloudWatch may use": (key_for_cloudwatch, GOOD, "", "pass", "pass"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_is_right_where_others_err(name: str, sandbox: Sandbox, builder: Builder) -> None:
    change, verdict, decided_by, prowler, steampipe = CASES[name]
    change(builder)

    control = control_of(sandbox, builder.account)

    told = next((link for link in control["links"] if link["status"] not in ("pass", "warn")), None)
    assert (control["verdict"], f"{told['link']} {told['code']}" if told else "") == (verdict, decided_by)
    opinions = {one["auditor"]: one["verdict"] for one in control["other_auditors"]}
    assert (prowler or opinions["prowler"], steampipe or opinions["steampipe"]) == tuple(opinions.values())


def test_the_account_unchanged_is_compliant_for_everybody(sandbox: Sandbox, builder: Builder) -> None:
    control = control_of(sandbox, builder.account)
    assert control["verdict"] == GOOD
    assert [link["code"] for link in control["links"]] == ["OK"] * 6
    assert [one["verdict"] for one in control["other_auditors"]] == ["pass", "pass"]


def test_a_trail_whose_delivery_fails(sandbox: Sandbox, builder: Builder) -> None:
    [found] = builder.client("cloudtrail").describe_trails()["trailList"]
    sandbox.control("POST", "trail_status", trail_arn=found["TrailARN"], LatestCloudWatchLogsDeliveryError="Denied.")
    link = control_of(sandbox, builder.account)["links"][0]
    assert (link["status"], link["code"]) == ("fail", "TRAIL_DELIVERY_FAILING")


def test_a_denied_call_is_unknown_and_never_a_failure(sandbox: Sandbox, builder: Builder) -> None:
    sandbox.fault(
        account=builder.account, service="sns", action="GetTopicAttributes", code="AuthorizationError", status=403
    )
    control = control_of(sandbox, builder.account)
    assert control["verdict"] == "unknown"
    assert [link["status"] for link in control["links"]][4] == "unknown"


def test_the_trail_of_an_organisation_whose_group_is_elsewhere(sandbox: Sandbox) -> None:
    """A member sees the trail; its log group lies in the account that made it."""
    builder = Builder(sandbox, sandbox.new_account())
    owner = "999988887777"
    builder.client("cloudtrail").create_trail(
        Name="organisation",
        S3BucketName="bucket",
        IsMultiRegionTrail=True,
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:{REGION}:{owner}:log-group:{LOG_GROUP}:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{owner}:role/trail",
    )
    builder.client("cloudtrail").start_logging(Name="organisation")
    control = control_of(sandbox, builder.account)
    assert control["verdict"] == "covered_elsewhere"
    assert control["covered_by"]["account"] == owner
