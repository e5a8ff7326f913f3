# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as JSON, CSV and JUnit XML. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drills import latencies, line
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.report import broken_link, outcome

LINKS = ("trail", "log_group", "metric_filter", "alarm", "topic", "subscription")
_DRILL = ("drill_at", "drill_depth", "drill_outcome", "drill_latencies")


def to_json(report: Mapping[str, Any]) -> str:
    """Return the whole report."""
    return json.dumps(report, indent=1, ensure_ascii=False) + "\n"


def to_csv(report: Mapping[str, Any]) -> str:
    """Return a row an account: its verdict, the code of each link, reason and fix, and its last drill."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(["name", "account", "region", "verdict", *LINKS, "reason", "fix", "read_at", *_DRILL])
    for account in report["accounts"]:
        codes = {link["link"]: link["code"] for control in account["controls"] for link in control["links"]}
        place = account["account"] or {}
        row = [
            account["name"],
            place.get("id", ""),
            place.get("region", ""),
            outcome(account),
            *(codes.get(link, "") for link in LINKS),
            account["reason"],
            account["fix"],
            account["read_at"] or "",
            *_last_drill(account),
        ]
        writer.writerow([harmless(str(cell)) for cell in row])
    return output.getvalue()


def _last_drill(account: Mapping[str, Any]) -> list[str]:
    drill = next(iter(account["drills"]), None)
    return [drill["when"], drill["depth"], drill["outcome"], latencies(drill)] if drill else [""] * len(_DRILL)


def harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula: https://owasp.org/www-community/attacks/CSV_Injection"""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def to_junit(report: Mapping[str, Any]) -> str:
    """Return a test case an account: a failure if nobody is told, an error if that is not known."""
    counts = report["counts"]
    suite = ElementTree.Element(
        "testsuite",
        name="aws_cis.monitoring: security group changes",
        tests=str(len(report["accounts"])),
        failures=str(counts["non_compliant"]),
        errors=str(counts["unknown"] + counts["unreachable"]),
        skipped=str(counts["covered_elsewhere"]),
    )
    for account in report["accounts"]:
        case = ElementTree.SubElement(
            suite, "testcase", classname="security_group_changes", name=_text(account["name"])
        )
        tag = {
            "non_compliant": "failure",
            "unknown": "error",
            "unreachable": "error",
            "covered_elsewhere": "skipped",
        }.get(outcome(account))
        if tag:
            link = broken_link(account)
            result = ElementTree.SubElement(case, tag, message=_text(account["reason"]))
            if tag != "skipped":
                result.set("type", link["code"] if link else "UNREACHABLE")
                result.text = _text(account["fix"])
        if account["drills"]:
            said = "\n".join(f"Last drill: {line(drill)}" for drill in account["drills"])
            ElementTree.SubElement(case, "system-out").text = _text(said)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _text(text: str) -> str:
    """Leave out what XML 1.0 can't hold."""
    return "".join(one for one in text if one in "\t\n" or ord(one) >= 0x20)
