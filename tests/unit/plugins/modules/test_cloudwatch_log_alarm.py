# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log alarm: documented, created, compared, updated without what is not managed here, deleted, refused."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError
from ansible_collections.aws_cis.monitoring.plugins.modules import cloudwatch_log_alarm
from ansible_collections.aws_cis.monitoring.tests.unit.documentation import documented, options_of, specified
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws

ARN = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:lines"
GROUP_ARN = "arn:aws:logs:eu-west-1:111122223333:log-group:trail"
ROLE = "arn:aws:iam::111122223333:role/log-alarms"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts"
GIVEN: dict[str, Any] = {
    "alarm_name": "lines",
    "query_string": 'filter eventName = "CreateSecurityGroup"',
    "log_groups": ["trail"],
    "query_role_arn": ROLE,
    "start_time_offset": 1200,
    "log_lines": 50,
    "log_lines_role_arn": ROLE,
    "alarm_actions": [TOPIC],
}
ENTRY: dict[str, Any] = {
    "AlarmName": "lines",
    "AlarmArn": ARN,
    "AlarmDescription": "",
    "ScheduledQueryConfiguration": {
        "QueryString": GIVEN["query_string"],
        "LogGroupIdentifiers": [f"{GROUP_ARN}:*"],
        "QueryARN": "arn:aws:logs:eu-west-1:111122223333:scheduled-query:1",
        "ScheduledQueryRoleARN": ROLE,
        "ScheduleConfiguration": {"ScheduleExpression": "rate(5 minutes)", "StartTimeOffset": 1200, "EndTimeOffset": 0},
        "AggregationExpression": "count(*)",
    },
    "ActionLogLineCount": 50,
    "ActionLogLineRoleArn": ROLE,
    "ActionsEnabled": True,
    "OKActions": [],
    "AlarmActions": [TOPIC],
    "InsufficientDataActions": [],
    "QueryResultsToEvaluate": 1,
    "QueryResultsToAlarm": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "TreatMissingData": "notBreaching",
}
WRITING = ("cloudwatch:PutLogAlarm", "cloudwatch:TagResource", "cloudwatch:DeleteAlarms")


class Run:
    """A run of the module where CloudWatch has the given alarms."""

    def __init__(
        self, *alarms: dict[str, Any], check_mode: bool = False, kind: str = "LogAlarms", **given: Any
    ) -> None:
        validator = ArgumentSpecValidator(cloudwatch_log_alarm.ARGUMENT_SPEC, **cloudwatch_log_alarm.CONSTRAINTS)
        validated = validator.validate({**GIVEN, **given})
        assert validated.error_messages == []
        tags = [{"Key": "theirs", "Value": "x"}]
        self.aws = FakeAws(
            {
                "cloudwatch:DescribeAlarms": {"MetricAlarms": [], "CompositeAlarms": [], kind: list(alarms)},
                "cloudwatch:ListTagsForResource": {"Tags": tags},
                **{name: {} for name in WRITING},
            }
        )
        task = Task(validated.validated_parameters, check_mode, True, self.aws, warn=pytest.fail)  # type: ignore[arg-type]
        self.result = cloudwatch_log_alarm.run(task)

    @property
    def written(self) -> list[tuple[str, Any]]:
        return [(name, parameters) for _region, name, parameters in self.aws.calls if name in WRITING]


def test_the_documentation_says_what_is_accepted() -> None:
    assert documented(options_of(cloudwatch_log_alarm)) == specified(cloudwatch_log_alarm.ARGUMENT_SPEC)


def test_one_is_created_with_its_tags() -> None:
    run = Run(tags={"team": "security", "cost": 42})
    [(name, put)] = run.written
    assert (name, run.result["changed"]) == ("cloudwatch:PutLogAlarm", True)
    assert put["ScheduledQueryConfiguration"]["LogGroupIdentifiers"] == ["trail"]
    assert put["Tags"] == [{"Key": "team", "Value": "security"}, {"Key": "cost", "Value": "42"}]
    assert (put["ActionLogLineCount"], put["ActionLogLineRoleArn"]) == (50, ROLE)
    assert run.result["diff"]["before"] == {}
    assert run.result["diff"]["after"]["query_string"] == GIVEN["query_string"]
    assert run.result["log_alarm"]["tags"] == {"team": "security", "cost": "42"}


