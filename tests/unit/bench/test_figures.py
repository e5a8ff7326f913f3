# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures that are published are those that were measured."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
sys.path.append(str(ROOT / "tests" / "bench"))

import arithmetic
import figures
from figures import Median, Sample
from measure import Cost

OURS = arithmetic.OURS


def sample(contestant: str, controls: int, cpu: float, size: int = 10) -> Sample:
    return Sample("audit", contestant, controls, size, Cost(cpu, 2.0, 100.0, 0.5, 12 * size))


def median(controls: int, size: int, cpu: float, memory: float) -> Median:
    return Median("audit", size, OURS, controls, cpu, 0.1, memory, 12.0, 0.01, 1, "2026-11-25")


def test_the_tables_are_those_of_the_results() -> None:
    written = (figures.FOLDER / "results.md").read_text()
    assert written == figures.page(figures.written(), figures.machine_written())


def test_the_arithmetic_is_that_of_the_results() -> None:
    audits = [one for one in figures.written() if one.job == "audit"]
    assert arithmetic.section(audits) in arithmetic.PAGE.read_text()


def test_the_median_of_the_rounds_counts_for_an_account() -> None:
    (one,) = figures.medians([sample(OURS, 1, cpu) for cpu in (1.0, 9.0, 2.0)])
    assert (one.cpu, one.calls, one.rounds) == (0.2, 12.0, 3)


def test_ratios_are_to_ours_with_as_many_controls() -> None:
    found = figures.medians(
        [sample(OURS, 1, 1.0), sample("loop", 1, 1.5), sample(OURS, 15, 1.2), sample("loop", 15, 1.8)]
    )
    rows = [
        line.split("|") for line in figures.page(found, "a machine").splitlines() if line.startswith(("| l", "| o"))
    ]
    assert [row[4].strip() for row in rows] == ["1.00", "1.50", "1.00", "1.50"]
    assert "For 15 controls ours, in the worker takes 1.20 times the CPU of 1." in figures.page(found, "a machine")


def test_what_is_measured_again_replaces_its_table_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "FOLDER", tmp_path)
    monkeypatch.setattr(arithmetic, "write", lambda audits: None)
    figures.write([sample(OURS, 1, 1.0), sample("loop", 1, 1.0), sample(OURS, 1, 4.0, size=20)])
    figures.write([sample(OURS, 1, 3.0)])
    assert [(one.size, one.contestant, one.cpu) for one in figures.written()] == [(10, OURS, 0.3), (20, OURS, 0.2)]


def test_a_node_is_held_up_by_its_forks_or_by_its_cores() -> None:
    audits = [median(1, size, 0.1, 90.0 + size / 10) for size in (10, 100)]
    section = arithmetic.section(audits)
    # 5 / (0.1 + 2.2) accounts a second, which wait; 2 / 0.1, which compute.
    assert "| 1 | 2 | 5 | 9.3 a second | 2.2 a second | 18 min | 77 min |" in section
    assert "| 1 | 2 | 24 | 20.0 a second | 10.4 a second | 8 min | 16 min |" in section
    assert "takes 90 MiB, and 0.10 MiB more" in section


def test_the_page_keeps_what_is_written_by_hand(tmp_path: Path) -> None:
    page = tmp_path / "fleet.md"
    page.write_text(f"before\n{arithmetic.BEGIN}\nstale\n{arithmetic.END}\nafter\n")
    audits = [median(1, 10, 0.1, 90.0)]
    arithmetic.write(audits, page)
    assert page.read_text() == f"before\n{arithmetic.section(audits)}\nafter\n"
    assert "stale" not in page.read_text()
