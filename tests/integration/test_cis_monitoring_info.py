# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cis_monitoring_info and cis_monitoring_plan against the emulators: what they read, how often, and what is planned."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from account_builder import ALARM
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import Clients
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_info, cis_monitoring_plan

REGION = "us-east-1"
METRIC = "security_group_changes_metric"
POLICIES = Path(__file__).parents[2] / "docs" / "policies"
SIX_EVENTS = (
    "{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = AuthorizeSecurityGroupEgress) "
    "|| ($.eventName = RevokeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupEgress) "
    "|| ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }"
)
# What one whole path costs, each once.
AUDIT_CALLS = [
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetTrailStatus",
    "cloudwatch:DescribeAlarmHistory",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:ListAlarmMuteRules",
    "logs:DescribeLogGroups",
    "logs:DescribeMetricFilters",
    "observabilityadmin:ListTelemetryPipelines",
    "sns:GetSubscriptionAttributes",
    "sns:GetTopicAttributes",
    "sns:ListSubscriptionsByTopic",
    "sts:GetCallerIdentity",
]
# Its failure is mentioned, and ends nothing.
PIPELINES = "observabilityadmin:ListTelemetryPipelines"
SUBSCRIPTIONS = [{"protocol": "email", "endpoint": "security@example.com"}]


class Account:
    """An account in an emulator, and how it is made."""

    def __init__(self, emulator: Any, number: str, region: str = REGION) -> None:
        self.emulator = emulator
        self.number = number
        self.region = region
        self.warnings: list[str] = []

    def client(self, service: str) -> Any:
        return self.emulator.client(service, self.number, self.region)

    def arn(self, service: str, resource: str, region: str | None = None) -> str:
        return f"arn:aws:{service}:{region or self.region}:{self.number}:{resource}"

    @property
    def topic_arn(self) -> str:
        return self.arn("sns", "alerts")

    def add_trail(self, group: str = "cloudtrail", name: str = "main", **settings: Any) -> None:
        """A trail as the console makes it: multi-region, logging, with a log group of its own."""
        self.client("logs").create_log_group(logGroupName=group)
        options = {
            "IsMultiRegionTrail": True,
            "CloudWatchLogsLogGroupArn": self.arn("logs", f"log-group:{group}:*"),
            "CloudWatchLogsRoleArn": f"arn:aws:iam::{self.number}:role/cloudtrail",
            **settings,
        }
        self.client("cloudtrail").create_trail(Name=name, S3BucketName="trail-bucket", **options)
        self.client("cloudtrail").start_logging(Name=name)

    def read(self, **options: Any) -> dict[str, Any]:
        """What cis_monitoring_info returns."""
        return self._run(cis_monitoring_info, options)

    def planned(self, **options: Any) -> dict[str, Any]:
        """What cis_monitoring_plan returns, by default for a topic with one subscriber by e-mail."""
        return self._run(cis_monitoring_plan, {"topic_name": "alerts", "subscriptions": SUBSCRIPTIONS, **options})

    def _run(self, module: Any, options: dict[str, Any]) -> dict[str, Any]:
        """A module's result, with its options given as a playbook does."""
        connection = {
            "region": self.region,
            "access_key": self.number,
            "secret_key": "secret",
            "session_token": None,
            "profile": None,
            "endpoint_url": self.emulator.url,
            "validate_certs": True,
            "aws_ca_bundle": None,
            "aws_config": {"retries": {"max_attempts": 1}},
            "debug_botocore_endpoint_logs": False,
        }
        defaults = {name: option.get("default") for name, option in module.ARGUMENT_SPEC.items()}
        params = {**defaults, **options, **connection}
        result: dict[str, Any] = module.run(Task(params, False, False, Clients(params), warn=self.warnings.append))
        return result

    def plan(self, **options: Any) -> dict[str, Any]:
        plan: dict[str, Any] = self.planned(**options)["plan"]
        return plan

    def apply(self, plan: dict[str, Any]) -> None:
        """Write what the plan says, and nothing else."""
        for change in plan["changes"]:
            WRITE[change["resource"], change["action"]](self, change["settings"])

    def confirm(self, endpoint: str = "security@example.com") -> None:
        self.emulator.confirm(topic_arn=self.topic_arn, endpoint=endpoint)


