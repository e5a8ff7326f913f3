# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records of each control's cases, and those beside them, are what their patterns and the prescribed texts say."""

from __future__ import annotations

import json

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    CONTROLS,
    SECURITY_GROUP_CHANGES,
    Case,
    Control,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.records import (
    MOST_RECORDS,
    case_records,
    near_misses,
    records,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.requests import request_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage import covers
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import parse
from ansible_collections.aws_cis.monitoring.tests.unit.observations import SEVEN_NAMES

EACH_CONTROL = pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())
EACH_CASE = pytest.mark.parametrize(
    ("control", "case"),
    [
        pytest.param(control, case, id=f"{control.name}: {case.name}")
        for control in CONTROLS.values()
        for case in control.all_cases
    ],
)


def texts(control: Control) -> set[str]:
    """Every text that a benchmark prescribes or that is installed."""
    prescribed = {text for each in control.prescriptions.values() for text in (*each.texts, *each.audit)}
    return prescribed | {one.text for one in control.filters}


class TestCases:
    @EACH_CASE
    def test_there_are_records_and_the_case_has_them(self, control: Control, case: Case) -> None:
        found = case_records(control, case)
        assert found
        assert all(parse(case.pattern).matches(record.message) for record in found)

    @EACH_CASE
    def test_each_text_that_covers_the_case_matches_them_all(self, control: Control, case: Case) -> None:
        covering = [text for text in texts(control) if covers(text, case.pattern) == "full"]
        assert covering
        for text in covering:
            missed = [one.title for one in case_records(control, case) if not parse(text).matches(one.message)]
            assert missed == [], text

    def test_calls_are_made_by_each_kind_of_caller(self) -> None:
        create = next(case for case in SECURITY_GROUP_CHANGES.all_cases if case.name == "CreateSecurityGroup")
        by_caller = {record.caller: record.content for record in case_records(SECURITY_GROUP_CHANGES, create)}
        kinds = {content["userIdentity"]["type"] for content in by_caller.values()}
        assert kinds == {"IAMUser", "AssumedRole", "Root"}
        denied = by_caller["a user who is denied it"]
        assert (denied["errorCode"], denied["responseElements"]) == ("Client.UnauthorizedOperation", None)
        assert "invokedBy" in by_caller["CloudFormation for a role"]["userIdentity"]

    def test_none_is_there_that_cannot_happen(self) -> None:
        modify = next(case for case in SECURITY_GROUP_CHANGES.all_cases if case.name == "ModifySecurityGroupRules")
        callers = {record.caller for record in case_records(SECURITY_GROUP_CHANGES, modify)}
        assert "CloudFormation for a role" not in callers
        vpc = {record.event for record in records(CONTROLS["vpc_changes"])}
        assert not any("ClassicLink" in event for event in vpc)

    @EACH_CONTROL
    def test_what_a_call_asks_for_is_known(self, control: Control) -> None:
        calls = [event for event in control.all_events if event.source != "signin.amazonaws.com"]
        assert [event.name for event in calls if request_of(event.name) is None] == []


class TestNearMisses:
    @EACH_CONTROL
    def test_there_is_one_and_no_filter_that_is_installed_matches_it(self, control: Control) -> None:
        near = near_misses(control)
        assert near
        installed = [parse(one.text) for one in control.filters]
        assert [one.title for one in near if any(pattern.matches(one.message) for pattern in installed)] == []

    @EACH_CONTROL
    def test_no_case_has_it(self, control: Control) -> None:
        cases = [parse(case.pattern) for case in control.all_cases]
        assert not any(pattern.matches(one.message) for pattern in cases for one in near_misses(control))

    @pytest.mark.parametrize(
        ("name", "nearest"),
        [
            ("unauthorized_api_calls", "CreateVpc by a role for which it fails"),
            ("console_signin_without_mfa", "ConsoleLogin by a user with MFA"),
            ("console_authentication_failures", "ConsoleLogin by a name that no user has"),
            ("root_usage", "DescribeVolumes by a service for root"),
            ("s3_bucket_policy_changes", "PutBucketPolicy by a user with the CLI"),  # of a directory bucket
        ],
    )
    def test_what_lies_just_outside_of_a_condition_is_tried(self, name: str, nearest: str) -> None:
        assert nearest in [one.title for one in records(CONTROLS[name]) if not one.must_match]


class TestRecords:
    @EACH_CONTROL
    def test_one_call_takes_them_and_each_case_is_there(self, control: Control) -> None:
        chosen = records(control)
        assert len(chosen) <= MOST_RECORDS
        assert {case for record in chosen for case in record.cases} == set(control.all_cases)
        assert any(not record.must_match for record in chosen)
        assert len({record.message for record in chosen}) == len(chosen)

    @EACH_CONTROL
    def test_each_kind_of_caller_is_there(self, control: Control) -> None:
        known = {record.caller for case in control.all_cases for record in case_records(control, case)}
        assert {record.caller for record in records(control) if record.must_match} == known

    def test_security_groups_are_tried_by_nearly_all_callers(self) -> None:
        chosen = [record for record in records(SECURITY_GROUP_CHANGES) if record.must_match]
        assert {record.event for record in chosen} == set(SEVEN_NAMES)
        assert len(chosen) == 6 * len(SEVEN_NAMES) - 1

    @EACH_CONTROL
    def test_each_is_a_record_as_cloudtrail_writes_it(self, control: Control) -> None:
        for record in records(control):
            content = json.loads(record.message)
            assert content["eventCategory"] == "Management"
            assert content["eventType"] in ("AwsApiCall", "AwsConsoleSignIn", "AwsServiceEvent")
            assert content["recipientAccountId"] == content["userIdentity"].get("accountId", "111122223333")
            is_sign_in = content["eventSource"] == "signin.amazonaws.com"
            assert (content["eventType"] == "AwsConsoleSignIn") == is_sign_in
