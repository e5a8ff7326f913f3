# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cloudwatch_alarm_actions against both emulators."""

from __future__ import annotations

from typing import Any

import pytest
from account_builder import ALARM, Builder
from ansible_collections.aws_cis.monitoring.plugins.modules import cloudwatch_alarm_actions
from harness import REGION, Moto, Sandbox
from module_runner import ModuleRunner

OTHER = "security_group_changes_alarm_of_others"
COMPOSITE = "all_changes"  # moto can't make one
EMULATORS = ("sandbox", "moto")


@pytest.fixture
def emulator(request: pytest.FixtureRequest) -> Sandbox | Moto:
    """The sandbox, unless the test is parametrized with another one."""
    return request.getfixturevalue(getattr(request, "param", "sandbox"))


@pytest.fixture
def account(emulator: Sandbox | Moto) -> str:
    return emulator.new_account() if isinstance(emulator, Sandbox) else "123456789012"


@pytest.fixture
def cloudwatch(emulator: Sandbox | Moto, account: str) -> Any:
    """The account's client, with two alarms whose names begin alike, both enabled."""
    builder = Builder(emulator, account)
    builder.alarm(builder.topic())
    client = builder.client("cloudwatch")
    client.put_metric_alarm(
        AlarmName=OTHER,
        Namespace="Theirs",
        MetricName="x",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    return client


@pytest.fixture
def alarm_actions(emulator: Sandbox | Moto, account: str, cloudwatch: Any) -> ModuleRunner:
    return ModuleRunner(cloudwatch_alarm_actions, emulator.url, account)


def alarms_of(cloudwatch: Any) -> dict[str, dict[str, Any]]:
    answer = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    moments = ("AlarmConfigurationUpdatedTimestamp", "ResponseMetadata")
    return {
        one["AlarmName"]: {name: value for name, value in one.items() if name not in moments}
        for one in [*answer["MetricAlarms"], *answer["CompositeAlarms"]]
    }


def shown(cloudwatch: Any, enabled: bool, *names: str) -> list[dict[str, Any]]:
    arns = {name: alarm["AlarmArn"] for name, alarm in alarms_of(cloudwatch).items()}
    return [{"alarm_name": name, "alarm_arn": arns[name], "name": name, "actions_enabled": enabled} for name in names]


@pytest.mark.parametrize("emulator", EMULATORS, indirect=True)
def test_disables_and_enables_and_changes_nothing_else(cloudwatch: Any, alarm_actions: ModuleRunner) -> None:
    original = alarms_of(cloudwatch)

    for state, changes in (("enabled", False), ("disabled", True), ("disabled", False), ("enabled", True)):
        before = alarms_of(cloudwatch)
        predicted = alarm_actions(check_mode=True, alarm_names=[ALARM], state=state)
        assert alarms_of(cloudwatch) == before, "check mode wrote"
        result = alarm_actions(alarm_names=[ALARM], state=state)

        assert predicted == result
        enabled = state == "enabled"
        assert result["changed"] is changes
        assert result["alarms"] == shown(cloudwatch, enabled, ALARM)
        assert result["diff"] == {
            "before": {"alarms": shown(cloudwatch, enabled is not changes, ALARM)},
            "after": {"alarms": shown(cloudwatch, enabled, ALARM)},
        }
        after = alarms_of(cloudwatch)
        assert after == {**original, ALARM: {**original[ALARM], "ActionsEnabled": enabled}}


def test_only_what_differs_is_written_and_nothing_in_check_mode(
    sandbox: Sandbox, account: str, cloudwatch: Any, alarm_actions: ModuleRunner
) -> None:
    cloudwatch.disable_alarm_actions(AlarmNames=[ALARM])
    sandbox.clear_calls()

    assert alarm_actions(check_mode=True, alarm_names=[OTHER, ALARM])["changed"] is True
    assert sandbox.writing_calls(account) == []
    result = alarm_actions(alarm_names=[OTHER, ALARM, OTHER])

    assert sandbox.writing_calls(account) == ["cloudwatch:EnableAlarmActions"]
    assert result["alarms"] == shown(cloudwatch, True, OTHER, ALARM)
    assert result["diff"]["before"]["alarms"] == [
        *shown(cloudwatch, True, OTHER),
        *shown(cloudwatch, False, ALARM),
    ]
    alarm_actions(alarm_names=[OTHER, ALARM])
    assert sandbox.writing_calls(account) == ["cloudwatch:EnableAlarmActions"]


def test_a_composite_alarm_is_an_alarm(cloudwatch: Any, alarm_actions: ModuleRunner) -> None:
    cloudwatch.put_composite_alarm(AlarmName=COMPOSITE, AlarmRule=f"ALARM({ALARM})")
    assert alarm_actions.both_ways(alarm_names=[COMPOSITE], state="disabled")["changed"] is True
    assert alarms_of(cloudwatch)[COMPOSITE]["ActionsEnabled"] is False
    assert alarms_of(cloudwatch)[ALARM]["ActionsEnabled"] is True


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([ALARM, "gone", "security_group_changes"], f"gone, security_group_changes does not exist in region {REGION}"),
        ([], "alarm_names has 0 names"),
        ([str(number) for number in range(101)], "alarm_names has 101 names"),
    ],
)
def test_wrong_names_fail_and_nothing_is_written(
    sandbox: Sandbox, account: str, alarm_actions: ModuleRunner, names: list[str], said: str, check_mode: bool
) -> None:
    sandbox.clear_calls()

    result = alarm_actions(check_mode=check_mode, alarm_names=names, state="disabled")

    assert result["failed"] is True
    assert said in result["msg"]
    assert sandbox.writing_calls(account) == []


def test_an_answer_cut_short_is_not_taken_for_no_such_alarm(
    sandbox: Sandbox, account: str, alarm_actions: ModuleRunner
) -> None:
    sandbox.fault(account=account, action="DescribeAlarms", truncate=True)
    assert alarm_actions(alarm_names=[ALARM])["error_code"] == "RESPONSE_INCOMPLETE"


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("DescribeAlarms", f"cloudwatch:DescribeAlarms for alarms {ALARM} was denied"),
        ("DisableAlarmActions", f"Could not disable the actions of {ALARM} in {REGION}: AccessDenied"),
    ],
)
def test_a_denial_says_what_was_tried_on_what(
    sandbox: Sandbox, account: str, alarm_actions: ModuleRunner, action: str, said: str
) -> None:
    sandbox.fault(account=account, action=action, code="AccessDenied")
    assert said in alarm_actions(alarm_names=[ALARM], state="disabled")["msg"]
