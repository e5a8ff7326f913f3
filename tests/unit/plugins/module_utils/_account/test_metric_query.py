# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which expressions are about a metric, and which only contain its name."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.metric_query import (
    may_be_about,
    queried_metric,
)


@pytest.mark.parametrize(
    ("expression", "outcome"),
    [
        ('SELECT SUM("sg_changes") FROM "Security"', True),
        ("SELECT SUM(sg_changes) FROM Security", True),
        ('select max(sg_changes) from SCHEMA("Security", EventName) group by EventName', True),
        ('SELECT SUM("sg_changes_daily") FROM "Security"', False),
        ('SELECT SUM("all_sg_changes") FROM "Security"', False),
        ('SELECT SUM("sg_changes") FROM "Reports"', False),
        ("SELECT SUM(x) FROM Security WHERE kind = 'sg_changes'", False),
        ('sum({"sg_changes"}) > 0', True),
        ("sum(sg_changes_total) > 0", False),
        ("FILL(m1, 0)", False),
    ],
)
def test_an_expression(expression: str, outcome: bool) -> None:
    assert may_be_about(expression, "sg_changes", "Security") is outcome


def test_a_query_in_whatever_namespace() -> None:
    assert may_be_about('SELECT SUM("sg_changes") FROM "Reports"', "sg_changes")
    assert queried_metric('SELECT SUM("sg-changes") FROM SCHEMA("A/B", d)') == ("A/B", "sg-changes")
    assert queried_metric("SEARCH('sg_changes', 'Sum')") is None
