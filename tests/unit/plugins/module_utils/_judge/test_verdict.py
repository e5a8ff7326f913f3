# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which path decides, and what is said of it. The single links have their cases in test_wrong_verdicts.py."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    ActionResult,
    Gap,
    MuteRule,
    Observation,
    Subscription,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge import verdict as alert_path
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Verdict
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    ACCOUNT,
    ALARM_ARN,
    BOTH_FILTERS,
    CHAT,
    DENIED,
    GROUP_ARN,
    KEY_POLICY,
    OTHER_ACCOUNT,
    PENDING,
    READ_AT,
    REGION,
    SEVEN,
    SEVEN_NAMES,
    SIX,
    SIX_NAMES,
    TOPIC_ARN,
    a_composite_alarm,
    a_filter,
    a_group,
    a_subscription,
    a_topic,
    a_trail,
    an_alarm,
    an_encrypted_topic,
    any_of,
    whole_account,
    with_alarm,
    with_alarms,
    with_filters,
    with_pattern,
    with_subscriptions,
    with_topic,
    with_trail,
)


def judge(observation: Observation, benchmark: str = "cis_v1_4_0", **options: Any) -> Verdict:
    return alert_path.judge(observation, SECURITY_GROUP_CHANGES, benchmark, **options)


def statuses(verdict: Verdict) -> list[str]:
    return [link.status for link in verdict.links]


def codes(verdict: Verdict) -> list[str]:
    return [link.code for link in verdict.links]


def test_a_verdict_is_plain_data() -> None:
    entry = judge(whole_account()).as_dict()
    assert json.loads(json.dumps(entry)) == entry
    assert list(entry) == [
        "control",
        "title",
        "benchmark",
        "verdict",
        "reason",
        "fix",
        "covered_by",
        "links",
        "other_paths",
        "cases",
        "notes",
        "standards",
        "other_auditors",
    ]
    assert [link["link"] for link in entry["links"]] == list(alert_path.LINKS)
    assert [case["name"] for case in entry["cases"]] == SEVEN_NAMES


def test_an_unknown_benchmark_is_an_error() -> None:
    with pytest.raises(KeyError):
        judge(whole_account(), "cis_v9_9_9")


def test_a_link_lists_its_findings_when_there_are_several() -> None:
    link = judge(with_alarm(actions_enabled=False, threshold=5.0)).as_dict()["links"][3]
    assert [finding["code"] for finding in link["findings"]] == ["ALARM_ACTIONS_DISABLED", "ALARM_THRESHOLD"]
    assert "findings" not in judge(with_alarm(threshold=5.0)).as_dict()["links"][3]


