# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that count calls which change nothing: each control with the reading calls of its service."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    BasicSelector,
    EventSelectors,
    Observation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    GROUP_ARN,
    REGION,
    TRAIL_ARN,
    a_filter,
    a_group,
    a_trail,
    an_alarm,
    whole_account,
)

EVERY_EVENT = {
    "kms_key_disable_or_delete": "kms",
    "config_changes": "config",
    "iam_policy_changes": "iam",
    "organizations_changes": "organizations",
    "cloudtrail_configuration_changes": "cloudtrail",
    "s3_bucket_policy_changes": "s3",
    "nacl_changes": "ec2",
}
WILDCARDS = {
    "nacl_changes": "*NetworkAcl*",
    "network_gateway_changes": "*Gateway*",
    "route_table_changes": "*Route*",
    "vpc_changes": "*Vpc*",
    "iam_policy_changes": "*Policy*",
    "organizations_changes": "*",
    "cloudtrail_configuration_changes": "*Trail*",
    "config_changes": "*Config*",
}
WRITES_ONLY = EventSelectors(basic=(BasicSelector("WriteOnly", True),))


def account(control: str, pattern: str, selectors: EventSelectors | None = None) -> Observation:
    metric = CONTROLS[control].metric_name
    return whole_account(
        trails=(a_trail(**({"selectors": selectors} if selectors else {})),),
        log_groups={GROUP_ARN: a_group(a_filter(pattern, metric_name=metric))},
        alarms={REGION: (an_alarm(metric_name=metric),)},
    )


def findings(observation: Observation, control: str) -> dict[str, tuple[str, str]]:
    link = judge(observation, CONTROLS[control], "cis_v7_0_0").links[2]
    return {finding.code: (finding.status, finding.detail) for finding in link.findings}


@pytest.mark.parametrize(("control", "service"), EVERY_EVENT.items())
def test_every_event_of_a_service_is_too_much(control: str, service: str) -> None:
    pattern = f"{{ $.eventSource = {service}.amazonaws.com }}"
    status, _detail = findings(account(control, pattern), control)["FILTER_TOO_BROAD"]
    assert status == ("fail" if service == "kms" else "warn")


@pytest.mark.parametrize(("control", "name"), WILDCARDS.items())
def test_a_wildcard_that_names_reading_calls_too(control: str, name: str) -> None:
    found = findings(account(control, f"{{ $.eventName = {name} }}"), control)
    assert "FILTER_TOO_BROAD" in found


@pytest.mark.parametrize(
    ("pattern", "status"),
    [
        ("{ $.eventSource = kms.amazonaws.com }", "fail"),
        ("{ ($.eventSource = kms.amazonaws.com) && ($.eventName != Decrypt) }", "fail"),
        ("{ ($.eventSource = kms.amazonaws.com) && ($.errorCode NOT EXISTS) }", "fail"),
        (
            "{ ($.eventSource = kms.amazonaws.com) && ($.eventName != Decrypt) && ($.eventName != GenerateDataKey) }",
            "warn",
        ),
    ],
)
def test_calls_of_kms_that_never_cease_keep_the_alarm_in_alarm(pattern: str, status: str) -> None:
    found = findings(account("kms_key_disable_or_delete", pattern), "kms_key_disable_or_delete")
    assert found["FILTER_TOO_BROAD"][0] == status


def test_they_do_no_harm_where_no_trail_delivers_events_that_only_read() -> None:
    control, pattern = "kms_key_disable_or_delete", "{ $.eventSource = kms.amazonaws.com }"
    assert "FILTER_TOO_BROAD" not in findings(account(control, pattern, WRITES_ONLY), control)
    both = (a_trail(selectors=WRITES_ONLY), a_trail(arn=f"{TRAIL_ARN}2", name="second"))
    observation = account(control, pattern)
    observation = whole_account(trails=both, log_groups=observation.log_groups, alarms=observation.alarms)
    assert findings(observation, control)["FILTER_TOO_BROAD"][0] == "fail"


@pytest.mark.parametrize("control", CONTROLS.values(), ids=lambda one: one.name)
def test_what_we_install_counts_none(control: object) -> None:
    for one in CONTROLS[control.name].filters:  # type: ignore[attr-defined]
        found = findings(account(control.name, one.text), control.name)  # type: ignore[attr-defined]
        assert "FILTER_TOO_BROAD" not in found
