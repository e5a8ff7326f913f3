# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module cis_monitoring_plan inside the Ansible worker where that is possible."""

from __future__ import annotations

from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.preload import preload
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_plan
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import OF_PLAN, WithDefaults

# Before Ansible forks, so that every worker has it.
preload()


class ActionModule(WithDefaults):
    """See plugin_utils/_in_worker."""

    module = cis_monitoring_plan
    completes = OF_PLAN
