# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of the demo, each in a state that occurs in real accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
from account_builder import SEVEN_EVENTS, SIX_EVENTS, Builder
from harness import REGION, Sandbox

MENDABLE = ("bare", "complete", "never-matches", "wrong-namespace")


@dataclass(frozen=True)
class Account:
    """An account of the demonstration."""

    name: str
    id: str
    story: str


def _bare(account: Builder) -> None:
    account.trail()


def _complete(account: Builder) -> None:
    account.trail()
    account.metric_filter("security_group_changes_metric", SIX_EVENTS)
    account.metric_filter("security_group_changes_metric_cis_v5", SEVEN_EVENTS)
    account.alarm(account.topic())


def _never_matches(account: Builder) -> None:
    account.trail()
    account.metric_filter("security_group_changes_metric", SIX_EVENTS.replace("||", "&&"))
    account.alarm(account.topic())


def _wrong_namespace(account: Builder) -> None:
    account.trail()
    account.metric_filter("security_group_changes_metric", SIX_EVENTS)
    account.alarm(account.topic(), namespace="CISBenchmarks")


def _no_trail(account: Builder) -> None:
    account.trail(multi_region=False, logging=False)


_STATES: dict[str, tuple[Callable[[Builder], None], str]] = {
    "bare": (_bare, "a trail with its log group, nothing else"),
    "complete": (_complete, "everything that the benchmark requires"),
    "never-matches": (_never_matches, "complete, but the six events are combined with &&"),
    "wrong-namespace": (_wrong_namespace, "complete, but the alarm uses a misspelled namespace"),
    "no-trail": (_no_trail, "a single-region trail that is not logging"),
}


def build(sandbox: Sandbox, subscriber_url: str) -> list[Account]:
    """Make the accounts in the sandbox, the subscriber confirming where it was subscribed."""
    fleet = []
    for name, (make, story) in _STATES.items():
        account = Account(name, sandbox.new_account(), story)
        make(Builder(sandbox, account.id, subscriber_url))
        fleet.append(account)
    return fleet


def write_inventory(path: Path, fleet: list[Account], subscriber_url: str) -> Path:
    """Write the inventory a user would write; in the sandbox a 12-digit access key is the account."""
    hosts = {account.name: {"aws_access_key": account.id, "aws_secret_key": "sandbox"} for account in fleet}
    subscriptions = [{"protocol": "http", "endpoint": subscriber_url}]
    inventory = {"all": {"hosts": hosts, "vars": {"aws_region": REGION, "cis_monitoring_subscriptions": subscriptions}}}
    path.write_text(yaml.safe_dump(inventory, sort_keys=False))
    return path


def let_alarm_return(sandbox: Sandbox) -> None:
    """Let the five minutes of the alarm's period pass, so that the next record is a transition again."""
    sandbox.tick(seconds=600)
