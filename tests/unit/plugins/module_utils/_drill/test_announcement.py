# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drill announces, and what stands in its way."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill import announcement
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.announcement import announce
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Path, judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    REGION,
    TOPIC_ARN,
    a_group,
    an_alarm,
    whole_account,
)


def obstacle(path: Path, depth: str, reason: str) -> str:
    return announcement.obstacle(SECURITY_GROUP_CHANGES, path, depth, reason)


def path_of(observation: Observation) -> Path:
    return judge(observation, SECURITY_GROUP_CHANGES).path


def announced(depth: str, **options: Any) -> str:
    chosen: dict[str, Any] = {"with_queue": False, "vpc_id": None, "timeout": 60, **options}
    return " ".join(announce(path_of(whole_account()), depth, **chosen))


class TestAnnouncement:
    def test_a_drill_that_reads_announces_no_writing(self) -> None:
        assert announced("pattern").endswith("(TestMetricFilter, which writes nothing).")
        assert "Create" not in announced("pattern")
        assert "Set alarm" not in announced("pattern")

    def test_every_writing_act_is_announced(self) -> None:
        said = announced("notification", with_queue=True)
        assert "Set alarm security_group_changes_alarm to ALARM" in said
        assert f"Create an SQS queue named cis-monitoring-drill-*, subscribe it to {TOPIC_ARN}" in said
        assert f"are executed: {TOPIC_ARN}" in said
        assert "SQS queue named" not in announced("notification")

    def test_the_full_one_names_the_vpc_and_sets_no_alarm(self) -> None:
        said = announced("full", vpc_id="vpc-1")
        assert "in VPC vpc-1" in said
        assert "Set alarm" not in said


class TestObstacle:
    @pytest.mark.parametrize("depth", ["pattern", "notification", "full"])
    def test_a_whole_path_can_be_drilled(self, depth: str) -> None:
        assert obstacle(path_of(whole_account()), depth, "") == ""

    def test_without_a_filter_nothing_can(self) -> None:
        group = a_group()
        bare = whole_account(log_groups={group.arn: a_group(filters=())})
        assert "no metric filter for this control. Because." in obstacle(path_of(bare), "pattern", "Because.")

    def test_without_an_alarm_only_the_pattern_can(self) -> None:
        path = path_of(whole_account(alarms={REGION: ()}))
        assert obstacle(path, "pattern", "Because.") == ""
        assert obstacle(path, "notification", "Because.") == "The notification path does not reach a topic. Because."

    @pytest.mark.parametrize(
        ("changes", "said"),
        [({"actions_enabled": False}, "are disabled"), ({"state": "ALARM"}, "is already in ALARM")],
    )
    def test_an_alarm_that_would_not_act(self, changes: dict[str, Any], said: str) -> None:
        path = path_of(whole_account(alarms={REGION: (an_alarm(**changes),)}))
        assert said in obstacle(path, "full", "")
        assert obstacle(path, "pattern", "") == ""

    @pytest.mark.parametrize("name", [name for name in CONTROLS if name != "security_group_changes"])
    def test_the_full_depth_is_for_security_groups_alone(self, name: str) -> None:
        said = announcement.obstacle(CONTROLS[name], path_of(whole_account()), "full", "")
        assert f"For {name} it would change resources in use" in said
        assert "Use depth notification" in said
        assert "supports only security_group_changes" in said
