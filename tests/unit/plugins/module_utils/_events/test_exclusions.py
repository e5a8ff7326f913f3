# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left of a pattern with an exclusion is proven."""

from __future__ import annotations

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES, Event, any_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.exclusions import (
    Exclusion,
    cost,
    exclusion_of,
)

SEVEN = SECURITY_GROUP_CHANGES.patterns["cis_v7_0_0"]
ALICE = Exclusion("$.userIdentity.arn", "arn:aws:iam::111122223333:user/alice")


def test_a_pattern_that_would_be_too_long_has_no_cost() -> None:
    pattern = any_of([*SECURITY_GROUP_CHANGES.all_events * 3, Event("SomethingElse")])
    assert len(pattern) < 1024 < len(pattern) + 80
    assert cost(ALICE, pattern, SECURITY_GROUP_CHANGES) is None


def test_a_pattern_of_terms_takes_no_condition() -> None:
    assert cost(ALICE, "CreateSecurityGroup", SECURITY_GROUP_CHANGES) is None


def test_the_worst_case_counts() -> None:
    priced = cost(ALICE, "{ $.eventName = CreateSecurityGroup }", SECURITY_GROUP_CHANGES)
    assert priced is not None
    assert priced.degree == "none", "it never caught the others"
    whole = cost(ALICE, SEVEN, SECURITY_GROUP_CHANGES)
    assert whole is not None
    assert whole.degree == "narrowed"


def test_a_name_that_a_pattern_would_read_otherwise_is_not_written_into_one() -> None:
    for arn in ('a"b', "a*b", "a\\b"):
        assert exclusion_of({"userIdentity": {"arn": arn}}) is None
