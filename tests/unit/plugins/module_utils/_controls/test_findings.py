# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read back of a text is what was proven, and nothing else is believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, findings, proofs, reading
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.subject import concerns, is_prescribed
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage import breadth, proof
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import pattern
from ansible_collections.aws_cis.monitoring.tests.unit.observations import a_filter, with_filters
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import (
    any_json_pattern,
    examples,
    term_patterns,
)
from hypothesis import given

ALL = list(CONTROLS.values())
OWN = "{ ($.eventName = CreateSecurityGroup) || ($.eventName = Own) }"
NARROWED = '{ $.eventName = *SecurityGroup* && $.userIdentity.userName != "a" }'
UNREAD = "{ $.eventName = "
DENIED = '{ ($.errorCode = "*UnauthorizedOperation") && ($.sourceIPAddress != "own") }'


class Store:
    """Findings as JSON, as another process would find them."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.turns: list[str] = []

    def get(self, text: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.files.get(text, "{}"))
        return found

    def put(self, text: str, found: dict[str, Any]) -> None:
        self.files[text] = json.dumps(found)

    @contextmanager
    def turn(self, text: str) -> Iterator[None]:
        self.turns.append(text)
        yield


def everything_about(text: str) -> list[Any]:
    """All that is asked about a text, as a verdict has it."""
    about: list[Any] = [is_prescribed(text)]
    for control in ALL:
        is_about = concerns(text, control.name)
        about.append(is_about)
        if is_about:
            read = reading.read_pattern(text, control, True)
            about += [read.invalid, read.is_costly, read.steps, read.beyond]
            about += [(one.as_dict(), one.found.steps, one.found.details_steps) for one in read.cases]
            about += [reading.counts(text, event) for event in control.collisions if not read.invalid]
    return about


def left_by_another_process(*texts: str) -> Store:
    store = Store()
    findings.forget()
    with findings.shared(store):
        for text in texts:
            reading.examine(text, ALL, proofs.Budget())
    findings.forget()
    return store


def never(*_arguments: object, **_options: object) -> NoReturn:
    raise AssertionError("this was known")


@pytest.mark.parametrize("text", [OWN, NARROWED, UNREAD, DENIED, "", "?Root -AwsServiceEvent", "[a, b]"])
def test_what_others_have_proven_is_not_even_parsed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    findings.forget()
    proven = everything_about(text)
    store = left_by_another_process(text)
    for module in (proof, breadth):
        monkeypatch.setattr(module, "coverage_of", never)
        monkeypatch.setattr(module, "spelled", never)
    monkeypatch.setattr(pattern, "parse", never)
    with findings.shared(store):
        assert everything_about(text) == proven
    assert store.turns == [text]


@examples(150)
@given(text=any_json_pattern | term_patterns)
def test_what_is_read_back_is_what_was_proven(text: str) -> None:
    findings.forget()
    proven = everything_about(text)
    with findings.shared(left_by_another_process(text)):
        assert everything_about(text) == proven
    findings.forget()


def test_a_verdict_is_the_same_with_what_others_have_proven() -> None:
    account = with_filters(a_filter(OWN, "own"), a_filter(NARROWED, "narrowed"), a_filter(DENIED, "denied"))
    findings.forget()
    budgets = [proofs.Budget(), proofs.Budget()]
    alone = [judge(account, control, budget=budgets[0]).as_dict() for control in ALL]
    with findings.shared(left_by_another_process(OWN, NARROWED, DENIED)):
        assert [judge(account, control, budget=budgets[1]).as_dict() for control in ALL] == alone
    assert budgets[0]._left == budgets[1]._left
    findings.forget()


def garbled(data: Any) -> Iterator[Any]:
    """The data with each of its parts in turn replaced by what it can't be."""
    if isinstance(data, dict) and "eventVersion" not in data:  # an example may have any fields
        for key, value in data.items():
            yield from ({**data, key: other} for other in garbled(value))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from ([*data[:place], other, *data[place + 1 :]] for other in garbled(value))
    yield 3.5


@pytest.mark.parametrize("text", [OWN, NARROWED])
def test_what_can_not_have_been_found_is_proven_anew(text: str) -> None:
    findings.forget()
    proven = everything_about(text)
    found = left_by_another_process(text).get(text)
    for other in garbled(found):
        store = Store()
        store.put(text, other if isinstance(other, dict) else {})
        findings.forget()
        with findings.shared(store):
            assert everything_about(text) == proven, other
    findings.forget()


def test_texts_beyond_the_budget_are_not_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "MAX_STEPS_OF_ACCOUNT", 1)
    assert left_by_another_process(NARROWED).files == {}


def test_nothing_is_shared_without_a_store() -> None:
    findings.forget()
    assert reading.examine(OWN, ALL, proofs.Budget())
    assert not findings.are_shared()


def test_questions_of_other_controls_are_added() -> None:
    store = left_by_another_process(OWN)
    known = store.get(OWN)
    fewer = {question: data for question, data in known.items() if "nacl" not in question}
    store.put(OWN, fewer)
    with findings.shared(store):
        reading.examine(OWN, ALL, proofs.Budget())
    assert store.get(OWN) == known
    findings.forget()
