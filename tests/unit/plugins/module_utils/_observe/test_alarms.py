# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alarms that concern a metric, what became of their actions, and what mutes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    ActionResult,
    Gap,
    LogQuery,
    MuteRule,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe import alarms
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.alarms import (
    concerning,
    list_alarms,
    log_alarms_on,
    read_alarms,
    read_mute_rules,
    users_of,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws, Fault, Pages

REGION = "eu-west-1"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts"
AT = datetime(2026, 11, 23, 5, tzinfo=UTC)


def entry(name: str, **fields: Any) -> dict[str, Any]:
    return {"AlarmName": name, "AlarmArn": f"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{name}", **fields}


def composite(name: str, rule: str) -> dict[str, Any]:
    return entry(name, AlarmRule=rule)


def on_math(name: str, **query: Any) -> dict[str, Any]:
    return entry(name, Metrics=[{"Id": "a", **query}])


def names(entries: Any) -> list[str]:
    return [one["AlarmName"] for one in entries]


def test_alarms_of_all_pages_and_both_kinds_are_listed() -> None:
    pages = Pages(
        [
            {"MetricAlarms": [entry("a")], "CompositeAlarms": [entry("b")]},
            {"MetricAlarms": [], "CompositeAlarms": []},
            {"MetricAlarms": [entry("c")], "CompositeAlarms": []},
        ]
    )
    aws = FakeAws({"cloudwatch:DescribeAlarms": pages})
    assert names(list_alarms(Reader(aws), REGION)) == ["a", "b", "c"]
    first = aws.made("cloudwatch:DescribeAlarms")[0]
    assert first["MaxRecords"] == 100


def test_alarms_of_every_kind_are_listed() -> None:
    answer = {"MetricAlarms": [], "CompositeAlarms": [], "LogAlarms": [entry("log")]}
    aws = FakeAws({"cloudwatch:DescribeAlarms": answer})
    assert names(list_alarms(Reader(aws), REGION)) == ["log"]
    assert aws.made("cloudwatch:DescribeAlarms")[0]["AlarmTypes"] == ["CompositeAlarm", "MetricAlarm", "LogAlarm"]


def test_a_region_that_does_not_know_a_kind_is_asked_for_the_older_ones() -> None:
    def answer(**parameters: Any) -> Any:
        return Fault("ValidationError") if "LogAlarm" in parameters["AlarmTypes"] else {"MetricAlarms": [entry("a")]}

    aws = FakeAws({"cloudwatch:DescribeAlarms": answer})
    assert names(list_alarms(Reader(aws), REGION)) == ["a"]
    assert len(aws.made("cloudwatch:DescribeAlarms")) == 2


def test_log_alarms_are_those_that_look_at_the_group() -> None:
    arn = f"arn:aws:logs:{REGION}:111122223333:log-group:trail"
    entries = [
        entry("by name", ScheduledQueryConfiguration={"LogGroupIdentifiers": ["other", "trail"]}),
        entry("by arn", ScheduledQueryConfiguration={"LogGroupIdentifiers": [arn]}),
        entry("elsewhere", ScheduledQueryConfiguration={"LogGroupIdentifiers": ["trail2"]}),
        entry("metric", MetricName="m"),
    ]
    assert [one.name for one in log_alarms_on(entries, REGION, [arn])] == ["by name", "by arn"]


def test_a_log_alarm_has_its_query_and_whom_it_notifies() -> None:
    query = {
        "QueryString": "filter a",
        "LogGroupIdentifiers": ["trail"],
        "ScheduledQueryRoleARN": "arn:aws:iam::111122223333:role/r",
        "ScheduleConfiguration": {"ScheduleExpression": "rate(5 minutes)", "StartTimeOffset": 1200},
        "AggregationExpression": "count(*)",
    }
    whole = entry("lines", ScheduledQueryConfiguration=query, AlarmActions=[TOPIC], ActionLogLineCount=50)
    arn = f"arn:aws:logs:{REGION}:111122223333:log-group:trail"
    [found] = log_alarms_on([whole], REGION, [arn])
    assert (found.query, found.lines, found.actions) == ("filter a", 50, (TOPIC,))
    [disabled] = log_alarms_on([{**whole, "ActionsEnabled": False}], REGION, [arn])
    assert disabled.actions == ()
    read = alarms.to_alarm(whole).log_query
    assert read == LogQuery("filter a", ("trail",), query["ScheduledQueryRoleARN"], "rate(5 minutes)", 1200, lines=50)  # type: ignore[arg-type]
    assert alarms.to_alarm(entry("metric", MetricName="m")).log_query is None


@pytest.mark.parametrize("answer", [Fault("AccessDenied"), {}])
def test_unlisted_alarms_are_a_gap(answer: Any) -> None:
    assert isinstance(list_alarms(Reader(FakeAws({"cloudwatch:DescribeAlarms": answer})), REGION), Gap)


ARN = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:x"


@pytest.mark.parametrize(
    ("kind", "odd"),
    [
        ("MetricAlarms", {"AlarmName": "x"}),
        ("MetricAlarms", {"AlarmArn": ARN}),
        ("MetricAlarms", {"AlarmName": "x", "AlarmArn": "x"}),
        ("MetricAlarms", {"AlarmName": "x", "AlarmArn": "arn:aws:cloudwatch"}),
        ("MetricAlarms", {"AlarmName": "x", "AlarmArn": ARN, "Dimensions": [{"Name": "region"}]}),
        ("CompositeAlarms", {"AlarmRule": "ALARM(y)"}),
    ],
)
def test_alarms_without_what_each_has_are_a_gap(kind: str, odd: dict[str, Any]) -> None:
    """One of them ended the module with a KeyError: 'Module failed'."""
    answer = {"MetricAlarms": [], "CompositeAlarms": [], kind: [odd]}
    gap = list_alarms(Reader(FakeAws({"cloudwatch:DescribeAlarms": answer})), REGION)
    assert isinstance(gap, Gap)
    assert gap.code == "RESPONSE_INCOMPLETE"
    assert "missing, malformed or of the wrong type" in gap.detail


def test_alarms_on_the_metrics_name_are_kept_in_whatever_namespace() -> None:
    entries = [
        entry("right", MetricName="m", Namespace="CISBenchmark"),
        entry("elsewhere", MetricName="m", Namespace="LogMetrics"),
        entry("other", MetricName="m2", Namespace="CISBenchmark"),
        on_math("math", MetricStat={"Metric": {"MetricName": "m", "Namespace": "n"}}),
        on_math("query", Expression='SELECT SUM(m) FROM "CISBenchmark"'),
        on_math("other math", MetricStat={"Metric": {"MetricName": "x", "Namespace": "n"}}),
        on_math("daily", Expression='SELECT SUM(m_daily) FROM "CISBenchmark"'),
        on_math("a sum", Expression="SUM(METRICS())"),
        entry("promql", EvaluationCriteria={"PromQLCriteria": {"Query": "sum(m) > 0"}}),
    ]
    assert names(concerning(entries, frozenset({"m"}), frozenset())) == [
        "right",
        "elsewhere",
        "math",
        "query",
        "promql",
    ]


def test_the_alarm_of_the_name_asked_for_is_kept() -> None:
    entries = [entry("a", MetricName="x"), entry("b", MetricName="x")]
    assert names(concerning(entries, frozenset({"m"}), frozenset({"b"}))) == ["b"]


@pytest.mark.parametrize(
    "rule",
    [
        'ALARM("a b")',
        "ALARM('a b')",
        'OK(x) OR ALARM( "a b" )',
        'AT_LEAST(1, ALARM, (x, "a b"))',
        'NOT INSUFFICIENT_DATA("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a b")',
    ],
)
def test_composite_alarms_that_watch_a_kept_one_are_kept_and_those_that_watch_them(rule: str) -> None:
    entries = [
        composite("top", "ALARM(middle) AND OK(z)"),
        composite("middle", rule),
        composite("stranger", 'ALARM("a")'),
        entry("a b", MetricName="m"),
    ]
    assert set(names(concerning(entries, frozenset({"m"}), frozenset()))) == {"a b", "middle", "top"}


@pytest.mark.parametrize("actions", ["AlarmActions", "OKActions", "InsufficientDataActions"])
def test_an_alarm_uses_a_topic_in_whatever_list_of_actions(actions: str) -> None:
    entries = [entry("user", **{actions: ["x", TOPIC]}), entry("other", **{actions: [TOPIC + "-2"]})]
    assert users_of(entries, TOPIC) == ("user",)


def read(found: dict[str, Any], history: Any) -> tuple[FakeAws, Any]:
    aws = FakeAws({"cloudwatch:DescribeAlarmHistory": history})
    (alarm,) = read_alarms(Reader(aws), REGION, [found])
    return aws, alarm


def test_every_field_of_an_alarm_is_kept() -> None:
    found = entry(
        "a",
        ActionsEnabled=False,
        OKActions=["ok"],
        InsufficientDataActions=["blind"],
        StateValue="ALARM",
        AlarmDescription="text",
        MetricName="m",
        Namespace="n",
        Dimensions=[{"Name": "d", "Value": "v"}],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=3,
        DatapointsToAlarm=2,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore",
        Unit="Count",
        EvaluateLowSampleCountPercentile="ignore",
        EvaluationState="PARTIAL_DATA",
        AlarmConfigurationUpdatedTimestamp=AT,
        WarmUpConfiguration={"WarmUpPeriodDurationInMinutes": 60, "OnlyStartEvaluatingAfterWarmUpPeriodEnds": True},
        ActionConfiguration={"AlarmTagsPropagation": {"Enabled": True}},
        EvaluationCriteria={"PromQLCriteria": {"Query": "up"}},
    )
    aws, alarm = read(found, {})
    assert (alarm.arn, alarm.account, alarm.region) == (found["AlarmArn"], "111122223333", REGION)
    assert (alarm.actions_enabled, alarm.state, alarm.description) == (False, "ALARM", "text")
    assert (alarm.alarm_actions, alarm.ok_actions, alarm.insufficient_data_actions) == ((), ("ok",), ("blind",))
    assert (alarm.metric_name, alarm.metric_namespace, alarm.dimensions) == ("m", "n", {"d": "v"})
    assert (alarm.statistic, alarm.period, alarm.evaluation_periods) == ("Sum", 300, 3)
    assert (alarm.datapoints_to_alarm, alarm.threshold) == (2, 1.0)
    assert (alarm.comparison, alarm.treat_missing_data, alarm.unit) == ("GreaterThanThreshold", "ignore", "Count")
    assert (alarm.low_sample_percentile, alarm.evaluation_state, alarm.expression) == ("ignore", "PARTIAL_DATA", "up")
    assert (alarm.updated_at, alarm.warm_up_minutes, alarm.warm_up_is_fixed, alarm.sends_tags) == (AT, 60, True, True)
    assert aws.calls == []  # an alarm without actions has no history of them


def item(summary: str, data: Any = None) -> dict[str, Any]:
    return {
        "Timestamp": AT,
        "HistorySummary": summary,
        "HistoryData": data if isinstance(data, str) else json.dumps(data),
    }


DENIED_BY_SNS = "CloudWatch Alarms does not have authorization to access the SNS topic encryption key."


@pytest.mark.parametrize(
    ("found", "result"),
    [
        (
            item(f"Successfully executed action {TOPIC}", {"actionState": "Succeeded", "notificationResource": TOPIC}),
            ActionResult(AT, TOPIC, True, f"Successfully executed action {TOPIC}"),
        ),
        (
            item(
                f"Failed to execute action {TOPIC}",
                {"actionState": "Failed", "notificationResource": TOPIC, "error": DENIED_BY_SNS},
            ),
            ActionResult(AT, TOPIC, False, DENIED_BY_SNS),
        ),
        # cut off at 4,095 characters, the data is no JSON any more, and the summary tells
        (
            item(f'Failed to execute action {TOPIC}. Received error: "no"', '{"actionState": "Fai'),
            ActionResult(AT, TOPIC, False, f'Failed to execute action {TOPIC}. Received error: "no"'),
        ),
        (
            item(f"Successfully executed action {TOPIC}", "{}"),
            ActionResult(AT, TOPIC, True, f"Successfully executed action {TOPIC}"),
        ),
    ],
)
def test_the_history_tells_what_became_of_an_action(found: dict[str, Any], result: ActionResult) -> None:
    _aws, alarm = read(entry("a", AlarmActions=[TOPIC]), {"AlarmHistoryItems": [found]})
    assert alarm.history == (result,)


def test_an_item_that_names_no_action_tells_nothing() -> None:
    _aws, alarm = read(entry("a", AlarmActions=[TOPIC]), {"AlarmHistoryItems": [item("something else")]})
    assert alarm.history == ()


@pytest.mark.parametrize(("rule", "kind"), [(None, "MetricAlarm"), ("ALARM(x)", "CompositeAlarm")])
def test_the_newest_actions_of_the_alarms_kind_are_asked_for(rule: str | None, kind: str) -> None:
    aws, _alarm = read(entry("a", AlarmActions=[TOPIC], AlarmRule=rule), {"AlarmHistoryItems": []})
    assert aws.made("cloudwatch:DescribeAlarmHistory") == [
        {
            "AlarmName": "a",
            "AlarmTypes": [kind],
            "HistoryItemType": "Action",
            "ScanBy": "TimestampDescending",
            "MaxRecords": 100,
        }
    ]


@pytest.mark.parametrize("answer", [Fault("AccessDenied"), {}])
def test_an_unread_history_is_a_gap(answer: Any) -> None:
    _aws, alarm = read(entry("a", AlarmActions=[TOPIC]), answer)
    assert isinstance(alarm.history, Gap)


RULE_ARN = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm-mute-rule:night:shift"
LISTED = {"AlarmMuteRuleSummaries": [{"AlarmMuteRuleArn": RULE_ARN, "Status": "ACTIVE"}]}
RULE = {
    "Name": "night:shift",
    "Status": "ACTIVE",
    "Rule": {"Schedule": {"Expression": "cron(0 22 * * *)", "Duration": "PT8H"}},
    "MuteTargets": {"AlarmNames": ["a", "b"]},
}


def muted(listed: Any, rule: Any = None, alarms: Any = ("b", "a")) -> tuple[FakeAws, Any]:
    aws = FakeAws({"cloudwatch:ListAlarmMuteRules": listed, "cloudwatch:GetAlarmMuteRule": rule or RULE})
    return aws, read_mute_rules(Reader(aws), REGION, alarms)


def test_several_alarms_histories_take_one_call() -> None:
    items = [action("b", "x", at) for at in (3, 1)] + [action("a", "y", 2)]
    aws = FakeAws({"cloudwatch:DescribeAlarmHistory": {"AlarmHistoryItems": items}})
    entries = [entry(name, AlarmActions=[TOPIC]) for name in ("a", "b", "c")]
    alarms = {alarm.name: alarm.history for alarm in read_alarms(Reader(aws), REGION, entries)}
    assert {name: [one.detail for one in history] for name, history in alarms.items()} == {
        "a": ["y"],
        "b": ["x", "x"],
        "c": [],
    }
    assert [set(asked) & {"AlarmName"} for asked in aws.made("cloudwatch:DescribeAlarmHistory")] == [set()]


def test_an_alarm_whose_actions_are_older_than_the_regions_latest_is_asked_for_by_name() -> None:
    def answer(**parameters: Any) -> dict[str, Any]:
        name = parameters.get("AlarmName")
        return {"AlarmHistoryItems": [action(name, "old", 1)] if name else [action("busy", "new", 2)] * 100}

    aws = FakeAws({"cloudwatch:DescribeAlarmHistory": answer})
    entries = [entry(name, AlarmActions=[TOPIC]) for name in ("busy", "quiet")]
    busy, quiet = read_alarms(Reader(aws), REGION, entries)
    assert (busy.history[0].detail, quiet.history[0].detail) == ("new", "old")
    asked = [asked.get("AlarmName") for asked in aws.made("cloudwatch:DescribeAlarmHistory")]
    assert asked == [None, "quiet"]


def test_histories_that_may_not_be_read_are_a_gap_for_each_alarm() -> None:
    aws = FakeAws({"cloudwatch:DescribeAlarmHistory": Fault("AccessDenied")})
    entries = [entry(name, AlarmActions=[TOPIC]) for name in ("a", "b")]
    assert all(isinstance(alarm.history, Gap) for alarm in read_alarms(Reader(aws), REGION, entries))


def action(alarm: str, error: str, minute: int) -> dict[str, Any]:
    data = {"actionState": "Failed", "notificationResource": TOPIC, "error": error}
    return {
        "AlarmName": alarm,
        "Timestamp": datetime(2026, 1, 1, 0, minute, tzinfo=UTC),
        "HistoryItemType": "Action",
        "HistoryData": json.dumps(data),
    }


def test_of_several_alarms_all_rules_are_listed_where_they_are_few() -> None:
    aws, rules = muted(LISTED)
    assert [rule.name for rule in rules] == ["night:shift"]
    assert aws.made("cloudwatch:ListAlarmMuteRules") == [{"Statuses": ["SCHEDULED", "ACTIVE"]}]


def test_a_rule_that_mutes_two_alarms_is_read_once_where_there_are_many() -> None:
    def listed(**parameters: Any) -> dict[str, Any]:
        many = [{"AlarmMuteRuleArn": f"{RULE_ARN}{number}", "Status": "ACTIVE"} for number in range(3)]
        return LISTED if "AlarmName" in parameters else {"AlarmMuteRuleSummaries": many}

    aws, rules = muted(listed)
    assert rules == (MuteRule("night:shift", RULE_ARN, "ACTIVE", ("a", "b"), "cron(0 22 * * *)", "PT8H"),)
    assert aws.made("cloudwatch:GetAlarmMuteRule") == [{"AlarmMuteRuleName": "night:shift"}]
    asked = sorted(aws.made("cloudwatch:ListAlarmMuteRules"), key=str)
    by_name = [{"AlarmName": name, "Statuses": ["SCHEDULED", "ACTIVE"]} for name in ("a", "b")]
    assert asked == [*by_name, {"Statuses": ["SCHEDULED", "ACTIVE"]}]


def test_where_nothing_is_muted_no_rule_is_read() -> None:
    aws, rules = muted({"AlarmMuteRuleSummaries": []})
    assert rules == ()
    assert aws.made("cloudwatch:GetAlarmMuteRule") == []


def test_without_alarms_nothing_is_asked() -> None:
    aws, rules = muted(LISTED, alarms=())
    assert (rules, aws.calls) == ((), [])


@pytest.mark.parametrize("code", ["InvalidAction", "UnknownOperationException"])
def test_where_aws_does_not_offer_mute_rules_none_mutes(code: str) -> None:
    assert muted(Fault(code))[1] == ()


@pytest.mark.parametrize(
    ("listed", "rule"),
    [(Fault("AccessDenied"), RULE), (LISTED, Fault("AccessDenied")), ({}, RULE), (LISTED, {"Name": "night"})],
)
def test_an_unread_rule_is_a_gap(listed: Any, rule: Any) -> None:
    assert isinstance(muted(listed, rule)[1], Gap)


def test_a_botocore_that_does_not_know_mute_rules_is_a_gap_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reader, "can_ask", lambda *_arguments: False)
    gap = muted(LISTED)[1]
    assert gap.code == "RESPONSE_INCOMPLETE"
    assert "update boto3" in gap.detail


def test_a_long_chain_of_composite_alarms_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = [composite(f"c{number}", f"ALARM(c{number - 1})") for number in range(1, 400)]
    read: list[str] = []
    whole = alarms.alarms_in
    monkeypatch.setattr(alarms, "alarms_in", lambda text: read.append(text) or whole(text))
    kept = concerning([*reversed(chain), entry("c0", MetricName="m")], frozenset({"m"}), frozenset())
    assert names(kept) == [f"c{number}" for number in range(400)]
    assert len(read) == 400
