# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures that are published are those that were measured."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
sys.path.append(str(ROOT / "tests" / "integration"))
sys.path.append(str(ROOT / "tests" / "bench"))

import arithmetic
import bars
import contestants
import figures
import plot
from bars import Bar, Row
from contestants import AUDIT, FLOOR, JOBS, OURS
from figures import Median, Results, Sample
from measure import Cost
from texts import OWN, PRESCRIBED


def row(contestant: str, controls: int = 15, size: int = 10, texts: str = PRESCRIBED) -> Row:
    return Row(AUDIT.job, size, contestant, controls, texts)


def sample(of: Row, cpu: float, accounts: int = 10) -> Sample:
    return Sample(of, accounts, Cost(cpu, 2.0, 100.0, 0.5, 12 * accounts))


def median(of: Row, cpu: float, memory: float = 100.0) -> Median:
    return Median(*of, cpu, 0.1, memory, 12.0, 0.01, 1, "2026-11-25")


def page(medians: Sequence[Median]) -> str:
    return figures.page(Results("a machine", medians, []))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(figures, "FOLDER", tmp_path)
    monkeypatch.setattr(arithmetic, "write", lambda audits: None)
    return tmp_path


def test_the_tables_are_those_of_the_results() -> None:
    assert (figures.FOLDER / "results.md").read_text() == figures.page(figures.written())


def test_the_arithmetic_is_that_of_the_results() -> None:
    audits = [one for one in figures.written().medians if one.job == AUDIT.job]
    assert arithmetic.section(audits) in arithmetic.PAGE.read_text()


def test_the_median_of_the_rounds_counts_for_an_account() -> None:
    (one,) = figures.medians([sample(row(OURS), cpu) for cpu in (1.0, 9.0, 2.0)])
    assert (one.cpu, one.calls, one.rounds) == (0.2, 12.0, 3)


def test_an_account_is_one_of_those_that_were_measured() -> None:
    (one,) = figures.medians([sample(row(OURS, size=50), 1.0, accounts=5)])
    assert (one.size, one.cpu) == (50, 0.2)


def test_ratios_are_to_the_first_row() -> None:
    found = [median(row(OURS), 0.1), median(row(FLOOR), 0.15), median(row(OURS, texts=OWN), 0.2)]
    rows = [line.split("|") for line in page(found).splitlines() if line.startswith(("| ours", "| plain"))]
    assert [(one[3].strip(), one[5].strip()) for one in rows[:3]] == [
        (PRESCRIBED, "1.00"),
        (PRESCRIBED, "1.50"),
        (OWN, "2.00"),
    ]


@pytest.mark.usefixtures("folder")
def test_what_is_measured_again_replaces_its_table_and_no_other() -> None:
    ours = row(OURS), row(OURS, size=20)
    figures.write([sample(ours[0], 1.0), sample(row(FLOOR), 1.0), sample(ours[1], 4.0, 20)])
    figures.write([sample(ours[0], 3.0)])
    assert [(one.row, one.cpu) for one in figures.written().medians] == [(ours[0], 0.3), (ours[1], 0.2)]


@pytest.mark.usefixtures("folder")
def test_a_contestant_that_failed_is_named_below_the_table_and_has_no_figure() -> None:
    text = figures.write([sample(row(OURS), 1.0), Sample(row(FLOOR), 10, None, "ended with status 1.")])
    assert f"Failed: {FLOOR} (15, prescribed): ended with status 1." in text
    assert f"| {FLOOR} |" not in text
    figures.write([sample(row(OURS, size=20), 1.0, 20)])
    assert "Failed: " in (figures.FOLDER / "results.md").read_text()


def test_each_bar_compares_rows_that_are_measured_in_one_table_by_default() -> None:
    measured = {
        Row(comparison.job, size, one.name, one.state.controls, one.state.texts)
        for comparison in contestants.COMPARISONS.values()
        for size in comparison.sizes
        for one in comparison.contestants
        if one.fits(size)
    }
    again = {one._replace(job=contestants.STEADY_STATE) for one in measured if one.job == contestants.ROLLOUT.job}
    audits = {one._replace(contestant=OURS) for one in again}
    for target in bars.BARS:
        assert {target.row, target.other} <= measured | again | audits
        assert target.row[:2] == target.other[:2]
        assert target.row.job in JOBS


def test_a_bar_is_met_at_what_was_asked_and_missed_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, loop = row(OURS), row(FLOOR)
    monkeypatch.setattr(bars, "BARS", [Bar("to the loop", 1.0, ours, loop)])

    def line(cpu: float) -> str:
        lines = list(bars.table({ours: median(ours, cpu), loop: median(loop, 1.0)}, {}))
        return next(one for one in lines if one.startswith("| to the loop"))

    assert line(1.004) == "| to the loop | 1.00 | 1.00 | met |"
    assert line(1.01) == "| to the loop | 1.00 | 1.01 | **missed** |"
    assert list(bars.table({}, {}))[-2] == "| to the loop | 1.00 | not measured | |"


def test_memory_is_that_of_the_row_that_grew_most() -> None:
    few, many = row(OURS, 1), row(OURS, 15)
    lines = list(bars.table({few: median(few, 1.0, 120.0), many: median(many, 1.0, 105.0)}, {few: 100.0, many: 100.0}))
    assert lines[-1].endswith(f"{few}) | 1.00 | 1.20 | **missed** |")


def test_the_plot_has_a_line_for_each_wording_that_was_measured_at_two_sizes() -> None:
    found = [median(row(OURS, size=size, texts=texts), 0.1) for texts in (PRESCRIBED, OWN) for size in (10, 100)]
    svg = plot.svg([*found, median(row(FLOOR), 0.1)])
    assert svg.count("<polyline") == 2
    assert f"texts {OWN}</text>" in svg
    assert FLOOR not in svg


def test_a_node_is_held_up_by_its_forks_or_by_its_cores() -> None:
    audits = [median(row(OURS, 1, size), 0.1, 90.0 + size / 10) for size in (10, 100)]
    section = arithmetic.section([*audits, median(row(OURS, 15, 100, OWN), 0.3)])
    # 5 / (0.1 + 2.5) accounts a second, which wait; 2 / 0.1, which compute.
    assert "| 1 | 2 | 5 | 8.3 a second | 1.9 a second | 20 min | 87 min |" in section
    assert "| 1 | 2 | 24 | 20.0 a second | 9.2 a second | 8 min | 18 min |" in section
    assert "takes 90 MiB, and 0.10 MiB more" in section
    assert "| 15 | 2 |" not in section


def test_the_page_keeps_what_is_written_by_hand(tmp_path: Path) -> None:
    page = tmp_path / "fleet.md"
    page.write_text(f"before\n{arithmetic.BEGIN}\nstale\n{arithmetic.END}\nafter\n")
    audits = [median(row(OURS, 1), 0.1)]
    arithmetic.write(audits, page)
    assert page.read_text() == f"before\n{arithmetic.section(audits)}\nafter\n"
    assert "stale" not in page.read_text()
