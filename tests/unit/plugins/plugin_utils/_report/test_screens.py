# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screens of the playbooks, on a terminal of 100 columns and 24 lines unless said otherwise."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import events
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.audit_screen import screen_of_audit
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.comparison import compare
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.drill_screen import screen_of_drills
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.events_screen import screen_of_events
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.outcome import compliance
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.page import to_html
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.rollout import fates
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.rollout_screen import screen_of_rollout
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.screen import Screen

from .fleet import FLEET, broken, fifteen, member, report_of, result

SIZE = (100, 24)
OTHER = "222233334444"


def shown(screen: Screen) -> list[str]:
    return screen.lines(*SIZE)


@pytest.mark.parametrize(
    ("counts", "of", "percentage"),
    [
        ({"compliant": 2}, 0, "100 %"),
        ({"compliant": 999, "covered_elsewhere": 1}, 0, "99 %"),
        ({"compliant": 1, "accepted": 999}, 0, "<1 %"),
        ({"compliant": 0, "declared": 1}, 0, "0 %"),
        ({"compliant": 1}, 4, "25 %"),
        ({}, 0, "\N{EN DASH}"),
    ],
)
def test_a_percentage_is_0_or_100_only_if_it_is_exactly_that(counts: dict[str, int], of: int, percentage: str) -> None:
    assert compliance(counts, of) == percentage


class TestAudit:
    def test_failures_come_first_and_who_passes_is_counted(self) -> None:
        report = report_of(FLEET)

        assert shown(screen_of_audit(report, "reports/latest/report.html"))[:-1] == [
            "CIS AWS Foundations v1.4.0, security_group_changes, 4 accounts: 2 compliant, 1 not, 1 unreachable",
            "(50 %)",
            "FAIL     broken  222233334444  ALARM_MISSING  -> remediate",
            "UNKNOWN  lost                  Could not read the caller's identity: ExpiredToken  -> check the",
            "                               credentials, the role and the network, then audit again",
            "EventBridge rules and alarms of a monitoring account are not part of the benchmark's notification",
            "path and are not evaluated.",
        ]
        assert shown(screen_of_audit(report, "reports/latest/report.html"))[-1] == "Report: reports/latest/report.html"

    def test_the_percentage_is_the_pages_and_counts_only_what_is_compliant(self) -> None:
        report = report_of({**FLEET, "member": member(covering="999900001111")})
        counts = {"compliant": 1, "covered_elsewhere": 1, "non_compliant": 1, "unreachable": 1}

        assert {name: count for name, count in report["counts"].items() if count} == counts
        assert " ".join(shown(screen_of_audit(report, "r"))[:2]).endswith(" 1 covered elsewhere, 1 unreachable (25 %)")
        assert "<b>25 %</b> of accounts compliant" in "".join(to_html(report))

    def test_all_are_listed_if_asked_for(self) -> None:
        lines = screen_of_audit(report_of(FLEET), "r", with_passing=True).all_lines()
        assert [line.split()[:2] for line in lines[1:5]] == [
            ["FAIL", "broken"],
            ["UNKNOWN", "lost"],
            ["compliant", "member"],
            ["compliant", "whole"],
        ]

    def test_of_several_controls_what_breaks_is_counted_unless_it_is_common_to_them(self) -> None:
        one, all_of_one = fifteen(OTHER), fifteen("333344445555")
        _break(one["controls"][:1], 3, "ALARM_ACTIONS_DISABLED", "Enable them.")
        _break(one["controls"][1:3], 2, "FILTER_MISSING", "Create one.")
        _break(all_of_one["controls"], 0, "TRAIL_SINGLE_REGION", "Make trail t a multi-region trail. It costs nothing.")

        lines = shown(screen_of_audit(report_of({"one": one, "anna": all_of_one, "whole": fifteen()}), "r"))

        assert lines[0] == "CIS AWS Foundations v1.4.0, 15 controls, 3 accounts: 1 compliant, 2 not (33 %)"
        assert sorted(lines[1:3]) == [
            "FAIL  anna  333344445555   0/15  TRAIL_SINGLE_REGION  -> make trail t a multi-region trail",
            "FAIL  one   222233334444  12/15  2 FILTER_MISSING, 1 ALARM_ACTIONS_DISABLED  -> remediate",
        ]

    def test_who_became_worse_since_the_last_report_is_named(self) -> None:
        report = report_of({"whole": broken("111122223333"), "other": result(OTHER)})
        before = {"whole": {"security_group_changes": "compliant"}, "other": {"security_group_changes": "compliant"}}
        report["comparison"] = compare(before, report["accounts"], {"read_at": "2026-11-22T05:00:00Z"})
        assert shown(screen_of_audit(report, "r"))[1] == "Since 2026-11-22T05:00:00Z: 1 worse (worse: whole)"

    def test_what_a_person_has_to_do_is_no_task_of_remediate(self) -> None:
        pending = broken()
        _break(pending["controls"], 5, "SUBSCRIPTION_PENDING", "Ask se***@example.com to confirm. SNS deletes it.")
        pending["controls"][0]["links"][3] |= {"status": "pass", "code": "OK"}
        assert shown(screen_of_audit(report_of({"a": pending}), "r"))[1].endswith(
            "SUBSCRIPTION_PENDING  -> ask se***@example.com to confirm"
        )

    def test_a_member_fails_for_the_account_that_covers_it(self) -> None:
        covering = {"whole": broken("111122223333"), "member": FLEET["member"]}
        lines = shown(screen_of_audit(report_of(covering), "r"))
        assert "-> fix account whole, which covers this one" in next(line for line in lines if "member" in line)

    def test_if_nothing_could_be_read_that_is_said(self) -> None:
        lines = shown(screen_of_audit(report_of({"lost": FLEET["lost"]}), "r"))
        assert lines[0] == "1 account: 0 compliant, 0 not, 1 unreachable (0 %)"
        assert "No account could be read, so nothing was audited." in lines[-2]

    def test_sixty_accounts_are_a_screen_and_each_failure_is_listed_or_counted(self) -> None:
        accounts: dict[str, Any] = {f"good-{at}": result(f"{at:012}") for at in range(20)}
        accounts |= {f"bad-{at}": broken(f"{at:012}") for at in range(100, 140)}

        lines = shown(screen_of_audit(report_of(accounts), "r"))

        assert len(lines) == 24
        assert not any("good-" in line for line in lines)
        assert sum("bad-" in line for line in lines) + int(lines[-4].split()[1]) == 40


