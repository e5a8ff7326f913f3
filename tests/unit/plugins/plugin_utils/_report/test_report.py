# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report and its formats, from results as cis_monitoring_info gives them."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import botocore.session
import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report as reports
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drills import newest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.findings import to_asff, to_ocsf
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.page import to_html
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import to_csv, to_json, to_junit
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import (
    FLEET,
    READ_AT,
    broken,
    member,
    result,
)
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

SCHEMA = json.loads((Path(__file__).parents[5] / "docs" / "report.schema.json").read_text())


@pytest.fixture
def report() -> dict[str, Any]:
    return reports.build(FLEET, "1.0.0")


def test_counts_and_lines_tell_of_every_account(report: dict[str, Any]) -> None:
    assert report["counts"] == {
        "compliant": 2,
        "covered_elsewhere": 0,
        "non_compliant": 1,
        "unknown": 0,
        "unreachable": 1,
    }
    assert reports.lines(report) == [
        "broken  non compliant      ALARM_MISSING               Nobody is told.",
        "lost    unreachable                                    Could not read the caller's identity: ExpiredToken",
        "member  compliant                                      Covered by whole, which is compliant.",
        "whole   compliant",
        "4 accounts: 2 compliant, 1 non compliant, 1 unreachable",
    ]


def test_an_account_that_was_not_asked_is_unknown() -> None:
    report = reports.build({"unasked": None}, "1.0.0")
    assert reports.lines(report)[1:] == ["1 accounts: 1 unknown"]
    assert list(Draft202012Validator(SCHEMA).iter_errors(report)) == []
    assert reports.failing(report, "unknown") == ["unasked"]


def test_a_member_counts_as_the_account_that_covers_it() -> None:
    alone = reports.build({"member": member()}, "1.0.0")
    with_broken = reports.build({"member": member(covering="222233334444"), "broken": broken()}, "1.0.0")
    assert alone["counts"]["covered_elsewhere"] == 1
    assert with_broken["counts"]["non_compliant"] == 2


@pytest.mark.parametrize(
    ("fail_on", "names"),
    [("never", []), ("non_compliant", ["broken"]), ("unknown", ["broken", "lost"])],
)
def test_who_fails_the_run(report: dict[str, Any], fail_on: str, names: list[str]) -> None:
    assert reports.failing(report, fail_on) == names


@given(st.integers(min_value=1, max_value=5))
def test_merged_slices_are_the_whole(slices: int) -> None:
    names = sorted(FLEET)
    parts = [reports.build({name: FLEET[name] for name in names[start::slices]}, "1.0.0") for start in range(slices)]
    assert reports.merge(parts) == reports.build(FLEET, "1.0.0")


def test_an_account_in_two_reports_counts_as_it_was_read_last() -> None:
    later = {**result(), "read_at": "2026-11-24T05:00:00Z"}
    parts = [reports.build({"one": one}, "1.0.0") for one in (later, broken())]
    assert reports.merge(parts)["counts"]["compliant"] == 1


def test_a_report_of_another_version_is_refused(report: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"0\.9"):
        reports.merge([report, {**report, "schema_version": "0.9"}])


def test_json_is_as_the_schema_publishes(report: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    assert list(validator.iter_errors(json.loads(to_json(report)))) == []
    del report["accounts"][0]["verdict"]
    assert list(validator.iter_errors(report))


def test_csv_has_a_row_an_account_and_no_formulas() -> None:
    report = reports.build({**FLEET, "=cmd": broken("444455556666", reason="=1+1")}, "1.0.0")
    rows = list(csv.DictReader(io.StringIO(to_csv(report))))
    assert [row["name"] for row in rows] == ["'=cmd", "broken", "lost", "member", "whole"]
    assert rows[0]["reason"] == "'=1+1"
    assert (rows[1]["verdict"], rows[1]["alarm"], rows[1]["trail"]) == ("non_compliant", "ALARM_MISSING", "OK")


def test_junit_has_a_case_an_account(report: dict[str, Any]) -> None:
    suite = ElementTree.fromstring(to_junit(report))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "1")
    cases = {case.get("name"): [child.tag for child in case] for case in suite}
    assert cases == {"broken": ["failure"], "lost": ["error"], "member": [], "whole": []}