class TestEvents:
    def test_filters_on_one_metric_count_together(self) -> None:
        spread = with_filters(*(a_filter(any_of([name]), name) for name in SEVEN_NAMES))
        assert judge(spread, "cis_v7_0_0").verdict == "compliant"

    def test_what_one_filter_leaves_out_another_may_catch(self) -> None:
        patterns = ["{ (" + SEVEN[2:-2] + f") && ($.sourceIPAddress {operator} 10.*) }}" for operator in ("=", "!=")]
        inside, outside = (a_filter(pattern, pattern[-8:-4]) for pattern in patterns)
        assert judge(with_filters(inside, outside)).verdict == "compliant"
        verdict = judge(with_filters(inside))
        assert (verdict.verdict, verdict.links[2].code) == ("non_compliant", "FILTER_NARROWED")

    def test_a_later_benchmark_asks_for_one_event_more(self) -> None:
        assert judge(with_pattern(SIX), "cis_v4_0_0").verdict == "compliant"
        verdict = judge(with_pattern(SIX), "cis_v5_0_0")
        assert verdict.verdict == "non_compliant"
        assert verdict.links[2].code == "FILTER_EVENTS_UNCOVERED"
        assert "ModifySecurityGroupRules" in verdict.reason

    def test_a_filter_whose_values_are_lost_counts_for_nothing(self) -> None:
        halves = (a_filter(any_of(SIX_NAMES[:3]), "first"), a_filter(any_of(SIX_NAMES[3:]), "second", metric_value="0"))
        verdict = judge(with_filters(*halves))
        assert (verdict.verdict, verdict.links[2].code) == ("non_compliant", "FILTER_VALUE_UNUSABLE")

    def test_a_filter_whose_values_are_lost_does_no_harm_beside_a_whole_one(self) -> None:
        assert judge(with_filters(*BOTH_FILTERS, a_filter(name="lost", dimensions={"a": "$.b"}))).verdict == "compliant"

    def test_events_spread_over_metrics_are_covered_if_each_has_a_whole_path(self) -> None:
        metrics = [a_filter(any_of([name]), name, metric_name=name) for name in SEVEN_NAMES]
        alarms = [an_alarm(name=name, metric_name=name) for name in SEVEN_NAMES]
        account = dataclasses.replace(with_filters(*metrics), alarms={REGION: tuple(alarms)})
        verdict = judge(account)
        assert verdict.verdict == "compliant"
        assert statuses(verdict) == ["pass"] * 6
        assert {case.degree for case in verdict.cases} == {"full"}
        alarms[2] = dataclasses.replace(alarms[2], actions_enabled=False)
        assert judge(dataclasses.replace(account, alarms={REGION: tuple(alarms)})).verdict == "non_compliant"

    def test_a_pattern_that_can_not_be_told_is_unknown(self) -> None:
        # How AWS reads a wildcard whose text comes twice in the value is not established.
        pattern = any_of(SIX_NAMES[1:])[:-2] + ' || ($.eventName = "A*Ing*s") }'
        assert judge(with_pattern(pattern)).verdict == "unknown"
        assert judge(with_pattern(pattern)).links[2].code == "FILTER_UNDETERMINED"

    def test_a_filter_for_nearly_every_event_keeps_the_alarm_in_alarm(self) -> None:
        verdict = judge(with_pattern("{ $.eventName != HeadBucket }"))
        assert (verdict.links[2].status, verdict.links[2].code) == ("fail", "FILTER_TOO_BROAD")

    def test_a_filter_that_also_matches_read_only_calls_is_a_warning(self) -> None:
        verdict = judge(with_pattern('{ $.eventName = "*SecurityGroup*" }'))
        assert verdict.verdict == "compliant"
        assert (verdict.links[2].status, verdict.links[2].code) == ("warn", "FILTER_TOO_BROAD")

    @pytest.mark.parametrize(
        "pattern",
        [
            SIX.rstrip(" }"),
            SIX[:-2] + " || ($.managementEvent is oneday) }",
            '{ ($.eventName = "*SecurityGroup*") && ($.managementEvent is oneday) }',
        ],
    )
    def test_a_pattern_that_aws_has_accepted_and_nobody_reads_is_unknown(self, pattern: str) -> None:
        for filters in ([a_filter(pattern)], [a_filter(pattern), a_filter(any_of(SIX_NAMES[:3]), "half")]):
            verdict = judge(with_filters(*filters))
            assert (verdict.verdict, verdict.links[2].code) == ("unknown", "FILTER_PATTERN_INVALID")
            assert "has accepted" in verdict.reason

    def test_it_does_no_harm_beside_a_whole_one(self) -> None:
        assert judge(with_filters(*BOTH_FILTERS, a_filter(SIX.rstrip(" }"), "odd"))).verdict == "compliant"

    @pytest.mark.parametrize(
        "pattern",
        [
            "{ $.eventName = ConsoleLogin }",
            # They match denied calls, and those of the root user, whatever the event.
            '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
            '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }',
        ],
    )
    def test_other_filters_are_not_for_the_control(self, pattern: str) -> None:
        verdict = judge(with_pattern(pattern))
        assert codes(verdict)[2:] == [
            "FILTER_MISSING",
            "ALARM_MISSING",
            "TOPIC_MISSING",
            "SUBSCRIPTION_MISSING",
        ]


class TestWords:
    """A reason that names what misleads the reader is worth more than one that only says what is missing."""

    def test_names_joined_with_and_are_explained(self) -> None:
        assert "joined with &&" in judge(with_pattern(any_of(SIX_NAMES, " && "))).reason
        assert "&&" not in judge(with_pattern(any_of([name.lower() for name in SIX_NAMES]))).reason

    def test_several_filters_are_spoken_of_in_the_plural(self) -> None:
        halves = with_filters(a_filter(any_of(SIX_NAMES[:2]), "first"), a_filter(any_of(SIX_NAMES[2:4]), "second"))
        assert (
            judge(halves).reason == "Metric filters first and second miss CreateSecurityGroup and DeleteSecurityGroup."
        )
        one = with_pattern(any_of(SIX_NAMES[:5]))
        assert judge(one).reason == "Metric filter six misses DeleteSecurityGroup."

    def test_an_alarm_that_one_may_take_for_the_missing_one_is_named(self) -> None:
        assert (
            "watches security_group_changes_metric of namespace x instead."
            in judge(with_alarm(metric_namespace="x")).reason
        )
        away = whole_account(alarms={REGION: (), "us-east-1": (an_alarm(region="us-east-1"),)})
        assert "is in us-east-1, where that metric does not exist." in judge(away).reason
        stranger = judge(with_alarms(an_alarm(metric_name="other", metric_namespace="x"))).reason
        assert "Alarm security" not in stranger

    def test_a_filter_on_the_wrong_log_group_is_named(self) -> None:
        arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:idle"
        groups = {GROUP_ARN: a_group(filters=()), arn: a_group(arn=arn, name="idle")}
        assert "Metric filter six is on log group idle in" in judge(whole_account(log_groups=groups)).reason
        groups[arn] = a_group(a_filter("{ $.eventName = ConsoleLogin }"), arn=arn, name="idle")
        assert "idle" not in judge(whole_account(log_groups=groups)).reason

    @pytest.mark.parametrize(
        ("filters", "words"),
        [
            (0, "has no metric filter for this control."),
            (1, "has no metric filter for this control (its only filter is for something else)."),
            (4, "has no metric filter for this control (none of its 4 filters is for it)."),
        ],
    )
    def test_filters_for_something_else_are_counted(self, filters: int, words: str) -> None:
        others = tuple(a_filter("{ $.eventName = ConsoleLogin }", name=f"other{number}") for number in range(filters))
        groups = {GROUP_ARN: a_group(filters=others)}
        assert judge(whole_account(log_groups=groups)).reason == f"Log group cloudtrail {words}"

    def test_warnings_are_kept_beside_one_another_but_not_beside_a_failure(self) -> None:
        names = [*SIX_NAMES, "DescribeSecurityGroups"]
        broad_and_old = judge(with_pattern(any_of(names))).links[2]
        assert [finding.code for finding in broad_and_old.findings] == ["FILTER_TOO_BROAD", "FILTER_EVENTS_UNCOVERED"]
        broken = judge(with_pattern(any_of(SIX_NAMES[:5]))).links[2]
        assert [finding.status for finding in broken.findings] == ["fail"]


