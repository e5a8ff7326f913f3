#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_events_info
short_description: List the CloudTrail events that match the monitoring filters
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - An alarm only reports that a metric crossed its threshold. This module lists what happened, who did it, from where,
    on which resource, and whether it was allowed.
  - Searches the log groups of the account's trails with the patterns of those metric filters of the account that
    M(aws_cis.monitoring.cis_monitoring_info) assigns to the control. This collection evaluates each pattern again on
    the records that AWS returns. A record for which the two evaluations differ is omitted, with a warning.
  - Only selected fields of a record are returned, never the request, the response, an error message or an access key.
    Resources are identified by names, IDs and ARNs only, such as C(groupId), C(policyArn), C(bucketName) or C(keyId),
    and by the ARNs in the record's C(resources).
  - Makes read-only calls only.
options:
  controls:
    description:
      - The controls whose events are listed, as a list or a single name. V(all) selects all controls.
  since:
    description:
      - Start of the time range, as a duration before now (V(90m), V(24h), V(7d)), or as a date or time in UTC
        (V(2026-11-23), V(2026-11-23T05:00:00Z)).
      - V(last_alarm) is the time range that the control's alarm evaluated when it last went into ALARM, according to
        the alarm history. CloudWatch keeps this history for 30 days.
    type: str
    default: 24h
  until:
    description:
      - End of the time range, in the same format as O(since). The default is now.
    type: str
  alarm_message:
    description:
      - The notification of an alarm that went into ALARM, as a queue receives it, with or without the envelope of SNS.
        It is an object, its JSON, or percent-encoded JSON.
      - The events are those of the metric filters that write to the alarm's metric, whatever the filter, the metric and
        the alarm are named, from the start of the period that the alarm evaluated until now, or until one hour after
        the alarm. O(controls), O(since) and O(until) have no effect.
      - Nothing is searched if a drill set the alarm, or if it went into another state than ALARM.
    type: raw
  limit:
    description:
      - The maximum number of events for each control. The newest events are listed, and older events are not searched
        for.
    type: int
    default: 1000
  expected:
    description:
      - Principals whose events are expected. Their events are marked, and are no less matched by the metric filters.
    type: list
    elements: dict
    default: []
    suboptions:
      principals:
        description:
          - ARNs of roles or users, with V(*) and V(?) as wildcards within each part between colons, or names of
            services such as V(config.amazonaws.com). RV(events[].known_as) is the value to use.
          - An assumed role is known by the ARN of the role, an Identity Center user by the ARN that the identity store
            gives the user, and a service by its name where no other principal made the call.
          - If the account in the ARN is V(*), it is the account in which the event occurred. A role of the same name in
            another account does not match.
        type: list
        elements: str
        required: true
      control:
        description: The control, or V(all).
        type: str
        default: all
      accounts:
        description:
          - The IDs of the accounts in which the events occurred, or patterns of IDs.
        type: list
        elements: str
        default: ["*"]
      reason:
        description: Why the events are expected.
        type: str
        required: true
      until:
        description: The last day, in UTC, on which events are expected, such as V(2027-01-31).
        type: str
  unexpected_only:
    description:
      - Whether to list only events that are not expected. Expected events are counted, and do not count towards
        O(limit).
    type: bool
    default: false
notes:
  - The policy in C(docs/policies/events.json) of this collection allows exactly the calls that this module makes.
  - CloudTrail takes about five minutes to deliver a record.
  - An event that matches a filter's pattern is listed even if the filter's field selection criteria exclude it.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._controls
  - aws_cis.monitoring._connection.expected
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.info_module
seealso:
  - module: aws_cis.monitoring.cis_monitoring_info
  - module: aws_cis.monitoring.cis_monitoring_noise_info
"""

EXAMPLES = r"""
- name: List the events that caused the last alarm
  aws_cis.monitoring.cis_monitoring_events_info:
    region: eu-west-1
    since: last_alarm
  register: matching

- name: Show the events
  ansible.builtin.debug:
    msg: "{{ matching.table }}"

- name: List the security group changes of a week
  aws_cis.monitoring.cis_monitoring_events_info:
    controls: [security_group_changes]
    since: "2026-11-16"
    until: "2026-11-23T05:00:00Z"
    limit: 200

- name: List the unexpected events of a week
  aws_cis.monitoring.cis_monitoring_events_info:
    since: 7d
    expected:
      - principals: ["arn:aws:iam::*:role/Deployment"]
        control: security_group_changes
        reason: The deployment pipeline changes security groups.
        until: "2027-01-31"
    unexpected_only: true
"""

RETURN = r"""
account:
  description: The account that was searched.
  returned: success
  type: str
  sample: "123456789012"
