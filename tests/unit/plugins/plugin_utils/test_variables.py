# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the playbooks: their values, and what is said of wrong ones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.modules import (
    cis_monitoring_drill,
    cis_monitoring_events_report,
    cis_monitoring_info,
    cis_monitoring_report,
    cis_monitoring_variables,
)
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import playbooks, unknown_of_roles
from ansible_collections.aws_cis.monitoring.tests.unit.documentation import options_of

ROOT = Path(__file__).parents[4]
AUDIT, REMEDIATE = playbooks()["audit"], playbooks()["remediate"]


def test_what_is_not_told_has_its_default() -> None:
    assert AUDIT.values({})["fail_on"] == "never"
    assert REMEDIATE.values({})["topic_arn"] is None


def test_values_are_made_what_they_are_meant_as() -> None:
    values = REMEDIATE.values({"cis_monitoring_benchmarks": "cis_v7_0_0", "cis_monitoring_update_key_policy": "yes"})
    assert (values["benchmarks"], values["update_key_policy"]) == (["cis_v7_0_0"], True)


SG_NAMES = [
    ("topic_name", "cis_monitoring_topic_name", {"cis_monitoring_topic_name": "new"}),
    (
        "filter_name",
        "cis_monitoring_overrides: {security_group_changes: {filter_name: ...}}",
        {"cis_monitoring_overrides": {"security_group_changes": {"filter_name": "new"}}},
    ),
]


@pytest.mark.parametrize(("option", "instead", "ours"), SG_NAMES)
def test_a_variable_of_the_role_for_one_control_is_refused_unless_ours_is_set(
    option: str, instead: str, ours: dict[str, Any]
) -> None:
    given = {f"cis_sg_monitoring_{option}": "old"}
    said = f"cis_sg_monitoring_{option} is a variable of the role cis_sg_monitoring. Set {instead} for this playbook"
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        REMEDIATE.values(given)
    values = REMEDIATE.values({**given, **ours})
    assert {f"cis_monitoring_{name}": value for name, value in values.items()}.items() >= ours.items()


@pytest.mark.parametrize("playbook", ["remediate", "teardown"])
def test_a_playbook_does_what_its_name_says(playbook: str) -> None:
    """Whatever the state: that of the other role has no effect, and one that looks like the playbook's is refused."""
    one = playbooks()[playbook]
    for state in ("present", "absent"):
        assert one.values({"cis_sg_monitoring_state": state}) == one.values({})
        with pytest.raises(ValueError, match="Run remediate to set up, teardown to remove"):
            one.values({"cis_monitoring_state": state})


