# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as JSON, CSV and JUnit XML, written piece by piece. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ...module_utils._safe_text import printable
from .drills import latencies, line
from .outcome import benchmarks, broken_link, of_account, of_control, reason
from .version_1 import upgraded

LINKS = ("trail", "log_group", "metric_filter", "alarm", "topic", "subscription")
_DRILL = ("drill_at", "drill_depth", "drill_outcome", "drill_latencies")
# Where a semicolon or a tab separates cells, a formula begins after one as well. Some take full-width signs for signs.
_FORMULA = re.compile('(^|[;\t\n])(?=\t|[\\s"]*[=+\\-@\uff1d\uff0b\uff0d\uff20])')
# What XML 1.0 cannot hold, and the carriage return, which it does not keep.
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_CONTROL: dict[str, Any] = {"control": "", "benchmark": "", "links": (), "declared": None, "accepted": None}


def to_json(report: Mapping[str, Any]) -> Iterator[str]:
    """Write the whole report, with a line an account, so that it can be read line by line where it is large."""
    head = {name: value for name, value in report.items() if name != "accounts"}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "accounts": [\n'
    before = ""
    for account in report["accounts"]:
        yield before + json.dumps(account, ensure_ascii=False)
        before = ",\n"
    yield "\n]}\n"


def from_json(lines: Iterator[str]) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """Read what to_json wrote: the head of the report, and its accounts one after the other.

    A report with another layout is read whole, one of version 1.0 is converted. Raises ValueError for anything else.
    """
    first = next(lines, "")
    if first.endswith('"accounts": [\n'):
        return json.loads(first + "]}"), _accounts(lines)
    whole = json.loads(first + "".join(lines))
    if not isinstance(whole, dict) or not isinstance(whole.get("accounts"), list):
        raise ValueError("it has no list of accounts")
    return upgraded(whole, whole["accounts"])


def _accounts(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for text in lines:
        if text == "]}\n":
            return
        if text.strip():
            yield json.loads(text.rstrip(",\n"))
    raise ValueError("its end is missing")


def to_csv(report: Mapping[str, Any]) -> Iterator[str]:
    """Write a row for each control of an account: verdict, the code of each link, why, and the account's last drill.

    An account that could not be read has one row, without a control.
    """
    yield _row(
        [
            *("name", "account", "region", "control", "verdict", "accepted", "accepted_until", *LINKS),
            *("reason", "fix", "read_at", *_DRILL, "benchmark"),
            *("declared", "declared_until", "declared_evidence"),
        ]
    )
    for account in report["accounts"]:
        for control in account["controls"] or [_NO_CONTROL]:
            yield _row(_cells(account, control))


def _cells(account: Mapping[str, Any], control: Mapping[str, Any]) -> list[str]:
    codes = {link["link"]: link["code"] for link in control["links"]}
    place = account["account"] or {}
    accepted, declared = control["accepted"] or {}, control["declared"] or {}
    said = control if control["control"] else account
    return [
        account["name"],
        place.get("id", ""),
        place.get("region", ""),
        control["control"],
        of_control(control) if control["control"] else of_account(account),
        accepted.get("reason", ""),
        accepted.get("until") or "",
        *(codes.get(link, "") for link in LINKS),
        said["reason"],
        said["fix"],
        account["read_at"] or "",
        *_last_drill(account),
        control["benchmark"],
        *(declared.get(name, "") for name in ("reason", "until", "evidence")),
    ]


def _last_drill(account: Mapping[str, Any]) -> list[str]:
    drill = next(iter(account["drills"]), None)
    return [drill["when"], drill["depth"], drill["outcome"], latencies(drill)] if drill else [""] * len(_DRILL)


def _row(cells: Iterable[str]) -> str:
    output = io.StringIO()
    csv.writer(output).writerow([harmless(str(cell)) for cell in cells])
    return output.getvalue()


def harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula: https://owasp.org/www-community/attacks/CSV_Injection"""
    return _FORMULA.sub(r"\1'", printable(cell))


_TAGS = {
    "non_compliant": "failure",
    "unknown": "error",
    "unreachable": "error",
    "covered_elsewhere": "skipped",
    "declared": "skipped",
    "accepted": "skipped",
}


def to_junit(report: Mapping[str, Any]) -> Iterator[str]:
    """Write a test case for each control of an account: a failure if no one is notified, an error if that is not known.

    What is declared, accepted or must be verified in another account is skipped. An account that could not be read has
    one case.
    """
    counts = _counts(report)
    numbers = " ".join(f'{name}="{counts[name]}"' for name in ("tests", "failures", "errors", "skipped"))
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<testsuite name="aws_cis.monitoring" {numbers}>\n'
    if report["controls"]:
        yield f'  <properties><property name="benchmark" value={_quoted(benchmarks(report))} /></properties>\n'
    for account in report["accounts"]:
        if not account["controls"]:
            yield _case(account["name"], "account", of_account(account), account, "UNREACHABLE", account["drills"])
        for control in account["controls"]:
            link = broken_link(control)
            said = {"reason": reason(control), "fix": control["fix"]}
            yield _case(
                *(account["name"], control["control"], of_control(control), said),
                *(link["code"] if link else "OK", account["drills"]),
            )
    yield "</testsuite>\n"


def _counts(report: Mapping[str, Any]) -> dict[str, int]:
    tags: dict[str, int] = {"failure": 0, "error": 0, "skipped": 0, "": 0}
    for account in report["accounts"]:
        for outcome in [of_control(one) for one in account["controls"]] or [of_account(account)]:
            tags[_TAGS.get(outcome, "")] += 1
    return {
        "tests": sum(tags.values()),
        "failures": tags["failure"],
        "errors": tags["error"],
        "skipped": tags["skipped"],
    }


def _case(
    name: str, control: str, outcome: str, said: Mapping[str, str], code: str, drills: Iterable[Mapping[str, Any]]
) -> str:
    tag = _TAGS.get(outcome)
    inner = []
    if tag == "skipped":
        inner.append(f"<skipped message={_quoted(said['reason'])} />")
    elif tag:
        inner.append(
            f"<{tag} message={_quoted(said['reason'])} type={_quoted(code)}>{escape(_text(said['fix']))}</{tag}>"
        )
    told = "\n".join(f"Last drill: {line(drill)}" for drill in drills)
    if told:
        inner.append(f"<system-out>{escape(_text(told))}</system-out>")
    start = f"  <testcase classname={_quoted(control)} name={_quoted(name)}"
    if not inner:
        return f"{start} />\n"
    return "\n".join([f"{start}>", *(f"    {one}" for one in inner), "  </testcase>\n"])


def _quoted(text: str) -> str:
    return quoteattr(_text(text))


def _text(text: str) -> str:
    """Leave out what XML 1.0 can't hold."""
    return _NOT_IN_XML.sub("", text)
