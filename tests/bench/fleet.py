# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets of accounts in the sandbox, and the inventories that name them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from account_builder import LOG_GROUP, TOPIC, Builder
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    CONTROLS,
    SECURITY_GROUP_CHANGES,
    Control,
)
from harness import REGION, Sandbox, accounts_inventory

# Confirmed at once, so that an account is compliant.
SUBSCRIPTION = {"protocol": "sms", "endpoint": "+14255550100"}
NAMESPACE = "CISBenchmark"
ONE: tuple[Control, ...] = (SECURITY_GROUP_CHANGES,)
FIFTEEN: tuple[Control, ...] = tuple(CONTROLS.values())


@dataclass(frozen=True)
class Fleet:
    """Accounts in one state: `url` over TLS, as real accounts are reached, and `http_url` without."""

    accounts: list[str]
    controls: Sequence[Control]
    url: str
    http_url: str
    folder: Path

    @property
    def inventory(self) -> Path:
        """The accounts, over TLS."""
        return self.folder / "inventory.yml"

    @property
    def http_inventory(self) -> Path:
        """The accounts, without TLS."""
        return self.folder / "http_inventory.yml"

    @property
    def accounts_file(self) -> Path:
        """The ids of the accounts, as JSON."""
        return self.folder / "accounts.json"

    @property
    def controls_file(self) -> Path:
        """A line for each control: the name of its metric and filter, its alarm's, its pattern, tabs between them."""
        return self.folder / "controls.tsv"


def build(sandbox: Sandbox, size: int, folder: Path, controls: Sequence[Control], complete: bool) -> Fleet:
    """Make accounts that are bare (a trail alone) or complete, as the role leaves them for these controls."""
    folder.mkdir(parents=True, exist_ok=True)
    accounts = [sandbox.new_account() for _unused in range(size)]
    for account in accounts:
        builder = Builder(sandbox, account)
        builder.trail()
        if complete:
            _complete(builder, controls)
    fleet = Fleet(accounts, controls, sandbox.tls_url, sandbox.url, folder)
    variables = {"cis_monitoring_subscriptions": [SUBSCRIPTION]}
    for path, url in ((fleet.inventory, fleet.url), (fleet.http_inventory, fleet.http_url)):
        path.write_text(yaml.safe_dump(accounts_inventory(url, accounts, **variables)))
    fleet.accounts_file.write_text(json.dumps(accounts))
    lines = ("\t".join((one.metric_name, one.alarm_name, one.filters[0].text)) + "\n" for one in controls)
    fleet.controls_file.write_text("".join(lines))
    return fleet


def _complete(builder: Builder, controls: Sequence[Control]) -> None:
    logs, cloudwatch, sns = (builder.client(service) for service in ("logs", "cloudwatch", "sns"))
    topic = sns.create_topic(Name=TOPIC)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol=SUBSCRIPTION["protocol"], Endpoint=SUBSCRIPTION["endpoint"])
    for control in controls:
        metric = {"metricName": control.metric_name, "metricNamespace": NAMESPACE, "metricValue": "1"}
        for one in control.filters:
            logs.put_metric_filter(
                logGroupName=LOG_GROUP,
                filterName=control.metric_name + one.suffix,
                filterPattern=one.text,
                metricTransformations=[metric],
            )
        cloudwatch.put_metric_alarm(**_alarm(control, topic))


def _alarm(control: Control, topic: str) -> dict[str, Any]:
    return {
        "AlarmName": control.alarm_name,
        "Namespace": NAMESPACE,
        "MetricName": control.metric_name,
        "Statistic": "Sum",
        "Period": 300,
        "Threshold": 1,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [topic],
    }


def environment(base: dict[str, str], ca_bundle: Path) -> dict[str, str]:
    """Give the environment of a contestant: no credentials or settings of the caller's."""
    kept = {name: value for name, value in base.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    ours = {
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": REGION,
        "AWS_CA_BUNDLE": str(ca_bundle),
    }
    return {**kept, **ours}
