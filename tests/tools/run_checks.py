# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the checks of noxfile.py side by side, show what failed, and end with one summary.

`.venv/bin/python tests/tools/run_checks.py` runs those of `make test`, with `--tag quick` those of `make check`, with
`--tag slow` those of `make test-slow`; names of sessions run those alone. A check fails too if it saw nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from environment import CACHE, ROOT
from report import VARIABLE, Report

LOGS = CACHE / "checks"
NOX = Path(sys.executable).parent / "nox"
MAIN = ".venv"
VERSIONS = """
import importlib.metadata, json, pathlib, platform, sysconfig
path = pathlib.Path(sysconfig.get_path("purelib"), "ansible_collections", "amazon", "aws", "MANIFEST.json")
print("Python", platform.python_version(), "with ansible-core", importlib.metadata.version("ansible-core") + ",",
      "amazon.aws", json.loads(path.read_text())["collection_info"]["version"] + ",",
      "boto3", importlib.metadata.version("boto3"))
"""


@dataclass(frozen=True)
class Result:
    """How a check ended."""

    name: str
    status: int
    seconds: float
    report: Report
    log: Path

    @property
    def word(self) -> str:
        """The result in a word or two."""
        if self.report.not_run and not self.status:
            return "not run"
        if self.status:
            return "FAILED"
        return "passed" if self.report.saw else "SAW NOTHING"

    @property
    def ok(self) -> bool:
        """Whether it may count as success."""
        return self.word in ("passed", "not run")

    @property
    def counts(self) -> tuple[int, int]:
        """How many passed and failed: tests where it runs tests, else itself."""
        if self.word == "not run":
            return 0, 0
        if self.report.passed or self.report.failed:
            return self.report.passed, max(self.report.failed, 0 if self.ok else 1)
        return (1, 0) if self.ok else (0, 1)


def main() -> int:
    """Return 0 if every check passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checks", nargs="*", help="sessions of noxfile.py; those of the tag if none is given")
    parser.add_argument("--tag", choices=["quick", "check", "slow"], default="check", help="which sessions to run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many to run at a time")
    arguments = parser.parse_args()
    names = arguments.checks or tagged(arguments.tag)
    LOGS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    print(f"{len(names)} checks, {arguments.jobs} at a time; output in {LOGS.relative_to(ROOT)}/", flush=True)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        results = [shown(future.result()) for future in as_completed(pool.submit(run, name) for name in names)]
    results.sort(key=lambda result: names.index(result.name))
    print(summary(results, time.monotonic() - started))
    return 0 if all(result.ok for result in results) else 1


def tagged(tag: str) -> list[str]:
    """Return the sessions with a tag, in the order of the file."""
    listed = subprocess.run(
        [NOX, "--list", "--json", "--tags", tag], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [session["session"] for session in json.loads(listed.stdout)]


def run(name: str) -> Result:
    """Run a check, with its output in a file."""
    log, reported = LOGS / f"{name}.log", LOGS / f"{name}.json"
    reported.unlink(missing_ok=True)
    started = time.monotonic()
    with log.open("w") as output:
        status = subprocess.run(
            [NOX, "--session", name],
            cwd=ROOT,
            env={**os.environ, VARIABLE: str(reported), "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    return Result(name, status, time.monotonic() - started, Report.read(reported), log)


def shown(result: Result) -> Result:
    """Say how a check ended, with all that it printed if it failed."""
    print(f"{result.word:12}{result.name} ({result.seconds:.0f} s)", flush=True)
    if not result.ok:
        print(result.log.read_text().rstrip(), f"--- end of {result.name}\n", sep="\n", flush=True)
    return result


def summary(results: Sequence[Result], seconds: float) -> str:
    """Sum up what ran, what it saw and what did not run."""
    rows = [("check", "saw", "result", "seconds")]
    rows += [(one.name, one.report.saw or "-", one.word, f"{one.seconds:.0f}") for one in results]
    skipped = [f"  {one.name}: {line}" for one in results for line in one.report.skipped]
    not_run = [f"  {one.name}: {one.report.not_run}" for one in results if one.word == "not run"]
    environments = sorted({MAIN, *(one.report.environment for one in results if one.report.environment)})
    passed, failed = (sum(numbers) for numbers in zip(*(one.counts for one in results), strict=True))
    return "\n".join(
        [
            "",
            *_aligned(rows),
            "",
            "pairs tested:",
            *(f"  {versions(one)}" for one in environments),
            *(["checks not run:", *not_run] if not_run else []),
            *(["tests skipped:", *skipped] if skipped else []),
            f"{len(results)} checks in {seconds:.0f} s. The tests, and each check that is no test runner:",
            f"{passed} passed, {failed} failed",
        ]
    )


def versions(environment: str) -> str:
    """Say what an environment in the checkout has."""
    python = ROOT / environment / "bin" / "python"
    asked = subprocess.run([python, "-c", VERSIONS], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or f"{environment} can't be asked: {asked.stderr.strip()}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


if __name__ == "__main__":
    sys.exit(main())
