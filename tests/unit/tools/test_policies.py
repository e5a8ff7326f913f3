# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies in docs/policies grant no more than each playbook needs. Integration tests compare them with calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from environment import ROOT

ALARMS = {f"arn:*:cloudwatch:*:*:alarm:{control.alarm_name}" for control in CONTROLS.values()}
LOG_ALARMS = {f"{alarm}_log" for alarm in ALARMS}
TOPICS = {"arn:*:sns:*:*:cis_monitoring_topic", "arn:*:sns:*:*:security_group_changes_topic"}
DELETING = ("Delete", "Unsubscribe")
READING = ("List", "Get", "Describe")


def grants(policy: str) -> Iterator[tuple[str, Any]]:
    """Yield each action of a policy with its resources."""
    for statement in json.loads((ROOT / "docs" / "policies" / f"{policy}.json").read_text())["Statement"]:
        yield from ((action, statement["Resource"]) for action in statement["Action"])


@pytest.mark.parametrize(
    ("policy", "alarms"), [("remediate", ALARMS), ("teardown", ALARMS | LOG_ALARMS), ("log_alarms", LOG_ALARMS)]
)
def test_what_is_written_has_the_default_names(policy: str, alarms: set[str]) -> None:
    scopes = {
        "cloudwatch": alarms,
        "iam": {"arn:*:iam::*:role/*"},
        "sns": TOPICS,
        "logs": {"arn:*:logs:*:*:log-group:*"},
    }
    for action, resources in grants(policy):
        service, _colon, name = action.partition(":")
        if not name.startswith(READING) and action != "sns:Unsubscribe":  # AWS defines no resource for it
            assert set(resources) == scopes[service], action


def test_a_role_is_passed_to_the_services_that_log_alarms_need_alone() -> None:
    statements = json.loads((ROOT / "docs" / "policies" / "log_alarms.json").read_text())["Statement"]
    [condition] = [one["Condition"] for one in statements if "iam:PassRole" in one["Action"]]
    assert condition == {"StringEquals": {"iam:PassedToService": ["cloudwatch.amazonaws.com", "logs.amazonaws.com"]}}


def test_the_default_topic_is_among_them() -> None:
    for file in ROOT.glob("roles/*/defaults/main.yml"):
        name = yaml.safe_load(file.read_text()).get("cis_monitoring_topic_name", "security_group_changes_topic")
        assert f"arn:*:sns:*:*:{name}" in TOPICS


def test_who_sets_up_deletes_nothing_and_changes_no_key() -> None:
    assert [action for action, _resources in grants("remediate") if action.partition(":")[2].startswith(DELETING)] == []
    assert [action for action, _resources in grants("remediate") if action.startswith("kms:")] == []
    assert dict(grants("encryption")) == {"kms:PutKeyPolicy": ["arn:*:kms:*:*:key/*"]}


def test_who_tears_down_creates_nothing() -> None:
    written = [action.partition(":")[2] for action, _resources in grants("teardown")]
    assert [name for name in written if not name.startswith((*DELETING, *READING))] == []


def test_the_acceptance_has_all_of_them() -> None:
    needed = {
        action
        for policy in ("audit", "remediate", "encryption", "teardown", "drill")
        for action, _resources in grants(policy)
    }
    assert needed <= dict(grants("acceptance")).keys()
