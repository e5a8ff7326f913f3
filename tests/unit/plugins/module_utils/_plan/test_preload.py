# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is worked out before Ansible forks is what the plan of an ordinary account asks."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils import filter_pattern
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, control
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan import insights, metric_filter
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.preload import preload
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.refusals import refusals
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import bare, desired, plan


def test_a_plan_of_all_controls_parses_no_text_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for cached in (metric_filter.pattern_faults, insights.insights_query, control._normalized):
        cached.cache_clear()
    preload()

    def parsed(text: str) -> Any:
        raise AssertionError(f"parsed {text}")

    for module in (metric_filter, insights):
        monkeypatch.setattr(module, "parse", parsed)
    monkeypatch.setattr(filter_pattern.pattern, "parse", parsed)
    request = desired(controls=list(CONTROLS))
    assert refusals(request) == ()
    assert len({change.control for change in plan(bare(), request).changes if change.control}) == len(CONTROLS)