def _put_filter(account: Account, settings: dict[str, Any]) -> None:
    written = settings["metric_transformation"]
    account.client("logs").put_metric_filter(
        logGroupName=settings["log_group_name"],
        filterName=settings["filter_name"],
        filterPattern=settings["filter_pattern"],
        metricTransformations=[
            {
                "metricName": written["metric_name"],
                "metricNamespace": written["metric_namespace"],
                "metricValue": written["metric_value"],
            }
        ],
    )


def _put_alarm(account: Account, settings: dict[str, Any]) -> None:
    account.client("cloudwatch").put_metric_alarm(
        AlarmName=settings["name"],
        AlarmDescription=settings["description"],
        MetricName=settings["metric_name"],
        Namespace=settings["namespace"],
        Statistic=settings["statistic"],
        Period=settings["period"],
        Threshold=settings["threshold"],
        ComparisonOperator=settings["comparison"],
        EvaluationPeriods=settings["evaluation_periods"],
        TreatMissingData=settings["treat_missing_data"],
        AlarmActions=settings["alarm_actions"],
        OKActions=settings["ok_actions"],
        InsufficientDataActions=settings["insufficient_data_actions"],
    )


ANY_ALARM: dict[str, Any] = {
    "description": "",
    "metric_name": "buckets",
    "namespace": "n",
    "statistic": "Sum",
    "period": 300,
    "threshold": 1,
    "comparison": "GreaterThanOrEqualToThreshold",
    "evaluation_periods": 1,
    "treat_missing_data": "missing",
    "alarm_actions": [],
    "ok_actions": [],
    "insufficient_data_actions": [],
}


def _put_topic(account: Account, settings: dict[str, Any]) -> None:
    topic = account.client("sns").create_topic(Name=settings["name"])["TopicArn"]
    if "display_name" in settings:
        account.client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="DisplayName", AttributeValue=settings["display_name"]
        )
    tags = [{"Key": key, "Value": value} for key, value in settings.get("tags", {}).items()]
    account.client("sns").tag_resource(ResourceArn=topic, Tags=tags)


WRITE = {
    ("metric_filter", "create"): _put_filter,
    ("metric_filter", "update"): _put_filter,
    ("metric_filter", "delete"): lambda account, settings: account.client("logs").delete_metric_filter(
        logGroupName=settings["log_group_name"], filterName=settings["filter_name"]
    ),
    ("alarm", "create"): _put_alarm,
    ("alarm", "update"): _put_alarm,
    ("alarm", "delete"): lambda account, settings: account.client("cloudwatch").delete_alarms(
        AlarmNames=[settings["name"]]
    ),
    ("alarm_tags", "update"): lambda account, settings: account.client("cloudwatch").tag_resource(
        ResourceARN=account.arn("cloudwatch", f"alarm:{settings['alarm_name']}"),
        Tags=[{"Key": key, "Value": value} for key, value in settings["tags"].items()],
    ),
    ("alarm_actions", "enable"): lambda account, settings: account.client("cloudwatch").enable_alarm_actions(
        AlarmNames=settings["alarm_names"]
    ),
    ("topic", "create"): _put_topic,
    ("topic", "update"): _put_topic,
    ("topic", "delete"): lambda account, settings: account.client("sns").delete_topic(TopicArn=account.topic_arn),
    ("topic_policy", "update"): lambda account, settings: account.client("sns").set_topic_attributes(
        TopicArn=settings["topic_arn"],
        AttributeName="Policy",
        AttributeValue=json.dumps({"Statement": [settings["statement"]]}),
    ),
    ("subscription", "create"): lambda account, settings: account.client("sns").subscribe(
        TopicArn=settings["topic_arn"],
        Protocol=settings["protocol"],
        Endpoint=SUBSCRIPTIONS[settings["position"]]["endpoint"],
    ),
}


@pytest.fixture
def bare(sandbox: Any) -> Account:
    """An account with a trail, and nothing else."""
    account = Account(sandbox, sandbox.new_account())
    account.add_trail()
    return account


@pytest.fixture
def whole(bare: Account) -> Account:
    """An account that has all that the plan asks for, with its subscriber confirmed."""
    bare.apply(bare.plan())
    bare.confirm()
    return bare


def calls_of(account: Account) -> list[str]:
    """What the account was asked since the calls were cleared, sorted."""
    return sorted(f"{call['service']}:{call['action']}" for call in account.emulator.calls(account.number))


