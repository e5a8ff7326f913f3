# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs prowler's fifteen checks of the monitoring section on an account, in prowler's environment, without its command.

The command reads the metadata of all checks and frameworks first, which takes ten times as long. With --start-only
everything is imported and the provider is made, and no check runs: what a fleet would pay once.
"""

from __future__ import annotations

import argparse
import importlib
import os
from pathlib import Path

import prowler.providers.aws.services.cloudwatch as checks_of_cloudwatch
from prowler.providers.aws.aws_provider import AwsProvider
from prowler.providers.common.models import Audit_Metadata
from prowler.providers.common.provider import Provider

REGION = "us-east-1"
HOW_MANY = 15


def main() -> None:
    """Ask all checks about the account."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("account")
    parser.add_argument("--endpoint-url", required=True)
    parser.add_argument("--start-only", action="store_true")
    arguments = parser.parse_args()
    os.environ |= {"AWS_ACCESS_KEY_ID": arguments.account, "AWS_SECRET_ACCESS_KEY": "sandbox"}
    os.environ |= {"AWS_ENDPOINT_URL": arguments.endpoint_url, "AWS_DEFAULT_REGION": REGION}
    checks = _checks()
    provider = AwsProvider(regions={REGION})
    provider.audit_metadata = Audit_Metadata(
        services_scanned=0, expected_checks=checks, completed_checks=0, audit_progress=0
    )
    Provider.set_global_provider(provider)
    if arguments.start_only:
        return
    for check in checks:
        module = importlib.import_module(f"prowler.providers.aws.services.cloudwatch.{check}.{check}")
        [report] = getattr(module, check)().execute()
        if report.status not in ("PASS", "FAIL"):
            raise SystemExit(f"{check}: {report.status_extended}")


def _checks() -> list[str]:
    """The names of the checks of metric filters and alarms."""
    folder = Path(next(iter(checks_of_cloudwatch.__path__)))
    names = [path.name for path in folder.iterdir()]
    found = sorted(
        name for name in names if name.startswith(("cloudwatch_log_metric_filter_", "cloudwatch_changes_to_"))
    )
    if len(found) != HOW_MANY:
        raise SystemExit(f"prowler has {len(found)} checks of metric filters: {', '.join(found)}")
    return found


if __name__ == "__main__":
    main()
