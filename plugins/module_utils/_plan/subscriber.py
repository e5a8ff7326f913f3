# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A subscriber that was requested, compared with those that SNS lists, and what SNS would not take. Pure.

Follows Subscribe of the Amazon SNS documentation: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
and https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .._judge.subscriptions import masked

_PASSWORD = re.compile(r"(https?://[^:/@]*):[^/]*@")
_ADDRESS = (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "an e-mail address")
# What the endpoint of each protocol looks like, as a pattern and in words.
_ENDPOINTS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "email": _ADDRESS,
    "email-json": _ADDRESS,
    "http": (re.compile(r"http://[^\s/]+.*"), "a URL that begins with http://"),
    "https": (re.compile(r"https://[^\s/]+.*"), "a URL that begins with https://"),
    "sqs": (re.compile(r"arn:[^:]+:sqs:[^:]+:[0-9]{12}:[^:]+"), "the ARN of a queue"),
    "lambda": (re.compile(r"arn:[^:]+:lambda:[^:]+:[0-9]{12}:function:[^:]+(:[^:]+)?"), "the ARN of a function"),
    "sms": (re.compile(r"\+?[0-9]{4,15}"), "a telephone number such as +15550100"),
    "application": (re.compile(r"arn:[^:]+:sns:[^:]+:[0-9]{12}:endpoint/.+"), "the ARN of a mobile endpoint"),
}
_NO_ROLE = (
    "Protocol firehose requires a role for SNS to assume, which this collection does not support. Subscribe the "
    "delivery stream separately, and remove it from subscriptions."
)
RAW_DELIVERY = "RawMessageDelivery"
PROTOCOLS = (*_ENDPOINTS, "firehose")
_CAN_BE_RAW = ("sqs", "http", "https")  # and firehose, which is refused
MUST_CONFIRM = ("email", "email-json", "http", "https")


@dataclass(frozen=True)
class Subscriber:
    """A requested subscription, its endpoint without the white space around it, a number without its punctuation."""

    protocol: str
    endpoint: str
    position: int = field(default=0, compare=False)
    """Where it stands in what was requested."""
    raw_delivery: bool | None = field(default=None, compare=False)
    """Whether messages are to come without the envelope of SNS. None leaves that as it is."""

    @classmethod
    def of(cls, protocol: str, endpoint: str, position: int = 0, raw_delivery: bool | None = None) -> Subscriber:
        """SNS keeps a telephone number without its punctuation: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html"""
        kept = re.sub(r"[^0-9+]", "", endpoint) if protocol == "sms" else endpoint.strip()
        return cls(protocol, kept, position, raw_delivery)

    @property
    def listed(self) -> Subscriber:
        """As SNS lists it: with four asterisks for a password. Two that differ in it alone can't be told apart."""
        return Subscriber(self.protocol, _PASSWORD.sub(r"\1:****@", self.endpoint))

    @property
    def shown(self) -> str:
        """The endpoint as people see it; the rest of a URL may be a secret that lets anybody write to it."""
        return masked(self.protocol, self.endpoint) if self.protocol in ("http", "https") else self.endpoint

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes to subscribe with, where they are not SNS's defaults, which not every protocol takes."""
        return {RAW_DELIVERY: "true"} if self.raw_delivery else {}

    def differs(self, raw_delivery: bool) -> bool:
        """Whether a confirmed subscription delivers otherwise than requested."""
        return self.raw_delivery is not None and self.raw_delivery != raw_delivery

    @property
    def fault(self) -> str:
        """Why SNS would not take it; '' if it would."""
        if self.protocol == "firehose":
            return _NO_ROLE
        if self.raw_delivery and self.protocol not in _CAN_BE_RAW:
            return (
                f"raw_message_delivery in subscriptions is true for {self.protocol} {self.shown}. SNS offers it for "
                f"{', '.join(_CAN_BE_RAW)} only. Remove it."
            )
        pattern, kind = _ENDPOINTS[self.protocol]
        if pattern.fullmatch(self.endpoint):
            return ""
        return f"The endpoint {self.shown!r} of protocol {self.protocol} in subscriptions is not {kind}."
