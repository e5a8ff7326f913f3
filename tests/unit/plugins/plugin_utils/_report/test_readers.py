# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each format read by what reads such files: a report of every outcome, of one control and of fifteen."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import BENCHMARKS, CONTROLS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.mappings import judged_by
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import Acceptance
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.declared import Declarations
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.findings import to_asff, to_ocsf
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.since import Since, noted
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import to_csv, to_json, to_junit
from ansible_collections.aws_cis.monitoring.tests.unit.observations import with_controls
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import (
    FIFTEEN,
    READ_AT,
    as_data,
    broken,
    fifteen,
    member,
    report_of,
    result,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.writing import rows_of
from botocore.validate import ParamValidator
from jsonschema import Draft202012Validator
from junitparser import JUnitXml
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

DOCS = Path(__file__).parents[5] / "docs"
TODAY = date(2026, 11, 23)
ACCEPTED = [{"accounts": ["accepted"], "reason": "SEC-1."}]
DECLARED = [
    {"accounts": ["declared"], "reason": "SIEM.", "evidence": "https://siem.example.com/10", "until": "2027-01-31"}
]


def with_benchmark(found: dict[str, Any], benchmark: str) -> dict[str, Any]:
    for control in found["controls"]:
        control["benchmark"] = benchmark
    return found


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """A report with every outcome, of which members below an accepted and a declared account are two."""
    unread = result("000011110006", verdict="unknown", reason="Denied.", fix="Allow it.")
    unread["controls"][0]["links"][0] |= {"status": "unknown", "code": "ACCESS_DENIED", "detail": "Denied.", "fix": "."}
    fleet = {
        "whole": result("000011110001"),
        "broken": broken("000011110002"),
        "accepted": broken("000011110003"),
        "declared": with_benchmark(broken("000011110004"), "cis_v3_0_0"),
        "elsewhere": member("000011110005"),
        "unread": unread,
        "below_accepted": member("000011110007", covering="000011110003"),
        "below_declared": member("000011110008", covering="000011110004"),
        "lost": {"failed": True, "msg": "denied"},
        "fifteen": fifteen("000011110009", with_controls(one for one in FIFTEEN if one.name != "root_usage")),
    }
    return report_of(fleet, None, Acceptance(ACCEPTED, {}, TODAY), Declarations(DECLARED, {}, TODAY))


def test_the_report_has_every_outcome(report: dict[str, Any]) -> None:
    assert all(report["counts"].values()), report["counts"]


class TestCsv:
    @pytest.fixture
    def rows(self, report: dict[str, Any]) -> list[dict[str, str]]:
        return rows_of("".join(to_csv(report)))

    def test_it_begins_with_a_mark_by_which_excel_knows_utf_8(self, report: dict[str, Any]) -> None:
        assert "".join(to_csv(report)).encode().startswith(b"\xef\xbb\xbfname,account,account_arn,")

    def test_an_account_id_keeps_its_zeros_where_texts_of_digits_become_numbers(
        self, rows: list[dict[str, str]]
    ) -> None:
        """As a spreadsheet and pandas read a cell unless they are told of its column."""
        [read] = [{name: as_number(cell) for name, cell in row.items()} for row in rows if row["name"] == "whole"]
        assert read["account"] == 11110001, "this test reads as they do"
        assert read["account_arn"] == "arn:aws:iam::000011110001:root"
        assert {row["account"] for row in rows if row["name"] == "whole"} == {"000011110001"}

    def test_each_row_names_what_it_was_judged_by(self, rows: list[dict[str, str]]) -> None:
        named = {row["name"]: row["requirement"] for row in rows}
        assert named["whole"] == "CIS AWS Foundations Benchmark v1.4.0/4.10"
        assert named["declared"] == "CIS AWS Foundations Benchmark v3.0.0/4.10"
        assert named["lost"] == ""

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\r\n"])
    def test_no_cell_begins_a_formula(self, start: str) -> None:
        rows = rows_of("".join(to_csv(report_of({f"{start}1+1": broken(reason=f"{start}1+1")}))))
        assert [row[name][0] in "'?" for row in rows for name in ("name", "reason")] == [True, True]


def as_number(cell: str) -> Any:
    try:
        return int(cell)
    except ValueError:
        return cell


def test_json_is_as_its_schema_publishes(report: dict[str, Any]) -> None:
    schema = json.loads((DOCS / "report.schema.json").read_text())
    found = json.loads("".join(to_json(report)))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(found)] == []


