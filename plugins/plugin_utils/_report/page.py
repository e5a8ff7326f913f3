# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one HTML page: self-contained, readable without JavaScript, light and dark, printable. Pure.

The page is page.html.j2, which escapes everything that comes from an account, with page.css and page.js in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ...module_utils._judge.findings import CODES_PAGE, code_url
from . import outcome
from .comparison import KINDS
from .drills import latencies
from .lines import remark
from .tables import LINKS

_FOLDER = Path(__file__).parent
# A letter in addition to the colour, for eyes and printers that see no colours.
_LETTERS = {
    "pass": "P",
    "warn": "W",
    "fail": "F",
    "unknown": "U",
    "elsewhere": "E",
    "declared": "D",
    "accepted": "A",
    "none": "\N{EN DASH}",
}
_WORDS = {
    "pass": "passes",
    "warn": "warning",
    "fail": "fails",
    "unknown": "unknown",
    "elsewhere": "elsewhere",
    "declared": "declared",
    "accepted": "accepted",
}
_STATUSES = {
    "covered_elsewhere": "elsewhere",
    "declared": "declared",
    "accepted": "accepted",
    "non_compliant": "fail",
    "unknown": "unknown",
}
_APART = (outcome.DECLARED, outcome.ACCEPTED)  # shown where there are any
_QUIET = ("pass", "warn", "none")
_BUFFERED = 200  # pieces of the template that are written at once

# What a page shows at most, so that one of 10,000 accounts and 15 controls has no more than 15 MB.
MOST_CELLS_IN_FULL = 3000
_MOST_CHANGES = 500
_MOST_CHARACTERS = 450


def to_html(report: Mapping[str, Any]) -> Iterator[str]:
    """Write the page. Beyond MOST_CELLS_IN_FULL (accounts times controls) it is brief."""
    style, script = _own("page.css"), _own("page.js")
    controls = report["controls"]
    matrix = len(controls) > 1
    stream = (
        _environment(len(report["accounts"]) * max(len(controls), 1) > MOST_CELLS_IN_FULL)
        .get_template("page.html.j2")
        .stream(
            report=report,
            matrix=matrix,
            remark=remark(report),
            codes_page=CODES_PAGE,
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'",
            outcomes=outcome.OUTCOMES,
            kinds=KINDS,
            link_names=LINKS,
            legend=[status for status in _WORDS if status not in _APART or report[status]],
        )
    )
    stream.enable_buffering(_BUFFERED)
    yield from stream


@cache
def _environment(brief: bool) -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"brief": brief, "letters": _LETTERS, "words": _WORDS, "quiet": _QUIET}
    environment.filters |= {
        "as_json": lambda data: json.dumps(data, indent=1, ensure_ascii=False),
        "causes": _causes,
        "changes": _changes,
        "code": _code,
        "code_url": code_url,
        "controls": lambda account: {control["control"]: control for control in account["controls"]},
        "latencies": latencies,
        "number": outcome.number,
        "links": _links,
        "reason": outcome.reason,
        "benchmarks": outcome.benchmarks,
        "spaced": _spaced,
        "standard": _standard,
        "standards": _standards,
        "status": _status,
        "why": _why,
    }
    return environment


def _links(account: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {link["link"]: link for control in account["controls"] for link in control["links"]}


def _status(control: Mapping[str, Any]) -> str:
    """How a control is marked: with a warning if one of its links has one."""
    counted = outcome.of_control(control)
    if counted != "compliant":
        return _STATUSES[counted]
    return "warn" if any(link["status"] == "warn" for link in control["links"]) else "pass"


def _code(account: Mapping[str, Any]) -> str:
    control = outcome.worst(account)
    link = outcome.broken_link(control) if control else None
    return str(link["code"]) if link else ""


def _why(account: Mapping[str, Any]) -> str:
    control = outcome.worst(account)
    if control is None:
        return str(account["reason"])
    said = outcome.reason(control)
    if len(account["controls"]) == 1 or control["verdict"] == "compliant":
        return said
    return f"{_spaced(control['control'])}: {said}"


def _causes(account: Mapping[str, Any]) -> list[str]:
    """The faults of an account, the same of several controls once, and cut off where it becomes long."""
    if not account["controls"]:
        return [account["reason"], account["fix"]]
    causes: dict[tuple[str, str], list[str]] = {}
    for control in account["controls"]:
        link = outcome.broken_link(control)
        if link:
            causes.setdefault((link["code"], outcome.reason(control)), []).append(_spaced(control["control"]))
    told: list[str] = []
    left = _MOST_CHARACTERS
    for (code, reason), controls in causes.items():
        which = f"{len(controls)} controls" if len(controls) > 3 else ", ".join(controls)
        said = f"{code} ({which}): {reason}"
        if left <= 0:
            return [*told, f"{outcome.number(len(causes) - len(told), 'more cause')}."]
        told.append(said if len(said) <= left else said[:left] + "…")
        left -= len(said)
    return told


def _changes(comparison: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(kind, one) for kind in KINDS for one in comparison[kind]][:_MOST_CHANGES]


def _standards(
    control: Mapping[str, Any], report: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each standard that has the control, and its result. Those that pass are not in an account's entry."""
    [asked] = [one for one in report["controls"] if one["control"] == control["control"]]
    said = {one["standard"]: one for one in control["standards"]}
    for one in asked["standards"]:
        yield one, said.get(one["standard"], {"status": "pass"})


def _spaced(name: str) -> str:
    """A name in words, which may break where one is too long for a column."""
    return name.replace("_", " ").replace("subscription", "subscrip\N{SOFT HYPHEN}tion")


def _standard(name: str) -> str:
    return "Security Hub" if name == "security_hub" else name.replace("cis_v", "CIS ").replace("_", ".")


def _own(name: str) -> Markup:
    """The style or the script of the page, which is no text of an account and must stay as it is."""
    return Markup((_FOLDER / name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    """Name the page's own style or script in its policy, so that no other one is run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
