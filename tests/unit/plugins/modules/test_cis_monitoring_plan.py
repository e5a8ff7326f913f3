# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan's arguments and result: what its documentation says, what it refuses, and when it counts as a change."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_plan
from ansible_collections.aws_cis.monitoring.tests.unit.documentation import documented, options_of, specified
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws, Fault

ACCOUNT = "111122223333"
GROUP = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:cloudtrail"
TRAIL = {
    "TrailARN": f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/main",
    "Name": "main",
    "HomeRegion": "eu-west-1",
    "IsMultiRegionTrail": True,
    "CloudWatchLogsLogGroupArn": GROUP + ":*",
}
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts"
WAITING = {"SubscriptionArn": "PendingConfirmation", "Protocol": "email", "Endpoint": "a@example.com", "Owner": ACCOUNT}
BARE = {
    "sts:GetCallerIdentity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/u"},
    "cloudtrail:DescribeTrails": {"trailList": [TRAIL]},
    "cloudtrail:GetTrailStatus": {"IsLogging": True},
    "cloudtrail:GetEventSelectors": {
        "TrailARN": TRAIL["TrailARN"],
        "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}],
    },
    "logs:DescribeLogGroups": {"logGroups": [{"logGroupName": "cloudtrail", "logGroupClass": "STANDARD"}]},
    "logs:DescribeMetricFilters": {"metricFilters": []},
    "cloudwatch:DescribeAlarms": {"MetricAlarms": [], "CompositeAlarms": []},
    "sns:GetTopicAttributes": {"Attributes": {"TopicArn": TOPIC, "Owner": ACCOUNT}},
    "sns:ListSubscriptionsByTopic": {"Subscriptions": [WAITING]},
}
SOMEBODY = {"topic_name": "alerts", "subscriptions": [{"protocol": "email", "endpoint": "a@example.com"}]}


def validated(**parameters: Any) -> Any:
    return ArgumentSpecValidator(cis_monitoring_plan.ARGUMENT_SPEC).validate(parameters)


class Run:
    """A run of the module in a bare account whose topic has a subscriber who has yet to confirm."""

    def __init__(self, *, check_mode: bool = False, diff_mode: bool = False, **parameters: Any) -> None:
        result = validated(**{**SOMEBODY, **parameters})
        assert result.error_messages == []
        self.warnings: list[str] = []
        self.aws = FakeAws(BARE)
        task = Task(result.validated_parameters, check_mode, diff_mode, self.aws, warn=self.warnings.append)  # type: ignore[arg-type]
        self.result = cis_monitoring_plan.run(task)


def test_the_options_are_documented_as_they_are() -> None:
    assert documented(options_of(cis_monitoring_plan)) == specified(cis_monitoring_plan.ARGUMENT_SPEC)


def test_the_result_has_the_keys_that_are_documented() -> None:
    result = {**Run(check_mode=True).result, **Run(diff_mode=True).result}
    returned = yaml.safe_load(cis_monitoring_plan.RETURN)
    assert {*result, "done"} == {*returned, "changed"}, "the action plugin adds `done` in a role"
    for key in ("account", "plan"):
        assert set(result[key]) == set(returned[key]["contains"])
    documented_change = returned["plan"]["contains"]["changes"]["contains"]
    assert all(set(change) == set(documented_change) for change in result["plan"]["changes"])
    assert all(set(diff) == set(returned["diff"]["contains"]) for diff in result["diff"])


def test_the_examples_are_valid_tasks() -> None:
    for task in yaml.safe_load(cis_monitoring_plan.EXAMPLES):
        arguments = task.get("aws_cis.monitoring.cis_monitoring_plan")
        if arguments:
            arguments.pop("region", None)  # one of amazon.aws's
            assert validated(**arguments).error_messages == []


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("diff_mode", [False, True])
def test_counts_as_a_change_in_check_mode_alone(check_mode: bool, diff_mode: bool) -> None:
    result = Run(check_mode=check_mode, diff_mode=diff_mode).result
    assert (result["changed"], result["check_mode"]) == (check_mode, check_mode)
    assert ("diff" in result) == (check_mode or diff_mode)
    assert ("diff_lines" in result) == (diff_mode and not check_mode)


def test_nothing_planned_is_no_change() -> None:
    assert Run(check_mode=True, state="absent", topic_arn=TOPIC).result["changed"] is False


