# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each text that a benchmark prescribes or a peer puts, alone: our verdict beside others' opinions (docs/peers.md)."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import NamedTuple

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Verdict, judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    GROUP_ARN,
    a_filter,
    a_group,
    an_alarm,
    with_alarms,
)

RECORDED = json.loads((Path(__file__).parents[1] / "_controls" / "prescribed_texts.json").read_text())["texts"]


class Row(NamedTuple):
    """A text, and what is said of it."""

    control: str
    who: str
    key: str  # of a recorded text, or the text itself
    cis_v1_4_0: str  # our verdicts
    cis_v7_0_0: str
    code: str  # of the link that decides by v7.0.0
    security_hub: str
    prowler: str
    steampipe: str

    @property
    def name(self) -> str:
        """What tells it from the others."""
        return f"{self.control}: {self.who}"

    @property
    def text(self) -> str:
        """The filter's pattern."""
        return str(RECORDED.get(self.key, self.key))


_WITHOUT_CONFIG = (
    '{ (($.errorCode = "*UnauthorizedOperation") || ($.errorCode ="AccessDenied*")'
    ' && ($.userIdentity.principalId != "*AWSConfig-BucketConfigCheck")) }'
)

ROWS = (
    Row("unauthorized_api_calls", "CIS v1.2.0", "1a", "compliant", "compliant", "", "pass", "pass", "fail"),
    Row(
        "unauthorized_api_calls",
        "CIS v1.3.0 to v1.5.0",
        "1b",
        "non_compliant",
        "non_compliant",
        "FILTER_TOO_BROAD",
        "fail",
        "pass",
        "pass",
    ),
    Row(
        "unauthorized_api_calls",
        "CIS v1.4.0 and v1.5.0, audit",
        "1b-audit",
        "non_compliant",
        "non_compliant",
        "FILTER_TOO_BROAD",
        "fail",
        "pass",
        "fail",
    ),
    Row("unauthorized_api_calls", "CIS v2.0.0 to v5.0.0", "1c", "compliant", "compliant", "", "fail", "pass", "pass"),
    Row("unauthorized_api_calls", "CIS v6.0.0, v7.0.0", "1c-v6", "compliant", "compliant", "", "fail", "pass", "pass"),
    Row(
        "unauthorized_api_calls",
        "Security Hub, TAM, cloudposse, ASR",
        "1-sh",
        "compliant",
        "compliant",
        "",
        "pass",
        "pass",
        "fail",
    ),
    Row("unauthorized_api_calls", "nozaq", "1-issue", "compliant", "compliant", "", "fail", "pass", "pass"),
    Row(
        "unauthorized_api_calls",
        "ASR up to 1.3.1",
        '{$.errorCode = "AccessDenied" || $.errorCode = "UnauthorizedOperation"}',
        "non_compliant",
        "non_compliant",
        "FILTER_NARROWED",
        "fail",
        "fail",
        "fail",
    ),
    Row(
        "unauthorized_api_calls",
        "AWS, Secure Environment Accelerator",
        _WITHOUT_CONFIG,
        "non_compliant",
        "non_compliant",
        "FILTER_NARROWED",
        "fail",
        "pass",
        "fail",
    ),
    Row(
        "console_signin_without_mfa",
        "CIS, nozaq, cloudposse",
        "2a",
        "compliant",
        "compliant",
        "",
        "fail",
        "pass",
        "pass",
    ),
    Row(
        "console_signin_without_mfa",
        "CIS v1.4.0 on with single sign-on, Security Hub, TAM",
        "2b",
        "compliant",
        "compliant",
        "",
        "pass",
        "pass",
        "pass",
    ),
    Row(
        "console_signin_without_mfa",
        "CIS v1.4.0 on, additional information",
        "2-bad",
        "unknown",
        "unknown",
        "FILTER_PATTERN_INVALID",
        "fail",
        "pass",
        "pass",
    ),
    Row(
        "console_signin_without_mfa",
        "Security Hub until 2022, ASR",
        "2-sh-old",
        "compliant",
        "compliant",
        "",
        "fail",
        "pass",
        "pass",
    ),
    Row(
        "console_signin_without_mfa",
        "cloudposse before its PR #10",
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed = "No") }',
        "compliant",
        "compliant",
        "",
        "fail",
        "fail",
        "fail",
    ),
    Row("root_usage", "CIS, TAM, nozaq", "3", "compliant", "compliant", "", "pass", "pass", "pass"),
    Row("root_usage", "Security Hub, cloudposse, ASR", "3-sh", "compliant", "compliant", "", "pass", "pass", "pass"),
    Row("root_usage", "prowler 4.0 on, without quotes", "3-pr4", "compliant", "compliant", "", "fail", "pass", "fail"),
    Row(
        "root_usage",
        "terraform-provider-aws #2945, in single quotes",
        "{ $.userIdentity.type = 'Root' }",
        "unknown",
        "unknown",
        "FILTER_PATTERN_INVALID",
        "fail",
        "fail",
        "fail",
    ),
    Row(
        "iam_policy_changes",
        "CIS, TAM, nozaq, cloudposse",
        "4",
        "compliant",
        "compliant",
        "",
        "unknown",
        "pass",
        "pass",
    ),
    Row(
        "iam_policy_changes",
        "Security Hub until 2023, ASR",
        "4-sh-old",
        "compliant",
        "compliant",
        "",
        "unknown",
        "pass",
        "pass",
    ),
    Row("iam_policy_changes", "Security Hub", "4-sh", "compliant", "compliant", "", "unknown", "pass", "pass"),
    Row(
        "cloudtrail_configuration_changes",
        "CIS, TAM, nozaq, cloudposse, ASR",
        "5",
        "compliant",
        "compliant",
        "",
        "pass",
        "pass",
        "pass",
    ),
    Row(
        "cloudtrail_configuration_changes", "Security Hub", "5-sh", "compliant", "compliant", "", "pass", "pass", "pass"
    ),
    Row(
        "console_authentication_failures",
        "CIS, TAM, nozaq, cloudposse, ASR",
        "6",
        "compliant",
        "compliant",
        "",
        "pass",
        "pass",
        "pass",
    ),
    Row(
        "console_authentication_failures", "Security Hub", "6-sh", "compliant", "compliant", "", "pass", "pass", "pass"
    ),
    Row(
        "console_authentication_failures",
        "prowler 4.0 on, without quotes",
        "6-pr4",
        "unknown",
        "unknown",
        "FILTER_PATTERN_INVALID",
        "fail",
        "pass",
        "fail",
    ),
    Row(
        "kms_key_disable_or_delete",
        "CIS, TAM, nozaq, cloudposse, ASR",
        "7",
        "compliant",
        "compliant",
        "",
        "pass",
        "pass",
        "pass",
    ),
    Row("kms_key_disable_or_delete", "Security Hub", "7-sh", "compliant", "compliant", "", "pass", "pass", "pass"),
    Row(
        "kms_key_disable_or_delete",
        "cloudposse before its PR #10",
        '{ $.eventSource = kms* && $.errorMessage = "* is pending deletion." }',
        "non_compliant",
        "non_compliant",
        "FILTER_NARROWED",
        "fail",
        "fail",
        "fail",
    ),
    Row(
        "s3_bucket_policy_changes",
        "CIS, TAM, nozaq, cloudposse, ASR",
        "8",
        "compliant",
        "compliant",
        "",
        "pass",
        "pass",
        "pass",
    ),
    Row("s3_bucket_policy_changes", "Security Hub", "8-sh", "compliant", "compliant", "", "pass", "pass", "pass"),
    Row(
        "config_changes", "CIS, TAM, nozaq, cloudposse, ASR", "9", "compliant", "compliant", "", "pass", "pass", "pass"
    ),
    Row("config_changes", "Security Hub", "9-sh", "compliant", "compliant", "", "pass", "pass", "pass"),
    Row(
        "security_group_changes",
        "CIS up to v4.0.0, all peers",
        "10a",
        "compliant",
        "non_compliant",
        "FILTER_EVENTS_UNCOVERED",
        "pass",
        "pass",
        "fail",
    ),
    Row(
        "security_group_changes",
        "CIS v5.0.0 on, Steampipe",
        "10b",
        "compliant",
        "compliant",
        "",
        "fail",
        "pass",
        "pass",
    ),
    Row(
        "security_group_changes",
        "Security Hub",
        "10-sh",
        "compliant",
        "non_compliant",
        "FILTER_EVENTS_UNCOVERED",
        "pass",
        "pass",
        "fail",
    ),
    Row("nacl_changes", "CIS, TAM, nozaq, cloudposse, ASR", "11", "compliant", "compliant", "", "pass", "pass", "pass"),
    Row("nacl_changes", "Security Hub", "11-sh", "compliant", "compliant", "", "pass", "pass", "pass"),
    Row(
        "network_gateway_changes",
        "CIS, TAM, nozaq, cloudposse, ASR",
        "12",
        "compliant",
        "compliant",
        "",
        "pass",
        "pass",
        "pass",
    ),
    Row("network_gateway_changes", "Security Hub", "12-sh", "compliant", "compliant", "", "pass", "pass", "pass"),
    Row(
        "route_table_changes",
        "CIS, TAM, nozaq, cloudposse",
        "13",
        "compliant",
        "compliant",
        "",
        "unknown",
        "fail",
        "pass",
    ),
    Row(
        "route_table_changes",
        "Security Hub until 2023, ASR",
        "13-sh-old",
        "compliant",
        "compliant",
        "",
        "unknown",
        "fail",
        "pass",
    ),
    Row("route_table_changes", "CIS v3.0.0, audit", "13-audit3", "compliant", "compliant", "", "fail", "pass", "pass"),
    Row(
        "route_table_changes", "CIS v4.0.0 on, audit", "13-audit4", "compliant", "compliant", "", "fail", "pass", "pass"
    ),
    Row(
        "route_table_changes", "Security Hub, prowler", "13-sh", "compliant", "compliant", "", "unknown", "pass", "pass"
    ),
    Row("vpc_changes", "CIS, TAM, nozaq, cloudposse, ASR", "14", "compliant", "compliant", "", "pass", "pass", "pass"),
    Row("vpc_changes", "Security Hub", "14-sh", "compliant", "compliant", "", "pass", "pass", "pass"),
    Row(
        "organizations_changes",
        "CIS v1.3.0 on, TAM, nozaq",
        "15",
        "compliant",
        "compliant",
        "",
        "no_finding",
        "fail",
        "pass",
    ),
    Row(
        "organizations_changes",
        "15 and three names more, unquoted",
        "15-pr21",
        "compliant",
        "compliant",
        "",
        "no_finding",
        "pass",
        "pass",
    ),
    Row("organizations_changes", "prowler", "15-pr21q", "compliant", "compliant", "", "no_finding", "pass", "pass"),
)


