# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each trail once, asked about in its home region by its full ARN."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    AdvancedSelector,
    BasicSelector,
    EventSelectors,
    FieldSelector,
    Gap,
    TrailStatus,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.trails import list_trails, read_trail
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws, Fault

ARN = "arn:aws:cloudtrail:us-east-1:444455556666:trail/org"
ENTRY = {
    "Name": "org",
    "TrailARN": ARN,
    "HomeRegion": "us-east-1",
    "IsMultiRegionTrail": True,
    "IsOrganizationTrail": True,
    "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:444455556666:log-group:org:*",
}
DELIVERED = datetime(2026, 11, 23, 5, tzinfo=UTC)
ANSWERS: dict[str, Any] = {
    "cloudtrail:GetTrailStatus": {"IsLogging": True, "LatestCloudWatchLogsDeliveryTime": DELIVERED},
    "cloudtrail:GetEventSelectors": {"TrailARN": ARN, "EventSelectors": [{}]},
}


def read(**answers: Any) -> Any:
    return read_trail(Reader(FakeAws({**ANSWERS, **answers})), ENTRY)


def test_a_trail_and_its_shadow_are_one() -> None:
    other = {"Name": "a", "TrailARN": "arn:aws:cloudtrail:eu-west-1:1:trail/a", "HomeRegion": "eu-west-1"}
    reader = Reader(FakeAws({"cloudtrail:DescribeTrails": {"trailList": [ENTRY, other, dict(ENTRY)]}}))
    assert list_trails(reader, "eu-west-1") == (other, ENTRY)


@pytest.mark.parametrize("answer", [Fault("AccessDeniedException"), {}])
def test_unlisted_trails_are_a_gap(answer: Any) -> None:
    assert isinstance(list_trails(Reader(FakeAws({"cloudtrail:DescribeTrails": answer})), "eu-west-1"), Gap)


def test_an_account_without_a_trail_has_none() -> None:
    assert list_trails(Reader(FakeAws({"cloudtrail:DescribeTrails": {"trailList": []}})), "eu-west-1") == ()


def test_status_and_selectors_are_asked_in_the_home_region_by_the_full_arn() -> None:
    aws = FakeAws(ANSWERS, region="eu-west-1")
    trail = read_trail(Reader(aws), ENTRY)
    assert sorted(aws.calls, key=str) == [
        ("us-east-1", "cloudtrail:GetEventSelectors", {"TrailName": ARN}),
        ("us-east-1", "cloudtrail:GetTrailStatus", {"Name": ARN}),
    ]
    assert (trail.arn, trail.name, trail.home_region) == (ARN, "org", "us-east-1")
    assert (trail.is_multi_region, trail.is_organization) == (True, True)
    assert trail.log_group_arn == ENTRY["CloudWatchLogsLogGroupArn"]
    assert trail.status == TrailStatus(is_logging=True, delivery_error=None, last_delivery=DELIVERED)


def test_a_delivery_error_is_kept() -> None:
    status = {"IsLogging": True, "LatestCloudWatchLogsDeliveryError": "AccessDenied"}
    assert read(**{"cloudtrail:GetTrailStatus": status}).status.delivery_error == "AccessDenied"


def test_a_member_that_may_not_see_the_selectors_still_sees_the_status() -> None:
    trail = read(**{"cloudtrail:GetEventSelectors": Fault("AccessDeniedException")})
    assert isinstance(trail.selectors, Gap)
    assert trail.status.is_logging


def test_a_status_that_does_not_say_whether_it_logs_is_a_gap() -> None:
    assert read(**{"cloudtrail:GetTrailStatus": {}}).status.code == "RESPONSE_INCOMPLETE"


def test_basic_selectors_have_cloudtrails_defaults() -> None:
    entry = {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": False, "ExcludeManagementEventSources": ["kms"]}
    answer = {"TrailARN": ARN, "EventSelectors": [{}, entry]}
    assert read(**{"cloudtrail:GetEventSelectors": answer}).selectors == EventSelectors(
        basic=(BasicSelector("All", True), BasicSelector("ReadOnly", False, ("kms",)))
    )


def test_advanced_selectors_keep_each_operator() -> None:
    fields = [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"], "NotStartsWith": ["rds"]},
    ]
    answer = {"TrailARN": ARN, "AdvancedEventSelectors": [{"Name": "all", "FieldSelectors": fields}]}
    category = FieldSelector("eventCategory", {"Equals": ("Management",)})
    source = FieldSelector("eventSource", {"NotEquals": ("kms.amazonaws.com",), "NotStartsWith": ("rds",)})
    assert read(**{"cloudtrail:GetEventSelectors": answer}).selectors == EventSelectors(
        advanced=(AdvancedSelector((category, source), "all"),)
    )
