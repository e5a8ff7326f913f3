# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What interrupted drills have left: found by its name, and removed unless a running drill may use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from .._aws.task import attempt
from .result import PREFIX
from .temporary import TAG, Temporary, in_use_until

# Leftovers beyond them are left to a later drill, and an answer that never ends is ended.
MOST_PAGES = 1000


@dataclass
class Leftovers(Temporary):
    """Resources of other drills to remove, and those that may be in use."""

    now: datetime = field(default_factory=lambda: datetime.now(tz=UTC))
    in_use: list[str] = field(default_factory=list)

    def queues(self, sqs: Any) -> None:
        """Note the queues of other drills."""
        with attempt(f"list the queues named {PREFIX}* in {sqs.meta.region_name}"):
            pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=PREFIX)
            urls = [url for page in islice(pages, MOST_PAGES) for url in page.get("QueueUrls", ())]
        for url in urls:
            name = url.rpartition("/")[2]
            self._note(f"queue {name}", name, partial(sqs.delete_queue, QueueUrl=url))

    def subscriptions(self, sns: Any, topic_arn: str) -> None:
        """Note the subscriptions of other drills' queues."""
        with attempt(f"list the subscribers of {topic_arn}"):
            pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic_arn)
            listed = [one for page in islice(pages, MOST_PAGES) for one in page.get("Subscriptions", ())]
        for one in listed:
            queue, arn = one.get("Endpoint", "").rpartition(":")[2], one["SubscriptionArn"]
            if one["Protocol"] == "sqs" and queue.startswith(PREFIX) and arn.startswith("arn:"):
                what = f"subscription of queue {queue}"
                self._note(what, queue, partial(sns.unsubscribe, SubscriptionArn=arn))

    def security_groups(self, ec2: Any) -> None:
        """Note the security groups of other drills: those with both the name and the tag of a drill."""
        tagged = [{"Name": f"tag:{TAG}", "Values": ["true"]}]
        with attempt(f"list the security groups named {PREFIX}* in {ec2.meta.region_name}"):
            pages = ec2.get_paginator("describe_security_groups").paginate(Filters=tagged)
            groups = [group for page in islice(pages, MOST_PAGES) for group in page.get("SecurityGroups", ())]
        for group in groups:
            name, group_id = group["GroupName"], group["GroupId"]
            if name.startswith(PREFIX):
                self._note(f"security group {group_id}", name, partial(ec2.delete_security_group, GroupId=group_id))

    def _note(self, what: str, name: str, remove: Callable[[], object]) -> None:
        until = in_use_until(name)
        if until and until > self.now:
            self.in_use.append(
                f"{what}. Another drill may use it until {until:%Y-%m-%dT%H:%M:%SZ}. A later drill removes it."
            )
        else:
            self.made(what, remove)
