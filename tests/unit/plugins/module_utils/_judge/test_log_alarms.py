# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log alarms are listed with the control that they are about, and change no verdict."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import LogAlarm
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.log_alarms import is_about
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.log_query import log_query
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import parse
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    GROUP_ARN,
    REGION,
    TOPIC_ARN,
    whole_account,
)

QUERY = 'fields eventTime | filter eventName in ["CreateSecurityGroup", "DeleteSecurityGroup"]'
ALARM = LogAlarm("lines", REGION, (GROUP_ARN,), QUERY, lines=50, actions=(TOPIC_ARN,))


def notes_with(alarm: LogAlarm, control: str = SECURITY_GROUP_CHANGES.name) -> tuple[str, ...]:
    account = whole_account()
    alone = judge(account, CONTROLS[control], "cis_v1_4_0")
    found = judge(dataclasses.replace(account, log_alarms=(alarm,)), CONTROLS[control], "cis_v1_4_0")
    assert (found.verdict, found.reason, found.links) == (alone.verdict, alone.reason, alone.links)
    return tuple(one for one in found.notes if one not in alone.notes)


def test_one_on_the_control_is_noted_next_to_a_whole_path() -> None:
    assert notes_with(ALARM) == (
        f"Log alarm lines also evaluates the log group for this control and notifies {TOPIC_ARN}, "
        "with up to 50 matching records in e-mail. It is not counted.",
    )


def test_one_without_actions_notifies_no_one() -> None:
    [note] = notes_with(dataclasses.replace(ALARM, actions=()))
    assert note.endswith("for this control and notifies no one. It is not counted.")


@pytest.mark.parametrize(
    "other",
    [{"log_groups": ("other",)}, {"region": "us-east-1"}, {"query": 'filter eventName = "CreateVpc"'}, {"query": ""}],
)
def test_one_on_something_else_is_not_noted(other: dict[str, object]) -> None:
    assert notes_with(dataclasses.replace(ALARM, **other)) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("control", CONTROLS)
def test_a_query_is_about_the_control_of_its_filter_alone(control: str) -> None:
    for one in CONTROLS[control].filters:
        query = log_query(parse(one.text))
        assert [name for name in CONTROLS if is_about(query, name)] == [control]
