# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments are pinned for each pair of Python and ansible-core."""

from __future__ import annotations

import re

import environment
import pytest


@pytest.mark.parametrize(
    ("python", "series", "second"),
    [
        ((3, 11, 7), "core-2.19", "core-2.21"),
        ((3, 12, 0), "core-2.21", "core-2.19"),
        ((3, 14, 0), "core-2.21", "core-2.19"),
    ],
)
def test_the_oldest_and_the_newest_release_are_tested_with_any_python(
    monkeypatch: pytest.MonkeyPatch, python: tuple[int, int, int], series: str, second: str
) -> None:
    monkeypatch.setattr(environment.sys, "version_info", python)
    assert environment.main_environment().requirements.stem == series
    assert environment.second_series() == second


def test_every_file_of_pins_is_of_its_series() -> None:
    for series in environment.SERIES:
        pins = (environment.REQUIREMENTS / f"{series}.txt").read_text()
        assert f"\nansible-core=={series.removeprefix('core-')}." in pins


def test_every_pin_has_a_hash() -> None:
    for file in environment.REQUIREMENTS.glob("*.txt"):
        unlocked = re.findall(r"^(\S+==[^\n]*)\n(?! +--hash=sha256:)", file.read_text(), re.MULTILINE)
        assert unlocked == [], file.name


def test_the_installer_itself_is_installed_with_hashes() -> None:
    name, *hashes = environment._pinned("uv").split(" \\\n    ")
    assert re.fullmatch(r"uv==[\d.]+", name)
    assert len(hashes) > 1
    assert all(one.startswith("--hash=sha256:") for one in hashes)


def test_a_series_without_an_interpreter_has_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(environment.SERIES, "core-2.22", ("3.99",))
    assert environment.series_environment("core-2.22") is None
    assert environment.interpreters("core-2.22") == "3.99"


def test_a_python_that_is_too_old_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment.sys, "version_info", (3, 10, 1))
    assert environment.main(["main"]) == 2
    assert "make PYTHON=" in capsys.readouterr().err
