# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which metric an alarm watches, and what of the filters' values it sees."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Alarm,
    LogAlarm,
    Observation,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Verdict, judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    ACCOUNT,
    GROUP_ARN,
    OTHER_ACCOUNT,
    REGION,
    SEVEN,
    SEVEN_NAMES,
    SIX,
    a_filter,
    a_group,
    an_alarm,
    any_of,
    whole_account,
    with_alarms,
    with_filters,
)

NOT_PLAIN: dict[str, Any] = {"metric_name": None, "metric_namespace": None, "statistic": None, "period": None}
BY_NAME = a_filter(SEVEN, dimensions={"EventName": "$.eventName"})


def verdict_on(observation: Observation) -> Verdict:
    return judge(observation, SECURITY_GROUP_CHANGES)


def watching(*alarms: Alarm, filters: tuple[Any, ...] = (BY_NAME,)) -> Verdict:
    return verdict_on(dataclasses.replace(with_filters(*filters), alarms={REGION: alarms}))


def query(expression: str) -> dict[str, Any]:
    return {**NOT_PLAIN, "metrics": ({"Id": "q1", "Expression": expression, "Period": 300},)}


def stat(account: str | None) -> dict[str, Any]:
    metric = {"Namespace": "CISBenchmark", "MetricName": "security_group_changes_metric"}
    entry = {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}, "ReturnData": True}
    return {**NOT_PLAIN, "metrics": (entry if account is None else {**entry, "AccountId": account},)}


@pytest.mark.parametrize(
    ("account", "verdict"), [(None, "compliant"), (ACCOUNT, "compliant"), (OTHER_ACCOUNT, "non_compliant")]
)
def test_the_metric_of_an_account(account: str | None, verdict: str) -> None:
    judged = verdict_on(with_alarms(an_alarm(**stat(account))))
    assert judged.verdict == verdict
    if account == OTHER_ACCOUNT:
        assert judged.links[3].code == "ALARM_MISSING"
        assert f"of account {OTHER_ACCOUNT}" in judged.reason


def test_math_over_two_accounts_is_unknown() -> None:
    both = (*stat(None)["metrics"], *stat(OTHER_ACCOUNT)["metrics"], {"Id": "e", "Expression": "m1 + m2"})
    assert verdict_on(with_alarms(an_alarm(**{**NOT_PLAIN, "metrics": both}))).verdict == "unknown"


@pytest.mark.parametrize(
    ("alarm", "verdict"),
    [
        (query('SELECT SUM("security_group_changes_metric") FROM SCHEMA("CISBenchmark", EventName)'), "unknown"),
        (query('SELECT SUM("security_group_changes_metric_daily") FROM "CISBenchmark"'), "non_compliant"),
        (query('SELECT SUM("security_group_changes_metric") FROM "Reports"'), "non_compliant"),
        ({**NOT_PLAIN, "expression": "sum(security_group_changes_metric)"}, "unknown"),
        ({**NOT_PLAIN, "expression": "sum(security_group_changes_metric_2)"}, "non_compliant"),
    ],
)
def test_an_expression_is_about_the_whole_name(alarm: dict[str, Any], verdict: str) -> None:
    judged = watching(an_alarm(**alarm))
    assert (judged.verdict, judged.links[3].code) == (
        verdict,
        "ALARM_STATISTIC" if verdict == "unknown" else "ALARM_MISSING",
    )


def of_value(name: str, value: str) -> Alarm:
    return an_alarm(name=value, dimensions={name: value})


def test_an_alarm_for_each_value_of_a_dimension_sees_all() -> None:
    alarms = [of_value("EventName", name) for name in SEVEN_NAMES]
    assert watching(*alarms).verdict == "compliant"
    judged = watching(*alarms[1:])
    assert (judged.verdict, judged.links[2].code) == ("non_compliant", "FILTER_EVENTS_UNCOVERED")


