# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked about an account, where, how often, and what each denial leaves readable."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Gap,
    LogGroup,
    Observation,
    Topic,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import TaskError
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import (
    observe,
    observe_alarms_and_topics,
    observe_log_groups,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import Desired
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.destination import destination
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.sought import sought
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import desired
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws, Fault
from ansible_collections.aws_cis.monitoring.tests.unit.observations import DEFAULT_FILTERS

ACCOUNT = "111122223333"
TRAIL = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/main"
GROUP = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:cloudtrail"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts"
METRIC = "security_group_changes_metric"
ALARM = "security_group_changes_alarm"
DENIED = Fault("AccessDenied")


def trail(**fields: Any) -> dict[str, Any]:
    return {
        "Name": "main",
        "TrailARN": TRAIL,
        "HomeRegion": "eu-west-1",
        "IsMultiRegionTrail": True,
        "CloudWatchLogsLogGroupArn": GROUP + ":*",
        **fields,
    }


def metric_filter(name: str, pattern: str, metric: str = METRIC) -> dict[str, Any]:
    transformation = {"metricName": metric, "metricNamespace": "CISBenchmark", "metricValue": "1"}
    return {"filterName": name, "filterPattern": pattern, "metricTransformations": [transformation]}


def alarm(name: str = ALARM, metric: str = METRIC, **fields: Any) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:{name}",
        "MetricName": metric,
        "Namespace": "CISBenchmark",
        "AlarmActions": [TOPIC],
        **fields,
    }


FILTER = metric_filter(METRIC, "{ $.eventName = CreateSecurityGroup }")
OTHER_FILTER = metric_filter("buckets", "{ $.eventName = PutBucketPolicy }", "bucket_changes")
SUBSCRIPTION = {"SubscriptionArn": TOPIC + ":0-1", "Protocol": "email", "Endpoint": "a@example.com", "Owner": ACCOUNT}
WHOLE: dict[str, Any] = {
    "sts:GetCallerIdentity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/u"},
    "cloudtrail:DescribeTrails": {"trailList": [trail()]},
    "cloudtrail:GetTrailStatus": {"IsLogging": True},
    "cloudtrail:GetEventSelectors": {"TrailARN": TRAIL, "EventSelectors": [{}]},
    "logs:DescribeLogGroups": {"logGroups": [{"logGroupName": "cloudtrail"}]},
    "logs:DescribeMetricFilters": {"metricFilters": [OTHER_FILTER, FILTER]},
    "cloudwatch:DescribeAlarms": {"MetricAlarms": [alarm(), alarm("buckets", "bucket_changes")], "CompositeAlarms": []},
    "cloudwatch:DescribeAlarmHistory": {"AlarmHistoryItems": []},
    "cloudwatch:ListAlarmMuteRules": {"AlarmMuteRuleSummaries": []},
    "observabilityadmin:ListTelemetryPipelines": {"PipelineSummaries": []},
    "sns:GetTopicAttributes": {"Attributes": {"Owner": ACCOUNT, "Policy": "{}"}},
    "sns:ListSubscriptionsByTopic": {"Subscriptions": [SUBSCRIPTION]},
    "sns:GetSubscriptionAttributes": {"Attributes": {"SubscriptionArn": TOPIC + ":0-1"}},
    "cloudwatch:ListTagsForResource": {"Tags": []},
    "sns:ListTagsForResource": {"Tags": []},
}
# All that is asked about an account that has the prescribed path, each once.
CALLS = sorted(set(WHOLE) - {"cloudwatch:ListTagsForResource", "sns:ListTagsForResource"})


def read(wanted: Desired | None = None, region: str = "eu-west-1", **answers: Any) -> tuple[FakeAws, Observation]:
    aws = FakeAws({**WHOLE, **{name.replace("_", ":"): answer for name, answer in answers.items()}}, region=region)
    if wanted is None:
        return aws, observe(aws)
    # As cis_monitoring_plan reads what it compares with.
    found = observe_log_groups(aws, wanted.log_group_name)
    also = sought(found.account, wanted, destination(found, wanted))
    return aws, observe_alarms_and_topics(aws, found, [SECURITY_GROUP_CHANGES], also)


