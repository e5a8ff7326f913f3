# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which trails qualify, and what the others lack."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    AdvancedSelector,
    BasicSelector,
    EventSelectors,
    FieldSelector,
    TrailStatus,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.trails import (
    LogGroupReference,
    lacks,
    parse_log_group_arn,
    qualifies,
    records_management_writes,
)
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import ACCOUNT, DENIED, OTHER_ACCOUNT, TRAIL

MANAGEMENT = FieldSelector("eventCategory", {"Equals": ("Management",)})


def advanced(*fields: FieldSelector) -> EventSelectors:
    return EventSelectors(advanced=(AdvancedSelector(fields),))


def basic(read_write_type: str, *, management: bool = True) -> EventSelectors:
    return EventSelectors(basic=(BasicSelector(read_write_type, includes_management_events=management),))


def test_a_whole_trail_qualifies() -> None:
    assert lacks(TRAIL, ACCOUNT.id) == ()
    assert qualifies(TRAIL, ACCOUNT.id)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"is_multi_region": False}, "It records only one region."),
        ({"status": TrailStatus(False, None, None)}, "It is not logging."),
        ({"status": DENIED}, "Its logging status could not be read: sns:Something for x was denied."),
        ({"selectors": DENIED}, "Its event selectors could not be read: sns:Something for x was denied."),
        ({"selectors": basic("ReadOnly")}, "It does not record write management events."),
        ({"log_group_arn": None}, "It does not deliver to CloudWatch Logs."),
        (
            {"log_group_arn": f"arn:aws:logs:eu-west-1:{OTHER_ACCOUNT}:log-group:org:*"},
            f"Its log group is in account {OTHER_ACCOUNT}, where the metric filter and the alarm must be.",
        ),
    ],
)
def test_each_thing_that_a_trail_lacks_has_its_sentence(change: dict[str, object], sentence: str) -> None:
    assert lacks(replace(TRAIL, **change), ACCOUNT.id) == (sentence,)


@pytest.mark.parametrize(
    ("selectors", "recorded"),
    [
        (basic("All"), True),
        (basic("WriteOnly"), True),
        (basic("ReadOnly"), False),
        (basic("All", management=False), False),
        (EventSelectors(), False),
        (advanced(MANAGEMENT), True),
        (advanced(MANAGEMENT, FieldSelector("readOnly", {"Equals": ("false",)})), True),
        (advanced(MANAGEMENT, FieldSelector("readOnly", {"Equals": ("true",)})), False),
        (advanced(MANAGEMENT, FieldSelector("readOnly", {"NotEquals": ("false",)})), False),
        (advanced(MANAGEMENT, FieldSelector("eventSource", {"NotEquals": ("kms.amazonaws.com",)})), True),
        (advanced(MANAGEMENT, FieldSelector("eventSource", {"NotEquals": ("ec2.amazonaws.com",)})), False),
        (advanced(MANAGEMENT, FieldSelector("eventSource", {"Equals": ("s3.amazonaws.com",)})), False),
        (advanced(MANAGEMENT, FieldSelector("userIdentity.arn", {"NotEquals": ("arn:aws:iam::1:role/x",)})), False),
        (advanced(FieldSelector("eventCategory", {"Equals": ("Data",)})), False),
    ],
)
def test_selectors_that_let_management_writes_through(selectors: EventSelectors, recorded: bool) -> None:
    assert records_management_writes(selectors) is recorded


def test_one_selector_that_records_is_enough() -> None:
    data = AdvancedSelector((FieldSelector("eventCategory", {"Equals": ("Data",)}),))
    assert records_management_writes(EventSelectors(advanced=(data, AdvancedSelector((MANAGEMENT,)))))


@pytest.mark.parametrize("suffix", ["", ":*"])
@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
def test_a_log_group_is_read_out_of_its_arn(partition: str, suffix: str) -> None:
    arn = f"arn:{partition}:logs:us-gov-west-1:444455556666:log-group:aws-controltower/CloudTrailLogs-1"
    reference = LogGroupReference(arn, "444455556666", "us-gov-west-1", "aws-controltower/CloudTrailLogs-1")
    assert parse_log_group_arn(arn + suffix) == reference


@pytest.mark.parametrize("text", ["", "cloudtrail", "arn:aws:s3:::bucket", "arn:aws:logs:r:a:destination:x"])
def test_other_text_is_no_log_group(text: str) -> None:
    assert parse_log_group_arn(text) is None
