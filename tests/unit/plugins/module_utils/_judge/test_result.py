# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of cis_monitoring_info with findings alone."""

from __future__ import annotations

from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.result import result_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import whole_account, with_pattern


def both(observation: Observation) -> tuple[dict[str, Any], dict[str, Any]]:
    """The one control's entry, with all details and with findings alone."""
    verdicts = [judge(observation, SECURITY_GROUP_CHANGES)]
    full, short = (result_of(observation, verdicts, findings_only=only) for only in (False, True))
    assert {**full, "controls": []} == {**short, "controls": []}
    return full["controls"][0], short["controls"][0]


def test_what_is_well_is_not_told_in_detail() -> None:
    full, short = both(whole_account())
    assert set(short) == set(full)
    assert {one["status"] for one in short["standards"]} == {one["status"] for one in full["standards"]} - {"pass"}
    assert {one["coverage"] for one in short["cases"]} == {one["coverage"] for one in full["cases"]} - {"full"}
    assert {(one["link"], one["resource"]) for one in short["links"]} == {
        (one["link"], one["resource"]) for one in full["links"]
    }
    assert all("detail" not in one for one in short["links"] if one["status"] == "pass")


def test_what_is_broken_is_told_whole() -> None:
    full, short = both(with_pattern("{ $.eventName = AnotherEvent }"))
    assert [one for one in short["links"] if one["status"] != "pass"] == [
        one for one in full["links"] if one["status"] != "pass"
    ]
    assert short["cases"] == full["cases"]
    assert [one["standard"] for one in short["standards"]] == [one["standard"] for one in full["standards"]]
    assert (short["reason"], short["fix"]) == (full["reason"], full["fix"])