def account_with(row: Row) -> Observation:
    """An account whose one filter has the text, and in which all else is whole."""
    control = CONTROLS[row.control]
    alarms = with_alarms(an_alarm(name=control.alarm_name, metric_name=control.metric_name))
    group = a_group(a_filter(row.text, "f", metric_name=control.metric_name))
    return dataclasses.replace(alarms, log_groups={GROUP_ARN: group})


def judged(row: Row, benchmark: str) -> Verdict:
    """The verdict on the account with the text."""
    return judge(account_with(row), CONTROLS[row.control], benchmark)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_what_a_text_is_worth(row: Row) -> None:
    old, new = judged(row, "cis_v1_4_0"), judged(row, "cis_v7_0_0")
    assert (old.verdict, new.verdict) == (row.cis_v1_4_0, row.cis_v7_0_0)
    assert next((link.code for link in new.links if not link.holds), "") == row.code
    standards = {one.standard: one.status for one in new.standards}
    others = {one.auditor: one.verdict for one in new.other_auditors}
    assert (standards["security_hub"], others["prowler"], others["steampipe"]) == (
        row.security_hub,
        row.prowler,
        row.steampipe,
    )


def test_each_recorded_text_has_its_row() -> None:
    assert set(RECORDED) <= {row.key for row in ROWS}
