# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out a drill: act, and watch each leg of the way until the message has arrived or the time is up."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    ActionResult,
    Alarm,
    Gap,
    LogGroup,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError, attempt
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import Control
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill import pattern as drill_pattern
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill import temporary as drill_temporary
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.records import records
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.result import (
    FAIL,
    FULL,
    NOT_CHECKED,
    PASS,
    Drill,
    Leg,
    actions_leg,
    subscribers,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.temporary import Temporary
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Path
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.alarms import read_history
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.named_log_group import readable
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader

T = TypeVar("T")

# An action follows its alarm, and a message its action, within seconds; without them there is nothing to wait for.
_PROMPT = 180  # seconds
_LONG_POLL = 5  # seconds, of SQS
_EMPTY_ANSWER = 64  # bytes at most, of SQS where there is no message
# Clocks differ, and AWS's time is what its data carry.
_MARGIN = timedelta(hours=1)


@dataclass
class Waiting:
    """Waits for one thing after another, with one limit for all of them."""

    timeout: float  # seconds
    interval: float  # seconds
    tell: Callable[[str], None]
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Measure from now on."""
        self._started = self.now()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self.now() - self._started

    def until(self, what: str, look: Callable[[], T | None], most: float | None = None) -> T | None:
        """The first thing that `look` finds, or None when the time is up. It looks once at least."""
        end = self.timeout if most is None else min(self.timeout, self.elapsed + most)
        while True:
            found = look()
            if found is not None:
                self.tell(f"{what}: after {self.elapsed:.0f} s")
                return found
            if self.elapsed >= end:
                self.tell(f"{what}: not within {self.elapsed:.0f} s")
                return None
            self.tell(f"{what}: waiting, {self.elapsed:.0f} s of {end:.0f} s")
            self.sleep(max(0.0, min(self.interval, end - self.elapsed)))


@dataclass
class Drilling:
    """A drill of one path. The path has what its depth needs, see drill_result.obstacle()."""

    task: Task
    drill: Drill
    path: Path
    region: str  # of log group, alarm and topic
    waiting: Waiting
    temporary: Temporary

    def __post_init__(self) -> None:
        self._reader = Reader(self.task.clients)

    def _client(self, service: str) -> Any:
        return self.task.clients.client(service, self.region)

    @property
    def _group(self) -> LogGroup:
        if self.path.log_group is None:
            raise AssertionError("a path without a log group is not drilled")
        return self.path.log_group

    @property
    def _alarm(self) -> Alarm:
        """The alarm on the metric."""
        if self.path.watch is None:
            raise AssertionError("a path without an alarm is drilled by pattern only")
        return self.path.watch.alarm

    @property
    def _notifier(self) -> Alarm:
        """The alarm whose actions tell; mostly the same."""
        return self.path.notifier.alarm if self.path.notifier else self._alarm

    @property
    def _topic_arn(self) -> str:
        return self.path.topic_arn or ""

    def try_patterns(self, control: Control, benchmark: str) -> None:
        """The first leg, at every depth: AWS's own evaluation of the path's filters."""
        samples = records(control.all_events)
        filters = {one.filter.name: one.filter.pattern for one in self.path.readings if one.pattern.concerns}
        tried = [
            drill_pattern.TriedFilter(name, pattern, self._matched(name, pattern, [one.message for one in samples]))
            for name, pattern in filters.items()
        ]
        required = [case.name for case in control.prescriptions[benchmark].cases]
        result = drill_pattern.compare(tried, samples, required)
        self.drill.pattern = result.as_dict()
        self.drill.legs.append(Leg("pattern", PASS if result.passed else FAIL, result.detail))

    def _matched(self, name: str, pattern: str, messages: Sequence[str]) -> frozenset[int]:
        with readable():
            answer = self._reader.ask(
                "logs",
                "test_metric_filter",
                region=self.region,
                about=f"metric filter {name}",
                needs=("matches",),
                filterPattern=pattern,
                logEventMessages=list(messages),
            )
        return frozenset(match["eventNumber"] - 1 for match in answer["matches"])

    def check_vpc(self) -> None:
        """Fail before anything is written if there is no such VPC."""
        vpc_id, region = self.task.params["vpc_id"], self._ec2.meta.region_name
        with readable():
            self._reader.ask(
                "ec2", "describe_vpcs", region=region, about=f"VPC {vpc_id}", needs=("Vpcs",), VpcIds=[vpc_id]
            )

    @property
    def _ec2(self) -> Any:
        return self.task.clients.client("ec2")

    def remove_leftovers(self) -> None:
        """Remove what an interrupted drill left."""
        leftovers = Temporary(self.task.tell)
        if self.drill.depth == FULL:
            drill_temporary.leftover_security_groups(self._ec2, leftovers)
        # Noted before the subscriptions, so that they are removed after them.
        drill_temporary.leftover_queues(self._client("sqs"), leftovers)
        drill_temporary.leftover_subscriptions(self._client("sns"), self._topic_arn, leftovers)
        leftovers.remove_all()
        self.drill.leftovers, self.drill.left = leftovers.removed, leftovers.left

    def act_and_watch(self) -> None:
        """All legs after the first one. What is made on the way is in `temporary`, for the caller to remove."""
        queue = self._make_queue() if self.task.params["arrival_queue"] else None
        known = self._results()
        self.waiting.start()
        act = self._change_a_security_group if self.drill.depth == FULL else self._set_off
        if act():
            self._watch_actions(known)
            self._watch_message(queue)
            self._watch_return()
        was_sent = any(leg.leg == "action" and leg.status == PASS for leg in self.drill.legs)
        self.drill.subscribers = subscribers(self.path.topic, self._notifier, was_sent=was_sent)

    def _make_queue(self) -> str:
        return drill_temporary.make_queue(self._client("sqs"), self._client("sns"), self._topic_arn, self.temporary)

    def _leg(self, leg: str, status: str, detail: str) -> None:
        self.drill.legs.append(Leg(leg, status, detail, self.waiting.elapsed))

    def _set_off(self) -> bool:
        reason = f"DRILL, no security group has changed. Started {self.drill.when:%Y-%m-%dT%H:%M:%SZ}."
        name = self._alarm.name
        with attempt(f"set alarm {name} to ALARM in {self.region}"):
            self._client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason=reason)
        self._leg("alarm", PASS, f"Alarm {name} was set to ALARM.")
        return True

    def _change_a_security_group(self) -> bool:
        """Make and delete the group, then watch record, metric and alarm. False if the alarm did not go off."""
        group_id = drill_temporary.make_security_group(self._ec2, self.task.params["vpc_id"], self.temporary)
        self.temporary.remove_last()
        self.task.tell(f"security group {group_id} was created and deleted")
        record = self.waiting.until("record in the log group", lambda: self._record(group_id))
        if record is None:
            detail = f"CloudTrail delivered no record of security group {group_id} to log group {self._group.name}."
            self._leg("record", FAIL, detail)
            return False
        self._leg("record", PASS, f"The record of {record} is in log group {self._group.name}.")
        namespace, metric = self.path.readings[0].metric
        datum = self.waiting.until("datum of the metric", self._datum)
        if datum is None:
            self._leg("metric", FAIL, f"Metric {metric} of namespace {namespace} has no datum.")
            return False
        self._leg("metric", PASS, f"Metric {metric} of namespace {namespace} has the value {datum:g}.")
        if self.waiting.until("alarm", lambda: self._state(self._alarm) == "ALARM" or None) is None:
            self._leg("alarm", FAIL, f"Alarm {self._alarm.name} did not go off.")
            return False
        self._leg("alarm", PASS, f"Alarm {self._alarm.name} went off.")
        return True

    def _record(self, group_id: str) -> str | None:
        """The name of the event of the drill's own security group, None while it is not there."""
        since = self.drill.when - timedelta(minutes=5)
        with readable():
            pages = self._reader.pages(
                "logs",
                "filter_log_events",
                region=self.region,
                about=f"log group {self._group.name}",
                needs=("events",),
                enough=lambda page: bool(page["events"]),
                logGroupName=self._group.name,
                startTime=int(since.timestamp() * 1000),
                filterPattern=f'{{ $.responseElements.groupId = "{group_id}" }}',
            )
        events = [event for page in pages for event in page["events"]]
        return str(json.loads(events[0]["message"])["eventName"]) if events else None

    def _datum(self) -> float | None:
        """The sum of the metric since the drill began, None while there is none."""
        namespace, metric = self.path.readings[0].metric
        minute = self.drill.when.replace(second=0, microsecond=0)
        with readable():
            answer = self._reader.ask(
                "cloudwatch",
                "get_metric_statistics",
                region=self.region,
                about=f"metric {metric} of namespace {namespace}",
                needs=("Datapoints",),
                Namespace=namespace,
                MetricName=metric,
                StartTime=minute,
                EndTime=datetime.now(tz=UTC) + _MARGIN,
                Period=60,
                Statistics=["Sum"],
            )
        total = sum(point["Sum"] for point in answer["Datapoints"])
        return float(total) if total else None

    def _state(self, alarm: Alarm) -> str:
        with readable():
            pages = self._reader.pages(
                "cloudwatch",
                "describe_alarms",
                region=self.region,
                about=f"alarm {alarm.name}",
                needs=(),
                AlarmNames=[alarm.name],
                AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            )
        kinds = ("MetricAlarms", "CompositeAlarms")
        states = [one["StateValue"] for page in pages for kind in kinds for one in page.get(kind, ())]
        if not states:
            raise TaskError(f"Alarm {alarm.name} in {self.region} went missing, or AWS's answer was cut short.")
        return str(states[0])

    def _results(self) -> frozenset[ActionResult]:
        """The results of the alarm's actions so far."""
        history = read_history(self._reader, self._notifier)
        if isinstance(history, Gap):
            raise TaskError(f"Whether the alarm's actions succeed can't be told. {history.detail}")
        return frozenset(history)

    def _watch_actions(self, known: frozenset[ActionResult]) -> None:
        wanted = tuple(dict.fromkeys(self._notifier.alarm_actions))
        results: dict[str, tuple[bool, str]] = {}

        def look() -> bool | None:
            new = sorted(self._results() - known, key=lambda result: result.at, reverse=True)
            results.update((one.action, (one.succeeded, one.detail)) for one in new if one.action in wanted)
            return True if results.keys() >= set(wanted) else None

        self.waiting.until("actions of the alarm", look, _PROMPT)
        self.drill.legs.append(actions_leg(results, wanted, self.waiting.elapsed))

    def _watch_message(self, queue: str | None) -> None:
        if queue is None:
            detail = "Whether the message arrived was not checked: no queue was asked for (arrival_queue)."
            self._leg("message", NOT_CHECKED, detail)
            return
        message = self.waiting.until("message", lambda: self._message(queue), _PROMPT)
        if message is None:
            self._leg("message", FAIL, "The message did not arrive at the drill's queue.")
            return
        self.drill.message = {
            "subject": str(message.get("Subject", "")),
            "text": str(message.get("Message", "")),
            "sent": str(message.get("Timestamp", "")),
        }
        self._leg("message", PASS, f"The message arrived: {self.drill.message['subject']}.")

    def _message(self, queue: str) -> Mapping[str, Any] | None:
        """The alarm's message as SNS wraps it, None while it is not there."""
        what = f"receive from queue {queue.rpartition('/')[2]}"
        with attempt(what):
            answer = self._client("sqs").receive_message(
                QueueUrl=queue,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=int(min(_LONG_POLL, self.waiting.interval)),
                VisibilityTimeout=1,  # what was received in an answer that is lost can be received again
            )
        # A body that is cut short parses to nothing, as the answer without a message does.
        length = int(answer["ResponseMetadata"].get("HTTPHeaders", {}).get("content-length", 0))
        if "Messages" not in answer and length > _EMPTY_ANSWER:
            raise TaskError(f"Could not {what}: the answer lacks what it must have.")
        for received in answer.get("Messages", ()):
            envelope: Mapping[str, Any] = json.loads(received["Body"])
            if self._notifier.name in envelope.get("Message", ""):
                return envelope
        return None

    def _watch_return(self) -> None:
        name = self._alarm.name
        if self.waiting.until("alarm going back", lambda: self._state(self._alarm) != "ALARM" or None):
            self._leg("return", PASS, f"Alarm {name} has gone back by itself.")
        elif self.drill.depth == FULL:
            self._leg("return", NOT_CHECKED, f"Alarm {name} is still in ALARM, until its period has passed.")
        else:
            before = self._alarm.state or "INSUFFICIENT_DATA"
            with attempt(f"set alarm {name} back to {before} in {self.region}"):
                self._client("cloudwatch").set_alarm_state(
                    AlarmName=name, StateValue=before, StateReason="The drill is over."
                )
            self._leg("return", FAIL, f"Alarm {name} did not go back by itself, so the drill set it back to {before}.")
