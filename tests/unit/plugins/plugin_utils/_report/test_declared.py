# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alternatives that people declare: what counts as declared, where it shows, and what is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import BENCHMARKS
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import lines
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report as reports
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import Acceptance
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.audit_screen import screen_of_audit
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.comparison import cells, compare
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.declared import Declarations
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import (
    as_data,
    broken,
    member,
    parts_of,
    report_of,
    result,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.writing import (
    in_each_format,
    rows_of,
)
from jsonschema import Draft202012Validator

TODAY = date(2026, 11, 23)
RULE = {
    "control": "security_group_changes",
    "accounts": ["broken"],
    "reason": "Our SIEM alerts on it.",
    "evidence": "https://siem.example.com/rules/10",
    "until": "2027-01-31",
}
SCHEMA = json.loads((Path(__file__).parents[5] / "docs" / "report.schema.json").read_text())


def judged_by(benchmark: str, found: dict[str, Any]) -> dict[str, Any]:
    found["controls"][0]["benchmark"] = benchmark
    return found


def declared(*rules: dict[str, Any], benchmark: str = "cis_v3_0_0", **of_hosts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the report of an account that notifies someone, one that does not, and one that it covers."""
    fleet = {
        "broken": judged_by(benchmark, broken()),
        "member": judged_by(benchmark, member(covering="222233334444")),
        "whole": judged_by(benchmark, result()),
    }
    return report_of(fleet, None, None, Declarations(rules, of_hosts, TODAY))


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["outcome"] for one in report["accounts"]}


@pytest.mark.parametrize("changes", [{}, {"accounts": ["222233334444"]}, {"control": "all"}, {"until": "2026-11-23"}])
def test_a_control_with_an_alternative_counts_as_declared_and_so_does_what_it_covers(changes: dict[str, Any]) -> None:
    report = declared({**RULE, **changes})
    assert outcomes(report) == {"broken": "declared", "member": "declared", "whole": "compliant"}
    assert {name: count for name, count in report["counts"].items() if count} == {"compliant": 1, "declared": 2}
    [control] = next(iter(report["accounts"]))["controls"]
    assert control["verdict"] == "non_compliant", "a verdict is what was found"
    assert list(Draft202012Validator(SCHEMA).iter_errors(as_data(report))) == []


@pytest.mark.parametrize("changes", [{"accounts": ["other"]}, {"control": "root_usage"}, {"until": "2026-11-22"}])
def test_another_or_an_expired_one_declares_nothing_and_is_reported(changes: dict[str, Any]) -> None:
    report = declared({**RULE, **changes})
    assert outcomes(report) == {"broken": "non_compliant", "member": "non_compliant", "whole": "compliant"}
    [said] = [line for line in lines.of_report(report) if line.startswith("Declared alternative ")]
    assert "no finding matched." in said or "expired on 2026-11-22. 1 control that it matched counts again." in said


def test_it_fails_no_run() -> None:
    for fail_on in ("never", "non_compliant", "unknown"):
        assert reports.failing(declared(RULE), fail_on) == {}
    assert list(reports.failing(declared(), "non_compliant")) == ["broken", "member"]


def test_what_is_declared_is_no_regression_and_says_so() -> None:
    before = cells(report_of({"broken": judged_by("cis_v3_0_0", result("222233334444"))})["accounts"])
    report = declared(RULE)
    report["comparison"] = compare(before, [next(iter(report["accounts"]))], {"name": "before", "read_at": None})
    assert reports.failing(report, "regression") == {}
    assert any(line.endswith("is non compliant (declared)") for line in lines.of_report(report))


def test_what_appears_and_is_declared_is_no_regression() -> None:
    report = declared(RULE)
    report["comparison"] = compare({}, report["accounts"], {"name": "before", "read_at": None})
    assert reports.failing(report, "regression") == {}


@pytest.mark.parametrize("benchmark", [*BENCHMARKS, "cis_v1_4_0, cis_v3_0_0", "cis_v3_0_0, cis_v5_0_0"])
def test_only_benchmarks_since_2_0_accept_one(benchmark: str) -> None:
    report = declared(RULE, benchmark=benchmark)
    accepts = "v1" not in benchmark and benchmark != "security_hub"
    assert outcomes(report)["broken"] == ("declared" if accepts else "non_compliant")
    said = [line for line in lines.of_report(report) if "does not accept an alternative" in line]
    assert len(said) == (0 if accepts else 1)


def test_each_account_counts_by_the_benchmark_that_it_was_judged_by() -> None:
    fleet = {"a": judged_by("cis_v3_0_0", broken("1" * 12)), "b": judged_by("cis_v1_4_0", broken("2" * 12))}
    rule = {**RULE, "accounts": ["*"]}
    report = report_of(fleet, None, None, Declarations([rule], {}, TODAY))
    assert outcomes(report) == {"a": "declared", "b": "non_compliant"}
    assert [(rule["met"], rule["refused"]) for rule in report["declared"]] == [(2, 1)]
    rows = rows_of(in_each_format(report)["csv"])
    assert [row["benchmark"] for row in rows] == ["cis_v3_0_0", "cis_v1_4_0"]


def test_those_of_a_host_replace_those_of_all_for_it() -> None:
    assert outcomes(declared({**RULE, "accounts": ["*"]}, broken=[]))["broken"] == "non_compliant"
    assert outcomes(declared(broken=[RULE]))["broken"] == "declared"


def test_it_goes_before_an_accepted_finding_which_counts_again_when_it_expires() -> None:
    fleet = {"broken": judged_by("cis_v3_0_0", broken())}
    accepted = {"accounts": ["*"], "reason": "SEC-1."}
    for until, outcome in (("2026-11-23", "declared"), ("2026-11-22", "accepted")):
        rules = (Acceptance([accepted], {}, TODAY), Declarations([{**RULE, "until": until}], {}, TODAY))
        assert outcomes(report_of(fleet, None, *rules)) == {"broken": outcome}


def test_merged_reports_keep_it_and_add_up_what_it_matched() -> None:
    parts = [declared(RULE), declared(RULE)]
    merged = reports.merge(map(parts_of, parts))
    assert outcomes(merged) == outcomes(parts[0])
    assert [(rule["met"], rule["refused"]) for rule in merged["declared"]] == [(2, 0)]


def test_merging_can_declare_as_well() -> None:
    merged = reports.merge([parts_of(declared())], None, None, Declarations([RULE], {}, TODAY))
    assert outcomes(merged)["broken"] == "declared"


def test_every_format_shows_it_with_its_evidence_and_never_as_compliant() -> None:
    written = in_each_format(declared(RULE))
    for name in ("json", "csv", "junit", "ocsf", "asff", "html"):
        assert "https://siem.example.com/rules/10" in written[name], name
        assert "Our SIEM alerts on it" in written[name], name
    assert any(line.startswith("broken  declared ") for line in written["lines"].splitlines())
    row = rows_of(written["csv"])[0]
    assert (row["verdict"], row["declared"], row["declared_until"]) == ("declared", RULE["reason"], "2027-01-31")
    suite = ElementTree.fromstring(written["junit"])
    assert [suite.get(name) for name in ("tests", "failures", "skipped")] == ["3", "0", "2"]
    [ocsf, *_others] = json.loads(written["ocsf"])
    assert (ocsf["compliance"]["status_id"], ocsf["compliance"]["status"]) == (99, "Declared")
    [asff] = json.loads(written["asff"])[0]["Findings"]
    assert (asff["Compliance"]["Status"], asff["Title"]) == (
        "WARNING",
        "Security group changes: an alternative is declared",
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": " "}, "has no reason"),
        ({"until": None}, "has no review date"),
        ({"until": "soon"}, "'soon', which is not a date"),
        ({"evidence": ""}, "which is not a link"),
        ({"evidence": "javascript:alert(1)"}, "which is not a link"),
        ({"evidence": "https://"}, "which is not a link"),
        ({"evidence": "https://a b"}, "which is not a link"),
    ],
)
def test_one_without_reason_evidence_or_date_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        declared({**RULE, **changes})


def test_the_last_screen_names_a_declaration_that_is_of_no_use() -> None:
    expired = declared({**RULE, "until": "2026-01-31"})
    assert [text for text in screen_of_audit(expired, "report.html").remarks if "expired on 2026-01-31" in text]
    counted = screen_of_audit(declared(RULE), "report.html")
    assert "0 not, 2 declared" in counted.totals[0]
    assert not [text for text in counted.remarks if text.startswith("Declared")]