def names(aws: FakeAws) -> list[str]:
    return sorted(name for _region, name, _parameters in aws.calls)


def test_a_whole_path_takes_each_call_once() -> None:
    aws, observation = read()
    assert names(aws) == CALLS
    assert (observation.account.id, observation.account.partition, observation.account.region) == (
        ACCOUNT,
        "aws",
        "eu-west-1",
    )
    assert [one.name for one in observation.trails] == ["main"]
    assert list(observation.log_groups) == [GROUP]
    assert [one.name for one in observation.alarms["eu-west-1"]] == [ALARM]
    assert observation.mute_rules == {"eu-west-1": ()}
    assert isinstance(observation.topics[TOPIC], Topic)


def test_an_account_whose_fifteen_controls_notify_one_topic_takes_no_more_than_sixteen_calls() -> None:
    installed = [(control, one) for control in CONTROLS.values() for one in control.filters_for(DEFAULT_FILTERS)]
    filters = [
        metric_filter(control.metric_name + one.suffix, one.text, control.metric_name) for control, one in installed
    ]
    alarms = [alarm(control.alarm_name, control.metric_name) for control in CONTROLS.values()]
    aws = FakeAws(
        {
            **WHOLE,
            "logs:DescribeMetricFilters": {"metricFilters": filters},
            "cloudwatch:DescribeAlarms": {"MetricAlarms": alarms, "CompositeAlarms": []},
        }
    )
    observation = observe(aws, list(CONTROLS.values()))
    assert len(observation.alarms["eu-west-1"]) == 15
    assert names(aws) == CALLS
    assert len(CALLS) <= 16


def test_alarms_of_controls_that_nobody_asked_about_are_not_read() -> None:
    root = metric_filter("root", CONTROLS["root_usage"].filters[0].text, "root_usage")
    asked = {
        "logs_DescribeMetricFilters": {"metricFilters": [FILTER, root]},
        "cloudwatch_DescribeAlarms": {"MetricAlarms": [alarm(), alarm("root", "root_usage")], "CompositeAlarms": []},
    }
    assert [one.name for one in read(**asked)[1].alarms["eu-west-1"]] == [ALARM]


def test_a_plan_for_a_converged_account_asks_for_nothing_more() -> None:
    assert names(read(desired())[0]) == CALLS


def test_nothing_is_asked_about_what_is_not_there() -> None:
    aws, observation = read(cloudtrail_DescribeTrails={"trailList": []})
    assert names(aws) == ["cloudtrail:DescribeTrails", "sts:GetCallerIdentity"]
    assert (observation.trails, observation.log_groups, observation.alarms) == ((), {}, {})


def test_filters_that_concern_no_control_are_not_followed() -> None:
    root = metric_filter("root", '{ $.userIdentity.type = "Root" }', "root_usage")
    aws, observation = read(logs_DescribeMetricFilters={"metricFilters": [OTHER_FILTER, root]})
    assert observation.alarms == {}
    (asked,) = aws.made("cloudwatch:DescribeAlarms")
    assert asked["AlarmTypes"] == ["LogAlarm"], "which are named where a filter is missing"
    others = [name for name in names(aws) if name.startswith(("cloudwatch", "sns", "observabilityadmin"))]
    assert others == ["cloudwatch:DescribeAlarms"]


@pytest.mark.parametrize("pattern", ["", '{ $.eventName = "*" }', "{ ($.eventName = CreateSecurityGroup) && ("])
def test_filters_that_concern_a_control_without_naming_it_rightly_are_followed(pattern: str) -> None:
    _aws, observation = read(logs_DescribeMetricFilters={"metricFilters": [metric_filter("f", pattern)]})
    assert [one.name for one in observation.alarms["eu-west-1"]] == [ALARM]


