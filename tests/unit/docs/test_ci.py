# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workflow of docs/ci: what it runs is pinned, it fails for a regression, and the report is kept in any case."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import playbooks

WORKFLOW = Path(__file__).parents[3] / "docs" / "ci" / "audit.yml"


def steps() -> list[dict[str, Any]]:
    [job] = yaml.safe_load(WORKFLOW.read_text())["jobs"].values()
    return list(job["steps"])


def test_each_action_is_pinned_by_its_commit() -> None:
    uses = re.findall(r"uses: (\S+)(.*)", WORKFLOW.read_text())
    assert len(uses) == sum("uses" in step for step in steps())
    for action, comment in uses:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action


def test_it_has_no_key_and_no_more_permissions_than_it_needs() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text())
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["audit"]["permissions"] == {"contents": "read", "id-token": "write"}
    assert "secrets." not in WORKFLOW.read_text()


def test_it_fails_for_a_regression_with_variables_that_there_are() -> None:
    [command] = [shlex.split(step["run"]) for step in steps() if step.get("run", "").startswith("ansible-playbook")]
    given = dict(value.split("=") for flag, value in pairwise(command) if flag == "-e")
    options = playbooks()["audit"].options
    assert command[1] == "aws_cis.monitoring.audit"
    assert given["cis_monitoring_fail_on"] == "regression"
    assert given.keys() <= options.keys()


def test_the_report_is_kept_whether_or_not_the_audit_failed() -> None:
    names = [step.get("uses", "").partition("@")[0] for step in steps()]
    audit = next(at for at, step in enumerate(steps()) if step.get("name") == "Audit")
    assert all(step.get("if") == "always()" for step in steps()[audit + 1 :])
    assert names.index("actions/cache/restore") < audit < names.index("actions/cache/save")
    assert names[-1] == "actions/upload-artifact"
