# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Amazon Resource Names: read once, asked by part. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TOPIC = re.compile(r"arn:[^:]+:sns:[^:]+:[0-9]{12}:[^:]+")


@dataclass(frozen=True)
class Arn:
    """The parts of an ARN: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html

    Each is '' in a text that is no ARN, so that it is of no service, region and account.
    """

    partition: str = ""
    service: str = ""
    region: str = ""
    account: str = ""
    resource: str = ""  # as the service writes it, with colons or slashes of its own

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> Arn:
        prefix, *parts = text.split(":", 5)
        return cls(*parts) if prefix == "arn" and len(parts) == 5 else cls()

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def is_topic_arn(text: str) -> bool:
    """Whether the text is the ARN of an SNS topic (a subscription's has one part more)."""
    return _TOPIC.fullmatch(text) is not None
