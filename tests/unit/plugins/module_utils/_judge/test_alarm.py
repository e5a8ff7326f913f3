# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an alarm is evaluated at all: its warm-up, and what CloudWatch says of its evaluation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Link, judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import READ_AT, with_alarm

WAITING: dict[str, Any] = {"state": "INSUFFICIENT_DATA", "warm_up_minutes": 2880}
JUST_NOW = READ_AT - timedelta(minutes=10)
LONG_AGO = READ_AT - timedelta(days=3)


def alarm_link(**alarm: Any) -> Link:
    return judge(with_alarm(**alarm), SECURITY_GROUP_CHANGES).links[3]


@pytest.mark.parametrize(
    ("alarm", "status"),
    [
        ({**WAITING, "updated_at": JUST_NOW, "warm_up_is_fixed": True}, "fail"),
        # It ends with the first data, and when a sparse metric has enough of it nobody says.
        ({**WAITING, "updated_at": JUST_NOW}, "unknown"),
        ({**WAITING, "warm_up_is_fixed": True}, "unknown"),
        ({**WAITING, "updated_at": LONG_AGO, "warm_up_is_fixed": True}, "pass"),
        # During the warm-up an alarm is in INSUFFICIENT_DATA.
        ({**WAITING, "updated_at": JUST_NOW, "warm_up_is_fixed": True, "state": "OK"}, "pass"),
        ({"state": "INSUFFICIENT_DATA", "updated_at": JUST_NOW}, "pass"),
    ],
)
def test_a_warm_up(alarm: dict[str, Any], status: str) -> None:
    link = alarm_link(**alarm)
    assert (link.status, link.code) == (status, "OK" if status == "pass" else "ALARM_WARMING_UP")


def test_when_a_warm_up_ends_is_said() -> None:
    end = f"{JUST_NOW + timedelta(minutes=2880):%Y-%m-%d %H:%M} UTC"
    assert end in alarm_link(**WAITING, updated_at=JUST_NOW, warm_up_is_fixed=True).detail


@pytest.mark.parametrize(
    ("state", "status"),
    [("", "pass"), ("EVALUATION_ERROR", "fail"), ("EVALUATION_FAILURE", "unknown"), ("PARTIAL_DATA", "unknown")],
)
def test_what_cloudwatch_says_of_the_evaluation(state: str, status: str) -> None:
    link = alarm_link(evaluation_state=state)
    assert (link.status, link.code) == (status, "ALARM_NOT_EVALUATED" if state else "OK")
