# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the monitoring goes, and the messages where it can't go anywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    BasicSelector,
    EventSelectors,
    LogGroup,
    TrailStatus,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.destination import destination
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import (
    DENIED,
    GROUP,
    GROUP_ARN,
    METRIC,
    OTHER_ACCOUNT,
    TRAIL,
    bare,
    desired,
    metric_filter,
)

FRANKFURT = replace(
    GROUP, arn=GROUP_ARN.replace("eu-west-1", "eu-central-1").replace("cloudtrail", "second"), region="eu-central-1"
)
SECOND_TRAIL = replace(TRAIL, name="a-second", arn=TRAIL.arn + "2", log_group_arn=FRANKFURT.arn)
STOPPED = replace(TRAIL, status=TrailStatus(is_logging=False, delivery_error=None, last_delivery=None))


def both_groups(**of_second: object) -> dict[str, LogGroup]:
    return {GROUP_ARN: GROUP, FRANKFURT.arn: replace(FRANKFURT, **of_second)}


def test_it_is_the_log_group_of_the_qualifying_trail() -> None:
    place = destination(bare(), desired())
    assert (place.log_group, place.region, place.blocked) == (GROUP, "eu-west-1", "")


def test_the_region_is_the_log_groups_not_the_one_asked_first() -> None:
    place = destination(bare(trails=(SECOND_TRAIL,), log_groups={FRANKFURT.arn: FRANKFURT}), desired())
    assert (place.log_group, place.region) == (FRANKFURT, "eu-central-1")


def test_of_two_qualifying_trails_the_one_in_the_region_asked_first_counts() -> None:
    observation = bare(trails=(SECOND_TRAIL, TRAIL), log_groups=both_groups())
    assert destination(observation, desired()).log_group == GROUP


def test_of_two_qualifying_trails_the_one_with_our_filter_counts() -> None:
    groups = both_groups(filters=(metric_filter(METRIC, "{ $.a = 1 }"),))
    observation = bare(trails=(SECOND_TRAIL, TRAIL), log_groups=groups)
    assert destination(observation, desired()).log_group == groups[FRANKFURT.arn]


def test_without_a_trail_it_is_blocked() -> None:
    blocked = destination(bare(trails=()), desired()).blocked
    assert blocked.startswith(
        "Account 111122223333 has no trail that is visible in region eu-west-1. A trail qualifies if"
    )


def test_the_message_lists_each_trail_and_what_it_lacks() -> None:
    organization = replace(
        TRAIL, name="org", log_group_arn=f"arn:aws:logs:us-east-1:{OTHER_ACCOUNT}:log-group:org", is_organization=True
    )
    local = replace(STOPPED, name="local", is_multi_region=False)
    blocked = destination(bare(trails=(organization, local)), desired()).blocked
    assert blocked.startswith("No trail of account 111122223333 qualifies. ")
    assert f"Trail org (home region eu-west-1): Its log group is in account {OTHER_ACCOUNT}" in blocked
    assert "Trail local (home region eu-west-1): It records only one region. It is not logging. A trail " in blocked


def test_a_trail_whose_log_group_is_gone_is_named() -> None:
    blocked = destination(bare(log_groups={GROUP_ARN: None}), desired()).blocked
    assert f"Its log group {GROUP_ARN}:* does not exist." in blocked


def test_unread_trails_block() -> None:
    blocked = destination(bare(trails=DENIED), desired()).blocked
    assert blocked == "The account's trails could not be read: sns:Something for x was denied. " + (
        "Allow sns:Something, as docs/policies/audit.json does."
    )


def test_a_named_log_group_needs_no_trail() -> None:
    place = destination(bare(trails=DENIED), desired(log_group_name="cloudtrail"))
    assert (place.log_group, place.blocked) == (GROUP, "")


def test_a_named_log_group_that_no_trail_writes_to_blocks() -> None:
    other = replace(GROUP, arn=GROUP_ARN.replace("cloudtrail", "other"), name="other")
    observation = bare(log_groups={GROUP_ARN: GROUP, other.arn: other})
    blocked = destination(observation, desired(log_group_name="other")).blocked
    assert blocked.startswith(f"No trail writes to log group {other.arn}, so no one would be notified. A trail qual")


def test_a_named_log_group_whose_trail_does_not_qualify_blocks() -> None:
    blocked = destination(bare(trails=(STOPPED,)), desired(log_group_name="cloudtrail")).blocked
    assert f"No trail that writes to log group {GROUP_ARN} qualifies. Trail main" in blocked
    assert "It is not logging." in blocked


def test_a_named_log_group_that_does_not_exist_blocks() -> None:
    blocked = destination(bare(), desired(log_group_name="other")).blocked
    assert blocked == (
        "Log group 'other' does not exist in region eu-west-1 of account 111122223333. "
        "Correct log_group_name or the region."
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"log_class": "INFREQUENT_ACCESS"}, "has class INFREQUENT_ACCESS, which does not support metric filters"),
        ({"log_class": DENIED}, "could not be determined: sns:Something for x was denied."),
        ({"filters": DENIED}, "could not be determined: sns:Something for x was denied."),
    ],
)
def test_a_log_group_that_can_not_be_worked_on_blocks(change: dict[str, object], words: str) -> None:
    assert words in destination(bare(log_groups={GROUP_ARN: replace(GROUP, **change)}), desired()).blocked


def test_to_remove_a_trail_that_does_not_qualify_any_more_will_do() -> None:
    place = destination(bare(trails=(STOPPED,)), desired(state="absent"))
    assert (place.log_group, place.blocked) == (GROUP, "")


def test_to_remove_nothing_has_to_be_there() -> None:
    place = destination(bare(trails=(), log_groups={}), desired(state="absent"))
    assert (place.log_group, place.region, place.blocked) == (None, "eu-west-1", "")


class TestWhatControlsNeed:
    """Denied calls and those of root read mostly; KMS is a source that a trail can leave out."""

    @pytest.mark.parametrize(
        ("selector", "blind"),
        [
            (
                BasicSelector("WriteOnly", True),
                "unauthorized_api_calls, root_usage needs: read-only management events.",
            ),
            (
                BasicSelector("All", True, ("kms.amazonaws.com",)),
                "kms_key_disable_or_delete needs: kms.amazonaws.com.",
            ),
        ],
    )
    def test_a_trail_that_leaves_it_out_is_said_before_anything_is_written(
        self, selector: BasicSelector, blind: str
    ) -> None:
        trail = replace(TRAIL, selectors=EventSelectors(basic=(selector,)))
        place = destination(replace(bare(), trails=(trail,)), desired(controls=["all"]))
        assert blind in place.blocked
        assert destination(replace(bare(), trails=(trail,)), desired()).blocked == ""

    def test_the_log_group_of_a_trail_that_has_it_all_is_chosen(self) -> None:
        half = replace(TRAIL, selectors=EventSelectors(basic=(BasicSelector("WriteOnly", True),)))
        account = replace(
            bare(), trails=(half, replace(SECOND_TRAIL, selectors=TRAIL.selectors)), log_groups=both_groups()
        )
        assert destination(account, desired(controls=["root_usage"])).region == "eu-central-1"
        assert destination(account, desired()).region == "eu-west-1"
