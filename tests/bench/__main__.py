# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`: what an account costs, side by side with the alternatives, in one run on the sandbox, over TLS.

Options go through ARGS. What is not measured keeps its figures:

    make bench ARGS="--sizes 10 50 --remediate-sizes"      two sizes of the audit, and no rollout
    make bench ARGS="--sizes --remediate-sizes 10"         rollouts alone
    make bench ARGS="--everything --seconds 180"           also what takes hours at large sizes

Results: docs/bench/, and the arithmetic in docs/fleet.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

import contestants
import figures
import fleet
from contestants import Contestant
from fleet import FIFTEEN, ONE, Fleet
from harness import Sandbox
from measure import Cost, run

CONTROLS = {len(ONE): ONE, len(FIFTEEN): FIFTEEN}


def main() -> None:
    """Measure all contestants and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1, 10, 50, 200, 1_000], help="accounts to audit")
    parser.add_argument("--remediate-sizes", type=int, nargs="*", default=[1, 10], help="accounts to remediate")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured at most; medians are told")
    parser.add_argument("--seconds", type=float, default=5, help="after which a contestant is not measured again")
    parser.add_argument("--everything", action="store_true", help="measure the slow ones at every size")
    arguments = parser.parse_args()
    samples: list[figures.Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), arguments.rounds, arguments.seconds, arguments.everything)
        for sample in chain(bench.audits(arguments.sizes), bench.remediations(arguments.remediate_sizes)):
            samples.append(sample)
            figures.write(samples)  # each time, since an interrupted run has its worth
    print(f"\n{figures.write(samples)}")


class Bench:
    """A run of the bench: where it works, and how much time it takes for each contestant."""

    def __init__(self, folder: Path, rounds: int, seconds: float, everything: bool) -> None:
        self._folder = folder
        self._rounds = rounds
        self._seconds = seconds
        self._everything = everything

    def audits(self, sizes: Sequence[int]) -> Iterator[figures.Sample]:
        """Measure the audit of complete accounts."""
        for size in sizes:
            rivals = contestants.ONE_ACCOUNT if size == 1 else contestants.AUDIT
            with self._sandbox() as sandbox:
                fleets = self._fleets(sandbox, rivals, size, complete=True)
                for contestant in self._in_turn(rivals, size):
                    yield self._measure("audit", contestant, fleets[contestant.controls], sandbox)

    def remediations(self, sizes: Sequence[int]) -> Iterator[figures.Sample]:
        """Measure the rollout to bare accounts, and the same command again."""
        for size in sizes:
            for contestant in self._in_turn(contestants.REMEDIATE, size):
                with self._sandbox() as sandbox:
                    bare = self._fleets(sandbox, [contestant], size, complete=False)[contestant.controls]
                    yield self._measure("first rollout", contestant, bare, sandbox)
                    yield self._measure("steady state", contestant, bare, sandbox)

    def _sandbox(self) -> Sandbox:
        return Sandbox.start(tls=self._folder / "tls")

    def _fleets(self, sandbox: Sandbox, rivals: Sequence[Contestant], size: int, complete: bool) -> Mapping[int, Fleet]:
        return {
            number: fleet.build(sandbox, size, self._folder / f"{number}-controls", CONTROLS[number], complete)
            for number in {contestant.controls for contestant in rivals}
        }

    def _in_turn(self, rivals: Sequence[Contestant], size: int) -> Iterator[Contestant]:
        """Give each its turn in each round, until it has taken its time: of a long one a round says enough."""
        fit = [one for one in rivals if self._everything or one.most is None or size <= one.most]
        taken = dict.fromkeys(fit, 0.0)
        for _round in range(self._rounds):
            for contestant in fit:
                if taken[contestant] < self._seconds:
                    started = time.monotonic()
                    yield contestant
                    taken[contestant] += time.monotonic() - started

    def _measure(self, job: str, contestant: Contestant, accounts: Fleet, sandbox: Sandbox) -> figures.Sample:
        sandbox.clear_calls()
        environment = fleet.environment(dict(os.environ), sandbox.ca_bundle)
        cost, _unused = run(contestant.command(accounts), accounts.folder, environment, sandbox.pid)
        cost = Cost(cost.cpu, cost.wall, cost.memory, cost.sandbox_cpu, len(sandbox.calls()))
        size = len(accounts.accounts)
        print(
            f"{job:>13}  {size:>5} accounts  {contestant.controls:>2} controls  {contestant.name:<45}"
            f" {cost.cpu / size:7.3f} s CPU {cost.wall / size:7.3f} s wall per account",
            flush=True,
        )
        return figures.Sample(job, contestant.name, contestant.controls, size, cost)


if __name__ == "__main__":
    main()