def written_by(account: Account) -> list[str]:
    calls: list[str] = account.emulator.writing_calls(account.number)
    return calls


def set_fault(account: Account, call: str, **fault: Any) -> None:
    """Let a call of the account fail until the test ends."""
    service, _unused, action = call.partition(":")
    account.emulator.fault(account=account.number, service=service, action=action, **fault)


def links(result: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {link["link"]: (link["status"], link["code"]) for link in result["controls"][0]["links"]}


# Reading


def test_an_account_without_a_trail(sandbox: Any) -> None:
    account = Account(sandbox, sandbox.new_account())
    read = account.read()
    assert (read["changed"], read["compliant"], read["trails"]) == (False, False, [])
    result = account.planned()
    assert read["account"].pop("caller_arn").startswith("arn:aws:")
    assert result["account"] == read["account"] == {"id": account.number, "partition": "aws", "region": REGION}
    assert result["plan"]["blocked"].startswith(
        f"Account {account.number} has no trail that is visible in region {REGION}."
    )
    assert result["plan"]["changes"] == []


def test_the_trail_of_a_bare_account_qualifies(bare: Account) -> None:
    (trail,) = bare.read()["trails"]
    assert trail == {
        "name": "main",
        "arn": bare.arn("cloudtrail", "trail/main"),
        "home_region": REGION,
        "multi_region": True,
        "organization": False,
        "log_group_arn": bare.arn("logs", "log-group:cloudtrail:*"),
        "qualifies": True,
        "lacks": [],
    }


def test_a_whole_path_is_read_with_each_call_once_and_nothing_is_written(whole: Account) -> None:
    whole.emulator.clear_calls()
    result = whole.planned()
    assert calls_of(whole) == AUDIT_CALLS
    assert written_by(whole) == []
    assert (result["plan"]["changes"], result["plan"]["obstacles"]) == ([], [])
    assert set(links(whole.read()).values()) <= {("pass", "OK"), ("warn", "TRAIL_DELIVERY_STALE")}


def test_an_audit_makes_no_call_that_its_policy_does_not_allow(whole: Account) -> None:
    key = whole.client("kms").create_key()["KeyMetadata"]["KeyId"]
    whole.client("sns").set_topic_attributes(
        TopicArn=whole.topic_arn, AttributeName="KmsMasterKeyId", AttributeValue=key
    )
    whole.emulator.clear_calls()
    whole.read()
    (statement,) = json.loads((POLICIES / "audit.json").read_text())["Statement"]
    assert {"kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListGrants"} <= set(calls_of(whole)) <= set(statement["Action"])


def test_a_plan_needs_the_tags_permission_besides(bare: Account) -> None:
    bare.apply(bare.plan(tags={"team": "security"}))
    bare.emulator.clear_calls()
    assert bare.plan(tags={"team": "security"})["changes"] == []
    policies = [json.loads((POLICIES / f"{name}.json").read_text()) for name in ("audit", "remediate")]
    allowed = {action for policy in policies for statement in policy["Statement"] for action in statement["Action"]}
    assert {"sns:ListTagsForResource", "cloudwatch:ListTagsForResource"} <= set(calls_of(bare))
    assert set(calls_of(bare)) <= allowed


def test_everything_beyond_the_first_page_is_read(bare: Account) -> None:
    logs, sns = bare.client("logs"), bare.client("sns")
    for number in range(60):  # 50 filters a page, sorted by name
        logs.put_metric_filter(
            logGroupName="cloudtrail",
            filterName=f"a{number:02}",
            filterPattern="{ $.eventName = PutBucketPolicy }",
            metricTransformations=[{"metricName": "buckets", "metricNamespace": "n", "metricValue": "1"}],
        )
    for number in range(105):  # 100 alarms a page
        _put_alarm(bare, {**ANY_ALARM, "name": f"a{number:03}"})
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    for number in range(105):  # 100 subscriptions a page
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=f"a{number:03}@example.com")
    plan = bare.plan()
    assert [change["resource"] for change in plan["changes"]] == [
        "subscription",
        "metric_filter",
        "metric_filter",
        "alarm",
    ]
    bare.apply(plan)
    bare.confirm()
    bare.emulator.clear_calls()
    result = bare.planned()
    assert (result["plan"]["changes"], result["plan"]["obstacles"]) == ([], [])
    counts = Counter(calls_of(bare))
    paged = ("logs:DescribeMetricFilters", "cloudwatch:DescribeAlarms", "sns:ListSubscriptionsByTopic")
    assert [counts[call] for call in paged] == [2, 2, 2]
    assert counts["cloudwatch:DescribeAlarmHistory"] == counts["sns:GetSubscriptionAttributes"] == 1


