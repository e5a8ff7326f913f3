# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the alarms that concern given metrics, what their actions came to, and what mutes them."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._account.alarm_rule import alarms_in
from .._account.arn import Arn
from .._account.metric_query import may_be_about
from .._account.observation import ActionResult, Alarm, Gap, LogAlarm, LogQuery, MuteRule
from .histories import MOST_ITEMS, history_data, history_items, history_of
from .reader import NotThere, Reader, Unanswered, or_gap, together

# The lists of DescribeAlarms' answer, one for each kind of alarm.
_KINDS = ("MetricAlarms", "CompositeAlarms", "LogAlarms")
_ACTION_LISTS = ("AlarmActions", "OKActions", "InsufficientDataActions")
_OLDER_KINDS = ["MetricAlarm", "CompositeAlarm"]
_LOG_ALARM = "LogAlarm"
# What a region answers that does not know a kind of alarm yet.
_KIND_REFUSED = ("ValidationError", "InvalidParameterValue")
# The newest results decide; there is at most one item an action and transition.
_LATEST: Mapping[str, Any] = {
    "ScanBy": "TimestampDescending",
    "PaginationConfig": {"PageSize": MOST_ITEMS, "MaxItems": MOST_ITEMS},
}
# A partition or an emulator that does not have mute rules has none that silences an alarm.
_NOT_OFFERED = ("InvalidAction", "UnknownOperation", "UnknownOperationException")

Entry = Mapping[str, Any]


@or_gap
def list_alarms(reader: Reader, region: str) -> tuple[Entry, ...]:
    """All alarms of a region as AWS describes them, of every kind that it knows.

    All, since the other way to ask (DescribeAlarmsForMetric) leaves out alarms on another namespace, on metric
    math, with other dimensions, and composite ones: exactly those that explain a broken path.
    """
    kinds = reader.choices("cloudwatch", "describe_alarms", "AlarmTypes", region)
    try:
        pages = _pages(reader, region, kinds, _KIND_REFUSED if len(kinds) > len(_OLDER_KINDS) else ())
    except NotThere:
        pages = _pages(reader, region, _OLDER_KINDS)
    return tuple(entry for page in pages for kind in _KINDS for entry in page.get(kind) or ())


@or_gap
def list_log_alarms(reader: Reader, region: str) -> tuple[Entry, ...]:
    """The log alarms of a region, () where botocore or the region does not know them."""
    if _LOG_ALARM not in reader.choices("cloudwatch", "describe_alarms", "AlarmTypes", region):
        return ()
    try:
        pages = _pages(reader, region, [_LOG_ALARM], _KIND_REFUSED)
    except NotThere:
        return ()
    return tuple(entry for page in pages for entry in page.get("LogAlarms") or ())


