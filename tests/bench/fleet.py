# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets of accounts in the sandbox, and the inventories that name them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import others
import yaml
from account_builder import LOG_GROUP, TOPIC, Builder, organization_trail
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    CONTROLS,
    SECURITY_GROUP_CHANGES,
    Control,
)
from harness import REGION, Sandbox, accounts_inventory
from texts import PRESCRIBED, WORDINGS

# Confirmed at once, so that an account is compliant.
SUBSCRIPTION = {"protocol": "sms", "endpoint": "+14255550100"}
NAMESPACE = "CISBenchmark"
ONE: tuple[Control, ...] = (SECURITY_GROUP_CHANGES,)
FIFTEEN: tuple[Control, ...] = tuple(CONTROLS.values())
CONTROLS_OF: Mapping[int, Sequence[Control]] = {len(ONE): ONE, len(FIFTEEN): FIFTEEN}

COMPLETE = "complete"
BARE = "bare"
CROWDED = "crowded"
ORGANIZATION = "organization"


@dataclass(frozen=True)
class State:
    """What the accounts of a fleet have: which controls, how their filters are worded, and what besides."""

    controls: int
    texts: str = PRESCRIBED
    layout: str = COMPLETE


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


def build(sandbox: Sandbox, size: int, folder: Path, state: State) -> Fleet:
    """Make accounts in a state."""
    folder.mkdir(parents=True, exist_ok=True)
    accounts = [sandbox.new_account() for _unused in range(size)]
    controls = CONTROLS_OF[state.controls]
    for account in accounts:
        builder = _Builder(sandbox, account)
        _LAYOUTS[state.layout](builder, controls, state.texts, accounts[0])
    fleet = Fleet(accounts, controls, sandbox.tls_url, sandbox.url, folder)
    variables = {"cis_monitoring_subscriptions": [SUBSCRIPTION]}
    for path, url in ((fleet.inventory, fleet.url), (fleet.http_inventory, fleet.http_url)):
        path.write_text(yaml.safe_dump(accounts_inventory(url, accounts, **variables)))
    fleet.accounts_file.write_text(json.dumps(accounts))
    lines = ("\t".join((one.metric_name, one.alarm_name, one.filters[0].text)) + "\n" for one in controls)
    fleet.controls_file.write_text("".join(lines))
    return fleet


class _Builder(Builder):
    """Makes accounts by the hundred, so each client of an account once."""

    def __init__(self, sandbox: Sandbox, account: str) -> None:
        super().__init__(sandbox, account)
        self.sandbox = sandbox
        self.client = cache(super().client)  # type: ignore[method-assign]


def _bare(builder: _Builder, controls: Sequence[Control], texts: str, management: str) -> None:
    """Make a trail and nothing else."""
    builder.trail()


def _complete(builder: _Builder, controls: Sequence[Control], texts: str, management: str) -> None:
    """Make an account as the role leaves it, but for the wording of its filters."""
    builder.trail()
    logs, cloudwatch, sns = (builder.client(service) for service in ("logs", "cloudwatch", "sns"))
    topic = sns.create_topic(Name=TOPIC)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol=SUBSCRIPTION["protocol"], Endpoint=SUBSCRIPTION["endpoint"])
    for control in controls:
        metric = {"metricName": control.metric_name, "metricNamespace": NAMESPACE, "metricValue": "1"}
        for one in control.filters:
            logs.put_metric_filter(
                logGroupName=LOG_GROUP,
                filterName=control.metric_name + one.suffix,
                filterPattern=WORDINGS[texts](one.text, builder.account),
                metricTransformations=[metric],
            )
        cloudwatch.put_metric_alarm(**_alarm(control, topic))


def _crowded(builder: _Builder, controls: Sequence[Control], texts: str, management: str) -> None:
    """Make a complete account that others use too: their filters in the same log group, and their alarms."""
    _complete(builder, controls, texts, management)
    for one in others.metric_filters():
        builder.client("logs").put_metric_filter(logGroupName=LOG_GROUP, **one)
    topic = builder.client("sns").create_topic(Name="operations")["TopicArn"]
    for alarm in others.alarms(topic):
        builder.client("cloudwatch").put_metric_alarm(**alarm)


def _organization(builder: _Builder, controls: Sequence[Control], texts: str, management: str) -> None:
    """Make the management account, which has everything, or a member, whose trail delivers there."""
    if builder.account == management:
        _complete(builder, controls, texts, management)
    else:
        organization_trail(builder.sandbox, builder.account, to=management)


_LAYOUTS: Mapping[str, Callable[[_Builder, Sequence[Control], str, str], None]] = {
    BARE: _bare,
    COMPLETE: _complete,
    CROWDED: _crowded,
    ORGANIZATION: _organization,
}


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
