# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account whose answers never end: it is given up, and the others are reported."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from harness import Sandbox, accounts_inventory

LONGEST = 10


class Trickle(socketserver.BaseRequestHandler):
    """Answers with a byte a second, so that no read of a socket takes long."""

    ended = threading.Event()

    def handle(self) -> None:
        with suppress(OSError):
            self.request.recv(65536)
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n")
            while not self.ended.wait(1):
                self.request.sendall(b" ")


@pytest.fixture
def trickling() -> Iterator[str]:
    Trickle.ended.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Trickle) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        Trickle.ended.set()
        server.shutdown()


def test_an_account_that_trickles_is_given_up(
    sandbox: Sandbox, tmp_path: Path, ansible_playbook: Any, trickling: str
) -> None:
    inventory = accounts_inventory(sandbox.url, {"bare": sandbox.new_account(), "trickling": sandbox.new_account()})
    inventory["all"]["hosts"]["trickling"]["aws_endpoint_url"] = trickling
    given = {"cis_monitoring_timeout": LONGEST, "cis_monitoring_report_dir": str(tmp_path / "reports")}

    run = ansible_playbook("aws_cis.monitoring.audit", inventory, "-e", json.dumps(given))

    assert run.rc == 0, run.stdout
    assert "2 accounts: 1 non compliant, 1 unreachable" in run.result("Write the report")["lines"]
    read = run.result("Read the account", "trickling")
    assert f"Timed out after {LONGEST} second(s)" in read["msg"]
    assert not read.get("failed"), "its message stands in the last lines alone"


@pytest.mark.parametrize(
    ("playbook", "task"),
    [
        pytest.param("remediate", "Read the account and plan the changes", marks=pytest.mark.slow),
        pytest.param("drill", "Plan the drill", marks=pytest.mark.slow),
    ],
)
def test_an_account_that_trickles_fails_before_anything_is_written(
    sandbox: Sandbox, ansible_playbook: Any, trickling: str, playbook: str, task: str
) -> None:
    inventory = accounts_inventory(sandbox.url, {"trickling": sandbox.new_account()})
    inventory["all"]["hosts"]["trickling"]["aws_endpoint_url"] = trickling
    given = {"cis_monitoring_timeout": LONGEST}

    run = ansible_playbook(f"aws_cis.monitoring.{playbook}", inventory, "-e", json.dumps(given))

    assert run.rc != 0, run.stdout
    assert f"Timed out after {LONGEST} second(s)" in run.result(task, "trickling")["msg"]
