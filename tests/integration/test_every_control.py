# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each control on the sandbox: an event of it in the log group ends as a message, and what lies beside it does not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from account_builder import LOG_GROUP, Builder
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, Control
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.records import (
    Record,
    case_records,
    near_misses,
)
from harness import Sandbox

EACH_CONTROL = pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())


class Account:
    """An account with what is installed for every control, and a queue that gets the messages."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._ahead = 0.0  # seconds, of the sandbox's clock
        self.builder = Builder(sandbox, sandbox.new_account())
        self.builder.trail()
        self.builder.every_control()
        self._stream = {"logGroupName": LOG_GROUP, "logStreamName": "records"}
        self.builder.client("logs").create_log_stream(**self._stream)

    def told_of(self, records: Iterable[Record]) -> set[str]:
        """Put records into the log group, and return the alarms whose messages arrive. Then all go back."""
        now = int((time.time() + self._ahead) * 1000)
        events = [{"timestamp": now, "message": record.message} for record in records]
        self.builder.client("logs").put_log_events(**self._stream, logEvents=events)
        self._sandbox.tick(1)
        alarms = {message["AlarmName"] for message in self._messages() if message["NewStateValue"] == "ALARM"}
        self._sandbox.tick(601)
        self._ahead += 602
        return alarms

    def _messages(self) -> Iterator[dict[str, Any]]:
        sqs = self.builder.client("sqs")
        [url] = sqs.list_queues()["QueueUrls"]
        while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for one in received:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
                yield json.loads(json.loads(one["Body"])["Message"])


@pytest.fixture(scope="module")
def watched() -> Iterator[Account]:
    """On a sandbox of its own, since its clock is put forward."""
    with Sandbox.start() as sandbox:
        yield Account(sandbox)


@EACH_CONTROL
def test_an_event_of_it_ends_as_a_message(watched: Account, control: Control) -> None:
    case = control.prescriptions["cis_v7_0_0"].cases[0]
    assert control.alarm_name in watched.told_of(case_records(control, case)[:1])


@EACH_CONTROL
def test_what_lies_beside_it_does_not(watched: Account, control: Control) -> None:
    assert control.alarm_name not in watched.told_of(near_misses(control))
