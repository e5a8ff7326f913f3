# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who did what in many accounts, and how noisy their alarms would be, as one report."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.records import event_of
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.events import (
    build,
    failing,
    lines,
    only_expected,
    to_csv,
    to_json,
)
from ansible_collections.aws_cis.monitoring.tests.unit.cloudtrail_records import message, record, user
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.writing import rows_of

NOISE = {"control": "c", "days": 7, "records": 3, "note": "", "periods": 2, "rings": 2, "rings_a_day": 0.3}


def searched(hour: int, name: str) -> dict[str, Any]:
    """The result of an account in which there was one record at that hour."""
    of = record(user(name), "CreateVpc", datetime(2026, 11, 23, hour, tzinfo=UTC))
    event = event_of(message(of), 0).matched_by("vpc_changes", ["vpc"]).as_dict()
    return {"account": "111122223333", "controls": [], "events": [event], "summary": "1 record."}


def a_principal(name: str, records: int) -> dict[str, Any]:
    return {"principal": name, "records": records, "share": 50, "rings_without": 1, "exclusion": None}


def test_the_records_of_all_accounts_are_one_list_the_newest_first() -> None:
    report = build({"b": searched(1, "early"), "a": searched(2, "late")})
    assert [(event["name"], event["who"]) for event in report["events"]] == [("a", "user late"), ("b", "user early")]
    assert [row["who"] for row in rows_of(to_csv(report))] == ["user late", "user early"]
    assert [line.split("  ")[1] for line in lines(report)[1:3]] == ["user late", "user early"]
    assert lines(report)[3:] == ["a: 1 record.", "b: 1 record."]


def test_a_column_tells_expected_events_where_there_are_any() -> None:
    results = {"b": searched(1, "early"), "a": searched(2, "late")}
    results["a"]["events"][0] |= {"expected": True, "expected_reason": "SEC-1."}
    report = build(results)
    assert [line.split()[0] for line in lines(report)[:3]] == ["expected", "expected", "unexpected"]
    assert [(row["expected"], row["expected_reason"]) for row in rows_of(to_csv(report))] == [
        ("True", "SEC-1."),
        ("False", ""),
    ]


@pytest.mark.parametrize(
    ("changed", "is_only_expected"),
    [
        ({}, True),
        ({"unexpected": 1}, False),
        ({"expected": 0}, False),
        ({"complete": False}, False),
    ],
)
def test_whether_there_is_nothing_to_be_told(changed: dict[str, Any], is_only_expected: bool) -> None:
    control = {"expected": 2, "unexpected": 0, "complete": True, **changed}
    account = {"account": "1", "controls": [control], "events": []}
    assert only_expected(build({"a": account})) is is_only_expected
    assert not only_expected(build({"a": account, "b": {"failed": True, "msg": "denied"}}))
    assert not only_expected(build({}))


def test_an_account_that_could_not_be_searched_is_there_with_why() -> None:
    report = build({"a": {"failed": True, "msg": "denied"}, "b": {}})
    assert [one["failure"] for one in json.loads(to_json(report))["accounts"]] == [
        "denied",
        "The account was not searched.",
    ]
    assert failing(report) == {"a": "denied", "b": "The account was not searched."}
    assert lines(report) == ["No matching events.", "a: denied", "b: The account was not searched."]


def test_a_preview_has_a_row_a_principal_of_each_control() -> None:
    loud = {**NOISE, "principals": [a_principal("role A", 2), a_principal("root", 1)], "quieter_ways": ["Wait."]}
    quiet = {**NOISE, "control": "q", "principals": [], "quieter_ways": []}
    report = build({"a": {"account": "1", "controls": [loud, quiet]}})
    assert [(row["control"], row["principal"]) for row in rows_of(to_csv(report))] == [
        ("c", "role A"),
        ("c", "root"),
        ("q", ""),
    ]
    said = lines(report)
    assert (said[0], said[-1]) == ("a", "To reduce the alarm volume: Wait.")
    assert [line.split(":")[0] for line in said if "times at most" in line] == ["c", "q"]


def test_a_spreadsheet_takes_no_name_for_a_formula() -> None:
    report = build({"a": searched(1, "x")})
    report["events"][0]["user_agent"] = '=HYPERLINK("http://example.org")'
    [row] = rows_of(to_csv(report))
    assert row["user_agent"].startswith("'=")
