# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requirements of other frameworks: each has a source that can be looked up, and is written as its framework does."""

from __future__ import annotations

import re

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.mappings import (
    AWS,
    FRAMEWORKS,
    judged_by,
    relations,
)

FORMS = {
    "NIST SP 800-53 Rev. 5": r"[A-Z]{2}-\d+(\(\d+\))?(\([a-z]\))?(\(\d+\))?",
    "NIST SP 800-171 Rev. 2": r"3\.\d+\.\d+",
    "PCI DSS v3.2.1": r"\d+\.\d+\.\d+",
    "PCI DSS v4.0": r"(A3\.)?\d+(\.\d+){1,3}",
    "SOC 2": r"(CC\d|PI1)\.\d",
    "ISO/IEC 27001:2013": r"A\.\d+\.\d+",
    "ISO/IEC 27001:2022": r"A\.\d+\.\d+",
}


def test_the_frameworks_are_those_for_which_there_is_a_source() -> None:
    assert [framework.name for framework in FRAMEWORKS] == list(FORMS)


@pytest.mark.parametrize("name", CONTROLS)
def test_a_requirement_is_written_as_its_framework_does_once_and_has_a_source_that_stays(name: str) -> None:
    for relation in relations(name):
        for number in relation.ids:
            assert re.fullmatch(FORMS[relation.framework.name], number), number
        assert len(set(relation.ids)) == len(relation.ids)
        url = relation.source.url
        assert relation.source == AWS or re.match(r"https://github\.com/[\w-]+/[\w-]+/(blob|tree)/[0-9a-f]{40}/", url)


def test_what_security_hub_relates_is_in_its_own_words() -> None:
    stated = [one for relation in relations("root_usage") if relation.source == AWS for one in relation.requirements]
    assert stated == ["NIST.800-171.r2 3.14.6", "NIST.800-171.r2 3.14.7", "PCI DSS v3.2.1/7.2.1"]


@pytest.mark.parametrize(
    ("name", "benchmarks", "requirements"),
    [
        ("security_group_changes", "cis_v6_0_0", ["v6.0.0/5.10"]),
        ("security_group_changes", "cis_v1_4_0, cis_v5_0_0", ["v1.4.0/4.10", "v5.0.0/4.10"]),
        ("root_usage", "security_hub", ["v1.2.0/3.3", "v1.4.0/4.3"]),
        ("unauthorized_api_calls", "security_hub", ["v1.2.0/3.1"]),  # Security Hub's v1.4.0 lacks CloudWatch.2
        ("root_usage", "cis_v1_2_0, security_hub", ["v1.2.0/3.3", "v1.4.0/4.3"]),
    ],
)
def test_a_finding_is_about_what_it_was_judged_by(name: str, benchmarks: str, requirements: list[str]) -> None:
    prefix = "CIS AWS Foundations Benchmark "
    assert judged_by(name, benchmarks) == tuple(prefix + one for one in requirements)