def test_junit_counts_each_outcome_as_what_it_is(report: dict[str, Any]) -> None:
    suites = JUnitXml.fromstring("".join(to_junit(report)).encode())
    found = {suite.name: [type(one).__name__ for case in suite for one in case.result] for suite in suites}
    assert found == {
        "accepted": ["Skipped"],
        "below_accepted": ["Skipped"],
        "below_declared": ["Skipped"],
        "broken": ["Failure"],
        "declared": ["Skipped"],
        "elsewhere": ["Skipped"],
        "fifteen": ["Failure"],
        "lost": ["Error"],
        "unread": ["Error"],
        "whole": [],
    }
    suites.update_statistics()
    assert (suites.tests, suites.failures, suites.errors, suites.skipped) == (24, 2, 2, 5)


class TestOcsf:
    @pytest.fixture
    def findings(self, report: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads("".join(to_ocsf(report)))
        return found

    def test_each_finding_is_as_the_schema_of_its_version_and_profiles_requires(
        self, findings: list[dict[str, Any]]
    ) -> None:
        [metadata] = {json.dumps([one["metadata"]["version"], one["metadata"]["profiles"]]) for one in findings}
        version, profiles = json.loads(metadata)
        schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version)).get_class_schema("compliance_finding", profiles)
        validator = Draft202012Validator(schema)
        assert [error.message for one in findings for error in validator.iter_errors(one)] == []
        assert list(validator.iter_errors({**findings[0], "compliance": {}})), "the schema refuses what is wrong"

    def test_its_models_read_it(self, findings: list[dict[str, Any]]) -> None:
        read = {one["cloud"]["account"]["name"]: ComplianceFinding.model_validate(one) for one in findings}
        statuses = {name: one.compliance.status_id.name for name, one in read.items()}
        assert statuses == {
            "accepted": "Fail",
            "below_accepted": "Fail",
            "below_declared": "Other",
            "broken": "Fail",
            "declared": "Other",
            "elsewhere": "Unknown",
            "fifteen": "Pass",
            "unread": "Unknown",
            "whole": "Pass",
        }

    def test_it_names_the_benchmark_and_the_frameworks_that_sources_relate(
        self, findings: list[dict[str, Any]]
    ) -> None:
        [found] = [one for one in findings if one["cloud"]["account"]["name"] == "whole"]
        assert found["compliance"]["standards"][0] == "CIS AWS Foundations Benchmark v1.4.0"
        assert found["compliance"]["requirements"][0] == "CIS AWS Foundations Benchmark v1.4.0/4.10"
        assert {"SOC 2 CC5.2", "NIST.800-171.r2 3.14.6"} < set(found["compliance"]["requirements"])


class TestAsff:
    @pytest.fixture
    def findings(self, report: dict[str, Any]) -> list[dict[str, Any]]:
        requests = json.loads("".join(to_asff(report)))
        for request in requests:
            assert problems("BatchImportFindings", request) == ""
            assert len(request["Findings"]) <= 100
            assert len({one["AwsAccountId"] for one in request["Findings"]}) == 1
        return [one for request in requests for one in request["Findings"]]

    def test_lengths_are_those_that_security_hub_takes(self, findings: list[dict[str, Any]]) -> None:
        for one in findings:
            assert len(one["Title"]) <= 256
            assert len(one["Description"]) <= 1024
            assert len(one["ProductFields"]) <= 50
            assert 1 <= len(one["Compliance"]["RelatedRequirements"]) <= 32

    def test_a_finding_has_a_title_that_states_its_status(self, findings: list[dict[str, Any]]) -> None:
        ends = {
            "PASSED": " are monitored",
            "FAILED": " are not monitored",
            "WARNING": ": an alternative is declared",
        }
        assert {one["Compliance"]["Status"] for one in findings} == {*ends, "NOT_AVAILABLE"}
        for one in findings:
            status = one["Compliance"]["Status"]
            expected = ends.get(status, (": verify the monitoring in another account", " could not be determined"))
            assert one["Title"].endswith(expected), one["Title"]

    def test_its_requirements_are_those_that_its_status_is_of_in_security_hubs_words(
        self, findings: list[dict[str, Any]]
    ) -> None:
        found = {one["Id"].rpartition("/")[2]: one["Compliance"]["RelatedRequirements"] for one in findings}
        nist = ["NIST.800-171.r2 3.14.6", "NIST.800-171.r2 3.14.7"]
        assert found["000011110002"] == ["CIS AWS Foundations Benchmark v1.4.0/4.10", *nist]
        assert found["000011110004"] == ["CIS AWS Foundations Benchmark v3.0.0/4.10", *nist]
        [root] = [one for one in findings if one["GeneratorId"].endswith("/root_usage")]
        assert "PCI DSS v3.2.1/7.2.1" in root["Compliance"]["RelatedRequirements"]

    def test_an_import_that_updates_it_changes_its_severity(self, findings: list[dict[str, Any]]) -> None:
        for one in findings:
            assert one["FindingProviderFields"] == {"Severity": one["Severity"], "Types": one["Types"]}

    def test_the_rules_that_we_publish_take_accepted_and_declared_findings_and_no_others(
        self, findings: list[dict[str, Any]]
    ) -> None:
        suppress, reopen = (rule(name) for name in ("suppress-accepted", "reopen-expired"))
        for one in findings:
            apart = one.get("Workflow", {}).get("Status") == "SUPPRESSED"
            assert matches(suppress, {**one, "Workflow": {"Status": "NEW"}}) is apart, one["Description"]
            failed = one["Compliance"]["Status"] in ("FAILED", "NOT_AVAILABLE")
            assert matches(reopen, {**one, "Workflow": {"Status": "SUPPRESSED"}}) is (failed and not apart)
        assert sum("Workflow" in one for one in findings) == 4


