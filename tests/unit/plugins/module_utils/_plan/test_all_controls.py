# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan for all fifteen controls, and what overrides say of single ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import AUDITORS, BENCHMARKS, CONTROLS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.description import is_ours
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import DEFAULTS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.diff import diff_lines, diffs
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.summary import summary_lines
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import (
    ALARM,
    DESCRIPTION,
    GROUP,
    GROUP_ARN,
    TOPIC_ARN,
    alarm,
    bare,
    converged,
    desired,
    metric_filter,
    plan,
    topic,
)

OWN_TOPIC = TOPIC_ARN.replace("alerts", "root")
SG = "security_group_changes"


def with_alarm(**fields: Any) -> Observation:
    return converged(alarms={"eu-west-1": (alarm(**fields),)})


def test_each_control_gets_its_filters_and_one_alarm_and_all_one_topic() -> None:
    changes = plan(bare(), desired(controls=["all"])).changes
    assert [change.name for change in changes if change.resource == "topic"] == ["alerts"]
    for name, control in CONTROLS.items():
        kinds = [change.resource for change in changes if change.control == name]
        filters = [one.text for one in control.filters_for(DEFAULTS["benchmarks"])]
        assert kinds == ["metric_filter"] * len(filters) + ["alarm"]
        put = [change.settings for change in changes if change.control == name]
        assert [one["filter_pattern"] for one in put[:-1]] == filters
        assert {one["metric_transformation"]["metric_name"] for one in put[:-1]} == {put[-1]["metric_name"]}
        assert is_ours(put[-1]["description"])
        assert f"cis_monitoring_controls={name}" in put[-1]["description"]


@pytest.mark.parametrize(
    "benchmarks", [[*BENCHMARKS], [*BENCHMARKS, *AUDITORS], ["prowler"], ["steampipe", "cis_v7_0_0"]]
)
def test_nothing_asked_for_is_refused_and_no_name_occurs_twice(benchmarks: list[str]) -> None:
    result = plan(bare(), desired(controls=["all"], benchmarks=benchmarks))
    assert result.blocked == ""
    names = [(change.resource, change.name) for change in result.changes]
    assert len(set(names)) == len(names)


def test_filters_are_counted_before_anything_is_written() -> None:
    full = tuple(metric_filter(f"f{number}", "x") for number in range(85))
    result = plan(bare(log_groups={GROUP_ARN: replace(GROUP, filters=full)}), desired(controls=["all"]))
    assert "has 85 metric filters and" in result.blocked
    assert result.changes == ()


def test_a_control_can_notify_a_topic_of_its_own() -> None:
    account = bare(topics={TOPIC_ARN: None, OWN_TOPIC: topic(arn=OWN_TOPIC)})
    asked_for = desired(controls=["root_usage", SG], overrides={"root_usage": {"topic_arn": OWN_TOPIC}})
    actions = {
        change.control: change.settings["alarm_actions"]
        for change in plan(account, asked_for).changes
        if change.resource == "alarm"
    }
    assert actions == {"root_usage": [OWN_TOPIC], SG: [TOPIC_ARN]}


def test_a_subset_is_removed_alone_and_the_topic_stays_for_the_others() -> None:
    others = alarm(name="root_usage_alarm", metric_name="root_usage_metric")
    account = converged(alarms={"eu-west-1": (alarm(), others)}, topic_users={TOPIC_ARN: (ALARM, "root_usage_alarm")})
    result = plan(account, desired(state="absent"))
    assert {change.control for change in result.changes} == {SG}
    assert [one.why for one in result.kept] == ["Topic alerts is kept: other alarms notify it: root_usage_alarm."]


def test_a_line_for_each_control_comes_before_the_diffs() -> None:
    changes = plan(bare(), desired(controls=[SG, "root_usage"])).changes
    lines = summary_lines(changes)
    assert lines == [
        "for all controls: create topic, create subscription",
        f"{SG}: create 2 metric filters, create alarm",
        "root_usage: create metric filter, create alarm",
    ]
    shown = diffs(changes)
    assert shown[0]["prepared"].splitlines() == lines
    assert len(shown) == 1 + len(changes)
    assert list(diff_lines(shown))[: len(lines)] == lines


def test_of_one_control_the_diffs_say_enough() -> None:
    changes = plan(bare(), desired()).changes
    assert len(diffs(changes)) == len(changes)


class TestDescription:
    def test_an_alarm_without_one_gets_ours(self) -> None:
        (change,) = plan(with_alarm(description=""), desired()).changes
        assert change.after == {"description": DESCRIPTION}
        assert change.settings["description"] == DESCRIPTION

    def test_an_older_one_of_ours_is_brought_up_to_date(self) -> None:
        older = DESCRIPTION.replace("log-groups", "old").replace("5.10 (v6.0 to v7.0)", "5.10 (v6.0)")
        (change,) = plan(with_alarm(description=older), desired()).changes
        assert change.after == {"description": DESCRIPTION}

    @pytest.mark.parametrize("theirs", ["See our wiki.", DESCRIPTION + "\nCall Bob.", "Read this.\n" + DESCRIPTION])
    def test_somebody_elses_is_left_alone(self, theirs: str) -> None:
        assert plan(with_alarm(description=theirs), desired()).changes == ()

    @pytest.mark.parametrize("found", ["", "See our wiki.", DESCRIPTION])
    def test_an_empty_one_leaves_it_as_it_is(self, found: str) -> None:
        asked_for = desired(overrides={SG: {"description": ""}})
        assert plan(with_alarm(description=found), asked_for).changes == ()

    def test_one_that_is_asked_for_is_put(self) -> None:
        (change,) = plan(with_alarm(description="See our wiki."), desired(overrides={SG: {"description": "x"}})).changes
        assert change.after == {"description": "x"}