read_at:
  description: When it was searched, in UTC.
  returned: success
  type: str
  sample: "2026-11-23T05:00:00Z"
alarm:
  description: With O(alarm_message), what it says of the alarm.
  returned: when O(alarm_message) is set
  type: dict
  contains:
    name:
      description: The name of the alarm.
      type: str
      returned: always
    arn:
      description: The ARN of the alarm.
      type: str
      returned: always
    at:
      description: When its state changed, in UTC.
      type: str
      returned: always
    reason:
      description: Why its state changed.
      type: str
      returned: always
    answered:
      description: Whether its events were searched. False for a drill and for other states than ALARM.
      type: bool
      returned: always
summary:
  description: The result in one line.
  returned: success
  type: str
  sample: "Account 123456789012: 3 events of security_group_changes since 2026-11-22T05:00:00Z."
controls:
  description: What was searched for each control.
  returned: success
  type: list
  elements: dict
  contains:
    control:
      description: The control.
      type: str
      returned: always
      sample: security_group_changes
    since:
      description: Start of the time range that was searched, or null if nothing was searched.
      type: str
      returned: always
    until:
      description: End of the time range, or null if nothing was searched.
      type: str
      returned: always
    alarm:
      description: With O(since=last_alarm), the alarm that last went into ALARM. Otherwise null.
      type: str
      returned: always
    filters:
      description: The metric filters whose patterns were searched for.
      type: list
      elements: str
      returned: always
    listed:
      description: The number of events listed.
      type: int
      returned: always
    expected:
      description: The number of expected events, including those that O(unexpected_only) leaves out.
      type: int
      returned: always
    unexpected:
      description: The number of unexpected events among those listed.
      type: int
      returned: always
    complete:
      description: Whether all matching events are listed. False if O(limit) was reached or something could not be read.
      type: bool
      returned: always
    note:
      description: Why nothing was searched, or what is missing. Empty if the list is complete.
      type: str
      returned: always
events:
  description: The events, newest first, without duplicates.
  returned: success
  type: list
  elements: dict
  contains:
    time:
      description: The time of the event, in UTC.
      type: str
      returned: always
      sample: "2026-11-23T04:58:12Z"
    who:
      description: The principal with the role session, the service that made the call on the principal's behalf, and
        MFA.
      type: str
      returned: always
      sample: role Deployment, session pipeline, through cloudformation.amazonaws.com, no MFA
    principal:
      description: The principal, the same for all sessions of a role.
      type: str
      returned: always
      sample: role Deployment
    type:
      description: The type of identity, from C(userIdentity.type).
      type: str
      returned: always
      sample: AssumedRole
    arn:
      description: The identity's ARN.
      type: str
      returned: always
    known_as:
      description:
        - What identifies the principal for O(expected), such as the ARN of the role or user, or the name of the
          service. Empty if the record has neither.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:role/Deployment
    principal_account:
      description: The account that the identity belongs to.
      type: str
      returned: always
    session:
      description: The name of the assumed role's session.
      type: str
      returned: always
    invoked_by:
      description: The service that called on the identity's behalf.
      type: str
      returned: always
    mfa:
      description: Whether MFA was used for the session or the sign-in. Null if the record does not contain this.
      type: bool
      returned: always
    account:
      description: The account in which the event occurred. For an organization trail, this is the member account.
      type: str
      returned: always
    region:
      description: The region in which the event occurred.
      type: str
      returned: always
    event:
      description: The C(eventName) of the event.
      type: str
      returned: always
      sample: AuthorizeSecurityGroupIngress
    event_source:
      description: The C(eventSource) of the event.
      type: str
      returned: always
    read_only:
      description: Whether the call was read-only. Null if the record does not contain this.
      type: bool
      returned: always
    resources:
      description: The affected resources, as at most ten names, IDs and ARNs.
      type: list
      elements: str
      returned: always
      sample: [sg-0123456789abcdef0]
    outcome:
      description: V(allowed), V(denied) or V(failed).
      type: str
      returned: always
    error_code:
      description: The error code. Empty if there was no error.
      type: str
      returned: always
    source_ip:
      description: The IP address or the service that the call came from.
      type: str
      returned: always
    user_agent:
      description: The user agent of the caller.
      type: str
      returned: always
    event_id:
      description: The ID of the event, for finding the complete record.
      type: str
      returned: always
    controls:
      description: The controls whose filters matched the event.
      type: list
      elements: str
      returned: always
    filters:
      description: The filters that matched the event.
      type: list
      elements: str
      returned: always
    expected:
      description: Whether O(expected) names the principal, for each control whose filters matched the event.
      type: bool
      returned: always
    expected_reason:
      description: Why the event is expected. Empty if it is not.
      type: str
      returned: always
