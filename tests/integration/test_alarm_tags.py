# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cloudwatch_alarm_tags: check mode, real, again. There is no absent: other tags stay."""

from __future__ import annotations

import pytest
from account_builder import ALARM, Builder
from ansible_collections.aws_cis.monitoring.plugins.modules import cloudwatch_alarm_tags
from harness import REGION, Sandbox
from module_runner import ModuleRunner


@pytest.fixture
def alarm_tags(sandbox: Sandbox, account: str) -> ModuleRunner:
    return ModuleRunner(cloudwatch_alarm_tags, sandbox.url, account)


def tags_of(builder: Builder) -> dict[str, str]:
    arn = f"arn:aws:cloudwatch:{REGION}:{builder.account}:alarm:{ALARM}"
    found = builder.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {one["Key"]: one["Value"] for one in found}


def test_check_real_again(sandbox: Sandbox, account: str, builder: Builder, alarm_tags: ModuleRunner) -> None:
    builder.alarm(builder.topic())
    assert alarm_tags(alarm_name=ALARM, tags={"theirs": "x"})["changed"]
    options = {"alarm_name": ALARM, "tags": {"team": "security", "cost": 42}}
    after = {"theirs": "x", "team": "security", "cost": "42"}
    sandbox.clear_calls()

    planned = alarm_tags(check_mode=True, **options)
    assert (planned["changed"], planned["tags"]) == (True, after)
    assert planned["diff"] == {"before": {"tags": {"theirs": "x"}}, "after": {"tags": after}}
    assert (sandbox.writing_calls(account), tags_of(builder)) == ([], {"theirs": "x"})

    assert alarm_tags(**options)["changed"]
    assert (sandbox.writing_calls(account), tags_of(builder)) == (["cloudwatch:TagResource"], after)
    sandbox.clear_calls()
    assert not alarm_tags(**options)["changed"]
    assert sandbox.writing_calls(account) == []


def test_an_alarm_that_is_not_there(sandbox: Sandbox, account: str, alarm_tags: ModuleRunner) -> None:
    failed = alarm_tags(alarm_name="none", tags={"a": "b"})
    assert "Alarm none does not exist in region" in failed["msg"]
    assert sandbox.writing_calls(account) == []
