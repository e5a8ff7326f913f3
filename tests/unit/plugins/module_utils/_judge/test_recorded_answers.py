# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our model of prowler says what prowler itself said of the same accounts, as tests/auditors/answers.json has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.module_utils._judge.test_wrong_verdicts import (
    CASES,
    Case,
)

RECORDED = json.loads((Path(__file__).parents[4] / "auditors" / "answers.json").read_text())
HELD = [case for case in CASES if case.name in RECORDED["answers"]]


@pytest.mark.parametrize("case", HELD, ids=[case.name for case in HELD])
def test_the_model_says_what_the_tool_said(case: Case) -> None:
    opinions = {one.auditor: one.verdict for one in judge(case.observation, SECURITY_GROUP_CHANGES).other_auditors}
    assert opinions["prowler"] == RECORDED["answers"][case.name]["prowler"]


def test_most_cases_were_asked_about() -> None:
    assert len(HELD) > 80
    assert RECORDED["answers"]["what the role makes"] == {"prowler": "pass", "custodian": "pass"}
