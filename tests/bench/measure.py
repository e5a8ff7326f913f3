# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command costs: the CPU time of all its processes, its wall time, and its largest process."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST = 1800  # seconds, after which a command has failed
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """CPU and wall time in seconds, memory of the largest process in MiB, and what the sandbox spent beside it."""

    cpu: float
    wall: float
    memory: float
    sandbox_cpu: float
    calls: int


class CommandFailed(Exception):
    """A contestant did not do its job, so its cost means nothing."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], sandbox_pid: int) -> Cost:
    """Run a command to its end. Raises CommandFailed with the end of its output if it fails or does not end."""
    output = folder / "output.txt"
    sandbox_before, started = cpu_of(sandbox_pid), time.monotonic()
    with output.open("w") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
        too_long = threading.Timer(LONGEST, os.killpg, (process.pid, signal.SIGKILL))
        too_long.start()
        try:
            _unused, status, usage = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGTERM)
            raise
        finally:
            too_long.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - started
    if process.returncode:
        end = output.read_text()[-3000:]
        raise CommandFailed(f"{end}\n{Path(command[0]).name} ended with status {process.returncode}.")
    return Cost(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=wall,
        memory=usage.ru_maxrss / 1024,
        sandbox_cpu=cpu_of(sandbox_pid) - sandbox_before,
        calls=0,
    )


def cpu_of(pid: int) -> float:
    """Return the CPU time of a process so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
