# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as JSON, CSV and JUnit XML, written piece by piece. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ...module_utils._controls.mappings import judged_by
from ...module_utils._safe_text import printable
from .drills import latencies, line
from .outcome import benchmarks, broken_link, of_account, of_control, reason
from .version_1 import upgraded

LINKS = ("trail", "log_group", "metric_filter", "alarm", "topic", "subscription")
BYTE_ORDER_MARK = "\ufeff"
"""The start of a CSV file, without which a spreadsheet takes UTF-8 for another encoding."""
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


COLUMNS: dict[str, str] = {
    "name": "The host of the inventory.",
    "account": "The account id, as it is. A spreadsheet drops its leading zeros.",
    "account_arn": "The ARN of the account, whose id keeps its zeros in each program.",
    "region": "The region that was read.",
    "control": "The control. Empty if the account could not be read.",
    "requirement": "The control in the benchmark that it was judged by, as Security Hub writes it.",
    "verdict": "What counts: the verdict, `declared` or `accepted`.",
    "accepted": "Why the finding is accepted.",
    "accepted_until": "The last day on which it is.",
    **{link: f"The [code](codes.md) of the {link.replace('_', ' ')}." for link in LINKS},
    "reason": "Why the verdict is as it is.",
    "fix": "What to do.",
    "read_at": "When the account was read, in UTC.",
    "drill_at": "When the account was last drilled.",
    "drill_depth": "The depth of that drill.",
    "drill_outcome": "Its outcome.",
    "drill_latencies": "When each step was seen.",
    "benchmark": "The benchmark that the control was judged by.",
    "declared": "What alternative is declared.",
    "declared_until": "Its review date.",
    "declared_evidence": "The link to its evidence.",
}
"""The columns of the CSV, in their order, for docs/reports.md."""


def to_csv(report: Mapping[str, Any]) -> Iterator[str]:
    """Write a row for each control of an account: verdict, the code of each link, why, and the account's last drill.

    An account that could not be read has one row, without a control.
    """
    yield BYTE_ORDER_MARK + _row(COLUMNS)
    for account in report["accounts"]:
        for control in account["controls"] or [_NO_CONTROL]:
            yield _row(_cells(account, control).values())


def _cells(account: Mapping[str, Any], control: Mapping[str, Any]) -> dict[str, str]:
    """The cells that are not empty, by their columns, as a row has them."""
    place = account["account"]
    cells = {"name": account["name"], "read_at": account["read_at"] or "", **_last_drill(account)}
    if place:
        arn = f"arn:{place['partition']}:iam::{place['id']}:root"
        cells |= {"account": place["id"], "account_arn": arn, "region": place["region"]}
    if control["control"]:
        cells |= {name: control[name] for name in ("control", "benchmark")}
        cells["requirement"] = ", ".join(judged_by(control["control"], control["benchmark"]))
    for apart in ("accepted", "declared"):
        its = control[apart] or {}
        cells |= {apart: its.get("reason", ""), f"{apart}_until": its.get("until") or ""}
    cells["declared_evidence"] = (control["declared"] or {}).get("evidence", "")
    said = control if control["control"] else account
    cells |= {"verdict": of_control(control) if control["control"] else of_account(account)}
    cells |= {link["link"]: link["code"] for link in control["links"]}
    cells |= {name: said[name] for name in ("reason", "fix")}
    return {name: cells.get(name, "") for name in COLUMNS}


def _last_drill(account: Mapping[str, Any]) -> dict[str, str]:
    drill = next(iter(account["drills"]), None)
    if not drill:
        return {}
    its = {"at": drill["when"], "depth": drill["depth"], "outcome": drill["outcome"], "latencies": latencies(drill)}
    return {f"drill_{name}": value for name, value in its.items()}


def _row(cells: Iterable[str]) -> str:
    output = io.StringIO()
    csv.writer(output).writerow([cell and harmless(cell) for cell in cells])
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
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def to_junit(report: Mapping[str, Any]) -> Iterator[str]:
    """Write a suite for each account, with the time when it was read, and in it a test case for each control.

    No one being notified is a failure, an error if that is not known. What is declared, accepted or must be verified in
    another account is skipped. An account that could not be read has one case.
    """
    total: Counter[str] = Counter()
    for account in report["accounts"]:
        total += _tally(account)
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="aws_cis.monitoring" {_numbers(total)}>\n'
    for account in report["accounts"]:
        yield from _suite(account)
    yield "</testsuites>\n"


def _suite(account: Mapping[str, Any]) -> Iterator[str]:
    name, controls = account["name"], account["controls"]
    timestamp = f" timestamp={_quoted(account['read_at'])}" if account["read_at"] else ""
    yield f"  <testsuite name={_quoted(name)} {_numbers(_tally(account))}{timestamp}>\n"
    if not controls:
        yield _case(name, "account", of_account(account), account, "UNREACHABLE", account["drills"])
    else:
        values = {"account": account["account"]["id"], "benchmark": benchmarks(account)}
        properties = "".join(f"<property name={_quoted(key)} value={_quoted(its)} />" for key, its in values.items())
        yield f"    <properties>{properties}</properties>\n"
    for control in controls:
        link = broken_link(control)
        said = {"reason": reason(control), "fix": control["fix"]}
        code = link["code"] if link else "OK"
        yield _case(name, control["control"], of_control(control), said, code, account["drills"])
    yield "  </testsuite>\n"


def _tally(account: Mapping[str, Any]) -> Counter[str]:
    """The number of an account's cases by tag, "" for those that pass."""
    outcomes = [of_control(one) for one in account["controls"]] or [of_account(account)]
    return Counter(_TAGS.get(outcome, "") for outcome in outcomes)


def _numbers(tally: Counter[str]) -> str:
    counts = {"tests": tally.total(), **{name: tally[tag] for name, tag in _COUNTED.items()}}
    return " ".join(f'{name}="{count}"' for name, count in counts.items())


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
    start = f"    <testcase classname={_quoted(control)} name={_quoted(name)}"
    if not inner:
        return f"{start} />\n"
    return "\n".join([f"{start}>", *(f"      {one}" for one in inner), "    </testcase>\n"])


def _quoted(text: str) -> str:
    return quoteattr(_text(text))


def _text(text: str) -> str:
    """Leave out what XML 1.0 can't hold."""
    return _NOT_IN_XML.sub("", text)
