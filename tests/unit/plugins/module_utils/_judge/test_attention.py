# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Warnings about alarms that are likely to be ignored: they say what happened, and change no verdict."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.alarm_history import AlarmHistory, StateChange
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.attention import (
    Attention,
    Principal,
    with_attention,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Verdict, judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import DENIED, READ_AT, with_alarm

SINCE = READ_AT - timedelta(days=30)


def fired(times: int, minutes: int = 5, **facts: Any) -> AlarmHistory:
    changes = []
    for number in range(times):
        start = SINCE + timedelta(hours=number)
        changes += [StateChange(start, "OK", "ALARM"), StateChange(start + timedelta(minutes=minutes), "ALARM", "OK")]
    return AlarmHistory(SINCE, READ_AT, "OK", SINCE, tuple(changes), **facts)


def staying_in_alarm() -> AlarmHistory:
    return AlarmHistory(SINCE, READ_AT, "ALARM", SINCE, (StateChange(SINCE + timedelta(days=1), "OK", "ALARM"),))


def reviewed(attention: Attention, observation: Observation | None = None) -> Verdict:
    verdict = judge(observation or with_alarm(), SECURITY_GROUP_CHANGES)
    after = with_attention(verdict, attention, frequent_after=30)
    assert (after.verdict, after.reason, after.fix) == (verdict.verdict, verdict.reason, verdict.fix)
    return after


def codes(verdict: Verdict) -> list[tuple[str, str]]:
    return [(link.link, one.code) for link in verdict.links for one in link.findings if one.status == "warn"]


def test_a_quiet_alarm_has_figures_and_no_warning() -> None:
    verdict = reviewed(Attention(30, fired(30), failed_deliveries=0))
    assert codes(verdict) == []
    assert verdict.as_dict()["history"] == {
        "days": 30,
        "fired": 30,
        "hours_in_alarm": 2.5,
        "failed_deliveries": 0,
        "principal": None,
        "principal_share": None,
    }


def test_a_frequent_alarm_names_the_principal_behind_it() -> None:
    verdict = reviewed(Attention(30, fired(400), principal=Principal("role Deployment", 96, 10)))
    assert codes(verdict) == [("alarm", "ALARM_FREQUENT")]
    detail = verdict.links[3].detail
    assert "fired 400 times in the last 30 days" in detail
    assert "role Deployment caused 96 % of the records of the last 10 alarms" in detail


def test_who_caused_it_need_not_be_known() -> None:
    verdict = reviewed(Attention(30, fired(31), principal=DENIED))
    assert verdict.links[3].detail.endswith("fired 31 times in the last 30 days.")
    assert any(DENIED.detail in note for note in verdict.notes)


def test_an_alarm_that_stays_in_alarm() -> None:
    verdict = reviewed(Attention(30, staying_in_alarm()))
    assert codes(verdict) == [("alarm", "ALARM_STAYS_IN_ALARM")]
    assert "97% of the last 30 days" in verdict.links[3].detail


def test_deliveries_that_failed() -> None:
    assert codes(reviewed(Attention(30, fired(1), failed_deliveries=3))) == [
        ("subscription", "SUBSCRIPTION_DELIVERY_FAILING")
    ]


def test_actions_that_were_removed_say_when() -> None:
    history = fired(1, actions_removed=READ_AT - timedelta(days=2))
    verdict = reviewed(Attention(30, history), with_alarm(alarm_actions=()))
    assert verdict.verdict == "non_compliant"
    details = [one.detail for one in verdict.links[3].findings if one.code == "ALARM_WITHOUT_ACTION"]
    assert len(details) == 2
    assert "were removed or disabled on 2026-11-21" in details[1]


@pytest.mark.parametrize("attention", [Attention(30, DENIED), Attention(30, fired(0), failed_deliveries=DENIED)])
def test_what_could_not_be_read_is_a_note(attention: Attention) -> None:
    verdict = reviewed(attention)
    assert codes(verdict) == []
    assert [note for note in verdict.notes if DENIED.detail in note]
    assert None in verdict.as_dict()["history"].values()


def test_without_a_review_there_is_no_history() -> None:
    assert "history" not in judge(with_alarm(), SECURITY_GROUP_CHANGES).as_dict()
