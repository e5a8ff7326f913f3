# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known before any account is read."""

from __future__ import annotations

import re
from typing import NoReturn

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils import coverage
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, subject
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import control as catalogue
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge import filters
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.preload import preload
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import all_controls

CACHED = (
    catalogue._normalized,
    filters._read_pattern,
    subject.concerns,
    coverage.coverage,
    coverage.covers,
    coverage.matches_nearly_everything,
    coverage.covered_read_only_calls,
)


def test_what_is_installed_is_neither_proven_nor_searched_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: object, **_options: object) -> NoReturn:
        raise AssertionError("this was to be known already")

    for cached in CACHED:
        cached.cache_clear()
    for control in CONTROLS.values():
        for search in control.searches.values():
            search.__dict__.pop("_expressions", None)

    preload()

    account = all_controls()
    monkeypatch.setattr(coverage.proof, "coverage_of", never)
    monkeypatch.setattr(coverage.breadth, "coverage_of", never)
    monkeypatch.setattr(re, "compile", never)
    normalized = catalogue._normalized.cache_info().misses
    verdicts = [judge(account, control, "cis_v7_0_0") for control in CONTROLS.values()]
    assert {verdict.verdict for verdict in verdicts} == {"compliant"}
    assert catalogue._normalized.cache_info().misses == normalized