def _pages(reader: Reader, region: str, kinds: list[str], refused: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    return reader.pages(
        "cloudwatch",
        "describe_alarms",
        region=region,
        about="the alarms",
        needs=("MetricAlarms",) if kinds != [_LOG_ALARM] else (),
        missing=refused,
        AlarmTypes=kinds,
        PaginationConfig={"PageSize": 100},
    )


def alarm_named(reader: Reader, name: str, region: str) -> Entry | None:
    """DescribeAlarms' entry of the alarm of that name, of whatever kind; None if there is none. Raises Unanswered."""
    kinds = reader.choices("cloudwatch", "describe_alarms", "AlarmTypes", region)
    answer = reader.ask(
        "cloudwatch",
        "describe_alarms",
        region=region,
        about=f"alarm {name}",
        needs=("MetricAlarms",),
        AlarmNames=[name],
        AlarmTypes=kinds,
    )
    return next((entry for kind in _KINDS for entry in answer.get(kind) or ()), None)


def concerning(
    entries: Iterable[Entry], metric_names: frozenset[str], alarm_names: frozenset[str]
) -> tuple[Entry, ...]:
    """The alarms on a metric of one of the names, in whatever namespace, and the alarms of the given names.

    With them those on metric math that names such a metric, and the composite ones that watch one of them.
    """
    entries = tuple(entries)
    newest = [
        place
        for place, entry in enumerate(entries)
        if entry["AlarmName"] in alarm_names or _watches(entry, metric_names)
    ]
    kept = dict.fromkeys(newest)
    watchers = _watchers(entries)
    while newest:
        names = {name for place in newest for name in (entries[place]["AlarmName"], entries[place]["AlarmArn"])}
        newest = sorted({one for name in names for one in watchers.get(name, ())} - kept.keys())
        kept.update(dict.fromkeys(newest))
    return tuple(entries[place] for place in kept)


def _watchers(entries: Sequence[Entry]) -> Mapping[str, list[int]]:
    """The places of the composite alarms that name an alarm, by its name or ARN as they write it."""
    watchers: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        for name in alarms_in(entry.get("AlarmRule") or ""):
            watchers.setdefault(name, []).append(place)
    return watchers


def users_of(entries: Iterable[Entry], topic_arn: str) -> tuple[str, ...]:
    """The names of the alarms that have the topic among their actions, for whatever state."""
    return tuple(
        entry["AlarmName"]
        for entry in entries
        if any(topic_arn in (entry.get(actions) or ()) for actions in _ACTION_LISTS)
    )


def read_alarms(
    reader: Reader, region: str, entries: Sequence[Entry], tagged: frozenset[str] = frozenset()
) -> tuple[Alarm, ...]:
    """The alarms of some of DescribeAlarms' entries, with the latest results of their actions.

    tagged: the names of those whose tags are read too.
    """
    alarms = [to_alarm(entry) for entry in entries]
    asked = [alarm for alarm in alarms if alarm.name in tagged]
    found = together([functools.partial(read_tags, reader, alarm.arn, alarm.region) for alarm in asked])
    tags = dict(zip((alarm.arn for alarm in asked), found, strict=True))
    histories = _read_histories(reader, region, [alarm for alarm in alarms if alarm.alarm_actions])
    return tuple(
        dataclasses.replace(alarm, history=histories.get(alarm.arn, ()), tags=tags.get(alarm.arn, alarm.tags))
        for alarm in alarms
    )


def _read_histories(reader: Reader, region: str, alarms: Sequence[Alarm]) -> dict[str, tuple[ActionResult, ...] | Gap]:
    """By alarm. Of several they are asked for in one call, as far as the region's latest actions tell of them."""
    found: dict[str, tuple[ActionResult, ...] | Gap] = {}
    if len(alarms) > 1:
        latest = _read_latest_actions(reader, region)
        if isinstance(latest, Gap):
            return {alarm.arn: latest for alarm in alarms}
        for alarm in alarms:
            own = [item for item in latest if item.get("AlarmName") == alarm.name]
            if own or len(latest) < MOST_ITEMS:
                found[alarm.arn] = tuple(result for item in own for result in _action_result(item))
    rest = [alarm for alarm in alarms if alarm.arn not in found]
    read = together([functools.partial(read_history, reader, alarm) for alarm in rest])
    return {**found, **dict(zip((alarm.arn for alarm in rest), read, strict=True))}


@or_gap
def read_tags(reader: Reader, alarm_arn: str, region: str) -> Mapping[str, str]:
    """The tags of an alarm."""
    answer = reader.ask(
        "cloudwatch", "list_tags_for_resource", region=region, about=alarm_arn, needs=("Tags",), ResourceARN=alarm_arn
    )
    return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}


def _watches(entry: Entry, metric_names: frozenset[str]) -> bool:
    if entry.get("MetricName") in metric_names:
        return True
    for query in entry.get("Metrics") or ():
        if query.get("MetricStat", {}).get("Metric", {}).get("MetricName") in metric_names:
            return True
    return any(may_be_about(text, name) for text in _expressions(entry) for name in metric_names)


def _expressions(entry: Entry) -> list[str]:
    """Metric math, queries of Metrics Insights and PromQL, which name metrics in their text."""
    math = [str(query["Expression"]) for query in entry.get("Metrics") or () if query.get("Expression")]
    return [*math, *filter(None, (_promql(entry),))]


def _promql(entry: Entry) -> str:
    criteria = (entry.get("EvaluationCriteria") or {}).get("PromQLCriteria") or {}
    return str(criteria.get("Query") or "")