@pytest.mark.parametrize("given", ["all", ["root_usage", "vpc_changes"], "root_usage,vpc_changes"])
def test_controls_are_a_name_a_list_or_all(given: Any) -> None:
    expected = given.split(",") if isinstance(given, str) else given
    assert REMEDIATE.values({"cis_monitoring_controls": given})["controls"] == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"cis_monitoring_fail_on": "allways"},
            "value of cis_monitoring_fail_on must be one of: never, non_compliant, unknown, regression, got: allways",
        ),
        (
            {"cis_monitoring_fial_on": "unknown"},
            "Unknown variable cis_monitoring_fial_on. Did you mean cis_monitoring_fail_on?",
        ),
        (
            {"audit_fail_on": "unknown"},
            "audit_fail_on is now cis_monitoring_fail_on "
            "(if audit_fail_on is a variable of something else, set cis_monitoring_fail_on as well)",
        ),
    ],
)
def test_what_is_said_of_wrong_ones(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        AUDIT.values(given)


@pytest.mark.parametrize(
    "given",
    [
        {"audit_fail_on": "somebody else's", "cis_monitoring_fail_on": "unknown"},
        {"cis_monitoring_drill_depth": "full"},
        {"cis_monitoring_audit": {"changed": False}},
        {"cis_monitoring_state": "present"},
        {"cis_monitoring_before": {"plan": {}}, "cis_monitoring_after": {"plan": {}}},
    ],
)
def test_what_is_not_wrong(given: dict[str, Any]) -> None:
    AUDIT.values(given)


def test_a_playbook_reads_what_concerns_it() -> None:
    names = [
        "cis_monitoring_x",
        "audit_fail_on",
        "drill_depth",
        "cis_sg_monitoring_topic_name",
        "cis_sg_monitoring_alarm_name",
        "cis_sg_monitoring_before",
    ]
    assert [name for name in names if AUDIT.reads(name)] == ["cis_monitoring_x", "audit_fail_on"]
    assert [name for name in names if REMEDIATE.reads(name)] == ["cis_monitoring_x", *names[3:5]]


@pytest.mark.parametrize(
    ("playbook", "variable", "module", "option"),
    [
        ("audit", "report_formats", cis_monitoring_report, "formats"),
        ("audit", "fail_on", cis_monitoring_report, "fail_on"),
        ("merge_reports", "reports", cis_monitoring_report, "merge"),
        ("drill", "drill_depth", cis_monitoring_drill, "depth"),
        ("drill", "drill_confirm", cis_monitoring_drill, "confirm"),
        ("drill", "drill_arrival_queue", cis_monitoring_drill, "arrival_queue"),
        ("drill", "drill_timeout", cis_monitoring_drill, "timeout"),
        ("drill", "drill_interval", cis_monitoring_drill, "interval"),
    ],
)
def test_a_variable_is_as_the_option_that_it_is_for(playbook: str, variable: str, module: Any, option: str) -> None:
    specified = playbooks()[playbook].options[f"cis_monitoring_{variable}"]
    documented = options_of(module)[option]
    for key in ("type", "elements", "choices", "default"):
        assert specified.get(key) == documented.get(key), key


def test_a_variable_takes_the_same_in_every_playbook() -> None:
    """An inventory has it once for all of them. Events has fewer formats."""
    taken: dict[str, list[list[Any]]] = {}
    for playbook in playbooks().values():
        for name, option in playbook.options.items():
            taken.setdefault(name, []).append([option.get(key) for key in ("type", "elements", "choices")])
    differing = [name for name, kinds in taken.items() if any(kind != kinds[0] for kind in kinds)]
    assert differing == ["cis_monitoring_report_formats"]


def test_events_takes_the_formats_that_it_writes() -> None:
    options = options_of(cis_monitoring_events_report)["formats"]
    assert playbooks()["events"].options["cis_monitoring_report_formats"]["choices"] == options["choices"]
    with pytest.raises(ValueError, match="must be one or more of: json, csv"):
        playbooks()["events"].values({"cis_monitoring_report_formats": ["html"]})


def test_every_public_playbook_is_described() -> None:
    public = {path.stem for path in (ROOT / "playbooks").glob("[!_]*.yml")}
    assert public >= playbooks().keys()
    assert options_of(cis_monitoring_variables)["playbook"]["choices"] == list(playbooks())


@pytest.mark.parametrize(("playbook", "module"), [("audit", cis_monitoring_info), ("drill", cis_monitoring_drill)])
def test_a_playbook_judges_by_its_benchmark_or_by_each_that_is_to_be_satisfied(playbook: str, module: Any) -> None:
    one, option = playbooks()[playbook], options_of(module)["benchmark"]
    assert one.options["cis_monitoring_benchmark"]["choices"] == option["choices"]
    assert [one.values({})["benchmark"]] == option["default"]
    satisfied = {"cis_monitoring_benchmarks": ["security_hub", "prowler", "cis_v7_0_0"]}
    assert one.values(satisfied)["benchmark"] == ["security_hub", "cis_v7_0_0"]
    assert one.values({**satisfied, "cis_monitoring_benchmark": "cis_v5_0_0"})["benchmark"] == "cis_v5_0_0"
    assert [one.values({"cis_monitoring_benchmarks": "prowler"})["benchmark"]] == option["default"]


def test_remediate_refuses_the_benchmark_of_an_audit_unless_it_knows_what_to_satisfy() -> None:
    given = {"cis_monitoring_benchmark": "cis_v5_0_0"}
    with pytest.raises(ValueError, match=re.escape("Set cis_monitoring_benchmarks: [cis_v5_0_0] for this playbook")):
        REMEDIATE.values(given)
    REMEDIATE.values({**given, "cis_monitoring_benchmarks": "cis_v5_0_0"})


def test_misspelt_variables_of_the_roles_are_unknown() -> None:
    given = {
        "cis_monitoring_topc_name": "t",
        "cis_sg_monitoring_alarmname": "a",
        "other_topc_name": "not ours",
    }
    assert unknown_of_roles(given) == [
        "Unknown variable cis_monitoring_topc_name. Did you mean cis_monitoring_topic_name?",
        "Unknown variable cis_sg_monitoring_alarmname. Did you mean cis_sg_monitoring_alarm_name?",
    ]


def test_variables_and_results_of_roles_and_playbooks_are_known_to_the_roles() -> None:
    names = ["report_dir", "benchmark", "hosts", "before", "after", "audit", "state", "overrides"]
    known = {f"cis_monitoring_{name}": "" for name in names}
    of_preset = {"cis_sg_monitoring_before": {}, "cis_sg_monitoring_state": "present"}
    registered = {"cis_monitoring_read_by_my_play": {"changed": False, "failed": False}}
    assert unknown_of_roles({**known, **of_preset, **registered}) == []


def test_the_form_of_a_subscription_is_shown() -> None:
    with pytest.raises(ValueError, match=r"List each subscription as .* \{protocol: email, endpoint: security@"):
        REMEDIATE.values({"cis_monitoring_subscriptions": "a@b"})
