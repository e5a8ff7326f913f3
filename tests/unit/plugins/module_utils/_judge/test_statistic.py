# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a change shows in a statistic, against periods that are made up value by value."""

from __future__ import annotations

import statistics
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Alarm
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.filters import FilterReading, read_filter
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.findings import FAIL, UNKNOWN, WARN
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.statistic import (
    judge_cancelling,
    judge_statistic,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.values import (
    COMPARE,
    constant,
    minutes,
    reaches,
)
from ansible_collections.aws_cis.monitoring.tests.unit.observations import a_filter, an_alarm
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import examples
from hypothesis import given
from hypothesis import strategies as st

COMPUTED = {
    "Sum": sum,
    "Average": statistics.fmean,
    "Minimum": min,
    "Maximum": max,
    "SampleCount": len,
}
NUMBERS = st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 5.0])


def readings(*written: tuple[str, float | None]) -> tuple[FilterReading, ...]:
    filters = [a_filter(metric_value=value, default_value=default) for value, default in written]
    return tuple(read for one in filters for read in read_filter(one, SECURITY_GROUP_CHANGES))


def said(alarm: Alarm, filters: tuple[FilterReading, ...]) -> set[str]:
    return {one.status for one in (*judge_statistic(alarm, filters), *judge_cancelling(alarm, filters))}


@examples(300)
@given(
    st.sampled_from(list(COMPUTED)),
    st.sampled_from(list(COMPARE)),
    st.sampled_from([0.5, 1.0, 2.0]),
    st.sampled_from([60, 120, 300]),
    st.lists(st.tuples(NUMBERS, st.none() | NUMBERS), min_size=1, max_size=2),
    st.data(),
)
def test_where_nothing_worse_than_a_warning_is_said_every_change_is_seen(
    statistic: str,
    comparison: str,
    threshold: float,
    period: int,
    written: list[tuple[float, float | None]],
    data: st.DataObject,
) -> None:
    alarm = an_alarm(statistic=statistic, comparison=comparison, threshold=threshold, period=period)
    filters = readings(*((str(value), default) for value, default in written))
    seen = [value for value, _default in written if reaches(alarm, value) and value > 0]
    if not seen or said(alarm, filters) & {FAIL, UNKNOWN}:
        return
    change = data.draw(st.sampled_from(seen))
    # Other events, and for each filter a default value in any of the minutes without one.
    others = data.draw(st.lists(st.sampled_from([value for value, _default in written]), max_size=4))
    for _value, default in written:
        if default is not None:
            others += [default] * data.draw(st.integers(0, minutes(alarm) - 1))
    assert COMPARE[comparison](COMPUTED[statistic]([change, *others]), threshold)


@pytest.mark.parametrize(
    ("alarm", "written", "expected"),
    [
        ({"statistic": "Sum"}, [("1", None)], set()),
        ({"statistic": "Sum"}, [("1", 0.0)], set()),
        ({"statistic": "Sum"}, [("1", -1.0)], {FAIL}),
        ({"statistic": "Sum"}, [("5", -1.0)], {UNKNOWN}),  # 5 - 4, if a minute holds one default value
        ({"statistic": "Sum"}, [("1", None), ("-1", None)], {FAIL}),
        ({"statistic": "Sum"}, [("1", None), ("$.size", None)], {UNKNOWN}),
        ({"statistic": "Maximum"}, [("1", -1.0), ("-1", None)], {WARN}),
        ({"statistic": "Average"}, [("1", None)], {WARN}),
        ({"statistic": "Average"}, [("1", None), ("2", None)], {WARN}),
        ({"statistic": "Average"}, [("1", 0.0)], {FAIL}),
        ({"statistic": "Average", "threshold": 5.0}, [("1", None)], {WARN}),  # the threshold is to blame
        ({"statistic": "Average", "period": 60}, [("1", 0.0)], {UNKNOWN}),
        ({"statistic": "Average"}, [("100", 0.0)], {UNKNOWN}),  # 100 and four zeros are 20
        ({"statistic": "Average"}, [("1", None), ("0", None)], {FAIL}),
        ({"statistic": "Average"}, [("1", None), ("$.size", None)], {UNKNOWN}),
        ({"statistic": "Minimum"}, [("100", 0.0)], {FAIL}),
        ({"statistic": "SampleCount"}, [("0", None)], {WARN}),
        ({"statistic": "SampleCount"}, [("1", 0.0)], {FAIL}),
        ({"statistic": None, "extended_statistic": "p100"}, [("1", 0.0)], {WARN}),
        ({"statistic": None, "extended_statistic": "p99.9"}, [("1", None)], {WARN}),
        ({"statistic": None, "extended_statistic": "p99.9"}, [("1", 0.0)], {FAIL}),
        (
            {"statistic": None, "extended_statistic": "p99", "low_sample_percentile": "ignore"},
            [("1", None)],
            {FAIL},
        ),
        ({"statistic": None, "extended_statistic": "tm90"}, [("1", None)], {UNKNOWN}),
        ({"statistic": None, "extended_statistic": "IQM"}, [("1", 0.0)], {FAIL}),
        ({"statistic": None, "extended_statistic": "TC(2%:98%)"}, [("1", None)], {UNKNOWN}),
    ],
)
def test_a_statistic(alarm: dict[str, Any], written: list[tuple[str, float | None]], expected: set[str]) -> None:
    assert said(an_alarm(**alarm), readings(*written)) == expected


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1.0), ("-0.5", -0.5), ("1e3", 1000.0), ("$.size", None), ("nan", None), ("", None)]
)
def test_a_constant(text: str, number: float | None) -> None:
    assert constant(text) == number
