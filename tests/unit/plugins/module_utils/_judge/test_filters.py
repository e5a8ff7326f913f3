# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of metric filters before any is read. test_alert_path.py has what is said of them."""

from __future__ import annotations

from typing import NoReturn

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils import coverage
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    MetricFilter,
    Transformation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    SECURITY_GROUP_CHANGES,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge import filter_findings, subject
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge import filters as judge_filters


def judged(pattern: str) -> tuple[str, ...]:
    written = (Transformation(metric_name="m", metric_namespace="n", metric_value="1"),)
    readings = judge_filters.read_filter(MetricFilter("f", pattern, written), SECURITY_GROUP_CHANGES)
    asked = filter_findings.Asked.by(SECURITY_GROUP_CHANGES, "cis_v7_0_0")
    return tuple(one.code for one in filter_findings.judge_filters(readings, asked, lambda reading: ()))


def test_the_prescribed_patterns_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: object) -> NoReturn:
        raise AssertionError("a pattern is read again")

    judge_filters._read_pattern.cache_clear()
    subject.concerns.cache_clear()
    for cached in (coverage.covers, coverage.matches_nearly_everything, coverage.covered_read_only_calls):
        cached.cache_clear()

    judge_filters.preload()

    monkeypatch.setattr(coverage.proof, "parse", never)
    six, seven = (one.text for one in SECURITY_GROUP_CHANGES.filters)
    assert (judged(six), judged(seven)) == (("FILTER_EVENTS_UNCOVERED",), ())