def test_an_alarm_that_looks_at_the_log_group_itself_is_kept_by_name_and_asks_for_nothing_more() -> None:
    looks = alarm("looks", "")
    looks["ScheduledQueryConfiguration"] = {"LogGroupIdentifiers": ["cloudtrail"]}
    found = {"MetricAlarms": [alarm()], "CompositeAlarms": [], "LogAlarms": [looks]}
    aws, observation = read(cloudwatch_DescribeAlarms=found)
    assert [(one.name, one.region) for one in observation.log_alarms] == [("looks", "eu-west-1")]
    assert len(aws.made("cloudwatch:DescribeAlarmHistory")) == 1


def test_a_log_group_of_another_account_is_not_read() -> None:
    elsewhere = trail(CloudWatchLogsLogGroupArn="arn:aws:logs:us-east-1:444455556666:log-group:org:*")
    aws, observation = read(cloudtrail_DescribeTrails={"trailList": [elsewhere]})
    assert observation.log_groups == {}
    assert "logs:DescribeLogGroups" not in names(aws)


def test_everything_is_read_in_the_log_groups_region() -> None:
    aws, observation = read(region="us-east-1")
    regions = {name: region for region, name, _parameters in aws.calls}
    assert {name for name, region in regions.items() if region == "us-east-1"} == {
        "sts:GetCallerIdentity",
        "cloudtrail:DescribeTrails",
    }
    assert set(regions.values()) == {"us-east-1", "eu-west-1"}
    assert list(observation.alarms) == ["eu-west-1"]


def test_two_trails_on_one_log_group_read_it_once() -> None:
    both = [trail(), trail(Name="b", TrailARN=TRAIL + "2", CloudWatchLogsLogGroupArn=GROUP)]
    aws, observation = read(cloudtrail_DescribeTrails={"trailList": both})
    assert len(observation.trails) == 2
    assert len(aws.made("logs:DescribeLogGroups")) == len(aws.made("logs:DescribeMetricFilters")) == 1


def test_a_topic_of_two_alarms_is_read_once_and_other_actions_are_no_topics() -> None:
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:page"
    alarms = [alarm(AlarmActions=[TOPIC, function]), alarm("second")]
    aws, observation = read(cloudwatch_DescribeAlarms={"MetricAlarms": alarms, "CompositeAlarms": []})
    assert list(observation.topics) == [TOPIC]
    assert len(aws.made("sns:GetTopicAttributes")) == 1


def test_a_topic_of_a_composite_alarm_is_read() -> None:
    composite = {**alarm("top"), "AlarmRule": f"ALARM({ALARM})"}
    found = {"MetricAlarms": [alarm(AlarmActions=[])], "CompositeAlarms": [composite]}
    assert list(read(cloudwatch_DescribeAlarms=found)[1].topics) == [TOPIC]


@pytest.mark.parametrize("call", sorted(set(CALLS) - {"sts:GetCallerIdentity"}))
@pytest.mark.parametrize("fault", [DENIED, {}])
def test_one_unanswered_call_leaves_the_rest_readable(call: str, fault: Any) -> None:
    _aws, observation = read(**{call.replace(":", "_"): fault})
    (group,) = observation.log_groups.values() or [None]
    unread = {
        "cloudtrail:DescribeTrails": lambda: observation.trails,
        "cloudtrail:GetTrailStatus": lambda: observation.trails[0].status,
        "cloudtrail:GetEventSelectors": lambda: observation.trails[0].selectors,
        "logs:DescribeLogGroups": lambda: group.log_class,
        "logs:DescribeMetricFilters": lambda: group.filters,
        "cloudwatch:DescribeAlarms": lambda: observation.alarms["eu-west-1"],
        "cloudwatch:DescribeAlarmHistory": lambda: observation.alarms["eu-west-1"][0].history,
        "cloudwatch:ListAlarmMuteRules": lambda: observation.mute_rules["eu-west-1"],
        "observabilityadmin:ListTelemetryPipelines": lambda: observation.pipelines["eu-west-1"],
        "sns:GetTopicAttributes": lambda: observation.topics[TOPIC].policy,
        "sns:ListSubscriptionsByTopic": lambda: observation.topics[TOPIC].subscriptions,
        "sns:GetSubscriptionAttributes": lambda: observation.topics[TOPIC].subscriptions[0].filter_policy,
    }
    gap = unread[call]()
    assert isinstance(gap, Gap)
    assert (gap.call, gap.code) == (call, "ACCESS_DENIED" if fault is DENIED else "RESPONSE_INCOMPLETE")
    assert str(observation).count("Gap(call") == (
        2 if call in ("sns:GetTopicAttributes", "sns:GetSubscriptionAttributes", "cloudwatch:DescribeAlarms") else 1
    )


