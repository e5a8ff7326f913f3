# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns that cost too much to evaluate: counted in steps, the same whatever is known already."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils import coverage
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import MetricFilter
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, findings, proofs, reading
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge import collisions, filters
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Verdict, judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.account import Concerned
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage import certainty, proof
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.regex import Regex
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    REGION,
    SEVEN,
    SIX,
    a_filter,
    an_alarm,
    with_filters,
    with_pattern,
)

CONTROL = CONTROLS["security_group_changes"]
TWO_REGEXES = "{ $.eventName = %a.{1900}[^b]% || $.x = %a.{1900}[^b]% }"
REGEX_TERMS = "%a.{1900}[^b]% %c.{1900}[^d]%"
NEGATED = " ".join(f"-a{number % 90}" for number in range(200))
NEGATED_REGEXES = " ".join(f"-%a.*b{number}%" for number in range(60))
UNEQUAL = "{ " + " && ".join(f"$.a != b{number}" for number in range(65)) + " }"
COMPARING = "{ " + " && ".join(f"$.a{number % 10} > {number}" for number in range(40)) + " }"
NAMING = "{ $.eventName = AuthorizeSecurityGroup* && $.x != y }"
CASE = "{ $.eventName = AuthorizeSecurityGroupIngress }"


def forget() -> None:
    findings.forget()
    for cached in (proof._of_case, proof._proven, certainty._may_hold_in):
        cached.cache_clear()


