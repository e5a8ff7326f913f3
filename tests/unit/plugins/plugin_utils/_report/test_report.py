# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report and its formats, from results as cis_monitoring_info gives them."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import botocore.session
import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.findings import CODES_PAGE, NOT_EVALUATED
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import without_secrets
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import lines
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report as reports
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import Acceptance
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drills import newest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.findings import to_asff, to_ocsf
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.packed import packed, unpacked
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.page import to_html
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import (
    from_json,
    harmless,
    to_csv,
    to_json,
    to_junit,
)
from ansible_collections.aws_cis.monitoring.tests.unit.observations import with_controls
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import examples
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import (
    FIFTEEN,
    FLEET,
    READ_AT,
    as_data,
    broken,
    fifteen,
    member,
    parts_of,
    report_of,
    result,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.writing import rows_of
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from junitparser import JUnitXml
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

SCHEMA = json.loads((Path(__file__).parents[5] / "docs" / "report.schema.json").read_text())


@pytest.fixture
def report() -> dict[str, Any]:
    return report_of(FLEET)


def test_the_report_of_packed_results_is_the_same(report: dict[str, Any]) -> None:
    as_kept = {name: result and packed(result) for name, result in FLEET.items()}
    assert as_kept != FLEET
    assert as_data(report_of({name: unpacked(result) for name, result in as_kept.items()})) == as_data(report)


def test_counts_and_lines_tell_of_every_account(report: dict[str, Any]) -> None:
    assert report["counts"] == {
        "compliant": 2,
        "covered_elsewhere": 0,
        "declared": 0,
        "accepted": 0,
        "non_compliant": 1,
        "unknown": 0,
        "unreachable": 1,
    }
    assert lines.of_report(report) == [
        "Benchmark: cis_v1_4_0",
        "broken  non compliant      ALARM_MISSING               Nobody is told.",
        "lost    unreachable                                    Could not read the caller's identity: ExpiredToken",
        "member  compliant                                      Covered by whole, which is compliant.",
        "whole   compliant",
        f"{NOT_EVALUATED} What the codes mean: {CODES_PAGE}",
        "4 accounts: 2 compliant, 1 non compliant, 1 unreachable",
    ]


def test_an_account_that_was_not_asked_is_unknown() -> None:
    report = report_of({"unasked": None})
    assert lines.of_report(report)[-1] == "1 account: 1 unknown"
    assert list(Draft202012Validator(SCHEMA).iter_errors(as_data(report))) == []
    assert list(reports.failing(report, "unknown")) == ["unasked"]


def test_a_member_counts_as_the_account_that_covers_it() -> None:
    alone = report_of({"member": member()})
    with_broken = report_of({"member": member(covering="222233334444"), "broken": broken()})
    assert alone["counts"]["covered_elsewhere"] == 1
    assert with_broken["counts"]["non_compliant"] == 2
    why = reports.failing(with_broken, "non_compliant")["member"]
    assert why == "Covered by broken, which is non compliant."


@pytest.mark.parametrize(
    ("fail_on", "names"),
    [("never", []), ("non_compliant", ["broken"]), ("unknown", ["broken", "lost"])],
)
def test_who_fails_the_run(report: dict[str, Any], fail_on: str, names: list[str]) -> None:
    assert list(reports.failing(report, fail_on)) == names


@examples(100)
@given(st.integers(min_value=1, max_value=5))
def test_merged_slices_are_the_whole(slices: int) -> None:
    names = sorted(FLEET)
    parts = [report_of({name: FLEET[name] for name in names[start::slices]}) for start in range(slices)]
    assert as_data(reports.merge(map(parts_of, parts))) == as_data(report_of(FLEET))


def test_an_account_in_two_reports_counts_as_it_was_read_last() -> None:
    later = {**result(), "read_at": "2026-11-24T05:00:00Z"}
    parts = [report_of({"one": one}) for one in (later, broken())]
    assert reports.merge(map(parts_of, parts))["counts"]["compliant"] == 1


def test_a_report_of_another_version_is_refused(report: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"0\.9"):
        reports.merge(map(parts_of, [report, {**report, "schema_version": "0.9"}]))


def test_json_is_as_the_schema_publishes(report: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    assert list(validator.iter_errors(json.loads("".join(to_json(report))))) == []
    data = as_data(report)
    del data["accounts"][0]["verdict"]
    assert list(validator.iter_errors(data))


def test_csv_has_the_codes_of_links_and_no_formulas() -> None:
    report = report_of({**FLEET, "=cmd": broken("444455556666", reason="=1+1")})
    rows = rows_of("".join(to_csv(report)))
    assert [row["name"] for row in rows] == ["'=cmd", "broken", "lost", "member", "whole"]
    assert rows[0]["reason"] == "'=1+1"
    assert (rows[1]["verdict"], rows[1]["alarm"], rows[1]["trail"]) == ("non_compliant", "ALARM_MISSING", "OK")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\ufeff=1+1", "?=1+1"),
        (";=1+1", ";'=1+1"),
        ('x; "=1+1', "x;' \"=1+1"),
        ("x\t@SUM(1)", "x\t'@SUM(1)"),
        ("x\n+1", "x\n'+1"),
        (" =1", "' =1"),
        ("\t=1", "'\t'=1"),
        ("a-b=c", "a-b=c"),
        ("a; b", "a; b"),
    ],
)
def test_whatever_a_spreadsheet_takes_for_a_formula_is_none(cell: str, written: str) -> None:
    assert harmless(cell) == written