def rule(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DOCS / "security-hub" / f"{name}.json").read_text())
    assert problems("CreateAutomationRule", found) == ""
    return found


def matches(published: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Whether an automation rule is about a finding, by the filters that those of docs/security-hub use.

    Filters of a field are alternatives, but for those that exclude.
    """
    fields = {
        "GeneratorId": finding["GeneratorId"],
        "Description": finding["Description"],
        "ComplianceStatus": finding["Compliance"]["Status"],
        "WorkflowStatus": finding["Workflow"]["Status"],
    }
    return all(_matches(filters, fields[name]) for name, filters in published["Criteria"].items())


def _matches(filters: list[dict[str, str]], value: str) -> bool:
    excluding = [one["Value"] for one in filters if one["Comparison"] == "PREFIX_NOT_EQUALS"]
    including = [
        value == one["Value"] if one["Comparison"] == "EQUALS" else value.startswith(one["Value"])
        for one in filters
        if one["Comparison"] in ("EQUALS", "PREFIX")
    ]
    return not value.startswith(tuple(excluding)) if excluding else any(including)


def problems(operation: str, request: dict[str, Any]) -> str:
    """What botocore would refuse of a request to Security Hub."""
    model = botocore.session.get_session().get_service_model("securityhub").operation_model(operation)
    return str(ParamValidator().validate(request, model.input_shape).generate_report())


def test_the_controls_without_data_are_a_request_that_security_hub_takes() -> None:
    request = json.loads((DOCS / "security-hub" / "no-data.json").read_text())
    assert problems("BatchUpdateStandardsControlAssociations", request) == ""
    named = {one["SecurityControlId"] for one in request["StandardsControlAssociationUpdates"]}
    assert named == {f"CloudWatch.{number}" for number in range(1, 15)}


@pytest.mark.parametrize("benchmark", BENCHMARKS)
def test_every_control_of_every_benchmark_has_a_requirement(benchmark: str) -> None:
    for control in CONTROLS.values():
        if benchmark in control.ids:
            [*names] = judged_by(control.name, benchmark)
            assert names
            assert all(name.startswith("CIS AWS Foundations Benchmark v") for name in names)


class TestSince:
    """When a finding was created stays, from report to report of a folder."""

    LATER = "2026-11-30T05:00:00Z"

    def later(self, earlier: dict[str, Any], **fleet: Any) -> dict[str, Any]:
        since: Since = {}
        list(noted(as_data(earlier)["accounts"], since))
        report = report_of({name: {**found, "read_at": self.LATER} for name, found in fleet.items()})
        report["accounts"].earlier = since
        return report

    def created(self, report: dict[str, Any]) -> dict[str, tuple[str, str]]:
        findings = (one for request in json.loads("".join(to_asff(report))) for one in request["Findings"])
        return {one["Id"].removeprefix("aws_cis.monitoring/"): (one["CreatedAt"], one["UpdatedAt"]) for one in findings}

    def test_it_is_that_of_the_first_report_and_what_is_new_is_created_now(self) -> None:
        first = report_of({"one": broken("000011110001")})
        second = self.later(first, one=fifteen("000011110001"), two=result("000011110002"))
        found = self.created(second)
        assert found.pop("security_group_changes/000011110001") == (READ_AT, self.LATER)
        assert set(found.values()) == {(self.LATER, self.LATER)}

    def test_a_run_that_left_the_control_out_or_could_not_read_the_account_forgets_nothing(self) -> None:
        report = report_of({"one": fifteen("000011110001")})
        for found in (result("000011110001"), {"failed": True, "msg": "denied"}, fifteen("000011110001")):
            report = self.later(report, one=found)
        assert set(self.created(report).values()) == {(READ_AT, self.LATER)}

    def test_another_account_under_the_same_name_takes_nothing_over(self) -> None:
        report = self.later(report_of({"one": result("000011110001")}), one=result("000011110002"))
        assert set(self.created(report).values()) == {(self.LATER, self.LATER)}

    def test_ocsf_has_it_as_well(self) -> None:
        report = self.later(report_of({"one": result()}), one=result())
        [found] = json.loads("".join(to_ocsf(report)))
        assert found["finding_info"]["created_time"] < found["time"]
