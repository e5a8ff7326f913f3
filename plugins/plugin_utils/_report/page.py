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
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drills import latencies
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.report import VERDICTS, broken_link, outcome
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import LINKS
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_FOLDER = Path(__file__).parent
_TITLE = "Security group changes: is anybody told?"
# A letter beside the colour, for eyes and printers that see no colours.
_LETTERS = {"pass": "P", "warn": "W", "fail": "F", "unknown": "U", "elsewhere": "E"}
_WORDS = {"pass": "passes", "warn": "warning", "fail": "fails", "unknown": "unknown", "elsewhere": "elsewhere"}


def to_html(report: Mapping[str, Any]) -> str:
    """Return the page."""
    style, script = _own("page.css"), _own("page.js")
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            title=_TITLE,
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'",
            verdicts=VERDICTS,
            link_names=LINKS,
            letters=_LETTERS,
            words=_WORDS,
        )
    )


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
    environment.filters |= {
        "as_json": lambda data: json.dumps(data, indent=1, ensure_ascii=False),
        "broken_link": broken_link,
        "latencies": latencies,
        "links": _links,
        "outcome": outcome,
        "spaced": _spaced,
        "standard": _standard,
    }
    return environment


def _links(account: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {link["link"]: link for control in account["controls"] for link in control["links"]}


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
