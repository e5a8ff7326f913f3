# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way in a scratch account, with the playbooks as users run them: roll out, again, audit, drill, remove."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.leftovers import Leftovers
from harness import PlaybookRun
from scratch import TAG, Scratch

from playbooks import Playbooks

_DEPTHS = ("pattern", "notification", "full")


@dataclass(frozen=True)
class Step:
    """A step of the way, and how it went; an empty `problem` means well."""

    name: str
    problem: str = ""


def variables(scratch: Scratch) -> dict[str, Any]:
    """Return what the playbooks are told, with names of the prefix only, so that nothing of others is touched."""
    prefix = scratch.prefix
    return {
        "cis_monitoring_log_group_name": f"{prefix}-trail",
        "cis_monitoring_overrides": {
            "security_group_changes": {
                "filter_name": f"{prefix}-filter",
                "metric_name": f"{prefix}-metric",
                "alarm_name": f"{prefix}-alarm",
            }
        },
        "cis_monitoring_metric_namespace": f"{prefix}-metrics",
        "cis_monitoring_topic_name": f"{prefix}-topic",
        "cis_monitoring_tags": {TAG: prefix},
        "cis_monitoring_subscriptions": [{"protocol": "sqs", "endpoint": scratch.queue_arn}],
    }


def go(playbooks: Playbooks, scratch: Scratch, interval: int) -> Iterator[Step]:
    """Make what is needed, and yield each step when it is done. Ends at the first step that the others need."""
    scratch.make()
    yield Step("create a trail with its log group, and a queue")
    said = variables(scratch)
    first = playbooks.run("remediate", said)
    yield Step("roll out", _failure(first))
    if first.rc:
        return
    second = playbooks.run("remediate", said)
    yield Step("roll out again, without a change", _failure(second) or _changes(second))
    audit = playbooks.run("audit", {})
    yield Step("audit", _failure(audit) or _verdict(audit))
    vpc = _vpc(scratch)
    for depth in _DEPTHS:
        if depth == "full" and not vpc:
            yield Step("drill, depth full", "the region has no VPC for the security group")
            continue
        drill = {
            "cis_monitoring_drill_depth": depth,
            "cis_monitoring_drill_confirm": True,
            "cis_monitoring_drill_arrival_queue": depth != "pattern",
            "cis_monitoring_drill_vpc_id": vpc,
            "cis_monitoring_drill_interval": interval,
        }
        yield Step(f"drill, depth {depth}", _failure(playbooks.run("drill", drill)))


def remove(playbooks: Playbooks, scratch: Scratch) -> Iterator[Step]:
    """Remove what `go` made, from whatever state; the log group last, since the filters lie in it."""
    if any(left(scratch)):
        yield Step("remove what an interrupted drill left", "; ".join(_remove_of_drills(scratch)))
        yield Step("remove what the role created", _failure(playbooks.run("teardown", variables(scratch))))
    scratch.remove()
    yield Step("remove the trail and the stack")


def left(scratch: Scratch) -> Iterator[str]:
    """Yield what is there of the prefix, by its name."""
    yield from scratch.left()
    prefix = f"{scratch.prefix}-"
    alarms = scratch.client("cloudwatch").describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]
    yield from (f"alarm {one['AlarmName']}" for one in alarms)
    for page in scratch.client("sns").get_paginator("list_topics").paginate():
        names = (one["TopicArn"].rpartition(":")[2] for one in page["Topics"])
        yield from (f"topic {name}" for name in names if name.startswith(prefix))
    tagged = [{"Name": "tag-key", "Values": ["cis-monitoring-drill"]}]
    groups = scratch.client("ec2").describe_security_groups(Filters=tagged)["SecurityGroups"]
    yield from (f"security group {one['GroupId']}" for one in groups)


def _remove_of_drills(scratch: Scratch) -> list[str]:
    """Remove queues and security groups of drills, and return what could not be removed.

    A drill's queue on the topic would keep the topic from being removed.
    """
    # No other drill runs in a scratch account.
    leftovers = Leftovers(tell=lambda _text: None, now=datetime.max.replace(tzinfo=UTC))
    sns = scratch.client("sns")
    for page in sns.get_paginator("list_topics").paginate():
        for topic in page["Topics"]:
            if topic["TopicArn"].endswith(f":{scratch.prefix}-topic"):
                leftovers.subscriptions(sns, topic["TopicArn"])
    leftovers.queues(scratch.client("sqs"))
    leftovers.security_groups(scratch.client("ec2"))
    leftovers.remove_all()
    return leftovers.left


def _vpc(scratch: Scratch) -> str:
    """The default VPC if there is one."""
    vpcs = scratch.client("ec2").describe_vpcs()["Vpcs"]
    vpcs.sort(key=lambda vpc: not vpc.get("IsDefault"))
    return str(vpcs[0]["VpcId"]) if vpcs else ""


def _failure(run: PlaybookRun) -> str:
    """The messages of the tasks that failed."""
    if not run.rc:
        return ""
    failed = [
        str(result.get("msg"))
        for play in run.plays
        for task in play["tasks"]
        for result in task["hosts"].values()
        if result.get("failed")
    ]
    return "; ".join(dict.fromkeys(failed)) or f"ansible-playbook ended with {run.rc}: {run.stderr.strip()[-500:]}"


def _changes(run: PlaybookRun) -> str:
    changed = sum(stats["changed"] for stats in run.stats.values())
    return f"tasks with a change: {changed}" if changed else ""


def _verdict(run: PlaybookRun) -> str:
    [result] = run.results("Read the account")
    [control] = result["controls"]
    return "" if result["compliant"] else f"the verdict is {control['verdict']}: {control['reason']}"


def write_json(file: Path, content: Mapping[str, Any], account: str) -> None:
    """Write a file that can be sent to others: without the account's number, wherever it stands."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.replace(account, "ACCOUNT") + "\n")
