# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file is that is no report, in words: whoever gave it may have meant the one beside it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_START = 4096  # characters
_LARGEST = 50_000_000  # bytes that are read to say what they are
_MEANT = "give the report.json beside it"


def what_is(path: Path, error: Exception) -> str:
    """Return what a file is, to complete the sentence "It is no report: ...". `error` is why it could not be read."""
    if path.is_dir():
        return "it is a folder without report.json"
    if not path.is_file():
        return "there is no such file" if not path.is_symlink() and not path.exists() else "it is no file"
    try:
        if path.stat().st_size > _LARGEST:
            return str(error)
        text = path.read_text(encoding="utf-8-sig")
    except OSError as denied:
        return f"it cannot be read ({denied.strerror})"
    except ValueError:
        return "it is no text in UTF-8"
    try:
        return _data(json.loads(text), error)
    except RecursionError:
        return "it is nested too deeply"
    except ValueError:
        return _text(text, error)


def _text(text: str, error: Exception) -> str:
    start = text[:_START].lstrip()
    if not start:
        return "it is empty"
    if "<testsuite" in start:
        return f"it is a JUnit file; {_MEANT}"
    if start.lower().startswith(("<!doctype html", "<html")):
        return f"it is an HTML page; {_MEANT}"
    if start.startswith("name,account,"):
        return f"it is a CSV file; {_MEANT}"
    if start.startswith(("{", "[")):
        return f"it is no whole JSON ({error})"
    return "it is no JSON"


def _data(data: Any, error: Exception) -> str:
    if isinstance(data, list):
        first = data[0] if data and isinstance(data[0], Mapping) else {}
        if "class_uid" in first:
            return f"it is a list of OCSF findings; {_MEANT}"
        if "Findings" in first:
            return f"it is a list of ASFF findings; {_MEANT}"
        return "it is a JSON list"
    if not isinstance(data, Mapping):
        return "it is JSON, but no object"
    if "events" in data and "accounts" in data:
        return "it is a report of events; reports of audits can be merged"
    if "drills" in data and "account" in data:
        return "it has the drills of an account; a report in the folder above has them already"
    if "accounts" in data and "schema_version" in data:
        return str(error).rstrip(".")
    return "it is a JSON object of something else"
