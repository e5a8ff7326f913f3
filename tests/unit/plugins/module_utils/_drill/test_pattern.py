# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records that filters are tried on, and what AWS's matches of them say."""

from __future__ import annotations

import json

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.pattern import TriedFilter, compare
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.records import MOST_RECORDS, records
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import parse
from ansible_collections.aws_cis.monitoring.tests.unit.observations import SEVEN, SEVEN_NAMES, SIX, SIX_NAMES

RECORDS = records(SECURITY_GROUP_CHANGES.all_events)


def as_aws_does(name: str, pattern: str, *, but: tuple[int, ...] = ()) -> TriedFilter:
    """A filter as AWS would match it, if it did as we do but for some records."""
    matched = {place for place, record in enumerate(RECORDS) if parse(pattern).matches(record.message)}
    return TriedFilter(name, pattern, frozenset(matched ^ set(but)))


class TestRecords:
    def test_each_event_is_there_by_each_kind_of_caller(self) -> None:
        callers = {record.caller for record in RECORDS if record.must_match}
        assert len(callers) == 6
        for event in SEVEN_NAMES:
            assert {record.caller for record in RECORDS if record.event == event} == callers

    def test_they_fit_one_call_and_some_must_not_match(self) -> None:
        assert len(RECORDS) == MOST_RECORDS
        assert "DescribeSecurityGroups" in {record.event for record in RECORDS if not record.must_match}

    def test_a_denied_attempt_has_an_error_and_no_response(self) -> None:
        denied = [record.content for record in RECORDS if "denied" in record.caller]
        assert {record["errorCode"] for record in denied} == {"Client.UnauthorizedOperation"}
        assert {record["responseElements"] for record in denied} == {None}

    @pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.title)
    def test_each_is_a_record_as_cloudtrail_writes_it(self, record: object) -> None:
        content = json.loads(record.message)  # type: ignore[attr-defined]
        assert content["eventCategory"] == "Management"
        assert content["userIdentity"]["type"] in ("IAMUser", "AssumedRole", "Root")
        assert content["recipientAccountId"] == content["userIdentity"]["accountId"]


class TestCompare:
    def test_both_prescribed_filters_match_all_that_must_and_nothing_else(self) -> None:
        result = compare([as_aws_does("six", SIX), as_aws_does("seven", SEVEN)], RECORDS, SEVEN_NAMES)
        assert result.passed
        assert (result.missed, result.also_matched, result.differences) == ((), (), ())
        assert result.detail == "AWS matches every record of the benchmark's events with six, seven."

    def test_an_event_of_a_later_benchmark_is_mentioned_and_passes(self) -> None:
        result = compare([as_aws_does("six", SIX)], RECORDS, SIX_NAMES)
        assert result.passed
        assert {title.split()[0] for title in result.later_missed} == {"ModifySecurityGroupRules"}
        assert "a later benchmark" in result.detail

    def test_it_is_missed_where_the_benchmark_asks_for_it(self) -> None:
        result = compare([as_aws_does("six", SIX)], RECORDS, SEVEN_NAMES)
        assert not result.passed
        assert "matches no filter with 6 records" in result.detail

    def test_a_filter_that_looks_at_the_caller_misses_the_others(self) -> None:
        only_root = SIX.replace("{", "{ (").replace("}", ") && $.userIdentity.type = Root }")
        result = compare([as_aws_does("root", only_root)], RECORDS, SIX_NAMES)
        assert len(result.missed) == 5 * len(SIX_NAMES)
        assert not any(title.endswith(" by root") for title in result.missed)

    def test_what_is_matched_and_should_not_be_is_named(self) -> None:
        result = compare([as_aws_does("all", "{ $.eventName = *SecurityGroup* }")], RECORDS, SIX_NAMES)
        assert result.passed
        assert "DescribeSecurityGroups" in result.also_matched
        assert "It also matches" in result.detail

    def test_where_aws_decides_otherwise_than_we_both_are_told(self) -> None:
        result = compare([as_aws_does("six", SIX, but=(0, 45))], RECORDS, SIX_NAMES)
        assert [(one["aws"], one["ours"]) for one in result.differences] == [
            ("does not match", "matches"),
            ("matches", "does not match"),
        ]
        assert "decides 2 of the records otherwise than AWS: that is a bug of this collection" in result.detail
        assert not result.passed, "AWS's word counts"

    def test_a_pattern_that_aws_takes_and_we_do_not_is_a_difference(self) -> None:
        [difference] = compare([TriedFilter("new", "{ $.a ~~ 1 }", frozenset())], RECORDS, SIX_NAMES).differences
        assert difference["aws"] == "accepts the pattern"
        assert "at character 7" in difference["ours"]
