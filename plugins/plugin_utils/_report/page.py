# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one HTML page: self-contained, light and dark, printable. Pure.

The page is html/page.html.j2, which escapes everything that comes from an account, with the styles and scripts of that
folder in it. What an auditor files is in the HTML itself: the compliance, what fails and why, the standards. The table
of the accounts is drawn by the script from data, since a browser does not sort the cells of 10,000 accounts.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ...module_utils._judge.findings import CODES_PAGE
from . import outcome
from .comparison import KINDS
from .drills import latencies
from .lines import remark
from .page_data import MARKS
from .page_views import Views, label, number_of, standard_title, words
from .tables import LINKS

_FOLDER = Path(__file__).parent / "html"
_STYLES = ("page.css", "accounts.css", "narrow.css", "print.css")
_SCRIPTS = ("data.js", "address.js", "choice.js", "detail.js", "rows.js", "keyboard.js", "page.js")
# A script is written as modules, so that each says what it needs of which, and is one script in the page.
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=\w)", re.MULTILINE)
_BUFFERED = 200  # pieces of the template that are written at once
_MOST_CHANGES = 500


def to_html(
    report: Mapping[str, Any], digest: Callable[[], str] = str, history: Sequence[Mapping[str, Any]] = ()
) -> Iterator[str]:
    """Write the page. `digest` returns the SHA-256 of report.json, which is written first; '' if it is not written.

    `history` has the heads of the earlier reports of the folder, from the oldest on.
    """
    views = Views(report)
    style, script = _style(), _script()
    stream = (
        _environment()
        .get_template("page.html.j2")
        .stream(
            report=report,
            views=views,
            data=Markup(views.data),
            digest=digest(),
            history=history,
            matrix=len(report["controls"]) != 1,
            remark=remark(report),
            codes_page=CODES_PAGE,
            style=style,
            script=script,
            policy=_policy(style, script),
            outcomes=outcome.OUTCOMES,
            kinds=KINDS,
            link_names=LINKS,
        )
    )
    stream.enable_buffering(_BUFFERED)
    yield from stream


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"marks": MARKS, "compliance": outcome.compliance}
    environment.filters |= {
        "as_json": lambda data: json.dumps(data, indent=1, ensure_ascii=False),
        "changes": _changes,
        "label": label,
        "latencies": latencies,
        "number": outcome.number,
        "number_of": number_of,
        "standard": standard_title,
        "words": words,
    }
    return environment


def _changes(comparison: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(kind, one) for kind in KINDS for one in comparison[kind]][:_MOST_CHANGES]


@cache
def _style() -> Markup:
    """The styles of the page, which are no text of an account and must stay as they are."""
    return Markup("".join((_FOLDER / name).read_text(encoding="utf-8") for name in _STYLES))


@cache
def _script() -> Markup:
    """The scripts of the page as one."""
    parts = ((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    body = "".join(_EXPORT.sub("", _IMPORT.sub("", part)) for part in parts)
    return Markup(f'(() => {{\n"use strict";\n{body}}})();\n')


def _policy(style: str, script: str) -> str:
    """Forbid everything but the page's own style and script, which it names by their hashes."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
