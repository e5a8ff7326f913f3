# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Composite alarms that are many, deep or in a circle: each rule is evaluated once for each state of the alarm."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.alarm_rule import Condition, States
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Alarm, Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge import composites, paths
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.composites import (
    CYCLE,
    NEVER,
    SURELY,
    TOO_MUCH,
    UNREAD,
    UNSURE,
    Composites,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Verdict, judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import a_composite_alarm, an_alarm, with_alarms

METRIC_ALARM = "security_group_changes_alarm"
SILENT = an_alarm(alarm_actions=())


def verdict_on(account: Observation) -> Verdict:
    return judge(account, CONTROLS["security_group_changes"])


def composite(name: str, rule: str, *, acts: bool = True) -> Alarm:
    alarm = a_composite_alarm(rule, name=name)
    return alarm if acts else a_composite_alarm(rule, name=name, alarm_actions=())


def a_tower(height: int, rule: str) -> list[Alarm]:
    """One composite alarm on another, each with the rule about the one below; the top one acts."""
    names = [METRIC_ALARM, *(f"floor{number}" for number in range(height))]
    return [composite(name, rule.format(below), acts=name == names[-1]) for below, name in itertools.pairwise(names)]


def outcomes(*alarms: Alarm) -> dict[str, tuple[object, object, str]]:
    """Before and after a change, and why that is in doubt, by the name."""
    found = Composites(alarms)
    watching = found.watching(SILENT)
    each = found.outcomes(SILENT, watching)
    return {one.name: each[one.arn] for one in watching}


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the conditions that are evaluated, and ends what evaluates too many."""
    count = [0]
    whole = Condition.outcomes

    def counted(condition: Condition, states: States) -> frozenset[bool]:
        count[0] += 1
        if count[0] > 200_000:
            pytest.fail("a rule is evaluated again and again")
        return whole(condition, states)

    monkeypatch.setattr(Condition, "outcomes", counted)
    return count


@pytest.mark.parametrize(
    ("rule", "height"), [("ALARM({0}) OR ALARM({0})", 20), ("AT_LEAST(1, ALARM, ({0}, {0}))", 40), ("ALARM({0})", 260)]
)
def test_a_tower_is_evaluated_once_a_floor_and_state(evaluated: list[int], rule: str, height: int) -> None:
    verdict = verdict_on(with_alarms(SILENT, *a_tower(height, rule)))
    assert verdict.verdict == "compliant"
    assert verdict.links[3].resource.endswith(f"floor{height - 1}")
    # Once without the alarm, once in ALARM and once in OK.
    assert evaluated[0] <= 3 * height * rule.count("{0}")


def test_a_diamond_follows_the_alarm() -> None:
    sides = [composite(side, f"ALARM({METRIC_ALARM})", acts=False) for side in ("left", "right")]
    top = composite("top", "ALARM(left) AND ALARM(right)")
    assert verdict_on(with_alarms(SILENT, *sides, top)).verdict == "compliant"
    assert outcomes(SILENT, *sides, top)["top"] == (NEVER, SURELY, "")


def test_a_hundred_references_three_deep(evaluated: list[int]) -> None:
    def layer(number: int, below: Iterable[str]) -> list[Alarm]:
        rule = " OR ".join(f"ALARM({name})" for name in below)
        return [composite(f"{number}-{place}", rule, acts=number == 2) for place in range(100)]

    first = layer(0, [METRIC_ALARM])
    second = layer(1, [one.name for one in first])
    third = layer(2, [one.name for one in second])
    assert verdict_on(with_alarms(SILENT, *first, *second, *third)).verdict == "compliant"
    assert evaluated[0] <= 3 * (100 + 2 * 100 * 100)


def test_a_circle_of_nine_and_what_leads_into_it_can_not_be_known(evaluated: list[int]) -> None:
    names = [f"round{number}" for number in range(9)]
    others = " OR ".join(f"ALARM({name})" for name in names)
    circle = [composite(name, f"ALARM({METRIC_ALARM}) OR {others}") for name in names]
    above = composite("above", "ALARM(round0)")
    beside = composite("beside", f"ALARM({METRIC_ALARM})", acts=False)
    each = outcomes(SILENT, *circle, above, beside)
    assert [each[name] for name in (*names, "above")] == [(UNSURE, UNSURE, CYCLE)] * 10
    assert each["beside"] == (NEVER, SURELY, "")
    verdict = verdict_on(with_alarms(SILENT, *circle, above))
    assert (verdict.verdict, verdict.links[3].code) == ("unknown", "ALARM_WITHOUT_ACTION")
    assert CYCLE in verdict.reason
    assert evaluated[0] <= 3 * 100


@pytest.mark.parametrize(
    "rule",
    [
        "(" * 5000 + f"ALARM({METRIC_ALARM})" + ")" * 5000,
        "NOT " * 2500 + f"ALARM({METRIC_ALARM})",
        f"ALARM({METRIC_ALARM}) " + '"\\' * 5000,
        f"ALARM({METRIC_ALARM})" + " " * 10_000 + '"',
    ],
    ids=["parentheses", "NOT", "quotation marks", "spaces"],
)
def test_a_rule_that_is_hard_to_read_is_unknown_in_a_short_sentence(rule: str) -> None:
    verdict = verdict_on(with_alarms(SILENT, composite("hard", rule)))
    assert (verdict.verdict, verdict.links[3].code) == ("unknown", "ALARM_WITHOUT_ACTION")
    assert UNREAD in verdict.reason
    assert len(verdict.reason) < 500


def test_rules_beyond_what_is_read_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composites, "MAX_READ", 100)
    composites._rules_of.cache_clear()
    each = outcomes(SILENT, *(composite(f"one{number}", f"ALARM({METRIC_ALARM})") for number in range(4)))
    assert [each[f"one{number}"][2] for number in range(4)] == ["", "", TOO_MUCH, TOO_MUCH]
    composites._rules_of.cache_clear()


def test_rules_beyond_what_is_evaluated_are_unknown(monkeypatch: pytest.MonkeyPatch, evaluated: list[int]) -> None:
    monkeypatch.setattr(composites, "MAX_EVALUATED", 100)
    many = [composite(f"one{number}", f"ALARM({METRIC_ALARM})") for number in range(4)]
    verdict = verdict_on(with_alarms(SILENT, *many))
    assert (verdict.verdict, verdict.links[3].code) == ("unknown", "ALARM_WITHOUT_ACTION")
    assert TOO_MUCH in verdict.reason
    assert evaluated[0] <= len(many)


def test_paths_beyond_those_that_are_examined_leave_the_verdict_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MAX_PATHS", 5)
    silent = [an_alarm(name=f"silent{number}", alarm_actions=()) for number in range(8)]
    verdict = verdict_on(with_alarms(*silent))
    assert (verdict.verdict, verdict.links[0].code) == ("unknown", "RESPONSE_INCOMPLETE")
    assert "more than 5 notification paths" in verdict.reason
    assert len(verdict.other_paths) == 5
    assert verdict_on(with_alarms(an_alarm(), *silent)).verdict == "compliant"
    assert verdict_on(with_alarms(*silent[:5])).verdict == "non_compliant"
