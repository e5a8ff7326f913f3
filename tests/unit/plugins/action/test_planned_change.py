# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin planned_change: what it shows, and when that counts as a change."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader
from ansible.template import Templar, trust_as_template
from ansible_collections.aws_cis.monitoring.plugins.action.planned_change import ActionModule

TOPIC = {
    "resource": "topic_policy",
    "name": "alerts",
    "summary": "change policy of topic alerts",
    "before": {"zone": "é", "statements": 1},
    "after": {"zone": "é", "statements": 2},
}
FILTER = {
    "resource": "metric_filter",
    "name": "sg",
    "summary": "create metric filter sg",
    "before": {},
    "after": {"filter_pattern": "{ $.a = 1 }"},
}


def result(arguments: dict[str, Any], check_mode: bool = False, diff: bool = False) -> dict[str, Any]:
    """What the task returns."""
    loader = DataLoader()
    task = Task.load({"action": "planned_change", "args": arguments}, loader=loader)
    task.check_mode, task.diff = check_mode, diff
    context = PlayContext()
    connection = connection_loader.get("local", context)
    action = ActionModule(task, connection, context, loader, Templar(loader=loader), None)
    returned: dict[str, Any] = action.run(task_vars={})
    return returned


@pytest.mark.parametrize(
    ("changes", "check_mode", "changed"),
    [([], True, False), ([], False, False), ([FILTER], True, True), ([FILTER], False, False)],
)
def test_counts_as_a_change_in_check_mode_only(changes: list[Any], check_mode: bool, changed: bool) -> None:
    assert result({"changes": changes}, check_mode=check_mode)["changed"] is changed


def test_shows_each_change_as_a_diff_and_a_line() -> None:
    returned = result({"changes": [FILTER, TOPIC]}, check_mode=True, diff=True)

    assert returned["planned"] == [FILTER["summary"], TOPIC["summary"]]
    of_filter, of_topic = returned["diff"]
    assert (of_filter["before"], of_filter["after"]) == ("", "filter_pattern: '{ $.a = 1 }'\n")
    assert of_filter["after_header"] == "metric filter sg"
    assert of_topic["before"] == "zone: é\nstatements: 1\n"
    assert of_topic["before_header"] == of_topic["after_header"] == "topic policy alerts"


def test_shows_the_lines_itself_where_ansible_would_not() -> None:
    shown = result({"changes": [TOPIC]}, diff=True)
    assert {"-statements: 1", "+statements: 2", " zone: é"} <= set(shown["diff_lines"])
    for hidden in (result({"changes": [TOPIC]}), result({"changes": [TOPIC]}, check_mode=True, diff=True)):
        assert "diff_lines" not in hidden


def test_values_that_ansible_has_tagged_are_shown_as_they_are() -> None:
    after = {"name": trust_as_template("sg"), "list": [trust_as_template("a")]}
    [diff] = result({"changes": [{**FILTER, "after": after}]})["diff"]
    assert yaml.safe_load(diff["after"]) == {"name": "sg", "list": ["a"]}
    assert "!" not in diff["after"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "changes"),
        ({"changes": "sg"}, "changes"),
        ({"changes": [], "colour": "red"}, "colour"),
        ({"changes": [{"summary": "x"}]}, "A change lacks 'resource'. Give changes as cis_monitoring_info plans them."),
    ],
)
def test_wrong_arguments_fail(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(AnsibleError, match=said):
        result(arguments)
