# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`: what an account costs, side by side with the alternatives, in one run on the sandbox, over TLS.

Without options all comparisons run at the sizes that the bars are about, which takes some 20 minutes on two cores. With
one of the options in ARGS only what it names runs, and what is not measured keeps its figures:

    make bench ARGS="--audit 10 1000"             two sizes of the audit
    make bench ARGS="--rollout 1 --rounds 1"      rollouts to one account, by all contestants
    make bench ARGS="--organization 200"          an organization of 200 accounts
    make bench ARGS="--others 1"                  an account with filters and alarms of others

Results: docs/bench/, whose README.md describes them, and the arithmetic in docs/fleet.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

import contestants
import figures
import fleet
from bars import Row
from contestants import COMPARISONS, Comparison, Contestant
from figures import Sample
from fleet import Fleet, State
from harness import Sandbox
from measure import CommandFailed, run


def main() -> None:
    """Measure all contestants and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, comparison in COMPARISONS.items():
        parser.add_argument(f"--{name}", type=int, nargs="+", metavar="ACCOUNTS", help=comparison.job)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured; the median counts")
    arguments = vars(parser.parse_args())
    chosen = {name: arguments[name] for name in COMPARISONS if arguments[name]}
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), arguments["rounds"])
        for name, sizes in (chosen or {name: one.sizes for name, one in COMPARISONS.items()}).items():
            for size in sizes:
                for sample in bench.compare(COMPARISONS[name], size):
                    samples.append(sample)
                    figures.write(samples)  # each time, since an interrupted run has its worth
    print(f"\n{figures.write(samples)}")


class Bench:
    """A run of the bench: where it works, and how often it measures."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self._folder = folder
        self._rounds = rounds

    def compare(self, comparison: Comparison, size: int) -> Iterator[Sample]:
        """Measure the contestants in turn, in rounds: a machine's speed varies."""
        if comparison is contestants.ROLLOUT:
            yield from self._rollouts(size)
            return
        fit = [one for one in comparison.contestants if one.fits(size)]
        with self._sandbox() as sandbox:
            fleets = {state: self._fleet(sandbox, size, state) for state in {one.state for one in fit}}
            for contestant in self._in_turn(fit):
                yield self._measure(comparison.job, size, contestant, fleets[contestant.state], sandbox)

    def _rollouts(self, size: int) -> Iterator[Sample]:
        """Measure the rollout to bare accounts, the same command again, and what an audit of these accounts costs."""
        for contestant in self._in_turn([one for one in contestants.ROLLOUT.contestants if one.fits(size)]):
            with self._sandbox() as sandbox:
                accounts = self._fleet(sandbox, min(size, contestant.accounts or size), contestant.state)
                first = self._measure(contestants.ROLLOUT.job, size, contestant, accounts, sandbox)
                yield first
                if first.cost and len(accounts.accounts) == size:
                    yield self._measure(contestants.STEADY_STATE, size, contestant, accounts, sandbox)
                if first.cost and contestant.name == contestants.ROLE:
                    audit = replace(contestants.AUDIT.contestants[0], state=contestant.state)
                    yield self._measure(contestants.STEADY_STATE, size, audit, accounts, sandbox)

    def _sandbox(self) -> Sandbox:
        return Sandbox.start(tls=self._folder / "tls")

    def _fleet(self, sandbox: Sandbox, size: int, state: State) -> Fleet:
        return fleet.build(sandbox, size, Path(tempfile.mkdtemp(dir=self._folder)), state)

    def _in_turn(self, fit: Sequence[Contestant]) -> Iterator[Contestant]:
        for number in range(self._rounds):
            yield from (one for one in fit if one.rounds is None or number < one.rounds)

    def _measure(self, job: str, size: int, contestant: Contestant, accounts: Fleet, sandbox: Sandbox) -> Sample:
        row = Row(job, size, contestant.name, contestant.state.controls, contestant.state.texts)
        number = len(accounts.accounts)
        sandbox.clear_calls()
        environment = fleet.environment(dict(os.environ), sandbox.ca_bundle)
        started = f"{job}, {size} accounts: {row}"
        try:
            cost = run(contestant.command(accounts), accounts.folder, environment, sandbox.pid)
        except CommandFailed as failure:  # it means nothing for the others
            print(f"{started}\n    failed: {failure}", flush=True)
            return Sample(row, number, None, str(failure).splitlines()[-1])
        cost = replace(cost, calls=len(sandbox.calls()))
        print(f"{started}\n    {cost.cpu / number:.3f} s CPU, {cost.wall / number:.3f} s wall an account", flush=True)
        return Sample(row, number, cost)


if __name__ == "__main__":
    main()
