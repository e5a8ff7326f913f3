# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a task over many hosts has got."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _progress as progress


def test_it_is_told_now_and_then_but_not_at_the_end(tmp_path: Path) -> None:
    told = [progress.finished(tmp_path / "counter", 5, 100.0, 100.0 + moment) for moment in (2, 10, 11, 20, 40)]
    assert told == [
        "",
        "2 of 5 accounts done, 0.2 per second, 15 s remaining",
        "",
        "4 of 5 accounts done, 0.2 per second, 5 s remaining",
        "",
    ]


def test_hosts_that_end_at_the_same_time_are_all_counted(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda _: progress.finished(tmp_path / "counter", 1000, 0.0, 1.0), range(200)))
    assert progress.finished(tmp_path / "counter", 1000, 0.0, 100.0).startswith("201 of 1000")


@pytest.mark.parametrize(
    ("done", "hosts", "seconds", "rest"), [(10, 20, 10, "10 s"), (10, 1000, 10, "16 min"), (1, 10000, 10, "27.8 h")]
)
def test_the_time_to_go_is_told_as_people_say_it(done: int, hosts: int, seconds: float, rest: str) -> None:
    assert progress.line(done, hosts, seconds).endswith(f" {rest} remaining")
