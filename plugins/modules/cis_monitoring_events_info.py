#!/usr/bin/python
# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cis_monitoring_events_info
short_description: List who did what that a monitoring control is about
version_added: 2.0.0
author:
  - aws_cis.monitoring developers (@aws-cis)
description:
  - An alarm says that a metric crossed 1. This says what happened, who did it, from where, on what, and whether it was
    allowed.
  - Searches the log groups of the account's trails with the patterns of the account's own metric filters, those that
    P(aws_cis.monitoring.cis_monitoring_info#module) takes for the control's. What AWS finds is matched again by this
    collection's reading of the pattern; where the two differ the record is left out, with a warning.
  - Of each record a few fields are shown, never the request, the response, an error's text or an access key. Of what
    the call was about, only names, ids and ARNs are, such as C(groupId), C(policyArn), C(bucketName) or C(keyId), and
    the ARNs of the record's own C(resources).
  - Calls nothing that writes.
options:
  controls:
    description:
      - The controls whose records are listed, a list or a single name. V(all) stands for all of them.
  since:
    description:
      - Where the time to look at begins. How long ago (V(90m), V(24h), V(7d)), or a date or time in UTC (V(2026-11-23),
        V(2026-11-23T05:00:00Z)).
      - V(last_alarm) is what the control's alarm looked at when it rang last, as its history says. CloudWatch keeps the
        history for 30 days.
    type: str
    default: 24h
  until:
    description:
      - Where it ends, written like O(since). Now unless given. Not with O(since=last_alarm).
    type: str
  limit:
    description:
      - List at most so many of the newest records of each control, and do not look for older ones.
    type: int
    default: 1000
notes:
  - The calls that it makes, and no other, are allowed by the policy in C(docs/policies/events.json) of this collection.
  - CloudTrail takes about five minutes to deliver a record.
  - A record that matches a filter's pattern is listed even if the filter's field selection criteria leave it out.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - aws_cis.monitoring._requirements
  - aws_cis.monitoring._controls
  - aws_cis.monitoring._connection
  - aws_cis.monitoring._attributes
  - aws_cis.monitoring._attributes.info_module
seealso:
  - module: aws_cis.monitoring.cis_monitoring_info
  - module: aws_cis.monitoring.cis_monitoring_noise_info
"""

EXAMPLES = r"""
- name: Who set off the alarm?
  aws_cis.monitoring.cis_monitoring_events_info:
    region: eu-west-1
    since: last_alarm
  register: who

- name: Say it
  ansible.builtin.debug:
    msg: "{{ who.table }}"

- name: Which security groups changed in the week before that morning?
  aws_cis.monitoring.cis_monitoring_events_info:
    controls: [security_group_changes]
    since: "2026-11-16"
    until: "2026-11-23T05:00:00Z"
    limit: 200
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
summary:
  description: The result in one line for people.
  returned: success
  type: str
  sample: "Account 123456789012: 3 records of security_group_changes since 2026-11-22T05:00:00Z."
controls:
  description: For each control, what was searched.
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
      description: Where the time that was searched begins, or null if nothing was searched.
      type: str
      returned: always
    until:
      description: Where it ends, or null if nothing was searched.
      type: str
      returned: always
    alarm:
      description: The alarm that rang last, with O(since=last_alarm), or null.
      type: str
      returned: always
    filters:
      description: The metric filters whose patterns were looked for.
      type: list
      elements: str
      returned: always
    listed:
      description: How many records are listed.
      type: int
      returned: always
    complete:
      description: Whether these are all. Not so if O(limit) was reached, or something could not be read.
      type: bool
      returned: always
    note:
      description: Why nothing was searched, or what is missing; empty if there is nothing to say.
      type: str
      returned: always
events:
  description: The records, the newest first, each once.
  returned: success
  type: list
  elements: dict
  contains:
    time:
      description: When it happened, in UTC.
      type: str
      returned: always
      sample: "2026-11-23T04:58:12Z"
    who:
      description: Who did it, in words, with the role's session, the service that called on behalf, and MFA.
      type: str
      returned: always
      sample: role Deployment, session pipeline, through cloudformation.amazonaws.com, no MFA
    principal:
      description: Who did it, the same for all sessions of a role.
      type: str
      returned: always
      sample: role Deployment
    type:
      description: The kind of identity, as C(userIdentity.type) has it.
      type: str
      returned: always
      sample: AssumedRole
    arn:
      description: The identity's ARN.
      type: str
      returned: always
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
      description: Whether the session, or the sign-in, was with MFA; null if the record does not say.
      type: bool
      returned: always
    account:
      description: The account that it happened in, of an organisation's trail the member.
      type: str
      returned: always
    region:
      description: The region that it happened in.
      type: str
      returned: always
    event:
      description: The event, as C(eventName) has it.
      type: str
      returned: always
      sample: AuthorizeSecurityGroupIngress
    event_source:
      description: The service, as C(eventSource) has it.
      type: str
      returned: always
    read_only:
      description: Whether the call changes nothing; null if the record does not say.
      type: bool
      returned: always
    resources:
      description: What it was done to, at most ten names, ids and ARNs.
      type: list
      elements: str
      returned: always
      sample: [sg-0123456789abcdef0]
    outcome:
      description: V(allowed), V(denied) or V(failed).
      type: str
      returned: always
    error_code:
      description: The error's code, empty if there was none.
      type: str
      returned: always
    source_ip:
      description: The address that the call came from, or the service.
      type: str
      returned: always
    user_agent:
      description: The program that called, as it calls itself.
      type: str
      returned: always
    event_id:
      description: The record's own id, to find all of it by.
      type: str
      returned: always
    controls:
      description: The controls whose filters matched it.
      type: list
      elements: str
      returned: always
    filters:
      description: The filters that matched it.
      type: list
      elements: str
      returned: always
table:
  description: The records as lines for a terminal.
  returned: success
  type: list
  elements: str
"""

from datetime import UTC, datetime
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError, run_as_module
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.choice import CONTROLS_OPTION, named_controls
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.records import newest_first
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.search import ControlEvents, events_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.table import event_lines
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.window import LAST_ALARM, parse_window
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import observe_log_groups

ARGUMENT_SPEC: dict[str, Any] = {
    "controls": CONTROLS_OPTION,
    "since": {"type": "str", "default": "24h"},
    "until": {"type": "str"},
    "limit": {"type": "int", "default": 1000},
}


def run(task: Task) -> dict[str, Any]:
    """Search the account. Raises TaskError."""
    params = task.params
    try:
        controls = named_controls(params["controls"])
        if params["limit"] < 1:
            raise ValueError(f"limit must be at least 1, not {params['limit']}.")
        if params["since"] == LAST_ALARM and params["until"]:
            raise ValueError("until goes with a moment in since, not with last_alarm.")
        now = datetime.now(tz=UTC)
        window = None if params["since"] == LAST_ALARM else parse_window(params["since"], params["until"], now)
    except ValueError as error:
        raise TaskError(str(error)) from error
    observation = observe_log_groups(task.clients)
    found = [events_of(task, observation, control, window, params["limit"]) for control in controls]
    events = [event.as_dict() for event in newest_first(event for one in found for event in one.events)]
    account = observation.account.id
    return {
        "changed": False,
        "account": account,
        "read_at": observation.read_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "summary": f"Account {account}: {' '.join(_said(one) for one in found)}",
        "controls": [one.as_dict() for one in found],
        "events": events,
        "table": event_lines(events),
    }


def _said(found: ControlEvents) -> str:
    said = found.as_dict()
    if said["since"] is None:
        return str(said["note"])
    count = f"{said['listed']} record{'' if said['listed'] == 1 else 's'} of {said['control']} since {said['since']}."
    return f"{count} {said['note']}".strip()


def main() -> None:
    run_as_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
