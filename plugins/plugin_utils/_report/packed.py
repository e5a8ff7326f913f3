# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A result of cis_monitoring_info as a run keeps it for each of its accounts until it ends. Pure.

Fifteen controls say much the same of one trail, one topic and fifteen alarms, so that compressed they are little more
than one, while Ansible copies each dict and list of a result as often as it hands it on.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from ...module_utils._judge.findings import PASS
from ...module_utils._judge.verdict import COMPLIANT
from ...module_utils.coverage import FULL

_PACKED = ("trails", "controls", "evidence")


def with_findings_only(result: dict[str, Any]) -> dict[str, Any]:
    """Return the result without the details of what passes. A result of a failure stays as it is."""
    if "controls" not in result:
        return result
    return {**result, "controls": [findings_of(one) for one in result["controls"]]}


def packed(result: dict[str, Any]) -> dict[str, Any]:
    """Return the result with its findings as one text, and what plays read: the account, the time, the verdicts.

    A result of a failure stays as it is.
    """
    if "controls" not in result:
        return result
    whole = with_findings_only(result)
    text = json.dumps({key: whole[key] for key in _PACKED}, separators=(",", ":")).encode()
    return {
        **{key: value for key, value in result.items() if key not in _PACKED},
        "controls": [_verdict_of(control) for control in result["controls"]],
        "packed": b64encode(zlib.compress(text)).decode(),
    }


def unpacked(result: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the result with its findings, from a packed one; another, or none, stays as it is."""
    if not result or "packed" not in result:
        return result
    whole: dict[str, Any] = json.loads(zlib.decompress(b64decode(result["packed"])))
    return {key: value for key, value in result.items() if key != "packed"} | whole


def findings_of(control: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of `controls` without the details of what passes, which no report has.

    An entry that has only findings stays as it is.
    """
    return {
        **control,
        "links": [_finding_of(link) for link in control["links"]],
        "other_paths": [] if control["verdict"] == COMPLIANT else control["other_paths"],
        "cases": [case for case in control["cases"] if case["coverage"] != FULL],
        "standards": [one for one in control["standards"] if one["status"] != PASS],
        "other_auditors": [one for one in control["other_auditors"] if one["differs"]],
    }


def _finding_of(link: Mapping[str, Any]) -> dict[str, Any]:
    if link["status"] == PASS:
        return {key: link[key] for key in ("link", "status", "code", "resource")}
    return dict(link)


def _verdict_of(control: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("control", "verdict") if control["verdict"] == COMPLIANT else ("control", "verdict", "reason", "fix")
    return {key: control[key] for key in keys}
