# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks prowler's check of this control. Runs in prowler's environment.

The check runs as prowler's own command runs it, but without the command: that reads the metadata of all checks and
frameworks for each account, which takes ten times as long.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from each_in_a_process import answer
from prowler.providers.aws.aws_provider import AwsProvider
from prowler.providers.common.models import Audit_Metadata
from prowler.providers.common.provider import Provider

CHECK = "cloudwatch_log_metric_filter_security_group_changes"
ANSWERS = {"PASS": "pass", "FAIL": "fail", "MANUAL": "unknown"}


def ask(folder: Path) -> str:
    """Say pass, fail or unknown of the account of the environment."""
    provider = AwsProvider(regions=set(sys.argv[1:]))
    provider.audit_metadata = Audit_Metadata(
        services_scanned=0, expected_checks=[CHECK], completed_checks=0, audit_progress=0
    )
    Provider.set_global_provider(provider)
    check = importlib.import_module(f"prowler.providers.aws.services.cloudwatch.{CHECK}.{CHECK}")
    [report] = getattr(check, CHECK)().execute()
    return ANSWERS[report.status]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        answer(version("prowler"), ask, Path(name))
