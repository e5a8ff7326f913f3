# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue's texts are the benchmarks', and what is installed does what each one named asks for.

prescribed_texts.json has every text as it was compared by program with copies of the benchmarks and of AWS's pages.
"""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils import coverage
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    AUDITORS,
    BENCHMARKS,
    CIS_BENCHMARKS,
    CONTROLS,
    SECURITY_HUB,
    Control,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import (
    FilterPatternError,
    normalize_white_space,
    parse,
)

RECORDED = json.loads(Path(__file__).with_name("prescribed_texts.json").read_text())
TEXTS: dict[str, str] = RECORDED["texts"]
EVERY_CONTROL = list(CONTROLS.values())
DEFAULT = (SECURITY_HUB, "cis_v7_0_0")
WITH_AUDITORS = (*DEFAULT, *AUDITORS)
# What must never be put: it matches nearly everything, restricts one name alone, or CloudWatch Logs rejects it.
BROKEN = ("1b", "1b-audit", "2-bad", "6-pr4", "13-audit3", "13-audit4")
PAIRS = [(control, benchmark) for control in EVERY_CONTROL for benchmark in control.prescriptions]

each_control = pytest.mark.parametrize("control", EVERY_CONTROL, ids=lambda control: control.name)
each_pair = pytest.mark.parametrize(
    ("control", "benchmark"), PAIRS, ids=[f"{control.name}-{benchmark}" for control, benchmark in PAIRS]
)


def control_of(key: str) -> Control:
    """Return the control of a recorded text, whose key begins with the control's number."""
    number = re.match(r"\d+", key)
    assert number
    return EVERY_CONTROL[int(number[0]) - 1]


def cases_of(control: Control, benchmark: str) -> list[str]:
    return [case.pattern for case in control.prescriptions[benchmark].cases]


def test_the_catalogue_has_the_fifteen() -> None:
    assert list(CONTROLS) == list(RECORDED["controls"])
    assert all(name == control.name for name, control in CONTROLS.items())


@each_control
def test_ids_and_texts_are_exact(control: Control) -> None:
    recorded = RECORDED["controls"][control.name]
    assert control.ids == recorded["ids"]
    for benchmark, texts in recorded["texts"].items():
        prescription = control.prescriptions[benchmark]
        assert prescription.texts == tuple(TEXTS[key] for key in texts["remediation"])
        assert prescription.audit == tuple(TEXTS[key] for key in texts.get("audit", ()))


@each_pair
def test_a_benchmark_s_own_text_catches_each_of_its_cases(control: Control, benchmark: str) -> None:
    for text, case in itertools.product(control.prescriptions[benchmark].texts, cases_of(control, benchmark)):
        assert coverage.covers(text, case) == "full", case


@each_pair
def test_what_is_put_for_a_benchmark_alone_does_its_work(control: Control, benchmark: str) -> None:
    texts = tuple(one.text for one in control.filters_for([benchmark]))
    assert texts
    for case in cases_of(control, benchmark):
        assert coverage.covers_together(texts, case) == "full", case


@pytest.mark.parametrize("names", [DEFAULT, WITH_AUDITORS, (*BENCHMARKS, *AUDITORS)])
@each_control
def test_what_is_put_satisfies_each_one_named_with_the_fewest_filters(control: Control, names: tuple[str, ...]) -> None:
    chosen = control.filters_for(names)
    asking = [name for name in names if name in control.searches or name in control.prescriptions]
    texts = [one.text for one in chosen]
    for name in asking:
        assert _is_content(control, name, texts), name
    for fewer in itertools.combinations(control.filters, len(chosen) - 1):
        assert not all(_is_content(control, name, [one.text for one in fewer]) for name in asking)


def _is_content(control: Control, name: str, texts: list[str]) -> bool:
    """Judge from the texts themselves: not by what the catalogue says that a benchmark is satisfied by."""
    if name in AUDITORS:
        return any(control.searches[name].finds(text) for text in texts)
    present = {normalize_white_space(text) for text in texts}
    prescribed = [TEXTS[key] for key in RECORDED["controls"][control.name]["texts"][name]["remediation"]]
    if name == SECURITY_HUB and control.name in ("iam_policy_changes", "route_table_changes"):
        # Which of its old text and its new one passes is not established: both must be there.
        number = EVERY_CONTROL.index(control) + 1
        return {normalize_white_space(TEXTS[f"{number}-sh{age}"]) for age in ("", "-old")} <= present
    if name in ("cis_v1_3_0", "cis_v1_4_0", "cis_v1_5_0") and control.name == "unauthorized_api_calls":
        return normalize_white_space(TEXTS["1c"]) in present  # the nearest text that works
    return any(normalize_white_space(text) in present for text in prescribed)


@each_control
def test_nothing_that_can_t_do_its_work_is_ever_put(control: Control) -> None:
    broken = {normalize_white_space(TEXTS[key]) for key in BROKEN}
    cases = tuple(case.pattern for case in control.all_cases)
    for one in control.filters:
        assert normalize_white_space(one.text) not in broken
        assert parse(one.text)
        assert not coverage.matches_nearly_everything(one.text, cases)
        assert coverage.covered_read_only_calls(one.text, cases) == ()


