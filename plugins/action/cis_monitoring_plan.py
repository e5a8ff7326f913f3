# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module cis_monitoring_plan inside the Ansible worker where possible, and guards whose account it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.preload import preload
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_plan
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._callers_defaults import (
    IDENTITY,
    WithDefaults,
    identity,
)
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import connection_of

# Before Ansible forks, so that every worker has it.
preload()

_OURS = "aws_cis.monitoring."
_TOPIC, _ALARM = "community.aws.sns_topic", "amazon.aws.cloudwatch_metric_alarm"
# The modules that write each kind of change; one of ours is given the connection of the stock module that it completes.
_WRITERS = {
    "metric_filter": (_OURS + "cloudwatchlogs_metric_filter",),
    "topic": (_TOPIC,),
    "topic_policy": (_OURS + "sns_topic_policy_statement", _TOPIC),
    "key_policy": (_OURS + "sns_topic_encryption", _TOPIC),
    "topic_encryption": (_OURS + "sns_topic_encryption", _TOPIC),
    "subscription": (_OURS + "sns_subscription", _TOPIC),
    "alarm": (_ALARM,),
    "alarm_actions": (_OURS + "cloudwatch_alarm_actions", _ALARM),
    "alarm_tags": (_OURS + "cloudwatch_alarm_tags", _ALARM),
}


class ActionModule(WithDefaults):
    """See plugin_utils/_in_worker."""

    module = cis_monitoring_plan
    # A caller's defaults for the module that reads and judges are meant for this reading as well.
    completes = _OURS + "cis_monitoring_info"

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Plan, and block what would be written with another connection than the plan's."""
        result = super().run(tmp, task_vars)
        changes = result.get("plan", {}).get("changes")
        if changes and (stranger := self._stranger(changes)):
            result["plan"] = {**result["plan"], "blocked": stranger, "changes": []}
            result.update(changed=False, diff=[])
            result.pop("diff_lines", None)
        return result

    def _stranger(self, changes: list[Mapping[str, Any]]) -> str:
        """Why one of the modules that would write acts for somebody else than the plan; '' if none does."""
        ours = identity(self._asked_for()[2])
        if ours != self._given(_OURS + "cis_monitoring_plan", self.completes):
            return ""  # a task with credentials of its own; who writes what it plans is its author's to say
        for writers in dict.fromkeys(_WRITERS[change["resource"]] for change in changes):
            theirs = self._given(*writers)
            differing = [option for option in IDENTITY if ours.get(option) != theirs.get(option)]
            if differing:
                return (
                    f"module_defaults give {writers[0]} another {', '.join(differing)} than {_OURS}cis_monitoring_plan "
                    "has, so that it would write into another account than the one that was read. Nothing was written. "
                    "Give both the same, for example as group/aws_cis.monitoring.aws."
                )
        return ""

    def _given(self, *modules: str) -> dict[str, Any]:
        """Whose account the defaults of the first of the modules name that has some."""
        return next(
            (found for module in modules if (found := identity(connection_of(module, self._task, self._templar)))), {}
        )
