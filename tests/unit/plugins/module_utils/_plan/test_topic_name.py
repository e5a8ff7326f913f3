# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which topic is meant where none is named: by what was requested, and by what an earlier run left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import Plan
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import (
    ALARM,
    TOPIC_ARN,
    bare,
    desired,
    plan,
    topic,
)

OLD, NEW = "security_group_changes_topic", "cis_monitoring_topic"
ONE, SEVERAL = ["security_group_changes"], ["security_group_changes", "vpc_changes"]


def arn(name: str) -> str:
    return TOPIC_ARN.replace("alerts", name)


def planned(controls: list[str], *existing: str, **options: Any) -> Plan:
    """The plan for an account that has the existing topics, without a name for the topic."""
    topics = {
        arn(name): replace(topic(), name=name, arn=arn(name)) if name in existing else None for name in (OLD, NEW)
    }
    return plan(
        replace(bare(), topics={**topics, TOPIC_ARN: None}),
        desired(**{"topic_name": None, "controls": controls, **options}),
    )


@pytest.mark.parametrize(
    ("controls", "existing", "name"),
    [
        (ONE, (), OLD),
        (ONE, (NEW,), OLD),
        (SEVERAL, (), NEW),
        (["all"], (), NEW),
        (["vpc_changes"], (), NEW),
        (SEVERAL, (OLD,), OLD),
        (SEVERAL, (NEW,), NEW),
        (SEVERAL, (OLD, NEW), NEW),
    ],
)
def test_the_topic_of_an_earlier_run_is_kept(controls: list[str], existing: tuple[str, ...], name: str) -> None:
    result = planned(controls, *existing)
    assert (result.topic_arn, result.blocked) == (arn(name), "")
    assert [one.name for one in result.changes if one.resource == "topic"] == ([] if name in existing else [name])
    actions = {action for one in result.changes if one.resource == "alarm" for action in one.after["alarm_actions"]}
    assert actions == {arn(name)}


def test_controls_that_are_disabled_do_not_count() -> None:
    disabled = {"vpc_changes": {"enabled": False}}
    assert planned(SEVERAL, overrides=disabled).topic_arn == arn(OLD)


def test_a_name_or_an_arn_is_what_it_says() -> None:
    assert planned(SEVERAL, OLD, topic_name="alerts").topic_arn == TOPIC_ARN
    assert "Topic " + TOPIC_ARN in planned(SEVERAL, OLD, topic_arn=TOPIC_ARN).blocked


@pytest.mark.parametrize("controls", [ONE, SEVERAL])
def test_both_are_removed_unless_something_else_uses_them(controls: list[str]) -> None:
    def removed(**users: tuple[str, ...]) -> list[tuple[str, str]]:
        account = replace(
            bare(),
            topics={arn(name): replace(topic(), name=name, arn=arn(name)) for name in (OLD, NEW)},
            topic_users={arn(name): by for name, by in users.items()},
        )
        result = plan(account, desired(topic_name=None, state="absent", controls=controls))
        assert result.blocked == ""
        return [*((one.action, one.name) for one in result.changes), *(("keep", one.name) for one in result.kept)]

    assert sorted(removed()) == [("delete", NEW), ("delete", OLD)]
    assert sorted(removed(**{NEW: ("theirs",)})) == [("delete", OLD), ("keep", NEW)]
    assert sorted(removed(**{OLD: (ALARM,)})) == [("delete", NEW), ("keep", OLD)]
