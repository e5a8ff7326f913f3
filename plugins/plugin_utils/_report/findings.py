# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as findings: OCSF Compliance Finding (class 2003) and ASFF. Pure.

Follows https://schema.ocsf.io/1.4.0/classes/compliance_finding and 'AWS Security Finding Format (ASFF)' of the AWS
Security Hub User Guide.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ...module_utils._controls import CONTROLS, mappings
from ...module_utils._judge.findings import OK, code_url
from .drills import line
from .outcome import ACCEPTED, DECLARED, broken_link, of_control, reason

_PRODUCT = "aws_cis.monitoring"
_TYPE = "Software and Configuration Checks/Industry and Regulatory Standards/CIS AWS Foundations Benchmark"
_MOST_IN_A_BATCH = 100
_MOST_REQUIREMENTS = 32
# Name, id in OCSF, ASFF's word, severity in OCSF, ASFF's label.
_STATUSES = {
    "compliant": ("Pass", 1, "PASSED", 1, "INFORMATIONAL"),
    "covered_elsewhere": ("Unknown", 0, "NOT_AVAILABLE", 1, "INFORMATIONAL"),
    "declared": ("Declared", 99, "WARNING", 1, "INFORMATIONAL"),
    "accepted": ("Fail", 3, "FAILED", 3, "MEDIUM"),
    "non_compliant": ("Fail", 3, "FAILED", 3, "MEDIUM"),
    "unknown": ("Unknown", 0, "NOT_AVAILABLE", 2, "LOW"),
}
_NOTHING_TO_DO = "No action is required."
_SEVERITIES = {1: "Informational", 2: "Low", 3: "Medium"}


def to_ocsf(report: Mapping[str, Any]) -> Iterator[str]:
    """Write the findings as a JSON list, one for each control of an account that was read."""
    yield from _listed(
        _ocsf(report["collection"]["version"], account, control)
        for account in report["accounts"]
        for control in account["controls"]
    )


