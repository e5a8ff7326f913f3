# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan adds that AWS charges for or limits, before anything is written."""

from __future__ import annotations

from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.summary import cost
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import bare, converged, desired, plan


def test_a_first_rollout_says_how_many_alarms_and_how_much_room() -> None:
    assert cost(plan(bare(), desired())) == (
        "Adds 2 metric filters (free of charge; log group cloudtrail then has 2 of at most 100) and 1 alarm "
        "(billed monthly, see https://aws.amazon.com/cloudwatch/pricing/)."
    )


def test_of_a_subscription_alone_there_is_nothing_to_say() -> None:
    assert cost(plan(converged(), desired(subscriptions=[{"protocol": "email", "endpoint": "b@example.com"}]))) == ""


def test_removal_costs_nothing() -> None:
    assert cost(plan(converged(), desired(state="absent"))) == ""
