# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role that log alarms need, which the user names and nothing here creates: does it do? Pure.

CloudWatch Logs assumes it to run the query, and CloudWatch to read the records for a notification:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-log.html
"""

from __future__ import annotations

import re

from .._account.arn import Arn
from .._account.observation import Account, Gap, Observation, Role
from .._judge.key_access import CLOUDWATCH
from .._judge.resource_policy import ALLOWED, DENIED, Request, decide
from .result import Blocked

CLOUDWATCH_LOGS = "logs.amazonaws.com"
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
_NAME = re.compile(r"([\x21-\x7e]+/)?[\w+=,.@-]{1,64}", re.ASCII)
_ARN = re.compile(rf"arn:[^:]+:iam::[0-9]{{12}}:role/{_NAME.pattern}", re.ASCII)


def name_of(role: str | None) -> str | None:
    """The name by which IAM knows the role, which is given by name, by path and name, or by ARN."""
    return role.rpartition("/")[2] if role else None


def role_fault(role: str | None) -> str:
    """Why that is no role, whatever the account has; '' if it may be one."""
    if role is None:
        return "log_alarms requires log_alarms_role, the role that runs their queries and reads the records. Name it."
    if not (_ARN if role.startswith("arn:") else _NAME).fullmatch(role):
        return f"log_alarms_role is {role!r}, which is neither the name nor the ARN of an IAM role."
    return ""


def usable_role(role: str, observation: Observation, region: str) -> tuple[str, str]:
    """The role's ARN, and a sentence about what is not known of it ('' if nothing). Raises Blocked if it can't do."""
    account, found = observation.account, observation.log_alarms_role
    arn = role if role.startswith("arn:") else str(Arn(account.partition, "iam", "", account.id, f"role/{role}"))
    if Arn.parse(arn).account != account.id:
        raise Blocked(f"Role {arn} is not of account {account.id}. Name a role of the account in log_alarms_role.")
    if isinstance(found, Gap):
        return arn, _unknown(arn, f"{found.detail} Allow {found.call}, as docs/policies/log_alarms.json does.")
    if found is None or (role.startswith("arn:") and found.arn != arn):
        raise Blocked(
            f"Role {arn} does not exist. Create it as docs/log-alarms.md describes, or correct log_alarms_role."
        )
    unclear = [one for one in (CLOUDWATCH_LOGS, CLOUDWATCH) if not _may_assume(one, found, account, region)]
    doubt = f"Its trust policy has conditions that cannot be checked for {' and '.join(unclear)}." if unclear else ""
    return found.arn, _unknown(found.arn, doubt) if doubt else ""


def _unknown(arn: str, why: str) -> str:
    return f"Whether the log alarms can use role {arn} could not be determined: {why}"


def _may_assume(service: str, role: Role, account: Account, region: str) -> bool:
    """Whether the service may for certain, for any query or alarm of the account. Raises Blocked if it may not."""
    source = "alarm" if service == CLOUDWATCH else "scheduled-query"
    arn = Arn(account.partition, service.partition(".")[0], region, account.id, f"{source}:*")
    context = {"aws:sourceaccount": account.id, "aws:sourcearn": str(arn)}
    if decide(role.trust_policy, Request(service, "sts:AssumeRole", role.arn, context)) == ALLOWED:
        return True
    if decide(role.trust_policy, Request(service, "sts:AssumeRole", role.arn, {})) == DENIED:
        raise Blocked(
            f"The trust policy of role {role.arn} does not allow {service} to assume it, so the log alarms could not "
            f"work. Allow {service} sts:AssumeRole there, as docs/log-alarms.md describes."
        )
    return False
