# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Meet AWS itself: `make acceptance`, with credentials in the environment. docs/acceptance.md says what it does.

Reads only, unless it is told to write.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import botocore.session
import yaml
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap, LogGroup, Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import Clients, ConnectionOptionsError
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import TaskError
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.subject import concerns
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "integration"))

import comparison
import reading
import rollout
from asking import Kept, ask
from questions import questions
from scratch import NotOurs, Scratch

from playbooks import Playbooks

RATE = 5.0  # calls a second: the quota of TestMetricFilter ('CloudWatch Logs quotas')
PREFIX = re.compile(r"[a-z][a-z0-9-]{2,19}")
INTERVAL = 10  # seconds between two looks of a drill


class Refused(Exception):
    """It can't be done, or must not be; the message says why, and what to do."""


@dataclass
class Run:
    """What is found out, for the file."""

    account: str
    partition: str
    clients: Clients
    folder: Path
    problems: int = 0
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """The region that is asked."""
        return str(self.clients.region)


def main() -> int:
    """Return 0 if AWS does what we say, 1 if something differs, 2 if it can't be found out."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))  # so that what was made is removed
    try:
        run = _begin(arguments.folder)
        if arguments.clean:
            _clean(run, arguments.prefix)
        else:
            observation = _audit(run)
            if arguments.write:
                _refuse_an_account_in_use(observation, arguments.prefix)
            _ask_about_patterns(run, arguments.rate)
            if arguments.write:
                _go_the_whole_way(run, arguments.prefix, arguments.interval)
            _write(run)
    except (Refused, NotOurs) as refused:
        print(f"acceptance: {refused}", file=sys.stderr)
        return 2
    except (BotoCoreError, ClientError, TaskError, ConnectionOptionsError) as error:
        print(f"acceptance: {error}\ndocs/policies/acceptance.json has the required permissions.", file=sys.stderr)
        return 2
    return 1 if run.problems else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="acceptance", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / ".cache" / "acceptance", help="for answers and results")
    parser.add_argument("--rate", type=float, default=RATE, help="calls to TestMetricFilter a second (%(default)s)")
    parser.add_argument("--write", action="store_true", help="go the whole way, in a scratch account only")
    parser.add_argument("--clean", action="store_true", help="only remove what an interrupted run has left")
    parser.add_argument("--prefix", default="", help="what the names of all that is made begin with")
    parser.add_argument("--interval", type=int, default=INTERVAL, help="seconds between two looks of a drill")
    arguments = parser.parse_args()
    if (arguments.write or arguments.clean) and not PREFIX.fullmatch(arguments.prefix):
        parser.error(
            f"PREFIX {arguments.prefix!r} is invalid. Use 3 to 20 lowercase letters, digits and hyphens, "
            "starting with a letter."
        )
    return arguments


def _begin(folder: Path) -> Run:
    # botocore reads AWS_DEFAULT_REGION and the profile; modules read AWS_REGION too.
    region = os.environ.get("AWS_REGION") or botocore.session.Session().get_config_variable("region")
    if not region:
        raise Refused("No region is set. Set AWS_REGION, or a region in the profile that AWS_PROFILE names.")
    clients = Clients({"region": region})
    identity = clients.client("sts").get_caller_identity()
    run = Run(identity["Account"], identity["Arn"].split(":")[1], clients, folder.resolve())
    print(f"Account {run.account}, region {run.region}, partition {run.partition}", flush=True)
    collection = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    run.found = {
        "date": datetime.now(tz=UTC).date().isoformat(),
        "collection": collection,
        "botocore": version("botocore"),
        "partition": run.partition,
        "region": run.region,
    }
    return run


def _ask_about_patterns(run: Run, rate: float) -> None:
    asked = questions()
    kept = Kept(run.folder / f"answers-{run.region}.jsonl")
    known = sum(kept.get(question) is not None for question in asked)
    print(f"Filter patterns: {len(asked)} calls to TestMetricFilter, {known} of them answered before", flush=True)
    logs = run.clients.client("logs")
    answers = ask(logs, asked, kept, rate, partial(_tell, len(asked) - known))
    comparisons = comparison.compared(answers)
    print(*comparison.table(comparisons), sep="\n", flush=True)
    run.problems += sum(not one.agrees for one in comparisons)
    run.found["filter_patterns"] = comparison.entries(comparisons)


def _tell(of: int, asked: int) -> None:
    if asked % 50 == 0 or asked == of:
        print(f"  asked {asked} of {of}", flush=True)


def _audit(run: Run) -> Observation:
    """Audit as users do, and read the account once more to look at each answer."""
    ended = Playbooks(run.folder / "audit", run.region).run("audit", {})
    for result in ended.results("Write the report"):
        print("The audit:", *result["lines"], sep="\n  ", flush=True)
    failed = bool(ended.rc) or any(result.get("failed") for result in ended.results("Read the account"))
    if failed:
        print(f"The audit failed. See {run.folder / 'audit' / 'audit.log'}.", flush=True)
        run.problems += 1
    observation, found = reading.read(run.clients)
    print(*reading.lines(found), sep="\n", flush=True)
    run.problems += len(found.departures)
    run.found["audit"] = {"failed": failed, "calls": dict(found.calls)}
    run.found["not_as_expected"] = [{"call": call, "what": what} for call, what in sorted(found.departures)]
    return observation


def _go_the_whole_way(run: Run, prefix: str, interval: int) -> None:
    scratch, playbooks = _scratch(run, prefix)
    with _removed_afterwards(run, scratch, playbooks):
        _take(run, rollout.go(playbooks, scratch, interval))


def _refuse_an_account_in_use(observation: Observation, prefix: str) -> None:
    """A drill sets off alarms, so that there must be none but ours."""
    if isinstance(observation.trails, Gap):
        raise Refused("The trails of the account could not be read. Nothing was written.")
    for group in observation.log_groups.values():
        if isinstance(group, Gap) or (isinstance(group, LogGroup) and isinstance(group.filters, Gap)):
            raise Refused("Some log groups of trails could not be read. Nothing was written.")
        if isinstance(group, LogGroup) and group.name != f"{prefix}-trail":
            for one in (one for one in group.filters if any(concerns(one.pattern, name) for name in CONTROLS)):
                raise Refused(
                    f"Metric filter {one.name} in {group.name} already monitors a control. A drill would trigger "
                    "its alarm. Nothing was written. Use a scratch account."
                )


def _scratch(run: Run, prefix: str) -> tuple[Scratch, Playbooks]:
    session = botocore.session.Session()
    session.set_config_variable("region", run.region)
    return Scratch(session, prefix, run.account, run.partition), Playbooks(run.folder / "whole-way", run.region)


@contextmanager
def _removed_afterwards(run: Run, scratch: Scratch, playbooks: Playbooks) -> Iterator[None]:
    """Remove what an earlier run has left, and whatever happens in the block, what it makes."""
    if any(rollout.left(scratch)):
        print("An earlier run has left resources:", flush=True)
        _take(run, rollout.remove(playbooks, scratch))
    try:
        yield
    finally:
        _take(run, rollout.remove(playbooks, scratch))
        _list_left(run, scratch)


def _clean(run: Run, prefix: str) -> None:
    scratch, playbooks = _scratch(run, prefix)
    _take(run, rollout.remove(playbooks, scratch))
    _list_left(run, scratch)


def _take(run: Run, steps: Iterator[rollout.Step]) -> None:
    for step in steps:
        print(f"{'FAILED' if step.problem else 'ok':8}{step.name}" + (f": {step.problem}" if step.problem else ""))
        sys.stdout.flush()
        run.problems += bool(step.problem)
        run.found.setdefault("whole_way", []).append({"step": step.name, "problem": step.problem})


def _list_left(run: Run, scratch: Scratch) -> None:
    left: Sequence[str] = list(rollout.left(scratch))
    print("Resources left in the account:", *(left or ["none"]), sep="\n  ", flush=True)
    run.problems += len(left)
    run.found["left"] = left


def _write(run: Run) -> None:
    file = run.folder / "acceptance.json"
    rollout.write_json(file, run.found, run.account)
    print(f"Results to send to the project, without the account ID: {file}")


if __name__ == "__main__":
    sys.exit(main())
