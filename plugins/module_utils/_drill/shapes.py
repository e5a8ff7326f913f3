# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudTrail records as CloudTrail writes them: a call by each kind of caller, sign-ins, what the root user does. Pure.

The fields follow 'CloudTrail record contents', 'CloudTrail userIdentity element' and 'AWS Management Console sign-in
events' of the AWS CloudTrail User Guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._controls import Event
from .requests import request_of

ACCOUNT = "111122223333"
SIGN_IN = Event("ConsoleLogin", "signin.amazonaws.com")

_WHEN = "2026-01-02T03:04:05Z"
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"
# Services whose events are recorded in one region of the partition.
_GLOBAL = frozenset({"iam.amazonaws.com", "organizations.amazonaws.com", "cloudfront.amazonaws.com"})
_READING = ("Describe", "Get", "Head", "List", "Lookup", "CheckMfa")
# CloudFormation has no resource whose handler calls these.
_NEVER_BY_CLOUDFORMATION = frozenset(
    {
        "AcceptHandshake",
        "DeclineHandshake",
        "DisablePolicyType",
        "EnablePolicyType",
        "InviteAccountToOrganization",
        "LeaveOrganization",
        "ModifySecurityGroupRules",
        "RejectVpcPeeringConnection",
        "RemoveAccountFromOrganization",
    }
)


@dataclass(frozen=True)
class Shape:
    """A record, and what it is called: the event, and by whom or how."""

    event: Event
    caller: str
    content: Mapping[str, Any]


def calls(event: Event) -> Iterator[Shape]:
    """A call by each kind of caller who may make it."""
    for caller, differing in _CALLERS.items():
        yield _call(event, caller, **differing)
    yield _call(
        event,
        "a user who is denied it",
        userIdentity=_user("mallory"),
        errorCode=_denial(event.source),
        errorMessage="You are not authorized to perform this operation.",
        responseElements=None,
    )
    if event.name not in _NEVER_BY_CLOUDFORMATION:
        identity = {**_role("Deployment", "pipeline"), "invokedBy": _CLOUDFORMATION}
        yield _call(
            event,
            "CloudFormation for a role",
            userIdentity=identity,
            sourceIPAddress=_CLOUDFORMATION,
            userAgent=_CLOUDFORMATION,
        )


def situations() -> Iterator[Shape]:
    """Sign-ins, denied and failed calls, and what is done by or for the root user."""
    yield from _sign_ins()
    yield from _denied_and_failed()
    yield from _of_root()


def bystander(event: Event) -> Shape:
    """A call of no interest in itself."""
    return _call(event, "a user with the CLI", **_CALLERS["a user with the CLI"])


def _user(name: str) -> dict[str, Any]:
    return {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLE",
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAEXAMPLE",
        "userName": name,
    }


def _role(name: str, session: str) -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLE",
                "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
                "accountId": ACCOUNT,
                "userName": name,
            },
            "attributes": {"creationDate": _WHEN, "mfaAuthenticated": "false"},
        },
    }


_BY_MFA = {"sessionContext": {"attributes": {"creationDate": _WHEN, "mfaAuthenticated": "true"}}}
_ROOT = {
    "type": "Root",
    "principalId": ACCOUNT,
    "arn": f"arn:aws:iam::{ACCOUNT}:root",
    "accountId": ACCOUNT,
    "accessKeyId": "ASIAEXAMPLE",
}
_CLOUDFORMATION = "cloudformation.amazonaws.com"
_IN_CONSOLE = {"userAgent": _BROWSER, "sessionCredentialFromConsole": "true"}

# By kind of caller, the fields in which its record differs.
_CALLERS: Mapping[str, Mapping[str, Any]] = {
    "a user in the console": {"userIdentity": {**_user("alice"), **_BY_MFA}, **_IN_CONSOLE},
    "a user with the CLI": {"userIdentity": {**_user("bob"), "accessKeyId": "AKIAEXAMPLE"}},
    "an assumed role": {
        "userIdentity": _role("Deployment", "pipeline"),
        "userAgent": "Boto3/1.42.0 md/Botocore#1.42.0",
    },
    "root": {"userIdentity": {**_ROOT, **_BY_MFA}, **_IN_CONSOLE},
}


def _denial(source: str) -> str:
    return "Client.UnauthorizedOperation" if source == "ec2.amazonaws.com" else "AccessDenied"


def _call(event: Event, caller: str, **differing: Any) -> Shape:
    content = {
        "eventVersion": "1.11",
        "userIdentity": {},
        "eventTime": _WHEN,
        "eventSource": event.source,
        "eventName": event.name,
        "awsRegion": "us-east-1" if event.source in _GLOBAL else "eu-west-1",
        "sourceIPAddress": "192.0.2.10",
        "userAgent": "aws-cli/2.31.0 md/awscrt#0.27.6 lang/python#3.13.7",
        "requestParameters": request_of(event.name),
        "responseElements": {"_return": True} if event.source == "ec2.amazonaws.com" else None,
        "requestID": "8b0d5f0e-0000-4000-8000-000000000000",
        "eventID": "5b2f1c3e-0000-4000-8000-000000000000",
        "readOnly": event.name.startswith(_READING),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        **differing,
    }
    return Shape(event, caller, content)


