# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to fix what an account fails for, as a command: our playbook, or the AWS CLI where ours does not fix it. Pure.

No command is given that would replace settings which a report does not know, such as a trail's other event selectors.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...module_utils._account.arn import Arn
from ...module_utils._controls import CONTROLS

# `remediate` builds on a trail and its log group, and adds the rest of the path, but for what a person has to do.
_BUILT = ("metric_filter", "alarm", "topic", "subscription")
_NOT_BUILT = frozenset({"ALARM_MUTED", "ALARM_WARMING_UP", "ALARM_ACTION_FAILED", "SUBSCRIPTION_PENDING"})
_READ_AGAIN = frozenset({"RESPONSE_INCOMPLETE"})
_TO_LOG_GROUP = "--cloud-watch-logs-log-group-arn LOG_GROUP_ARN --cloud-watch-logs-role-arn ROLE_ARN"
_AWS = {
    "TRAIL_MISSING": (
        "aws cloudtrail create-trail --name management-events --s3-bucket-name BUCKET --is-multi-region-trail "
        f"--enable-log-file-validation {_TO_LOG_GROUP} --region {{region}}"
    ),
    "TRAIL_SINGLE_REGION": "aws cloudtrail update-trail --name {resource} --is-multi-region-trail --region {region}",
    "TRAIL_NOT_LOGGING": "aws cloudtrail start-logging --name {resource} --region {region}",
    "TRAIL_WITHOUT_LOG_GROUP": f"aws cloudtrail update-trail --name {{resource}} {_TO_LOG_GROUP} --region {{region}}",
    "TRAIL_EVENTS_EXCLUDED": "aws cloudtrail get-event-selectors --trail-name {resource} --region {region}",
    "TRAIL_DELIVERY_FAILING": "aws cloudtrail get-trail-status --name {resource} --region {region}",
    "TRAIL_DELIVERY_STALE": "aws cloudtrail get-trail-status --name {resource} --region {region}",
    "LOG_GROUP_MISSING": "aws logs create-log-group --log-group-name {name} --region {region}",
}
_OF_PATTERNS = re.compile(r"[^A-Za-z0-9_./+-]")


@dataclass(frozen=True)
class Remedy:
    """What fixes a finding: a sentence, and a playbook of ours or a command of the AWS CLI, if one does."""

    fix: str
    playbook: str = ""
    aws: str = ""


@dataclass(frozen=True)
class Command:
    """A command to copy, and the hosts whose accounts it is for."""

    text: str
    hosts: tuple[str, ...]


def remedy_of(control: Mapping[str, Any], link: Mapping[str, Any], place: Mapping[str, Any]) -> Remedy:
    """Return the remedy of a control whose path breaks at a link, in the account that `place` names."""
    covering = control["covering"]
    if covering:
        return Remedy(f"Fix account {covering['name']}, which covers this one.")
    code, fix = link["code"], control["fix"]
    if link["link"] in _BUILT and link["status"] == "fail" and code not in _NOT_BUILT:
        return Remedy(fix, playbook="remediate")
    if code in _READ_AGAIN:
        return Remedy(fix, playbook="audit")
    return Remedy(fix, aws=_aws_command(code, link["resource"], place))


def _aws_command(code: str, resource: str, place: Mapping[str, Any]) -> str:
    command, arn = _AWS.get(code, ""), Arn.parse(resource)
    if not resource and ("{resource}" in command or "{name}" in command):
        return ""
    return command.format(
        resource=shlex.quote(resource),
        name=shlex.quote(arn.resource.removeprefix("log-group:") or resource),
        region=shlex.quote(arn.region or place["region"]),
    )


def command_of(
    playbook: str,
    aws: str,
    names: Sequence[str],
    controls: Sequence[str],
    inventory: Sequence[str] = (),
) -> Command:
    """Return the command for accounts: the playbook, limited to them, or the AWS CLI's."""
    if not playbook:
        return Command(aws, tuple(names))
    sources = [part for source in inventory or ("accounts.yml",) for part in ("-i", source)]
    limit = "--limit=" + ",".join(map(host_pattern, names))
    words = ["ansible-playbook", f"aws_cis.monitoring.{playbook}", *sources, limit, *_extra_vars(controls)]
    return Command(shlex.join(words), tuple(names))


def _extra_vars(controls: Iterable[str]) -> list[str]:
    chosen = set(controls)
    ordered = [name for name in CONTROLS if name in chosen]
    if ordered in ([], ["security_group_changes"]):
        return []
    if len(ordered) == len(CONTROLS):
        return ["-e", "cis_monitoring_controls=all"]
    return ["-e", json.dumps({"cis_monitoring_controls": ordered}, separators=(",", ":"))]


def host_pattern(name: str) -> str:
    """Return a pattern that matches a host's name, whatever characters it has: any that has a meaning is left open."""
    return _OF_PATTERNS.sub("?", name)
