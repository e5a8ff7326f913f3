# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which field selection criteria leave an event out."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.field_selection import selects

FIELDS = {"@aws.account": "111122223333", "@aws.region": "eu-west-1"}


@pytest.mark.parametrize(
    ("criteria", "outcome"),
    [
        ('@aws.account = "111122223333"', True),
        ("@aws.account='111122223333'", True),
        ('@aws.account = "444455556666"', False),
        ('@aws.account != "444455556666"', True),
        ('@aws.account != "111122223333"', False),
        ('@aws.account IN ["444455556666", "111122223333"]', True),
        ('@aws.account not in ["444455556666","111122223333"]', False),
        ('@aws.region = "eu-west-1" AND @aws.account = "111122223333"', True),
        ('@aws.region = "us-east-1" AND @aws.account = "111122223333"', False),
        ('@aws.region = "us-east-1" or @aws.account = "111122223333"', True),
        ('@aws.region = "a" OR @aws.region = "b" AND @aws.region = "c"', None),
        ('@aws.other = "x"', None),
        ("@aws.account = 111122223333", None),
        ('@aws.account = "111122223333" @aws.region = "x"', None),
        ('@aws.account LIKE "1%"', None),
        ("", None),
    ],
)
def test_criteria(criteria: str, outcome: bool | None) -> None:
    assert selects(criteria, FIELDS) is outcome
