# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of reports: whole or not there, readable for whom the umask says, and without what dead runs left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _report_folder as report_folder

LONG_AGO = 1_700_000_000


def test_the_umask_decides_who_may_read(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        folder = report_folder.write(tmp_path / "reports", {"report.json": ["{}"]})
    finally:
        os.umask(before)
    modes = [path.stat().st_mode & 0o777 for path in (folder.parent, folder, folder / "report.json")]
    assert modes == [0o750, 0o750, 0o640]


def test_a_lone_surrogate_stops_no_report(tmp_path: Path) -> None:
    folder = report_folder.write(tmp_path, {"report.json": ['"prod\ud800"']})
    assert (folder / "report.json").read_text() == r'"prod\ud800"'


def test_latest_stays_where_the_report_is_not_to_be_it(tmp_path: Path) -> None:
    first = report_folder.write(tmp_path, {"report.json": ["{}"]})
    second = report_folder.write(tmp_path, {"report.json": ["{}"]}, is_latest=False)
    assert first != second
    assert (tmp_path / "latest").resolve() == first


def test_what_dead_runs_left_is_removed_and_what_is_being_written_stays(tmp_path: Path) -> None:
    for name in (".unfinished-old", ".unfinished-slow", ".unfinished-young"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.json").write_text("{")
    for name in (".latest-123", ".latest-young"):
        (tmp_path / name).symlink_to("nowhere")
    (tmp_path / ".unfinished-file").write_text("{")
    for name in (
        ".unfinished-old/report.json",
        ".unfinished-old",
        ".unfinished-slow",
        ".latest-123",
        ".unfinished-file",
    ):
        os.utime(tmp_path / name, (LONG_AGO, LONG_AGO), follow_symlinks=False)
    report_folder.write(tmp_path, {})
    assert sorted(path.name for path in tmp_path.glob(".*")) == [
        ".latest-young",
        ".unfinished-slow",
        ".unfinished-young",
    ]


def test_what_fails_leaves_latest_as_it_was(tmp_path: Path) -> None:
    first = report_folder.write(tmp_path, {"report.json": ["{}"]})
    with pytest.raises(OSError, match="directory"):
        report_folder.write(tmp_path, {"no/such/report.json": ["{}"]})
    assert (tmp_path / "latest").resolve() == first