def _sign_in(how: str, identity: Mapping[str, Any], mfa: str, failure: str = "") -> Shape:
    without_key = {name: value for name, value in identity.items() if name != "accessKeyId"}
    error = {"errorMessage": failure} if failure else {}
    return _call(
        SIGN_IN,
        how,
        userIdentity=without_key,
        awsRegion="us-east-1",
        userAgent=_BROWSER,
        requestParameters=None,
        responseElements={"ConsoleLogin": "Failure" if failure else "Success"},
        additionalEventData={
            "LoginTo": "https://console.aws.amazon.com/console/home",
            "MobileVersion": "No",
            "MFAUsed": mfa,
        },
        readOnly=False,
        eventType="AwsConsoleSignIn",
        **error,
    )


def _sign_ins() -> Iterator[Shape]:
    alice, root = _user("alice"), _ROOT
    stranger = {
        "type": "IAMUser",
        "principalId": "",
        "accountId": ACCOUNT,
        "accessKeyId": "",
        "userName": "HIDDEN_DUE_TO_SECURITY_REASONS",
    }
    federated = _role("AWSReservedSSO_Operator_0123456789abcdef", "alice@example.com")
    yield _sign_in("a user without MFA", alice, "No")
    yield _sign_in("a user with MFA", alice, "Yes")
    yield _sign_in("root without MFA", root, "No")
    yield _sign_in("root with MFA", root, "Yes")
    yield _sign_in("a federated user", federated, "No")
    yield _sign_in("a user with a wrong password", alice, "No", "Failed authentication")
    yield _sign_in("a user with a wrong MFA code", alice, "Yes", "Failed authentication")
    yield _sign_in("root with a wrong password", root, "No", "Failed authentication")
    yield _sign_in("a name that no user has", stranger, "No", "No username found in supplied account")
    yield _call(
        Event("CheckMfa", SIGN_IN.source),
        "a user in the console",
        userIdentity={name: value for name, value in alice.items() if name != "accessKeyId"},
        awsRegion="us-east-1",
        userAgent=_BROWSER,
        requestParameters=None,
        responseElements={"CheckMfa": "Success"},
        additionalEventData={"MfaType": "Virtual MFA"},
        readOnly=False,
        eventType="AwsConsoleSignIn",
    )


def _denied_and_failed() -> Iterator[Shape]:
    role, bob = _role("Deployment", "pipeline"), _user("bob")
    for name, source, code in (
        ("StopInstances", "ec2.amazonaws.com", "Client.UnauthorizedOperation"),
        ("DescribeInstances", "ec2.amazonaws.com", "Client.UnauthorizedOperation"),
        ("ListBuckets", "s3.amazonaws.com", "AccessDenied"),
        ("ListTables", "dynamodb.amazonaws.com", "AccessDenied"),
        ("ListFunctions20150331", "lambda.amazonaws.com", "AccessDeniedException"),
        ("GetMacieSession", "macie2.amazonaws.com", "AccessDeniedException"),
    ):
        for who, identity in (("a user who is denied it", bob), ("a role that is denied it", role)):
            yield _failed_call(Event(name, source), who, identity, code)
    delivery = {"type": "AWSService", "invokedBy": "delivery.logs.amazonaws.com"}
    head = Event("HeadBucket", "s3.amazonaws.com")
    yield _failed_call(head, "the delivery of logs", delivery, "AccessDenied", "delivery.logs.amazonaws.com")
    for name, source, code in (
        ("CreateVpc", "ec2.amazonaws.com", "Client.VpcLimitExceeded"),
        ("DescribeInstances", "ec2.amazonaws.com", "Client.RequestLimitExceeded"),
        ("GetBucketTagging", "s3.amazonaws.com", "NoSuchTagSet"),
        ("GetRole", "iam.amazonaws.com", "NoSuchEntityException"),
        ("DescribeTrails", "cloudtrail.amazonaws.com", "ThrottlingException"),
    ):
        yield _failed_call(Event(name, source), "a role for which it fails", role, code)


def _failed_call(event: Event, who: str, identity: Mapping[str, Any], code: str, address: str = "192.0.2.10") -> Shape:
    return _call(
        event,
        who,
        userIdentity=identity,
        sourceIPAddress=address,
        errorCode=code,
        errorMessage="The operation failed.",
        responseElements=None,
    )


def _of_root() -> Iterator[Shape]:
    root = {**_ROOT, **_BY_MFA}
    for name, source in (
        ("CreateAccessKey", "iam.amazonaws.com"),
        ("ListBuckets", "s3.amazonaws.com"),
        ("GetCallerIdentity", "sts.amazonaws.com"),
    ):
        yield _call(Event(name, source), "root", userIdentity=root, **_IN_CONSOLE)
    assumed = {**_ROOT, "sessionContext": {"assumedRoot": "true", "attributes": {"mfaAuthenticated": "false"}}}
    yield _call(Event("DeleteBucketPolicy", "s3.amazonaws.com"), "an assumed root", userIdentity=assumed)
    # What a service does on root's behalf, and what AWS itself records of the account.
    yield _call(
        Event("DescribeVolumes", "ec2.amazonaws.com"),
        "a service for root",
        userIdentity={**root, "invokedBy": "autoscaling.amazonaws.com"},
        sourceIPAddress="autoscaling.amazonaws.com",
        userAgent="autoscaling.amazonaws.com",
    )
    yield _call(
        Event("SharedSnapshotVolumeCreated", "ec2.amazonaws.com"),
        "AWS, in root's name",
        userIdentity={"type": "Root", "principalId": ACCOUNT, "accountId": ACCOUNT},
        requestParameters=None,
        responseElements=None,
        eventType="AwsServiceEvent",
    )
    yield _call(
        Event("RotateKey", "kms.amazonaws.com"),
        "AWS",
        userIdentity={"accountId": ACCOUNT, "invokedBy": "AWS Internal"},
        requestParameters=None,
        responseElements=None,
        eventType="AwsServiceEvent",
    )
