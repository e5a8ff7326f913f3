# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a plan is settled, which ends the role."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import PATH, Change, Kept, Plan


@pytest.mark.parametrize(
    ("fields", "settled"),
    [
        ({}, True),
        ({"kept": (Kept(PATH, "filter", "It works."),)}, True),
        ({"kept": (Kept("topic", "alerts", "Others use it."),)}, False),
        ({"changes": (Change("topic", "create", "alerts", "Create topic alerts"),)}, False),
        ({"blocked": "No trail qualifies."}, False),
    ],
)
def test_settled_is_what_has_nothing_to_write_and_nothing_to_report(fields: dict[str, Any], settled: bool) -> None:
    plan = Plan(state="present", account="111122223333", region="eu-west-1", log_group=None, topic_arn="", **fields)
    assert plan.is_settled is settled
