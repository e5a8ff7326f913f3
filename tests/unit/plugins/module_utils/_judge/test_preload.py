# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known before any account is read."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Gap,
    LogGroup,
    MetricFilter,
    Observation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, Control, findings
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import control as catalogue
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge import filters
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.preload import preload
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.whole_account import whole_account
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage import breadth, certainty, proof, records
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage import search as search_module
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.syntax import tokenize
from ansible_collections.aws_cis.monitoring.tests.unit.observations import a_filter, all_controls

KEYWORDS = ("IS", "NOT", "EXISTS", "NULL", "TRUE", "FALSE")

CACHED = (
    catalogue._normalized,
    proof._of_event,
    proof._of_case,
    proof._proven,
    breadth._of_ordinary_call,
    breadth._of_call,
    certainty._may_hold_in,
)


def never(*_arguments: object, **_options: object) -> NoReturn:
    raise AssertionError("this was to be known already")


@pytest.fixture
def _nothing_known() -> None:
    findings.forget()
    for cached in CACHED:
        cached.cache_clear()


def written(account: Observation, write: Callable[[str], str]) -> Observation:
    """The account with the texts of its filters written in another way."""
    groups = {
        arn: dataclasses.replace(
            group, filters=tuple(dataclasses.replace(one, pattern=write(one.pattern)) for one in group.filters)
        )
        for arn, group in account.log_groups.items()
        if isinstance(group, LogGroup) and not isinstance(group.filters, Gap)
    }
    return dataclasses.replace(account, log_groups=groups)


def in_another_way(text: str) -> str:
    """The same pattern with other blanks and quotation marks, as each Terraform module has its own."""
    tokens = tokenize(text.strip(), 1, len(text.strip()) - 1)[:-1]
    words = [f'"{one.value}"' if one.kind == "word" and one.value not in KEYWORDS else one.text for one in tokens]
    return "{" + "  ".join(words) + "}"


@pytest.mark.usefixtures("_nothing_known")
def test_what_is_installed_is_neither_proven_nor_searched_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for control in CONTROLS.values():
        for search in control.searches.values():
            search.__dict__.pop("_expressions", None)

    preload()

    account = all_controls()
    monkeypatch.setattr(proof, "coverage_of", never)
    monkeypatch.setattr(breadth, "coverage_of", never)
    monkeypatch.setattr(re, "compile", never)
    normalized = catalogue._normalized.cache_info().misses
    verdicts = [judge(account, control, "cis_v7_0_0") for control in CONTROLS.values()]
    assert {verdict.verdict for verdict in verdicts} == {"compliant"}
    assert catalogue._normalized.cache_info().misses == normalized


@pytest.mark.usefixtures("_nothing_known")
def test_what_is_installed_is_not_proven_again_in_another_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    preload()
    account = written(all_controls(), in_another_way)
    assert not {one.pattern for one in filters_of(account)} & {one.pattern for one in filters_of(all_controls())}
    monkeypatch.setattr(proof, "coverage_of", never)
    monkeypatch.setattr(breadth, "coverage_of", never)
    verdicts = [judge(account, control, "cis_v7_0_0") for control in CONTROLS.values()]
    assert {verdict.verdict for verdict in verdicts} == {"compliant"}


@pytest.mark.usefixtures("_nothing_known")
def test_what_any_benchmark_prescribes_is_not_proven_again(monkeypatch: pytest.MonkeyPatch) -> None:
    preload()
    monkeypatch.setattr(proof, "coverage_of", never)
    monkeypatch.setattr(breadth, "coverage_of", never)
    for control in CONTROLS.values():
        for text in {text for one in control.prescriptions.values() for text in one.texts}:
            for reading in filters.read_filter(a_filter(text), control):
                reading.pattern.work_out()


@pytest.mark.usefixtures("_nothing_known")
def test_texts_that_nobody_prescribes_cost_few_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """They share what is left to prove: 8,567 searches, half a second an account, when each question had a proof."""
    preload()
    account = written(all_controls(), lambda text: f"{text.rstrip('} ')} || ($.eventName = Another) }}")
    searches = [0]
    whole = records.find_record

    def counted(*arguments: Any) -> Any:
        searches[0] += 1
        return whole(*arguments)

    for module in (certainty, search_module):
        monkeypatch.setattr(module, "find_record", counted)
    verdicts = [judge(account, control, "cis_v7_0_0") for control in CONTROLS.values()]
    assert {verdict.verdict for verdict in verdicts} == {"compliant"}
    assert searches[0] < 1500


@pytest.mark.parametrize("control", CONTROLS.values(), ids=lambda control: control.name)
def test_the_account_that_is_judged_beforehand_is_whole(control: Control) -> None:
    assert judge(whole_account(control), control, "cis_v7_0_0").verdict == "compliant"


def filters_of(account: Observation) -> list[MetricFilter]:
    return [
        one
        for group in account.log_groups.values()
        if isinstance(group, LogGroup) and not isinstance(group.filters, Gap)
        for one in group.filters
    ]
