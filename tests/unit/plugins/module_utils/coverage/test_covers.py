# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Coverage of a case: an implication between two patterns, with the smallest record that breaks it."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils import coverage as coverage_package
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage import (
    Coverage,
    coverage,
    covers,
    covers_together,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import FilterPatternError, parse

DENIED = '{ $.errorCode = "AccessDenied*" }'
ROOT = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
SIGN_IN = (
    '{ $.eventName = "ConsoleLogin" && $.eventSource = "signin.amazonaws.com" && $.additionalEventData.MFAUsed = "No" }'
)
CREATED = '{ $.eventName = "CreateUser" && $.eventSource = "iam.amazonaws.com" }'

# text, case, degree, condition, fields of the example beside those that every record has
ANSWERS: list[tuple[str, str, str, str, dict[str, Any] | None]] = [
    ('{ $.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*" }', DENIED, "full", "", None),
    ("{ $.errorCode = Access* }", DENIED, "full", "", None),
    ('{ $.errorCode != "" }', DENIED, "full", "", None),
    ("{ $.errorCode = * && $.errorCode != Throttling }", DENIED, "full", "", None),
    (
        '{ $.errorCode = "AccessDenied" }',
        DENIED,
        "narrowed",
        "only when `errorCode` is `AccessDenied`",
        {"errorCode": "AccessDenieda"},
    ),
    (
        '{ $.errorCode = "AccessDenied*" && $.userIdentity.arn != "*:role/ci" }',
        '{ $.errorCode = "AccessDenied" }',
        "narrowed",
        "only when `userIdentity.arn` is not like `*:role/ci`; records without that field are missed",
        {"errorCode": "AccessDenied"},
    ),
    (
        '{ $.errorCode = "AccessDenied*" && $.eventName != "HeadBucket" }',
        DENIED,
        "narrowed",
        "only when `eventName` is not `HeadBucket`",
        {"errorCode": "AccessDenied", "eventName": "HeadBucket"},
    ),
    ('{ $.errorCode = "UnauthorizedOperation" }', '{ $.errorCode = "Client.*" }', "none", "", {"errorCode": "Client."}),
    ("{ $.errorCode NOT EXISTS }", DENIED, "none", "", {"errorCode": "AccessDenied"}),
    ('{ $.userIdentity.type = "Root" }', ROOT, "full", "", None),
    (ROOT, ROOT, "full", "", None),
    (
        '{ $.userIdentity.type = "Root" && $.eventType = "AwsApiCall" }',
        ROOT,
        "narrowed",
        "only when `eventType` is `AwsApiCall`",
        {"userIdentity": {"type": "Root"}, "eventType": "other"},
    ),
    ('{ $.userIdentity.type = "IAMUser" || $.userIdentity.invokedBy = "*" }', ROOT, "none", "",
     {"userIdentity": {"type": "Root"}}),
    ('{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" }', SIGN_IN, "full", "", None),
    (
        '{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" && $.userIdentity.type = "IAMUser" }',
        SIGN_IN,
        "narrowed",
        "only when `userIdentity.type` is `IAMUser`",
        {
            "eventName": "ConsoleLogin",
            "eventSource": "signin.amazonaws.com",
            "additionalEventData": {"MFAUsed": "No"},
        },
    ),
    ("{ $.eventName = Create* }", CREATED, "full", "", None),
    ('{ $.eventSource = "ec2.amazonaws.com" }', CREATED, "none", "",
     {"eventName": "CreateUser", "eventSource": "iam.amazonaws.com"}),
    ("CreateUser iam", CREATED, "full", "", None),
    ("AccessDenied Root", '{ $.errorCode = "AccessDenied" && $.userIdentity.type = "Root" }', "full", "", None),
    (
        "CreateUser -terraform",
        CREATED,
        "narrowed",
        "only when the record's text does not contain `terraform`",
        {
            "eventName": "CreateUser",
            "eventSource": "iam.amazonaws.com",
            "responseElements": {"k1": "terraform"},
        },
    ),
    ("[a, b]", CREATED, "none", "", {"eventName": "CreateUser", "eventSource": "iam.amazonaws.com"}),
    (
        '{ $.a.b = 1 || $.a.b = 2 }',
        "{ $.a.b > 0 && $.a.b < 3 && $.c IS NULL }",
        "narrowed",
        "only when `a.b` is 1 or `a.b` is 2",
        {"a": {"b": 0.5}, "c": None},
    ),
    ("{ $.a = x }", "{ $.eventName = a || $.a = x }", "narrowed", "only when `a` is `x`", {"eventName": "a"}),
    ("{ $.eventName = a || $.a = * }", "{ $.eventName = a || $.a = x }", "full", "", None),
    ("{ $.a = x }", "{ $.eventID NOT EXISTS }", "undetermined", "no record is known that the case has", None),
    ("a b", "{ $.a = x && $.a = y }", "undetermined", "no record is known that the case has", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "case", "degree", "condition", "example"), ANSWERS)
def test_what_a_filter_does_for_a_case(
    text: str, case: str, degree: str, condition: str, example: Mapping[str, Any] | None
) -> None:
    found = covers(text, case)
    assert (str(found), found.condition) == (degree, condition)
    if example is None:
        assert found.example is None
        return
    assert found.example is not None
    assert not parse(text).matches(found.example)
    assert parse(case).matches(found.example)
    plain = coverage("{ $.x = y }", "RunInstances").example
    assert plain is not None
    assert found.example == {**plain, **example}


def test_what_is_missed_of_an_event_has_an_example() -> None:
    found = coverage(
        '{ $.eventName = CreateUser && $.userIdentity.userName != "ci" }', "CreateUser", "iam.amazonaws.com"
    )
    assert found == "narrowed"
    assert found.example is not None
    assert (found.example["eventName"], found.example["userIdentity"]) == ("CreateUser", {})
    assert json.loads(json.dumps(found.example)) == found.example
    copy = pickle.loads(pickle.dumps(found))
    assert (copy, copy.condition, copy.example) == (found, found.condition, found.example)


INSIDE = '{ $.eventName = CreateUser && $.sourceIPAddress = "10.*" }'
OUTSIDE = '{ $.eventName = CreateUser && $.sourceIPAddress != "10.*" }'
BY_ROOT = '{ $.eventName = CreateUser && $.userIdentity.type = "Root" }'


@pytest.mark.parametrize(
    ("texts", "degree"),
    [
        ((INSIDE, OUTSIDE), "full"),
        ((INSIDE, BY_ROOT), "narrowed"),
        ((INSIDE, "CreateUser"), "full"),
        (("[a, b]", "DeleteUser"), "narrowed"),
        ((), "none"),
    ],
)
def test_texts_together(texts: tuple[str, ...], degree: str) -> None:
    found = covers_together(texts, CREATED)
    assert found == degree
    if found.example is not None:
        assert parse(CREATED).matches(found.example)
        assert not any(parse(text).matches(found.example) for text in texts)
    assert (found.example is None) is (degree == "full")


def test_an_example_that_another_text_catches_is_none() -> None:
    found = covers_together((INSIDE, '"192.0.2.1"'), CREATED)
    assert (found, found.example) == ("narrowed", None)


def test_what_can_t_be_read_or_is_no_case_is_an_error() -> None:
    for text, case in (("{ $.a == 1 }", CREATED), (CREATED, "{ $.a == 1 }")):
        with pytest.raises(FilterPatternError):
            covers(text, case)
    with pytest.raises(ValueError, match=r"JSON pattern, \{ \.\.\. \}, which 'CreateUser' is not"):
        covers(CREATED, "CreateUser")


def test_what_occurs_again_costs_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '{ $.eventName = CreateUser && $.awsRegion = "nowhere" }'
    first = covers(text, CREATED)
    monkeypatch.setattr(coverage_package.proof, "coverage_of", None)
    assert covers(text, CREATED) is first


def test_a_coverage_without_an_example_has_none() -> None:
    assert Coverage("narrowed", "only when").example is None


# Records as CloudTrail writes them: 'Example: ...' of 'CloudTrail log file examples', 'AWS Management Console sign-in
# events' and 'CloudTrail userIdentity element' (AWS CloudTrail User Guide), shortened.
_COMMON = {
    "eventVersion": "1.08",
    "eventTime": "2026-01-02T03:04:05Z",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "192.0.2.10",
    "userAgent": "Mozilla/5.0",
    "requestParameters": None,
    "eventID": "ed906df2-0000-4000-8000-000000000000",
    "readOnly": False,
    "managementEvent": True,
    "recipientAccountId": "111122223333",
    "eventCategory": "Management",
}
SHAPES: list[dict[str, Any]] = [
    {
        **_COMMON,
        "userIdentity": {"type": kind, "principalId": "X", "arn": "arn:aws:iam::111122223333:x", **more},
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "responseElements": {"ConsoleLogin": outcome},
        "additionalEventData": {"LoginTo": "https://console.aws.amazon.com/", "MobileVersion": "No", "MFAUsed": mfa},
        **({} if outcome == "Success" else {"errorMessage": "Failed authentication"}),
        "eventType": "AwsConsoleSignIn",
    }
    for kind, more in (("IAMUser", {"userName": "anaya"}), ("Root", {}), ("AssumedRole", {"sessionContext": {}}))
    for outcome in ("Success", "Failure")
    for mfa in ("Yes", "No")
] + [
    {
        **_COMMON,
        "userIdentity": identity,
        "eventSource": source,
        "eventName": name,
        "responseElements": None,
        "readOnly": True,
        "eventType": kind,
        **error,
    }
    for identity in (
        {"type": "Root", "accountId": "111122223333", "arn": "arn:aws:iam::111122223333:root"},
        {"type": "IAMUser", "userName": "anaya", "accountId": "111122223333"},
        {"type": "AWSService", "invokedBy": "delivery.logs.amazonaws.com"},
        {"type": "Root", "accountId": "111122223333", "invokedBy": "backup.amazonaws.com"},
    )
    for name, source in (("DescribeInstances", "ec2.amazonaws.com"), ("HeadBucket", "s3.amazonaws.com"))
    for kind in ("AwsApiCall", "AwsServiceEvent")
    for error in (
        {},
        {"errorCode": "Client.UnauthorizedOperation", "errorMessage": "You are not authorized"},
        {"errorCode": "AccessDenied", "errorMessage": "Access Denied"},
        {"errorCode": "AccessDeniedException"},
        {"errorCode": "ThrottlingException"},
    )
]


@pytest.mark.parametrize(("text", "case"), [answer[:2] for answer in ANSWERS])
def test_no_record_of_a_real_shape_contradicts(text: str, case: str) -> None:
    degree = covers(text, case)
    caught = {parse(text).matches(record) for record in SHAPES if parse(case).matches(record)}
    assert caught <= {"full": {True}, "none": {False}}.get(str(degree), {True, False})
