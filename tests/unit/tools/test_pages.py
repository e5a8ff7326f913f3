# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generated pages: which are out of date, and what of a document is generated."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pages
import pytest
from marks import between


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the file of a generator that yields 'new'."""
    generator, file = ModuleType("one_page"), tmp_path / "page.md"
    generator.pages = lambda: iter([(file, "new")])  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "one_page", generator)
    monkeypatch.setattr(pages, "GENERATORS", ("one_page",))
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    return file


@pytest.mark.parametrize(("content", "status"), [("new", 0), ("old", 1), (None, 1)])
def test_a_page_that_is_out_of_date_or_missing_fails(
    page: Path,
    content: str | None,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if content:
        page.write_text(content)
    monkeypatch.setattr(sys, "argv", ["pages.py", "--check"])
    assert pages.main() == status
    assert ("pages.py one_page" in capsys.readouterr().out) == bool(status)
    assert (page.read_text() if page.is_file() else None) == content


def test_a_page_is_written(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["pages.py", "one_page"])
    assert (pages.main(), page.read_text()) == (0, "new")


def test_an_unknown_name_is_an_error(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["pages.py", "another"])
    with pytest.raises(SystemExit):
        pages.main()


def test_every_generator_is_named() -> None:
    tools = Path(pages.__file__).parent.glob("*.py")
    generators = {tool.stem for tool in tools if "\ndef pages() ->" in tool.read_text()}
    assert generators == set(pages.GENERATORS)


def test_what_lies_outside_the_marks_stays() -> None:
    assert between("before\nBEGIN\nold\nEND\nafter\n", "BEGIN", "END", "new") == "before\nBEGIN\nnew\nEND\nafter\n"


def test_a_document_without_marks_is_an_error() -> None:
    with pytest.raises(LookupError, match="has no place"):
        between("# A role\n", "BEGIN", "END", "new")