ODD = [chr(number) for number in (0, 0x9B, 0x61C, 0x200B, 0x2028, 0x202E, 0xD800, 0xDFFF, 0xFEFF, 0xFFFE, 0xFFFF)]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_one_odd_text_stops_no_format(odd: str) -> None:
    """As the action plugin hands results on, with the name of a host and the reason that an inventory may have."""
    text = f"prod{odd}uction"
    fleet = {"one": without_secrets({**broken(reason=text), "evidence": {text: [text]}}), text: None}
    rule = {"control": "all", "accounts": [text], "reason": text}
    report = report_of(fleet, None, Acceptance([rule], {}, date(2026, 11, 23)))
    folder = {name: "".join(pieces) for name, pieces in {"json": to_json(report), "junit": to_junit(report)}.items()}
    ElementTree.fromstring(folder["junit"])
    assert "prod?uction" in folder["json"]
    assert odd not in "".join(to_csv(report)).removeprefix("\ufeff")
    assert odd not in "".join(lines.of_report(report))
    json.loads(folder["json"].encode(errors="backslashreplace"))


def test_junit_has_a_case_an_account_with_one_control(report: dict[str, Any]) -> None:
    suites = JUnitXml.fromstring("".join(to_junit(report)).encode())
    assert (suites.tests, suites.failures, suites.errors, suites.skipped) == (4, 1, 1, 0)
    cases = {case.name: [type(one).__name__ for one in case.result] for suite in suites for case in suite}
    assert cases == {"broken": ["Failure"], "lost": ["Error"], "member": [], "whole": []}


def test_junit_has_a_suite_an_account_with_its_number_and_the_time_when_it_was_read(report: dict[str, Any]) -> None:
    suites = JUnitXml.fromstring("".join(to_junit(report)).encode())
    assert {suite.name: suite.timestamp for suite in suites} == {
        "broken": READ_AT,
        "lost": None,
        "member": READ_AT,
        "whole": READ_AT,
    }
    [broken_one] = [suite for suite in suites if suite.name == "broken"]
    assert (broken_one.tests, broken_one.failures, broken_one.errors, broken_one.skipped) == (1, 1, 0, 0)
    properties = {one.name: one.value for one in broken_one.properties()}
    assert properties == {"account": "222233334444", "benchmark": "cis_v1_4_0"}


