# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module of the path inside the Ansible worker where that is possible."""

from __future__ import annotations

from types import MappingProxyType

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import StockModule, module_file

MODULES = (
    "amazon.aws.cloudwatch_metric_alarm",
    "aws_cis.monitoring.cloudwatch_alarm_actions",
    "aws_cis.monitoring.cloudwatch_alarm_tags",
    "aws_cis.monitoring.cloudwatch_log_alarm",
    "aws_cis.monitoring.cloudwatchlogs_metric_filter",
    "aws_cis.monitoring.sns_subscription",
    "aws_cis.monitoring.sns_topic_encryption",
    "aws_cis.monitoring.sns_topic_policy_statement",
    "community.aws.sns_topic",
)


class ActionModule(StockModule):
    """See plugin_utils/_in_worker, and the documentation of the module stock_module."""

    files = MappingProxyType({name: module_file(name) for name in MODULES})  # before Ansible forks
