# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain boto3 loop that one would write instead: the audit's calls, account by account, without a verdict."""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import boto3
import botocore.session

REGION = "us-east-1"
SERVICES = ("sts", "cloudtrail", "logs", "cloudwatch", "sns", "observabilityadmin")


def main() -> None:
    """Read the accounts from a file and ask about each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("accounts", help="a JSON file with the ids of the accounts")
    parser.add_argument("--endpoint-url", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--shared-session", action="store_true", help="one botocore session for all accounts")
    arguments = parser.parse_args()
    with open(arguments.accounts) as file:
        accounts = json.load(file)
    make = shared_clients if arguments.shared_session else own_clients
    if arguments.threads == 1:
        results = [read(make(account, arguments.endpoint_url)) for account in accounts]
    else:
        with ThreadPoolExecutor(arguments.threads) as pool:
            results = list(pool.map(lambda account: read(make(account, arguments.endpoint_url)), accounts))
    if not all(results):
        raise SystemExit("An account has no subscriber.")
    print(f"{len(results)} accounts")


def own_clients(account: str, url: str) -> dict[str, Any]:
    """Make the clients of an account from a session of its own."""
    session = boto3.session.Session(account, "sandbox", region_name=REGION)
    return {service: session.client(service, endpoint_url=url) for service in SERVICES}


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


def shared_clients(account: str, url: str) -> dict[str, Any]:
    """Make the clients of an account from the one session of all."""
    return {
        service: _session().create_client(
            service, region_name=REGION, endpoint_url=url, aws_access_key_id=account, aws_secret_access_key="sandbox"
        )
        for service in SERVICES
    }


def read(clients: dict[str, Any]) -> bool:
    """Ask what the audit asks, and return whether there is a subscriber, here or in the account with the log group."""
    account = clients["sts"].get_caller_identity()["Account"]
    [trail] = clients["cloudtrail"].describe_trails()["trailList"]
    clients["cloudtrail"].get_trail_status(Name=trail["TrailARN"])
    clients["cloudtrail"].get_event_selectors(TrailName=trail["TrailARN"])
    _arn, _aws, _logs, _region, owner, _kind, group, _all = trail["CloudWatchLogsLogGroupArn"].split(":")
    if owner != account:
        return True
    clients["logs"].describe_log_groups(logGroupNamePrefix=group)
    clients["observabilityadmin"].list_telemetry_pipelines()
    filters = _all_pages(clients["logs"], "describe_metric_filters", "metricFilters", logGroupName=group)
    metrics = {one["metricName"] for found in filters for one in found["metricTransformations"]}
    alarms = _all_pages(clients["cloudwatch"], "describe_alarms", "MetricAlarms", PaginationConfig={"PageSize": 100})
    alarms = [alarm for alarm in alarms if alarm.get("MetricName") in metrics]
    # Of several alarms all is asked for at once, as the audit does.
    of_alarm = {"AlarmName": alarms[0]["AlarmName"]} if len(alarms) == 1 else {}
    clients["cloudwatch"].describe_alarm_history(HistoryItemType="Action", **of_alarm)
    clients["cloudwatch"].list_alarm_mute_rules(**of_alarm)
    topics = {action for alarm in alarms for action in alarm["AlarmActions"]}
    subscribed = [_has_subscriber(clients["sns"], topic) for topic in topics]
    return any(subscribed)


def _has_subscriber(sns: Any, topic: str) -> bool:
    sns.get_topic_attributes(TopicArn=topic)
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    for subscription in subscriptions:
        sns.get_subscription_attributes(SubscriptionArn=subscription["SubscriptionArn"])
    return bool(subscriptions)


def _all_pages(client: Any, operation: str, entries: str, **arguments: Any) -> list[Any]:
    pages = client.get_paginator(operation).paginate(**arguments)
    return [entry for page in pages for entry in page[entries]]


if __name__ == "__main__":
    main()
