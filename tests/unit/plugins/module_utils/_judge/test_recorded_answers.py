# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our model of prowler says what prowler itself said of the same accounts, as tests/auditors/answers.json has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, Control
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import DEFAULT_FILTERS, with_controls
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.module_utils._judge.test_peers import (
    ROWS,
    Row,
    account_with,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.module_utils._judge.test_wrong_verdicts import (
    CASES,
    Case,
)

RECORDED = json.loads((Path(__file__).parents[4] / "auditors" / "answers.json").read_text())
CASES_HELD = [case for case in CASES if case.name in RECORDED["cases"]]
TEXTS_HELD = [row for row in ROWS if row.name in RECORDED["texts"]]


def modelled(observation: Observation, control: Control) -> dict[str, str]:
    """What other_auditors says, by the auditor's name."""
    return {one.auditor: one.verdict for one in judge(observation, control).other_auditors}


@pytest.mark.parametrize("case", CASES_HELD, ids=[case.name for case in CASES_HELD])
def test_the_model_says_what_the_tool_said(case: Case) -> None:
    assert modelled(case.observation, case.control)["prowler"] == RECORDED["cases"][case.name]["prowler"]


@pytest.mark.parametrize("row", TEXTS_HELD, ids=[row.name for row in TEXTS_HELD])
def test_the_model_finds_in_a_text_what_the_tool_found(row: Row) -> None:
    assert modelled(account_with(row), CONTROLS[row.control])["prowler"] == RECORDED["texts"][row.name]["prowler"]


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())
def test_both_tools_pass_what_the_role_makes_for_prowler_too(control: Control) -> None:
    assert RECORDED["roles"]["cis_monitoring"][control.name] == {"prowler": "pass", "custodian": "pass"}
    made = with_controls(CONTROLS.values(), (*DEFAULT_FILTERS, "prowler", "steampipe"))
    assert modelled(made, control) == {"prowler": "pass", "steampipe": "pass"}


def test_both_tools_pass_what_the_role_for_security_groups_makes() -> None:
    made = RECORDED["roles"]["cis_sg_monitoring"]
    assert made == {"security_group_changes": {"prowler": "pass", "custodian": "pass"}}


def test_each_case_was_asked_about_or_why_not_is_said() -> None:
    known = {**RECORDED["cases"], **RECORDED["not_held"]["cases"]}
    assert [case.name for case in CASES if case.name not in known] == []
    assert len(CASES_HELD) > 100


def test_each_text_was_asked_about_that_is_a_pattern() -> None:
    assert [row.name for row in ROWS if row not in TEXTS_HELD and row.code != "FILTER_PATTERN_INVALID"] == []
    assert len(TEXTS_HELD) > 40
