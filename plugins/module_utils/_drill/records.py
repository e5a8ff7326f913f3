# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudTrail records to try filter patterns on: each event by each kind of caller, and some that must not match. Pure.

The fields follow 'CloudTrail record contents' and 'CloudTrail userIdentity element' of the AWS CloudTrail User Guide,
and the request and response parameters of each call in the Amazon EC2 API Reference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import Event

# TestMetricFilter takes as many messages in a call.
MOST_RECORDS = 50

_WHEN = "2026-01-02T03:04:05Z"
_ACCOUNT = "111122223333"
_GROUP = "sg-0123456789abcdef0"


@dataclass(frozen=True)
class Record:
    """A record, what it stands for, and whether a filter must match it."""

    event: str
    caller: str
    must_match: bool
    content: Mapping[str, Any]

    @property
    def title(self) -> str:
        """Such as "CreateSecurityGroup by root"."""
        return f"{self.event} by {self.caller}"

    @property
    def message(self) -> str:
        """The text as CloudTrail writes it to a log group."""
        return json.dumps(self.content, separators=(",", ":"))


def records(events: Iterable[Event]) -> tuple[Record, ...]:
    """Each event by each kind of caller, then the records that no filter for them should match."""
    matching = [_record(event, caller, must_match=True) for event in events for caller in _CALLERS]
    return tuple([*matching, *(_record(event, _CLI, must_match=False) for event in _OTHERS)][:MOST_RECORDS])


def _user(name: str) -> dict[str, Any]:
    return {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLE",
        "arn": f"arn:aws:iam::{_ACCOUNT}:user/{name}",
        "accountId": _ACCOUNT,
        "accessKeyId": "ASIAEXAMPLE",
        "userName": name,
    }


def _role(name: str, session: str) -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{_ACCOUNT}:assumed-role/{name.rpartition('/')[2]}/{session}",
        "accountId": _ACCOUNT,
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLE",
                "arn": f"arn:aws:iam::{_ACCOUNT}:role/{name}",
                "accountId": _ACCOUNT,
                "userName": name.rpartition("/")[2],
            },
            "attributes": {"creationDate": _WHEN, "mfaAuthenticated": "false"},
        },
    }


_BY_MFA = {"sessionContext": {"attributes": {"creationDate": _WHEN, "mfaAuthenticated": "true"}}}
_ROOT = {
    "type": "Root",
    "principalId": _ACCOUNT,
    "arn": f"arn:aws:iam::{_ACCOUNT}:root",
    "accountId": _ACCOUNT,
    "accessKeyId": "ASIAEXAMPLE",
    **_BY_MFA,
}
_BALANCER = "elasticloadbalancing.amazonaws.com"
_BALANCER_ROLE = f"aws-service-role/{_BALANCER}/AWSServiceRoleForElasticLoadBalancing"
_CLI = "a user with the CLI"

# By kind of caller, the fields in which its record differs.
_CALLERS: Mapping[str, Mapping[str, Any]] = {
    "a user in the console": {
        "userIdentity": {**_user("alice"), **_BY_MFA},
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
        "sessionCredentialFromConsole": "true",
    },
    _CLI: {"userIdentity": {**_user("bob"), "accessKeyId": "AKIAEXAMPLE"}},
    "an assumed role": {
        "userIdentity": _role("Deployment", "pipeline"),
        "userAgent": "Boto3/1.42.0 md/Botocore#1.42.0",
    },
    "root": {"userIdentity": _ROOT, "userAgent": "Mozilla/5.0", "sessionCredentialFromConsole": "true"},
    "a user who is denied it": {
        "userIdentity": _user("mallory"),
        "errorCode": "Client.UnauthorizedOperation",
        "errorMessage": "You are not authorized to perform this operation.",
        "responseElements": None,
    },
    "a service-linked role": {
        "userIdentity": {**_role(_BALANCER_ROLE, "ElasticLoadBalancing"), "invokedBy": _BALANCER},
        "sourceIPAddress": _BALANCER,
        "userAgent": _BALANCER,
    },
}

_PERMISSIONS = {
    "groupId": _GROUP,
    "ipPermissions": {
        "items": [
            {
                "ipProtocol": "tcp",
                "fromPort": 22,
                "toPort": 22,
                "groups": {},
                "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]},
                "ipv6Ranges": {},
                "prefixListIds": {},
            }
        ]
    },
}
_MODIFICATION = {
    "ModifySecurityGroupRulesRequest": {
        "GroupId": _GROUP,
        "SecurityGroupRule": {
            "SecurityGroupRuleId": "sgr-0123456789abcdef0",
            "SecurityGroupRule": {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0"},
            "tag": 1,
        },
    }
}
_REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "AuthorizeSecurityGroupIngress": _PERMISSIONS,
    "AuthorizeSecurityGroupEgress": _PERMISSIONS,
    "RevokeSecurityGroupIngress": _PERMISSIONS,
    "RevokeSecurityGroupEgress": _PERMISSIONS,
    "CreateSecurityGroup": {"groupName": "web", "groupDescription": "Web servers", "vpcId": "vpc-0123456789abcdef0"},
    "DeleteSecurityGroup": {"groupId": _GROUP},
    "ModifySecurityGroupRules": _MODIFICATION,
    "DescribeSecurityGroups": {"securityGroupSet": {}, "filterSet": {}},
    "DescribeSecurityGroupRules": {"DescribeSecurityGroupRulesRequest": {"MaxResults": 1000}},
    "RunInstances": {"groupSet": {"items": [{"groupId": _GROUP}]}, "instanceType": "t3.micro"},
    # The name of one of the events, elsewhere than in eventName.
    "LookupEvents": {"lookupAttributes": [{"attributeKey": "EventName", "attributeValue": "CreateSecurityGroup"}]},
    "AuthorizeDBSecurityGroupIngress": {"dBSecurityGroupName": "default", "cIDRIP": "0.0.0.0/0"},
    "CreateCacheSecurityGroup": {"cacheSecurityGroupName": "cache"},
}
_OTHERS = (
    Event("DescribeSecurityGroups"),
    Event("DescribeSecurityGroupRules"),
    Event("RunInstances"),
    Event("CreateVpc"),
    Event("StopInstances"),
    Event("LookupEvents", "cloudtrail.amazonaws.com"),
    Event("AuthorizeDBSecurityGroupIngress", "rds.amazonaws.com"),
    Event("CreateCacheSecurityGroup", "elasticache.amazonaws.com"),
)
_READ_ONLY = ("Describe", "Lookup")


def _record(event: Event, caller: str, *, must_match: bool) -> Record:
    content = {
        "eventVersion": "1.11",
        "userIdentity": {},
        "eventTime": _WHEN,
        "eventSource": event.source,
        "eventName": event.name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.10",
        "userAgent": "aws-cli/2.31.0 md/awscrt#0.27.6 lang/python#3.13.7",
        "requestParameters": _REQUESTS.get(event.name, {}),
        "responseElements": {"requestId": "8b0d5f0e-0000-4000-8000-000000000000", "_return": True},
        "requestID": "8b0d5f0e-0000-4000-8000-000000000000",
        "eventID": "5b2f1c3e-0000-4000-8000-000000000000",
        "readOnly": event.name.startswith(_READ_ONLY),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": _ACCOUNT,
        "eventCategory": "Management",
        **_CALLERS[caller],
    }
    return Record(event.name, caller, must_match, content)
