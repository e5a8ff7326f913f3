# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A filter pattern as a Logs Insights query, and the link to it."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.insights import console_link, insights_query


def test_the_query_of_a_link_shows_the_newest_first() -> None:
    assert insights_query("{ $.eventName = CreateVpc }") == (
        "fields eventTime,userIdentity.arn,eventName,sourceIPAddress,errorCode"
        '|filter eventName="CreateVpc"|sort @timestamp desc'
    )


@pytest.mark.parametrize("pattern", ["CreateVpc", "{ $.a = %b% }", "{ $.a = 1", ""])
def test_what_a_query_can_not_surely_say_has_none(pattern: str) -> None:
    assert insights_query(pattern) is None


def test_the_link_as_the_console_writes_it() -> None:
    """Each text percent-encoded with * in the place of %, after a quote."""
    assert console_link("aws-us-gov", "us-gov-west-1", "/org/trail", 'filter a="b"') == (
        "https://console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#logsV2:logs-insights"
        "$3FqueryDetail$3D~(end~0~start~-10800~timeType~'RELATIVE~unit~'seconds"
        "~editorString~'filter*20a*3D*22b*22~source~(~'*2Forg*2Ftrail))"
    )


def test_the_link_to_a_log_group() -> None:
    assert console_link("aws", "eu-west-1", "/org/trail", None) == (
        "https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Forg$252Ftrail"
    )
    assert console_link("aws-iso", "us-iso-east-1", "g", None) is None
