# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sample events: which are none, which end otherwise than they should, and which nobody can vouch for."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.sample_events import (
    evaluated,
    faults,
    messages,
    not_established,
    unexpected,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import Truth


def sample(event: Any, matches: bool = True, name: str | None = None) -> dict[str, Any]:
    return {"event": event, "matches": matches, "name": name}


@pytest.mark.parametrize("event", ["", {}, [], ["x"], 1, None, True])
def test_an_event_is_a_text_or_a_dictionary(event: Any) -> None:
    [sentence] = faults([sample("x"), sample(event, name="odd")])
    assert sentence.startswith("Test event 2 (odd) is ")
    assert list(faults([sample("x"), sample({"a": 1})])) == []


def test_a_dictionary_becomes_the_message_that_aws_would_see() -> None:
    assert messages([sample("as it is"), sample({"a": {"b": "é"}})])[0] == "as it is"
    assert evaluated('{ $.a.b = "é" }', [sample({"a": {"b": "é"}})]) == [Truth.YES]


def test_each_event_that_ends_otherwise_is_named() -> None:
    samples = [sample("a"), sample("b"), sample("c", matches=False, name="third")]
    assert list(unexpected(samples, [True, False, True], "here")) == [
        "Test event 2 does not match the pattern when evaluated here, but it must match.",
        "Test event 3 (third) matches the pattern when evaluated here, but it must not match.",
    ]
    assert list(unexpected(samples, [True, True, False], "here")) == []


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        (Truth.YES, None),
        (Truth.NO, None),
        (Truth.PROBABLY, "probably matches"),
        (Truth.PROBABLY_NOT, "probably does not match"),
    ],
)
def test_what_no_document_says_is_said(truth: Truth, said: str | None) -> None:
    texts = list(not_established([sample("x", name="odd")], [truth]))
    assert len(texts) == (1 if said else 0)
    assert all(said and said in text and "Test event 1 (odd)" in text for text in texts)
