# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which drills of an account are kept, and what of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drills import kept, newest
from jsonschema import Draft202012Validator

SCHEMA = json.loads((Path(__file__).parents[5] / "docs" / "report.schema.json").read_text())
LEGS = [{"leg": "pattern", "status": "pass", "seconds": None, "detail": "AWS matches every record."}]


def drilled(when: str, *controls: str, depth: str = "pattern") -> dict[str, Any]:
    """A drill as cis_monitoring_drill tells of it, with some of what is not kept."""
    told = {"outcome": "passed", "summary": "The drill passed.", "legs": LEGS, "message": None}
    each = [{"control": control, **told} for control in controls]
    return {"when": f"2026-11-0{when}T05:00:00Z", "depth": depth, **told, "controls": each, "removed": []}


def days(drills: Sequence[dict[str, Any]]) -> list[str]:
    return [drill["when"][9] for drill in newest(drills)]


def test_a_later_drill_of_the_same_controls_takes_the_place() -> None:
    assert days([drilled("1", "vpc_changes"), drilled("2", "vpc_changes")]) == ["2"]
    assert days([drilled("1", "vpc_changes", depth="full"), drilled("2", "vpc_changes")]) == ["2", "1"]


def test_one_of_fewer_controls_does_not_take_the_place_of_one_of_more() -> None:
    of_two, of_one = drilled("1", "vpc_changes", "nacl_changes"), drilled("2", "vpc_changes")
    assert days([of_two, of_one]) == ["2", "1"]
    assert days([of_two, of_one, drilled("3", "nacl_changes", "vpc_changes")]) == ["3"]


def test_a_drill_of_version_1_knew_of_no_controls() -> None:
    older = {name: value for name, value in drilled("1").items() if name != "controls"}
    assert kept(older)["controls"] == []
    assert days([older, drilled("2", "vpc_changes")]) == ["2"]


def test_what_is_kept_is_as_the_schema_says() -> None:
    found = kept(drilled("1", "vpc_changes"))
    schema = {"$ref": "#/$defs/drill", "$defs": SCHEMA["$defs"]}
    assert list(Draft202012Validator(schema).iter_errors(found)) == []
    assert list(Draft202012Validator(schema).iter_errors({**found, "controls": [{}]})) != []
    assert set(found) == {"when", "depth", "outcome", "summary", "legs", "controls"}
    assert set(found["controls"][0]) == {"control", "outcome", "summary", "legs"}
