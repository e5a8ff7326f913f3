# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between an account and what was asked for, as changes to write. Pure.

The changes that make something are in present.py, those that remove it in absent.py.
"""

from __future__ import annotations

from .._account.observation import Observation
from .absent import plan_absent
from .desired import Desired
from .destination import destination
from .present import plan_present
from .refusals import refusals
from .result import Blocked, Plan


def plan(observation: Observation, desired: Desired) -> Plan:
    """Compare field by field. A plan that is blocked has no changes and says what stands in the way.

    The observation has to be one for the same `desired`, or for none if that is refused: raises KeyError for what was
    not asked about.
    """
    account = observation.account
    if refused := refusals(desired):
        return Plan(desired.state, account.id, account.region, None, "").blocked_by(" ".join(refused))
    place = destination(observation, desired)
    topic_arn = desired.topic_arn_in(account, place.region) or ""
    result = Plan(desired.state, account.id, place.region, log_group=place.log_group, topic_arn=topic_arn)
    if place.blocked:
        return result.blocked_by(place.blocked)
    fill = plan_absent if desired.state == "absent" else plan_present
    try:
        return fill(result, observation, desired)
    except Blocked as blocked:
        return result.blocked_by(str(blocked))
