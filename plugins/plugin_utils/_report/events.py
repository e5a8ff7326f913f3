# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events of many accounts, or the alarm volume to expect: one report of all, and its formats. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._events.noise import preview_lines, quieter_lines
from ...module_utils._events.table import event_lines
from ...module_utils._safe_text import one_line
from .tables import BYTE_ORDER_MARK, harmless

_EVENT_COLUMNS = (
    "name",
    "time",
    "who",
    "principal",
    "type",
    "arn",
    "known_as",
    "principal_account",
    "session",
    "invoked_by",
    "mfa",
    "source_ip",
    "user_agent",
    "event",
    "event_source",
    "resources",
    "outcome",
    "error_code",
    "region",
    "account",
    "event_id",
    "controls",
    "filters",
    "expected",
    "expected_reason",
)
_NOISE_COLUMNS = ("name", "account", "control", "days", "records", "periods", "rings", "principal", "principal_records")


def build(results: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The report of what each host has registered, or the message of the failure in its place.

    The results are those of cis_monitoring_events_info or of cis_monitoring_noise_info. Records of all accounts are one
    list, the newest first.
    """
    accounts = [_account(name, result) for name, result in sorted(results.items())]
    events = [{"name": name, **event} for name, result in results.items() for event in result.get("events") or ()]
    return {
        "accounts": accounts,
        "events": sorted(events, key=lambda event: (event["time"], event["event_id"]), reverse=True),
    }


def _account(name: str, result: Mapping[str, Any]) -> dict[str, Any]:
    failed = bool(result.get("failed")) or "controls" not in result
    return {
        "name": name,
        "account": result.get("account"),
        "read_at": result.get("read_at"),
        "failure": str(result.get("msg") or "The account was not searched.") if failed else "",
        "summary": result.get("summary", ""),
        "alarm": result.get("alarm"),
        "controls": list(result.get("controls") or ()),
    }


def lines(report: Mapping[str, Any]) -> list[str]:
    """The report for a terminal: the records of all accounts, what was counted in each, and what could not be read."""
    counted = [control for account in report["accounts"] for control in account["controls"] if "rings" in control]
    said = [] if counted else event_lines(report["events"])
    for account in report["accounts"]:
        text = account["failure"] or account["summary"]
        said.append(f"{account['name']}: {text}" if text else account["name"])
        said += preview_lines(control for control in account["controls"] if "rings" in control)
    return [one_line(line) for line in (*said, *quieter_lines(counted))]


def failing(report: Mapping[str, Any]) -> dict[str, str]:
    """The accounts that could not be searched, by the name of the host, and why."""
    return {account["name"]: account["failure"] for account in report["accounts"] if account["failure"]}


def only_expected(report: Mapping[str, Any]) -> bool:
    """Whether there were events, each of them expected, and nothing that could not be searched."""
    searched = [control for account in report["accounts"] for control in account["controls"] if "unexpected" in control]
    return (
        not failing(report)
        and all(control["complete"] and not control["unexpected"] for control in searched)
        and any(control["expected"] for control in searched)
    )


def to_json(report: Mapping[str, Any]) -> str:
    """All of it."""
    return json.dumps(report, indent=1, ensure_ascii=False) + "\n"


def to_csv(report: Mapping[str, Any]) -> str:
    """A row a record; of a preview, a row a principal of each control."""
    counted = [(account, control) for account in report["accounts"] for control in account["controls"]]
    if any("rings" in control for _account, control in counted):
        return _written(_NOISE_COLUMNS, (row for account, control in counted for row in _noise_rows(account, control)))
    return _written(_EVENT_COLUMNS, ([event[column] for column in _EVENT_COLUMNS] for event in report["events"]))


def _noise_rows(account: Mapping[str, Any], control: Mapping[str, Any]) -> Iterable[list[Any]]:
    of_control = [account["name"], account["account"], *(control[column] for column in _NOISE_COLUMNS[2:7])]
    for one in control["principals"] or [{"principal": "", "records": ""}]:
        yield [*of_control, one["principal"], one["records"]]


def _written(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(_cell(value)) for value in row])
    return BYTE_ORDER_MARK + output.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)
