# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to say beside a link that is missing: what somebody may take for it, and what else may tell. Pure.

Each is a part of a sentence, with a blank before it.
"""

from __future__ import annotations

from .._account.observation import Gap, LogGroup, Observation
from .._controls import Control
from .._controls.subject import concerns
from .filters import Metric
from .findings import OUTSIDE_THE_PATH
from .watch import watched_accounts


def beside_a_missing_filter(observation: Observation, control: Control, empty: LogGroup) -> str:
    """Where a filter for the control lies in vain, or what looks at the log group without one."""
    return _filter_in_vain(observation, control, empty) or _log_alarm(observation, empty) or OUTSIDE_THE_PATH


def beside_a_missing_alarm(observation: Observation, metric: Metric, group: LogGroup) -> str:
    """An alarm that somebody may take for the one that is missing, or what looks at the log group without one."""
    return _near_miss(observation, metric, group.region) or _log_alarm(observation, group) or OUTSIDE_THE_PATH


def _filter_in_vain(observation: Observation, control: Control, empty: LogGroup) -> str:
    for group in observation.log_groups.values():
        if isinstance(group, LogGroup) and group.arn != empty.arn and not isinstance(group.filters, Gap):
            for metric_filter in group.filters:
                if concerns(metric_filter.pattern, control.name):
                    return f" (metric filter {metric_filter.name} is on log group {group.name} of {group.region})"
    return ""


def _near_miss(observation: Observation, metric: Metric, region: str) -> str:
    namespace, name = metric
    for where, alarms in observation.alarms.items():
        for alarm in alarms if not isinstance(alarms, Gap) else ():
            if alarm.metric_name == name and where != region:
                return f" (alarm {alarm.name} in {where} can't see it)"
            if alarm.metric_name == name and alarm.metric_namespace != namespace:
                return f" (alarm {alarm.name} watches {name} of {alarm.metric_namespace})"
            if accounts := watched_accounts(alarm, metric):
                return f" (alarm {alarm.name} watches {name} of account {accounts[0]})"
    return ""


def _log_alarm(observation: Observation, group: LogGroup) -> str:
    spellings = {group.name, group.arn, f"{group.arn}:*"}
    for alarm in observation.log_alarms:
        if alarm.region == group.region and spellings & set(alarm.log_groups):
            return f" (alarm {alarm.name} looks at the log itself, which is not the benchmark's path)"
    return ""
