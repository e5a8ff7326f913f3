# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read an IAM role: its ARN, and who may assume it."""

from __future__ import annotations

from .._account.observation import Gap, Role
from .reader import NotThere, Reader, Unanswered, or_gap


@or_gap
def read_role(reader: Reader, name: str, region: str) -> Role | None:
    """The role of the account, or None if it does not exist. IAM is asked where the region's partition has it."""
    try:
        answer = reader.ask(
            "iam",
            "get_role",
            region=region,
            about=f"role {name}",
            needs=("Role",),
            missing=("NoSuchEntity", "NoSuchEntityException"),
            RoleName=name,
        )
    except NotThere:
        return None
    # botocore decodes the document: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
    policy = answer["Role"].get("AssumeRolePolicyDocument")
    if not isinstance(policy, dict):
        detail = f"The answer to iam:GetRole for role {name} has no readable trust policy."
        raise Unanswered(Gap("iam:GetRole", name, "RESPONSE_INCOMPLETE", detail))
    return Role(arn=answer["Role"]["Arn"], trust_policy=policy)
