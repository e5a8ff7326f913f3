# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A topic by its ARN, for the modules that change one."""

from __future__ import annotations

from collections.abc import Mapping

from .._account.arn import Arn, is_topic_arn
from .._account.observation import Account
from .._aws.task import TaskError
from .reader import NotThere, Reader, or_fail


def region_of(topic_arn: str) -> str:
    """The topic's region. Raises TaskError for what is not the ARN of a topic."""
    return owner_of(topic_arn).region


def owner_of(topic_arn: str) -> Account:
    """The topic's account, with the topic's region. Raises TaskError for what is not the ARN of a topic."""
    if not is_topic_arn(topic_arn):
        raise TaskError(f"topic_arn is {topic_arn!r}, which is not the ARN of an SNS topic.")
    arn = Arn.parse(topic_arn)
    return Account(id=arn.account, partition=arn.partition, region=arn.region)


def topic_attributes(reader: Reader, topic_arn: str, region: str) -> Mapping[str, str]:
    """GetTopicAttributes. Raises TaskError if the topic does not exist or can't be read."""
    try:
        with or_fail():
            answer = reader.ask(
                "sns",
                "get_topic_attributes",
                region=region,
                about=topic_arn,
                needs=("Attributes",),
                missing=("NotFound", "NotFoundException"),
                TopicArn=topic_arn,
            )
    except NotThere as error:
        raise TaskError(f"Topic {topic_arn} does not exist. Create it first.") from error
    attributes: Mapping[str, str] = answer["Attributes"]
    return attributes