def test_each_change_has_a_diff() -> None:
    result = Run(diff_mode=True).result
    headers = [diff["after_header"] for diff in result["diff"]]
    assert headers == [f"{one['resource'].replace('_', ' ')} {one['name']}" for one in result["plan"]["changes"]]
    assert all(diff["before"] == "" and diff["after"] for diff in result["diff"])
    lines = result["diff_lines"]
    assert lines[:2] == [f"--- {headers[0]}", f"+++ {headers[0]}"]
    assert "+metric_value: 1" in lines


@pytest.mark.parametrize(
    ("options", "is_said"),
    [({"check_mode": True}, True), ({}, False), ({"check_mode": True, "subscriptions": []}, False)],
)
def test_who_has_yet_to_confirm_is_warned_of_by_the_last_reading(options: dict[str, Any], is_said: bool) -> None:
    warnings = Run(**options).warnings
    assert len(warnings) == is_said
    assert all("a@example.com" in warning and "until they confirm" in warning for warning in warnings)


def test_what_is_refused_is_said_and_nothing_is_asked_for_it() -> None:
    run = Run(topic_arn="alerts")
    assert "which is not the ARN of an SNS topic" in run.result["plan"]["blocked"]
    assert run.result["plan"]["changes"] == []
    assert [name for _region, name, _parameters in run.aws.calls] == ["sts:GetCallerIdentity"]


def test_a_botocore_without_log_alarms_is_said_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    known = FakeAws.client

    def older(self: FakeAws, service: str, region: str | None = None) -> Any:
        return object() if service == "cloudwatch" else known(self, service, region)

    monkeypatch.setattr(FakeAws, "client", older)
    run = Run(log_alarms=True, log_alarms_role="log-alarms")
    assert "Update boto3 and botocore to 1.43.37 or newer, or set log_alarms to false." in run.result["plan"]["blocked"]
    assert [name for _region, name, _parameters in run.aws.calls] == ["sts:GetCallerIdentity"]


def test_what_is_not_known_of_the_role_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BARE, "iam:GetRole", Fault("AccessDenied"))
    run = Run(check_mode=True, log_alarms=True, log_alarms_role="log-alarms")
    assert run.aws.made("iam:GetRole") == [{"RoleName": "log-alarms"}]
    assert [one["name"] for one in run.result["plan"]["changes"]][-1] == "security_group_changes_alarm_log"
    assert "could not be determined: iam:GetRole for role log-alarms was denied." in run.warnings[-1]


def test_no_role_is_read_without_log_alarms() -> None:
    assert Run().aws.made("iam:GetRole") == []


def test_it_returns_what_is_to_be_written_and_no_verdict() -> None:
    result = Run(controls="all").result
    assert set(result) == {"account", "changed", "check_mode", "left_out", "plan"}


@pytest.mark.parametrize("controls", ["security_group_changes", ["security_group_changes"], "all"])
def test_controls_are_a_name_a_list_or_all(controls: Any) -> None:
    changes = Run(controls=controls).result["plan"]["changes"]
    assert {one["control"] for one in changes} >= {"security_group_changes"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"subscriptions": [{"protocol": "fax", "endpoint": "1"}]}, "protocol"),
        ({"benchmarks": ["cis_v9"]}, "benchmarks"),
        ({"state": "gone"}, "state"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments: dict[str, Any], words: str) -> None:
    assert words in " ".join(validated(**arguments).error_messages)


def test_an_override_that_says_nothing_fails_before_anything_is_read() -> None:
    with pytest.raises(TaskError, match="overrides: Unknown control 'nothing'"):
        Run(overrides={"nothing": {}})


def test_what_is_shown_steers_no_terminal_and_what_is_written_is_exact() -> None:
    odd = "a\u202eb"  # characters that steer a terminal are refused, those that turn text are not
    changed = Run(diff_mode=True, overrides={"security_group_changes": {"alarm_name": odd}}).result
    [alarm] = [one for one in changed["plan"]["changes"] if one["resource"] == "alarm"]
    assert alarm["summary"].endswith("a?b")
    assert alarm["name"] == alarm["settings"]["name"] == odd
    assert "\u202e" not in "".join(changed["diff_lines"])


def test_an_unknown_control_fails_before_anything_is_read() -> None:
    with pytest.raises(TaskError, match=r"Unknown control 'vpc_change'. Did you mean vpc_changes\?"):
        Run(controls=["vpc_change"])