def test_ocsf_findings_are_compliance_findings(report: dict[str, Any]) -> None:
    raw = json.loads(to_ocsf(report))
    findings = [ComplianceFinding.model_validate(one) for one in raw]
    assert [one.compliance.status_id.value for one in findings] == [3, 1, 1]
    assert [one["cloud"]["account"]["name"] for one in raw] == ["broken", "member", "whole"]
    moment = datetime.fromisoformat(READ_AT).astimezone(UTC)
    assert datetime.fromtimestamp(json.loads(to_ocsf(report))[0]["time"] / 1000, UTC) == moment


def test_asff_is_what_security_hub_takes(report: dict[str, Any]) -> None:
    model = botocore.session.get_session().get_service_model("securityhub").operation_model("BatchImportFindings")
    requests = json.loads(to_asff(report))
    for request in requests:
        errors = ParamValidator().validate(request, model.input_shape)
        assert not errors.has_errors(), errors.generate_report()
        assert len({finding["AwsAccountId"] for finding in request["Findings"]}) == 1
    assert [request["Findings"][0]["Compliance"]["Status"] for request in requests] == ["FAILED", "PASSED", "PASSED"]


LEGS = [
    {"leg": "pattern", "status": "pass", "seconds": None, "detail": "AWS matches every record."},
    {"leg": "record", "status": "pass", "seconds": 302.4, "detail": "The record is there."},
    {"leg": "message", "status": "fail", "seconds": 482.0, "detail": "The <b>message</b> did not arrive."},
]


def drilled(depth: str, when: str, outcome: str = "passed") -> dict[str, Any]:
    return {"when": when, "depth": depth, "outcome": outcome, "summary": "The <b>drill</b>.", "legs": LEGS}


FULL = drilled("full", "2026-11-01T05:00:00Z", "failed")
PATTERN = drilled("pattern", "2026-11-02T05:00:00Z")
DRILLS = {"111122223333": [FULL, PATTERN]}


class TestDrills:
    @pytest.fixture
    def report(self) -> dict[str, Any]:
        return reports.build(FLEET, "1.0.0", DRILLS)

    def test_those_of_an_account_are_in_its_entry_the_newest_first(self, report: dict[str, Any]) -> None:
        drills = {account["name"]: [one["depth"] for one in account["drills"]] for account in report["accounts"]}
        assert drills == {"whole": ["pattern", "full"], "broken": [], "member": [], "lost": []}
        assert list(Draft202012Validator(SCHEMA).iter_errors(report)) == []

    def test_the_last_one_of_each_depth_counts(self) -> None:
        later = {**FULL, "when": "2026-11-03T05:00:00Z"}
        assert newest([later, PATTERN, FULL]) == [later, PATTERN]

    def test_merged_reports_have_those_of_all(self) -> None:
        parts = [reports.build({"whole": result()}, "1.0.0", {"111122223333": [one]}) for one in (FULL, PATTERN)]
        [account] = reports.merge(parts)["accounts"]
        assert account["drills"] == [PATTERN, FULL]

    def test_each_format_tells_of_them(self, report: dict[str, Any]) -> None:
        full = "full, failed, 2026-11-01T05:00:00Z: record 302.4 s, message 482 s"
        row = list(csv.DictReader(io.StringIO(to_csv(report))))[-1]
        assert [row[name] for name in ("drill_at", "drill_depth", "drill_outcome", "drill_latencies")] == [
            "2026-11-02T05:00:00Z",
            "pattern",
            "passed",
            "record 302.4 s, message 482 s",
        ]
        said = ElementTree.fromstring(to_junit(report)).find("testcase[@name='whole']/system-out")
        assert said is not None
        assert full in str(said.text)
        assert json.loads(to_ocsf(report))[-1]["unmapped"]["drills"] == [PATTERN, FULL]
        assert json.loads(to_asff(report))[-1]["Findings"][0]["ProductFields"]["drill/full"] == full
        page = to_html(report)
        assert "full: failed</b>, 2026-11-01T05:00:00Z" in page
        assert "<b>drill</b>" not in page
