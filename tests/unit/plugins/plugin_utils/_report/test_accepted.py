# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people accept: which controls count as accepted, and which rules are of no use any more."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import (
    Acceptance,
    faults,
    lines,
)
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.entry import of_result
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.rules import merged
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    GROUP_ARN,
    PENDING,
    REGION,
    TOPIC_ARN,
    a_group,
    a_topic,
    a_trail,
    an_alarm,
    whole_account,
    with_alarms,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import broken, of_observation

TODAY = date(2026, 11, 23)
RULE = {"control": "security_group_changes", "code": "ALARM_MISSING", "accounts": ["br*"], "reason": "We know."}


def acceptance(*rules: dict[str, Any], **of_hosts: list[dict[str, Any]]) -> Acceptance:
    return Acceptance(rules, of_hosts, TODAY)


def applied(found: Acceptance, name: str = "broken", result: dict[str, Any] | None = None) -> Any:
    """What is accepted of the account's one control."""
    account = of_result(name, result or broken())
    found.apply(account)
    return account["controls"][0]["accepted"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"accounts": ["222233334444"]},
        {"accounts": ["*"], "code": "all"},
        {"control": "all"},
        {"until": "2026-11-23"},
    ],
)
def test_a_fault_that_a_rule_is_about_is_accepted(changes: dict[str, Any]) -> None:
    found = acceptance({**RULE, **changes})
    assert applied(found) == {"reason": "We know.", "until": changes.get("until")}
    assert [rule["met"] for rule in found.told()] == [1]
    assert lines(found.told()) == []


@pytest.mark.parametrize(
    "changes", [{"accounts": ["BR*"]}, {"accounts": ["22"]}, {"code": "ALARM_UNIT"}, {"control": "root_usage"}]
)
def test_any_other_fault_is_not_and_the_rule_that_met_nothing_is_said(changes: dict[str, Any]) -> None:
    found = acceptance({**RULE, **changes})
    assert applied(found) is None
    [said] = lines(found.told())
    assert said.endswith("no finding matched. Remove it, or correct it.")


@pytest.mark.parametrize(
    ("met", "words"),
    [
        (0, "No finding matched."),
        (1, "1 control that it matched counts again."),
        (2, "2 controls that it matched count again."),
    ],
)
def test_what_an_expired_rule_matched_is_counted(met: int, words: str) -> None:
    found = acceptance({**RULE, "until": "2026-11-22"})
    for _number in range(met):
        applied(found)
    assert lines(found.told())[0].endswith(f"expired on 2026-11-22. {words}")


def test_an_expired_rule_accepts_nothing_and_is_said() -> None:
    found = acceptance({**RULE, "until": "2026-11-22"})
    assert applied(found) is None
    [said] = lines(found.told())
    assert said.endswith("ALARM_MISSING, br*: expired on 2026-11-22. 1 control that it matched counts again.")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": " "}, "has no reason"),
        ({"until": "next year"}, "'next year', which is not a date. Use the format 2027-01-31"),
    ],
)
def test_a_rule_without_a_reason_or_with_a_wrong_date_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        acceptance({**RULE, **changes})


def test_what_is_compliant_or_could_not_be_read_needs_no_rule() -> None:
    found = acceptance({**RULE, "accounts": ["*"], "code": "all"})
    assert applied(found, result=of_observation(whole_account(), SECURITY_GROUP_CHANGES)) is None
    lost = of_result("lost", {"failed": True, "msg": "denied"})
    found.apply(lost)
    assert lost["controls"] == []


def test_each_fault_of_a_control_must_be_accepted() -> None:
    """A filter that is too narrow must not hide that nobody confirmed the subscription either."""
    both = whole_account(
        alarms={REGION: (an_alarm(actions_enabled=False),)}, topics={TOPIC_ARN: a_topic(subscriptions=(PENDING,))}
    )
    result = of_observation(both, SECURITY_GROUP_CHANGES)
    first = {**RULE, "code": "ALARM_ACTIONS_DISABLED", "accounts": ["*"]}
    second = {**RULE, "code": "SUBSCRIPTION_PENDING", "accounts": ["*"], "reason": "Soon.", "until": "2026-12-01"}
    assert applied(acceptance(first), result=result) is None
    assert applied(acceptance(first, second), result=result) == {"reason": "We know. Soon.", "until": "2026-12-01"}


@pytest.mark.parametrize(
    ("observation", "codes"),
    [
        (whole_account(trails=(), log_groups={}), ["TRAIL_MISSING"]),
        (whole_account(trails=(a_trail(log_group_arn=None),), log_groups={}), ["TRAIL_WITHOUT_LOG_GROUP"]),
        (whole_account(log_groups={GROUP_ARN: a_group(filters=())}), ["FILTER_MISSING"]),
        (with_alarms(), ["ALARM_MISSING"]),
        (with_alarms(an_alarm(alarm_actions=())), ["ALARM_WITHOUT_ACTION"]),
    ],
)
def test_what_only_follows_from_a_fault_is_none_of_its_own(observation: Any, codes: list[str]) -> None:
    account = of_result("one", of_observation(observation, SECURITY_GROUP_CHANGES))
    assert faults(account["controls"][0]) == codes


def test_a_consequence_is_marked_as_one_and_not_by_its_words() -> None:
    account = of_result("one", of_observation(with_alarms(), SECURITY_GROUP_CHANGES))
    *_others, alarm, topic, subscription = links = account["controls"][0]["links"]
    assert [link.get("consequence", False) for link in links] == [False, False, False, False, True, True]
    topic["fix"] = subscription["fix"] = "Anything."
    assert faults(account["controls"][0]) == ["ALARM_MISSING"]
    del topic["consequence"]
    assert faults(account["controls"][0]) == ["ALARM_MISSING", "TOPIC_MISSING"]
    alarm["fix"] = "Mend the metric filter first."
    assert "ALARM_MISSING" not in faults(account["controls"][0])


def test_a_report_from_before_consequences_were_marked_is_read_as_it_was() -> None:
    account = of_result("one", of_observation(with_alarms(), SECURITY_GROUP_CHANGES))
    for link in account["controls"][0]["links"]:
        if link.pop("consequence", False):
            link["fix"] = "Mend the alarm first."
    assert faults(account["controls"][0]) == ["ALARM_MISSING"]


def test_rules_of_a_host_are_about_that_host_alone() -> None:
    everywhere = {**RULE, "accounts": ["*"]}
    assert applied(acceptance(broken=[everywhere]), "other") is None
    assert applied(acceptance(broken=[everywhere])) is not None
    assert applied(acceptance(everywhere, broken=[])) is None


def test_merged_rules_have_met_what_those_of_all_parts_did() -> None:
    met, unmet = acceptance(RULE), acceptance(RULE)
    applied(met)
    assert [rule["met"] for rule in merged([*met.told(), *unmet.told()])] == [1]