def log_alarms_on(entries: Iterable[Entry], region: str, group_arns: Iterable[str]) -> tuple[LogAlarm, ...]:
    """The alarms that query one of the log groups themselves; the ARNs are without ':*'."""
    wanted = {spelling for arn in group_arns for spelling in (arn, f"{arn}:*", arn.split(":log-group:")[-1])}
    found = []
    for entry in entries:
        query = _log_query(entry)
        if query and wanted & set(query.log_groups):
            actions = entry.get("AlarmActions") or () if entry.get("ActionsEnabled", True) else ()
            name, groups = entry["AlarmName"], query.log_groups
            found.append(LogAlarm(name, region, groups, query.text, query.lines, tuple(actions)))
    return tuple(found)


def _log_query(entry: Entry) -> LogQuery | None:
    """What a log alarm evaluates; None of an alarm of another kind."""
    configuration = entry.get("ScheduledQueryConfiguration")
    if configuration is None:
        return None
    schedule = configuration.get("ScheduleConfiguration") or {}
    return LogQuery(
        text=configuration.get("QueryString") or "",
        log_groups=tuple(configuration.get("LogGroupIdentifiers") or ()),
        role=configuration.get("ScheduledQueryRoleARN") or "",
        schedule=schedule.get("ScheduleExpression") or "",
        start_offset=schedule.get("StartTimeOffset") or 0,
        end_offset=schedule.get("EndTimeOffset") or 0,
        aggregation=configuration.get("AggregationExpression") or "",
        results_to_evaluate=entry.get("QueryResultsToEvaluate") or 1,
        results_to_alarm=entry.get("QueryResultsToAlarm") or 1,
        lines=entry.get("ActionLogLineCount") or 0,
        lines_role=entry.get("ActionLogLineRoleArn") or "",
    )


def to_alarm(entry: Entry) -> Alarm:
    """The alarm of one of DescribeAlarms' entries."""
    arn = Arn.parse(entry["AlarmArn"])
    unit = entry.get("Unit")
    warm_up = entry.get("WarmUpConfiguration") or {}
    tags = (entry.get("ActionConfiguration") or {}).get("AlarmTagsPropagation") or {}
    return Alarm(
        arn=entry["AlarmArn"],
        name=entry["AlarmName"],
        account=arn.account,
        region=arn.region,
        actions_enabled=entry.get("ActionsEnabled", True),
        alarm_actions=tuple(entry.get("AlarmActions") or ()),
        state=entry.get("StateValue", ""),
        ok_actions=tuple(entry.get("OKActions") or ()),
        insufficient_data_actions=tuple(entry.get("InsufficientDataActions") or ()),
        description=entry.get("AlarmDescription") or "",
        metric_name=entry.get("MetricName"),
        metric_namespace=entry.get("Namespace"),
        dimensions={dimension["Name"]: dimension["Value"] for dimension in entry.get("Dimensions") or ()},
        statistic=entry.get("Statistic"),
        extended_statistic=entry.get("ExtendedStatistic"),
        period=entry.get("Period"),
        evaluation_periods=entry.get("EvaluationPeriods"),
        datapoints_to_alarm=entry.get("DatapointsToAlarm"),
        threshold=entry.get("Threshold"),
        comparison=entry.get("ComparisonOperator"),
        treat_missing_data=entry.get("TreatMissingData") or "missing",
        unit=unit or None,
        metrics=tuple(entry.get("Metrics") or ()),
        expression=_promql(entry),
        low_sample_percentile=entry.get("EvaluateLowSampleCountPercentile") or "evaluate",
        evaluation_state=entry.get("EvaluationState") or "",
        updated_at=entry.get("AlarmConfigurationUpdatedTimestamp"),
        warm_up_minutes=warm_up.get("WarmUpPeriodDurationInMinutes") or 0,
        warm_up_is_fixed=bool(warm_up.get("OnlyStartEvaluatingAfterWarmUpPeriodEnds")),
        sends_tags=bool(tags.get("Enabled")),
        log_query=_log_query(entry),
        unwritable=tuple(_unwritable(entry)),
        rule=entry.get("AlarmRule"),
        suppressor=entry.get("ActionsSuppressor") or None,
        suppressed_by=entry.get("ActionsSuppressedBy") or None,
    )


