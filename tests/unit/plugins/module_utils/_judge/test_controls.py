# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on each of the fifteen controls: what each needs of the trail and of its filters, apart."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, NoReturn

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils import coverage
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    AdvancedSelector,
    BasicSelector,
    EventSelectors,
    FieldSelector,
    Observation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import BENCHMARKS, CONTROLS, Control
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.subject import concerns
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.result import result_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Verdict, judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    GROUP_ARN,
    MANAGEMENT,
    a_filter,
    a_group,
    a_trail,
    all_controls,
    an_alarm,
    with_alarms,
    with_controls,
)

DENIED, MFA, ROOT = "unauthorized_api_calls", "console_signin_without_mfa", "root_usage"
IAM, KMS, ORGANIZATION = "iam_policy_changes", "kms_key_disable_or_delete", "organizations_changes"
FAILURES, ROUTES = "console_authentication_failures", "route_table_changes"
NEARLY_EVERYTHING = CONTROLS[DENIED].prescriptions["cis_v1_5_0"].texts[0]

each_control = pytest.mark.parametrize("control", CONTROLS.values(), ids=lambda control: control.name)


def verdicts(observation: Observation, benchmark: str = "cis_v1_4_0") -> dict[str, Verdict]:
    return {name: judge(observation, control, benchmark) for name, control in CONTROLS.items()}


def failing(observation: Observation) -> dict[str, str]:
    """The code of the first link that does not hold, by control."""
    found = verdicts(observation).items()
    return {
        name: next(link.code for link in verdict.links if not link.holds)
        for name, verdict in found
        if verdict.verdict != "compliant"
    }


def with_text(name: str, text: str) -> Observation:
    """An account whose one filter has the text, with an alarm as the control has it."""
    control = CONTROLS[name]
    metric = control.metric_name
    observation = with_alarms(an_alarm(name=control.alarm_name, metric_name=metric))
    group = a_group(a_filter(text, "f", metric_name=metric))
    return dataclasses.replace(observation, log_groups={GROUP_ARN: group})


def judged(name: str, text: str, benchmark: str = "cis_v1_4_0") -> Verdict:
    return judge(with_text(name, text), CONTROLS[name], benchmark)


@pytest.mark.parametrize("benchmark", BENCHMARKS)
def test_what_is_installed_is_compliant_by_every_benchmark(benchmark: str) -> None:
    for name, control in CONTROLS.items():
        if benchmark in control.ids:
            asking = {benchmark, "security_hub", "cis_v7_0_0"}
            verdict = judge(with_controls([control], asking), control, benchmark)
            assert (name, verdict.verdict, verdict.reason) == (name, "compliant", verdict.reason)
            assert [link.status for link in verdict.links] == ["pass"] * 6, name


def test_the_filters_of_all_controls_side_by_side_are_judged_apart() -> None:
    assert failing(all_controls()) == {}


@each_control
def test_a_filter_for_one_control_is_no_broken_filter_for_another(control: Control) -> None:
    asking = ("security_hub", "cis_v7_0_0", "prowler", "steampipe")
    assert failing(with_controls([control], asking)) == {
        name: "FILTER_MISSING" for name in CONTROLS if name != control.name
    }


@each_control
def test_without_its_filters_a_control_alone_is_not_compliant(control: Control) -> None:
    others = [other for other in CONTROLS.values() if other is not control]
    assert failing(with_controls(others)) == {control.name: "FILTER_MISSING"}


