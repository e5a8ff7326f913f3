# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the drill of several controls is told as one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.account import AccountDrill
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.result import Drill, Leg

PATTERN = Leg("pattern", "pass", "AWS matches every record.")
TRIED = {"records": 50, "filters": [{"name": "one"}], "missed": [], "later_missed": ["x"]}
SUBSCRIBER = {"protocol": "email", "endpoint": "se***@example.com", "status": "accepted", "detail": ""}


def passed(control: str = "vpc_changes", seconds: float = 2.0, **changes: Any) -> Drill:
    return Drill(control, [PATTERN, Leg("action", "pass", "Executed.", seconds)], **changes)


def failed(control: str = "nacl_changes") -> Drill:
    return Drill(control, [PATTERN, Leg("action", "fail", "KMS denied it.", 5.0)])


def blocked(control: str = "config_changes") -> Drill:
    return Drill(control, obstacle="No alarm.")


def covered(control: str = "root_usage") -> Drill:
    return Drill(control, obstacle="It is there.", is_elsewhere=True)


def planned(control: str = "root_usage") -> Drill:
    return Drill(control, [PATTERN], is_planned=True)


def of_account(*drills: Drill, **changes: Any) -> AccountDrill:
    return AccountDrill(datetime(2026, 11, 23, 5, tzinfo=UTC), "notification", "111122223333", (), drills, **changes)


class TestOutcome:
    @pytest.mark.parametrize(
        ("drill", "outcome"),
        [
            (of_account(passed()), "passed"),
            (of_account(passed(), passed()), "passed"),
            (of_account(passed(), covered()), "passed"),
            (of_account(covered(), covered()), "covered_elsewhere"),
            (of_account(covered(), blocked()), "not_drilled"),
            (of_account(planned(), planned()), "planned"),
            (of_account(planned(), blocked()), "not_drilled"),
            (of_account(passed(), blocked(), failed()), "failed"),
            (of_account(passed(), left=["queue q. Denied."]), "failed"),
        ],
    )
    def test_the_worst_counts(self, drill: AccountDrill, outcome: str) -> None:
        assert drill.outcome == outcome
        assert drill.as_dict()["outcome"] == outcome
        assert drill.as_dict()["when"] == "2026-11-23T05:00:00Z"


class TestSummary:
    def test_of_one_control_it_is_the_controls_own(self) -> None:
        assert of_account(passed()).summary == "Account 111122223333: The drill passed. Executed."

    def test_of_several_it_counts_and_names_what_went_wrong(self) -> None:
        assert of_account(passed(), blocked("a"), failed("b"), blocked("c")).summary == (
            "Account 111122223333: 4 controls: 1 failed, 2 not drilled, 1 passed. "
            "a, c: Not tested. No alarm. b: The drill failed. KMS denied it."
        )

    def test_what_is_left_behind_is_said(self) -> None:
        assert of_account(passed(), left=["queue q. Denied."]).summary.endswith("Could not remove queue q. Denied.")


class TestTogether:
    def test_a_leg_is_as_bad_and_as_late_as_its_worst(self) -> None:
        pattern, action = of_account(passed(seconds=9.0), failed("b"), passed()).as_dict()["legs"]
        assert (pattern["status"], pattern["detail"], pattern["seconds"]) == ("pass", "Passed for 3 controls.", None)
        assert (action["status"], action["seconds"]) == ("fail", 9.0)
        assert action["detail"] == "1 of 3 controls: b: KMS denied it."

    def test_of_one_control_they_are_its_own(self) -> None:
        assert of_account(passed()).as_dict()["legs"] == [leg.as_dict() for leg in passed().legs]

    def test_patterns_add_up(self) -> None:
        found = of_account(passed(pattern=TRIED), blocked(), passed(pattern=TRIED)).as_dict()["pattern"]
        assert found["records"] == 100
        assert (len(found["filters"]), found["missed"], found["later_missed"]) == (2, [], ["x", "x"])
        assert of_account(blocked()).as_dict()["pattern"] == {}

    def test_subscribers_of_one_topic_are_told_once(self) -> None:
        drill = of_account(passed(subscribers=[SUBSCRIBER]), passed(subscribers=[SUBSCRIBER], message={"subject": "s"}))
        assert drill.as_dict()["subscribers"] == [SUBSCRIBER]
        assert drill.as_dict()["message"] == {"subject": "s"}

    def test_each_control_is_there_too(self) -> None:
        controls = of_account(passed("a"), failed("b")).as_dict()["controls"]
        assert [(one["control"], one["outcome"]) for one in controls] == [("a", "passed"), ("b", "failed")]
