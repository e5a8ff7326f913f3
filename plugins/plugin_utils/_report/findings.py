# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as findings: OCSF Compliance Finding (class 2003) and ASFF. Pure.

Follows https://schema.ocsf.io/1.4.0/classes/compliance_finding and 'AWS Security Finding Format (ASFF)' of the AWS
Security Hub User Guide.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drills import line
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.report import broken_link, outcome

_PRODUCT = "aws_cis.monitoring"
_MOST_IN_A_BATCH = 100
# Name, id in OCSF, ASFF's word, severity in OCSF, ASFF's label.
_STATUSES = {
    "compliant": ("Pass", 1, "PASSED", 1, "INFORMATIONAL"),
    "covered_elsewhere": ("Unknown", 0, "NOT_AVAILABLE", 1, "INFORMATIONAL"),
    "non_compliant": ("Fail", 3, "FAILED", 3, "MEDIUM"),
    "unknown": ("Unknown", 0, "NOT_AVAILABLE", 2, "LOW"),
    "unreachable": ("Unknown", 0, "NOT_AVAILABLE", 2, "LOW"),
}
_SEVERITIES = {1: "Informational", 2: "Low", 3: "Medium"}


def to_ocsf(report: Mapping[str, Any]) -> str:
    """Return the findings as a JSON list, one for each account that was read."""
    findings = [
        _ocsf(report, account, control)
        for account in report["accounts"]
        if account["account"]
        for control in account["controls"]
    ]
    return json.dumps(findings, indent=1, ensure_ascii=False) + "\n"


def _ocsf(report: Mapping[str, Any], account: Mapping[str, Any], control: Mapping[str, Any]) -> dict[str, Any]:
    status, status_id, _asff, severity_id, _label = _STATUSES[outcome(account)]
    place = account["account"]
    moment = _milliseconds(account["read_at"])
    return {
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
        "message": account["reason"],
        "metadata": {
            "version": "1.4.0",
            "product": {"name": _PRODUCT, "vendor_name": _PRODUCT, "version": report["collection"]["version"]},
        },
        "cloud": {
            "provider": "AWS",
            "region": place["region"],
            "account": {"uid": place["id"], "name": account["name"], "type_id": 10, "type": "AWS Account"},
        },
        "compliance": {
            "control": control["control"],
            "standards": [one["standard"] for one in control["standards"]],
            "requirements": [f"{one['standard']} {one['id']}" for one in control["standards"]],
            "status": status,
            "status_id": status_id,
            "status_detail": account["reason"],
        },
        "finding_info": {
            "uid": f"{_PRODUCT}/{control['control']}/{place['id']}",
            "title": control["title"],
            "desc": account["reason"],
            "created_time": moment,
        },
        "remediation": {"desc": account["fix"] or "Nothing is to be done."},
        "resources": [
            {"uid": link["resource"] or link["link"], "type": link["link"], "region": place["region"]}
            for link in control["links"]
        ],
        "unmapped": {"links": control["links"], "evidence": account["evidence"], "drills": account["drills"]},
    }


def to_asff(report: Mapping[str, Any]) -> str:
    """Return the findings as requests of BatchImportFindings, a hundred findings a request at most.

    An account's findings are imported by the account itself, so each request is about one account.
    """
    requests = [
        {"Findings": findings[start : start + _MOST_IN_A_BATCH]}
        for account in report["accounts"]
        if account["account"]
        for findings in [[_asff_finding(account, control) for control in account["controls"]]]
        for start in range(0, len(findings), _MOST_IN_A_BATCH)
    ]
    return json.dumps(requests, indent=1, ensure_ascii=False) + "\n"


def _asff_finding(account: Mapping[str, Any], control: Mapping[str, Any]) -> dict[str, Any]:
    _name, _id, status, _severity, label = _STATUSES[outcome(account)]
    place = account["account"]
    partition, region, number = place["partition"], place["region"], place["id"]
    link = broken_link(account)
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"{_PRODUCT}/{control['control']}/{number}",
        "ProductArn": f"arn:{partition}:securityhub:{region}:{number}:product/{number}/default",
        "GeneratorId": f"{_PRODUCT}/{control['control']}",
        "AwsAccountId": number,
        "Types": ["Software and Configuration Checks/Industry and Regulatory Standards/CIS AWS Foundations Benchmark"],
        "CreatedAt": account["read_at"],
        "UpdatedAt": account["read_at"],
        "Severity": {"Label": label},
        "Title": control["title"][:256],
        "Description": account["reason"][:1024],
        "Remediation": {"Recommendation": {"Text": (account["fix"] or "Nothing is to be done.")[:512]}},
        "ProductFields": {
            "link": link["link"] if link else "",
            "code": link["code"] if link else "OK",
            **{f"drill/{drill['depth']}": line(drill) for drill in account["drills"]},
        },
        "Resources": [
            {"Type": "AwsAccount", "Id": f"AWS::::Account:{number}", "Partition": partition, "Region": region}
        ],
        "Compliance": {
            "Status": status,
            "RelatedRequirements": [f"{one['standard']} {one['id']}" for one in control["standards"]],
        },
    }


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)
