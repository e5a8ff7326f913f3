# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report in each of its formats, read back by what reads such files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import lines
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.findings import to_asff, to_ocsf
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.page import to_html
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import to_csv, to_json, to_junit


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def in_each_format(report: Mapping[str, Any]) -> dict[str, str]:
    """Return the report in each format. Raises where one can't be encoded or is not what it is to be."""
    written = {
        "json": "".join(to_json(report)),
        "csv": "".join(to_csv(report)),
        "junit": "".join(to_junit(report)),
        "ocsf": "".join(to_ocsf(report)),
        "asff": "".join(to_asff(report)),
        "html": "".join(to_html(report)),
        "lines": "\n".join(lines.of_report(report)),
    }
    for text in written.values():
        text.encode()
    for name in ("json", "ocsf", "asff"):
        json.loads(written[name], parse_constant=_no_constant)
    ElementTree.fromstring(written["junit"])
    rows_of(written["csv"])
    return written


def rows_of(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV as a program reads them from its file."""
    return list(csv.DictReader(io.StringIO(text.encode().decode("utf-8-sig"))))