def test_ocsf_findings_are_compliance_findings(report: dict[str, Any]) -> None:
    raw = json.loads("".join(to_ocsf(report)))
    findings = [ComplianceFinding.model_validate(one) for one in raw]
    assert [one.compliance.status_id.value for one in findings] == [3, 1, 1]
    assert [one["cloud"]["account"]["name"] for one in raw] == ["broken", "member", "whole"]
    moment = datetime.fromisoformat(READ_AT).astimezone(UTC)
    assert datetime.fromtimestamp(json.loads("".join(to_ocsf(report)))[0]["time"] / 1000, UTC) == moment


def test_asff_is_what_security_hub_takes(report: dict[str, Any]) -> None:
    model = botocore.session.get_session().get_service_model("securityhub").operation_model("BatchImportFindings")
    requests = json.loads("".join(to_asff(report)))
    for request in requests:
        errors = ParamValidator().validate(request, model.input_shape)
        assert not errors.has_errors(), errors.generate_report()
        assert len({finding["AwsAccountId"] for finding in request["Findings"]}) == 1
    assert [request["Findings"][0]["Compliance"]["Status"] for request in requests] == ["FAILED", "PASSED", "PASSED"]


ONE_BROKEN = with_controls(one for one in FIFTEEN if one.name != "root_usage")
RULE = {"control": "root_usage", "accounts": ["b"], "reason": "Nobody has the <root> password.", "until": "2027-01-31"}


class TestFifteenControls:
    """Two accounts, neither of which tells of the root user; of one that is accepted."""

    @pytest.fixture
    def report(self) -> dict[str, Any]:
        fleet = {"a": fifteen("111122223333", ONE_BROKEN), "b": fifteen("222233334444", ONE_BROKEN)}
        return report_of(fleet, None, Acceptance([RULE], {}, date(2026, 11, 23)))

    def test_the_json_is_as_the_schema_publishes_and_counts_what_is_accepted_apart(
        self, report: dict[str, Any]
    ) -> None:
        read = json.loads("".join(to_json(report)))
        assert list(Draft202012Validator(SCHEMA).iter_errors(read)) == []
        assert {name: count for name, count in read["counts"].items() if count} == {"accepted": 1, "non_compliant": 1}
        by_control = {
            one["control"]: {name for name, count in one["counts"].items() if count} for one in read["controls"]
        }
        assert by_control.pop("root_usage") == {"accepted", "non_compliant"}
        assert set(map(frozenset, by_control.values())) == {frozenset({"compliant"})}
        [control] = [one for one in read["accounts"][1]["controls"] if one["accepted"]]
        assert (control["control"], control["verdict"]) == ("root_usage", "non_compliant")
        assert control["accepted"] == {"reason": RULE["reason"], "until": "2027-01-31"}

    def test_what_is_accepted_fails_nothing(self, report: dict[str, Any]) -> None:
        assert list(reports.failing(report, "unknown")) == ["a"]

    def test_a_line_an_account_and_a_line_a_control(self, report: dict[str, Any]) -> None:
        said = lines.of_report(report)[1:]
        assert said[0].startswith(
            "a  non compliant      FILTER_MISSING              14 of 15 controls pass. root_usage: "
        )
        assert "14 of 15 controls pass. 1 accepted. root_usage: Accepted until 2027-01-31: Nobody has" in said[1]
        assert [" ".join(line.split()) for line in said[2:5]] == [
            "unauthorized_api_calls 2 compliant",
            "console_signin_without_mfa 2 compliant",
            "root_usage 1 accepted, 1 non compliant",
        ]

    def test_csv_has_a_row_for_each_control_of_an_account(self, report: dict[str, Any]) -> None:
        rows = rows_of("".join(to_csv(report)))
        assert Counter(row["name"] for row in rows) == {"a": 15, "b": 15}
        [row] = [row for row in rows if row["verdict"] == "accepted"]
        assert (row["name"], row["control"], row["metric_filter"]) == ("b", "root_usage", "FILTER_MISSING")
        assert (row["accepted"], row["accepted_until"]) == (RULE["reason"], "2027-01-31")

    def test_junit_has_a_case_for_each_and_skips_what_is_accepted(self, report: dict[str, Any]) -> None:
        suite = ElementTree.fromstring("".join(to_junit(report)))
        assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["30", "1", "0", "1"]
        [case] = [case for case in suite.iter("testcase") if case.find("skipped") is not None]
        assert (case.get("name"), case.get("classname")) == ("b", "root_usage")
        assert str(case.find("skipped").get("message")).startswith(f"Accepted until 2027-01-31: {RULE['reason'][:-1]}")  # type: ignore[union-attr]

    def test_findings_that_are_accepted_are_suppressed(self, report: dict[str, Any]) -> None:
        ocsf = [ComplianceFinding.model_validate(one) for one in json.loads("".join(to_ocsf(report)))]
        assert Counter(one.status_id.value for one in ocsf) == {1: 29, 3: 1}  # type: ignore[union-attr]
        requests = json.loads("".join(to_asff(report)))
        assert [len(request["Findings"]) for request in requests] == [15, 15]
        suppressed = [one for request in requests for one in request["Findings"] if "Workflow" in one]
        assert [(one["Compliance"]["Status"], one["Workflow"]["Status"]) for one in suppressed] == [
            ("FAILED", "SUPPRESSED")
        ]
        model = botocore.session.get_session().get_service_model("securityhub").operation_model("BatchImportFindings")
        errors = ParamValidator().validate(requests[1], model.input_shape)
        assert not errors.has_errors(), errors.generate_report()

    def test_what_is_well_is_kept_short(self, report: dict[str, Any]) -> None:
        whole = fifteen()
        [kept] = report_of({"one": whole})["accounts"]
        assert len(json.dumps(kept["controls"])) < len(json.dumps(whole["controls"])) * 0.6
        said = [one for control in kept["controls"] for one in (*control["standards"], *control["links"])]
        assert {one["status"] for one in said if "detail" in one or "why" in one}.isdisjoint({"pass"})

    def test_parts_keep_what_was_accepted_there(self, report: dict[str, Any]) -> None:
        names = [[account] for account in report["accounts"]]
        merged = reports.merge((report, part) for part in names)
        assert merged["counts"] == report["counts"]
        assert as_data(merged)["accounts"] == as_data(report)["accounts"]


