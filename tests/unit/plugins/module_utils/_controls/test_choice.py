# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which controls a user means."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.choice import chosen_controls, named_controls


def test_by_name_each_once_or_all() -> None:
    name = SECURITY_GROUP_CHANGES.name
    assert named_controls([name, name]) == [SECURITY_GROUP_CHANGES]
    assert named_controls(["all"]) == named_controls([name, "all"]) == list(CONTROLS.values())


def test_none_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="Name at least one"):
        named_controls([])


def test_what_the_benchmark_lacks_is_left_out_of_all_and_refused_by_name() -> None:
    chosen, left_out = chosen_controls(["all"], ["cis_v1_2_0"])
    assert left_out == ["organizations_changes"]
    assert len(chosen) == len(CONTROLS) - 1
    assert chosen_controls(["all"], ["cis_v1_2_0", "cis_v7_0_0"]) == (list(CONTROLS.values()), [])
    with pytest.raises(ValueError, match="cis_v1_2_0 does not have the control organizations_changes"):
        chosen_controls(["organizations_changes"], ["cis_v1_2_0"])


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("5.10", "security_group_changes"),
        ("4.10", "security_group_changes"),
        ("CloudWatch.10", "security_group_changes"),
        ("cloudwatch.1", "root_usage"),
        ("5.3", "root_usage"),
        ("4.15", "organizations_changes"),
    ],
)
def test_by_the_numbers_of_the_benchmarks(given: str, name: str) -> None:
    assert named_controls([given, name]) == [CONTROLS[name]]


def test_each_number_that_a_benchmark_gives_means_its_control() -> None:
    shortened = {"3.1", "4.1", "5.1"}
    for control in CONTROLS.values():
        for benchmark, number in control.ids.items():
            if number not in shortened:
                assert named_controls([number], [benchmark]) == [control]


def test_a_number_that_yaml_may_have_shortened_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"5\.1 is ambiguous.* unauthorized_api_calls, or '5\.10' in quotes for security"
    ):
        named_controls([5.10])  # type: ignore[list-item]


def test_a_number_of_another_benchmark_than_the_requested_one_is_refused() -> None:
    expected = (
        r"4\.5 is not a number of a control in cis_v7_0_0, but of cloudtrail_configuration_changes in cis_v1_3_0, "
    )
    with pytest.raises(ValueError, match=expected):
        chosen_controls(["4.5"], ["cis_v7_0_0"])
    assert named_controls(["4.5"], ["prowler"]) == named_controls(["4.5"])


@pytest.mark.parametrize("given", ["security_group_change", "Security_Group_Changes", "security-group-changes"])
def test_the_nearest_name_of_an_unknown_control(given: str) -> None:
    with pytest.raises(ValueError, match=f"Unknown control '{given}'. Did you mean security_group_changes?"):
        named_controls([given])


@pytest.mark.parametrize("given", ["5.16", "10", "", "xyz"])
def test_what_is_near_no_name_gets_them_all(given: str) -> None:
    with pytest.raises(ValueError, match=f"Unknown control '{given}'. The controls are unauthorized_api_calls, "):
        named_controls([given])