class TestTrail:
    @pytest.mark.parametrize(
        "selectors",
        [
            EventSelectors(basic=(BasicSelector("All", True, ("kms.amazonaws.com",)),)),
            EventSelectors(
                advanced=(
                    AdvancedSelector((MANAGEMENT, FieldSelector("eventSource", {"NotEquals": ("kms.amazonaws.com",)}))),
                )
            ),
        ],
    )
    def test_a_trail_without_the_events_of_kms_voids_the_control_on_keys_alone(self, selectors: EventSelectors) -> None:
        observation = all_controls(trails=(a_trail(selectors=selectors),))
        assert failing(observation) == {KMS: "TRAIL_EVENTS_EXCLUDED"}
        found = {one.standard: (one.status, one.code) for one in verdicts(observation)[KMS].standards}
        assert found["cis_v7_0_0"] == ("fail", "TRAIL_EVENTS_EXCLUDED")
        assert found["security_hub"] == ("fail", "CLOUDTRAIL_MULTI_REGION_NOT_PRESENT")

    @pytest.mark.parametrize(
        "selectors",
        [
            EventSelectors(basic=(BasicSelector("WriteOnly", True),)),
            EventSelectors(
                advanced=(AdvancedSelector((MANAGEMENT, FieldSelector("readOnly", {"Equals": ("false",)}))),)
            ),
        ],
    )
    def test_a_trail_of_writes_alone_is_enough_but_for_denied_calls_and_root(self, selectors: EventSelectors) -> None:
        found = failing(all_controls(trails=(a_trail(selectors=selectors),)))
        assert found == {DENIED: "TRAIL_EVENTS_EXCLUDED", ROOT: "TRAIL_EVENTS_EXCLUDED"}

    def test_reads_and_writes_may_come_by_two_selectors(self) -> None:
        both = EventSelectors(basic=(BasicSelector("WriteOnly", True), BasicSelector("ReadOnly", True)))
        assert failing(all_controls(trails=(a_trail(selectors=both),))) == {}

    def test_a_trail_of_one_region_misses_what_is_recorded_in_others(self) -> None:
        found = failing(all_controls(trails=(a_trail(is_multi_region=False),)))
        assert found == dict.fromkeys(CONTROLS, "TRAIL_SINGLE_REGION")
        one = verdicts(all_controls(trails=(a_trail(is_multi_region=False),)))
        assert "recorded in us-east-1" in one[IAM].reason
        assert "recorded in several regions" in one[ROOT].reason

    def test_a_trail_of_the_region_of_global_services_has_their_events(self) -> None:
        observation = all_controls(trails=(a_trail(is_multi_region=False, home_region="us-east-1"),))
        assert set(CONTROLS) - set(failing(observation)) == {IAM, ORGANIZATION}
        verdict = verdicts(observation)[IAM]
        assert (verdict.links[0].status, verdict.links[0].code) == ("warn", "TRAIL_SINGLE_REGION")
        # The benchmark's own procedure wants all regions.
        assert {one.status for one in verdict.standards if one.standard.startswith("cis")} == {"fail"}


