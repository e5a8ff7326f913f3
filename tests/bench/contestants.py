# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is compared: each contestant is a command that does the same job for all accounts of a fleet."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from account_builder import SIX_EVENTS
from fleet import SUBSCRIPTION, Fleet

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BIN = Path(sys.executable).parent
FORKS = "4"


@dataclass(frozen=True)
class Contestant:
    """A way to do the job."""

    name: str
    command: Callable[[Fleet], Sequence[str]]


def _playbook(playbook: str, *arguments: str) -> Callable[[Fleet], Sequence[str]]:
    def command(fleet: Fleet) -> Sequence[str]:
        return [
            str(BIN / "ansible-playbook"), playbook, "-i", str(fleet.inventory), "--forks", FORKS, *arguments,
        ]  # fmt: skip

    return command


def _loop(*arguments: str) -> Callable[[Fleet], Sequence[str]]:
    def command(fleet: Fleet) -> Sequence[str]:
        accounts = fleet.folder / "accounts.json"
        accounts.write_text(json.dumps(fleet.accounts))
        return [sys.executable, str(HERE / "loop.py"), str(accounts), "--endpoint-url", fleet.url, *arguments]

    return command


def _commands_of_the_benchmark(fleet: Fleet) -> Sequence[str]:
    aws = ROOT / ".venv-bench" / "bin" / "aws"
    subscriber = SUBSCRIPTION["protocol"], SUBSCRIPTION["endpoint"]
    script = HERE / "benchmark_remediation.sh"
    return [str(script), str(aws), fleet.url, SIX_EVENTS, *subscriber, *fleet.accounts]


# An account that is not found compliant fails the run: then the job was not done.
_REPORT = (
    "-e",
    '{"cis_monitoring_report_formats": ["json"], "cis_monitoring_report_dir": "report", '
    '"cis_monitoring_fail_on": "unknown"}',
)
_AS_MODULES = ("-e", '{"aws_cis_monitoring_in_worker": false}')
_PATTERN = ("-e", json.dumps({"pattern": SIX_EVENTS}))

OURS = "ours, in the worker"
FLOOR = "plain loop, one shared session"
EIGHT_THREADS = "plain loop, a session an account, 8 threads"
STOCK = "stock modules"

# The first two are compared most closely, so they are measured one after the other: a machine's speed varies.
AUDIT = (
    Contestant(OURS, _playbook("aws_cis.monitoring.audit", *_REPORT)),
    Contestant(FLOOR, _loop("--shared-session")),
    Contestant(EIGHT_THREADS, _loop("--threads", "8")),
    Contestant("plain loop, a session an account", _loop()),
    Contestant("ours, as ordinary modules", _playbook("aws_cis.monitoring.audit", *_REPORT, *_AS_MODULES)),
    Contestant(STOCK, _playbook(str(HERE / "stock_audit.yml"))),
)
REMEDIATE = (
    Contestant("the role", _playbook("aws_cis.monitoring.remediate")),
    Contestant(STOCK, _playbook(str(HERE / "stock_remediate.yml"), *_PATTERN)),
    Contestant("AWS CLI", _commands_of_the_benchmark),
)
