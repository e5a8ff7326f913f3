# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""remediate on accounts that somebody else has set up: nothing twice, nothing of others changed."""

from __future__ import annotations

from typing import Any

import pytest
from account_builder import LOG_GROUP, SIX_EVENTS, Builder, organization_trail, put_record
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from harness import REGION, PlaybookRun, Sandbox, accounts_inventory

NAMESPACE = "LandingZone"
BENCHMARKS = ["cis_v7_0_0"]
QUEUE = "security-team"


class Elsewhere(Builder):
    """Makes an account as a landing zone of somebody else leaves it: other names, other quotes, its own topic."""

    def landing_zone(self, *, pattern: str = "", subscribed: bool = True) -> None:
        """All controls, or security group changes alone with a pattern of its own."""
        topic = self.client("sns").create_topic(Name="landing-zone")["TopicArn"]
        if subscribed:
            self.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self.queue())
        patterns = {name: one.filters_for(BENCHMARKS)[0].text for name, one in CONTROLS.items()}
        for name, text in ({"security_group_changes": pattern} if pattern else patterns).items():
            self._path(f"lz-{name.replace('_', '-')}", text, topic)

    def queue(self) -> str:
        self.client("sqs").create_queue(QueueName=QUEUE)
        return f"arn:aws:sqs:{REGION}:{self.account}:{QUEUE}"

    def _path(self, name: str, pattern: str, topic: str) -> None:
        metric = {"metricName": name, "metricNamespace": NAMESPACE, "metricValue": "1"}
        self.client("logs").put_metric_filter(
            logGroupName=LOG_GROUP, filterName=name, filterPattern=pattern, metricTransformations=[metric]
        )
        self.alarm(topic, namespace=NAMESPACE, metric_name=name, name=f"{name}-alarm")
        described = self.client("cloudwatch").describe_alarms(AlarmNames=[f"{name}-alarm"])["MetricAlarms"][0]
        settings = {key: described[key] for key in _SETTINGS}
        self.client("cloudwatch").put_metric_alarm(**settings, AlarmDescription="of the landing zone")

    def resources(self) -> dict[str, Any]:
        """Every filter, alarm and topic with its subscriptions, by name."""
        logs, cloudwatch, sns = self.client("logs"), self.client("cloudwatch"), self.client("sns")
        filters = logs.describe_metric_filters(logGroupName=LOG_GROUP)["metricFilters"]
        alarms = cloudwatch.describe_alarms()["MetricAlarms"]
        topics = [one["TopicArn"] for one in sns.list_topics()["Topics"]]
        return {
            **{f"filter {one['filterName']}": one for one in filters},
            **{f"alarm {one['AlarmName']}": one for one in alarms},
            **{f"topic {arn.split(':')[-1]}": sns.get_topic_attributes(TopicArn=arn)["Attributes"] for arn in topics},
            **{
                f"subscription {one['Endpoint']} to {arn.split(':')[-1]}": one
                for arn in topics
                for one in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
            },
        }


_SETTINGS = (
    "AlarmName",
    "Namespace",
    "MetricName",
    "Statistic",
    "Period",
    "Threshold",
    "EvaluationPeriods",
    "ComparisonOperator",
    "TreatMissingData",
    "AlarmActions",
)


@pytest.fixture
def builder(sandbox: Sandbox, account: str) -> Elsewhere:
    builder = Elsewhere(sandbox, account)
    builder.trail()
    builder.queue()
    return builder


def lines_of(run: PlaybookRun) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in run.result("Summarize the changes")["lines"])


def _counted(attributes: dict[str, Any]) -> dict[str, Any]:
    """What SNS counts in a topic's attributes changes with each subscription."""
    return {name: value for name, value in attributes.items() if not name.startswith("Subscriptions")}


