# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""May CloudWatch use a key? By the key's policy, and by its grants. Pure.

A grant allows as a statement of the policy does, and a statement that denies outweighs both:
https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._account.observation import Grant

CLOUDWATCH = "cloudwatch.amazonaws.com"


def with_grants(policy: Mapping[str, Any], grants: Iterable[Grant]) -> Mapping[str, Any]:
    """The key's policy with a statement for each of its grants."""
    found = policy.get("Statement") or []
    statements = found if isinstance(found, (list, tuple)) else [found]
    return {**policy, "Statement": [*statements, *map(_statement, grants)]}


def _statement(grant: Grant) -> dict[str, Any]:
    condition: dict[str, dict[str, str]] = {}
    if grant.source_arn:
        condition["ArnLike"] = {"aws:SourceArn": grant.source_arn}
    if grant.encryption_context:
        wanted = grant.encryption_context.items()
        condition["StringEquals"] = {f"kms:EncryptionContext:{name}": value for name, value in wanted}
    return {
        "Effect": "Allow",
        "Principal": {"Service": CLOUDWATCH},
        "Action": [f"kms:{operation}" for operation in grant.operations],
        "Resource": "*",
        "Condition": condition,
    }