class TestFilters:
    @pytest.mark.parametrize("benchmark", ["cis_v1_3_0", "cis_v1_4_0", "cis_v1_5_0"])
    def test_the_text_that_matches_nearly_everything_passes_their_audit_and_not_ours(self, benchmark: str) -> None:
        verdict = judged(DENIED, NEARLY_EVERYTHING, benchmark)
        assert (verdict.verdict, verdict.links[2].code) == ("non_compliant", "FILTER_TOO_BROAD")
        assert "The prescribed pattern is not sufficient." in CONTROLS[DENIED].mend(benchmark)
        found = {one.standard: one.status for one in verdict.standards}
        assert (found[benchmark], found["cis_v1_2_0"], found["cis_v2_0_0"]) == ("pass", "fail", "fail")

    def test_what_is_caught_too_is_relative_to_the_control(self) -> None:
        for name in (DENIED, ROOT):
            (text,) = CONTROLS[name].prescriptions["cis_v1_2_0"].texts
            assert judged(name, text).links[2].findings[0].code == "OK"
        beside = judged(DENIED, '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "A*") }')
        assert [finding.code for finding in beside.links[2].findings] == ["FILTER_TOO_BROAD"]

    def test_a_narrowed_condition_is_shown_with_a_record_that_is_missed(self) -> None:
        refused = '($.errorCode = "*UnauthorizedOperation") && ($.userIdentity.arn != "*ci*")'
        text = f'{{ {refused} || ($.errorCode = "AccessDenied*") }}'
        verdict = judged(DENIED, text)
        assert verdict.links[2].code == "FILTER_NARROWED"
        entry = next(entry for entry in verdict.as_dict()["cases"] if entry["coverage"] == "narrowed")
        assert "userIdentity.arn" in entry["condition"]
        assert entry["example"]["errorCode"].endswith("UnauthorizedOperation")
        assert json.dumps(entry["example"]) in verdict.reason

    def test_a_star_that_is_missing_misses_the_refusals_of_ec2(self) -> None:
        verdict = judged(DENIED, '{ ($.errorCode = "UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }')
        assert (verdict.verdict, verdict.links[2].code) == ("non_compliant", "FILTER_NARROWED")

    def test_the_text_for_single_sign_on_does_not_see_root_and_is_enough_from_v1_4_0_on(self) -> None:
        text = CONTROLS[MFA].filters[1].text
        assert judged(MFA, text, "cis_v7_0_0").verdict == "compliant"
        old = judged(MFA, text, "cis_v1_2_0")
        assert old.links[2].code == "FILTER_EVENTS_UNCOVERED"
        assert "the root user signs in without MFA" in old.reason

    def test_a_pattern_that_lost_its_quotes_can_not_be_read(self) -> None:
        verdict = judged(FAILURES, "{ ($.eventName = ConsoleLogin) && ($.errorMessage = Failed authentication) }")
        assert (verdict.verdict, verdict.links[2].code) == ("unknown", "FILTER_PATTERN_INVALID")

    def test_the_use_of_a_key_that_is_pending_deletion_is_another_thing(self) -> None:
        verdict = judged(KMS, '{ $.eventSource = kms* && $.errorMessage = "* is pending deletion." }')
        assert verdict.verdict == "non_compliant"


class TestSubject:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ('{ $.userIdentity.type = "Root" }', {ROOT}),
            ('{ $.userIdentity.type = "root" }', {ROOT}),
            ('{ ($.errorCode = "AccessDenied*") && ($.userIdentity.arn != "*ci*") }', {DENIED}),
            ("{ $.eventName = CreatePolicy }", {IAM, ORGANIZATION}),
            ("{ ($.eventSource = organizations.amazonaws.com) && ($.eventName = CreatePolicy) }", {ORGANIZATION}),
            ("{ ($.eventName = CreatePolicy) || ($.eventName = AttachRolePolicy) }", {IAM}),
            ('{ ($.eventName = ConsoleLogin) && ($.additionalEventData.MFAUsed = "No") }', {MFA}),
            ("{ $.eventName = ConsoleLogin }", {MFA, FAILURES}),
            ("{ ($.eventSource = kms.amazonaws.com) && ($.eventName = CreateRoute) }", {ROUTES}),
            ("{ ($.eventName = DisableKey) && ($.eventName = ScheduleKeyDeletion) }", {KMS}),
            (NEARLY_EVERYTHING, {DENIED}),
            ('{ $.eventName = "HeadBucket" }', set()),
            ("{ $.sourceIPAddress = 10.0.0.1 }", set()),
            ("", set(CONTROLS)),
            ('{ $.eventName = "*" }', set(CONTROLS)),
            ("{ ($.eventName = DisableKey && ", {KMS}),
            ('{ ($.eventName = "Dis*" && ', set(CONTROLS)),
            ("{ $.eventName = createroute }", {ROUTES}),
            ('{ ($.eventName = DeleteRoute) && ($.errorCode != "AccessDenied*") }', {ROUTES}),
        ],
    )
    def test_a_text_is_about(self, text: str, names: set[str]) -> None:
        assert {name for name in CONTROLS if concerns(text, name)} == names

    def test_colliding_events_of_other_services_are_a_note_and_no_fault(self) -> None:
        found = verdicts(all_controls())
        assert found[IAM].verdict == "compliant"
        (note,) = found[IAM].notes
        assert "CreatePolicy of iot, organizations, resiliencehub or verifiedpermissions" in note
        assert "DeleteRoute of apigateway, appmesh or refactor-spaces" in found[ROUTES].notes[0]
        source = CONTROLS[ROUTES].filters[1].text
        assert judged(ROUTES, source).notes == ()