class TestWhichPathDecides:
    def test_one_whole_path_is_enough(self) -> None:
        account = with_alarms(an_alarm(name="broken", threshold=9.0), an_alarm())
        verdict = judge(account)
        assert verdict.verdict == "compliant"
        assert [[link.code for link in path.links][3] for path in verdict.other_paths] == ["ALARM_THRESHOLD"]

    def test_of_broken_paths_the_one_that_holds_longest_comes_first(self) -> None:
        pending = dataclasses.replace(a_topic(subscriptions=(PENDING,)), arn=f"{TOPIC_ARN}2")
        account = dataclasses.replace(
            with_alarms(an_alarm(name="disabled", actions_enabled=False), an_alarm(alarm_actions=(pending.arn,))),
            topics={TOPIC_ARN: a_topic(), pending.arn: pending},
        )
        verdict = judge(account)
        assert codes(verdict)[-1] == "SUBSCRIPTION_PENDING"
        assert len(verdict.other_paths) == 1

    def test_then_the_one_with_fewer_failures(self) -> None:
        account = with_alarms(
            an_alarm(name="empty", alarm_actions=()), an_alarm(name="disabled", actions_enabled=False)
        )
        assert judge(account).links[3].code == "ALARM_ACTIONS_DISABLED"

    def test_any_action_topic_and_subscriber_suffices(self) -> None:
        empty = dataclasses.replace(a_topic(subscriptions=()), arn=f"{TOPIC_ARN}2")
        filtered = a_subscription(arn=f"{TOPIC_ARN}:1", filter_policy={"a": ["b"]})
        account = dataclasses.replace(
            with_alarm(alarm_actions=("arn:aws:lambda:eu-west-1:1:function:f", empty.arn, TOPIC_ARN)),
            topics={TOPIC_ARN: a_topic(subscriptions=(filtered, PENDING, a_subscription())), empty.arn: empty},
        )
        verdict = judge(account)
        assert verdict.verdict == "compliant"
        assert verdict.links[5].status == "warn"

    @pytest.mark.parametrize(
        ("subscriber", "code"),
        [
            (a_subscription(protocol="https", endpoint=CHAT, raw_delivery=True), "SUBSCRIPTION_RAW_CHAT"),
            (a_subscription(protocol="https", endpoint=CHAT), "OK"),
            (a_subscription(protocol="https", endpoint=CHAT, raw_delivery=DENIED), "OK"),
            (a_subscription(protocol="https", endpoint="https://hooks.example.com", raw_delivery=True), "OK"),
            (a_subscription(protocol="sqs", endpoint="arn:aws:sqs:eu-west-1:1:alarms", raw_delivery=True), "OK"),
        ],
    )
    def test_a_chat_channel_that_shows_nothing_is_a_warning(self, subscriber: Subscription, code: str) -> None:
        verdict = judge(with_subscriptions(subscriber, a_subscription()))
        assert (verdict.verdict, codes(verdict)[-1]) == ("compliant", code)

    def test_what_is_known_to_break_is_not_excused_by_what_is_not_known(self) -> None:
        account = dataclasses.replace(with_alarm(actions_enabled=False), trails=(a_trail(status=DENIED),))
        verdict = judge(account)
        assert verdict.verdict == "non_compliant"
        assert codes(verdict) == ["ACCESS_DENIED", "OK", "OK", "ALARM_ACTIONS_DISABLED", "OK", "OK"]

    def test_a_path_that_may_be_whole_keeps_the_verdict_open(self) -> None:
        arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:second"
        account = dataclasses.replace(
            with_alarm(actions_enabled=False),
            trails=(a_trail(), a_trail(arn=f"{GROUP_ARN}2", name="second", log_group_arn=arn)),
            log_groups={GROUP_ARN: a_group(), arn: a_group(arn=arn, name="second", filters=DENIED)},
        )
        verdict = judge(account)
        assert verdict.verdict == "unknown"
        assert statuses(verdict) == ["pass", "pass", "unknown", "unknown", "unknown", "unknown"]
        assert set(codes(verdict)[2:]) == {"ACCESS_DENIED"}

    def test_what_lies_elsewhere_outweighs_a_broken_path_here(self) -> None:
        group = f"arn:aws:logs:us-east-1:{OTHER_ACCOUNT}:log-group:org:*"
        trail = a_trail(arn=f"arn:aws:cloudtrail:us-east-1:{OTHER_ACCOUNT}:trail/org", log_group_arn=group)
        verdict = judge(dataclasses.replace(with_alarms(), trails=(a_trail(), trail)))
        assert verdict.verdict == "covered_elsewhere"
        assert statuses(verdict) == ["pass"] + ["elsewhere"] * 5
        assert verdict.as_dict()["covered_by"] == {
            "account": OTHER_ACCOUNT,
            "region": "us-east-1",
            "log_group_arn": group.removesuffix(":*"),
        }

    def test_a_stopped_trail_covers_nobody_elsewhere(self) -> None:
        group = f"arn:aws:logs:us-east-1:{OTHER_ACCOUNT}:log-group:org"
        account = with_trail(log_group_arn=group, is_multi_region=False)
        assert judge(dataclasses.replace(account, log_groups={})).verdict == "non_compliant"

    def test_all_but_the_trail_is_there(self) -> None:
        verdict = judge(whole_account(trails=()))
        assert statuses(verdict) == ["fail", "pass", "pass", "pass", "pass", "pass"]

    @pytest.mark.parametrize(("part", "place"), [({"log_groups": {}}, 1), ({"alarms": {}}, 3), ({"topics": {}}, 4)])
    def test_what_the_observation_does_not_speak_of_is_unknown(self, part: dict[str, Any], place: int) -> None:
        verdict = judge(whole_account(**part))
        assert verdict.verdict == "unknown"
        assert codes(verdict)[place:] == ["RESPONSE_INCOMPLETE"] * (6 - place)

    def test_how_long_a_trail_may_be_silent_can_be_said(self) -> None:
        assert judge(whole_account(), stale_after=timedelta(minutes=1)).links[0].code == "TRAIL_DELIVERY_STALE"


