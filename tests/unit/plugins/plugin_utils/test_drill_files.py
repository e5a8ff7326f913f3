# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the folder of the drills may hold: no file in it stops a report."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _drill_files as drill_files
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import report_of, result
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.writing import in_each_format

DRILL = {
    "account": "111122223333",
    "when": "2026-11-01T05:00:00Z",
    "depth": "full",
    "outcome": "passed",
    "summary": "The drill passed.",
    "legs": [{"leg": "record", "status": "pass", "seconds": 302.4, "detail": "The record is there."}],
    "controls": [],
}


def _with(**changes: Any) -> Callable[[Path], None]:
    return _text(json.dumps({"account": DRILL["account"], "drills": [{**DRILL, **changes}]}))


def _text(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text)  # type: ignore[return-value]


def _leg(**changes: Any) -> Callable[[Path], None]:
    return _with(legs=[{**DRILL["legs"][0], **changes}])  # type: ignore[index]


def _bytes(data: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(data)  # type: ignore[return-value]


MALFORMED: dict[str, Callable[[Path], None]] = {
    "empty": _text(""),
    "no JSON": _text("passed"),
    "null": _text("null"),
    "a list": _text("[]"),
    "a number": _text("1"),
    "no drills": _text("{}"),
    "drills null": _text('{"drills": null}'),
    "drills a text": _text('{"drills": "full"}'),
    "drills a list of texts": _text('{"drills": ["full"]}'),
    "drills an object": _text('{"drills": {"full": {}}}'),
    "truncated": _text(json.dumps({"drills": [DRILL]})[:-20]),
    "a key is missing": _text('{"drills": [{"when": "2026-11-01T05:00:00Z"}]}'),
    "when null": _with(when=None),
    "depth a list": _with(depth=["full"]),
    "outcome a number": _with(outcome=1),
    "summary an object": _with(summary={}),
    "legs null": _with(legs=None),
    "legs of texts": _with(legs=["record"]),
    "legs an object": _with(legs={"record": 1}),
    "seconds a text": _leg(seconds="302"),
    "seconds true": _leg(seconds=True),
    "seconds NaN": _leg(seconds=float("nan")),
    "seconds infinite": _leg(seconds=float("inf")),
    "seconds beyond all numbers": _leg(seconds=10**400),
    "detail null": _leg(detail=None),
    "controls null": _with(controls=None),
    "controls of texts": _with(controls=["root_usage"]),
    "a control unnamed": _with(controls=[{**DRILL, "control": None}]),
    "deep": _text("[" * 200_000),
    "huge": _text('{"drills": [' + " " * 2_000_000 + "]}"),
    "no UTF-8": _bytes(b'{"drills": ["\xff\xfe"]}'),
    "binary": _bytes(bytes(range(256))),
    "a folder": Path.mkdir,
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a pipe": os.mkfifo,
    "a device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_file_is_left_out_and_the_others_are_reported(kind: str, tmp_path: Path) -> None:
    warned: list[str] = []
    drill_files.write(tmp_path, DRILL, warned.append)
    MALFORMED[kind](tmp_path / "drills" / "222233334444.json")

    drills = drill_files.read(tmp_path, warned.append)

    assert [len(drills[account]) for account in ("111122223333", "222233334444") if drills[account]] == [1]
    assert len(warned) == (kind != "a link to nowhere")
    report = report_of({"one": result(), "two": result("222233334444")}, drills)
    written = in_each_format(report)
    assert "302.4" in written["json"]


@pytest.mark.parametrize("kind", [kind for kind in MALFORMED if kind not in ("a folder", "a link to itself")])
def test_a_new_drill_takes_the_place_of_a_malformed_file(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "drills" / "111122223333.json"
    path.parent.mkdir()
    MALFORMED[kind](path)
    assert drill_files.write(tmp_path, DRILL, lambda _text: None) == path
    assert drill_files.read(tmp_path, pytest.fail)["111122223333"][0]["summary"] == "The drill passed."


def test_an_odd_text_in_a_file_is_made_printable(tmp_path: Path) -> None:
    path = tmp_path / "drills" / "111122223333.json"
    path.parent.mkdir()
    _with(summary="It \ud800 passed.")(path)
    assert drill_files.read(tmp_path, pytest.fail)["111122223333"][0]["summary"] == "It ? passed."


def test_the_umask_decides_who_may_read(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        path = drill_files.write(tmp_path, DRILL, lambda _text: None)
    finally:
        os.umask(before)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o640, 0o750)
