# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks Cloud Custodian's filter check-cloudtrail. Runs in c7n's environment.

The policy asks what Custodian's documentation shows: a multi-region trail that is logging all management events, and an
alarm with a subscriber for a metric filter whose pattern is a text, here one that satisfies CIS v7.0.0.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from c7n.cli import main
from each_in_a_process import answer


def ask(pattern: str, folder: Path) -> str:
    """Say pass or fail of the account of the environment."""
    [region] = sys.argv[1:]
    # What stands in braces is a variable to Custodian, in every text of a policy.
    escaped = pattern.replace("{", "{{").replace("}", "}}")
    check = {
        "type": "check-cloudtrail",
        "multi-region": True,
        "running": True,
        "include-management-events": True,
        "log-metric-filter-pattern": escaped,
    }
    policies = [{"name": "told", "resource": "aws.account", "filters": [check]}]
    (folder / "policy.json").write_text(json.dumps({"policies": policies}))
    sys.argv = ["custodian", "run", "-s", str(folder), "-r", region, "--cache-period", "0", str(folder / "policy.json")]
    try:
        main()
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
    not_told = json.loads((folder / "told" / "resources.json").read_text())
    return "fail" if not_told else "pass"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        answer(version("c7n"), ask, Path(name))
