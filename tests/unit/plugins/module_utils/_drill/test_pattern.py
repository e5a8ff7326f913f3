# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS's matches of the records say."""

from __future__ import annotations

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.pattern import TriedFilter, compare
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.records import records
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import parse
from ansible_collections.aws_cis.monitoring.tests.unit.observations import SEVEN, SIX, SIX_NAMES

RECORDS = records(SECURITY_GROUP_CHANGES)
OF_SIX, OF_SEVEN = (SECURITY_GROUP_CHANGES.prescriptions[name].cases for name in ("security_hub", "cis_v7_0_0"))


def as_aws_does(name: str, pattern: str, *, but: tuple[int, ...] = ()) -> TriedFilter:
    """A filter as AWS would match it, if it did as we do but for some records."""
    matched = {place for place, record in enumerate(RECORDS) if parse(pattern).matches(record.message)}
    return TriedFilter(name, pattern, frozenset(matched ^ set(but)))


class TestCompare:
    def test_both_prescribed_filters_match_all_that_must_and_nothing_else(self) -> None:
        result = compare([as_aws_does("six", SIX), as_aws_does("seven", SEVEN)], RECORDS, OF_SEVEN)
        assert result.passed
        assert (result.missed, result.also_matched, result.differences) == ((), (), ())
        assert result.detail == "Every record that the benchmark requires is matched by six, seven."

    def test_an_event_of_a_later_benchmark_is_mentioned_and_passes(self) -> None:
        result = compare([as_aws_does("six", SIX)], RECORDS, OF_SIX)
        assert result.passed
        assert {title.split()[0] for title in result.later_missed} == {"ModifySecurityGroupRules"}
        assert "another benchmark" in result.detail

    def test_it_is_missed_where_the_benchmark_asks_for_it(self) -> None:
        result = compare([as_aws_does("six", SIX)], RECORDS, OF_SEVEN)
        assert not result.passed
        assert f"No filter matches {len(result.missed)} records" in result.detail

    def test_a_filter_that_looks_at_the_caller_misses_the_others(self) -> None:
        only_root = SIX.replace("{", "{ (").replace("}", ") && $.userIdentity.type = Root }")
        result = compare([as_aws_does("root", only_root)], RECORDS, OF_SIX)
        assert {title.split()[0] for title in result.missed} == set(SIX_NAMES)
        assert not any(title.endswith(" by root") for title in result.missed)

    def test_what_is_matched_and_should_not_be_is_named(self) -> None:
        result = compare([as_aws_does("all", "{ $.eventName = *SecurityGroup* }")], RECORDS, OF_SIX)
        assert result.passed
        assert "DescribeSecurityGroups by a user with the CLI" in result.also_matched
        assert "Also matched: " in result.detail

    def test_where_aws_decides_otherwise_than_we_both_are_told(self) -> None:
        result = compare([as_aws_does("six", SIX, but=(0, 45))], RECORDS, OF_SIX)
        assert [(one["aws"], one["ours"]) for one in result.differences] == [
            ("does not match", "matches"),
            ("matches", "does not match"),
        ]
        assert "This collection and AWS differ on 2 records. This is a bug of this collection." in result.detail
        assert not result.passed, "AWS's word counts"

    def test_a_pattern_that_aws_takes_and_we_do_not_is_a_difference(self) -> None:
        [difference] = compare([TriedFilter("new", "{ $.a ~~ 1 }", frozenset())], RECORDS, OF_SIX).differences
        assert difference["aws"] == "accepts the pattern"
        assert "at character 7" in difference["ours"]
