# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several benchmarks: the worst verdict counts, and its reason names the benchmark."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.several import judge_by_all
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import SIX as SIX_EVENTS
from ansible_collections.aws_cis.monitoring.tests.unit.observations import whole_account, with_pattern

SIX, SEVEN = "cis_v1_4_0", "cis_v7_0_0"


def test_the_worst_counts_in_any_order() -> None:
    """The account's filter has six events; CIS 5.0 and later require a seventh."""
    account = with_pattern(SIX_EVENTS)
    by_seven = judge(account, SECURITY_GROUP_CHANGES, SEVEN)
    assert judge(account, SECURITY_GROUP_CHANGES, SIX).verdict == "compliant"
    for order in ([SIX, SEVEN], [SEVEN, SIX]):
        verdict = judge_by_all(account, SECURITY_GROUP_CHANGES, order)
        assert (verdict.verdict, verdict.benchmark) == ("non_compliant", ", ".join(order))
        assert verdict.reason == f"By {SEVEN}: {by_seven.reason}"


def test_by_one_it_is_the_verdict_itself() -> None:
    account = whole_account()
    assert judge_by_all(account, SECURITY_GROUP_CHANGES, [SIX]) == judge(account, SECURITY_GROUP_CHANGES, SIX)


def test_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        judge_by_all(whole_account(), SECURITY_GROUP_CHANGES, [])
