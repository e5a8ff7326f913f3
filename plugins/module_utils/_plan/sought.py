# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan compares with in addition to the paths that a verdict is about. Pure."""

from __future__ import annotations

from .._account.observation import Account
from .._account.sought import Sought
from .desired import Desired
from .destination import Destination
from .log_alarm_role import name_of


def sought(account: Account, desired: Desired, place: Destination) -> Sought | None:
    """What to read for the plan, by the names that are requested; None where there is no place to plan for."""
    if place.blocked:
        return None
    is_present = desired.state == "present"
    topics = (desired.topic_arn_in(account, place.region), desired.other_topic_arn_in(account, place.region))
    return Sought(
        region=place.region,
        metric_names=frozenset(wanted.metric_name for wanted in desired.wanted),
        alarm_names=desired.alarm_names,
        topic_arns=frozenset(filter(None, topics)),
        existing_topics=frozenset(wanted.topic_arn for wanted in desired.wanted if wanted.topic_arn),
        alarm_tags=is_present and bool(desired.tags),
        topic_tags=is_present and bool(desired.tags and desired.topic_name),
        topic_users=not is_present and bool(desired.topic_name),
        key_id=desired.kms_key_id if is_present else None,
        log_alarms_role=name_of(desired.log_alarms_role) if is_present and desired.log_alarms else None,
    )
