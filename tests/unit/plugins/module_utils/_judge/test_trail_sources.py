# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a trail is not the source of the events, or leaves out those of global services."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import LogAlarm, Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    GROUP_ARN,
    REGION,
    a_group,
    a_trail,
    all_controls,
    whole_account,
)


def of_one_region(**changes: Any) -> Observation:
    return all_controls(trails=(a_trail(home_region="us-east-1", is_multi_region=False, **changes),))


@pytest.mark.parametrize(
    ("control", "with_them", "without"),
    [
        ("iam_policy_changes", "compliant", "non_compliant"),
        ("organizations_changes", "compliant", "unknown"),  # AWS does not name Organizations among the services
        ("security_group_changes", "non_compliant", "non_compliant"),
    ],
)
def test_a_trail_of_one_region_can_leave_out_global_services(control: str, with_them: str, without: str) -> None:
    assert judge(of_one_region(), CONTROLS[control], "cis_v7_0_0").verdict == with_them
    found = judge(of_one_region(has_global_events=False), CONTROLS[control], "cis_v7_0_0")
    assert found.verdict == without
    if with_them != without:
        assert found.links[0].code == "TRAIL_EVENTS_EXCLUDED"


def test_a_multi_region_trail_always_has_them() -> None:
    observation = all_controls(trails=(a_trail(has_global_events=False),))
    assert judge(observation, CONTROLS["iam_policy_changes"]).verdict == "compliant"


@pytest.mark.parametrize("trails", [(), (a_trail(log_group_arn=None),)])
def test_events_can_reach_a_log_group_without_a_trail(trails: Any) -> None:
    """Telemetry rules and centralization deliver them, so nothing is said of what arrives."""
    found = judge(whole_account(trails=trails), SECURITY_GROUP_CHANGES)
    assert found.verdict == "non_compliant"
    said = [finding.detail for path in (found.path, *found.other_paths) for finding in path.links[0].findings]
    assert not [one for one in said if "nothing" in one or "never" in one or "no events" in one]


def test_a_log_alarm_is_named_where_there_is_no_filter() -> None:
    group = dataclasses.replace(a_group(), filters=())
    alarm = LogAlarm("on_logs", REGION, (GROUP_ARN,))
    found = judge(whole_account(log_groups={GROUP_ARN: group}, log_alarms=(alarm,)), SECURITY_GROUP_CHANGES)
    assert (found.verdict, found.links[2].code) == ("non_compliant", "FILTER_MISSING")
    assert "on_logs" in found.reason
