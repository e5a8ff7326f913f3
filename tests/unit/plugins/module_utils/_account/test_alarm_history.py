# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often an alarm fired and how long it was in ALARM, from its changes of state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.alarm_history import AlarmHistory, StateChange
from hypothesis import given
from hypothesis import strategies as st

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=10)
STATES = st.sampled_from(["OK", "ALARM", "INSUFFICIENT_DATA"])


def history(*changes: tuple[int, str, str], state: str = "OK", known: int = 0) -> AlarmHistory:
    made = tuple(StateChange(SINCE + timedelta(hours=hour), before, after) for hour, before, after in changes)
    return AlarmHistory(SINCE, UNTIL, state, SINCE + timedelta(hours=known), made)


def test_each_time_that_it_went_into_alarm_counts() -> None:
    one = history((1, "OK", "ALARM"), (3, "ALARM", "OK"), (10, "OK", "ALARM"), (11, "ALARM", "INSUFFICIENT_DATA"))
    assert [at - SINCE for at in one.fired] == [timedelta(hours=1), timedelta(hours=10)]
    assert one.in_alarm == timedelta(hours=3)


def test_what_it_was_before_the_first_change_counts_too() -> None:
    assert history((24, "ALARM", "OK")).in_alarm == timedelta(days=1)


def test_without_a_change_it_has_been_in_its_state_since_that_is_known() -> None:
    assert history(state="ALARM").share_in_alarm == 1
    assert history(state="ALARM", known=216).share_in_alarm == 0.1
    assert history(state="OK").share_in_alarm == 0


@given(st.lists(st.tuples(st.integers(0, 240), STATES), max_size=20), STATES)
def test_the_share_is_one_and_the_states_share_all_the_time(moments: list[tuple[int, str]], first: str) -> None:
    changes, before = [], first
    for hour, after in sorted(moments):
        changes.append((hour, before, after))
        before = after
    whole = history(*changes, state=before)
    assert 0 <= whole.share_in_alarm <= 1
    elsewhere = {"ALARM": "OK", "OK": "ALARM", "INSUFFICIENT_DATA": "ALARM"}
    turned = history(*((hour, elsewhere[a], elsewhere[b]) for hour, a, b in changes), state=elsewhere[before])
    assert whole.in_alarm + turned.in_alarm == UNTIL - SINCE
