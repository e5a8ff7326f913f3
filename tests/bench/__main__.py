# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`: what an account costs, side by side with the alternatives, in one run on the sandbox.

The whole of it takes about two hours on two cores, since the stock modules alone take five seconds of CPU an account.
Options go through ARGS: `make bench ARGS="--sizes 10 50 --remediate-sizes"` measures two sizes of the audit, and leaves
the other figures as they are. Results: docs/bench/.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

import contestants
import figures
import fleet
from contestants import Contestant
from harness import Sandbox
from measure import Cost, run

ENOUGH = 180.0  # seconds after which a contestant is not measured again at a size


def main() -> None:
    """Measure all contestants and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 50, 200, 1_000], help="accounts to audit")
    parser.add_argument("--remediate-sizes", type=int, nargs="*", default=[10, 50], help="accounts to remediate")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured at most; medians are told")
    arguments = parser.parse_args()
    samples: list[figures.Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        audits = _audits(Path(folder), arguments.sizes, arguments.rounds)
        remediations = _remediations(Path(folder), arguments.remediate_sizes, arguments.rounds)
        for sample in chain(audits, remediations):
            samples.append(sample)
            page = figures.write(samples)  # each time, since an interrupted run has its worth
    print(f"\n{page}")


def _audits(folder: Path, sizes: Sequence[int], rounds: int) -> Iterator[figures.Sample]:
    for size in sizes:
        with Sandbox.start() as sandbox:
            accounts = fleet.build(sandbox, size, folder / f"audit-{size}", complete=True)
            for contestant in _in_turn(contestants.AUDIT, rounds):
                yield _measure("audit", contestant, size, accounts, sandbox)


def _remediations(folder: Path, sizes: Sequence[int], rounds: int) -> Iterator[figures.Sample]:
    for size in sizes:
        for contestant in _in_turn(contestants.REMEDIATE, rounds):
            with Sandbox.start() as sandbox:
                accounts = fleet.build(sandbox, size, folder / f"remediate-{size}", complete=False)
                yield _measure("first rollout", contestant, size, accounts, sandbox)
                yield _measure("steady state", contestant, size, accounts, sandbox)


def _in_turn(rivals: Sequence[Contestant], rounds: int) -> Iterator[Contestant]:
    """Give each its turn in each round, until it has taken its time: of a long measurement one round says enough."""
    taken = dict.fromkeys(rivals, 0.0)
    for _round in range(rounds):
        for contestant in rivals:
            if taken[contestant] < ENOUGH:
                started = time.monotonic()
                yield contestant
                taken[contestant] += time.monotonic() - started


def _measure(job: str, contestant: Contestant, size: int, accounts: fleet.Fleet, sandbox: Sandbox) -> figures.Sample:
    sandbox.clear_calls()
    environment = fleet.environment(dict(os.environ))
    cost, _unused = run(contestant.command(accounts), accounts.folder, environment, sandbox.pid)
    cost = Cost(cost.cpu, cost.wall, cost.memory, cost.sandbox_cpu, len(sandbox.calls()))
    print(
        f"{job:>13}  {size:>5} accounts  {contestant.name:<45} {cost.cpu / size:7.3f} s CPU"
        f" {cost.wall / size:7.3f} s wall an account",
        flush=True,
    )
    return figures.Sample(job, contestant.name, size, cost)


if __name__ == "__main__":
    main()