@pytest.mark.parametrize("fault", [DENIED, {}, Fault("InvalidClientTokenId", "bad token")])
def test_without_an_account_there_is_no_observation(fault: Any) -> None:
    with pytest.raises(TaskError, match="GetCallerIdentity"):
        read(sts_GetCallerIdentity=fault)


@pytest.mark.parametrize("call", sorted(set(CALLS) - {"observabilityadmin:ListTelemetryPipelines"}))
def test_any_other_error_ends_the_task_and_names_the_call(call: str) -> None:
    with pytest.raises(TaskError, match=call):
        read(**{call.replace(":", "_"): Fault("InternalFailure", "out of order")})


def test_pipelines_are_no_reason_to_end_the_task() -> None:
    """The service is not in every region, and an answer only adds to what is known."""
    _aws, observation = read(observabilityadmin_ListTelemetryPipelines=Fault("InternalFailure", "out of order"))
    gap = observation.pipelines["eu-west-1"]
    assert isinstance(gap, Gap)
    assert (gap.call, gap.code) == ("observabilityadmin:ListTelemetryPipelines", "RESPONSE_INCOMPLETE")


def test_pipelines_are_asked_for_only_where_an_alarm_has_actions() -> None:
    silent = {"MetricAlarms": [alarm(AlarmActions=[])], "CompositeAlarms": []}
    aws, observation = read(cloudwatch_DescribeAlarms=silent)
    assert aws.made("observabilityadmin:ListTelemetryPipelines") == []
    assert observation.pipelines == {}


def test_a_log_alarm_is_found_where_there_is_no_filter() -> None:
    query = {"ScheduledQueryConfiguration": {"LogGroupIdentifiers": ["cloudtrail"], "QueryString": "filter 1"}}
    found = {"MetricAlarms": [], "LogAlarms": [alarm("on_logs", **query)]}
    aws, observation = read(logs_DescribeMetricFilters=NOTHING, cloudwatch_DescribeAlarms=found)
    assert [one.name for one in observation.log_alarms] == ["on_logs"]
    assert [one["AlarmTypes"] for one in aws.made("cloudwatch:DescribeAlarms")] == [["LogAlarm"]]


@pytest.mark.parametrize("fault", [DENIED, Fault("ValidationError")])
def test_log_alarms_that_cannot_be_listed_are_not_missed(fault: Fault) -> None:
    _aws, observation = read(logs_DescribeMetricFilters=NOTHING, cloudwatch_DescribeAlarms=fault)
    assert (observation.log_alarms, observation.alarms) == ((), {})


NOTHING = {"metricFilters": []}
NO_ALARMS: dict[str, Any] = {"MetricAlarms": [], "CompositeAlarms": []}


def test_a_plan_for_a_bare_account_asks_about_alarm_and_topic_by_name() -> None:
    aws, observation = read(
        desired(),
        logs_DescribeMetricFilters=NOTHING,
        cloudwatch_DescribeAlarms=NO_ALARMS,
        sns_GetTopicAttributes=Fault("NotFound"),
        sns_ListSubscriptionsByTopic=Fault("NotFound"),
    )
    assert observation.alarms == {"eu-west-1": ()}
    assert observation.topics == {TOPIC: None}
    assert aws.made("sns:GetTopicAttributes") == [{"TopicArn": TOPIC}]