@pytest.fixture
def characters(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the characters that regular expressions take."""
    count = [0]
    whole = Regex.step

    def counted(regex: Regex, state: tuple[int, bool, bool], character: str) -> tuple[int, bool, bool]:
        count[0] += 1
        return whole(regex, state, character)

    monkeypatch.setattr(Regex, "step", counted)
    return count


@pytest.mark.parametrize("text", [TWO_REGEXES, REGEX_TERMS, NEGATED, NEGATED_REGEXES, UNEQUAL, SIX])
def test_an_answer_costs_the_same_whether_it_is_known_or_not(text: str) -> None:
    forget()
    first = coverage.covers(text, CASE)
    again = coverage.covers(text, CASE)
    proof._of_case.cache_clear()
    anew = coverage.covers(text, CASE)
    assert first == again == anew
    assert first.steps == again.steps == anew.steps
    assert first.steps <= 2 * certainty.MAX_STEPS


def test_expressions_that_are_long_cost_what_they_take(characters: list[int]) -> None:
    forget()
    for control in CONTROLS.values():
        for case in control.all_cases:
            coverage.covers(TWO_REGEXES, case.pattern)
    assert characters[0] < 200_000


@pytest.mark.parametrize("text", [REGEX_TERMS, NEGATED, NEGATED_REGEXES])
def test_terms_are_looked_for_a_bounded_number_of_times(text: str, characters: list[int]) -> None:
    forget()
    judge(with_pattern(text), CONTROL)
    assert characters[0] < 300_000


def test_a_pattern_of_too_many_expressions_is_not_decided(characters: list[int]) -> None:
    forget()
    answer = coverage.covers(NEGATED_REGEXES, CASE)
    assert (answer, answer.example) == ("undetermined", None)
    assert "too complex" in answer.condition
    assert characters[0] == 0


def verdict_with_budget(
    monkeypatch: pytest.MonkeyPatch, *texts: str, text: int = 10**9, account: int = 10**9
) -> Verdict:
    monkeypatch.setattr(proofs, "MAX_STEPS_OF_TEXT", text)
    monkeypatch.setattr(proofs, "MAX_STEPS_OF_ACCOUNT", account)
    forget()
    verdict = judge(with_filters(*(a_filter(one, f"filter{place}") for place, one in enumerate(texts))), CONTROL)
    forget()
    return verdict


OWN = f"{SEVEN.rstrip('} ')} || ($.eventName = Another) }}"


def test_a_text_beyond_its_budget_is_undetermined(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = verdict_with_budget(monkeypatch, OWN, text=1)
    link = verdict.links[2]
    assert (verdict.verdict, link.code) == ("unknown", "FILTER_UNDETERMINED")
    assert proofs.TOO_COSTLY in link.detail
    assert proofs.TOO_COSTLY not in verdict_with_budget(monkeypatch, OWN).reason


def test_filters_beyond_the_accounts_budget_are_not_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = verdict_with_budget(monkeypatch, OWN, UNEQUAL, account=1)
    link = verdict.links[2]
    assert (verdict.verdict, link.code) == ("unknown", "FILTER_UNDETERMINED")
    assert "take too long to evaluate" in link.detail


def test_what_calls_cost_is_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    control = CONTROLS["iam_policy_changes"]
    text = "{ ($.eventName = *Policy*) && ($.eventName != GetX) }"
    forget()
    (one,) = filters.read_filter(a_filter(text), control)
    assert one.pattern.beyond.read_only
    steps = one.pattern.beyond.steps
    assert one.pattern.steps == one.pattern.steps_of_cases + steps
    monkeypatch.setattr(proofs, "MAX_STEPS_OF_TEXT", steps // 2)
    fewer = reading._found_beyond(text, control)
    assert len(fewer.read_only) < len(one.pattern.beyond.read_only)
    forget()


def test_a_whole_path_counts_before_the_budget_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What we install costs nothing, and what comes after it can't take it away."""
    verdict = verdict_with_budget(monkeypatch, SIX, SEVEN, account=200_000)
    assert verdict.verdict == "compliant"


def test_what_is_prescribed_is_examined_whatever_others_have_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Filters that anyone may add to the log group take no verdict away from those that everyone knows."""
    monkeypatch.setattr(proofs, "MAX_STEPS_OF_ACCOUNT", 1)
    budget = proofs.Budget()
    others = [a_filter(one, str(place), metric_name="another") for place, one in enumerate((UNEQUAL, NAMING, OWN))]
    verdict = judge(with_filters(*others, a_filter(SEVEN, "known")), CONTROL, budget=budget)
    assert budget.is_spent
    assert verdict.verdict == "compliant"


def test_a_filter_beyond_the_budget_leaves_its_metric_undetermined(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may match everything, and keep the alarm in ALARM."""
    monkeypatch.setattr(proofs, "MAX_STEPS_OF_ACCOUNT", 1)
    budget = proofs.Budget()
    budget.spend(2, "another")
    account = with_filters(a_filter(SEVEN, "known"), a_filter("", "everything"))
    verdict = judge(account, CONTROL, budget=budget)
    assert (verdict.verdict, verdict.links[2].code) == ("unknown", "FILTER_UNDETERMINED")


def test_controls_share_the_budget_of_an_account() -> None:
    """Fifteen controls had a budget each, and took 38.9 s of CPU for a hundred filters as these."""
    forget()
    budget = proofs.Budget()
    account = with_filters(*(a_filter(COMPARING.replace("$.a", f"$.a{place}"), str(place)) for place in range(100)))
    for control in CONTROLS.values():
        judge(account, control, budget=budget)
    assert budget.is_spent
    assert budget._left > -proofs.MAX_STEPS_OF_TEXT
    forget()


BY_USER = "{ $.eventName = *SecurityGroup* && $.userIdentity.userName = a* && $.x != %d }"
BY_OTHERS = "{ $.eventName = *SecurityGroup* && $.userIdentity.userName != a* }"


def spent_on(*filters: MetricFilter, **changes: Any) -> tuple[proofs.Budget, Verdict]:
    forget()
    budget = proofs.Budget()
    account = with_filters(*filters)
    verdict = judge(dataclasses.replace(account, **changes), CONTROL, budget=budget)
    return budget, verdict


def test_what_patterns_do_together_is_charged() -> None:
    one, other = a_filter(BY_USER % 1, "user"), a_filter(BY_OTHERS, "others")
    apart = [spent_on(each)[0] for each in (one, other)]
    together, _verdict = spent_on(one, other)
    assert any(isinstance(purpose[0], tuple) for purpose in together._charged)
    assert proofs.MAX_STEPS_OF_ACCOUNT - together._left > sum(proofs.MAX_STEPS_OF_ACCOUNT - one._left for one in apart)


def test_what_is_said_of_a_narrowed_case_is_charged() -> None:
    """Its example is made smaller by trial."""
    found = coverage.covers(BY_USER % 1, CONTROL.all_cases[0].pattern)
    assert found == "narrowed"
    assert found.details_steps > found.steps
    budget, _verdict = spent_on(a_filter(BY_USER % 1))
    assert proofs.MAX_STEPS_OF_ACCOUNT - budget._left > len(CONTROL.all_cases) * found.details_steps


def test_what_patterns_do_together_is_found_out_within_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [BY_USER % number for number in range(3)]
    before = [spent_on(a_filter(text))[0]._left for text in texts]
    monkeypatch.setattr(proofs, "MAX_STEPS_OF_ACCOUNT", sum(proofs.MAX_STEPS_OF_ACCOUNT - left for left in before) // 4)
    _budget, verdict = spent_on(*(a_filter(text, text) for text in texts))
    assert (verdict.verdict, verdict.links[2].code) == ("unknown", "FILTER_UNDETERMINED")
    assert "take too long to evaluate" in verdict.reason


def test_each_alarm_on_a_value_of_a_field_is_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pattern is another one for each, and an account has 5,000 alarms."""
    fields = {"Region": "$.awsRegion"}
    alarms = tuple(an_alarm(name=f"a{place}", dimensions={"Region": f"x{place}"}) for place in range(200))
    filters = (a_filter(SEVEN, dimensions=fields),)
    budget, _verdict = spent_on(*filters, alarms={REGION: alarms[:1]})
    monkeypatch.setattr(proofs, "MAX_STEPS_OF_ACCOUNT", 10 * (proofs.MAX_STEPS_OF_ACCOUNT - budget._left))
    budget, verdict = spent_on(*filters, alarms={REGION: alarms})
    assert budget.is_spent
    assert len(verdict.other_paths) < 30
    assert (verdict.verdict, verdict.links[2].code) == ("unknown", "FILTER_UNDETERMINED")


def test_calls_of_other_services_are_noted_within_the_budget() -> None:
    control = CONTROLS["iam_policy_changes"]
    readings = filters.read_filter(a_filter("{ $.eventName = *Policy* }"), control)
    budget = proofs.Budget()
    assert collisions.notes(readings, control, budget)
    spent = proofs.Budget()
    spent.spend(spent._left + 1, "another")
    assert budget._left < proofs.MAX_STEPS_OF_ACCOUNT
    assert not collisions.notes(readings, control, spent)


def test_alarms_are_read_of_filters_beyond_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be about a control."""
    unrelated = a_filter("{ $.eventName = StartInstances }")
    assert not Concerned([CONTROL])(unrelated)
    monkeypatch.setattr(proofs, "MAX_STEPS_OF_ACCOUNT", 1)
    is_concerned = Concerned([CONTROL])
    assert not is_concerned(a_filter(COMPARING))
    assert is_concerned(unrelated)
    assert not is_concerned(a_filter(CONTROLS["vpc_changes"].filters[0].text))
    forget()


def test_an_answer_is_charged_once() -> None:
    budget = proofs.Budget()
    left = budget._left
    for steps, benchmark in ((1, "one"), (2, "two"), (2, "two")):
        budget.spend(steps, OWN, benchmark)
    assert left - budget._left == 3


def test_a_log_group_full_of_others_texts_is_within_the_budget() -> None:
    """As each Terraform module has its own; a log group takes a hundred."""
    forget()
    texts = [
        f"{one.text.rstrip('} ')} || ($.eventName = Another{place}) }}"
        for place in range(4)
        for each in CONTROLS.values()
        for one in each.filters
    ]
    budget = proofs.Budget()
    account = with_filters(*(a_filter(text, str(place)) for place, text in enumerate(texts)))
    verdicts = {judge(account, control, budget=budget).verdict for control in CONTROLS.values()}
    assert verdicts == {"compliant"}
    assert not budget.is_spent
    forget()