def _unwritable(entry: Entry) -> Iterator[str]:
    """The settings that PutMetricAlarm removes unless they are given again, where they are not at their default.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    if ((entry.get("ActionConfiguration") or {}).get("AlarmTagsPropagation") or {}).get("Enabled"):
        yield "ActionConfiguration"
    if (entry.get("EvaluationWindow") or {}).get("WallClockWindow"):
        yield "EvaluationWindow"
    if (entry.get("WarmUpConfiguration") or {}).get("WarmUpPeriodDurationInMinutes"):
        yield "WarmUpConfiguration"


@or_gap
def read_history(reader: Reader, alarm: Alarm) -> tuple[ActionResult, ...]:
    """The results of the alarm's actions, the newest first."""
    items = history_of(reader, alarm, "Action", **_LATEST)
    return tuple(result for item in items for result in _action_result(item))


@or_gap
def _read_latest_actions(reader: Reader, region: str) -> list[Entry]:
    """The latest actions of all alarms of a region, the newest first."""
    return history_items(reader, region, "alarms", ["MetricAlarm", "CompositeAlarm"], "Action", **_LATEST)


def _action_result(item: Entry) -> Iterator[ActionResult]:
    """The result that a history item tells of, if it tells of one."""
    summary = item.get("HistorySummary", "")
    data = history_data(item)
    action = data.get("notificationResource") or next(iter(re.findall(r"\barn:[^\s\"]+[^\s\".]", summary)), "")
    if not action:
        return
    failed = data["actionState"] == "Failed" if "actionState" in data else summary.startswith("Failed")
    detail = str(data.get("error") or summary)
    yield ActionResult(at=item["Timestamp"], action=action, succeeded=not failed, detail=detail)


@or_gap
def read_mute_rules(reader: Reader, region: str, alarm_names: Iterable[str]) -> tuple[MuteRule, ...]:
    """The mute rules that target one of the alarms, but those that have expired.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListAlarmMuteRules.html
    """
    names = sorted(alarm_names)
    if not names:
        return ()
    if not reader.can_ask("cloudwatch", "list_alarm_mute_rules", region):
        raise Unanswered(_too_old_for_mute_rules(region))
    arns = _mute_rules_of(reader, region, names)
    return tuple(together([functools.partial(_read_mute_rule, reader, region, arn) for arn in arns]))


def _mute_rules_of(reader: Reader, region: str, alarm_names: Sequence[str]) -> Iterable[str]:
    """The ARNs of rules that may target one of the alarms: all of the region if that takes fewer calls."""
    if len(alarm_names) > 1:
        every_rule = _list_mute_rules(reader, region)
        if len(every_rule) <= len(alarm_names):
            return every_rule
    listed = together(
        [functools.partial(_list_mute_rules, reader, region, AlarmName=alarm_name) for alarm_name in alarm_names]
    )
    return dict.fromkeys(arn for found in listed for arn in found)


def _list_mute_rules(reader: Reader, region: str, **of_alarm: Any) -> tuple[str, ...]:
    try:
        pages = reader.pages(
            "cloudwatch",
            "list_alarm_mute_rules",
            region=region,
            about=f"alarm {of_alarm['AlarmName']}" if of_alarm else "mute rules",
            needs=("AlarmMuteRuleSummaries",),
            missing=_NOT_OFFERED,
            **of_alarm,
            Statuses=["SCHEDULED", "ACTIVE"],
        )
    except NotThere:
        return ()
    return tuple(summary["AlarmMuteRuleArn"] for page in pages for summary in page["AlarmMuteRuleSummaries"])


def _read_mute_rule(reader: Reader, region: str, arn: str) -> MuteRule:
    # A summary names the rule in its ARN alone: arn:PARTITION:cloudwatch:REGION:ACCOUNT:alarm-mute-rule:NAME
    name = Arn.parse(arn).resource.partition(":")[2]
    answer = reader.ask(
        "cloudwatch", "get_alarm_mute_rule", region=region, about=arn, needs=("Rule",), AlarmMuteRuleName=name
    )
    schedule = answer["Rule"].get("Schedule", {})
    return MuteRule(
        name=name,
        arn=arn,
        status=answer.get("Status", ""),
        alarm_names=tuple(answer.get("MuteTargets", {}).get("AlarmNames") or ()),
        schedule=schedule.get("Expression", ""),
        duration=schedule.get("Duration", ""),
    )


def _too_old_for_mute_rules(region: str) -> Gap:
    return Gap(
        call="cloudwatch:ListAlarmMuteRules",
        resource=region,
        code="RESPONSE_INCOMPLETE",
        detail="The installed botocore does not know alarm mute rules; update boto3 to 1.42.56 or newer.",
    )
