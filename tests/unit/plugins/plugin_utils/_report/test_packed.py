# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A result of cis_monitoring_info as the run of an audit keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.packed import findings_of, packed, unpacked
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    whole_account,
    with_pattern,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import (
    FIFTEEN,
    broken,
    of_observation,
    result,
)


def entry(observation: Observation) -> dict[str, Any]:
    (control,) = of_observation(observation, SECURITY_GROUP_CHANGES)["controls"]
    return dict(control)


class TestFindings:
    def test_what_is_well_is_not_told_in_detail(self) -> None:
        full = entry(whole_account())
        short = findings_of(full)
        assert set(short) == set(full)
        assert {one["status"] for one in short["standards"]} == {one["status"] for one in full["standards"]} - {"pass"}
        assert {one["coverage"] for one in short["cases"]} == {one["coverage"] for one in full["cases"]} - {"full"}
        assert [(one["link"], one["resource"]) for one in short["links"]] == [
            (one["link"], one["resource"]) for one in full["links"]
        ]
        assert all("detail" not in one for one in short["links"] if one["status"] == "pass")

    def test_what_is_broken_is_told_whole(self) -> None:
        full = entry(with_pattern("{ $.eventName = AnotherEvent }"))
        short = findings_of(full)
        assert [one for one in short["links"] if one["status"] != "pass"] == [
            one for one in full["links"] if one["status"] != "pass"
        ]
        assert short["cases"] == full["cases"]
        assert [one["standard"] for one in short["standards"]] == [one["standard"] for one in full["standards"]]
        assert (short["reason"], short["fix"]) == (full["reason"], full["fix"])


class TestPacked:
    @pytest.mark.parametrize("found", [result(), broken(), of_observation(whole_account(trails=()), *FIFTEEN)])
    def test_nothing_but_details_of_what_is_well_is_lost(self, found: dict[str, Any]) -> None:
        assert unpacked(packed(found)) == {**found, "controls": [findings_of(one) for one in found["controls"]]}

    def test_plays_that_come_later_read_the_verdicts(self) -> None:
        assert packed(result())["controls"] == [{"control": "security_group_changes", "verdict": "compliant"}]
        (control,) = packed(broken())["controls"]
        assert (control["reason"], control["fix"]) == ("Nobody is told.", "Tell somebody.")
        assert packed(broken())["summary"] == broken()["summary"]

    @pytest.mark.parametrize("found", [{"failed": True, "msg": "AccessDenied"}, {"skipped": True}])
    def test_what_is_no_result_of_an_account_stays_as_it_is(self, found: dict[str, Any]) -> None:
        assert packed(found) == found
        assert unpacked(found) == found
        assert unpacked(None) is None
