# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How large an alarm's message is, and what of it a topic takes."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import ActionResult
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.alarm_message import size_of_message
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    READ_AT,
    TOPIC_ARN,
    a_composite_alarm,
    a_topic,
    an_alarm,
    with_alarm,
)

LEAST, MOST = size_of_message(an_alarm())


def test_the_size_grows_with_what_the_message_holds() -> None:
    assert LEAST < MOST < 262144
    assert size_of_message(an_alarm(description="é" * 500))[0] == LEAST + 1000 - len("null") + len('""')
    assert size_of_message(a_composite_alarm("ALARM(a) OR " * 500 + "ALARM(b)"))[0] > 6000


@pytest.mark.parametrize(
    ("largest", "history", "status"),
    [
        (262144, (), "pass"),
        (1048576, (), "pass"),
        (MOST, (), "pass"),
        (LEAST, (), "unknown"),
        (LEAST, (ActionResult(READ_AT, TOPIC_ARN, True, ""),), "pass"),
        (LEAST - 1, (), "fail"),
        (LEAST - 1, (ActionResult(READ_AT, TOPIC_ARN, True, ""),), "fail"),
    ],
)
def test_a_topic_for_small_messages(largest: int, history: Any, status: str) -> None:
    account = dataclasses.replace(with_alarm(history=history), topics={TOPIC_ARN: a_topic(largest_message=largest)})
    link = judge(account, SECURITY_GROUP_CHANGES).links[4]
    assert (link.status, link.code) == (status, "OK" if status == "pass" else "TOPIC_MESSAGE_SIZE")
