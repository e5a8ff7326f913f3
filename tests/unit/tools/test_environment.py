# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments are pinned for each pair of Python and ansible-core."""

from __future__ import annotations

import environment
import pytest


@pytest.mark.parametrize(
    ("python", "series", "other"),
    [
        ((3, 11, 7), "core-2.19", "3.13 or 3.12"),
        ((3, 12, 0), "core-2.21", "3.11"),
        ((3, 14, 0), "core-2.21", "3.11"),
    ],
)
def test_each_python_has_its_series_and_another_for_the_second_pair(
    monkeypatch: pytest.MonkeyPatch, python: tuple[int, int, int], series: str, other: str
) -> None:
    monkeypatch.setattr(environment.sys, "version_info", python)
    assert environment.main_environment().requirements.stem == series
    assert environment.others() == other


def test_every_file_of_pins_exists() -> None:
    for series in environment.SERIES.values():
        assert (environment.REQUIREMENTS / f"{series}.txt").is_file()


def test_a_python_that_is_too_old_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment.sys, "version_info", (3, 10, 1))
    assert environment.main(["main"]) == 2
    assert "make PYTHON=" in capsys.readouterr().err