class TestTopicsOfOtherAccounts:
    ARN = f"arn:aws:sns:{REGION}:{OTHER_ACCOUNT}:central"

    def account(self, topic: Any) -> Observation:
        return dataclasses.replace(with_alarm(alarm_actions=(self.ARN,)), topics={self.ARN: topic})

    def topic(self, **changes: Any) -> Any:
        return a_topic(arn=self.ARN, account=OTHER_ACCOUNT, owner=OTHER_ACCOUNT, **changes)

    def test_one_that_can_not_be_read_has_to_be_verified_there(self) -> None:
        for topic in (DENIED, self.topic(policy=DENIED, key=DENIED, subscriptions=DENIED)):
            verdict = judge(self.account(topic))
            assert verdict.verdict == "covered_elsewhere"
            assert codes(verdict)[4:] == ["TOPIC_IN_OTHER_ACCOUNT"] * 2
            assert verdict.as_dict()["covered_by"] == {
                "account": OTHER_ACCOUNT,
                "region": REGION,
                "log_group_arn": None,
            }

    def test_one_that_can_be_read_is_judged(self) -> None:
        allow = {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish"}
        assert judge(self.account(self.topic(policy={"Statement": [allow]}))).verdict == "compliant"

    def test_the_default_policy_lets_in_its_own_account_only(self) -> None:
        assert judge(self.account(self.topic(policy=None))).links[4].code == "TOPIC_POLICY_DENIES"
        assert judge(with_topic(policy=None)).verdict == "compliant"


class TestCompositeAlarms:
    QUIET: ClassVar[dict[str, Any]] = {"alarm_actions": (), "actions_enabled": False}

    @pytest.mark.parametrize(
        "rule",
        [
            "ALARM(security_group_changes_alarm)",
            'ALARM("security_group_changes_alarm")',
            f"ALARM('{ALARM_ARN}')",
            "ALARM(other) OR ALARM(security_group_changes_alarm)",
            "(ALARM(other) or (ALARM(security_group_changes_alarm)))",
        ],
    )
    def test_one_that_follows_the_alarm_notifies_for_it(self, rule: str) -> None:
        verdict = judge(with_alarms(an_alarm(**self.QUIET), a_composite_alarm(rule)))
        assert verdict.verdict == "compliant"
        assert verdict.links[3].resource.endswith(":composite")

    @pytest.mark.parametrize(
        "rule",
        [
            "ALARM(other) AND ALARM(security_group_changes_alarm)",
            "NOT ALARM(security_group_changes_alarm)",
            "OK(security_group_changes_alarm)",
            "AT_LEAST(2, ALARM, (security_group_changes_alarm, other))",
            "ALARM(security_group_changes_alarm) XOR ALARM(other)",
        ],
    )
    def test_one_with_another_rule_is_unknown(self, rule: str) -> None:
        verdict = judge(with_alarms(an_alarm(**self.QUIET), a_composite_alarm(rule)))
        assert (verdict.verdict, verdict.links[3].code) == ("unknown", "ALARM_WITHOUT_ACTION")

    @pytest.mark.parametrize(
        "rule",
        [
            "AT_LEAST(1, ALARM, (security_group_changes_alarm))",
            "ALARM(security_group_changes_alarm) AND TRUE",
            "NOT OK(security_group_changes_alarm)",
        ],
    )
    def test_one_that_is_in_alarm_with_the_alarm_alone_passes(self, rule: str) -> None:
        verdict = judge(with_alarms(an_alarm(**self.QUIET), a_composite_alarm(rule)))
        assert (verdict.verdict, verdict.links[3].status) == ("compliant", "pass")

    @pytest.mark.parametrize(
        "rule",
        [
            "ALARM(other) OR ALARM(security_group_changes_alarm)",
            'AT_LEAST(1, ALARM, ("other", "security_group_changes_alarm"))',
            "AT_LEAST(50%, NOT OK, (security_group_changes_alarm, other))",
        ],
    )
    def test_one_that_another_alarm_keeps_in_alarm_hides_changes(self, rule: str) -> None:
        verdict = judge(with_alarms(an_alarm(**self.QUIET), a_composite_alarm(rule)))
        assert verdict.verdict == "compliant"
        assert (verdict.links[3].status, verdict.links[3].code) == ("warn", "ALARM_COMPOSITE_RULE")

    @pytest.mark.parametrize(
        "rule", ["ALARM(security_group_changes_alarm) OR TRUE", "ALARM(security_group_changes_alarm) AND FALSE"]
    )
    def test_one_that_never_changes_its_state_tells_nobody(self, rule: str) -> None:
        verdict = judge(with_alarms(an_alarm(**self.QUIET), a_composite_alarm(rule)))
        assert (verdict.verdict, verdict.links[3].code) == ("non_compliant", "ALARM_COMPOSITE_RULE")

    def test_one_that_is_in_alarm_for_want_of_data_tells_nobody_of_a_sparse_metric(self) -> None:
        composite = a_composite_alarm("NOT OK(security_group_changes_alarm)")
        verdict = judge(with_alarms(an_alarm(**self.QUIET, treat_missing_data="missing"), composite))
        assert (verdict.verdict, verdict.links[3].code) == ("non_compliant", "ALARM_COMPOSITE_RULE")

    def test_a_circle_of_them_is_unknown(self) -> None:
        rules = ("ALARM(security_group_changes_alarm) AND NOT ALARM(second)", "ALARM(first)")
        first = a_composite_alarm(rules[0], name="first", alarm_actions=())
        assert judge(
            with_alarms(an_alarm(**self.QUIET), first, a_composite_alarm(rules[1], name="second"))
        ).verdict == ("unknown")

    def test_one_that_watches_another_alarm_does_not_count(self) -> None:
        composite = a_composite_alarm("ALARM(security_group_changes_alarm_2)")
        assert judge(with_alarms(an_alarm(**self.QUIET), composite)).verdict == "non_compliant"

    def test_its_own_actions_count(self) -> None:
        composite = a_composite_alarm("ALARM(security_group_changes_alarm)", actions_enabled=False)
        assert judge(with_alarms(an_alarm(**self.QUIET), composite)).links[3].code == "ALARM_ACTIONS_DISABLED"

    @pytest.mark.parametrize(
        ("suppressed_by", "verdict", "status", "words"),
        [
            (None, "compliant", "warn", "Alarm deployments can suppress the actions of composite alarm composite."),
            (
                "Alarm",
                "non_compliant",
                "fail",
                "Alarm deployments now suppresses the actions of composite alarm composite.",
            ),
        ],
    )
    def test_an_alarm_that_suppresses_its_actions(
        self, suppressed_by: str | None, verdict: str, status: str, words: str
    ) -> None:
        rule = "ALARM(security_group_changes_alarm)"
        composite = a_composite_alarm(rule, suppressor="deployments", suppressed_by=suppressed_by)
        judged = judge(with_alarms(an_alarm(**self.QUIET), composite))
        link = judged.links[3]
        assert (judged.verdict, link.status, link.code, link.detail) == (verdict, status, "ALARM_MUTED", words)

    def test_the_metric_alarm_still_has_to_go_off(self) -> None:
        composite = a_composite_alarm("ALARM(security_group_changes_alarm)")
        assert judge(with_alarms(an_alarm(**self.QUIET, threshold=7.0), composite)).links[3].code == "ALARM_THRESHOLD"

    def test_one_may_watch_another_that_watches_the_alarm(self) -> None:
        inner = a_composite_alarm("ALARM(security_group_changes_alarm)", name="inner", alarm_actions=())
        outer = a_composite_alarm("ALARM(inner)", name="outer")
        assert judge(with_alarms(an_alarm(**self.QUIET), outer, inner)).verdict == "compliant"


class TestAlarms:
    """What test_wrong_verdicts.py does not have: alarms that are unusual and work, or may."""

    METRIC: ClassVar[dict[str, Any]] = {"Namespace": "CISBenchmark", "MetricName": "security_group_changes_metric"}

    def query(self, **changes: Any) -> dict[str, Any]:
        return {"Id": "m1", "MetricStat": {"Metric": self.METRIC, "Period": 300, "Stat": "Sum", **changes}}

    def on_math(self, *queries: dict[str, Any]) -> Observation:
        return with_alarm(metric_name=None, metric_namespace=None, statistic=None, period=None, metrics=queries)

    def test_one_metric_written_as_math_is_a_plain_alarm(self) -> None:
        assert judge(self.on_math(self.query())).verdict == "compliant"
        assert judge(self.on_math(self.query(Stat="Average"))).links[3].code == "ALARM_STATISTIC"
        assert judge(self.on_math(self.query(Unit="Count"))).links[3].code == "ALARM_UNIT"

    def test_metric_math_is_unknown(self) -> None:
        verdict = judge(self.on_math(self.query(), {"Id": "e1", "Expression": "FILL(m1, 0)"}))
        assert (verdict.verdict, verdict.links[3].code) == ("unknown", "ALARM_STATISTIC")

    def test_a_metrics_insights_query_that_names_the_metric_is_unknown(self) -> None:
        query = {"Id": "q1", "Expression": "SELECT SUM(security_group_changes_metric) FROM CISBenchmark"}
        assert judge(self.on_math(query)).verdict == "unknown"

    def test_math_on_another_metric_is_no_alarm_on_this_one(self) -> None:
        other = {"Id": "m1", "MetricStat": {"Metric": {**self.METRIC, "Namespace": "x"}, "Period": 1, "Stat": "Sum"}}
        assert judge(self.on_math(other)).links[3].code == "ALARM_MISSING"

    @pytest.mark.parametrize(
        ("alarm", "code"),
        [
            ({"statistic": "Maximum"}, "ALARM_STATISTIC"),
            ({"statistic": "SampleCount"}, "ALARM_STATISTIC"),
            ({"threshold": 0.0}, "ALARM_THRESHOLD"),
            ({"period": 10}, "ALARM_PERIODS"),
            ({"period": 86400}, "ALARM_PERIODS"),
            ({"evaluation_periods": 24, "datapoints_to_alarm": 1}, "ALARM_PERIODS"),
        ],
    )
    def test_what_works_but_is_not_as_prescribed_is_a_warning(self, alarm: dict[str, Any], code: str) -> None:
        verdict = judge(with_alarm(**alarm))
        assert verdict.verdict == "compliant"
        assert (verdict.links[3].status, verdict.links[3].code) == ("warn", code)

    @pytest.mark.parametrize(
        "alarm",
        [
            {"threshold": 0.5},
            {"comparison": "GreaterThanThreshold", "threshold": 0.5},
            {"period": 60},
            {"evaluation_periods": 3, "datapoints_to_alarm": 1},
            {"unit": "None"},
            {"state": "ALARM"},
        ],
    )
    def test_what_amounts_to_the_prescribed_alarm_passes(self, alarm: dict[str, Any]) -> None:
        assert judge(with_alarm(**alarm)).links[3].status == "pass"

    @pytest.mark.parametrize(
        ("written", "alarm", "link", "code"),
        [
            ({"default_value": 1.0}, {}, 3, "ALARM_THRESHOLD"),
            ({"default_value": 0.5}, {}, 3, "ALARM_THRESHOLD"),
            ({"default_value": 1.0}, {"statistic": "Maximum"}, 3, "ALARM_THRESHOLD"),
            ({"default_value": 0.0}, {"threshold": 0.0}, 3, "ALARM_THRESHOLD"),
            ({"default_value": 0.0}, {"statistic": "SampleCount"}, 3, "ALARM_STATISTIC"),
            ({"default_value": 0.0}, {"statistic": "Average"}, 3, "ALARM_STATISTIC"),
            ({"default_value": 0.0}, {"statistic": "Minimum"}, 3, "ALARM_STATISTIC"),
            ({"default_value": 0.0}, {"statistic": None, "extended_statistic": "p99"}, 3, "ALARM_STATISTIC"),
            ({"default_value": -1.0}, {}, 2, "FILTER_VALUE_UNUSABLE"),
            ({"default_value": -2.0, "metric_value": "8"}, {}, 2, "FILTER_VALUE_UNUSABLE"),
            ({"metric_value": "5"}, {"threshold": 6.0}, 3, "ALARM_THRESHOLD"),
        ],
    )
    def test_what_the_filter_writes_decides_about_the_alarm(
        self, written: dict[str, Any], alarm: dict[str, Any], link: int, code: str
    ) -> None:
        account = dataclasses.replace(with_filters(a_filter(SEVEN, **written)), alarms={REGION: (an_alarm(**alarm),)})
        verdict = judge(account)
        assert (verdict.links[link].status, verdict.links[link].code) == ("fail", code)

    @pytest.mark.parametrize(
        ("written", "alarm", "status"),
        [
            ({"default_value": 0.0}, {}, "pass"),
            ({"default_value": 0.0}, {"treat_missing_data": "ignore"}, "warn"),
            ({"default_value": 0.0}, {"statistic": "Maximum"}, "warn"),
            ({"metric_value": "5"}, {"threshold": 5.0}, "pass"),
            ({"unit": "Count"}, {"unit": "Count"}, "pass"),
        ],
    )
    def test_and_may_make_it_work(self, written: dict[str, Any], alarm: dict[str, Any], status: str) -> None:
        account = dataclasses.replace(with_filters(a_filter(SEVEN, **written)), alarms={REGION: (an_alarm(**alarm),)})
        verdict = judge(account)
        assert verdict.verdict == "compliant"
        assert verdict.links[3].status == status

    def test_a_unit_is_not_to_blame_where_no_filter_matches(self) -> None:
        account = dataclasses.replace(
            with_pattern(any_of(SIX_NAMES, " && ")), alarms={REGION: (an_alarm(unit="None"),)}
        )
        assert codes(judge(account))[2:4] == ["FILTER_NEVER_MATCHES", "OK"]

    def test_values_of_another_unit_are_not_seen(self) -> None:
        halves = (a_filter(any_of(SIX_NAMES[:3]), "first"), a_filter(any_of(SIX_NAMES[3:]), "second", unit="Count"))
        account = dataclasses.replace(with_filters(*halves), alarms={REGION: (an_alarm(unit="Count"),)})
        assert judge(account).links[3].code == "ALARM_UNIT"

    def test_what_an_alarm_without_a_unit_sees_of_several_is_not_defined(self) -> None:
        halves = (a_filter(any_of(SIX_NAMES[:3]), "first"), a_filter(any_of(SIX_NAMES[3:]), "second", unit="Count"))
        verdict = judge(with_filters(*halves))
        assert (verdict.verdict, verdict.links[3].code) == ("unknown", "ALARM_UNIT")
        same = [dataclasses.replace(one, transformations=halves[1].transformations) for one in halves]
        assert judge(with_filters(*same)).verdict == "compliant"

    def test_an_alarm_for_each_unit_sees_all(self) -> None:
        halves = (a_filter(any_of(SIX_NAMES[:3]), "first"), a_filter(any_of(SIX_NAMES[3:]), "second", unit="Count"))
        alarms = [an_alarm(name=unit, unit=unit) for unit in ("None", "Count")]
        account = dataclasses.replace(with_filters(*halves), alarms={REGION: tuple(alarms)})
        assert judge(account).verdict == "compliant"
        assert judge(dataclasses.replace(account, alarms={REGION: tuple(alarms[:1])})).verdict == "non_compliant"

    def test_the_statistic_is_named_and_why_it_is_wrong(self) -> None:
        assert "p99" in judge(self.on_math(self.query(Stat="p99"))).links[3].detail
        zero = dataclasses.replace(
            with_filters(a_filter(SEVEN, default_value=0.0)), alarms={REGION: (an_alarm(statistic="Average"),)}
        )
        assert "hide" in judge(zero).reason
        default = dataclasses.replace(
            with_filters(a_filter(SEVEN, default_value=0.0)), alarms={REGION: (an_alarm(statistic="SampleCount"),)}
        )
        assert "default values also count as samples" in judge(default).reason

    def test_a_mute_rule_to_come_is_a_warning_and_one_of_the_past_is_nothing(self) -> None:
        rule = MuteRule("nights", "arn:mute", "SCHEDULED", ("security_group_changes_alarm",), "cron(0 0 * * *)", "PT8H")
        for status, expected in (("SCHEDULED", "warn"), ("EXPIRED", "pass")):
            muted = dataclasses.replace(rule, status=status)
            assert judge(whole_account(mute_rules={REGION: (muted,)})).links[3].status == expected
        other = dataclasses.replace(rule, status="ACTIVE", alarm_names=("another",))
        assert judge(whole_account(mute_rules={REGION: (other,)})).links[3].status == "pass"


class TestKeys:
    def test_the_alias_of_the_aws_managed_key_says_enough(self) -> None:
        verdict = judge(with_topic(key_id="alias/aws/sns", key=DENIED))
        assert (verdict.verdict, verdict.links[4].code) == ("non_compliant", "TOPIC_KEY_UNUSABLE")

    def test_so_does_its_manager(self) -> None:
        verdict = judge(whole_account(topics={TOPIC_ARN: an_encrypted_topic(manager="AWS")}))
        assert (verdict.verdict, verdict.links[4].code) == ("non_compliant", "TOPIC_KEY_UNUSABLE")

    def test_a_key_that_cloudwatch_may_use_is_no_hindrance(self) -> None:
        assert judge(whole_account(topics={TOPIC_ARN: an_encrypted_topic()})).links[4].status == "pass"

    @pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey*"])
    def test_one_of_the_two_actions_is_not_enough(self, action: str) -> None:
        allow = {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": action}
        topic = an_encrypted_topic(policy={"Statement": [{**allow, "Resource": "*"}]})
        assert judge(whole_account(topics={TOPIC_ARN: topic})).links[4].code == "TOPIC_KEY_UNUSABLE"

    def test_a_condition_on_the_topic_is_known_to_hold(self) -> None:
        condition = {"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": TOPIC_ARN}}
        statements = [{**one, "Condition": condition} for one in KEY_POLICY["Statement"]]
        topic = an_encrypted_topic(policy={"Statement": statements})
        assert judge(whole_account(topics={TOPIC_ARN: topic})).verdict == "compliant"


class TestHistory:
    OPEN: ClassVar[dict[str, Any]] = {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceOrgID": "o-123"}},
        }
    }

    def result(self, succeeded: bool, hours: int = 1, action: str = TOPIC_ARN) -> ActionResult:
        return ActionResult(READ_AT - timedelta(hours=hours), action, succeeded, "It was refused.")

    def account(self, *history: ActionResult, policy: Any = None, organization: Any = DENIED) -> Observation:
        return dataclasses.replace(
            with_alarm(history=history), topics={TOPIC_ARN: a_topic(policy=policy)}, organization_id=organization
        )

    def test_a_failure_is_a_warning_where_nothing_else_explains_it(self) -> None:
        verdict = judge(self.account(self.result(False)))
        assert verdict.verdict == "compliant"
        assert (verdict.links[3].status, verdict.links[3].code) == ("warn", "ALARM_ACTION_FAILED")

    def test_only_the_last_result_for_the_topic_counts(self) -> None:
        history = (self.result(False, hours=3), self.result(True, hours=2), self.result(False, action="arn:other"))
        assert judge(self.account(*history)).links[3].status == "pass"

    def test_a_policy_that_leaves_it_open_is_unknown_until_the_history_tells(self) -> None:
        verdicts = [
            judge(self.account(*history, policy=self.OPEN))
            for history in ((), (self.result(True),), (self.result(False),))
        ]
        assert [verdict.verdict for verdict in verdicts] == ["unknown", "compliant", "non_compliant"]
        assert [verdict.links[4].code for verdict in verdicts] == ["TOPIC_POLICY_DENIES", "OK", "TOPIC_POLICY_DENIES"]

    @pytest.mark.parametrize(
        ("organization", "verdict"), [("o-123", "compliant"), ("o-456", "non_compliant"), (None, "non_compliant")]
    )
    def test_a_policy_for_an_organization_lets_its_accounts_publish(self, organization: Any, verdict: str) -> None:
        assert judge(self.account(policy=self.OPEN, organization=organization)).verdict == verdict


class TestSubscribers:
    def test_a_filter_policy_that_can_not_be_told_is_unknown(self) -> None:
        policy = {"Region": ["EU (Ireland)"]}
        unsure = a_subscription(filter_policy=policy, filter_policy_scope="MessageBody")
        verdict = judge(with_subscriptions(unsure))
        assert (verdict.verdict, verdict.links[5].code) == ("unknown", "SUBSCRIPTION_FILTERED")

    def test_an_unreadable_one_decides_before_one_that_is_not_told(self) -> None:
        dropped = a_subscription(filter_policy={"a": ["b"]})
        unread = a_subscription(filter_policy=Gap("sns:GetSubscriptionAttributes", "x", "ACCESS_DENIED", "No."))
        assert judge(with_subscriptions(dropped, unread)).verdict == "unknown"

    def test_many_are_told_of_by_number(self) -> None:
        verdict = judge(with_subscriptions(*[a_subscription()] * 5))
        assert verdict.reason.endswith("email se***@example.com and 2 more.")

    def test_who_has_to_confirm_is_named_and_masked(self) -> None:
        verdict = judge(with_subscriptions(PENDING))
        assert "email on***@example.com" in verdict.fix
        assert "oncall@" not in json.dumps(verdict.as_dict())
