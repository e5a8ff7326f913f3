# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a tool about one account after the other, each in a process of its own: they keep what they read in globals."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

AT_ONCE = 6  # they wait more than they compute


def answer(version: str, ask: Callable[[Path], str], folder: Path) -> None:
    """Read {"url": ..., "accounts": [...]} from stdin; print {"version": ..., "answers": {account: answer}}."""
    request = json.load(sys.stdin)
    os.environ |= {"AWS_ENDPOINT_URL": request["url"], "AWS_SECRET_ACCESS_KEY": "sandbox"}
    os.environ |= {"AWS_DEFAULT_REGION": request["region"], "AWS_EC2_METADATA_DISABLED": "true"}
    running: set[int] = set()
    for account in request["accounts"]:
        if len(running) == AT_ONCE:
            running.remove(os.wait()[0])
        running.add(_start(ask, account, folder / account))
    for _child in running:
        os.wait()
    files = {account: folder / account / "answer" for account in request["accounts"]}
    answers = {account: file.read_text() if file.is_file() else "error" for account, file in files.items()}
    print(json.dumps({"version": version, "answers": answers}))


def _start(ask: Callable[[Path], str], account: str, folder: Path) -> int:
    """Let a new process write its answer into the folder, and return the process's id."""
    folder.mkdir(parents=True)
    child = os.fork()
    if child:
        return child
    os.dup2(2, 1)  # what a tool prints is no answer
    os.environ["AWS_ACCESS_KEY_ID"] = account
    try:
        (folder / "answer").write_text(ask(folder))
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)
