# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an answer of AWS is whole."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.answers import lacking


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ({"Topics": ["one"], "Owner": "somebody"}, ()),
        ({"Topics": [], "Owner": ""}, ()),  # empty, and whole
        ({"Topics": []}, ("Owner",)),
        ({"Topics": None, "Owner": "somebody"}, ("Topics",)),
        ({}, ("Topics", "Owner")),  # what a body that is cut short parses to
    ],
)
def test_what_a_whole_answer_has_is_missed(answer: dict[str, Any], missing: tuple[str, ...]) -> None:
    assert lacking(answer, ("Topics", "Owner")) == missing
