# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS would refuse is refused first, in words that say what to do."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.refusals import refusals
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import (
    TOPIC_ARN,
    bare,
    converged,
    desired,
    plan,
)

CONTROL = "security_group_changes"
MANY = {f"tag{number}": "x" for number in range(51)}


def override(**options: Any) -> dict[str, Any]:
    return {"overrides": {CONTROL: options}}


def subscriber(protocol: str, endpoint: str) -> dict[str, Any]:
    return {"subscriptions": [{"protocol": protocol, "endpoint": endpoint}]}


def test_the_defaults_are_not_refused() -> None:
    assert refusals(desired()) == ()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"benchmarks": []}, "benchmarks is empty"),
        ({"controls": []}, "No control is enabled"),
        (override(filter_name="a:b"), "filter_name is 'a:b'"),
        # The name itself is short enough, but not with the suffix of the filter with seven events.
        (override(filter_name="f" * 510), "1 to 512 characters"),
        (override(metric_name="a*b"), "metric_name is 'a*b'"),
        ({"metric_namespace": "a$b"}, "metric_namespace is 'a$b'"),
        (override(alarm_name="a" * 256), "1 to 255 characters"),
        (override(alarm_name="a\nb"), "no control characters"),
        (override(description="a" * 1025), "description has 1025 characters"),
        (override(period=45), "period is 45"),
        (override(evaluation_periods=0), "evaluation_periods is 0"),
        (override(period=300, evaluation_periods=289), "evaluates at most one day"),
        (override(topic_arn="alerts"), "topic_arn is 'alerts', which is not the ARN of an SNS topic"),
        ({"topic_arn": "alerts"}, "topic_arn is 'alerts', which is not the ARN of an SNS topic"),
        ({"topic_arn": TOPIC_ARN + ".fifo"}, "is a FIFO topic"),
        ({"topic_name": "alerts.fifo"}, "the name of a FIFO topic"),
        ({"topic_name": "my topic"}, "topic_name is 'my topic'"),
        ({"topic_display_name": "a" * 101}, "topic_display_name has 101 characters"),
        ({"log_group_name": "a b"}, "log_group_name is 'a b'"),
        ({"kms_key_id": "alias/aws/sns"}, "the AWS managed key for SNS"),
        ({"organization_id": "123"}, "an organization id looks like o-a1b2c3d4e5"),
        ({"kms_key_id": "1234", "topic_arn": TOPIC_ARN}, "require topic_name"),
        ({"organization_id": "o-a1b2c3d4e5", "topic_arn": TOPIC_ARN}, "require topic_name"),
        (subscriber("firehose", "arn:aws:firehose:eu-west-1:111122223333:deliverystream/x"), "requires a role"),
        (subscriber("sqs", "not-an-arn"), "is not the ARN of a queue"),
        (subscriber("lambda", "arn:aws:sqs:eu-west-1:111122223333:q"), "is not the ARN of a function"),
        (subscriber("application", TOPIC_ARN), "is not the ARN of a mobile endpoint"),
        (subscriber("email", "nobody"), "is not an e-mail address"),
        (subscriber("https", "http://example.com"), "is not a URL that begins with https://"),
        (subscriber("http", "https://example.com"), "is not a URL that begins with http://"),
        (subscriber("sms", "call me"), "is not a telephone number"),
        ({"tags": MANY}, "tags has 51 tags"),
        ({"tags": {"aws:x": "y"}}, "begins with 'aws:'"),
        ({"tags": {"a" * 129: "y"}}, "is too long"),
        ({"tags": {"a": "y" * 257}}, "is too long"),
        ({"tags": {"a": "{}"}}, "has characters other than"),
    ],
)
def test_what_aws_would_refuse_blocks_the_plan(options: dict[str, Any], words: str) -> None:
    result = plan(bare(), desired(**options))
    assert words in result.blocked
    assert result.changes == ()


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("email", " security@example.com "),
        ("email-json", "security@example.com"),
        ("http", "http://127.0.0.1:8000/hook?key=a"),
        ("https", "https://user:secret@hooks.example.com/sns"),
        ("sqs", "arn:aws:sqs:eu-west-1:111122223333:queue"),
        ("lambda", "arn:aws-cn:lambda:cn-north-1:111122223333:function:page:live"),
        ("sms", "+1 (555) 555-0100"),
        ("application", "arn:aws:sns:eu-west-1:111122223333:endpoint/GCM/app/1-2-3"),
    ],
)
def test_what_sns_takes_is_not_refused(protocol: str, endpoint: str) -> None:
    assert refusals(desired(**subscriber(protocol, endpoint))) == ()


def test_a_secret_in_an_endpoint_is_not_told() -> None:
    (said,) = refusals(desired(**subscriber("http", "https://user:secret@hooks.example.com/key")))
    assert "secret" not in said
    assert "key" not in said


