# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time to look at."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.window import (
    Window,
    alarm_window,
    parse_moment,
    parse_window,
    went_to_alarm,
)
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import examples
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 23, 5, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("24h", NOW - timedelta(days=1)),
        (" 7 d ", NOW - timedelta(days=7)),
        ("2W", NOW - timedelta(weeks=2)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T01:02:03Z", datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)),
        ("2026-11-20T01:02:03", datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)),
        ("2026-11-20T03:02:03+02:00", datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)),
    ],
)
def test_how_a_moment_is_written(text: str, moment: datetime) -> None:
    assert parse_moment(text, NOW) == moment


@pytest.mark.parametrize("text", ["yesterday", "", "24", "h", "-3h", "999999w", "2026-13-01"])
def test_what_is_no_moment_is_said_with_what_would_be(text: str) -> None:
    with pytest.raises(ValueError, match=r"Use a duration before now|is too long ago"):
        parse_moment(text, NOW)


def test_a_window_ends_after_it_begins() -> None:
    assert parse_window("2h", "1h", NOW) == Window(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    with pytest.raises(ValueError, match="must be before"):
        parse_window("1h", "2h", NOW)


@examples(100)
@given(st.timedeltas(min_value=timedelta(milliseconds=1), max_value=timedelta(days=90)))
def test_its_parts_are_the_whole_without_an_overlap(length: timedelta) -> None:
    window = Window(NOW - length, NOW)
    parts = list(window.newest_first())
    assert (parts[0].until, parts[-1].since) == (window.until, window.since)
    for later, earlier in itertools.pairwise(parts):
        assert later.since - earlier.until == timedelta(milliseconds=1)
    assert len(parts) <= 13, "three months are a dozen searches"


def history(state: str = "ALARM", **data: object) -> str:
    """HistoryData of a StateUpdate, as the CloudWatch API Reference shows it."""
    new = {"stateValue": state, "stateReason": "Threshold Crossed", **({"stateReasonData": data} if data else {})}
    return json.dumps({"version": "1.0", "oldState": {"stateValue": "OK"}, "newState": new})


def test_an_alarm_looked_at_the_period_that_its_history_names() -> None:
    data = history(startDate="2026-11-23T04:55:00.000+0000", period=300, recentDatapoints=[1.0])
    since = datetime(2026, 11, 23, 4, 55, tzinfo=UTC)
    assert alarm_window(NOW, data, 60, 1) == Window(since, NOW)
    early = since + timedelta(minutes=4, seconds=10)
    assert alarm_window(early, data, 60, 1) == Window(since, since + timedelta(minutes=5)), "the last minute is whole"


@pytest.mark.parametrize("data", [history(), "", "{}", "[]", history(startDate="then")[:60], history(startDate="then")])
def test_without_it_at_what_its_settings_span(data: str) -> None:
    assert alarm_window(NOW, data, 300, 2) == Window(NOW - timedelta(minutes=15), NOW)


def test_only_going_to_alarm_is_ringing() -> None:
    assert went_to_alarm(history(), "")
    assert not went_to_alarm(history("OK"), "Alarm updated from ALARM to OK")
    assert went_to_alarm("cut off", "Alarm updated from OK to ALARM")
