# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a tool one question after the other, each in a process of its own: they keep what they read in globals."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

AT_ONCE = 6  # they wait more than they compute


def answer(version: str, ask: Callable[[str, Path], str], folder: Path) -> None:
    """Read {"url": ..., "questions": [[account, about], ...]} from stdin; print {"version": ..., "answers": [...]}.

    ask: gets what the question is about, and a folder of its own.
    """
    request = json.load(sys.stdin)
    os.environ |= {"AWS_ENDPOINT_URL": request["url"], "AWS_SECRET_ACCESS_KEY": "sandbox"}
    os.environ |= {"AWS_DEFAULT_REGION": request["region"], "AWS_EC2_METADATA_DISABLED": "true"}
    running: set[int] = set()
    for number, (account, about) in enumerate(request["questions"]):
        if len(running) == AT_ONCE:
            running.remove(os.wait()[0])
        running.add(_start(ask, account, about, folder / str(number)))
    for _child in running:
        os.wait()
    files = [folder / str(number) / "answer" for number in range(len(request["questions"]))]
    answers = [file.read_text() if file.is_file() else "error" for file in files]
    print(json.dumps({"version": version, "answers": answers}))


def _start(ask: Callable[[str, Path], str], account: str, about: str, folder: Path) -> int:
    """Let a new process write its answer into the folder, and return the process's id."""
    folder.mkdir(parents=True)
    child = os.fork()
    if child:
        return child
    os.dup2(2, 1)  # what a tool prints is no answer
    os.environ["AWS_ACCESS_KEY_ID"] = account
    try:
        (folder / "answer").write_text(ask(about, folder))
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)