class TestStandards:
    def found(self, observation: Observation, name: str) -> dict[str, tuple[str, str]]:
        standards = judge(observation, CONTROLS[name]).standards if name != ORGANIZATION else ()
        return {one.standard: (one.status, one.code) for one in standards}

    def test_no_finding_of_a_standard_of_security_hub_is_no_pass(self) -> None:
        nothing = ("no_finding", "NO_FINDING")
        for name in (MFA, IAM):
            found = self.found(all_controls(), name)
            assert found["security_hub_cis_v3_0_0"] == found["security_hub_cis_v5_0_0"] == nothing
            assert ("security_hub_cis_v1_4_0" in found) is (name == MFA)
        organization = judge(all_controls(), CONTROLS[ORGANIZATION]).standards
        assert [one.standard for one in organization if one.status == "no_finding"] == ["security_hub"]

    def test_what_no_finding_means_is_not_repeated_for_each_control(self) -> None:
        entries = judge(all_controls(), CONTROLS[MFA]).as_dict()["standards"]
        assert [one for one in entries if one["standard"] == "security_hub_cis_v1_4_0"] == [
            {"standard": "security_hub_cis_v1_4_0", "id": "CloudWatch.3", "status": "no_finding", "code": "NO_FINDING"}
        ]

    @pytest.mark.parametrize("name", [IAM, ROUTES])
    def test_where_it_is_not_established_which_text_passes_one_of_two_is_unknown(self, name: str) -> None:
        assert self.found(all_controls(), name)["security_hub"] == ("pass", "OK")
        for one in CONTROLS[name].filters:
            assert self.found(with_text(name, one.text), name)["security_hub"][0] == "unknown"
        assert self.found(with_text(name, "{ $.eventName = x }"), name)["security_hub"][0] == "fail"

    def test_the_audits_own_text_passes_where_it_differs_from_the_remediations(self) -> None:
        (audit,) = CONTROLS[ROUTES].prescriptions["cis_v7_0_0"].audit
        found = judged(ROUTES, audit, "cis_v7_0_0")
        assert {one.standard: one.status for one in found.standards}["cis_v7_0_0"] == "pass"


def test_nothing_is_proven_again_for_an_account_with_the_same_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: object, **_options: object) -> NoReturn:
        raise AssertionError("something is proven again")

    first = verdicts(all_controls())
    monkeypatch.setattr(coverage.proof, "coverage_of", never)
    monkeypatch.setattr(coverage.breadth, "coverage_of", never)
    assert {name: one.verdict for name, one in verdicts(all_controls()).items()} == {
        name: one.verdict for name, one in first.items()
    }


def size(observation: Observation, controls: list[Control]) -> int:
    found = [judge(observation, control) for control in controls]
    return len(json.dumps(result_of(observation, found)))


def test_the_evidence_is_that_of_the_account_and_each_thing_is_in_it_once() -> None:
    observation = all_controls()
    result: dict[str, Any] = result_of(observation, list(verdicts(observation).values()))
    evidence = result["evidence"]
    assert [len(evidence[key]) for key in ("trails", "log_groups", "alarms", "topics")] == [1, 1, 15, 1]
    group = observation.log_groups[GROUP_ARN]
    assert len(evidence["metric_filters"]) == len(group.filters)  # type: ignore[union-attr,arg-type]
    assert not any("evidence" in control for control in result["controls"])
