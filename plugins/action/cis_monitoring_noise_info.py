# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module cis_monitoring_noise_info inside the Ansible worker where that is possible, with its progress."""

from __future__ import annotations

from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_noise_info
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import InWorker


class ActionModule(InWorker):
    """See plugin_utils/_in_worker."""

    module = cis_monitoring_noise_info
