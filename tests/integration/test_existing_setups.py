# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts as widespread tools leave them, audited and remediated: each row of docs/existing-setups.md."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.tests.unit.existing_setups import (
    BENCHMARKS,
    NAMES,
    Setup,
    deciding_codes,
    key_policy,
)
from harness import REGION, PlaybookRun, Sandbox, accounts_inventory
from test_existing import unchanged

SUBSCRIPTIONS = [{"protocol": "email", "endpoint": "security@example.com"}]
RUNS_QUICKLY = ("terraform_aws_modules", "automated_security_response", "control_tower_member")


class Account:
    """An account of the sandbox, set up as a tool does."""

    def __init__(self, sandbox: Sandbox, setup: Setup, management: str) -> None:
        self._sandbox = sandbox
        self.setup = setup
        self.id = sandbox.new_account()
        self._trail(management if setup.organization == "member" else self.id)
        topic = self._topic()
        for one in setup.filters():
            self.client("logs").put_metric_filter(logGroupName=setup.log_group, **one)
        for one in setup.alarms(topic):
            self.client("cloudwatch").put_metric_alarm(**one)

    def client(self, service: str) -> Any:
        return self._sandbox.client(service, self.id)

    def _trail(self, owner: str) -> None:
        if owner == self.id:
            self.client("logs").create_log_group(logGroupName=self.setup.log_group)
        self.client("cloudtrail").create_trail(
            Name=self.setup.trail,
            S3BucketName="trail-bucket",
            IsMultiRegionTrail=True,
            CloudWatchLogsLogGroupArn=f"arn:aws:logs:{REGION}:{owner}:log-group:{self.setup.log_group}:*",
            CloudWatchLogsRoleArn=f"arn:aws:iam::{owner}:role/trail-to-logs",
        )
        self.client("cloudtrail").start_logging(Name=self.setup.trail)

    def _topic(self) -> str:
        if self.setup.topic is None:
            return ""
        sns = self.client("sns")
        arn: str = sns.create_topic(Name=self.setup.topic["name"])["TopicArn"]
        attributes: dict[str, str] = {}
        if policy := self.setup.topic_policy(arn, self.id):
            attributes["Policy"] = json.dumps(policy)
        if self.setup.topic["encrypted"]:
            key = self.client("kms").create_key(Policy=json.dumps(key_policy(self.id)))
            attributes["KmsMasterKeyId"] = key["KeyMetadata"]["Arn"]
        for name, value in attributes.items():
            sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)
        for protocol, endpoint in self.setup.subscribers(self.id, REGION):
            sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
            if protocol == "email":
                self._sandbox.confirm(arn, endpoint)
        return arn

    def resources(self) -> dict[str, Any]:
        """Return every filter, alarm, topic and subscription, by kind and name."""
        logs, cloudwatch, sns = self.client("logs"), self.client("cloudwatch"), self.client("sns")
        member = self.setup.organization == "member"
        filters = [] if member else logs.describe_metric_filters(logGroupName=self.setup.log_group)["metricFilters"]
        topics = [one["TopicArn"] for one in sns.list_topics()["Topics"]]
        return {
            **{f"metric_filter {one['filterName']}": one for one in filters},
            **{f"alarm {one['AlarmName']}": one for one in cloudwatch.describe_alarms()["MetricAlarms"]},
            **{f"topic {arn}": sns.get_topic_attributes(TopicArn=arn)["Attributes"] for arn in topics},
            **{
                f"subscription {one['Endpoint']} to {arn}": one
                for arn in topics
                for one in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
            },
        }

    def confirm(self) -> None:
        """Confirm what remediate has requested."""
        for name in self.resources():
            kind, _space, rest = name.partition(" ")
            endpoint, _to, topic = rest.partition(" to ")
            if kind == "subscription" and endpoint == SUBSCRIPTIONS[0]["endpoint"]:
                self._sandbox.confirm(topic, endpoint)


def audited(run: Any, folder: Path) -> dict[str, dict[str, Counter[str]]]:
    """Return for each account and benchmark the controls counted by the code that decides."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for benchmark in BENCHMARKS:
        run("audit", "-e", f"cis_monitoring_benchmark={benchmark}", "-e", f"cis_monitoring_report_dir={folder}")
        report = json.loads((folder / "latest" / "report.json").read_text())
        for account in report["accounts"]:
            found.setdefault(account["name"], {})[benchmark] = deciding_codes(account["controls"])
    return found


@pytest.mark.parametrize("names", [RUNS_QUICKLY, pytest.param(NAMES, marks=pytest.mark.slow)], ids=["some", "all"])
def test_audit_remediate_again(sandbox: Sandbox, ansible_playbook: Any, tmp_path: Path, names: Sequence[str]) -> None:
    management = sandbox.new_account()
    accounts = {name: Account(sandbox, Setup.named(name), management) for name in names}
    ids = {name: one.id for name, one in accounts.items()}
    variables = {"cis_monitoring_controls": "all", "cis_monitoring_subscriptions": SUBSCRIPTIONS}
    inventory = accounts_inventory(sandbox.url, ids, **variables)

    def run(playbook: str, *arguments: str) -> PlaybookRun:
        sandbox.clear_calls()
        ended: PlaybookRun = ansible_playbook(f"aws_cis.monitoring.{playbook}", inventory, *arguments)
        assert ended.rc == 0, ended.stdout + ended.stderr
        return ended

    found = audited(run, tmp_path / "before")
    assert found == {name: one.setup.audit for name, one in accounts.items()}
    before = {name: one.resources() for name, one in accounts.items()}

    run("remediate")
    after = {name: one.resources() for name, one in accounts.items()}
    for name, one in accounts.items():
        assert unchanged(before[name], after[name])
        assert Counter(key.split(" ")[0] for key in set(after[name]) - set(before[name])) == one.setup.adds

    for one in accounts.values():
        one.confirm()
    for name, codes in audited(run, tmp_path / "after").items():
        expected = "LOG_GROUP_IN_OTHER_ACCOUNT" if accounts[name].setup.organization == "member" else "OK"
        assert codes == {benchmark: {expected: sum(codes[benchmark].values())} for benchmark in BENCHMARKS}

    run("remediate")
    assert sandbox.writing_calls() == []
    run("teardown")
    assert all(unchanged(before[name], one.resources()) for name, one in accounts.items())