def _listed(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A JSON list with an item a line."""
    before = "[\n"
    for item in items:
        yield before + json.dumps(item, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _ocsf(version: str, account: Mapping[str, Any], control: Mapping[str, Any]) -> dict[str, Any]:
    outcome = of_control(control)
    status, status_id, _asff, severity_id, _label = _STATUSES[outcome]
    place = account["account"]
    moment = _milliseconds(account["read_at"])
    said = reason(control)
    link = broken_link(control)
    finding = {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "type_uid": 200301,
        "type_name": "Compliance Finding: Create",
        "time": moment,
        "severity_id": severity_id,
        "severity": _SEVERITIES[severity_id],
        "status_id": 1,
        "status": "New",
        "message": said,
        "metadata": {
            "version": "1.4.0",
            "profiles": ["cloud"],
            "product": {"name": _PRODUCT, "vendor_name": _PRODUCT, "version": version},
        },
        "cloud": {
            "provider": "AWS",
            "region": place["region"],
            "account": {"uid": place["id"], "name": account["name"], "type_id": 10, "type": "AWS Account"},
        },
        "compliance": {
            "control": control["control"],
            "standards": _standards(control),
            "requirements": [*_judged_by(control), *_related(control)],
            "status": status,
            "status_id": status_id,
            "status_detail": said,
        },
        "finding_info": {
            "uid": f"{_PRODUCT}/{control['control']}/{place['id']}",
            "title": _title(control),
            "desc": said,
            "created_time": _milliseconds(_created(account, control)),
        },
        "remediation": {
            "desc": control["fix"] or _NOTHING_TO_DO,
            "references": [code_url(link["code"] if link else OK)],
        },
        "resources": [
            {"uid": link["resource"] or link["link"], "type": link["link"], "region": place["region"]}
            for link in control["links"]
        ],
        "unmapped": {"benchmark": control["benchmark"], "links": control["links"], "drills": account["drills"]},
    }
    if outcome in (ACCEPTED, DECLARED):
        finding |= {"status_id": 3, "status": "Suppressed", "comment": said}
    return finding


def _title(control: Mapping[str, Any]) -> str:
    """What is so: that it is declared, or the control's own verdict, or that of the account that covers it."""
    outcome = of_control(control)
    verdict = str((control["covering"] or control)["verdict"])
    return CONTROLS[control["control"]].title_of(outcome if outcome == DECLARED else verdict)


def _judged_by(control: Mapping[str, Any]) -> tuple[str, ...]:
    """The requirements whose status the finding is, in Security Hub's words."""
    return mappings.judged_by(control["control"], control["benchmark"])


def _standards(control: Mapping[str, Any]) -> list[str]:
    """The benchmarks that it was judged by, and the frameworks that sources relate to it."""
    judged = (one.rpartition("/")[0] for one in _judged_by(control))
    related = (relation.framework.name for relation in mappings.relations(control["control"]))
    return list(dict.fromkeys((*judged, *related)))


def _related(control: Mapping[str, Any], source: mappings.Source | None = None) -> list[str]:
    """The requirements of other frameworks that sources, or this one alone, relate to a control."""
    relations = mappings.relations(control["control"])
    return [name for one in relations if source in (None, one.source) for name in one.requirements]


def _created(account: Mapping[str, Any], control: Mapping[str, Any]) -> str:
    """When the finding appeared: as earlier reports have it, or now."""
    return str(account["since"].get(control["control"]) or account["read_at"])


def to_asff(report: Mapping[str, Any]) -> Iterator[str]:
    """Write the findings as requests of BatchImportFindings, a hundred findings a request at most.

    An account's findings are imported by the account itself, so each request is about one account.
    """
    yield from _listed(
        {"Findings": findings[start : start + _MOST_IN_A_BATCH]}
        for account in report["accounts"]
        for findings in [[_asff(account, control) for control in account["controls"]]]
        for start in range(0, len(findings), _MOST_IN_A_BATCH)
    )


def _asff(account: Mapping[str, Any], control: Mapping[str, Any]) -> dict[str, Any]:
    outcome = of_control(control)
    _name, _id, status, _severity, label = _STATUSES[outcome]
    place = account["account"]
    partition, region, number = place["partition"], place["region"], place["id"]
    link = broken_link(control)
    code = link["code"] if link else OK
    # An import that updates a finding changes these here alone.
    of_provider = {"Severity": {"Label": label}, "Types": [_TYPE]}
    finding = {
        "SchemaVersion": "2018-10-08",
        "Id": f"{_PRODUCT}/{control['control']}/{number}",
        "ProductArn": f"arn:{partition}:securityhub:{region}:{number}:product/{number}/default",
        "GeneratorId": f"{_PRODUCT}/{control['control']}",
        "AwsAccountId": number,
        **of_provider,
        "FindingProviderFields": of_provider,
        "CreatedAt": _created(account, control),
        "UpdatedAt": account["read_at"],
        "Title": _title(control)[:256],
        "Description": _description(control, outcome)[:1024],
        "Remediation": {"Recommendation": {"Text": (control["fix"] or _NOTHING_TO_DO)[:512], "Url": code_url(code)}},
        "ProductFields": {
            "benchmark": control["benchmark"],
            "link": link["link"] if link else "",
            "code": code,
            **{f"drill/{drill['depth']}": line(drill) for drill in account["drills"]},
        },
        "Resources": [
            {"Type": "AwsAccount", "Id": f"AWS::::Account:{number}", "Partition": partition, "Region": region}
        ],
        "Compliance": {"Status": status, "RelatedRequirements": _requirements(control)},
    }
    if outcome in (ACCEPTED, DECLARED):
        finding["Workflow"] = {"Status": "SUPPRESSED"}
    return finding


def _description(control: Mapping[str, Any], outcome: str) -> str:
    """Why, after the outcome where it is not the verdict, by which the rules of docs/security-hub.md know it."""
    said, first = reason(control), outcome.capitalize()
    return said if outcome not in (ACCEPTED, DECLARED) or said.startswith(first) else f"{first}: {said}"


def _requirements(control: Mapping[str, Any]) -> list[str]:
    """The requirements that a finding is about, with those of other frameworks to which AWS relates the control."""
    return [*_judged_by(control), *_related(control, mappings.AWS)][:_MOST_REQUIREMENTS]


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)
