# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report that collection 1.0.0 wrote (report_1_0.json) can be merged, compared with and shown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report as reports
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import Acceptance
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.comparison import cells, compare
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.findings import to_asff, to_ocsf
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.page import to_html
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import from_json, to_csv, to_junit
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import (
    as_data,
    broken,
    parts_of,
    report_of,
)
from jsonschema import Draft202012Validator

OLD = Path(__file__).with_name("report_1_0.json")
SCHEMA = json.loads((Path(__file__).parents[5] / "docs" / "report.schema.json").read_text())
LATER = {**broken("111122223333"), "read_at": "2026-11-24T05:00:00Z"}


def old() -> tuple[dict[str, Any], Iterable[dict[str, Any]]]:
    """Return the report as merge() takes it."""
    return from_json(iter(OLD.read_text().splitlines(keepends=True)))


def test_it_is_merged_with_one_of_today() -> None:
    merged = reports.merge([old(), parts_of(report_of({"whole": LATER}))])
    assert {one["name"]: one["outcome"] for one in merged["accounts"]} == {
        "broken": "non_compliant",
        "lost": "unreachable",
        "member": "non_compliant",
        "whole": "non_compliant",
    }
    assert list(Draft202012Validator(SCHEMA).iter_errors(as_data(merged))) == []
    assert [len(one["drills"]) for one in merged["accounts"]] == [0, 0, 0, 1]


def test_all_formats_show_it() -> None:
    merged = reports.merge([old()])
    assert merged["counts"]["compliant"] == 2
    for write in (to_html, to_csv, to_junit, to_asff, to_ocsf):
        assert "FILTER_MISSING" in "".join(write(merged))


def test_it_is_compared_with() -> None:
    _head, accounts = old()
    changes = compare(cells(accounts), report_of({"whole": LATER})["accounts"], {"name": "old", "read_at": None})
    assert [one["name"] for one in changes["worse"]] == ["whole"]
    assert changes["new"] == []


def test_its_consequences_need_no_acceptance() -> None:
    rule = {"control": "all", "code": "FILTER_MISSING", "accounts": ["*"], "reason": "We know."}
    merged = reports.merge([old()], acceptance=Acceptance([rule], {}, date(2026, 11, 23)))
    assert merged["counts"]["accepted"] == 1
