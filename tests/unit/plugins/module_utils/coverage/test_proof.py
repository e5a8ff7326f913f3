# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Coverage: what a pattern catches of an event, and in which words it is said."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage import (
    Coverage,
    coverage,
    coverage_together,
    covered_read_only_calls,
    matches_everything,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import FilterPatternError, Truth, parse
from ansible_collections.aws_cis.monitoring.tests.unit import cloudtrail_records
from ansible_collections.aws_cis.monitoring.tests.unit.coverage_vectors import (
    EVENT,
    FULL,
    NARROWED,
    NONE,
    SIX,
    UNDETERMINED,
)


@pytest.mark.parametrize("pattern", FULL)
def test_full(pattern: str) -> None:
    assert coverage(pattern, EVENT) == "full"
    assert coverage(pattern, EVENT).condition == ""


@pytest.mark.parametrize("pattern", NONE)
def test_none(pattern: str) -> None:
    assert coverage(pattern, EVENT) == "none"
    assert coverage(pattern, EVENT).condition == ""


@pytest.mark.parametrize(("pattern", "doubt"), UNDETERMINED)
def test_undetermined(pattern: str, doubt: str) -> None:
    assert coverage(pattern, EVENT) == "undetermined"
    assert doubt in coverage(pattern, EVENT).condition


@pytest.mark.parametrize(("pattern", "condition"), NARROWED)
def test_narrowed(pattern: str, condition: str) -> None:
    assert coverage(pattern, EVENT) == "narrowed"
    assert coverage(pattern, EVENT).condition == condition


def test_what_is_proven_of_all_records_holds_for_one() -> None:
    record = cloudtrail_records.record(cloudtrail_records.ROOT, EVENT, datetime(2026, 11, 23, tzinfo=UTC))
    assert {parse(pattern).truth(record) for pattern in FULL} == {Truth.YES}
    assert {parse(pattern).truth(record) for pattern in NONE} == {Truth.NO}


def test_the_source_of_the_event_counts() -> None:
    pattern = '{ $.eventName = CreateSecurityGroup && $.eventSource = "ec2.amazonaws.com" }'
    assert coverage(pattern, "CreateSecurityGroup") == "full"
    assert coverage(pattern, "CreateSecurityGroup", "wickr.amazonaws.com") == "none"


def test_one_wildcard_may_cover_one_event_only() -> None:
    degrees = [coverage("{ $.eventName = *Ingress }", name) for name in SIX.replace(")", "").split() if "Sec" in name]
    assert degrees == ["full", "none", "full", "none", "none", "none"]


INSIDE = "{ $.eventName = *SecurityGroup* && $.sourceIPAddress = 10.* }"
OUTSIDE = "{ $.eventName = *SecurityGroup* && $.sourceIPAddress != 10.* }"
BY_ROOT = "{ $.eventName = *SecurityGroup* && $.userIdentity.type = Root }"


@pytest.mark.parametrize(
    ("patterns", "degree"),
    [
        ((INSIDE, OUTSIDE), "full"),
        ((INSIDE, BY_ROOT), "narrowed"),
        ((INSIDE, '"CreateSecurityGroup"', "[w1, w2]"), "narrowed"),
        (('"CreateSecurityGroup"',), "narrowed"),
        (("[w1, w2]",), "none"),
        ((INSIDE, EVENT), "full"),
        ((), "none"),
    ],
)
def test_patterns_together(patterns: tuple[str, ...], degree: str) -> None:
    assert coverage_together(patterns, EVENT) == degree


def test_a_rejected_pattern_has_no_coverage() -> None:
    with pytest.raises(FilterPatternError):
        coverage("{ $.eventName == x }", EVENT)


