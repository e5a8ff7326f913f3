# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often an alarm would ring, because of whom, and what it would cost to leave them out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.noise import (
    Noise,
    noise_lines,
    preview_lines,
    quieter_lines,
    rings,
)
from ansible_collections.aws_cis.monitoring.tests.unit.cloudtrail_records import (
    ROOT,
    SERVICE,
    message,
    record,
    role,
    user,
)
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import examples
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PATTERNS = (SECURITY_GROUP_CHANGES.filters[0].text, SECURITY_GROUP_CHANGES.filters[1].text)


def rings_by_the_minute(minutes: set[int]) -> int:
    """CloudWatch's evaluation, step by step: each minute the sum of the five minutes that end with it."""
    in_alarm, count = False, 0
    for now in range(min(minutes), max(minutes) + 1) if minutes else ():
        breaching = any(now - ago in minutes for ago in range(5))
        count += breaching and not in_alarm
        in_alarm = breaching
    return count


@examples(100)
@given(st.sets(st.integers(0, 120)))
def test_it_rings_as_cloudwatch_evaluates_it(minutes: set[int]) -> None:
    assert len(rings(minutes)) == rings_by_the_minute(minutes)


@pytest.mark.parametrize(
    ("minutes", "starts"),
    [
        ([], []),
        ([3], [3]),
        ([3, 3, 4], [3]),
        ([4, 6], [4]),  # two periods of the clock that adjoin: it stays in ALARM
        ([0, 5, 10, 15], [0]),  # for as long as there is a record in each five minutes
        ([0, 6], [0, 6]),  # a whole window was empty in between
        ([1, 9], [1, 9]),
    ],
)
def test_an_alarm_that_stays_in_alarm_rings_once(minutes: list[int], starts: list[int]) -> None:
    assert rings(minutes) == starts


def counted(*records: dict[str, Any]) -> dict[str, Any]:
    noise = Noise()
    for of in records:
        at = datetime.fromisoformat(of["eventTime"])
        noise.add(message(of), int(at.timestamp() * 1000))
    return noise.result(SECURITY_GROUP_CHANGES, PATTERNS, 7)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


DEPLOYMENTS = [
    record(role("Deployment", f"run-{burst}"), "AuthorizeSecurityGroupIngress", at(burst * 60 + step))
    for burst in range(4)
    for step in (0, 1, 4.5)
]
OTHERS = [
    record(user("alice", mfa=True), "CreateSecurityGroup", at(2)),  # while the first deployment rings
    record(ROOT, "DeleteSecurityGroup", at(300)),
    record(SERVICE, "CreateSecurityGroup", at(400)),
]


def test_records_periods_rings_and_who_is_behind_most_of_it() -> None:
    result = counted(*DEPLOYMENTS, *OTHERS)
    assert (result["records"], result["periods"], result["rings"], result["rings_a_day"]) == (15, 6, 6, 0.9)
    loudest, *_others = result["principals"]
    assert (loudest["principal"], loudest["records"], loudest["share"]) == ("role Deployment", 12, 80)
    assert loudest["rings_without"] == 3, "alice's change rings then"
    assert result["other_principals"] == 4 - len(result["principals"]) == 1


def test_several_filters_that_match_a_record_count_it_once() -> None:
    result = counted(*DEPLOYMENTS, *DEPLOYMENTS)
    assert (result["records"], result["rings"]) == (12, 4)


def test_an_exclusion_costs_the_records_of_others_that_lack_the_field() -> None:
    [loudest, *_others] = counted(*DEPLOYMENTS, *OTHERS)["principals"]
    exclusion = loudest["exclusion"]
    role_arn = "arn:aws:iam::111122223333:role/Deployment"
    assert f'&& ($.userIdentity.sessionContext.sessionIssuer.arn != "{role_arn}") }}' in exclusion["patterns"][1]
    assert exclusion["coverage"] == "narrowed"
    assert "records without that field are missed" in exclusion["condition"]
    # Neither a user, nor root, nor a service has a sessionIssuer: all that is left of the control is nothing.
    assert (exclusion["missed"], exclusion["missed_of_others"]) == (15, 3)
    assert exclusion["example"]["who"] == "service autoscaling.amazonaws.com"


def test_what_it_costs_to_leave_a_user_out() -> None:
    [alice, *_others] = counted(
        *(record(user("alice"), "CreateSecurityGroup", at(minute)) for minute in range(9)), *OTHERS
    )["principals"]
    # A service's record has no ARN.
    assert (alice["exclusion"]["missed"], alice["exclusion"]["missed_of_others"]) == (10, 1)
    assert '$.userIdentity.arn != "arn:aws:iam::111122223333:user/alice"' in alice["exclusion"]["patterns"][0]


def test_a_principal_that_no_field_names_has_no_exclusion() -> None:
    [nobody] = counted(record({"type": "Unknown"}, "CreateSecurityGroup", at(0)))["principals"]
    assert nobody["exclusion"] is None


def test_the_table_says_how_often_who_what_it_would_cost_and_what_is_quieter() -> None:
    lines = noise_lines(counted(*DEPLOYMENTS, *OTHERS))
    assert lines[0] == (
        "security_group_changes: 15 records in 7 days, in 6 periods of five minutes. "
        "The alarm would have fired 6 times at most, 0.9 per day."
    )
    assert lines[1].split() == ["role", "Deployment", "12", "records", "80", "%", "3", "alarms", "without", "it"]
    [costly] = [line for line in lines if "Do not exclude role Deployment" in line]
    assert (
        "missing 15 of these records, 3 of them from other principals, such as CreateSecurityGroup by service" in costly
    )
    results = [counted(*DEPLOYMENTS), counted(*OTHERS)]
    assert [line.split(":", 1)[0] for line in quieter_lines(results)] == ["To reduce the alarm volume"] * 4, (
        "once for all controls"
    )


def test_silence_needs_no_advice() -> None:
    result = counted()
    assert (result["records"], result["rings"], result["principals"], result["quieter_ways"]) == (0, 0, [], [])
    assert len(noise_lines(result)) == 1
    assert quieter_lines([result]) == []


def test_controls_without_a_record_are_summed_up() -> None:
    quiet = counted()
    others = [{**quiet, "control": "root_usage"}, {**quiet, "control": "vpc_changes"}]
    said = preview_lines([quiet, counted(*DEPLOYMENTS), *others])
    assert said[-1] == (
        "security_group_changes, root_usage, vpc_changes: no record in 7 days; the alarm would not have fired."
    )
    assert said[:-1] == noise_lines(counted(*DEPLOYMENTS))


def test_of_a_trail_that_does_not_log_nothing_is_known() -> None:
    why = "Trail t does not log, so nothing can be known."
    silent = Noise().result(SECURITY_GROUP_CHANGES, PATTERNS, 7, why)
    assert preview_lines([silent, {**silent, "control": "root_usage"}]) == [
        f"security_group_changes, root_usage: {why}"
    ]
    noise = Noise()
    for one in DEPLOYMENTS:
        noise.add(message(one), 0)
    assert noise.result(SECURITY_GROUP_CHANGES, PATTERNS, 7, why)["note"] == "", "records are known"
