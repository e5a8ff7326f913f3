# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breadth: what a filter catches beyond what its control is about."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage import (
    covered_read_only_calls,
    matches_everything,
    matches_nearly_everything,
)

DENIED = ('{ $.errorCode = "*UnauthorizedOperation" }', '{ $.errorCode = "AccessDenied*" }')
ROOT = ('{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',)
EVENTS = ('{ $.eventSource = "ec2.amazonaws.com" && $.eventName = "CreateVpc" }',)
BY_ROOT = '{ $.userIdentity.type = "Root" }'
IS_DENIED = '{ $.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*" }'


@pytest.mark.parametrize(
    ("text", "cases", "is_caught"),
    [
        (IS_DENIED, DENIED, False),
        (IS_DENIED, DENIED[:1], True),
        (IS_DENIED, EVENTS, True),
        (IS_DENIED, (), True),
        ('{ $.errorCode = "*" }', DENIED, True),
        (ROOT[0], ROOT, False),
        (ROOT[0], EVENTS, True),
        (BY_ROOT, ROOT, True),  # services that act for the root user too
        ("{ $.eventName = CreateVpc }", EVENTS, False),
        ("CreateVpc", EVENTS, False),
        ("GetCallerIdentity", EVENTS, True),
        ("AccessDenied", DENIED, False),
    ],
)
def test_read_only_calls_count_beyond_the_cases(text: str, cases: tuple[str, ...], is_caught: bool) -> None:
    assert ("GetCallerIdentity" in covered_read_only_calls(text, cases)) is is_caught


@pytest.mark.parametrize("cases", [DENIED, ROOT, EVENTS, ()])
@pytest.mark.parametrize(
    ("text", "is_everything"),
    [
        ("", True),
        ("{ $.eventID = * }", True),
        ('{ $.eventName != "HeadBucket" }', False),
        ('{ $.errorCode = "AccessDenied*" || $.sourceIPAddress != "x" || $.eventName != "HeadBucket" }', False),
        ('{ $.eventCategory = "Management" }', False),
        ('{ $.eventType = "AwsApiCall" }', False),
        ("{ $.readOnly IS TRUE }", False),
        ("{ $.errorCode NOT EXISTS }", False),
        ("{ $.eventSource != kms.amazonaws.com }", False),
    ],
)
def test_too_broad_for_each_control(text: str, is_everything: bool, cases: tuple[str, ...]) -> None:
    assert matches_everything(text) is is_everything
    assert matches_nearly_everything(text, cases)


@pytest.mark.parametrize(
    "text",
    [
        IS_DENIED,
        ROOT[0],
        "{ $.eventName = CreateVpc }",
        '{ $.eventSource = "sts.amazonaws.com" }',
        "{ $.readOnly IS FALSE }",
        '{ $.userIdentity.type = "AssumedRole" }',
        "[a, b]",
        "CreateVpc",
    ],
)
@pytest.mark.parametrize("cases", [DENIED, ROOT, EVENTS, ()])
def test_not_too_broad(text: str, cases: tuple[str, ...]) -> None:
    assert not matches_nearly_everything(text, cases)
