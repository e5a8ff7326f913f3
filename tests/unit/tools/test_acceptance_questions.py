# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an acceptance asks AWS is all that the unit tests hold of filter patterns, in calls that AWS takes."""

from __future__ import annotations

from acceptance_page import questions
from ansible_collections.aws_cis.monitoring.tests.unit import coverage_vectors, filter_pattern_vectors

ASKED = questions()


def test_every_vector_is_asked() -> None:
    tables = (
        filter_pattern_vectors.MATCHES,
        filter_pattern_vectors.MISSES,
        filter_pattern_vectors.OPEN,
        filter_pattern_vectors.REJECTED,
        coverage_vectors.UNDETERMINED,
        coverage_vectors.NARROWED,
    )
    patterns = {row[0] for table in tables for row in table} | {*coverage_vectors.FULL, *coverage_vectors.NONE}
    assert patterns <= {question.pattern for question in ASKED}


def test_each_call_has_messages_that_aws_takes() -> None:
    for question in ASKED:
        assert 1 <= len(question.messages) <= 50
        assert all(question.messages)


def test_what_is_open_is_said_to_be_inferred() -> None:
    inferred = {question.pattern for question in ASKED if any(one.is_inferred for one in question.expectations)}
    assert {row[0] for row in filter_pattern_vectors.OPEN} <= inferred
    assert '{ $.eventType = "UpdateTrail" }' not in inferred
