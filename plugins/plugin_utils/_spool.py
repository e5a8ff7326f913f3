# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of an audit as they come in, in the run's own temporary folder, for a report should the run end before it.

If a worker is killed Ansible ends the whole run, and with it goes what the others have read.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_SPOOL = "aws-cis-monitoring-audit"
_RUN = "run.json"
_UNREAD = {"failed": True, "msg": "The run ended before this account was read."}


def keep(temporary: Path, host: str, result: Mapping[str, Any], run: Callable[[], Mapping[str, Any]]) -> None:
    """Keep the result of a host. `run` returns the hosts, and where and how to report. Raises OSError."""
    folder = temporary / _SPOOL
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / _RUN).exists():
        _write(folder / _RUN, run())
    _write(folder / hashlib.sha256(host.encode(errors="surrogatepass")).hexdigest(), {"host": host, "result": result})


def _write(path: Path, data: Mapping[str, Any]) -> None:
    """Write a file that appears whole or not at all, by a worker that may be killed."""
    unfinished = path.with_name(f"{path.name}-{os.getpid()}")
    unfinished.write_text(json.dumps(data), encoding="utf-8")
    unfinished.replace(path)


def kept(temporary: Path) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return how to report, and the results by host with a failure for each that was not read; None without a result.

    Raises OSError and ValueError.
    """
    folder = temporary / _SPOOL
    read = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("?" * 64)]
    if not read:
        return None
    run: dict[str, Any] = json.loads((folder / _RUN).read_text(encoding="utf-8"))
    return run, {**dict.fromkeys(run["hosts"], _UNREAD), **{one["host"]: one["result"] for one in read}}


def forget(temporary: Path) -> None:
    """Remove what was kept: it is reported."""
    shutil.rmtree(temporary / _SPOOL, ignore_errors=True)