def test_a_coverage_is_its_degree() -> None:
    narrowed = Coverage("narrowed", "only when")
    assert narrowed.degree == narrowed == "narrowed"
    assert narrowed.degree.__class__ is str
    assert json.dumps([narrowed]) == '["narrowed"]'
    copy = pickle.loads(pickle.dumps(narrowed))
    assert (copy, copy.condition) == ("narrowed", "only when")


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        '" "',
        '{ $.eventName = "*" }',
        "{ $.eventSource = * }",
        "{ $.eventName = a* || $.eventName != a* }",
        "eventName",
    ],
)
def test_matches_everything(pattern: str) -> None:
    assert matches_everything(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["{ " + SIX + " }", "{ $.eventName != a }", "{ $.errorCode = * }", "[...]", "ec2", "{ $.eventName = *a* }"],
)
def test_does_not_match_everything(pattern: str) -> None:
    assert not matches_everything(pattern)


def test_read_only_calls_that_a_pattern_catches_too() -> None:
    assert covered_read_only_calls("{ " + SIX + " }") == ()
    assert covered_read_only_calls("?AuthorizeSecurityGroupIngress ?RevokeSecurityGroupIngress") == ()
    assert covered_read_only_calls("{ $.eventName = *SecurityGroups* }") == (
        "DescribeSecurityGroups",
        "DescribeStaleSecurityGroups",
        "GetSecurityGroupsForVpc",
    )
    assert "ListBuckets" in covered_read_only_calls('{ $.errorCode = "AccessDenied" }')
    assert "GetCallerIdentity" in covered_read_only_calls("")
    assert covered_read_only_calls("SecurityGroupRules") == ("DescribeSecurityGroupRules",)


@pytest.mark.parametrize(
    "pattern",
    [
        "{" + "(" * 508 + "$.a=b" + ")" * 508 + "}",
        "{$.awsRegion=*" + "a" * 400 + "b && $.awsRegion=*" + "a" * 400 + "c}",
        "{" + "&&".join(f"($.a={i}||$.b={i}||$.c={i})" for i in range(40)) + "}",
        "{" + "&&".join(f"($.{'abc'[i % 3]}=*{i}||$.{'abc'[(i + 1) % 3]}!=*{i}*1)" for i in range(35)) + "}",
        "{$" + ".a" * 500 + " IS NULL}",
        "{$.a" + "[0]" * 330 + " IS NULL}",
        "{$.a[2147483647] IS NULL}",
        "{$.a=%" + ".*a" * 160 + "% && $.a!=%" + ".*b" * 160 + "%}",
        "{$.a=%" + "[^a]*" * 200 + "%}",
    ],
)
def test_no_pattern_makes_the_proof_hang_or_overflow(pattern: str) -> None:
    assert len(pattern) <= 1024
    assert coverage(pattern, EVENT) in ("full", "narrowed", "none", "undetermined")


# The patterns of the other monitoring controls (facts/control.md, from the CIS benchmarks), with an event of each.
OTHER_CONTROLS = [
    ('{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}', "ListBuckets", "s3", "narrowed"),
    (
        '{ ($.errorCode ="*UnauthorizedOperation") || ($.errorCode ="AccessDenied*") &&'
        ' ($.sourceIPAddress!="delivery.logs.amazonaws.com") && ($.eventName!="HeadBucket") }',
        "HeadBucket",
        "s3",
        "narrowed",
    ),
    (
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
        "ConsoleLogin",
        "signin",
        "narrowed",
    ),
    (
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
        "CreateUser",
        "iam",
        "narrowed",
    ),
    (
        "{ ($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion)) }",
        "DisableKey",
        "kms",
        "full",
    ),
    (
        '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
        "ConsoleLogin",
        "signin",
        "narrowed",
    ),
]


@pytest.mark.parametrize(("pattern", "event_name", "service", "degree"), OTHER_CONTROLS)
def test_patterns_of_other_controls(pattern: str, event_name: str, service: str, degree: str) -> None:
    assert coverage(pattern, event_name, f"{service}.amazonaws.com") == degree
