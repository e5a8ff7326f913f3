# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role cis_monitoring on one account, from bare to all fifteen controls and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from account_builder import LOG_GROUP, TOPIC, Builder
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from harness import REGION, PlaybookRun, Sandbox, accounts_inventory

EMAIL = {"protocol": "email", "endpoint": "security@example.com"}
BENCHMARKS = ["security_hub", "cis_v7_0_0", "prowler", "steampipe"]
READ = "Read the account and plan the changes"
AGAIN = "Read the account again"
TOPIC_OF_SEVERAL = "cis_monitoring_topic"
ROLE = """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.own: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  roles:
    - aws_cis.monitoring.ROLE
"""

KEPT = """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.aws: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  tasks:
    - name: Keep
      aws_cis.monitoring.cis_monitoring_info:
        controls: "{{ item }}"
        details: packed
      loop: [security_group_changes, all]
"""

RunRole = Callable[..., PlaybookRun]


@pytest.fixture
def builder(sandbox: Sandbox, account: str) -> Builder:
    """A bare account: a trail with its log group, and nothing else."""
    builder = Builder(sandbox, account)
    builder.trail()
    return builder


@pytest.fixture
def run_role(sandbox: Sandbox, account: str, builder: Builder, ansible_playbook: Any) -> RunRole:
    """Run the role, and the other one after it if told to, with variables by their names without the prefix."""

    def run(*arguments: str, then: Sequence[str] = (), **variables: Any) -> PlaybookRun:
        sandbox.clear_calls()
        given = {"benchmarks": BENCHMARKS, "subscriptions": [EMAIL], **variables}
        roles = ("cis_monitoring", *then)
        # The role for one control has no choice of controls.
        named = {
            f"{role}_{name}": value
            for role in roles
            for name, value in given.items()
            if (role, name) != ("cis_sg_monitoring", "controls")
        }
        inventory = accounts_inventory(sandbox.url, {"production": account}, **named)
        return ansible_playbook("\n".join(ROLE.replace("ROLE", role) for role in roles), inventory, *arguments)

    return run


def alarms_of(builder: Builder) -> dict[str, dict[str, Any]]:
    found = builder.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {one["AlarmName"]: one for one in found}


def filters_of(builder: Builder) -> dict[str, str]:
    found = builder.client("logs").describe_metric_filters(logGroupName=LOG_GROUP)["metricFilters"]
    return {one["filterName"]: one["filterPattern"] for one in found}


def topics_of(builder: Builder) -> list[str]:
    return [one["TopicArn"].split(":")[-1] for one in builder.client("sns").list_topics()["Topics"]]


def changed(run: PlaybookRun) -> int:
    assert run.rc == 0, run.stdout + run.stderr
    return run.stats["production"]["changed"]


def test_from_bare_to_all_and_back(
    sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole, ansible_playbook: Any
) -> None:
    predicted = run_role("--check", "--diff", controls="all")
    assert changed(predicted) == 1
    assert sandbox.calls(account), "the test must see the role's calls"
    assert sandbox.writing_calls(account) == []
    summary, *diffs = predicted.result(READ)["diff"]
    lines = summary["prepared"].splitlines()
    assert [line.split(":")[0] for line in lines] == ["for all controls", *CONTROLS]
    assert "root_usage: create metric filter, create alarm" in lines
    assert len(diffs) == len(predicted.result(READ)["plan"]["changes"])

    assert changed(run_role(controls="all")) > 0
    expected = {
        control.metric_name + one.suffix: one.text
        for control in CONTROLS.values()
        for one in control.filters_for(BENCHMARKS)
    }
    assert filters_of(builder) == expected
    alarms = alarms_of(builder)
    assert set(alarms) == {control.alarm_name for control in CONTROLS.values()}
    topic = f"arn:aws:sns:{REGION}:{account}:{TOPIC_OF_SEVERAL}"
    assert {tuple(one["AlarmActions"]) for one in alarms.values()} == {(topic,)}
    for control in CONTROLS.values():
        assert f"cis_monitoring_controls={control.name}" in alarms[control.alarm_name]["AlarmDescription"]
    sandbox.confirm(topic, EMAIL["endpoint"])

    assert changed(run_role(controls="all")) == 0
    both = run_role(then=["cis_sg_monitoring"], controls="all", topic_name=TOPIC_OF_SEVERAL)
    assert changed(both) == 0
    again, of_security_groups = both.results(READ)
    for plan in (again["plan"], of_security_groups["plan"]):
        assert (plan["blocked"], plan["changes"], plan["obstacles"]) == ("", [], [])
    assert len(json.dumps(again)) < 2000, "what a role keeps of an account with all controls"
    assert sandbox.writing_calls(account) == []

    kept = ansible_playbook(KEPT, accounts_inventory(sandbox.url, {"production": account})).result("Keep")["results"]
    of_one, of_all = (len(json.dumps(one)) for one in kept)
    assert of_all <= 3 * of_one, "what ten thousand accounts with all controls take"

    subset = ["security_group_changes", "root_usage"]
    assert changed(run_role(state="absent", controls=subset)) > 0
    gone = {CONTROLS[name].alarm_name for name in subset}
    assert set(alarms_of(builder)) == set(alarms) - gone
    assert len(filters_of(builder)) == len(expected) - sum(
        len(CONTROLS[name].filters_for(BENCHMARKS)) for name in subset
    )
    assert topics_of(builder) == [TOPIC_OF_SEVERAL]

    assert changed(run_role(state="absent", controls=["all"])) > 0
    assert (alarms_of(builder), filters_of(builder), topics_of(builder)) == ({}, {}, [])


@pytest.mark.slow
def test_more_controls_keep_the_topic_of_an_earlier_run(builder: Builder, run_role: RunRole) -> None:
    more = ["security_group_changes", "vpc_changes"]
    assert changed(run_role()) > 0
    assert changed(run_role(controls=more)) > 0
    assert topics_of(builder) == [TOPIC]
    assert {tuple(action.split(":")[-1] for action in one["AlarmActions"]) for one in alarms_of(builder).values()} == {
        (TOPIC,)
    }
    assert changed(run_role(controls=more)) == 0
    assert changed(run_role(state="absent", controls=more)) > 0
    assert (alarms_of(builder), filters_of(builder), topics_of(builder)) == ({}, {}, [])


def test_single_controls_can_be_different(sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole) -> None:
    own = builder.client("sns").create_topic(Name="pager")["TopicArn"]
    builder.client("sns").subscribe(TopicArn=own, Protocol="email", Endpoint="pager@example.com")
    options = {
        "controls": ["root_usage", "vpc_changes", "nacl_changes"],
        "overrides": {
            "root_usage": {"topic_arn": own, "alarm_name": "root"},
            "vpc_changes": {"threshold": 5, "description": "Call Bob."},
            "nacl_changes": {"enabled": False},
        },
    }
    run = run_role(**options)

    assert changed(run) > 0
    alarms = alarms_of(builder)
    assert set(alarms) == {"root", "vpc_changes_alarm"}
    assert alarms["root"]["AlarmActions"] == [own]
    vpc = alarms["vpc_changes_alarm"]
    assert (vpc["Threshold"], vpc["AlarmDescription"]) == (5, "Call Bob.")
    said = " ".join(run.result(AGAIN)["warnings"])
    because = "Control vpc_changes is not compliant because of its overrides: "
    assert f"{because}Alarm vpc_changes_alarm needs a value of at least 5" in said
    assert changed(run_role(**options)) == 0
    assert sandbox.writing_calls(account) == []
