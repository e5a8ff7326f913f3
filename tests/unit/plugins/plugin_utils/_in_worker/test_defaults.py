# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which module_defaults reach our modules, and with which precedence."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.plugins.loader import lookup_loader
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import defaults

OURS = "aws_cis.monitoring.cis_monitoring_info"
GROUPS = {
    OURS: ["aws_cis.monitoring.aws"],
    defaults.SIBLING: ["aws_cis.monitoring.aws", "amazon.aws.aws", "ansible.builtin.aws"],
    "community.aws.sns_topic": ["community.aws.aws", "ansible.builtin.aws"],
}
TEMPLAR = SimpleNamespace(template=lambda value: value)


def task(given: dict[str, Any], *levels: dict[str, Any], groups: Any = "as core tells them") -> Any:
    """A task as core leaves it to the action plugin: with the defaults that core knows to be its."""
    merged: dict[str, Any] = {}
    for level in levels:
        merged.update(level)
    by_core = {**merged.get("group/aws_cis.monitoring.aws", {}), **merged.get(OURS, {})}
    play = SimpleNamespace(_action_groups=GROUPS if groups == "as core tells them" else groups)
    parent = SimpleNamespace(_play=play) if groups is not None else SimpleNamespace()
    return SimpleNamespace(args={**by_core, **given}, module_defaults=list(levels), _parent=parent)


def arguments(given: dict[str, Any], *levels: dict[str, Any], groups: Any = "as core tells them") -> dict[str, Any]:
    return defaults.with_defaults_of_siblings(OURS, task(given, *levels, groups=groups), TEMPLAR)


@pytest.mark.parametrize("group", ["group/ansible.builtin.aws", "group/amazon.aws.aws"])
@pytest.mark.parametrize("groups", [GROUPS, None], ids=["as core tells them", "untold"])
def test_groups_of_the_stock_modules_reach_ours(group: str, groups: Any) -> None:
    assert arguments({"controls": "all"}, {group: {"profile": "shop"}}, groups=groups) == {
        "controls": "all",
        "profile": "shop",
    }


def test_only_connection_options_do() -> None:
    level = {"group/ansible.builtin.aws": {"aws_access_key": "A", "tags": {"a": "b"}}}
    assert arguments({}, level) == {"aws_access_key": "A"}


def test_another_modules_own_defaults_do_not() -> None:
    assert arguments({}, {defaults.SIBLING: {"profile": "shop"}, "group/community.aws.aws": {"profile": "x"}}) == {}


def test_task_then_module_then_groups_by_their_order() -> None:
    ours, stock = "group/aws_cis.monitoring.aws", "group/ansible.builtin.aws"
    one, other = {"region": "one"}, {"region": "other"}
    assert arguments({}, {ours: one, stock: other}) == other
    assert arguments({}, {stock: other, ours: one}) == one
    assert arguments({}, {stock: one}, {stock: other}) == other
    assert arguments({}, {OURS: one, stock: other}) == one
    assert arguments({"region": "task"}, {OURS: one, stock: other}) == {"region": "task"}
    assert arguments({"region": "task"}, {ours: one, stock: other}) == {"region": "task"}


def test_what_is_empty_hides_no_default() -> None:
    level = {"group/aws_cis.monitoring.aws": {"region": "eu-west-1", "endpoint_url": ""}, OURS: {"profile": ""}}
    assert arguments({"region": "", "aws_ca_bundle": ""}, level) == {"region": "eu-west-1", "profile": ""}
    assert arguments({"region": ""}) == {}


def test_a_stock_module_has_its_groups_and_its_own() -> None:
    level = {"group/ansible.builtin.aws": {"profile": "a"}, "community.aws.sns_topic": {"region": "r"}, OURS: {"x": 1}}
    of_task = task({}, level)
    asked = {"name": "topic"}
    assert defaults.with_defaults("community.aws.sns_topic", of_task, asked, TEMPLAR) == {
        "profile": "a",
        "region": "r",
        "name": "topic",
    }


def test_the_plan_has_the_connection_of_the_group_that_the_playbooks_name() -> None:
    """For a core that does not tell who is in which group."""
    of_task = task({}, {"group/aws_cis.monitoring.own": {"profile": "shop"}}, groups=None)
    assert defaults.connection_of(defaults.PLAN, of_task, TEMPLAR) == {"profile": "shop"}


@pytest.fixture
def in_playbook(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A templar with the variables of a host, for which the lookup has a connection."""

    def run(_terms: object, variables: dict[str, Any], *, with_account: bool) -> list[dict[str, Any]]:
        return [{"region": "eu-west-1", "profile": variables["inventory_hostname"], "account": "1" * with_account}]

    monkeypatch.setattr(lookup_loader, "get", lambda *_, **__: SimpleNamespace(run=run))
    return SimpleNamespace(template=TEMPLAR.template, available_variables={"inventory_hostname": "shop"})


def test_in_a_playbook_a_module_has_the_connection_of_the_host(in_playbook: Any) -> None:
    """What the task gives itself stays."""
    of_task = task({"region": "eu-central-1"}, {"group/aws_cis.monitoring.aws": {defaults.OF_PLAYBOOK: True}})
    assert defaults.with_defaults_of_siblings(OURS, of_task, in_playbook) == {
        "region": "eu-central-1",
        "profile": "shop",
        "account": "1",
    }
    assert arguments({"region": "eu-central-1"}) == {"region": "eu-central-1"}


def test_in_a_playbook_a_region_that_is_empty_hides_none(in_playbook: Any) -> None:
    of_task = task({"region": ""}, {"group/aws_cis.monitoring.aws": {defaults.OF_PLAYBOOK: True}})
    assert defaults.with_defaults_of_siblings(OURS, of_task, in_playbook) == {
        "region": "eu-west-1",
        "profile": "shop",
        "account": "1",
    }


def test_in_a_playbook_the_plan_has_the_connection_of_the_host(in_playbook: Any) -> None:
    of_task = task({}, {"group/aws_cis.monitoring.aws": {defaults.OF_PLAYBOOK: True}})
    assert defaults.connection_of_plan(of_task, {}, defaults.Once(in_playbook)) == {
        "region": "eu-west-1",
        "profile": "shop",
    }


def test_a_group_that_several_modules_have_is_evaluated_once() -> None:
    """A lookup of its may assume a role."""
    evaluated: list[Any] = []
    templar = defaults.Once(SimpleNamespace(template=lambda value: evaluated.append(value) or value))
    of_task = task({}, {"group/aws_cis.monitoring.aws": {"region": "eu-west-1"}})
    stock = defaults.with_defaults(defaults.SIBLING, of_task, {}, templar)
    assert stock == defaults.connection_of_plan(of_task, {}, templar) == {"region": "eu-west-1"}
    assert len(evaluated) == 1