def unchanged(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return all(
        _counted(after[name]) == _counted(one) if name.startswith("topic ") else after[name] == one
        for name, one in before.items()
    )


ROWS = {
    "whole": ({}, "all", set()),
    "six events": ({"pattern": SIX_EVENTS}, "security_group_changes", {"filter security_group_changes_metric_cis_v5"}),
    "no subscriber": (
        {"pattern": SIX_EVENTS.replace("{ ", "{ ($.eventName = ModifySecurityGroupRules) || "), "subscribed": False},
        "security_group_changes",
        {"subscription QUEUE to landing-zone"},
    ),
}


# The accounts of test_existing_setups.py go the same way as the first row, unit tests as the last one.
QUICK = "six events"


@pytest.mark.parametrize(
    ("layout", "controls", "expected"),
    [pytest.param(*row, id=name, marks=[] if name == QUICK else pytest.mark.slow) for name, row in ROWS.items()],
)
def test_check_real_again_absent(
    sandbox: Sandbox, builder: Elsewhere, ansible_playbook: Any, layout: Any, controls: str, expected: set[str]
) -> None:
    builder.landing_zone(**layout)
    before = builder.resources()
    subscriptions = [{"protocol": "sqs", "endpoint": builder.queue()}]
    options = {"controls": controls, "benchmarks": BENCHMARKS, "subscriptions": subscriptions}
    named = {f"cis_monitoring_{name}": value for name, value in options.items()}
    inventory = accounts_inventory(sandbox.url, {"production": builder.account}, **named)
    expected = {name.replace("QUEUE", builder.queue()) for name in expected}

    def run(playbook: str, *arguments: str) -> PlaybookRun:
        sandbox.clear_calls()
        ended: PlaybookRun = ansible_playbook(f"aws_cis.monitoring.{playbook}", inventory, *arguments)
        assert ended.rc == 0, ended.stdout + ended.stderr
        return ended

    check = run("remediate", "--check", "--diff")
    assert sandbox.calls(builder.account)
    assert sandbox.writing_calls() == []
    assert bool(check.stats["production"]["changed"]) is bool(expected)

    run("remediate")
    after = builder.resources()
    assert unchanged(before, after)
    assert set(after) - set(before) == expected

    again = run("remediate")
    assert sandbox.writing_calls() == []
    assert again.stats["production"]["changed"] == 0
    assert "existing path" in lines_of(again)["production"]

    run("teardown")
    left = builder.resources()
    assert unchanged(before, left)
    assert {name for name in left if name not in before} == {name for name in expected if "subscription" in name}


CONTROL_TOWER = "aws-controltower/CloudTrailLogs"


def organization(sandbox: Sandbox, members: int, log_group: str = LOG_GROUP) -> dict[str, str]:
    """A management account with the organization's trail and everything set up, and members that have its trail."""
    accounts = {name: sandbox.new_account() for name in ("management", *(f"member-{n}" for n in range(members)))}
    management = Elsewhere(sandbox, accounts["management"])
    if log_group == LOG_GROUP:
        management.trail()
        management.landing_zone()
    else:
        management.queue()
        management.client("logs").create_log_group(logGroupName=log_group)
        organization_trail(sandbox, accounts["management"], accounts["management"], log_group)
    for name, account in accounts.items():
        if name != "management":
            organization_trail(sandbox, account, accounts["management"], log_group)
    return accounts


def test_control_tower_alone_is_set_up_in_the_management_account(sandbox: Sandbox, ansible_playbook: Any) -> None:
    """Its layout has a trail and a log group with a name of its own, no filters, and members without a log group."""
    accounts = organization(sandbox, 1, CONTROL_TOWER)
    queue = f"arn:aws:sqs:{REGION}:{accounts['management']}:{QUEUE}"
    named = {
        "cis_monitoring_benchmarks": BENCHMARKS,
        "cis_monitoring_subscriptions": [{"protocol": "sqs", "endpoint": queue}],
    }
    inventory = accounts_inventory(sandbox.url, accounts, **named)
    first = ansible_playbook("aws_cis.monitoring.remediate", inventory)
    assert first.rc == 0, first.stdout + first.stderr
    lines = lines_of(first)
    assert lines["management"].startswith("changed: ")
    assert f"log group {CONTROL_TOWER}" in lines["management"]
    assert lines["member-0"] == "covered by management"

    sandbox.clear_calls()
    again = ansible_playbook("aws_cis.monitoring.remediate", inventory)
    assert again.rc == 0, again.stdout + again.stderr
    assert sandbox.writing_calls() == []

    member = accounts["member-0"]
    put_record(sandbox, accounts["management"], "CreateSecurityGroup", log_group=CONTROL_TOWER, of=member)
    events = ansible_playbook("aws_cis.monitoring.events", inventory, "--limit", "management")
    assert events.rc == 0, events.stdout + events.stderr
    [found] = events.result("List the matching events")["events"]
    assert (found["event"], found["account"]) == ("CreateSecurityGroup", member)


@pytest.mark.parametrize("members", [2, pytest.param(49, marks=pytest.mark.slow)])
def test_an_organization_with_one_trail(sandbox: Sandbox, ansible_playbook: Any, members: int) -> None:
    accounts = organization(sandbox, members)
    queue = f"arn:aws:sqs:{REGION}:{accounts['management']}:{QUEUE}"
    named = {
        "cis_monitoring_controls": "all",
        "cis_monitoring_benchmarks": BENCHMARKS,
        "cis_monitoring_subscriptions": [{"protocol": "sqs", "endpoint": queue}],
    }
    sandbox.clear_calls()
    run = ansible_playbook("aws_cis.monitoring.remediate", accounts_inventory(sandbox.url, accounts, **named))
    assert run.rc == 0, run.stdout + run.stderr
    assert sandbox.writing_calls() == []
    lines = lines_of(run)
    assert lines.pop("management") == "unchanged, 15 existing paths are used"
    assert lines == {f"member-{n}": "covered by management" for n in range(members)}

    del accounts["management"]
    alone = ansible_playbook("aws_cis.monitoring.remediate", accounts_inventory(sandbox.url, accounts, **named))
    assert alone.rc == 0, alone.stdout + alone.stderr
    said = f"covered by account {queue.split(':')[4]}, which is not in this inventory"
    assert set(lines_of(alone).values()) == {said}


def test_what_can_not_be_read_is_neither_whole_nor_missing(
    sandbox: Sandbox, builder: Elsewhere, ansible_playbook: Any
) -> None:
    builder.landing_zone()
    sandbox.fault(
        account=builder.account, service="sns", action="ListSubscriptionsByTopic", code="AuthorizationError", status=403
    )
    named = {"cis_monitoring_controls": "all", "cis_monitoring_benchmarks": BENCHMARKS}
    inventory = accounts_inventory(sandbox.url, {"production": builder.account}, **named)
    sandbox.clear_calls()
    run = ansible_playbook("aws_cis.monitoring.remediate", inventory)
    assert run.rc != 0
    assert sandbox.writing_calls() == []
    assert "sns:ListSubscriptionsByTopic" in lines_of(run)["production"]
    assert "existing=ignore" in lines_of(run)["production"]
