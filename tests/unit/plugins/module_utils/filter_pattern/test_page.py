# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about the Python API shows what it does."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[5] / "docs" / "filter-pattern.md"


def test_the_examples_of_the_page_are_true() -> None:
    results = doctest.testfile(str(PAGE), module_relative=False)
    assert results.attempted > 20
    assert not results.failed
