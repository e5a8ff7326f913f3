# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue says what the benchmarks say."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils import _controls as controls
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES

SIX = (
    "{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = AuthorizeSecurityGroupEgress)"
    " || ($.eventName = RevokeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupEgress)"
    " || ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }"
)
SEVEN = SIX[:-2] + " || ($.eventName = ModifySecurityGroupRules) }"


@pytest.mark.parametrize(
    ("benchmark", "number", "pattern"),
    [
        ("cis_v1_2_0", "3.10", SIX),
        ("cis_v1_3_0", "4.10", SIX),
        ("cis_v1_4_0", "4.10", SIX),
        ("cis_v1_5_0", "4.10", SIX),
        ("cis_v2_0_0", "4.10", SIX),
        ("cis_v3_0_0", "4.10", SIX),
        ("cis_v4_0_0", "4.10", SIX),
        ("cis_v5_0_0", "4.10", SEVEN),
        ("cis_v6_0_0", "5.10", SEVEN),
        ("cis_v7_0_0", "5.10", SEVEN),
        ("security_hub", "CloudWatch.10", SIX),
    ],
)
def test_each_benchmark_has_its_number_and_its_pattern(benchmark: str, number: str, pattern: str) -> None:
    assert SECURITY_GROUP_CHANGES.ids[benchmark] == number
    assert SECURITY_GROUP_CHANGES.prescriptions[benchmark].has(pattern)


def test_every_control_knows_every_benchmark_that_it_numbers() -> None:
    for name, control in controls.CONTROLS.items():
        assert control.name == name
        assert set(control.ids) == set(control.events) <= set(controls.BENCHMARKS)


def test_an_event_that_only_later_benchmarks_ask_for() -> None:
    assert [case.name for case in SECURITY_GROUP_CHANGES.later_cases("cis_v1_4_0")] == ["ModifySecurityGroupRules"]
    assert SECURITY_GROUP_CHANGES.later_cases("cis_v5_0_0") == ()
    assert controls.CONTROLS["console_signin_without_mfa"].later_cases("security_hub") == ()


def test_benchmarks_that_are_audited_alike_look_for_the_same() -> None:
    first = SECURITY_GROUP_CHANGES.first_alike
    assert (first["cis_v4_0_0"], first["cis_v7_0_0"]) == ("cis_v1_2_0", "cis_v5_0_0")
    for control in controls.CONTROLS.values():
        for benchmark, alike in control.first_alike.items():
            its, other = control.prescriptions[benchmark], control.prescriptions[alike]
            assert (its.texts, its.audit, its.cases) == (other.texts, other.audit, other.cases)


def test_a_case_is_the_same_for_each_benchmark() -> None:
    for control in controls.CONTROLS.values():
        assert len({(case.name, case.pattern) for case in control.all_cases}) == len(control.all_cases)
