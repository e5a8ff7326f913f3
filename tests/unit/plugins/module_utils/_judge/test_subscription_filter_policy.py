# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which filter policies let an alarm's message through, as SNS documents them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.subscription_filter_policy import (
    DROPS,
    PASSES,
    UNDETERMINED,
    _object,
    alarm_passes,
)
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    TOPIC_ARN,
    a_composite_alarm,
    an_alarm,
)
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import examples
from hypothesis import given
from hypothesis import strategies as st


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
        ({"Trigger": {"Threshold": [{"numeric": [">", 0]}]}}, PASSES),
        ({"Trigger": {"Threshold": [{"numeric": [">", 1, "<=", 5]}]}}, DROPS),
        ({"Trigger": {"Threshold": [{"numeric": ["~", 1]}]}}, UNDETERMINED),
        ({"AlarmName": [{"numeric": [">", 0]}]}, DROPS),
        ({"AlarmName": [{"cidr": "10.0.0.0/8"}]}, UNDETERMINED),
        ({"Trigger.Namespace": ["CISBenchmark"]}, PASSES),
        ({"Trigger.Namespace": ["LogMetrics"]}, DROPS),
        ({"Trigger.Namespace": [{"exists": False}]}, DROPS),
        ({"Trigger.Dimensions.name": ["x"]}, UNDETERMINED),
        ({"Trigger.NoSuchKey": ["x"]}, DROPS),
        ({"No.Such.Key": [{"exists": False}]}, PASSES),
        ({"ActionExecutedAfterMuteWindow": [False]}, PASSES),
        ({"ActionExecutedAfterMuteWindow": [True]}, DROPS),
        ({"Trigger": {"DatapointsToAlarm": [{"exists": False}]}}, PASSES),
        ({"Trigger": {"DatapointsToAlarm": [1]}}, DROPS),
        ({"Trigger": {"Statistic": ["SUM"]}}, PASSES),
        ({"Trigger": {"ExtendedStatistic": [{"exists": True}]}}, DROPS),
        ({"AlarmTagsStatus": ["SUCCESS"]}, DROPS),
        ({"Trigger": {"Dimensions": {"name": ["x"]}}}, UNDETERMINED),
        ({"$or": [{"NewStateValue": ["OK"]}, {"AlarmName": [{"prefix": "security"}]}]}, PASSES),
    ],
)
def test_the_body_which_is_the_alarm(policy: dict[str, Any], outcome: object) -> None:
    assert alarm_passes(policy, "MessageBody", an_alarm()) is outcome


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [
        ({"Trigger": {"Namespace": ["CISBenchmark"]}}, UNDETERMINED),
        ({"Trigger.Namespace": ["CISBenchmark"]}, UNDETERMINED),
        ({"AlarmRule": ["ALARM(x)"]}, PASSES),
        ({"AlarmRule": [{"exists": False}]}, DROPS),
        ({"TriggeringChildren": [{"exists": True}]}, PASSES),
    ],
)
def test_a_composite_alarm_has_a_rule_and_perhaps_no_trigger(policy: dict[str, Any], outcome: object) -> None:
    assert alarm_passes(policy, "MessageBody", a_composite_alarm("ALARM(x)")) is outcome


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [
        ({"AlarmTagsStatus": [{"exists": True}]}, PASSES),
        ({"AlarmTagsStatus": ["SUCCESS"]}, UNDETERMINED),
        ({"AlarmTags.team": ["security"]}, UNDETERMINED),
        ({"AlarmTags": [{"exists": True}]}, UNDETERMINED),
    ],
)
def test_an_alarm_that_sends_its_tags(policy: dict[str, Any], outcome: object) -> None:
    assert alarm_passes(policy, "MessageBody", an_alarm(sends_tags=True)) is outcome


def test_the_keys_of_an_alarm_with_a_percentile_and_m_of_n() -> None:
    alarm = an_alarm(statistic=None, extended_statistic="p99", datapoints_to_alarm=1)
    policy = {"Trigger": {"ExtendedStatistic": ["p99"], "DatapointsToAlarm": [1], "Statistic": [{"exists": False}]}}
    assert alarm_passes(policy, "MessageBody", alarm) is PASSES


@examples(100)
@given(
    st.recursive(st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, min_size=1), max_leaves=6),
)
def test_a_dotted_key_is_a_path(message: Any) -> None:
    paths = list(leaves(message))
    for path, value in paths:
        if path:
            nested: Any = [value]
            for name in reversed(path):
                nested = {name: nested}
            assert _object({".".join(path): [value]}, message) is PASSES
            assert _object(nested, message) is PASSES
            assert _object({".".join(path): [value + 1]}, message) is DROPS


def leaves(message: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    if not isinstance(message, dict):
        yield above, message
        return
    for name, inner in message.items():
        yield from leaves(inner, (*above, name))
