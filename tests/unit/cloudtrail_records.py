# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudTrail records of several principals: invented, in the shapes that the AWS CloudTrail User Guide documents.

'CloudTrail record contents', 'CloudTrail userIdentity element' and 'AWS Management Console sign-in events'.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

ACCOUNT = "111122223333"
SECRET = "correct-horse-battery-staple"


def user(name: str, mfa: bool | None = None, account: str = ACCOUNT) -> dict[str, Any]:
    """An IAM user, with a session of the console or, without `mfa`, with a long-term key."""
    identity = {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLE",
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": "AKIAEXAMPLEKEYID",
        "userName": name,
    }
    if mfa is not None:
        attributes = {"creationDate": "2026-11-23T04:00:00Z", "mfaAuthenticated": "true" if mfa else "false"}
        identity["sessionContext"] = {"sessionIssuer": {}, "webIdFederationData": {}, "attributes": attributes}
    return identity


def role(name: str, session: str, account: str = ACCOUNT, **more: Any) -> dict[str, Any]:
    """An assumed role."""
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        "accountId": account,
        "accessKeyId": "ASIAEXAMPLEKEYID",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLE",
                "arn": f"arn:aws:iam::{account}:role/{name}",
                "accountId": account,
                "userName": name,
            },
            "attributes": {"creationDate": "2026-11-23T04:00:00Z", "mfaAuthenticated": "false"},
        },
        **more,
    }


ROOT = {
    "type": "Root",
    "principalId": ACCOUNT,
    "arn": f"arn:aws:iam::{ACCOUNT}:root",
    "accountId": ACCOUNT,
    "accessKeyId": "",
    "sessionContext": {"attributes": {"creationDate": "2026-11-23T04:00:00Z", "mfaAuthenticated": "true"}},
}
SERVICE = {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}


def record(identity: dict[str, Any], name: str, at: datetime, **more: Any) -> dict[str, Any]:
    """A record of a call to EC2 that changes a security group, or what `more` makes of it."""
    return {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "ec2.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/2.31.0",
        "requestParameters": {"groupId": "sg-0123456789abcdef0", "userData": SECRET},
        "responseElements": {"requestId": "8b0d5f0e", "_return": True, "token": SECRET},
        "requestID": "8b0d5f0e",
        "eventID": f"{name}-{at.timestamp()}-{identity.get('arn', '')}",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        **more,
    }


def message(of: dict[str, Any]) -> str:
    """The record as CloudTrail writes it to a log group."""
    return json.dumps(of, separators=(",", ":"))