@pytest.mark.parametrize("options", [{"benchmarks": []}, {"topic_name": "my topic"}, {"subscriptions": []}])
def test_to_remove_no_name_is_too_bad(options: dict[str, Any]) -> None:
    assert refusals(desired(state="absent", **options)) == ()


def test_an_override_may_ask_for_another_alarm() -> None:
    options = {"threshold": "2", "period": 3600, "evaluation_periods": 3, "description": "Ours", "alarm_name": "mine"}
    change = plan(bare(), desired(**override(**options))).changes[-1]
    assert (change.name, change.control) == ("mine", CONTROL)
    expected = {"threshold": 2.0, "period": 3600, "evaluation_periods": 3, "description": "Ours"}
    assert {name: change.settings[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"nothing": {}}, "overrides: Unknown control 'nothing'. The controls are"),
        ({"vpc_change": {}}, "overrides: Unknown control 'vpc_change'. Did you mean vpc_changes?"),
        ({"root_usage": {"colour": "red"}}, "overrides of root_usage has the unknown option 'colour'"),
        ({CONTROL: {"colour": "red"}}, "has the unknown option 'colour'. The options are enabled, filter_name"),
        ({CONTROL: {"period": "long"}}, "period in overrides of security_group_changes is 'long'"),
        ({CONTROL: "x"}, "must be a dictionary of options"),
        ({CONTROL: {"enabled": "maybe"}}, "enabled in overrides of .* is 'maybe', which is not a boolean"),
    ],
)
def test_an_override_that_says_nothing_is_an_error(overrides: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        desired(overrides=overrides)


@pytest.mark.parametrize(
    ("benchmarks", "judged_by"),
    [
        (["security_hub"], "cis_v1_4_0"),
        (["cis_v7_0_0", "cis_v1_2_0", "security_hub"], "cis_v7_0_0"),
        (["cis_v1_2_0"], "cis_v1_2_0"),
    ],
)
def test_the_newest_cis_version_judges(benchmarks: list[str], judged_by: str) -> None:
    assert desired(benchmarks=benchmarks).judging_benchmark(SECURITY_GROUP_CHANGES) == judged_by


def test_a_control_is_judged_by_a_benchmark_that_has_it() -> None:
    organizations = CONTROLS["organizations_changes"]
    asked_for = desired(benchmarks=["cis_v1_2_0", "prowler"], controls=["organizations_changes"])
    assert asked_for.judging_benchmark(organizations) == "cis_v1_4_0"
    assert plan(bare(), asked_for).blocked == ""


def test_a_control_that_no_benchmark_asked_for_has_is_refused_by_name_and_left_out_of_all() -> None:
    named = desired(benchmarks=["cis_v1_2_0"], controls=["organizations_changes"])
    assert "None of the benchmarks cis_v1_2_0 has the control organizations_changes" in plan(bare(), named).blocked
    everything = desired(benchmarks=["cis_v1_2_0"], controls=["all"])
    assert everything.left_out == ("organizations_changes",)
    assert len(everything.wanted) == len(CONTROLS) - 1
    assert plan(bare(), everything).blocked == ""


def test_to_remove_all_no_benchmark_is_asked() -> None:
    everything = desired(benchmarks=["cis_v1_2_0"], controls=["all"], state="absent")
    assert (everything.left_out, len(everything.wanted)) == ((), len(CONTROLS))


@pytest.mark.parametrize("off", [False, "false", "no"])
def test_a_control_that_is_switched_off_is_left_out(off: Any) -> None:
    overrides = {CONTROL: {"enabled": off}, "root_usage": {"enabled": True}}
    names = [one.control.name for one in desired(controls=["all"], overrides=overrides).wanted]
    assert len(names) == len(CONTROLS) - 1
    assert CONTROL not in names


def test_an_override_of_a_control_that_is_not_chosen_does_no_harm_but_is_checked() -> None:
    assert plan(converged(), desired(overrides={"root_usage": {"threshold": 5}})).changes == ()
    assert "period is 7, but" in plan(converged(), desired(overrides={"root_usage": {"period": 7}})).blocked
    assert "topic_arn is 'x', which" in plan(converged(), desired(overrides={"root_usage": {"topic_arn": "x"}})).blocked


def test_controls_have_the_numbers_of_the_benchmarks_to_satisfy() -> None:
    def chosen(*controls: str, **options: Any) -> list[str]:
        return [one.control.name for one in desired(controls=list(controls), **options).wanted]

    assert chosen("5.10", "CloudWatch.1") == ["security_group_changes", "root_usage"]
    assert chosen("4.10", benchmarks=["cis_v3_0_0"]) == ["security_group_changes"]
    with pytest.raises(
        ValueError, match=r"4\.10 is not a number of a control in cis_v7_0_0, but of security_group_changes"
    ):
        chosen("4.10", benchmarks=["cis_v7_0_0"])
