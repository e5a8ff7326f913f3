# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screen: whatever is to be said, it fits, and each account is listed or counted."""

from __future__ import annotations

import re

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.screen import (
    LEAST_HEIGHT,
    LEAST_WIDTH,
    Row,
    Screen,
)
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x3000), max_size=120)
ROWS = st.lists(
    st.builds(
        Row,
        status=st.sampled_from(["FAIL", "UNKNOWN"]),
        name=st.integers(0, 10**6).map("host-{}".format),
        account=st.sampled_from(["", "111122223333"]),
        tally=st.sampled_from(["", "0/15", "14/15"]),
        cause=st.one_of(st.sampled_from(["15 FILTER_MISSING", "TRAIL_SINGLE_REGION"]), TEXTS),
        remedy=st.one_of(st.just(""), st.just("remediate"), TEXTS),
    ),
    max_size=80,
    unique_by=lambda row: row.name,
)
SCREENS = st.builds(
    Screen,
    totals=st.lists(TEXTS, min_size=1, max_size=3),
    rows=ROWS,
    listing=st.lists(TEXTS, max_size=40),
    remarks=st.lists(TEXTS, max_size=6),
    ends=st.lists(TEXTS.map("Report: {}".format), max_size=1),
)


def bad(*names: str, cause: str, remedy: str = "remediate") -> list[Row]:
    return [Row("FAIL", name, f"{len(name):012}", "0/15", cause, remedy) for name in names]


@given(SCREENS, st.integers(LEAST_WIDTH, 200), st.integers(LEAST_HEIGHT, 60))
def test_it_never_has_more_lines_than_the_terminal_nor_longer_ones(screen: Screen, width: int, height: int) -> None:
    lines = screen.lines(width, height)

    # A path is not cut, so it takes as many of the terminal's lines as it needs.
    assert sum(max(-(-len(line) // width), 1) for line in lines) <= height
    assert all(len(line) <= width for line in lines[: len(lines) - len(screen.ends)])


@given(SCREENS, st.integers(80, 200), st.integers(LEAST_HEIGHT, 60))
def test_each_account_is_listed_once_or_counted(screen: Screen, width: int, height: int) -> None:
    screen = Screen(["totals"], screen.rows, [], screen.remarks, ["Report: r"])

    lines = screen.lines(width, height)

    listed = [line for line in lines if re.match(r"(FAIL|UNKNOWN) +host-\d+", line)]
    left = [int(match[1]) for line in lines if (match := re.fullmatch(r"and (\d+) more, see the report", line))]
    assert len(listed) + sum(left) == len(screen.rows)
    names = [re.split(" +", line)[1] for line in listed]
    assert len(names) == len(set(names))


@given(SCREENS)
def test_all_of_it_has_each_account(screen: Screen) -> None:
    lines = screen.all_lines()
    assert len(lines) == sum(map(len, (screen.totals, screen.rows, screen.listing, screen.remarks, screen.ends)))


def test_the_same_causes_come_together_the_one_of_most_accounts_first() -> None:
    rows = [*bad("a", cause="1 ALARM_MISSING"), *bad("b", "d", cause="15 FILTER_MISSING"), Row("UNKNOWN", "c")]

    lines = Screen(["15 controls"], rows, ends=["Report: r"]).lines(100, 24)

    assert lines == [
        "15 controls",
        "FAIL     b  000000000001  0/15  15 FILTER_MISSING  -> remediate",
        "FAIL     d  000000000001  0/15  15 FILTER_MISSING  -> remediate",
        "FAIL     a  000000000001  0/15  1 ALARM_MISSING    -> remediate",
        "UNKNOWN  c",
        "Report: r",
    ]


def test_every_cause_is_seen_where_not_every_account_is() -> None:
    many = bad(*(f"many-{number}" for number in range(40)), cause="15 FILTER_MISSING")
    rows = [*many, *bad("one", cause="1 ALARM_MISSING"), Row("UNKNOWN", "lost", cause="Could not read it.")]

    lines = Screen(["totals"], rows, ends=["Report: r"]).lines(100, 12)

    assert len(lines) == 12
    assert [line.split()[1] for line in lines[1:-2]] == [*(f"many-{number}" for number in range(7)), "one", "lost"]
    assert lines[-2:] == ["and 33 more, see the report", "Report: r"]


def test_a_message_stands_once_and_in_full_where_there_is_room() -> None:
    rows = [
        Row("FAIL", name, account, cause=f"No trail of account {account} qualifies, for it records one region only.")
        for name, account in (("a", "111122223333"), ("b", "444455556666"))
    ]

    assert Screen(["totals"], rows).lines(60, 24) == [
        "totals",
        "FAIL  a  111122223333  No trail of account 111122223333",
        "                       qualifies, for it records one region",
        "                       only.",
        "FAIL  b  444455556666  as above",
    ]
    assert Screen(["totals"], [*rows, *bad(*"cdefghi", cause="x")]).lines(60, LEAST_HEIGHT)[-2:] == [
        "FAIL  a  111122223333        No trail of account 1111222233…",
        "FAIL  b  444455556666        as above",
    ]


def test_it_ends_with_where_to_read_more_in_full() -> None:
    path = "Report: /var/" + "long/" * 30 + "report.html"
    lines = Screen(["totals"], [], ["listed"] * 40, ["remark"], [path]).lines(80, 24)
    assert lines[-3:] == ["and 22 more, see the report", "remark", path]


def test_what_others_have_named_steers_no_terminal() -> None:
    rows = [Row("FAIL", "a\x1b[2J", cause="\u202eb")]
    assert Screen(["totals"], rows).lines(80, 24) == ["totals", "FAIL  a?[2J  ?b"]
    assert Screen(["totals"], rows).all_lines() == ["totals", "FAIL  a?[2J  ?b"]