def _break(controls: list[dict[str, Any]], link: int, code: str, fix: str) -> None:
    for control in controls:
        control |= {"verdict": "non_compliant", "reason": f"{code}.", "fix": fix}
        control["links"][link] |= {"status": "fail", "code": code, "detail": f"{code}.", "fix": fix}


class TestRollout:
    PLAN: ClassVar[Any] = {
        "account": OTHER,
        "changes": [],
        "kept": [],
        "covered": [],
        "pending": [],
        "blocked": "",
        "summary": [],
    }

    def plan(self, **changes: Any) -> dict[str, Any]:
        return {"cis_monitoring_before": {"plan": self.PLAN | changes, "check_mode": False}}

    def test_a_failure_stands_once_whatever_failed(self) -> None:
        changes = [{"summary": "Create topic t", "control": ""}]
        found = fates(
            {
                "blocked": self.plan(blocked="No trail qualifies."),
                "silent": self.plan(obstacles_message="No one confirmed."),
                "lost": {"cis_monitoring_before": {"failed": False, "msg": "ExpiredToken"}},
                "denied": {"__cis_monitoring_failure": "Denied.", **self.plan()},
                "changed": self.plan(changes=changes),
                "same": self.plan(),
            }
        )

        assert shown(screen_of_rollout("Remediation", found)) == [
            "Remediation, 6 accounts: 4 failed, 1 changed, 1 unchanged",
            "FAIL     blocked  222233334444  No trail qualifies.",
            "FAIL     silent   222233334444  No one confirmed.",
            "FAIL     lost                   ExpiredToken",
            "FAIL     denied   222233334444  Denied.",
            "changed  changed  222233334444  Create topic t",
        ]

    def test_who_has_to_confirm_is_listed(self) -> None:
        waiting = self.plan(pending=[{"endpoint": "se***@example.com", "confirm_by": "2026-11-25T05:00:00Z"}])
        assert "waiting for se***@example.com" in shown(screen_of_rollout("Remediation", fates({"a": waiting})))[1]


class TestDrills:
    def drill(self, outcome: str, summary: str) -> dict[str, Any]:
        leg = {"leg": "alarm", "status": "pass", "seconds": 0.5, "detail": "It went into ALARM."}
        return {
            "account": OTHER,
            "depth": "notification",
            "outcome": outcome,
            "summary": f"Account {OTHER}: {summary}",
            "legs": [leg],
            "controls": [{"control": "root_usage", "message": {"mail": ["Subject: ALARM", "", "You are receiving"]}}],
        }

    def test_what_did_not_pass_is_listed(self) -> None:
        drills = {
            "good": self.drill("passed", "The drill passed."),
            "bad": self.drill("failed", "The drill failed. Why."),
            "bare": self.drill("not_drilled", "Not tested. No metric filter."),
            "lost": None,
        }

        assert shown(screen_of_drills(drills, {"lost": "ExpiredToken"}, "reports/drills")) == [
            "Drill of depth notification, root_usage, 4 accounts: 1 passed, 1 failed, 1 not drilled, 1 not",
            "reached",
            "FAIL      bad   222233334444  The drill failed. Why.",
            "UNTESTED  bare  222233334444  No metric filter.",
            "UNTESTED  lost                ExpiredToken",
            "Stored for the next audit's report: reports/drills",
        ]

    def test_a_single_one_is_shown_in_full(self) -> None:
        assert shown(screen_of_drills({"one": self.drill("passed", "The drill passed.")}, {}, "")) == [
            "Drill of depth notification, root_usage, 1 account: 1 passed",
            "passed  one  222233334444  The drill passed.",
            "alarm     pass         0.5 s    It went into ALARM.",
            "Message of root_usage, as its recipient sees it:",
            "  Subject: ALARM",
            "",
            "  You are receiving",
        ]


class TestEvents:
    def test_who_was_not_searched_comes_before_the_newest_events(self) -> None:
        event = {
            "time": "2026-11-23T05:00:00Z", "event_id": "1", "who": "user eve", "source_ip": "203.0.113.7",
            "event": "CreateSecurityGroup", "resources": ["sg-1"], "outcome": "allowed", "error_code": "",
            "region": "eu-west-1", "account": OTHER, "expected": False,
        }  # fmt: skip
        control = {"control": "security_group_changes", "note": ""}
        report = events.build(
            {
                "busy": {"account": OTHER, "controls": [control], "events": [event] * 40},
                "bare": {"account": "333344445555", "controls": [{**control, "note": "No metric filter."}]},
                "lost": {"msg": "ExpiredToken"},
            }
        )

        lines = shown(screen_of_events(report, "r/events.csv"))

        assert lines[:3] == [
            "Matching events, security_group_changes, 3 accounts: 40 events, 1 not searched",
            "UNKNOWN  lost                ExpiredToken",
            "NOTE     bare  333344445555  No metric filter.",
        ]
        assert lines[3].startswith("time ")
        assert lines[-2:] == ["and 22 more, see the report", "Report: r/events.csv"]
        assert len(lines) == 24
