# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an alarm says, within what CloudWatch takes, for any pattern, log group and partition."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    CIS_BENCHMARKS,
    CONTROLS,
    SECURITY_GROUP_CHANGES,
    Control,
    any_of,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.description import (
    MOST_CHARACTERS,
    alarm_description,
    is_of_log_alarm,
    is_ours,
    log_alarm_description,
    widest,
)
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import examples
from hypothesis import given
from hypothesis import strategies as st

SEVEN = SECURITY_GROUP_CHANGES.filters[1].text
ROOT = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'


def described(pattern: str = SEVEN, partition: str = "aws", log_group: str = "cloudtrail", **changes: object) -> str:
    control = dataclasses.replace(SECURITY_GROUP_CHANGES, **changes)
    return alarm_description(control, "111122223333", partition, "eu-west-1", log_group, pattern)


def test_what_happened_the_ids_how_to_look_and_the_link() -> None:
    happening, ids, command, console = described().splitlines()
    assert happening == "Account 111122223333: security group changes, or denied attempts."
    assert ids == (
        "CIS AWS Foundations 3.10 (v1.2), 4.10 (v1.3 to v5.0), 5.10 (v6.0 to v7.0); Security Hub CloudWatch.10."
    )
    assert command == (
        "List the events: ansible-playbook aws_cis.monitoring.events -i INVENTORY -e cis_monitoring_since=last_alarm "
        "-e cis_monitoring_controls=security_group_changes"
    )
    assert console.startswith(
        "Console: https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:logs-insights$3FqueryDetail$3D"
    )
    assert console.endswith("~source~(~'cloudtrail))")


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
def test_a_log_alarm_says_that_it_is_one(control: Control) -> None:
    for of_organization in (False, True):
        text = log_alarm_description(control, "111122223333", of_organization=of_organization)
        assert text.splitlines()[-1].startswith("Log alarm: ")
        assert len(text) <= MOST_CHARACTERS
        assert is_ours(text)
        assert is_of_log_alarm(text)
    assert not is_of_log_alarm(described())
    assert not is_of_log_alarm(f"{text}\nOur note.")


def test_events_of_other_accounts_are_announced_where_they_count() -> None:
    text = alarm_description(
        SECURITY_GROUP_CHANGES, "111122223333", "aws", "eu-west-1", "cloudtrail", SEVEN, of_organization=True
    )
    assert text.splitlines()[0].endswith(". Events of other accounts of the organization also count.")
    assert is_ours(text)
    assert "other accounts" not in described()


def test_a_short_query_is_beside_its_link() -> None:
    text = described("{ $.eventName = CreateSecurityGroup }")
    assert 'filter eventName="CreateSecurityGroup"|sort @timestamp desc' in text
    assert "queryDetail" in text


def test_a_query_too_long_for_a_link_has_one_to_the_log_group() -> None:
    names = [f"AttachSomethingElse{number:02}" for number in range(15)]
    text = described("{ " + " || ".join(f"($.eventName = {name})" for name in names) + " }")
    assert f'"{names[-1]}"]|sort' in text
    assert text.endswith("#logsV2:log-groups/log-group/cloudtrail")


@pytest.mark.parametrize(
    ("partition", "console"),
    [
        ("aws", "https://console.aws.amazon.com/"),
        ("aws-cn", "https://console.amazonaws.cn/"),
        ("aws-us-gov", "https://console.amazonaws-us-gov.com/"),
        ("aws-eusc", "https://console.amazonaws-eusc.eu/"),
    ],
)
def test_the_console_of_the_partition(partition: str, console: str) -> None:
    assert f"Console: {console}" in described(partition=partition)


def test_a_partition_without_a_console_that_is_known_has_no_link() -> None:
    text = described(ROOT, partition="aws-iso")
    assert "http" not in text
    assert "not ispresent(userIdentity.invokedBy)" in text


def test_a_control_that_no_security_hub_has() -> None:
    prescriptions = {name: SECURITY_GROUP_CHANGES.prescriptions[name] for name in CIS_BENCHMARKS}
    ids = described(prescriptions=prescriptions).splitlines()[1]
    assert ids == "CIS AWS Foundations 3.10 (v1.2), 4.10 (v1.3 to v5.0), 5.10 (v6.0 to v7.0)."


@pytest.mark.parametrize("control", CONTROLS.values(), ids=list(CONTROLS))
def test_every_control_says_how_to_look(control: Control) -> None:
    text = alarm_description(
        control, "111122223333", "aws-us-gov", "us-gov-west-1", "aws-cloudtrail-logs", control.filters[0].text
    )
    assert len(text) <= 1024
    assert f"-e cis_monitoring_controls={control.name}" in text
    assert "|filter " in text or "*7Cfilter" in text, "the query is there, in the link or beside it"


@examples(100)
@given(st.text(min_size=1, max_size=512), st.integers(1, 4), st.sampled_from(["aws", "aws-cn", "aws-iso"]))
def test_it_is_never_longer_than_cloudwatch_takes(log_group: str, times: int, partition: str) -> None:
    pattern = any_of(SECURITY_GROUP_CHANGES.all_events * times)
    text = described(pattern, partition, log_group)
    assert len(text) <= 1024
    assert "cis_monitoring_since=last_alarm" in text


@pytest.mark.parametrize("control", CONTROLS.values(), ids=list(CONTROLS))
@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-iso"])
def test_ours_is_known_as_ours(control: Control, partition: str) -> None:
    for one in control.filters:
        text = alarm_description(control, "111122223333", partition, "eu-west-1", "a/long log-group " * 20, one.text)
        assert is_ours(text)
        assert not is_ours(text + "\nCall Bob.")


@pytest.mark.parametrize(
    "happening",
    ["a security group changes, or somebody was denied it.", "a call is denied.", "security group changes."],
)
@pytest.mark.parametrize("who", ["Who did it", "List the events"])
def test_what_earlier_versions_wrote_is_known_as_ours(happening: str, who: str) -> None:
    lines = described().splitlines()
    command = lines[2].partition(": ")[2]
    text = "\n".join([f"Account 111122223333: {happening}", lines[1], f"{who}: {command}", *lines[3:]])
    assert is_ours(text)
    assert not is_ours(text.replace(who, "Ask Bob"))


def test_it_is_about_the_filter_that_catches_the_most() -> None:
    six = SECURITY_GROUP_CHANGES.filters[0].text
    assert widest(SECURITY_GROUP_CHANGES, [six, SEVEN]) == SEVEN
    assert widest(SECURITY_GROUP_CHANGES, [SEVEN, six]) == SEVEN
    assert widest(SECURITY_GROUP_CHANGES, [six]) == six
