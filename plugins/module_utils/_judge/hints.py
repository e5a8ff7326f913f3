# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exists near a missing link: a resource that may be taken for it, or another way to be notified. Pure.

Each is a sentence with a blank before it, or empty.
"""

from __future__ import annotations

from collections.abc import Callable

from .._account.observation import Gap, LogGroup, Observation
from .filters import Metric
from .log_alarms import log_alarms_on
from .watch import watched_accounts


def beside_a_missing_filter(observation: Observation, empty: LogGroup, concerns: Callable[[str], bool]) -> str:
    """Where a filter for the control is in vain, or what evaluates the log group without one.

    concerns: whether a text is about the control, as far as that is known.
    """
    return _filter_in_vain(observation, empty, concerns) or _log_alarm(observation, empty)


def beside_a_missing_alarm(observation: Observation, metric: Metric, group: LogGroup) -> str:
    """An alarm that may be taken for the missing one, or what evaluates the log group without one."""
    return _near_miss(observation, metric, group.region) or _log_alarm(observation, group)


def _filter_in_vain(observation: Observation, empty: LogGroup, concerns: Callable[[str], bool]) -> str:
    for group in observation.log_groups.values():
        if isinstance(group, LogGroup) and group.arn != empty.arn and not isinstance(group.filters, Gap):
            for metric_filter in group.filters:
                if concerns(metric_filter.pattern):
                    return (
                        f" Metric filter {metric_filter.name} is on log group {group.name} in {group.region} instead."
                    )
    return ""


def _near_miss(observation: Observation, metric: Metric, region: str) -> str:
    namespace, name = metric
    for where, alarms in observation.alarms.items():
        for alarm in alarms if not isinstance(alarms, Gap) else ():
            if alarm.metric_name == name and where != region:
                return f" Alarm {alarm.name} is in {where}, where that metric does not exist."
            if alarm.metric_name == name and alarm.metric_namespace != namespace:
                return f" Alarm {alarm.name} watches {name} of namespace {alarm.metric_namespace} instead."
            if accounts := watched_accounts(alarm, metric):
                return f" Alarm {alarm.name} watches {name} of account {accounts[0]} instead."
    return ""


def _log_alarm(observation: Observation, group: LogGroup) -> str:
    for alarm in log_alarms_on(observation, group):
        return f" Alarm {alarm.name} evaluates the log group directly, which is not the benchmark's notification path."
    return ""
