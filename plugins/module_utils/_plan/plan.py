# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between an account and what was requested, as changes to write. Pure.

The changes that make something are in present.py, those that remove it in absent.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from .._account.observation import Account, Observation
from .absent import plan_absent
from .desired import Desired
from .destination import Destination
from .existing import Remaining
from .log_alarm_changes import with_log_alarms
from .present import plan_present
from .result import Blocked, Plan


def refused_plan(account: Account, desired: Desired, refused: Sequence[str]) -> Plan:
    """The plan of a request that AWS would refuse, whatever the account has."""
    return Plan(desired.state, account.id, account.region, log_group=None, topic_arn="", blocked=" ".join(refused))


def plan(observation: Observation, rest: Remaining, place: Destination) -> Plan:
    """Compare what remains to be requested field by field. A plan that is blocked has no changes and says why.

    The observation has to have what sought() names for the same request and `place`: raises KeyError for what was not
    asked about.
    """
    account, desired = observation.account, rest.desired
    topic_arn = desired.topic_arn_in(account, place.region) or ""
    result = Plan(
        desired.state,
        account.id,
        place.region,
        log_group=place.log_group,
        topic_arn=topic_arn,
        kept=rest.kept,
        covered=rest.covered,
    )
    if place.blocked and (desired.wanted or desired.state == "absent"):
        return result.blocked_by(place.blocked)
    try:
        if desired.state == "absent":
            return plan_absent(result, observation, desired)
        return with_log_alarms(plan_present(result, observation, desired), observation, rest)
    except Blocked as blocked:
        return result.blocked_by(str(blocked))
