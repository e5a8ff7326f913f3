# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test one control: act, and observe each step until the message has arrived or the time is up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .._account.observation import ActionResult, Alarm, Gap, LogGroup
from .._aws.task import Task, TaskError, attempt
from .._controls import Control
from .._judge.alarm_message import DRILL
from .._judge.several import having
from .._judge.verdict import Path
from .._observe.alarms import read_history
from .._observe.reader import Reader, or_fail
from . import pattern as drill_pattern
from . import temporary as drill_temporary
from .mail import alarm_of, mail
from .records import records
from .result import FAIL, FULL, NOT_CHECKED, PASS, Drill, Leg, actions_leg, subscribers
from .temporary import Temporary
from .waiting import Waiting

# An action follows its alarm, and a message its action, within seconds; without them there is nothing to wait for.
_PROMPT = 180  # seconds
_LONG_POLL = 5  # seconds, of SQS
# Clocks differ, and AWS's time is what its data carry.
_MARGIN = timedelta(hours=1)


@dataclass
class Drilling:
    """The test of one control's path. The path has what the depth requires, see announcement.obstacle()."""

    task: Task
    when: datetime
    control: Control
    path: Path
    drill: Drill
    reader: Reader
    waiting: Waiting
    temporary: Temporary

    def _client(self, service: str) -> Any:
        return self.task.clients.client(service, self.region)

    @property
    def region(self) -> str:
        """The region of log group, alarm and topic."""
        return self._group.region

    @property
    def alarms(self) -> tuple[str, str, str]:
        """The alarm, the alarm that notifies, and the topic. Controls that share them share the result."""
        return self._alarm.arn, self._notifier.arn, self.topic_arn

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
        """The alarm whose actions notify, usually the same."""
        return self.path.notifier.alarm if self.path.notifier else self._alarm

    @property
    def topic_arn(self) -> str:
        """The topic that the path ends at, '' if it ends before."""
        return self.path.topic_arn or ""

    def try_patterns(self, benchmarks: Iterable[str]) -> None:
        """The first step, at every depth: AWS evaluates the path's filters, with one call for each."""
        samples = records(self.control)
        messages = [one.message for one in samples]
        filters = {one.filter.name: one.filter.pattern for one in self.path.readings if one.pattern.concerns}
        tried = [
            drill_pattern.TriedFilter(name, pattern, self._matched(name, pattern, messages))
            for name, pattern in filters.items()
        ]
        required = [case for one in having(self.control, benchmarks) for case in self.control.prescriptions[one].cases]
        result = drill_pattern.compare(tried, samples, tuple(dict.fromkeys(required)))
        self.drill.pattern = result.as_dict()
        detail = result.detail
        if self.path.trail and self.path.trail.is_organization:
            detail += f" Log group {self._group.name} receives the events of every account of the organization."
        self.drill.legs.append(Leg("pattern", PASS if result.passed else FAIL, detail))

    def _matched(self, name: str, pattern: str, messages: Sequence[str]) -> frozenset[int]:
        with or_fail():
            answer = self.reader.ask(
                "logs",
                "test_metric_filter",
                region=self.region,
                about=f"metric filter {name}",
                needs=("matches",),
                filterPattern=pattern,
                logEventMessages=list(messages),
            )
        # Known by their text: AWS's documents do not agree on the number of the first event.
        matching = {match["eventMessage"] for match in answer["matches"]}
        return frozenset(place for place, message in enumerate(messages) if message in matching)

    def act_and_watch(self) -> None:
        """Run all steps after the first one. The caller removes the resources in `temporary`."""
        queue = self._make_queue() if self.task.params["arrival_queue"] else None
        known = self._results()
        self.waiting.start()
        act = self._change_a_security_group if self._is_full else self._set_off
        if act():
            self._watch_actions(known)
            self._watch_message(queue)
            self._watch_return()
        was_sent = any(leg.leg == "action" and leg.status == PASS for leg in self.drill.legs)
        self.drill.subscribers = subscribers(self.path.topic, self._notifier, was_sent=was_sent)

    @property
    def _is_full(self) -> bool:
        return bool(self.task.params["depth"] == FULL)

    @property
    def _ec2(self) -> Any:
        return self.task.clients.client("ec2")

    def _make_queue(self) -> str:
        sqs, sns, seconds = self._client("sqs"), self._client("sns"), self.waiting.timeout
        return drill_temporary.make_queue(sqs, sns, self.topic_arn, self.temporary, seconds)

    def _leg(self, leg: str, status: str, detail: str) -> None:
        self.drill.legs.append(Leg(leg, status, detail, self.waiting.elapsed))

    def _set_off(self) -> bool:
        reason = f"{DRILL}{self.control.name}, no event occurred. Started {self.when:%Y-%m-%dT%H:%M:%SZ}."
        name = self._alarm.name
        with attempt(f"set alarm {name} to ALARM in {self.region}"):
            self._client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason=reason)
        self._leg("alarm", PASS, f"Alarm {name} was set to ALARM.")
        return True

    def _change_a_security_group(self) -> bool:
        """Create and delete the group, then observe record, metric and alarm. False if the alarm did not fire."""
        group_id = drill_temporary.make_security_group(self._ec2, self.task.params["vpc_id"], self.temporary)
        self.temporary.remove_last()
        self.task.tell(f"security group {group_id} was created and deleted")
        record = self.waiting.until("record in the log group", lambda: self._record(group_id))
        if record is None:
            detail = f"CloudTrail delivered no record of security group {group_id} to log group {self._group.name}."
            self._leg("record", FAIL, detail)
            return False
        self._leg("record", PASS, f"The {record} record is in log group {self._group.name}.")
        namespace, metric = self.path.readings[0].metric
        datum = self.waiting.until("metric data point", self._datum)
        if datum is None:
            self._leg("metric", FAIL, f"Metric {metric} in namespace {namespace} has no data point.")
            return False
        self._leg("metric", PASS, f"Metric {metric} in namespace {namespace} has the value {datum:g}.")
        if self.waiting.until("alarm", lambda: self._state(self._alarm) == "ALARM" or None) is None:
            self._leg("alarm", FAIL, f"Alarm {self._alarm.name} did not go into ALARM.")
            return False
        self._leg("alarm", PASS, f"Alarm {self._alarm.name} went into ALARM.")
        return True

    def _record(self, group_id: str) -> str | None:
        """The event name of the record of the drill's security group, None while there is no record."""
        since = self.when - timedelta(minutes=5)
        with or_fail():
            pages = self.reader.pages(
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
        minute = self.when.replace(second=0, microsecond=0)
        with or_fail():
            answer = self.reader.ask(
                "cloudwatch",
                "get_metric_statistics",
                region=self.region,
                about=f"metric {metric} in namespace {namespace}",
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
        with or_fail():
            pages = self.reader.pages(
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
            raise TaskError(
                f"Alarm {alarm.name} in {self.region} no longer exists, or the AWS response is incomplete. "
                "Repeat the drill."
            )
        return str(states[0])

    def _results(self) -> frozenset[ActionResult]:
        """The results of the alarm's actions so far."""
        history = read_history(self.reader, self._notifier)
        if isinstance(history, Gap):
            raise TaskError(f"Could not determine whether the alarm actions succeed. {history.detail}")
        return frozenset(history)

    def _watch_actions(self, known: frozenset[ActionResult]) -> None:
        wanted = tuple(dict.fromkeys(self._notifier.alarm_actions))
        results: dict[str, tuple[bool, str]] = {}

        def look() -> bool | None:
            new = sorted(self._results() - known, key=lambda result: result.at, reverse=True)
            results.update((one.action, (one.succeeded, one.detail)) for one in new if one.action in wanted)
            return True if results.keys() >= set(wanted) else None

        self.waiting.until("alarm actions", look, _PROMPT)
        self.drill.legs.append(actions_leg(results, wanted, self.waiting.elapsed))

    def _watch_message(self, queue: str | None) -> None:
        if queue is None:
            detail = "The arrival of the message was not verified. Set arrival_queue to true to verify it."
            self._leg("message", NOT_CHECKED, detail)
            return
        envelope = self.waiting.until("message", lambda: self._message(queue), _PROMPT)
        if envelope is None:
            self._leg("message", FAIL, "The message did not arrive at the temporary queue.")
            return
        subject = str(envelope.get("Subject", ""))
        self.drill.message = {
            "subject": subject,
            "text": str(envelope["Message"]),
            "sent": str(envelope.get("Timestamp", "")),
            "mail": list(mail(envelope)),
        }
        self._leg("message", PASS, f"The message arrived: {subject}.")

    def _message(self, queue: str) -> Mapping[str, Any] | None:
        """The alarm's message as SNS wraps it, None while it is not there."""
        wait = int(min(_LONG_POLL, self.waiting.interval))
        for envelope in drill_temporary.received(self._client("sqs"), queue, wait):
            alarm = alarm_of(envelope)
            if (alarm.get("AlarmName"), alarm.get("NewStateValue")) == (self._notifier.name, "ALARM"):
                return envelope
        return None

    def _watch_return(self) -> None:
        name = self._alarm.name
        if self.waiting.until("end of ALARM", lambda: self._state(self._alarm) != "ALARM" or None):
            self._leg("return", PASS, f"Alarm {name} left ALARM.")
        elif self._is_full:
            self._leg("return", NOT_CHECKED, f"Alarm {name} is still in ALARM until its period has passed.")
        else:
            before = self._alarm.state or "INSUFFICIENT_DATA"
            with attempt(f"set alarm {name} back to {before} in {self.region}"):
                self._client("cloudwatch").set_alarm_state(
                    AlarmName=name, StateValue=before, StateReason="The drill is over."
                )
            self._leg("return", FAIL, f"Alarm {name} did not leave ALARM. The drill set it back to {before}.")
