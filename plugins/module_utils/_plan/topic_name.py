# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The name of a topic that was requested without one: that of the topic that the account has already. Pure."""

from __future__ import annotations

import dataclasses

from .._account.observation import Observation
from .desired import Desired


def with_topic_name(desired: Desired, observation: Observation, region: str) -> Desired:
    """The request, with the other default name where only that topic exists in the region of the log group.

    To remove, both are wanted, so nothing is chosen.
    """
    arn = desired.topic_arn_in(observation.account, region)
    other_arn = desired.other_topic_arn_in(observation.account, region)
    topics = observation.topics
    if desired.state == "absent" or not (arn and other_arn) or topics.get(arn) or not topics.get(other_arn):
        return desired
    return dataclasses.replace(desired, topic_name=desired.other_topic_name, other_topic_name=None)
