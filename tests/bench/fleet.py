# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets of accounts in the sandbox, and the inventory that names them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from account_builder import SEVEN_EVENTS, SIX_EVENTS, Builder
from harness import REGION, Sandbox, accounts_inventory

# Confirmed at once, so that an account is compliant.
SUBSCRIPTION = {"protocol": "sms", "endpoint": "+14255550100"}


@dataclass(frozen=True)
class Fleet:
    """Accounts in one state."""

    accounts: list[str]
    url: str
    folder: Path

    @property
    def inventory(self) -> Path:
        return self.folder / "inventory.yml"


def build(sandbox: Sandbox, size: int, folder: Path, complete: bool) -> Fleet:
    """Make accounts that are bare (a trail alone) or complete, as the role leaves them."""
    folder.mkdir(parents=True, exist_ok=True)
    accounts = [sandbox.new_account() for _unused in range(size)]
    for account in accounts:
        builder = Builder(sandbox, account)
        builder.trail()
        if complete:
            builder.metric_filter("security_group_changes_metric", SIX_EVENTS)
            builder.metric_filter("security_group_changes_metric_cis_v5", SEVEN_EVENTS)
            sns = builder.client("sns")
            topic = sns.create_topic(Name="security_group_changes_topic")["TopicArn"]
            sns.subscribe(TopicArn=topic, Protocol=SUBSCRIPTION["protocol"], Endpoint=SUBSCRIPTION["endpoint"])
            builder.alarm(topic)
    fleet = Fleet(accounts, sandbox.url, folder)
    inventory = accounts_inventory(sandbox.url, accounts, cis_sg_monitoring_subscriptions=[SUBSCRIPTION])
    fleet.inventory.write_text(yaml.safe_dump(inventory))
    return fleet


def environment(base: dict[str, str]) -> dict[str, str]:
    """Give the environment of a contestant: no credentials or settings of the caller's."""
    kept = {name: value for name, value in base.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    return {**kept, "ANSIBLE_NOCOLOR": "true", "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": REGION}
