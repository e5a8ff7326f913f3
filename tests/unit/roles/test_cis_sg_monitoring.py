# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role's variables say what the plan's options say, and both of its readings ask for the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import DEFAULTS, default_names
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_plan
from ansible_collections.aws_cis.monitoring.tests.unit.documentation import specified

ROLE = Path(__file__).parents[3] / "roles" / "cis_sg_monitoring"
PREFIX = "cis_sg_monitoring_"
PLAN = "aws_cis.monitoring.cis_monitoring_plan"
NAMES = {name: text for name, text in default_names(SECURITY_GROUP_CHANGES).items() if name != "control"}
# A role for one control has neither; the region is one of the connection options.
NOT_OF_THE_ROLE = {"controls", "overrides"}


def read(file: str) -> Any:
    return yaml.safe_load((ROLE / file).read_text())


def options() -> dict[str, Any]:
    found = read("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    return {name.removeprefix(PREFIX): option for name, option in found.items()}


def test_the_role_has_an_option_for_each_of_the_plan() -> None:
    of_plan = set(cis_monitoring_plan.ARGUMENT_SPEC) - NOT_OF_THE_ROLE
    assert set(options()) == of_plan | set(NAMES) | {"region"}


@pytest.mark.parametrize("name", sorted(set(cis_monitoring_plan.ARGUMENT_SPEC) - NOT_OF_THE_ROLE))
def test_an_option_is_of_the_plans_kind(name: str) -> None:
    def comparable(option: dict[str, Any]) -> dict[str, Any]:
        [kept] = specified({name: option}).values()
        return {key: value for key, value in kept.items() if key not in ("description", "options")}

    ours, of_plan = options()[name], cis_monitoring_plan.ARGUMENT_SPEC[name]
    assert comparable(ours) == comparable(of_plan)
    parts = {key: comparable(part) for key, part in of_plan.get("options", {}).items()}
    assert {key: comparable(part) for key, part in ours.get("options", {}).items()} == parts


def test_the_defaults_are_the_plans() -> None:
    expected = {name: value for name, value in {**DEFAULTS, **NAMES}.items() if name not in NOT_OF_THE_ROLE}
    assert {name.removeprefix(PREFIX): value for name, value in read("defaults/main.yml").items()} == expected
    specified_defaults = {name: option["default"] for name, option in options().items() if "default" in option}
    assert specified_defaults == expected


def test_both_readings_ask_for_the_same() -> None:
    [first] = [task for task in read("tasks/main.yml") if PLAN in task]
    [last] = [task for task in read("tasks/_verify.yml") if PLAN in task]
    assert first[PLAN] == last[PLAN]
    assert set(cis_monitoring_plan.ARGUMENT_SPEC) < set(first[PLAN])


def test_each_loop_has_a_variable_of_the_roles_own() -> None:
    loops = [task for file in ROLE.glob("tasks/*.yml") for task in yaml.safe_load(file.read_text()) if "loop" in task]
    assert loops
    assert all(task["loop_control"]["loop_var"].startswith("__cis_sg_monitoring_") for task in loops)


def test_only_main_is_public() -> None:
    assert [file.name for file in ROLE.glob("tasks/*.yml") if not file.name.startswith("_")] == ["main.yml"]
