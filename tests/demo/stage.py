# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The terminal output of the demo, and the results of its steps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
_failures: list[str] = []


def _paint(text: str, code: str) -> str:
    return f"\033[{code}m{text}\033[0m" if _COLOUR else text


def say(text: str) -> None:
    """Print a text."""
    print(text, flush=True)


def title(text: str) -> None:
    """Print the title of the demo."""
    say(_paint(f"\n{text}\n", "1"))


def step(number: int, of: int, text: str) -> None:
    """Print the headline of a step."""
    say(_paint(f"\n[{number}/{of}] {text}\n", "1;36"))


def command(*words: str) -> None:
    """Print the command that is about to run."""
    say(_paint("$ " + " ".join(words), "1"))


def quote(text: str) -> None:
    """Print a quoted text, indented."""
    for line in text.rstrip().splitlines():
        say(_paint(f"    {line}", "2"))


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command, show its output as it comes, and return it with its exit status."""
    lines = []
    with subprocess.Popen(
        arguments, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            print(line, end="", flush=True)
    return subprocess.CompletedProcess(arguments, process.returncode, "".join(lines), "")


def expect(holds: bool, text: str) -> None:
    """Print whether something is as it should be, and remember it for the exit status."""
    say(_paint("  ok      ", "32") + text if holds else _paint("  FAILED  ", "1;31") + text)
    if not holds:
        _failures.append(text)


def keep(folder: Path) -> Path:
    """Move a report out of the temporary folder and return the path of its page."""
    target = Path(__file__).parents[2] / ".demo"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder / "latest", target)
    return target / "report.html"


def verdict() -> int:
    """Print the result of the demo and return its exit status."""
    if _failures:
        say(_paint(f"\nThe demo failed: {'; '.join(_failures)}", "1;31"))
        return 1
    say(_paint("\nEvery step had the expected result.", "1;32"))
    return 0