def test_check_mode_predicts_the_same() -> None:
    planned, done = Run(check_mode=True, tags={"a": "b"}), Run(tags={"a": "b"})
    assert (planned.written, planned.result) == ([], done.result)


def test_a_second_run_changes_nothing() -> None:
    run = Run(ENTRY, tags={"theirs": "x"})
    assert (run.written, run.result["changed"], run.result["diff"]) == ([], False, {"before": {}, "after": {}})


def test_an_update_keeps_what_is_not_managed() -> None:
    warm_up = {"WarmUpPeriodDurationInMinutes": 5}
    query = {**ENTRY["ScheduledQueryConfiguration"], "Tags": [{"Key": "a", "Value": "b"}]}
    found = {**ENTRY, "WarmUpConfiguration": warm_up, "Threshold": 2.0, "ScheduledQueryConfiguration": query}
    run = Run(found, tags={"theirs": "x", "team": "security"})
    assert run.result["diff"] == {
        "before": {"threshold": 2.0},
        "after": {"threshold": 1.0, "tags": {"team": "security"}},
    }
    [(_name, put), (tag, tags)] = run.written
    assert (put["WarmUpConfiguration"], put["ScheduledQueryConfiguration"]["Tags"]) == (warm_up, query["Tags"])
    assert "QueryARN" not in put["ScheduledQueryConfiguration"]
    assert (tag, tags) == (
        "cloudwatch:TagResource",
        {"ResourceARN": ARN, "Tags": [{"Key": "team", "Value": "security"}]},
    )
    assert run.result["log_alarm"]["tags"] == {"theirs": "x", "team": "security"}


def test_tags_alone_do_not_write_the_alarm() -> None:
    assert [name for name, _parameters in Run(ENTRY, tags={"team": "a"}).written] == ["cloudwatch:TagResource"]


def test_without_lines_no_role_for_them_is_sent() -> None:
    [(_name, put)] = Run(log_lines=0, log_lines_role_arn="").written
    assert not {"ActionLogLineCount", "ActionLogLineRoleArn"} & put.keys()


@pytest.mark.parametrize("check_mode", [True, False])
def test_one_is_deleted(check_mode: bool) -> None:
    run = Run(ENTRY, check_mode=check_mode, state="absent")
    assert run.result["changed"]
    assert run.result["log_alarm"] == {}
    assert run.written == ([] if check_mode else [("cloudwatch:DeleteAlarms", {"AlarmNames": ["lines"]})])


def test_none_is_deleted_again() -> None:
    run = Run(state="absent")
    assert (run.result["changed"], run.written) == (False, [])


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_alarm_of_another_kind_is_never_touched(state: str) -> None:
    with pytest.raises(TaskError, match="Alarm lines in eu-west-1 is not a log alarm"):
        Run({"AlarmName": "lines", "AlarmArn": ARN}, kind="MetricAlarms", state=state)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"alarm_name": "x" * 256}, "alarm_name has 256 characters"),
        ({"query_string": "x" * 10_001}, "query_string has 10001 characters"),
        ({"query_string": None}, "query_string is null"),
        ({"description": "x" * 1025}, "description has 1025 characters"),
        ({"log_groups": []}, "log_groups has 0 log groups"),
        ({"query_role_arn": "log-alarms"}, "query_role_arn is 'log-alarms', which is not the ARN of an IAM role"),
        ({"log_lines_role_arn": ""}, "log_lines requires log_lines_role_arn"),
        ({"log_lines": 51}, "log_lines is 51"),
        ({"end_time_offset": 1200}, "start_time_offset is 1200 and end_time_offset 1200"),
        ({"results_to_alarm": 2}, "results_to_alarm is 2 and results_to_evaluate 1"),
        ({"alarm_actions": [TOPIC] * 6}, "alarm_actions has 6 actions"),
    ],
)
def test_what_aws_would_refuse_is_refused_in_check_mode_too(given: dict[str, Any], message: str) -> None:
    for check_mode in (True, False):
        with pytest.raises(TaskError) as error:
            Run(check_mode=check_mode, **given)
        assert message in str(error.value)


def test_a_botocore_that_does_not_know_log_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloudwatch_log_alarm.Reader, "can_ask", lambda *_names: False)
    with pytest.raises(TaskError, match=r"\(PutLogAlarm\)\. Update boto3 and botocore to 1\.43\.37"):
        Run()