def test_the_region_of_the_log_group_is_worked_in(sandbox: Any) -> None:
    home = Account(sandbox, sandbox.new_account(), region="eu-central-1")
    home.add_trail()
    elsewhere = Account(sandbox, home.number)
    plan = elsewhere.plan()
    assert (plan["region"], plan["topic_arn"]) == ("eu-central-1", home.topic_arn)
    home.apply(plan)
    assert elsewhere.plan()["changes"] == []


def test_an_organisations_trail_is_read_in_a_member_account(sandbox: Any) -> None:
    account = Account(sandbox, sandbox.new_account())
    account.add_trail(CloudWatchLogsLogGroupArn=f"arn:aws:logs:{REGION}:444455556666:log-group:org:*")
    assert account.read()["controls"][0]["verdict"] == "covered_elsewhere"
    assert "Its log group is in account 444455556666" in account.plan()["blocked"]


def test_a_muted_alarm_is_seen(whole: Account) -> None:
    whole.client("cloudwatch").put_alarm_mute_rule(
        Name="maintenance",
        Rule={"Schedule": {"Expression": "cron(0 0 * * *)", "Duration": "PT24H"}},
        MuteTargets={"AlarmNames": [ALARM]},
    )
    assert links(whole.read())["alarm"] == ("fail", "ALARM_MUTED")


def test_a_pipeline_with_processors_leaves_the_verdict_open(whole: Account) -> None:
    source = "source:\n    cloudwatch_logs:\n      log_event_metadata:\n        data_source_name: aws_cloudtrail"
    body = f"pipeline:\n  {source}\n  processor:\n    - ocsf:\n  sink:\n    - cloudwatch_logs:\n"
    whole.client("observabilityadmin").create_telemetry_pipeline(Name="trails", Configuration={"Body": body})
    result = whole.read()
    assert result["controls"][0]["verdict"] == "unknown"
    assert links(result)["log_group"] == ("unknown", "LOG_GROUP_PIPELINE")
    assert "pipeline trails" in result["summary"]


def test_pipelines_that_are_denied_are_mentioned(whole: Account) -> None:
    set_fault(whole, PIPELINES, code="AccessDeniedException")
    (control,) = whole.read()["controls"]
    assert control["verdict"] == "compliant"
    assert "Allow observabilityadmin:ListTelemetryPipelines." in control["notes"][-1]


# Faults


# The links that depend on each call, themselves or by what they would have been led to.
DEPENDING = {
    "cloudtrail:DescribeTrails": {"trail", "log_group", "metric_filter", "alarm", "topic", "subscription"},
    "cloudtrail:GetEventSelectors": {"trail"},
    "cloudtrail:GetTrailStatus": {"trail"},
    "cloudwatch:DescribeAlarmHistory": {"alarm"},
    "cloudwatch:DescribeAlarms": {"alarm", "topic", "subscription"},
    "cloudwatch:ListAlarmMuteRules": {"alarm"},
    "logs:DescribeLogGroups": {"log_group"},
    "logs:DescribeMetricFilters": {"metric_filter", "alarm", "topic", "subscription"},
    "sns:GetSubscriptionAttributes": {"subscription"},
    "sns:GetTopicAttributes": {"topic"},
    "sns:ListSubscriptionsByTopic": {"subscription"},
}


@pytest.mark.parametrize("fault", [{"code": "AccessDenied"}, {"truncate": True}], ids=["denied", "cut_short"])
@pytest.mark.parametrize("call", sorted(DEPENDING))
def test_an_unanswered_call_makes_exactly_the_links_that_depend_on_it_unknown(
    whole: Account, call: str, fault: dict[str, Any]
) -> None:
    set_fault(whole, call, **fault)
    result = whole.read()
    assert result["controls"][0]["verdict"] == "unknown"
    by_status: dict[str, set[str]] = {}
    for link, (status, _code) in links(result).items():
        by_status.setdefault(status, set()).add(link)
    assert by_status["unknown"] == DEPENDING[call]
    assert "fail" not in by_status


