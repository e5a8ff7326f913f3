# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Python processes of a run did: which program each was, what it read of botocore's data, where it connected.

Also which findings about texts it left for others.

A `sitecustomize` of ours hears of it from the interpreter and notes it in a file. Ansible's workers are forks of
ansible-playbook, so they note too, with process ids of their own.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SITECUSTOMIZE = """
import json, os, sys

def note(**what):
    with open(os.environ["NOTES"], "a") as notes:
        print(json.dumps({"process": os.getpid(), **what}), file=notes)

def heard(event, arguments):
    if event == "open" and "/botocore/data/" in str(arguments[0]):
        note(loaded=str(arguments[0]).partition("/botocore/data/")[2])
    elif event == "os.rename" and "/aws-cis-monitoring-findings/" in str(arguments[1]):
        note(left=os.path.basename(arguments[1]))
    elif event == "socket.connect" and isinstance(arguments[1], tuple):  # not a Unix socket
        note(connected=str(arguments[1]))

note(started=os.path.basename(next((one for one in sys.orig_argv[1:] if not one.startswith("-")), "")))
sys.addaudithook(heard)
"""


@dataclass(frozen=True)
class Notes:
    """What was noted."""

    file: Path

    def all(self, what: str) -> list[tuple[int, str]]:
        """Return process id and text of the notes of a kind: started, loaded, connected or left."""
        lines: list[dict[str, Any]] = [json.loads(line) for line in self.file.read_text().splitlines()]
        return [(line["process"], line[what]) for line in lines if what in line]

    def modules(self) -> list[str]:
        """Return the names of the modules that had a process of their own."""
        names = (name for _process, name in self.all("started"))
        return [name.removeprefix("AnsiballZ_").removesuffix(".py") for name in names if name.startswith("AnsiballZ_")]


def noting(folder: Path) -> tuple[Notes, dict[str, str]]:
    """Return the notes, empty yet, and the environment variables that make them."""
    place = folder / "noting"
    place.mkdir()
    (place / "sitecustomize.py").write_text(_SITECUSTOMIZE)
    notes = Notes(place / "notes")
    notes.file.touch()
    path = [str(place), *filter(None, [os.environ.get("PYTHONPATH")])]
    return notes, {"PYTHONPATH": os.pathsep.join(path), "NOTES": str(notes.file)}
