# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the grants of a key to CloudWatch, which count in addition to the key's policy.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._account.observation import Gap, Grant
from .._aws.task import TaskError
from .reader import NotThere, Reader, or_gap

_CLOUDWATCH = "cloudwatch.amazonaws.com"
_CALL = "kms:ListGrants"


def read_grants(reader: Reader, key_arn: str, region: str) -> tuple[Grant, ...] | Gap:
    """The grants of the key to CloudWatch. A Gap for any failure, since most keys need none."""
    try:
        return _read(reader, key_arn, region)
    except TaskError as error:
        return Gap(_CALL, key_arn, "RESPONSE_INCOMPLETE", str(error))


@or_gap
def _read(reader: Reader, key_arn: str, region: str) -> tuple[Grant, ...]:
    missing = ("NotFoundException",)
    try:
        pages = reader.pages(
            "kms", "list_grants", region=region, about=key_arn, needs=(), missing=missing, KeyId=key_arn
        )
    except NotThere:
        return ()
    grants = [grant for page in pages for grant in page.get("Grants") or ()]
    return tuple(_grant(one) for one in grants if _is_to_cloudwatch(one))


def _is_to_cloudwatch(grant: Mapping[str, Any]) -> bool:
    """Older answers name a service as the grantee principal."""
    return _CLOUDWATCH in (grant.get("GranteeServicePrincipal"), grant.get("GranteePrincipal"))


def _grant(grant: Mapping[str, Any]) -> Grant:
    constraints = grant.get("Constraints") or {}
    context = {
        **(constraints.get("EncryptionContextSubset") or {}),
        **(constraints.get("EncryptionContextEquals") or {}),
    }
    return Grant(tuple(grant.get("Operations") or ()), constraints.get("SourceArn"), context)