def test_the_topics_arn_has_the_partition_and_the_log_groups_region() -> None:
    group = "arn:aws-us-gov:logs:us-gov-east-1:111122223333:log-group:cloudtrail"
    _aws, observation = read(
        desired(),
        region="us-gov-west-1",
        sts_GetCallerIdentity={"Account": ACCOUNT, "Arn": f"arn:aws-us-gov:iam::{ACCOUNT}:user/u"},
        cloudtrail_DescribeTrails={"trailList": [trail(CloudWatchLogsLogGroupArn=group, HomeRegion="us-gov-east-1")]},
        logs_DescribeMetricFilters=NOTHING,
        cloudwatch_DescribeAlarms=NO_ALARMS,
    )
    assert list(observation.topics) == ["arn:aws-us-gov:sns:us-gov-east-1:111122223333:alerts"]


def test_a_plan_that_is_blocked_asks_about_no_alarm_and_no_topic() -> None:
    aws, _observation = read(
        desired(), cloudtrail_GetTrailStatus={"IsLogging": False}, logs_DescribeMetricFilters=NOTHING
    )
    assert not any(name.startswith(("cloudwatch", "sns")) for name in names(aws))


def test_the_alarm_of_the_name_asked_for_is_read_whatever_it_watches() -> None:
    found = {"MetricAlarms": [alarm(metric="x")], "CompositeAlarms": []}
    _aws, observation = read(desired(), cloudwatch_DescribeAlarms=found)
    assert [one.metric_name for one in observation.alarms["eu-west-1"]] == ["x"]


def test_tags_are_asked_for_only_if_some_are_desired() -> None:
    assert "sns:ListTagsForResource" not in names(read(desired())[0])
    tagged = names(read(desired(tags={"a": "b"}))[0])
    assert {"sns:ListTagsForResource", "cloudwatch:ListTagsForResource"} <= set(tagged)
    removing = names(read(desired(state="absent", tags={"a": "b"}))[0])
    assert not {"sns:ListTagsForResource", "cloudwatch:ListTagsForResource"} & set(removing)
    given = desired(tags={"a": "b"}, topic_arn=TOPIC)
    assert "sns:ListTagsForResource" not in names(read(given)[0])


def test_a_named_log_group_is_read_besides_the_trails() -> None:
    groups = {"logGroups": [{"logGroupName": "mine"}, {"logGroupName": "cloudtrail"}]}
    _aws, observation = read(desired(log_group_name="mine"), logs_DescribeLogGroups=groups)
    mine = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:mine"
    assert set(observation.log_groups) == {GROUP, mine}
    assert isinstance(observation.log_groups[mine], LogGroup)


def test_to_remove_a_topic_its_users_are_looked_for_among_all_alarms() -> None:
    alarms = {
        "MetricAlarms": [alarm(), alarm("theirs", "x", AlarmActions=[], OKActions=[TOPIC])],
        "CompositeAlarms": [{**alarm("composite"), "AlarmRule": "ALARM(x)"}],
        "LogAlarms": [alarm("log", AlarmActions=[TOPIC])],
    }
    aws, observation = read(desired(state="absent"), cloudwatch_DescribeAlarms=alarms)
    assert "LogAlarm" in aws.made("cloudwatch:DescribeAlarms")[0]["AlarmTypes"]
    assert observation.topic_users == {TOPIC: (ALARM, "theirs", "composite", "log")}
    assert read(desired(), cloudwatch_DescribeAlarms=alarms)[1].topic_users == {}


def test_a_topic_given_by_its_arn_in_another_region_is_nothing_to_remove() -> None:
    given = desired(state="absent", topic_arn=TOPIC.replace("eu-west-1", "us-east-1"))
    assert read(given)[1].topic_users == {}


def test_users_of_a_topic_that_could_not_be_listed_are_a_gap() -> None:
    _aws, observation = read(desired(state="absent"), cloudwatch_DescribeAlarms=DENIED)
    assert isinstance(observation.topic_users[TOPIC], Gap)
