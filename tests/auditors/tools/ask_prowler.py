# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the check that prowler has for a number of CIS v7.0.0. Runs in prowler's environment.

The check runs as prowler's own command runs it, but without the command: that reads the metadata of all checks and
frameworks for each account, which takes ten times as long. Which check it is, prowler's own list for CIS says.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from each_in_a_process import answer
from prowler.providers.aws.aws_provider import AwsProvider
from prowler.providers.common.models import Audit_Metadata
from prowler.providers.common.provider import Provider

FRAMEWORK = json.loads((files("prowler") / "compliance" / "aws" / "cis_7.0_aws.json").read_text())
CHECKS = {requirement["Id"]: requirement["Checks"] for requirement in FRAMEWORK["Requirements"]}
ANSWERS = {"PASS": "pass", "FAIL": "fail", "MANUAL": "unknown"}


def ask(number: str, _folder: Path) -> str:
    """Say pass, fail or unknown of the account of the environment."""
    [name] = CHECKS[number]
    provider = AwsProvider(regions=set(sys.argv[1:]))
    provider.audit_metadata = Audit_Metadata(
        services_scanned=0, expected_checks=[name], completed_checks=0, audit_progress=0
    )
    Provider.set_global_provider(provider)
    check = importlib.import_module(f"prowler.providers.aws.services.cloudwatch.{name}.{name}")
    [report] = getattr(check, name)().execute()
    return ANSWERS[report.status]


if __name__ == "__main__":
    for service in ("cloudtrail", "cloudwatch"):  # read once, for all processes
        importlib.import_module(f"prowler.providers.aws.services.{service}.{service}_service")
    with tempfile.TemporaryDirectory() as name:
        answer(version("prowler"), ask, Path(name))