def test_the_text_for_denied_calls_of_v1_3_to_v1_5_matches_nearly_everything() -> None:
    control = CONTROLS["unauthorized_api_calls"]
    cases = tuple(case.pattern for case in control.all_cases)
    for key in ("1b", "1b-audit"):
        assert not coverage.matches_everything(TEXTS[key])
        assert coverage.matches_nearly_everything(TEXTS[key], cases)
        assert "GetCallerIdentity" in coverage.covered_read_only_calls(TEXTS[key], cases)
    for name in CIS_BENCHMARKS:
        assert {one.text for one in control.filters_for([name])} <= {TEXTS["1a"], TEXTS["1c"]}


def test_the_audit_s_text_for_route_tables_restricts_one_name_alone() -> None:
    for key in ("13-audit3", "13-audit4"):
        assert coverage.coverage(TEXTS[key], "DeleteRoute", "apigateway.amazonaws.com") == "full"
        assert coverage.coverage(TEXTS[key], "CreateRoute", "apigateway.amazonaws.com") == "none"


def test_the_text_without_its_last_parenthesis_is_rejected() -> None:
    for key in ("2-bad", "6-pr4"):
        with pytest.raises(FilterPatternError):
            parse(TEXTS[key])


@pytest.mark.parametrize(
    ("auditor", "rejected"),
    [
        ("prowler", {"13", "13-sh-old", "15"}),
        ("steampipe", {"1a", "1b-audit", "1-sh", "3-pr4", "6-pr4", "10a", "10-sh"}),
    ],
)
def test_what_auditors_find_is_what_their_own_expressions_found(auditor: str, rejected: set[str]) -> None:
    """The matrix that was evaluated with the tools' own expressions, over all texts."""
    assert {key for key, text in TEXTS.items() if not control_of(key).searches[auditor].finds(text)} == rejected


def test_auditors_take_the_order_of_names_as_their_expressions_do() -> None:
    control = CONTROLS["vpc_changes"]
    names = re.findall(r"\(.*?\)", TEXTS["14"])
    backwards = "{ " + " || ".join(reversed(names)) + " }"
    assert control.searches["prowler"].finds(backwards)
    assert not control.searches["steampipe"].finds(backwards)
    longer = TEXTS["13-sh"].replace("CreateRoute)", "CreateRouteX)")
    assert not CONTROLS["route_table_changes"].searches["prowler"].finds(longer)


def test_a_benchmark_that_lacks_the_control_asks_for_nothing() -> None:
    organizations = CONTROLS["organizations_changes"]
    assert organizations.filters_for([SECURITY_HUB]) == organizations.filters_for(["cis_v1_2_0"]) == ()
    assert [one.suffix for one in organizations.filters_for(["prowler"])] == ["_prowler"]


@each_control
def test_events_that_can_t_happen_are_no_cases(control: Control) -> None:
    assert not [case.name for case in control.all_cases if "Classic" in case.name]


@each_control
def test_collisions_are_caught_by_what_is_put_and_are_no_cases(control: Control) -> None:
    for event in control.collisions:
        degrees = {str(coverage.coverage(one.text, event.name, event.source)) for one in control.filters}
        assert "full" in degrees, event
        assert event not in control.all_events


@each_control
def test_what_is_said_to_be_caught_by_no_text_is_not(control: Control) -> None:
    sources = {event.source for event in control.all_events}
    for name, source in itertools.product(control.uncaught, sources):
        if name.isalpha() and sources != {"signin.amazonaws.com"}:
            texts = [text for each in control.prescriptions.values() for text in each.texts]
            assert {str(coverage.coverage(text, name, source)) for text in texts} == {"none"}, name


@each_control
def test_names_fit_what_aws_takes(control: Control) -> None:
    for suffix in (one.suffix for one in control.filters):
        assert re.fullmatch(r"[a-z0-9_]{1,255}", control.metric_name + suffix)
    assert all(len(one.text) <= 1024 for one in control.filters)
    assert len({one.suffix for one in control.filters}) == len(control.filters)


def test_no_two_controls_share_a_metric_or_an_alarm() -> None:
    assert (
        len({control.metric_name for control in EVERY_CONTROL}) == len({one.alarm_name for one in EVERY_CONTROL}) == 15
    )


def test_what_each_needs_of_the_trail() -> None:
    assert {one.name for one in EVERY_CONTROL if one.trail.reads} == {"unauthorized_api_calls", "root_usage"}
    excluded = {one.name: one.trail.excluded_sources for one in EVERY_CONTROL if one.trail.excluded_sources}
    assert excluded == {"kms_key_disable_or_delete": ("kms.amazonaws.com",)}
    assert {one.name for one in EVERY_CONTROL if one.trail.regions == ()} == {
        "console_signin_without_mfa",
        "root_usage",
        "console_authentication_failures",
    }
    assert {one.name: one.trail.regions for one in EVERY_CONTROL if one.trail.regions} == {
        "iam_policy_changes": ("us-east-1",),
        "organizations_changes": ("us-east-1", "cn-northwest-1"),
    }


def test_security_groups_get_what_they_always_got() -> None:
    control = CONTROLS["security_group_changes"]
    assert [(control.metric_name + one.suffix, one.text) for one in control.filters_for(DEFAULT)] == [
        ("security_group_changes_metric", TEXTS["10a"]),
        ("security_group_changes_metric_cis_v5", TEXTS["10b"]),
    ]