@pytest.mark.parametrize(
    ("filters", "dimensions", "verdict", "code"),
    [
        # One value of a field leaves the records with others out.
        ((a_filter(SIX, dimensions={"Region": "$.awsRegion"}),), {"Region": "eu-west-1"}, "non_compliant", None),
        # Fewer or more dimensions are another metric.
        ((BY_NAME,), {}, "non_compliant", "FILTER_HAS_DIMENSIONS"),
        ((BY_NAME,), {"EventName": "CreateSecurityGroup", "b": "c"}, "non_compliant", None),
        # Neither a wildcard nor a quotation mark can be asked for in a pattern as it stands.
        ((BY_NAME,), {"EventName": "*"}, "unknown", None),
        # What AWS calls the dimensions of system fields, and what they hold here, is not told.
        ((a_filter(SIX, emit_system_field_dimensions=("@aws.account",)),), {"@aws.account": ACCOUNT}, "unknown", None),
        # A plain filter beside it is seen by a plain alarm.
        ((BY_NAME, a_filter(SIX, "plain")), {}, "compliant", None),
    ],
)
def test_dimensions(filters: tuple[Any, ...], dimensions: dict[str, str], verdict: str, code: str | None) -> None:
    judged = watching(an_alarm(dimensions=dimensions), filters=filters)
    assert judged.verdict == verdict
    assert code is None or judged.links[2].code == code


def test_values_in_other_units_and_dimensions_take_nothing_away() -> None:
    beside = a_filter(any_of(["ConsoleLogin"]), "beside", metric_value="-1", unit="Count")
    assert watching(an_alarm(unit="None"), filters=(a_filter(), beside)).verdict == "compliant"
    beside = a_filter(any_of(["ConsoleLogin"]), "beside", metric_value="-1", dimensions={"a": "$.b"})
    assert watching(an_alarm(), filters=(a_filter(), beside)).verdict == "compliant"


@pytest.mark.parametrize(
    ("criteria", "status"),
    [
        (f'@aws.account = "{ACCOUNT}"', "warn"),
        (f'@aws.account = "{OTHER_ACCOUNT}"', "fail"),
        (f'@aws.region IN ["us-east-1", "{REGION}"]', "warn"),
        ("@aws.account LIKE 1", "unknown"),
    ],
)
def test_a_field_selection_that_leaves_nothing_out_does_no_harm(criteria: str, status: str) -> None:
    judged = verdict_on(with_filters(a_filter(SEVEN, field_selection_criteria=criteria)))
    assert (judged.links[2].status, judged.links[2].code) == (status, "FILTER_FIELD_SELECTION")
    beside = with_filters(a_filter(), a_filter(SEVEN, "odd", field_selection_criteria=criteria))
    assert verdict_on(beside).verdict == "compliant"


class TestWhatElseMayTell:
    """Without the benchmark's path, notifications may still be sent in another way."""

    def test_a_missing_path_is_not_called_silence(self) -> None:
        unheard = an_alarm(alarm_actions=())
        for account in (
            whole_account(log_groups={GROUP_ARN: a_group(filters=())}),
            with_alarms(),
            with_alarms(unheard),
            with_alarms(an_alarm(actions_enabled=False)),
        ):
            reason = verdict_on(account).reason
            assert "EventBridge" not in reason, "the remark stands once in a report"
            assert "no one" not in reason

    @pytest.mark.parametrize("group", ["cloudtrail", GROUP_ARN, f"{GROUP_ARN}:*"])
    def test_an_alarm_that_looks_at_the_log_itself_is_named(self, group: str) -> None:
        alarm = LogAlarm("sg-log-alarm", REGION, (group,))
        for account in (whole_account(log_groups={GROUP_ARN: a_group(filters=())}), with_alarms()):
            judged = verdict_on(dataclasses.replace(account, log_alarms=(alarm,)))
            assert judged.verdict == "non_compliant"
            assert "Alarm sg-log-alarm evaluates the log group directly" in judged.reason
            elsewhere = dataclasses.replace(alarm, log_groups=("other",))
            assert "directly" not in verdict_on(dataclasses.replace(account, log_alarms=(elsewhere,))).reason
