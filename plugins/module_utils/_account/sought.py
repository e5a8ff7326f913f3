# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What else to read of an account than its paths, for a plan to compare with. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sought:
    """Resources by the names that were requested, in the region of the log group, whatever the account has."""

    region: str
    metric_names: frozenset[str]  # whose alarms to read
    alarm_names: frozenset[str]
    topic_arns: frozenset[str]  # of the topic, under each name that it may have
    existing_topics: frozenset[str]  # those that single controls notify instead
    alarm_tags: bool
    topic_tags: bool
    topic_users: bool  # the alarms that notify these topics, before they are deleted
    key_id: str | None  # of the key that the topic should be encrypted with
    log_alarms_role: str | None = None  # its name
