# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Displays what a run comes down to after everything else, so that it is what stays on the terminal.

Tasks run in workers, and Ansible's recap of all hosts comes after the last of them. So a worker leaves its lines in the
run's own temporary folder, and the process that runs the playbook displays them when it ends. Whatever the callback
plugin, and its format of results, they are shown as they are.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ansible import constants

from ._report.screen import Screen
from ._terminal import is_verbose, say

_FILE = "aws-cis-monitoring-last-screen"
# Before Ansible forks, since a worker has no terminal. A log is wider than most terminals.
_WIDTH, _HEIGHT = shutil.get_terminal_size((120, 24))
_AROUND = 1  # the shell's next prompt


def leave(screen: Screen) -> None:
    """Leave a screen for the end of the run, below those that earlier playbooks of the run have left."""
    lines = screen.all_lines() if is_verbose() else screen.lines(_WIDTH, _HEIGHT - _AROUND)
    with suppress(OSError), _file().open("a", encoding="utf-8") as file:
        file.write(json.dumps(lines) + "\n")


def path_to(folder: Path, name: str) -> str:
    """Return the path of a file, or of its folder if there is no such file, as short as it may be."""
    path = folder / name if (folder / name).exists() else folder
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _file() -> Path:
    return Path(constants.DEFAULT_LOCAL_TMP) / _FILE


def display(screens: Iterable[Iterable[str]]) -> None:
    """Display screens, one after the other."""
    for number, lines in enumerate(screens):
        for line in (*([""] if number else ()), *lines):
            say(line)


def _at_the_end(process: int) -> None:
    if os.getpid() != process:
        return
    with suppress(OSError, ValueError):
        display([json.loads(line) for line in _file().read_text(encoding="utf-8").splitlines()])


atexit.register(_at_the_end, os.getpid())
