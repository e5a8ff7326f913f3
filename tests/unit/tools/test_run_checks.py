# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary of `make test` tells the truth, in the form that CI reads."""

from __future__ import annotations

from pathlib import Path

import pytest
import run_checks
from report import Report, of_junit
from run_checks import Result

JUNIT = """<testsuites><testsuite>
<testcase name="good"/>
<testcase name="bad"><failure message="no"/></testcase>
<testcase name="broken"><error message="no"/></testcase>
<testcase name="left out"><skipped message="needs a moon"/></testcase>
</testsuite></testsuites>"""


def result(name: str, status: int, report: Report) -> Result:
    """Return the result of a check that took a second."""
    return Result(name, status, 1.0, report, Path("log"))


def test_junit_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    file.write_text(JUNIT)
    assert of_junit("tests", file) == Report("3 tests", 1, 2, ["left out: needs a moon"])


@pytest.mark.parametrize(
    ("status", "report", "word", "counts"),
    [
        (0, Report("9 files"), "passed", (1, 0)),
        (1, Report("9 files"), "FAILED", (0, 1)),
        (0, Report(""), "SAW NOTHING", (0, 1)),
        (0, Report("9 tests", 9, 0), "passed", (9, 0)),
        (1, Report("9 tests", 7, 2), "FAILED", (7, 2)),
        (1, Report("9 tests", 9, 0), "FAILED", (9, 1)),  # it crashed after its last test
        (0, Report("", not_run="no interpreter"), "not run", (0, 0)),
        (1, Report("", not_run="no interpreter"), "FAILED", (0, 1)),
    ],
)
def test_a_check_counts_as_what_it_did(status: int, report: Report, word: str, counts: tuple[int, int]) -> None:
    one = result("check", status, report)
    assert (one.word, one.counts, one.ok) == (word, counts, word in ("passed", "not run"))


def test_the_summary_ends_with_the_line_that_ci_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_checks, "versions", str)
    results = [
        result("unit", 1, Report("3 tests", 1, 2, ["left out: needs a moon"])),
        result("ruff", 0, Report("9 files")),
        result("other_integration", 0, Report("3 tests", 3, environment=".venv-core-2.21")),
        result("other_unit", 0, Report("", not_run="Python 3.13 is not on this machine")),
    ]
    lines = run_checks.summary(results, 3.0).splitlines()
    assert lines[-1] == "5 passed, 2 failed"
    assert "  unit: left out: needs a moon" in lines
    assert "  other_unit: Python 3.13 is not on this machine" in lines
    assert lines[lines.index("pairs tested:") + 1 :][:3] == ["  .venv", "  .venv-core-2.21", "checks not run:"]
