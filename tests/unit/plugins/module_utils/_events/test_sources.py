# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a control's records are looked for."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Observation,
    TrailStatus,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.sources import (
    filters_of,
    nothing_found,
    silence,
    trail_group,
    unread,
)
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    DENIED,
    GROUP_ARN,
    OTHER_ACCOUNT,
    SEVEN,
    SIX,
    a_filter,
    a_group,
    a_trail,
    whole_account,
    with_filters,
)


def patterns(observation: Observation) -> list[str]:
    return [source.pattern for source in filters_of(observation, SECURITY_GROUP_CHANGES)]


def test_the_filters_that_are_about_the_control_rightly_or_not() -> None:
    six, seven = a_filter(SIX), a_filter(SEVEN, "seven")
    partial = a_filter("{ $.eventName = CreateSecurityGroup }", "partial")
    other = a_filter("{ $.eventName = PutBucketPolicy }", "other")
    assert patterns(with_filters(six, other, seven, partial)) == [SIX, SEVEN, partial.pattern]


def test_filters_with_one_pattern_are_looked_for_once() -> None:
    [source] = filters_of(with_filters(a_filter(SIX, "one"), a_filter(SIX, "other")), SECURITY_GROUP_CHANGES)
    assert source.filters == ("one", "other")


def test_a_pattern_that_only_aws_can_read_is_looked_for_too() -> None:
    unreadable = "{ $.eventName = CreateSecurityGroup"
    assert patterns(with_filters(a_filter(unreadable, "unreadable"))) == [unreadable]


def test_why_nothing_is_found() -> None:
    assert "The account has no metric filter for security_group_changes. Create one" in nothing_found(
        with_filters(), SECURITY_GROUP_CHANGES
    )
    elsewhere = f"arn:aws:logs:eu-west-1:{OTHER_ACCOUNT}:log-group:org:*"
    member = whole_account(trails=(a_trail(is_organization=True, log_group_arn=elsewhere),), log_groups={})
    assert f"delivers to account {OTHER_ACCOUNT}, region eu-west-1" in nothing_found(member, SECURITY_GROUP_CHANGES)
    bare = whole_account(trails=(), log_groups={})
    assert "No trail of the account" in nothing_found(bare, SECURITY_GROUP_CHANGES)
    denied = whole_account(log_groups={GROUP_ARN: a_group(filters=DENIED)})
    assert nothing_found(denied, SECURITY_GROUP_CHANGES).endswith(DENIED.detail), "unknown is not absent"


def test_what_could_not_be_read_is_said() -> None:
    assert unread(whole_account()) == ""
    assert unread(whole_account(trails=DENIED)) == DENIED.detail


def test_before_there_are_filters_the_log_group_of_a_trail_that_qualifies() -> None:
    group = a_group()
    other = dataclasses.replace(group, arn=group.arn + "2", name="other")
    stopped = a_trail(name="stopped", is_multi_region=False, log_group_arn=f"{other.arn}:*")
    observation = whole_account(trails=(stopped, a_trail()), log_groups={other.arn: other, group.arn: group})
    assert trail_group(observation) == group
    assert trail_group(whole_account(trails=(stopped,), log_groups={other.arn: other})) == other
    assert trail_group(whole_account(trails=())) is None


@pytest.mark.parametrize(
    ("logging", "silent"), [((False,), True), ((True,), False), ((False, True), False), ((), False)]
)
def test_a_log_group_that_only_trails_fill_that_do_not_log_is_silent(logging: tuple[bool, ...], silent: bool) -> None:
    stopped = [a_trail(status=TrailStatus(is_on, None, None)) for is_on in logging]
    said = silence(whole_account(trails=tuple(stopped)), a_group())
    assert bool(said) == silent
    assert not said or "does not log, so nothing can be known" in said


def test_a_log_group_whose_trails_could_not_be_read_is_not_called_silent() -> None:
    assert silence(whole_account(trails=DENIED), a_group()) == ""
    assert silence(whole_account(trails=(a_trail(status=DENIED),)), a_group()) == ""
