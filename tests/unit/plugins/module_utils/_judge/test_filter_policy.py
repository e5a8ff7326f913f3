# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which filter policies let an alarm's message through, as SNS documents them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.filter_policy import (
    DROPS,
    PASSES,
    UNDETERMINED,
    alarm_passes,
)
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    TOPIC_ARN,
    a_composite_alarm,
    an_alarm,
)


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [
        ({}, PASSES),
        ({"severity": ["high"]}, DROPS),
        ({"severity": [{"anything-but": ["low"]}]}, DROPS),
        ({"severity": [{"exists": True}]}, DROPS),
        ({"severity": [{"exists": False}]}, PASSES),
        ({"severity": ["high", {"exists": False}]}, PASSES),
        ({"severity": [{"exists": False}], "team": ["a"]}, DROPS),
        ({"$or": [{"a": ["b"]}, {"c": [{"exists": False}]}]}, PASSES),
        ({"AlarmName": ["security_group_changes_alarm"]}, DROPS),
    ],
)
def test_attributes_which_an_alarm_does_not_send(policy: dict[str, Any], outcome: object) -> None:
    assert alarm_passes(policy, "MessageAttributes", an_alarm()) is outcome


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [
        ({"AlarmName": ["security_group_changes_alarm"]}, PASSES),
        ({"AlarmName": ["another"]}, DROPS),
        ({"AlarmName": [{"prefix": "security_"}]}, PASSES),
        ({"AlarmName": [{"suffix": "_alarm"}]}, PASSES),
        ({"AlarmName": [{"suffix": "_metric"}]}, DROPS),
        ({"AlarmName": [{"equals-ignore-case": "SECURITY_group_changes_alarm"}]}, PASSES),
        ({"AlarmName": [{"wildcard": "security*alarm"}]}, PASSES),
        ({"AlarmName": [{"wildcard": "security?group*"}]}, DROPS),
        ({"AlarmName": [{"anything-but": "another"}]}, PASSES),
        ({"AlarmName": [{"anything-but": {"prefix": "security"}}]}, DROPS),
        ({"AlarmName": [{"anything-but": {"suffix": ["_x", "_y"]}}]}, PASSES),
        ({"NewStateValue": ["ALARM"]}, PASSES),
        ({"NewStateValue": ["OK", "INSUFFICIENT_DATA"]}, DROPS),
        ({"NewStateValue": ["alarm"]}, DROPS),
        ({"OldStateValue": ["OK"]}, UNDETERMINED),
        ({"OldStateValue": [{"exists": True}]}, PASSES),
        ({"AlarmName": ["another"], "OldStateValue": ["OK"]}, DROPS),
        ({"Region": [{"prefix": "EU"}]}, UNDETERMINED),
        ({"AlarmDescription": [None]}, PASSES),
        ({"NoSuchKey": ["x"]}, DROPS),
        ({"NoSuchKey": {"Deeper": [{"exists": False}]}}, PASSES),
        ({"AlarmActions": [TOPIC_ARN]}, PASSES),
        ({"OKActions": [{"exists": True}]}, PASSES),
        ({"Trigger": {"Namespace": ["CISBenchmark"]}}, PASSES),
        ({"Trigger": {"Namespace": ["LogMetrics"]}}, DROPS),
        ({"Trigger": {"Period": [300]}}, PASSES),
        ({"Trigger": {"Threshold": [{"numeric": [">", 0]}]}}, UNDETERMINED),
        ({"Trigger": {"Dimensions": {"name": ["x"]}}}, UNDETERMINED),
        ({"$or": [{"NewStateValue": ["OK"]}, {"AlarmName": [{"prefix": "security"}]}]}, PASSES),
    ],
)
def test_the_body_which_is_the_alarm(policy: dict[str, Any], outcome: object) -> None:
    assert alarm_passes(policy, "MessageBody", an_alarm()) is outcome


def test_a_composite_alarms_trigger_is_not_known() -> None:
    alarm = a_composite_alarm("ALARM(x)")
    assert alarm_passes({"Trigger": {"Namespace": ["CISBenchmark"]}}, "MessageBody", alarm) is UNDETERMINED