def test_every_call_of_an_audit_has_its_links() -> None:
    assert set(DEPENDING) | {"sts:GetCallerIdentity", PIPELINES} == set(AUDIT_CALLS)


@pytest.mark.parametrize("fault", [{"code": "AccessDenied"}, {"code": "InvalidClientTokenId"}, {"truncate": True}])
def test_credentials_that_name_no_account_end_the_task(whole: Account, fault: dict[str, Any]) -> None:
    set_fault(whole, "sts:GetCallerIdentity", **fault)
    with pytest.raises(TaskError, match="sts:GetCallerIdentity"):
        whole.read()


@pytest.mark.parametrize("call", [call for call in AUDIT_CALLS if call != PIPELINES])
def test_any_other_error_ends_the_task_with_what_was_tried(whole: Account, call: str) -> None:
    set_fault(whole, call, code="ValidationError", message="out of order")
    with pytest.raises(TaskError, match=rf"Could not read .* \({call}\): ValidationError: out of order"):
        whole.read()


# Planning


def test_the_plan_for_a_bare_account_converges_it_and_then_asks_for_nothing(bare: Account) -> None:
    bare.emulator.clear_calls()
    plan = bare.plan(tags={"team": "security"}, topic_display_name="Alerts")
    assert written_by(bare) == []
    assert [(change["resource"], change["action"]) for change in plan["changes"]] == [
        ("topic", "create"),
        ("subscription", "create"),
        ("metric_filter", "create"),
        ("metric_filter", "create"),
        ("alarm", "create"),
        ("alarm_tags", "update"),
    ]
    bare.apply(plan)
    again = bare.plan(tags={"team": "security"}, topic_display_name="Alerts")
    assert (again["changes"], again["blocked"], again["obstacles"]) == ([], "", [])
    [pending] = again["pending"]
    latest = datetime.fromisoformat(pending.pop("confirm_by")) - datetime.now(tz=UTC)
    assert timedelta(hours=47) < latest <= timedelta(hours=48)
    assert pending == {"protocol": "email", "endpoint": "security@example.com", "topic_arn": bare.topic_arn}


DRIFTS: dict[str, Any] = {
    "filter deleted": lambda account: account.client("logs").delete_metric_filter(
        logGroupName="cloudtrail", filterName=METRIC
    ),
    "pattern changed": lambda account: _put_filter(
        account,
        {
            "log_group_name": "cloudtrail",
            "filter_name": METRIC,
            "filter_pattern": SIX_EVENTS.replace("||", "&&"),
            "metric_transformation": {"metric_name": METRIC, "metric_namespace": "CISBenchmark", "metric_value": "1"},
        },
    ),
    "alarm deleted": lambda account: account.client("cloudwatch").delete_alarms(AlarmNames=[ALARM]),
    "actions disabled": lambda account: account.client("cloudwatch").disable_alarm_actions(AlarmNames=[ALARM]),
    "topic's policy closed": lambda account: account.client("sns").set_topic_attributes(
        TopicArn=account.topic_arn, AttributeName="Policy", AttributeValue='{"Version": "2012-10-17", "Statement": []}'
    ),
}


@pytest.mark.parametrize("drift", list(DRIFTS))
def test_a_drift_is_one_change_that_mends_it(whole: Account, drift: str) -> None:
    DRIFTS[drift](whole)
    plan = whole.plan()
    assert len(plan["changes"]) == 1
    whole.apply(plan)
    assert whole.plan()["changes"] == []
    assert whole.read()["compliant"]


def test_the_same_pattern_in_other_white_space_is_left_alone(whole: Account) -> None:
    written = {"metric_name": METRIC, "metric_namespace": "CISBenchmark", "metric_value": "1"}
    pattern = SIX_EVENTS.replace(" || ", "   ||   ")
    settings = {"log_group_name": "cloudtrail", "filter_name": METRIC, "filter_pattern": pattern}
    _put_filter(whole, {**settings, "metric_transformation": written})
    assert whole.plan()["changes"] == []


def test_absent_removes_what_the_plan_made_and_then_nothing(whole: Account) -> None:
    plan = whole.plan(state="absent")
    assert {change["action"] for change in plan["changes"]} == {"delete"}
    assert [change["resource"] for change in plan["changes"]] == ["alarm", "metric_filter", "metric_filter", "topic"]
    whole.apply(plan)
    again = whole.plan(state="absent")
    assert (again["changes"], again["kept"], again["blocked"]) == ([], [], "")


