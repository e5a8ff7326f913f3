# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked for: the filters, topic, subscriptions and alarm that an account is to have. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Account
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    SECURITY_GROUP_CHANGES,
    Control,
    prescribed_patterns,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.subscriptions import masked
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.publish_policy import AWS_KEY, aws_key_fault

_SUFFIX_OF_SEVEN_EVENTS = "_cis_v5"
_ORGANIZATION_ID = re.compile(r"o-[a-z0-9]{10,32}")
_TOPIC_ARN = re.compile(r"arn:[^:]+:sns:[^:]+:[0-9]{12}:[^:]+")


def is_topic_arn(text: str) -> bool:
    """Whether the text is the ARN of an SNS topic (a subscription's has one part more)."""
    return _TOPIC_ARN.fullmatch(text) is not None


@dataclass(frozen=True)
class Subscriber:
    """A subscription asked for; the endpoint as SNS keeps it."""

    protocol: str
    endpoint: str

    @classmethod
    def of(cls, protocol: str, endpoint: str) -> Subscriber:
        """SNS keeps a telephone number without its punctuation: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html"""
        return cls(protocol, re.sub(r"[^0-9+]", "", endpoint) if protocol == "sms" else endpoint.strip())

    @property
    def shown(self) -> str:
        """The endpoint as people see it; the rest of a URL may be a secret that lets anybody write to it."""
        return masked(self.protocol, self.endpoint) if self.protocol in ("http", "https") else self.endpoint


@dataclass(frozen=True)
class Desired:
    """The option `desired` of cis_monitoring_info."""

    state: str
    benchmarks: tuple[str, ...]
    filter_name: str
    metric_name: str
    metric_namespace: str
    alarm_name: str
    log_group_name: str | None = None
    topic_name: str | None = None
    topic_arn: str | None = None
    topic_display_name: str | None = None
    subscriptions: tuple[Subscriber, ...] = ()
    tags: Mapping[str, str] | None = None
    kms_key_id: str | None = None
    update_key_policy: bool = False
    organization_id: str | None = None
    control: Control = SECURITY_GROUP_CHANGES

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> Desired:
        """Raises ValueError for values that no argument specification can rule out."""
        topic_arn = parameters.get("topic_arn") or None
        if topic_arn and not is_topic_arn(topic_arn):
            raise ValueError(f"topic_arn is {topic_arn!r}, which is not the ARN of an SNS topic.")
        kms_key_id = parameters.get("kms_key_id") or None
        if kms_key_id and kms_key_id.endswith(AWS_KEY):
            raise ValueError(aws_key_fault(kms_key_id))
        organization_id = parameters.get("organization_id") or None
        if organization_id and not _ORGANIZATION_ID.fullmatch(organization_id):
            raise ValueError(f"organization_id is {organization_id!r}, but one looks like o-a1b2c3d4e5.")
        if topic_arn and (kms_key_id or organization_id):
            raise ValueError(
                "kms_key_id and organization_id are for a topic that topic_name names, "
                "since a topic given by its ARN is left as it is."
            )
        subscriptions = (Subscriber.of(one["protocol"], one["endpoint"]) for one in parameters["subscriptions"] or ())
        return cls(
            state=parameters["state"],
            benchmarks=tuple(parameters["benchmarks"]),
            filter_name=parameters["filter_name"],
            metric_name=parameters["metric_name"],
            metric_namespace=parameters["metric_namespace"],
            alarm_name=parameters["alarm_name"],
            log_group_name=parameters.get("log_group_name") or None,
            topic_name=parameters.get("topic_name") or None,
            topic_arn=topic_arn,
            topic_display_name=parameters.get("topic_display_name"),
            subscriptions=tuple(dict.fromkeys(subscriptions)),
            tags=parameters.get("tags"),
            kms_key_id=kms_key_id,
            update_key_policy=bool(parameters.get("update_key_policy")),
            organization_id=organization_id,
        )

    @property
    def filter_names(self) -> tuple[str, str]:
        """The names of the filter with six events and of the one with seven, asked for or not."""
        return self.filter_name, self.filter_name + _SUFFIX_OF_SEVEN_EVENTS

    @property
    def patterns(self) -> Mapping[str, str]:
        """The patterns that the benchmarks ask for, by the name of their filter."""
        every_pattern = prescribed_patterns(self.control)
        name_of = dict(zip(every_pattern, self.filter_names, strict=True))
        return {name_of[pattern]: pattern for pattern in prescribed_patterns(self.control, self.benchmarks)}

    def topic_arn_in(self, account: Account, region: str) -> str | None:
        """The topic's ARN: the one given, or the one that the topic named has, or will have, in the region."""
        if self.topic_arn or not self.topic_name:
            return self.topic_arn
        return f"arn:{account.partition}:sns:{region}:{account.id}:{self.topic_name}"