def test_controls_that_the_benchmark_lacks_are_said() -> None:
    """A part in which nothing could be read does not know of them."""
    parts = [
        report_of({"one": {**result(), "left_out": ["organizations_changes"]}}),
        report_of({"lost": FLEET["lost"]}),
    ]
    report = reports.merge(map(parts_of, parts))
    assert report["left_out"] == ["organizations_changes"]
    assert lines.of_report(report)[-2] == "Not in the benchmark: organizations_changes."
    assert "organizations changes" in "".join(to_html(report))


class TestReadingJson:
    def test_what_was_written_is_read_account_by_account(self, report: dict[str, Any]) -> None:
        written = "".join(to_json(report)).splitlines(keepends=True)
        assert len(written) == len(FLEET) + 2
        head, accounts = from_json(iter(written))
        assert {**head, "accounts": list(accounts)} == as_data(report)

    def test_a_report_that_is_laid_out_otherwise_is_read_too(self, report: dict[str, Any]) -> None:
        head, accounts = from_json(iter(json.dumps(as_data(report), indent=4).splitlines(keepends=True)))
        assert head["counts"] == report["counts"]
        assert len(list(accounts)) == len(FLEET)

    @pytest.mark.parametrize("text", ["", "{}", "[]", "nothing"])
    def test_what_is_no_report_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"Expecting|no list"):
            from_json(iter([text]))

    def test_a_report_that_was_cut_off_is_refused(self, report: dict[str, Any]) -> None:
        cut = "".join(to_json(report)).splitlines(keepends=True)[:-1]
        with pytest.raises(ValueError, match="its end is missing"):
            list(from_json(iter(cut))[1])


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
        return report_of(FLEET, DRILLS)

    def test_those_of_an_account_are_in_its_entry_the_newest_first(self, report: dict[str, Any]) -> None:
        drills = {account["name"]: [one["depth"] for one in account["drills"]] for account in report["accounts"]}
        assert drills == {"whole": ["pattern", "full"], "broken": [], "member": [], "lost": []}
        assert list(Draft202012Validator(SCHEMA).iter_errors(as_data(report))) == []

    def test_the_last_one_of_each_depth_counts(self) -> None:
        later = {**FULL, "when": "2026-11-03T05:00:00Z"}
        assert newest([later, PATTERN, FULL]) == [later, PATTERN]

    def test_merged_reports_have_those_of_all(self) -> None:
        parts = [report_of({"whole": result()}, {"111122223333": [one]}) for one in (FULL, PATTERN)]
        [account] = reports.merge(map(parts_of, parts))["accounts"]
        assert account["drills"] == [PATTERN, FULL]

    def test_each_format_tells_of_them(self, report: dict[str, Any]) -> None:
        full = "full, failed, 2026-11-01T05:00:00Z: record 302.4 s, message 482 s"
        row = rows_of("".join(to_csv(report)))[-1]
        assert [row[name] for name in ("drill_at", "drill_depth", "drill_outcome", "drill_latencies")] == [
            "2026-11-02T05:00:00Z",
            "pattern",
            "passed",
            "record 302.4 s, message 482 s",
        ]
        said = ElementTree.fromstring("".join(to_junit(report))).find(".//testcase[@name='whole']/system-out")
        assert said is not None
        assert full in str(said.text)
        assert json.loads("".join(to_ocsf(report)))[-1]["unmapped"]["drills"] == [PATTERN, FULL]
        assert json.loads("".join(to_asff(report)))[-1]["Findings"][0]["ProductFields"]["drill/full"] == full
        page = "".join(to_html(report))
        assert "<td>full</td><td>failed</td><td>2026-11-01T05:00:00Z</td>" in page
        assert "<b>drill</b>" not in page


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("whole", "Security group changes are monitored"),
        ("broken", "Security group changes are not monitored"),
        ("member", "Security group changes are monitored"),
        ("apart", "Security group changes: verify the monitoring in another account"),
        ("dark", "Security group changes: the monitoring could not be determined"),
    ],
)
def test_a_findings_title_is_the_state_of_the_check(name: str, title: str) -> None:
    dark = result("555566667777", verdict="unknown", reason="Access was denied.", fix="Audit again.")
    apart = member("666677778888", covering="999900001111")
    report = report_of({**FLEET, "apart": apart, "dark": dark})
    ocsf = {
        one["cloud"]["account"]["name"]: one["finding_info"]["title"] for one in json.loads("".join(to_ocsf(report)))
    }
    assert ocsf[name] == title
    number = next(one["account"]["id"] for one in report["accounts"] if one["name"] == name)
    batches = json.loads("".join(to_asff(report)))
    assert {one["Title"] for batch in batches for one in batch["Findings"] if one["AwsAccountId"] == number} == {title}


def test_findings_lead_to_what_their_code_means() -> None:
    report = report_of(FLEET)
    ocsf = {one["cloud"]["account"]["name"]: one for one in json.loads("".join(to_ocsf(report)))}
    assert ocsf["broken"]["remediation"]["references"] == [f"{CODES_PAGE}#alarm_missing"]
    assert ocsf["whole"]["remediation"]["references"] == [f"{CODES_PAGE}#ok"]
    asff = [one for batch in json.loads("".join(to_asff(report))) for one in batch["Findings"]]
    urls = {one["ProductFields"]["code"]: one["Remediation"]["Recommendation"]["Url"] for one in asff}
    assert urls == {"OK": f"{CODES_PAGE}#ok", "ALARM_MISSING": f"{CODES_PAGE}#alarm_missing"}
