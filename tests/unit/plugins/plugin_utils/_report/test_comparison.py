# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has changed since another report."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report as reports
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import Acceptance
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.comparison import (
    cells,
    compare,
    lines,
    regressions,
)
from ansible_collections.aws_cis.monitoring.tests.unit.observations import whole_account
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import (
    broken,
    fifteen,
    member,
    parts_of,
    report_of,
    result,
)

BEFORE = {"name": "2026-11-22T050000Z", "read_at": "2026-11-22T05:00:00Z"}
LOST = {"failed": True, "msg": "denied"}
UNSEEN = result(verdict="unknown", reason="Denied.")


def compared(before: dict[str, Any], now: dict[str, Any], *arguments: Any) -> dict[str, Any]:
    return compare(cells(report_of(before)["accounts"]), report_of(now, None, *arguments)["accounts"], BEFORE)


def kinds(comparison: dict[str, Any]) -> dict[str, list[Any]]:
    """The changes, each as its account or, of a control that is new or gone everywhere, that."""
    return {
        kind: [one["name"] or one["control"] for one in comparison[kind]]
        for kind in ("worse", "better", "new", "gone")
        if comparison[kind]
    }


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (result(), broken(), "worse"),
        (result(), UNSEEN, "worse"),
        (result(), LOST, "worse"),
        (UNSEEN, broken(), "worse"),
        (broken(), result(), "better"),
        (LOST, result(), "better"),
        (broken(), UNSEEN, None),
        (broken(), LOST, None),
        (UNSEEN, LOST, None),
        (broken(), broken(reason="Another one."), None),
        (result(), member(covering="999988887777"), None),
    ],
)
def test_what_became_worse_or_better(before: dict[str, Any], now: dict[str, Any], kind: str | None) -> None:
    assert kinds(compared({"one": before}, {"one": now})) == ({kind: ["one"]} if kind else {})


def test_accounts_and_controls_that_are_new_or_gone() -> None:
    assert kinds(compared({"a": result(), "b": result()}, {"b": result(), "c": broken()})) == {
        "new": ["c"],
        "gone": ["a"],
    }
    more = compared({"a": result()}, {"a": fifteen()})
    assert len(more["new"]) == 14
    assert {one["name"] for one in more["new"]} == {None}
    assert len(compared({"a": fifteen()}, {"a": result()})["gone"]) == 14


def test_of_several_controls_those_that_changed_are_named() -> None:
    found = compared({"a": fifteen()}, {"a": fifteen(observation=whole_account())})
    assert len(found["worse"]) == 14
    assert "security_group_changes" not in {one["control"] for one in found["worse"]}
    assert lines(found)[0] == "Since 2026-11-22T05:00:00Z: 14 worse"
    assert lines(found)[1] == "worse   a  unauthorized_api_calls: was compliant, is non compliant"


def test_what_is_accepted_is_no_regression() -> None:
    rule = {"control": "all", "accounts": ["*"], "reason": "We know."}
    found = compared({"one": result()}, {"one": broken()}, Acceptance([rule], {}, date(2026, 11, 23)))
    assert [one["accepted"] for one in found["worse"]] == [True]
    assert regressions(found) == {}
    assert lines(found)[1].endswith("(accepted)")
    assert regressions(compared({"one": result()}, {"one": broken()})) == {
        "one": "security_group_changes: was compliant, is non compliant"
    }


def test_accepting_a_finding_makes_nothing_better_nor_its_expiry_worse() -> None:
    rule = {"control": "all", "accounts": ["*"], "reason": "We know.", "until": "2026-11-22"}
    then = report_of({"one": broken()}, None, Acceptance([rule], {}, date(2026, 11, 22)))
    now = report_of({"one": broken()}, None, Acceptance([rule], {}, date(2026, 11, 23)))
    assert (then["counts"]["accepted"], now["counts"]["accepted"]) == (1, 0)
    for one, other in ((then, now), (now, then)):
        assert kinds(compare(cells(one["accounts"]), other["accounts"], BEFORE)) == {}


def test_merged_slices_compare_as_a_whole() -> None:
    before = report_of({"a": result(), "b": broken()})
    slices = [report_of({"a": broken()}), report_of({"b": result()})]
    merged = reports.merge(map(parts_of, slices))
    assert kinds(compare(cells(before["accounts"]), merged["accounts"], BEFORE)) == {"worse": ["a"], "better": ["b"]}


def test_without_another_report_nothing_is_said() -> None:
    assert lines(None) == []
    assert regressions(None) == {}
