# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one HTML page: self-contained, readable without JavaScript, light and dark, printable. Pure.

Everything that comes from an account is escaped. The page's own style and script are in style.py.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drills import latencies
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.report import VERDICTS, broken_link, outcome
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.style import SCRIPT, STYLE
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import LINKS

# A letter beside the colour, for eyes and printers that see no colours.
_LETTERS = {"pass": "P", "warn": "W", "fail": "F", "unknown": "U", "elsewhere": "E"}
_WORDS = {"pass": "passes", "warn": "warning", "fail": "fails", "unknown": "unknown", "elsewhere": "elsewhere"}


def to_html(report: Mapping[str, Any]) -> str:
    """Return the page."""
    return "\n".join(_page(report)) + "\n"


def _page(report: Mapping[str, Any]) -> Iterator[str]:
    policy = f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'"
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<title>Security group changes: is anybody told?</title>"
    yield f"<style>{STYLE}</style></head>"
    yield "<body><header>"
    yield "<h1>Security group changes: is anybody told?</h1>"
    yield f"<p>{_introduction(report)}</p>"
    yield '<ul class="counts">'
    for verdict in VERDICTS:
        count = report["counts"][verdict]
        yield f'<li class="{verdict}{"" if count else " none"}"><b>{count}</b> {_spaced(verdict)}</li>'
    yield "</ul>"
    yield (
        '<form class="tools" hidden><label>Find <input type="search" autocomplete="off"></label>'
        '<label>Show <select><option value="">all accounts</option>'
        + "".join(f'<option value="{verdict}">{_spaced(verdict)}</option>' for verdict in VERDICTS)
        + '</select></label> <output aria-live="polite"></output></form>'
    )
    yield "</header><main><table>"
    yield f"<caption>{_legend()}</caption>"
    yield '<thead><tr><th scope="col">Account</th><th scope="col">Verdict</th>'
    yield "".join(f'<th scope="col" class="link">{_heading(link)}</th>' for link in LINKS)
    yield '<th scope="col">Why, and what to do</th></tr></thead>'
    for account in report["accounts"]:
        yield from _account(account)
    yield "</table></main>"
    yield f"<footer><p>{_origin(report)}</p></footer>"
    yield f"<script>{SCRIPT}</script></body></html>"


def _heading(link: str) -> str:
    """The name of a mark's link, which may break where it is too long for a column."""
    return _spaced(link).replace("subscription", "subscrip&shy;tion")


def _introduction(report: Mapping[str, Any]) -> str:
    read = f", read until {escape(report['read_at'])}" if report["read_at"] else ""
    return (
        f"{len(report['accounts'])} accounts{read}. A change is told when each link holds: trail, log group, "
        "metric filter, alarm, topic, confirmed subscriber."
    )


def _origin(report: Mapping[str, Any]) -> str:
    collection = report["collection"]
    return (
        f"Written by {escape(collection['name'])} {escape(collection['version'])}, schema {report['schema_version']}."
    )


def _legend() -> str:
    return " ".join(
        f'<span><span class="mark {status}">{letter}</span> {_WORDS[status]}</span>'
        for status, letter in _LETTERS.items()
    )


def _account(account: Mapping[str, Any]) -> Iterator[str]:
    verdict = outcome(account)
    name, place = escape(account["name"]), account["account"]
    links = {link["link"]: link for control in account["controls"] for link in control["links"]}
    number = f"<small>{escape(place['id'])} &middot; {escape(place['region'])}</small>" if place else ""
    yield f'<tbody class="{verdict}"><tr>'
    yield f'<th scope="row">{name}{number}</th><td class="verdict">{_spaced(verdict)}</td>'
    yield "".join(_cell(link, links.get(link)) for link in LINKS)
    yield f"<td>{_why(account)}</td></tr></tbody>"


def _cell(name: str, link: Mapping[str, Any] | None) -> str:
    cell = f'<td class="link" data-link="{_heading(name)}">'
    if link is None:
        return f'{cell}<span class="mark none" title="not read">&ndash;</span></td>'
    status = link["status"]
    title = escape(f"{link['code']}: {link['detail']}")
    return (
        f'{cell}<abbr class="mark {status}" title="{title}">{_LETTERS[status]}'
        f'<span class="hidden"> {_WORDS[status]}</span></abbr></td>'
    )


def _why(account: Mapping[str, Any]) -> str:
    link = broken_link(account)
    code = f"<code>{escape(link['code'])}</code> " if link else ""
    reason = escape(account["reason"])
    if account["covering"]:
        covering = account["covering"]
        reason = f"Covered by {escape(covering['name'])}, which is {_spaced(covering['verdict'])}."
    fix = f"<p><b>To do:</b> {escape(account['fix'])}</p>" if account["fix"] else ""
    details = "".join(_details(control) for control in account["controls"])
    drills = f"<h2>Last drills</h2><ul>{''.join(map(_drill, account['drills']))}</ul>" if account["drills"] else ""
    return f"<details><summary>{code}{reason}</summary>{fix}{drills}{details}</details>"


def _drill(drill: Mapping[str, Any]) -> str:
    seconds = f" Seen after the start: {escape(latencies(drill))}." if latencies(drill) else ""
    return (
        f"<li><b>{_spaced(drill['depth'])}: {_spaced(drill['outcome'])}</b>, {escape(drill['when'])}. "
        f"{escape(drill['summary'])}{seconds}</li>"
    )


def _details(control: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<li><span class="mark {link["status"]}">{_LETTERS[link["status"]]}</span> <b>{_spaced(link["link"])}</b> '
        f"{escape(link['resource'])} <br>{escape(link['detail'])}</li>"
        for link in control["links"]
    )
    standards = "".join(
        f"<li>{escape(_standard(one['standard']))} {escape(one['id'])}: <b>{escape(one['status'])}</b>"
        f"{' &ndash; ' + escape(one['why']) if one['status'] != 'pass' else ''}</li>"
        for one in control["standards"]
    )
    others = "".join(
        f"<li>{escape(one['auditor'])} would say <b>{escape(one['verdict'])}</b>: {escape(one['why'])}</li>"
        for one in control["other_auditors"]
        if one["differs"]
    )
    evidence = escape(json.dumps(control["evidence"], indent=1, ensure_ascii=False))
    return (
        f'<ol class="path">{rows}</ol><h2>Standards</h2><ul>{standards}</ul>'
        + (f"<h2>Auditors that differ</h2><ul>{others}</ul>" if others else "")
        + f"<h2>What was read</h2><pre>{evidence}</pre>"
    )


def _standard(name: str) -> str:
    return "Security Hub" if name == "security_hub" else name.replace("cis_v", "CIS ").replace("_", ".")


def _spaced(name: str) -> str:
    return escape(name.replace("_", " "))


def _hash(text: str) -> str:
    """Name the page's own style or script in its policy, so that no other one is run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
