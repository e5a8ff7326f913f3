# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module cloudwatch_log_alarm inside the Ansible worker where that is possible."""

from __future__ import annotations

from ansible_collections.aws_cis.monitoring.plugins.modules import cloudwatch_log_alarm
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import WithDefaults


class ActionModule(WithDefaults):
    """See plugin_utils/_in_worker."""

    module = cloudwatch_log_alarm
    completes = "amazon.aws.cloudwatch_metric_alarm"