table:
  description: The events as lines of a table.
  returned: success
  type: list
  elements: str
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    ACCOUNT_OPTION,
    Task,
    TaskError,
    run_as_module,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.choice import CONTROLS_OPTION, named_controls
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.expected import EVERY, Expectation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.notification import Notification
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.read import metrics_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.records import newest_first
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.search import (
    ControlEvents,
    Wanted,
    controls_of,
    events_of,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.sources import unread
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.table import counted, event_lines
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.window import LAST_ALARM, parse_window
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.filters import Metric
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import observe_log_groups
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader

ARGUMENT_SPEC: dict[str, Any] = {
    **ACCOUNT_OPTION,
    "controls": CONTROLS_OPTION,
    "since": {"type": "str", "default": "24h"},
    "until": {"type": "str"},
    "alarm_message": {"type": "raw"},
    "limit": {"type": "int", "default": 1000},
    "expected": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "principals": {"type": "list", "elements": "str", "required": True},
            "control": {"type": "str", "default": EVERY},
            "accounts": {"type": "list", "elements": "str", "default": ["*"]},
            "reason": {"type": "str", "required": True},
            "until": {"type": "str"},
        },
    },
    "unexpected_only": {"type": "bool", "default": False},
}


def run(task: Task) -> dict[str, Any]:
    """Search the account for matching events. Raises TaskError."""
    params, now = task.params, datetime.now(tz=UTC)
    try:
        controls = named_controls(params["controls"])
        if params["limit"] < 1:
            raise ValueError(f"limit must be at least 1, not {params['limit']}.")
        if params["since"] == LAST_ALARM and params["until"]:
            raise ValueError("until cannot be used with since=last_alarm. Set since to a time, or remove until.")
        window = None if params["since"] == LAST_ALARM else parse_window(params["since"], params["until"], now)
        wanted = Wanted(window, params["limit"], Expectation(params["expected"]), params["unexpected_only"])
        notification = Notification.of(params["alarm_message"]) if params["alarm_message"] else None
    except ValueError as error:
        raise TaskError(str(error)) from error
    observation = observe_log_groups(task.clients)
    if notification is None:
        return _answer(observation, [events_of(task, observation, one, wanted) for one in controls], task, wanted)
    said = {"alarm": _told(notification)}
    if notification.unanswered:
        return {**_answer(observation, [], task, wanted), **said, "summary": notification.unanswered}
    metrics = metrics_of(Reader(task.clients), notification)
    wanted = replace(wanted, window=notification.window(now), alarm=notification.alarm, metrics=metrics)
    found = [events_of(task, observation, one, wanted) for one in controls_of(observation, metrics)]
    answer = {**_answer(observation, found, task, wanted), **said}
    return answer if found else {**answer, "summary": _without_filter(observation, notification, metrics)}


def _answer(observation: Observation, found: list[ControlEvents], task: Task, wanted: Wanted) -> dict[str, Any]:
    for sentence in wanted.expectation.expired():
        task.warn(sentence)
    events = [event.as_dict() for event in newest_first(event for one in found for event in one.events)]
    account = observation.account.id
    return {
        "changed": False,
        "account": account,
        "read_at": observation.read_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "summary": f"Account {account}: {' '.join(_said(one, wanted) for one in found)}",
        "controls": [one.as_dict() for one in found],
        "events": events,
        "table": event_lines(events),
    }


def _told(notification: Notification) -> dict[str, Any]:
    return {
        "name": notification.alarm,
        "arn": notification.arn,
        "at": notification.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reason": notification.reason,
        "answered": not notification.unanswered,
    }


def _without_filter(observation: Observation, notification: Notification, metrics: tuple[Metric, ...]) -> str:
    written = ", ".join(f"{name} in namespace {namespace}" for namespace, name in metrics) or "no known metric"
    why = unread(observation) or "Check that the alarm is one of a monitoring control."
    return (
        f"Account {observation.account.id}: alarm {notification.alarm} is on {written}, and no metric filter of a "
        f"control writes to it. {why}"
    )


def _said(found: ControlEvents, wanted: Wanted) -> str:
    said = found.as_dict()
    if said["since"] is None:
        return str(said["note"])
    if wanted.unexpected_only:
        what, expected = "unexpected event", f"{counted(said['expected'], 'expected event')} not listed."
    else:
        what, expected = "event", f"{said['unexpected']} unexpected."
    count = f"{counted(said['listed'], what)} of {said['control']} since {said['since']}."
    return " ".join(filter(None, (count, expected if wanted.expectation else "", said["note"])))


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
