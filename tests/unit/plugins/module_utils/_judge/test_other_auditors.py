# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the opinions of others stand beside ours; test_wrong_verdicts.py has what they are in each case."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Alarm, Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.other_auditors import opinions
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    DENIED,
    REGION,
    SEVEN,
    SIX,
    a_filter,
    an_alarm,
    whole_account,
    with_alarm,
    with_filters,
    with_pattern,
    with_trail,
)


def stated(observation: Observation, verdict: str) -> dict[str, tuple[str, bool]]:
    found = opinions(observation, SECURITY_GROUP_CHANGES, verdict)
    return {one.auditor: (one.verdict, one.differs) for one in found}


@pytest.mark.parametrize(
    ("verdict", "differs"),
    [("compliant", False), ("non_compliant", True), ("unknown", True), ("covered_elsewhere", True)],
)
def test_an_opinion_differs_where_it_is_not_ours(verdict: str, differs: bool) -> None:
    assert stated(whole_account(), verdict) == {"prowler": ("pass", differs), "steampipe": ("pass", differs)}


def test_who_could_not_tell_does_not_differ() -> None:
    assert stated(whole_account(trails=DENIED), "unknown") == {
        "prowler": ("unknown", False),
        "steampipe": ("unknown", False),
    }


def test_an_opinion_is_plain_data_with_a_reason() -> None:
    first = opinions(with_pattern(SIX), SECURITY_GROUP_CHANGES, "compliant")[1].as_dict()
    assert first["auditor"] == "steampipe"
    assert first["verdict"] == "fail"
    assert first["differs"] is True
    assert "in a fixed order" in str(first["why"])


def test_prowler_takes_the_name_of_any_trail_and_any_alarm_on_the_metric() -> None:
    stopped = with_trail(is_multi_region=False, status=DENIED, selectors=DENIED)
    idle = dataclasses.replace(stopped, alarms={REGION: (an_alarm(actions_enabled=False, alarm_actions=()),)})
    assert stated(idle, "unknown")["prowler"] == ("pass", True)


@pytest.mark.parametrize("alarm", [an_alarm(metric_namespace="x"), an_alarm(region="us-east-1")])
def test_prowler_wants_the_alarm_on_the_metric_of_that_namespace_and_region(alarm: Alarm) -> None:
    elsewhere = whole_account(alarms={alarm.region: (alarm,)})
    assert stated(elsewhere, "non_compliant") == {"prowler": ("fail", False), "steampipe": ("pass", True)}


def test_prowler_does_not_take_a_longer_name_for_a_shorter_one() -> None:
    assert (
        stated(with_pattern(SIX.replace("CreateSecurityGroup)", "CreateSecurityGroups)")), "unknown")["prowler"][0]
        == "fail"
    )


def test_both_take_the_metric_from_the_first_transformation() -> None:
    elsewhere = with_filters(a_filter(SEVEN, metric_name="unwatched"))
    assert {verdict for verdict, _differs in stated(elsewhere, "non_compliant").values()} == {"fail"}


def test_steampipe_wants_the_names_apart_from_one_another() -> None:
    glued = SEVEN.replace(") || (", "")
    assert stated(with_pattern(glued), "non_compliant")["steampipe"][0] == "fail"


def test_steampipe_asks_for_a_subscription_of_any_topic() -> None:
    assert stated(with_alarm(alarm_actions=(f"arn:aws:sns:{REGION}:1:x",)), "unknown")["steampipe"][0] == "fail"
