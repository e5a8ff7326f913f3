# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles' variables say what the plan's options say, and each request for the task list is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.template import Templar, trust_as_template
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import (
    DEFAULTS,
    OF_SECURITY_GROUPS,
    default_names,
)
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_plan
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import playbooks
from ansible_collections.aws_cis.monitoring.tests.unit.documentation import specified

ROLES = Path(__file__).parents[3] / "roles"
SG, ANY = "cis_sg_monitoring", "cis_monitoring"
PLAN = "aws_cis.monitoring.cis_monitoring_plan"
NAMES = {name: text for name, text in default_names(SECURITY_GROUP_CHANGES).items() if name != "control"}
NAMES["topic_name"] = OF_SECURITY_GROUPS
# A role for one control has neither; the region is one of the connection options.
OF_ANY_CONTROL = {"controls", "overrides"}
# Of the connection too, with which module_defaults give the account that a host stands for.
OF_PLAN = {*cis_monitoring_plan.ARGUMENT_SPEC, "region"} - {"account", "request"}
# How long the reading may take is no argument of the plan, but of its task.
OF_PLAYBOOKS = {"timeout"}
OPTIONS = [
    (role, option)
    for role, without in ((SG, OF_ANY_CONTROL), (ANY, set()))
    for option in sorted(OF_PLAN - {"region"} - without)
]


def read(role: str, file: str) -> Any:
    return yaml.safe_load((ROLES / role / file).read_text())


def options(role: str) -> dict[str, Any]:
    found = read(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    return {name.removeprefix(f"{role}_"): option for name, option in found.items()}


def requested(template: str, role: str) -> dict[str, Any]:
    """The request that a role makes of its variables."""
    # A variable of a caller hides the function of Jinja that has its name.
    variables = {**{f"{role}_{name}": name for name in options(role)}, "dict": "of a caller"}
    request: dict[str, Any] = Templar(variables=variables).template(trust_as_template(template))
    return request


OF_ROLES = {
    ANY: requested(read(ANY, "vars/main.yml")["__cis_monitoring_request"], ANY),
    SG: requested(read(SG, "tasks/main.yml")[0]["block"][0]["vars"]["__cis_monitoring_request"], SG),
}
REQUESTS: dict[str, set[str]] = {
    **{role: set(request) for role, request in OF_ROLES.items()},
    "playbook": set(playbooks()["remediate"].values({})) - {"hosts"} | {"state"},
}


def test_the_roles_have_an_option_for_each_of_the_plan() -> None:
    assert set(options(SG)) == (OF_PLAN - OF_ANY_CONTROL) | set(NAMES)
    assert set(options(ANY)) == OF_PLAN


@pytest.mark.parametrize(("role", "name"), OPTIONS)
def test_an_option_is_of_the_plans_kind(role: str, name: str) -> None:
    def comparable(option: dict[str, Any]) -> dict[str, Any]:
        [kept] = specified({name: option}).values()
        return {key: value for key, value in kept.items() if key not in ("description", "options")}

    ours, of_plan = options(role)[name], cis_monitoring_plan.ARGUMENT_SPEC[name]
    if role == SG and name in NAMES:
        ours = {key: value for key, value in ours.items() if key != "default"}
    assert comparable(ours) == comparable(of_plan)
    parts = {key: comparable(part) for key, part in of_plan.get("options", {}).items()}
    assert {key: comparable(part) for key, part in ours.get("options", {}).items()} == parts


@pytest.mark.parametrize(("role", "names"), [(SG, NAMES), (ANY, {})])
def test_the_defaults_are_the_plans(role: str, names: dict[str, str]) -> None:
    known = options(role)
    expected = {name: value for name, value in {**DEFAULTS, **names}.items() if name in known}
    found = {name.removeprefix(f"{role}_"): value for name, value in read(role, "defaults/main.yml").items()}
    assert found == expected
    assert {name: option["default"] for name, option in known.items() if "default" in option} == expected


@pytest.mark.parametrize("request_of", REQUESTS)
def test_a_request_has_every_argument_of_the_plan(request_of: str) -> None:
    """All three fill it: the plan would take its own default for a missing one, whatever the caller gives."""
    plan = next(task[PLAN] for task in read(ANY, "tasks/main.yml") if PLAN in task)
    assert set(plan) == {"request"}
    assert REQUESTS[request_of] - OF_PLAYBOOKS == OF_PLAN


@pytest.mark.parametrize("role", OF_ROLES)
def test_an_option_of_a_request_is_the_variable_of_its_name(role: str) -> None:
    request = OF_ROLES[role]
    if role == SG:
        names = request["overrides"][SECURITY_GROUP_CHANGES.name]
        request = {name: value for name, value in {**request, **names}.items() if name not in OF_ANY_CONTROL}
    assert request == {name: name for name in options(role)}


def test_each_loop_has_a_variable_of_the_roles_own() -> None:
    loops = [
        task for file in ROLES.glob("*/tasks/*.yml") for task in yaml.safe_load(file.read_text()) if "loop" in task
    ]
    assert loops
    assert all(task["loop_control"]["loop_var"].startswith("__cis_monitoring_") for task in loops)


@pytest.mark.parametrize("role", [SG, ANY])
def test_only_main_is_public(role: str) -> None:
    assert [file.name for file in (ROLES / role).glob("tasks/*.yml") if not file.name.startswith("_")] == ["main.yml"]


def test_each_subscription_goes_to_the_topic_that_the_plan_names() -> None:
    """Which is that of an existing path, or the role's own."""
    own, theirs = "arn:aws:sns:eu-west-1:111122223333:own", "arn:aws:sns:eu-west-1:111122223333:theirs"
    hook = {"protocol": "https", "endpoint": "https://example.com/hook"}
    mail = {"protocol": "email", "endpoint": "security@example.com", "raw_message_delivery": False}
    changes = [
        {
            "resource": "subscription",
            "settings": {"protocol": one["protocol"], "topic_arn": topic, "position": position},
        }
        for topic in (own, theirs)
        for position, one in enumerate((hook, mail))
    ]
    variables = {
        **{name: trusted(value) for name, value in read(ANY, "vars/main.yml").items()},
        "cis_monitoring_before": {"plan": {"region": "eu-west-1", "topic_arn": own, "changes": changes}},
        "__cis_monitoring_request": {"state": "present", "subscriptions": [hook, mail]},
        "__cis_monitoring_resource": "subscription",
    }
    asked = Templar(variables=variables).template(trust_as_template("{{ __cis_monitoring_modules.subscription.each }}"))
    assert asked == [{**one, "topic_arn": topic} for topic in (own, theirs) for one in (hook, mail)]


def trusted(value: Any) -> Any:
    """A value of a file whose templates are evaluated."""
    if isinstance(value, dict):
        return {name: trusted(one) for name, one in value.items()}
    return trust_as_template(value) if isinstance(value, str) else value
