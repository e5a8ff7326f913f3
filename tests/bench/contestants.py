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

from fleet import SUBSCRIPTION, Fleet

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BIN = Path(sys.executable).parent
FORKS = "4"


@dataclass(frozen=True)
class Contestant:
    """A way to do the job for a number of controls.

    most: the largest fleet that it is measured with unless everything is asked for. What takes seconds an account does
    so with every account, and would take hours.
    """

    name: str
    controls: int
    command: Callable[[Fleet], Sequence[str]]
    most: int | None = None


def _playbook(playbook: str, *variables: Callable[[Fleet], object], http: bool = False) -> Callable[[Fleet], list[str]]:
    def command(fleet: Fleet) -> list[str]:
        inventory = fleet.http_inventory if http else fleet.inventory
        extra = [part for one in variables for part in ("-e", json.dumps(one(fleet)))]
        return [str(BIN / "ansible-playbook"), playbook, "-i", str(inventory), "--forks", FORKS, *extra]

    return command


def _loop(*arguments: str) -> Callable[[Fleet], list[str]]:
    def command(fleet: Fleet) -> list[str]:
        script = HERE / "loop.py"
        return [sys.executable, str(script), str(fleet.accounts_file), "--endpoint-url", fleet.url, *arguments]

    return command


def _commands_of_the_benchmark(fleet: Fleet) -> list[str]:
    aws = ROOT / ".venv-bench" / "bin" / "aws"
    subscriber = SUBSCRIPTION["protocol"], SUBSCRIPTION["endpoint"]
    script = HERE / "benchmark_remediation.sh"
    return [str(script), str(aws), fleet.url, str(fleet.controls_file), *subscriber, *fleet.accounts]


def _prowler(*arguments: str) -> Callable[[Fleet], list[str]]:
    def command(fleet: Fleet) -> list[str]:
        python = ROOT / ".venv-prowler" / "bin" / "python"
        [account] = fleet.accounts
        return [str(python), str(HERE / "prowler_checks.py"), account, "--endpoint-url", fleet.url, *arguments]

    return command


def _controls(fleet: Fleet) -> object:
    return {"cis_monitoring_controls": [control.name for control in fleet.controls]}


def _report(_fleet: Fleet) -> object:
    """An account that is not found compliant fails the run: then the job was not done."""
    return {
        "cis_monitoring_report_formats": ["json"],
        "cis_monitoring_report_dir": "report",
        "cis_monitoring_fail_on": "unknown",
    }


def _as_modules(_fleet: Fleet) -> object:
    return {"aws_cis_monitoring_in_worker": False}


def _alarms(fleet: Fleet) -> object:
    return {"alarms": [control.alarm_name for control in fleet.controls]}


def _prescribed(fleet: Fleet) -> object:
    return {
        "controls": [
            {"metric": one.metric_name, "alarm": one.alarm_name, "pattern": one.filters[0].text}
            for one in fleet.controls
        ]
    }


OURS = "ours, in the worker"
OVER_HTTP = "ours, in the worker, over HTTP"
FLOOR = "plain loop, one shared session"
EIGHT_THREADS = "plain loop, a session an account, 8 threads"
OWN_SESSIONS = "plain loop, a session an account"
AS_MODULES = "ours, as ordinary modules"
STOCK = "stock modules"
PROWLER = "prowler's fifteen checks, with its start"
PROWLER_START = "prowler's start alone"
ROLE = "the role"
CLI = "AWS CLI"

_AUDIT = _playbook("aws_cis.monitoring.audit", _controls, _report)
_STOCK_AUDIT = _playbook(str(HERE / "stock_audit.yml"), _alarms)
_REMEDIATE = _playbook("aws_cis.monitoring.remediate", _controls)
_STOCK_REMEDIATE = _playbook(str(HERE / "stock_remediate.yml"), _prescribed)

# The first three are compared most closely, so they are measured one after the other: a machine's speed varies.
AUDIT = (
    Contestant(OURS, 1, _AUDIT),
    Contestant(OURS, 15, _AUDIT),
    Contestant(FLOOR, 15, _loop("--shared-session")),
    Contestant(FLOOR, 1, _loop("--shared-session")),
    Contestant(OVER_HTTP, 1, _playbook("aws_cis.monitoring.audit", _controls, _report, http=True)),
    Contestant(EIGHT_THREADS, 1, _loop("--threads", "8"), most=50),
    Contestant(EIGHT_THREADS, 15, _loop("--threads", "8"), most=50),
    Contestant(OWN_SESSIONS, 1, _loop(), most=50),
    Contestant(OWN_SESSIONS, 15, _loop(), most=50),
    Contestant(AS_MODULES, 1, _playbook("aws_cis.monitoring.audit", _controls, _report, _as_modules), most=10),
    Contestant(AS_MODULES, 15, _playbook("aws_cis.monitoring.audit", _controls, _report, _as_modules), most=10),
    Contestant(STOCK, 1, _STOCK_AUDIT, most=10),
    Contestant(STOCK, 15, _STOCK_AUDIT, most=10),
)
# Of prowler one account is enough: it does one after the other, in a process each.
ONE_ACCOUNT = (
    Contestant(OURS, 15, _AUDIT),
    Contestant(FLOOR, 15, _loop("--shared-session")),
    Contestant(PROWLER_START, 15, _prowler("--start-only")),
    Contestant(PROWLER, 15, _prowler()),
)
REMEDIATE = (
    Contestant(ROLE, 1, _REMEDIATE),
    Contestant(ROLE, 15, _REMEDIATE),
    Contestant(CLI, 1, _commands_of_the_benchmark, most=10),
    Contestant(STOCK, 1, _STOCK_REMEDIATE, most=10),
    Contestant(CLI, 15, _commands_of_the_benchmark, most=1),
    Contestant(STOCK, 15, _STOCK_REMEDIATE, most=1),
)
