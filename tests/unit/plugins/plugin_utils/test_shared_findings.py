# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What workers leave for each other: private, whole or not at all, and trusted only if it is what it should be."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _shared_findings
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._shared_findings import SharedFindings

TEXT = "{ $.eventName = StopLogging }"
FOUND: dict[str, Any] = {"prescribed": False, "about nacl_changes": [True, 7]}


def the_file(temporary: Path) -> Path:
    (path,) = [one for one in (temporary / _shared_findings._FOLDER).iterdir() if one.suffix != ".lock"]
    return path


def test_what_one_leaves_another_finds(tmp_path: Path) -> None:
    SharedFindings(tmp_path).put(TEXT, FOUND)
    assert SharedFindings(tmp_path).get(TEXT) == FOUND
    assert SharedFindings(tmp_path).get(f"{TEXT} ") == {}


def test_only_this_user_may_read_and_write_it(tmp_path: Path) -> None:
    store = SharedFindings(tmp_path)
    store.put(TEXT, FOUND)
    with store.turn(TEXT):
        pass
    folder = tmp_path / _shared_findings._FOLDER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {0o600}


def test_another_version_of_the_collection_does_not_find_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SharedFindings(tmp_path).put(TEXT, FOUND)
    monkeypatch.setattr(_shared_findings, "COLLECTION_VERSION", "0.0.0")
    assert SharedFindings(tmp_path).get(TEXT) == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        json.dumps({"text": "another", "found": FOUND}).encode(),
        json.dumps({"text": TEXT, "found": []}).encode(),
        json.dumps({"text": TEXT, "found": FOUND}).encode()[:-2],
        json.dumps({"text": TEXT, "found": {"x": "y" * 1_000_000}}).encode(),
    ],
)
def test_what_it_is_not_is_ignored(content: bytes, tmp_path: Path) -> None:
    store = SharedFindings(tmp_path)
    store.put(TEXT, FOUND)
    the_file(tmp_path).write_bytes(content)
    assert store.get(TEXT) == {}


def test_a_file_that_others_may_write_is_ignored(tmp_path: Path) -> None:
    store = SharedFindings(tmp_path)
    store.put(TEXT, FOUND)
    the_file(tmp_path).chmod(0o620)
    assert store.get(TEXT) == {}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    store = SharedFindings(tmp_path)
    store.put(TEXT, FOUND)
    elsewhere = the_file(tmp_path).rename(tmp_path / "elsewhere")
    store._path(TEXT).symlink_to(elsewhere)
    assert store.get(TEXT) == {}


def test_what_is_no_file_is_ignored(tmp_path: Path) -> None:
    store = SharedFindings(tmp_path)
    os.mkfifo(store._path(TEXT), 0o600)
    assert store.get(TEXT) == {}


def test_a_file_of_another_user_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SharedFindings(tmp_path)
    store.put(TEXT, FOUND)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert store.get(TEXT) == {}


@pytest.mark.parametrize("kind", ["link", "file", "open to others", "missing"])
def test_a_folder_that_is_not_private_is_not_used(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / _shared_findings._FOLDER
    if kind == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "elsewhere")
    elif kind == "file":
        folder.touch(0o600)
    elif kind == "open to others":
        folder.mkdir()
        folder.chmod(0o770)
    store = SharedFindings(tmp_path / "gone" if kind == "missing" else tmp_path)
    store.put(TEXT, FOUND)
    with store.turn(TEXT):
        assert store.get(TEXT) == {}
    assert not folder.is_dir() or list(folder.iterdir()) == []


@pytest.mark.parametrize("fails", ["replace", "open"])
def test_nothing_is_left_of_a_file_that_can_not_be_written(
    fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SharedFindings(tmp_path)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((Path, "replace") if fails == "replace" else (_shared_findings, "_privately")), full)
    store.put(TEXT, FOUND)
    assert store.get(TEXT) == {}
    assert list((tmp_path / _shared_findings._FOLDER).iterdir()) == []


def test_work_goes_on_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_arguments: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(_shared_findings.fcntl, "flock", unsupported)
    store = SharedFindings(tmp_path)
    with store.turn(TEXT):
        store.put(TEXT, FOUND)
    assert store.get(TEXT) == FOUND


def _examine(temporary: Path, started: Any) -> None:
    """Prove what is not known yet, which takes a while and is noted."""
    store = SharedFindings(temporary)
    started.wait()
    with store.turn(TEXT):
        if not store.get(TEXT):
            time.sleep(0.05)
            with (temporary / "proven").open("a") as notes:
                notes.write("x")
            store.put(TEXT, FOUND)


def test_of_several_workers_one_proves(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    started = context.Barrier(4)
    workers = [context.Process(target=_examine, args=(tmp_path, started)) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert (tmp_path / "proven").read_text() == "x"


def _die_examining(temporary: Path) -> None:
    with SharedFindings(temporary).turn(TEXT):
        os._exit(9)


def test_a_worker_that_is_killed_keeps_nobody_waiting(tmp_path: Path) -> None:
    worker = multiprocessing.get_context("fork").Process(target=_die_examining, args=(tmp_path,))
    worker.start()
    worker.join()
    with SharedFindings(tmp_path).turn(TEXT):
        assert worker.exitcode == 9