@pytest.mark.parametrize("actions", ["AlarmActions", "OKActions", "InsufficientDataActions"])
def test_absent_keeps_a_topic_that_a_composite_alarm_uses(whole: Account, actions: str) -> None:
    _put_alarm(whole, {**ANY_ALARM, "name": "unrelated"})
    whole.client("cloudwatch").put_composite_alarm(
        AlarmName="everything", AlarmRule='ALARM("unrelated")', **{actions: [whole.topic_arn]}
    )
    plan = whole.plan(state="absent")
    assert "topic" not in [change["resource"] for change in plan["changes"]]
    assert plan["kept"] == [
        {
            "resource": "topic",
            "name": "alerts",
            "why": "Topic alerts is kept: other alarms notify it: everything.",
            "control": "",
        }
    ]


def test_absent_keeps_a_topic_with_other_subscribers(whole: Account) -> None:
    whole.client("sns").subscribe(TopicArn=whole.topic_arn, Protocol="email", Endpoint="other@example.com")
    (kept,) = whole.plan(state="absent")["kept"]
    assert kept["resource"] == "topic"


# The second emulator


def test_the_govcloud_partition_is_kept_to(moto: Any) -> None:
    region = "us-gov-west-1"
    number = moto.new_account()
    logs, cloudtrail = moto.client("logs", number, region), moto.client("cloudtrail", number, region)
    identity = moto.client("sts", number, region).get_caller_identity()["Account"]
    logs.create_log_group(logGroupName="cloudtrail")
    moto.client("s3", number, region).create_bucket(
        Bucket="govcloud-trail", CreateBucketConfiguration={"LocationConstraint": region}
    )
    role = moto.client("iam", number, region).create_role(RoleName="trail", AssumeRolePolicyDocument="{}")
    cloudtrail.create_trail(
        Name="main",
        S3BucketName="govcloud-trail",
        IsMultiRegionTrail=True,
        CloudWatchLogsLogGroupArn=f"arn:aws-us-gov:logs:{region}:{identity}:log-group:cloudtrail:*",
        CloudWatchLogsRoleArn=role["Role"]["Arn"],
    )
    cloudtrail.start_logging(Name="main")
    selectors = [{"ReadWriteType": "All", "IncludeManagementEvents": True}]
    cloudtrail.put_event_selectors(TrailName="main", EventSelectors=selectors)
    result = Account(moto, number, region).planned()
    assert result["account"]["partition"] == "aws-us-gov"
    assert result["plan"]["topic_arn"] == f"arn:aws-us-gov:sns:{region}:{identity}:alerts"
    assert len(result["plan"]["changes"]) == 5


# As a task of a play


PLAY = """
- hosts: all
  connection: local
  gather_facts: false
  tasks:
    - name: read
      aws_cis.monitoring.cis_monitoring_plan:
        access_key: "{{ aws_access_key }}"
        secret_key: "{{ aws_secret_key }}"
        endpoint_url: "{{ aws_endpoint_url }}"
        region: us-east-1
        topic_name: alerts
        subscriptions:
          - protocol: email
            endpoint: security@example.com
"""


def test_the_plan_is_the_same_in_check_mode_and_counts_as_a_change_there(bare: Account, ansible_playbook: Any) -> None:
    variables = {"aws_access_key": bare.number, "aws_secret_key": "sandbox", "aws_endpoint_url": bare.emulator.url}
    inventory = {"all": {"hosts": {"account": {**variables, "ansible_python_interpreter": sys.executable}}}}
    bare.emulator.clear_calls()
    runs = [ansible_playbook(PLAY, inventory), ansible_playbook(PLAY, inventory, "--check", "--diff")]
    assert [run.rc for run in runs] == [0, 0], runs[-1].stdout
    real, checked = (run.result("read") for run in runs)
    assert (real["changed"], real["check_mode"], checked["changed"], checked["check_mode"]) == (
        False,
        False,
        True,
        True,
    )
    assert len(checked["diff"]) == len(checked["plan"]["changes"]) == 5
    assert real["plan"] == checked["plan"]
    assert written_by(bare) == []
