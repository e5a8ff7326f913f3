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

from fleet import BARE, CROWDED, ORGANIZATION, SUBSCRIPTION, Fleet, State
from texts import OWN, OWN_EACH, SPELLED

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BIN = Path(sys.executable).parent
AWS = ROOT / ".venv-bench" / "bin" / "aws"
FORKS = "4"


@dataclass(frozen=True)
class Contestant:
    """A way to do the job in accounts of one state.

    least, most: the sizes of fleets that it is measured with. rounds: how often at most, since a contestant that takes
    minutes would hold up the others. accounts: how many of a fleet it is given at most, where each command is a process
    of its own, so that an account costs the same in each fleet.
    """

    name: str
    state: State
    command: Callable[[Fleet], Sequence[str]]
    least: int = 1
    most: int | None = None
    rounds: int | None = None
    accounts: int | None = None

    def fits(self, size: int) -> bool:
        """Whether it is measured with a fleet of this size."""
        return self.least <= size and (self.most is None or size <= self.most)


@dataclass(frozen=True)
class Comparison:
    """Contestants that do a job side by side, and the fleets they do it for by default."""

    job: str
    contestants: Sequence[Contestant]
    sizes: Sequence[int]


def _playbook(playbook: str, *variables: Callable[[Fleet], object], http: bool = False) -> Callable[[Fleet], list[str]]:
    def command(fleet: Fleet) -> list[str]:
        inventory = fleet.http_inventory if http else fleet.inventory
        extra = [part for one in variables for part in ("-e", json.dumps(one(fleet)))]
        return [str(BIN / "ansible-playbook"), playbook, "-i", str(inventory), "--forks", FORKS, *extra]

    return command


def _loop(*arguments: str, http: bool = False) -> Callable[[Fleet], list[str]]:
    def command(fleet: Fleet) -> list[str]:
        url = fleet.http_url if http else fleet.url
        return [sys.executable, str(HERE / "loop.py"), str(fleet.accounts_file), "--endpoint-url", url, *arguments]

    return command


def _audit_of_the_benchmark(fleet: Fleet) -> list[str]:
    return [str(HERE / "benchmark_audit.sh"), str(AWS), fleet.url, *fleet.accounts]


def _remediation_of_the_benchmark(fleet: Fleet) -> list[str]:
    subscriber = SUBSCRIPTION["protocol"], SUBSCRIPTION["endpoint"]
    script = HERE / "benchmark_remediation.sh"
    return [str(script), str(AWS), fleet.url, str(fleet.controls_file), *subscriber, *fleet.accounts]


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
FLOOR = "plain loop, one shared session"
EIGHT_THREADS = "plain loop, a session an account, 8 threads"
OWN_SESSIONS = "plain loop, a session an account"
AS_MODULES = "ours, as ordinary modules"
STOCK = "stock modules"
PROWLER = "prowler's fifteen checks, with its start"
PROWLER_START = "prowler's start alone"
ROLE = "the role in a play"
REMEDIATE = "the playbook remediate"
CLI = "AWS CLI"

_AUDIT = _playbook("aws_cis.monitoring.audit", _controls, _report)
_AUDIT_OVER_HTTP = _playbook("aws_cis.monitoring.audit", _controls, _report, http=True)
_AUDIT_AS_MODULES = _playbook("aws_cis.monitoring.audit", _controls, _report, _as_modules)
_STOCK_AUDIT = _playbook(str(HERE / "stock_audit.yml"), _alarms)
_ROLE = _playbook(str(HERE / "role.yml"), _controls)
_REMEDIATE = _playbook("aws_cis.monitoring.remediate", _controls)
_STOCK_REMEDIATE = _playbook(str(HERE / "stock_remediate.yml"), _prescribed)
_LOOP = _loop("--shared-session")
_LOOP_OVER_HTTP = _loop("--shared-session", http=True)

AUDIT = Comparison(
    "audit",
    (
        Contestant(OURS, State(15), _AUDIT),
        Contestant(FLOOR, State(15), _LOOP),
        Contestant(OURS, State(15, SPELLED), _AUDIT, least=10, most=100),
        Contestant(OURS, State(15, OWN), _AUDIT, least=10, most=100),
        Contestant(OURS, State(15, OWN_EACH), _AUDIT, least=10, most=100),
        Contestant(OURS, State(1), _AUDIT, least=10),
        Contestant(EIGHT_THREADS, State(15), _loop("--threads", "8"), least=10, most=10, rounds=1),
        Contestant(OWN_SESSIONS, State(15), _loop(), least=10, most=10, rounds=1),
        Contestant(AS_MODULES, State(15), _AUDIT_AS_MODULES, least=10, most=10, rounds=1),
        Contestant(STOCK, State(15), _STOCK_AUDIT, least=10, most=10, rounds=1),
        # Of these one account is enough: they do one after the other, each in processes of its own.
        Contestant(PROWLER_START, State(15), _prowler("--start-only"), most=1),
        Contestant(PROWLER, State(15), _prowler(), most=1),
        Contestant(CLI, State(15), _audit_of_the_benchmark, most=1),
    ),
    sizes=(1, 10, 100),
)
HTTP = Comparison(
    "audit over HTTP",
    (
        Contestant(OURS, State(15), _AUDIT_OVER_HTTP),
        Contestant(FLOOR, State(15), _LOOP_OVER_HTTP),
        Contestant(OURS, State(1), _AUDIT_OVER_HTTP),
        Contestant(FLOOR, State(1), _LOOP_OVER_HTTP),
    ),
    sizes=(200,),
)
_CROWDED = State(15, layout=CROWDED)
BESIDE_OTHERS = Comparison(
    "audit of accounts that have 60 filters and 200 alarms of others too",
    (
        Contestant(OURS, _CROWDED, _AUDIT),
        Contestant(FLOOR, _CROWDED, _LOOP),
        Contestant(PROWLER, _CROWDED, _prowler(), most=1),
    ),
    sizes=(1, 10),
)
_ORGANIZATION = State(15, layout=ORGANIZATION)
ONE_TRAIL = Comparison(
    "organization with one trail, a management account and its members",
    (
        Contestant(OURS, _ORGANIZATION, _AUDIT),
        Contestant(REMEDIATE, _ORGANIZATION, _REMEDIATE),
        Contestant(FLOOR, _ORGANIZATION, _LOOP),
    ),
    sizes=(50,),
)
_BARE_ONE, _BARE = State(1, layout=BARE), State(15, layout=BARE)
ROLLOUT = Comparison(
    "first rollout",
    (
        Contestant(ROLE, _BARE, _ROLE),
        Contestant(CLI, _BARE_ONE, _remediation_of_the_benchmark, rounds=2, accounts=10),
        Contestant(REMEDIATE, _BARE, _REMEDIATE, most=10),
        Contestant(ROLE, _BARE_ONE, _ROLE, most=10),
        Contestant(STOCK, _BARE_ONE, _STOCK_REMEDIATE, most=10, rounds=1),
        Contestant(STOCK, _BARE, _STOCK_REMEDIATE, most=1, rounds=1),
        Contestant(CLI, _BARE, _remediation_of_the_benchmark, most=1, rounds=1),
    ),
    sizes=(5, 50),
)
STEADY_STATE = "steady state"
COMPARISONS = {
    "audit": AUDIT,
    "http": HTTP,
    "others": BESIDE_OTHERS,
    "organization": ONE_TRAIL,
    "rollout": ROLLOUT,
}
JOBS = (*(one.job for one in COMPARISONS.values()), STEADY_STATE)
