# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The temporary resources of a drill: a queue, its subscription and a security group, and how each is removed.

Each name has the prefix of result.py, so that a later drill finds what an interrupted one has left, and the time until
which the drill may use the resource, so that the later drill does not take it from a running one.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any
from uuid import uuid4

from .._aws.answers import lacking
from .._aws.task import TaskError, attempt
from .result import PREFIX

_EMPTY_ANSWER = 64  # bytes at most, of SQS where there is no message
TAG = "cis-monitoring-drill"
_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "NotFound", "InvalidGroup.NotFound")
_ENDING = (signal.SIGINT, signal.SIGTERM)
_TIME = "%Y%m%dT%H%M%SZ"
MARGIN = timedelta(minutes=2)  # for the calls after the last wait, their retries, and clocks that differ
_DESCRIPTION = "Drill of the monitoring of security group changes. Deleted at once."


@dataclass
class Temporary:
    """Things to remove, in the reverse of the order in which they were made."""

    tell: Callable[[str], None]
    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    _things: list[tuple[str, Callable[[], object]]] = field(default_factory=list)

    def made(self, what: str, remove: Callable[[], object]) -> None:
        """Note something that was made, and how to remove it."""
        self._things.append((what, remove))

    def remove_last(self) -> None:
        """Remove what was made last; what can't be removed is noted."""
        what, remove = self._things[-1]
        try:
            with attempt(f"remove {what}", gone=_GONE):
                remove()
        except TaskError as error:
            self.left.append(f"{what}. {error.message}")
        else:
            self.removed.append(what)
        del self._things[-1]  # only now: if this was interrupted, it is tried again
        if what in self.removed:
            self.tell(f"removed {what}")

    def remove_all(self) -> None:
        """Remove everything; what can't be removed keeps nothing else from being removed."""
        while self._things:
            self.remove_last()


class Terminated(BaseException):
    """The process was asked to end."""


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let the signals with which Ansible ends its workers raise an exception, so that what was made is removed.

    Ansible repeats to its workers what it was sent, so only the first one counts.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)
        raise Terminated

    try:
        before = {number: signal.signal(number, end) for number in _ENDING}
    except ValueError:  # not the main thread: nobody else's signals to take
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def new_name(seconds: float = 0) -> str:
    """A name for a resource that is used for so long.

    No earlier drill had it: SQS does not take a deleted queue's name again for a minute.
    """
    until = datetime.now(tz=UTC) + timedelta(seconds=seconds) + MARGIN
    return f"{PREFIX}{until.strftime(_TIME)}-{uuid4().hex[:12]}"


def in_use_until(name: str) -> datetime | None:
    """The time until which a drill may use the resource of this name. None for a name without one."""
    try:
        return datetime.strptime(name.removeprefix(PREFIX).partition("-")[0], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def make_queue(sqs: Any, sns: Any, topic_arn: str, temporary: Temporary, seconds: float) -> str:
    """Make a queue that gets what the topic publishes for so long, and return its URL."""
    name = new_name(seconds)
    creating = f"create queue {name} in {sqs.meta.region_name}"
    with attempt(creating):
        url: str = _needed(sqs.create_queue(QueueName=name, tags={TAG: "true"}), "QueueUrl", creating)
    temporary.made(f"queue {name}", lambda: sqs.delete_queue(QueueUrl=url))
    permitting = f"allow topic {topic_arn} to send to queue {name}"
    with attempt(permitting):
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = _needed(answer, "Attributes", permitting)["QueueArn"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(_queue_policy(arn, topic_arn))})
    with attempt(f"subscribe queue {name} to {topic_arn}"):
        answer = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
    subscription = answer["SubscriptionArn"]
    temporary.made(f"subscription of queue {name}", lambda: sns.unsubscribe(SubscriptionArn=subscription))
    return url


def received(sqs: Any, url: str, wait: int) -> list[dict[str, Any]]:
    """What has arrived at a queue, as SNS wraps it, after at most `wait` seconds. Raises TaskError."""
    receiving = f"receive from queue {url.rpartition('/')[2]}"
    with attempt(receiving):
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=wait,
            VisibilityTimeout=1,  # what was received in an answer that is lost can be received again
        )
    # An answer without a message lacks them as well, but has next to no body.
    length = int(answer["ResponseMetadata"].get("HTTPHeaders", {}).get("content-length", 0))
    is_empty = length <= _EMPTY_ANSWER and lacking(answer, ["Messages"])
    messages = [] if is_empty else _needed(answer, "Messages", receiving)
    return [json.loads(one["Body"]) for one in messages]


def _needed(answer: Mapping[str, Any], key: str, what: str) -> Any:
    """What an answer must have."""
    if lacking(answer, [key]):
        raise TaskError(f"Could not {what}: the AWS response is incomplete, {key} is missing. Repeat the drill.")
    return answer[key]


def _queue_policy(queue_arn: str, topic_arn: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
            }
        ],
    }


def make_security_group(ec2: Any, vpc_id: str, temporary: Temporary) -> str:
    """Make an empty security group, and return its id."""
    name = new_name()
    tags = [{"Key": "Name", "Value": name}, {"Key": TAG, "Value": "true"}]
    with attempt(f"create security group {name} in VPC {vpc_id}"):
        answer = ec2.create_security_group(
            GroupName=name,
            Description=_DESCRIPTION,
            VpcId=vpc_id,
            TagSpecifications=[{"ResourceType": "security-group", "Tags": tags}],
        )
    group_id: str = answer["GroupId"]
    temporary.made(f"security group {group_id}", lambda: ec2.delete_security_group(GroupId=group_id))
    return group_id
