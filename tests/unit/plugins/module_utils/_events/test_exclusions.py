# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left of a pattern with an exclusion is proven."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    CONTROLS,
    SECURITY_GROUP_CHANGES,
    Control,
    Event,
    any_of,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.exclusions import (
    Exclusion,
    cost,
    exclusion_of,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.installed import installed_patterns

SIX = SECURITY_GROUP_CHANGES.filters[0].text
SEVEN = SECURITY_GROUP_CHANGES.filters[1].text
ALICE = Exclusion("$.userIdentity.arn", "arn:aws:iam::111122223333:user/alice")


def test_a_pattern_that_would_be_too_long_has_no_cost() -> None:
    pattern = any_of([*SECURITY_GROUP_CHANGES.all_events * 3, Event("SomethingElse")])
    assert len(pattern) < 1024 < len(pattern) + 80
    assert cost(ALICE, (pattern,), SECURITY_GROUP_CHANGES) is None


def test_a_pattern_of_terms_takes_no_condition() -> None:
    assert cost(ALICE, ("CreateSecurityGroup",), SECURITY_GROUP_CHANGES) is None


def test_the_worst_of_the_cases_that_were_covered_counts() -> None:
    alone = cost(ALICE, ("{ $.eventName = CreateSecurityGroup }",), SECURITY_GROUP_CHANGES)
    whole = cost(ALICE, (SIX, SEVEN), SECURITY_GROUP_CHANGES)
    assert alone is not None
    assert whole is not None
    assert (alone.degree, whole.degree) == ("narrowed", "narrowed")
    never = cost(ALICE, ("{ $.eventName = CreateVpc }",), SECURITY_GROUP_CHANGES)
    assert never is not None
    assert never.degree == "undetermined", "there was nothing to lose"


@pytest.mark.parametrize("control", CONTROLS.values(), ids=list(CONTROLS))
def test_no_control_is_whole_with_a_principal_left_out(control: Control) -> None:
    patterns = installed_patterns(control, ["security_hub", "cis_v7_0_0"])
    priced = cost(ALICE, patterns, control)
    assert priced is None or priced.degree == "narrowed", "a pattern that is too long is none"


def test_a_name_that_a_pattern_would_read_otherwise_is_not_written_into_one() -> None:
    for arn in ('a"b', "a*b", "a\\b"):
        assert exclusion_of({"userIdentity": {"arn": arn}}) is None
