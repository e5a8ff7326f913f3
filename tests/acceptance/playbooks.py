# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the playbooks as users do, on the account of the credentials in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import PlaybookRun, run_playbook

_LONGEST = 3600  # seconds for a playbook; the drill's own limit of 20 minutes comes first


@dataclass(frozen=True)
class Playbooks:
    """The playbooks in a folder of their own, where their reports and output stay."""

    folder: Path
    region: str

    def run(self, name: str, variables: Mapping[str, Any]) -> PlaybookRun:
        """Run aws_cis.monitoring.NAME."""
        self.folder.mkdir(parents=True, exist_ok=True)
        hosts = {
            "account": {
                "aws_region": self.region,
                "cis_monitoring_report_dir": str(self.folder / "reports"),
                **{key: value for key, value in variables.items() if value != ""},
            }
        }
        ended = run_playbook(
            f"aws_cis.monitoring.{name}",
            self.folder,
            {"all": {"hosts": hosts}},
            environment={"AWS_EC2_METADATA_DISABLED": "false", **_credentials()},
            longest=_LONGEST,
        )
        with (self.folder / f"{name}.log").open("a") as log:
            log.write(f"{ended.stdout}\n{ended.stderr}\n")
        return ended


def _credentials() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
