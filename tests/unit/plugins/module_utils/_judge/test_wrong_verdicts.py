# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every case in which known auditors of this control are wrong, beside what two of them would say.

The two lists are those of the project's facts, line by line. A case is an observation; its row says what we have to
say of it (the verdict, and the link and code that decide), and what prowler's and Steampipe's comparison of text says.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    AdvancedSelector,
    BasicSelector,
    EventSelectors,
    FieldSelector,
    Gap,
    MuteRule,
    Observation,
    TrailStatus,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    CONTROLS,
    SECURITY_GROUP_CHANGES,
    Control,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import CODES, COMMON_CODES, judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    ACCOUNT,
    ADVANCED,
    BOTH_FILTERS,
    DENIED,
    GROUP_ARN,
    MANAGEMENT,
    OTHER_ACCOUNT,
    PENDING,
    READ_AT,
    REGION,
    SEVEN,
    SEVEN_NAMES,
    SIX,
    TOPIC_ARN,
    a_filter,
    a_group,
    a_key,
    a_subscription,
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

ELSEWHERE_REGION = "us-east-1"


class Case(NamedTuple):
    name: str
    observation: Observation
    verdict: str
    decided_by: str  # the link and the code that decide
    prowler: str
    steampipe: str
    control: Control = SECURITY_GROUP_CHANGES


def both(**changes: object) -> Observation:
    """An account whose two filters have both been changed."""
    return with_filters(*(a_filter(one.pattern, one.name, **dict(changes)) for one in BOTH_FILTERS))


def in_other_place(region: str, account: str) -> Observation:
    """The trail's group has no filter; a group of the same name does, in another place."""
    arn = f"arn:aws:logs:{region}:{account}:log-group:cloudtrail"
    other = a_group(arn=arn, region=region, account=account)
    return whole_account(
        log_groups={GROUP_ARN: a_group(filters=()), arn: other},
        alarms={REGION: (), region: (an_alarm(region=region, account=account),)},
    )


def mute_rule(status: str) -> MuteRule:
    return MuteRule("nights", "arn:mute", status, ("security_group_changes_alarm",), "cron(0 0 * * *)", "PT8H")


def selected(*fields: FieldSelector) -> EventSelectors:
    return EventSelectors(advanced=(AdvancedSelector(fields),))


def called_compliant() -> Iterator[Case]:
    """Called compliant, though nobody would ever be told, or not of everything."""
    bad, ours = "non_compliant", "metric_filter "
    # The pattern
    yield Case(
        "names joined with &&",
        with_pattern(any_of(SEVEN_NAMES, " && ")),
        bad,
        ours + "FILTER_NEVER_MATCHES",
        "pass",
        "pass",
    )
    exclusion = "{ (" + SEVEN[2:-2] + ') && ($.userIdentity.userName != "terraform") }'
    yield Case("an exclusion appended", with_pattern(exclusion), bad, ours + "FILTER_NARROWED", "pass", "pass")
    loose = SEVEN[:-2] + ' && ($.userIdentity.userName != "terraform") }'
    yield Case(
        "an exclusion that binds to the last name",
        with_pattern(loose),
        "compliant",
        "metric_filter FILTER_EVENTS_UNCOVERED",
        "pass",
        "pass",
    )
    loose = SIX[:-2] + ' && ($.userIdentity.userName != "terraform") }'
    yield Case(
        "an exclusion that binds to a name of the six",
        with_pattern(loose),
        bad,
        ours + "FILTER_NARROWED",
        "pass",
        "fail",
    )
    once = any_of(["CreateSecurityGroup"] * 6)
    yield Case("one event six times", with_pattern(once), bad, ours + "FILTER_EVENTS_UNCOVERED", "fail", "fail")
    wildcard = '{ $.eventName = "CreateSecurityGr*" }'
    yield Case(
        "a wildcard for one event", with_pattern(wildcard), bad, ours + "FILTER_EVENTS_UNCOVERED", "fail", "fail"
    )
    yield Case("an empty pattern", with_pattern(""), bad, ours + "FILTER_TOO_BROAD", "fail", "fail")
    every = '{ $.eventName = "*" }'
    yield Case("a pattern for every event", with_pattern(every), bad, ours + "FILTER_TOO_BROAD", "fail", "fail")
    beside = with_filters(*BOTH_FILTERS, a_filter(every, "all"))
    yield Case(
        "a pattern for every event feeds the same metric", beside, bad, ours + "FILTER_TOO_BROAD", "pass", "pass"
    )
    # The filter's settings
    yield Case(
        "dimensions",
        both(dimensions={"user": "$.userIdentity.arn"}),
        bad,
        ours + "FILTER_HAS_DIMENSIONS",
        "pass",
        "pass",
    )
    yield Case(
        "system dimensions",
        both(emit_system_field_dimensions=("@aws.account",)),
        bad,
        ours + "FILTER_HAS_DIMENSIONS",
        "pass",
        "pass",
    )
    yield Case(
        "field selection",
        both(field_selection_criteria='@aws.region = "us-east-1"'),
        bad,
        ours + "FILTER_FIELD_SELECTION",
        "pass",
        "pass",
    )
    yield Case(
        "transformed logs",
        both(apply_on_transformed_logs=True),
        bad,
        ours + "FILTER_ON_TRANSFORMED_LOGS",
        "pass",
        "pass",
    )
    for value in ("0", "-1", "0.5", "$.x", "nan", ""):
        yield Case(
            f"metric value {value!r}", both(metric_value=value), bad, ours + "FILTER_VALUE_UNUSABLE", "pass", "pass"
        )
    yield Case("a default value of -1", both(default_value=-1.0), bad, ours + "FILTER_VALUE_UNUSABLE", "pass", "pass")
    # The alarm's place
    yield Case(
        "another namespace", with_alarm(metric_namespace="LogMetrics"), bad, "alarm ALARM_MISSING", "fail", "pass"
    )
    away = whole_account(alarms={REGION: (), ELSEWHERE_REGION: (an_alarm(region=ELSEWHERE_REGION),)})
    yield Case("an alarm in another region", away, bad, "alarm ALARM_MISSING", "fail", "pass")
    query = {
        "MetricStat": {
            "Metric": {"Namespace": "CISBenchmark", "MetricName": "security_group_changes_metric"},
            "Period": 300,
            "Stat": "Sum",
        },
        "AccountId": OTHER_ACCOUNT,
    }
    of_another = with_alarm(metric_name=None, metric_namespace=None, statistic=None, period=None, metrics=(query,))
    yield Case("an alarm on another account's metric", of_another, bad, "alarm ALARM_MISSING", "fail", "fail")
    yield Case("an alarm in another account", with_alarms(), bad, "alarm ALARM_MISSING", "fail", "fail")
    yield Case(
        "a log group of that name in another region",
        in_other_place(ELSEWHERE_REGION, ACCOUNT),
        bad,
        ours + "FILTER_MISSING",
        "pass",
        "pass",
    )
    other = whole_account(log_groups={GROUP_ARN: a_group(filters=())})
    yield Case("a log group of that name in another account", other, bad, ours + "FILTER_MISSING", "fail", "fail")
    # The alarm's settings
    yield from alarms()
    # Those who are to be told
    deleted = a_subscription(arn="Deleted")
    yield Case(
        "all subscribers are pending",
        with_subscriptions(PENDING, PENDING),
        bad,
        "subscription SUBSCRIPTION_PENDING",
        "pass",
        "pass",
    )
    yield Case("no subscriber", with_subscriptions(), bad, "subscription SUBSCRIPTION_MISSING", "pass", "fail")
    yield Case(
        "a deleted subscriber", with_subscriptions(deleted), bad, "subscription SUBSCRIPTION_MISSING", "pass", "pass"
    )
    for scope, policy in (
        ("MessageAttributes", {"severity": ["high"]}),
        ("MessageBody", {"NewStateValue": ["OK"]}),
        ("MessageBody", {"AlarmName": [{"anything-but": {"prefix": "security_"}}]}),
    ):
        filtered = with_subscriptions(a_subscription(filter_policy=policy, filter_policy_scope=scope))
        yield Case(f"filter policy {policy}", filtered, bad, "subscription SUBSCRIPTION_FILTERED", "pass", "pass")
    # The topic
    aws_key = with_topic(key_id="alias/aws/sns", key=a_key(manager="AWS"))
    yield Case("encrypted with alias/aws/sns", aws_key, bad, "topic TOPIC_KEY_UNUSABLE", "pass", "pass")
    closed = whole_account(topics={TOPIC_ARN: an_encrypted_topic(policy={"Statement": []})})
    yield Case("a key that CloudWatch may not use", closed, bad, "topic TOPIC_KEY_UNUSABLE", "pass", "pass")
    off = whole_account(topics={TOPIC_ARN: an_encrypted_topic(state="PendingDeletion")})
    yield Case("a key that is scheduled for deletion", off, bad, "topic TOPIC_KEY_UNUSABLE", "pass", "pass")
    yield Case(
        "a key that is gone", with_topic(key_id="1234", key=None), bad, "topic TOPIC_KEY_UNUSABLE", "pass", "pass"
    )
    events_only = {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": "*",
        }
    }
    yield Case(
        "a policy for another service", with_topic(policy=events_only), bad, "topic TOPIC_POLICY_DENIES", "pass", "pass"
    )
    yield Case(
        "a topic that is gone", whole_account(topics={TOPIC_ARN: None}), bad, "topic TOPIC_MISSING", "pass", "fail"
    )
    # The trail
    yield from trails()


def alarms() -> Iterator[Case]:
    bad = "non_compliant"
    for name, alarm, code in (
        ("no action", {"alarm_actions": ()}, "ALARM_WITHOUT_ACTION"),
        ("an action for OK only", {"alarm_actions": (), "ok_actions": (TOPIC_ARN,)}, "ALARM_WITHOUT_ACTION"),
        (
            "an action that is no topic",
            {"alarm_actions": ("arn:aws:lambda:eu-west-1:1:function:f",)},
            "ALARM_WITHOUT_ACTION",
        ),
    ):
        yield Case(name, with_alarm(**alarm), bad, f"alarm {code}", "pass", "fail")
    for name, alarm, code in (
        ("actions disabled", {"actions_enabled": False}, "ALARM_ACTIONS_DISABLED"),
        ("threshold 2", {"threshold": 2.0}, "ALARM_THRESHOLD"),
        ("threshold 1000", {"threshold": 1000.0}, "ALARM_THRESHOLD"),
        ("more than 1", {"comparison": "GreaterThanThreshold"}, "ALARM_THRESHOLD"),
        ("less than 1", {"comparison": "LessThanThreshold"}, "ALARM_COMPARISON"),
        ("an anomaly band", {"comparison": "GreaterThanUpperThreshold", "threshold": None}, "ALARM_COMPARISON"),
        (
            "p99 that waits for many values",
            {"statistic": None, "extended_statistic": "p99", "low_sample_percentile": "ignore"},
            "ALARM_STATISTIC",
        ),
        (
            "an alarm in its warm-up",
            {
                "state": "INSUFFICIENT_DATA",
                "updated_at": READ_AT - timedelta(minutes=10),
                "warm_up_minutes": 2880,
                "warm_up_is_fixed": True,
            },
            "ALARM_WARMING_UP",
        ),
        ("an alarm that can't be evaluated", {"evaluation_state": "EVALUATION_ERROR"}, "ALARM_NOT_EVALUATED"),
        ("2 of 3 periods", {"evaluation_periods": 3, "datapoints_to_alarm": 2}, "ALARM_PERIODS"),
        ("3 periods", {"evaluation_periods": 3}, "ALARM_PERIODS"),
        ("a unit that the metric does not have", {"unit": "Count"}, "ALARM_UNIT"),
        ("a dimension that the metric does not have", {"dimensions": {"user": "eve"}}, "ALARM_DIMENSIONS"),
        ("missing data is breaching", {"treat_missing_data": "breaching"}, "ALARM_MISSING_DATA"),
        ("missing data is ignored", {"treat_missing_data": "ignore"}, "ALARM_MISSING_DATA"),
    ):
        yield Case(name, with_alarm(**alarm), bad, f"alarm {code}", "pass", "pass")
    zero = both(default_value=0.0)
    for statistic in ("Average", "Minimum"):
        hidden = dataclasses.replace(zero, alarms={REGION: (an_alarm(statistic=statistic),)})
        yield Case(f"{statistic}, with a default value of 0", hidden, bad, "alarm ALARM_STATISTIC", "pass", "pass")
    muted = whole_account(mute_rules={REGION: (mute_rule("ACTIVE"),)})
    yield Case("a mute rule", muted, bad, "alarm ALARM_MUTED", "pass", "pass")


def trails() -> Iterator[Case]:
    bad = "non_compliant"
    stopped = TrailStatus(is_logging=False, delivery_error=None, last_delivery=READ_AT)
    failing = TrailStatus(is_logging=True, delivery_error="Access denied.", last_delivery=READ_AT)
    late = TrailStatus(is_logging=True, delivery_error=None, last_delivery=READ_AT - timedelta(hours=25))
    never = TrailStatus(is_logging=True, delivery_error=None, last_delivery=None)
    yield Case("a stopped trail", with_trail(status=stopped), bad, "trail TRAIL_NOT_LOGGING", "pass", "fail")
    yield Case(
        "a single-region trail", with_trail(is_multi_region=False), bad, "trail TRAIL_SINGLE_REGION", "pass", "fail"
    )
    yield Case(
        "a trail whose delivery fails", with_trail(status=failing), bad, "trail TRAIL_DELIVERY_FAILING", "pass", "pass"
    )
    # Not known to be broken, but worth a look: a warning.
    yield Case(
        "a trail that delivered long ago",
        with_trail(status=late),
        "compliant",
        "trail TRAIL_DELIVERY_STALE",
        "pass",
        "pass",
    )
    yield Case(
        "a trail that never delivered",
        with_trail(status=never),
        "compliant",
        "trail TRAIL_DELIVERY_STALE",
        "pass",
        "pass",
    )
    read_only = EventSelectors(basic=(BasicSelector("ReadOnly", True),))
    yield Case(
        "a trail of read events", with_trail(selectors=read_only), bad, "trail TRAIL_EVENTS_EXCLUDED", "pass", "fail"
    )
    data_only = EventSelectors(basic=(BasicSelector("All", False),))
    yield Case(
        "a trail without management events",
        with_trail(selectors=data_only),
        bad,
        "trail TRAIL_EVENTS_EXCLUDED",
        "pass",
        "pass",
    )
    read_only = selected(MANAGEMENT, FieldSelector("readOnly", {"Equals": ("true",)}))
    yield Case(
        "advanced selectors for read events",
        with_trail(selectors=read_only),
        bad,
        "trail TRAIL_EVENTS_EXCLUDED",
        "pass",
        "fail",
    )
    data_only = selected(FieldSelector("eventCategory", {"Equals": ("Data",)}))
    yield Case(
        "advanced selectors for data events",
        with_trail(selectors=data_only),
        bad,
        "trail TRAIL_EVENTS_EXCLUDED",
        "pass",
        "fail",
    )
    yield Case(
        "a trail without a log group",
        with_trail(log_group_arn=None),
        bad,
        "trail TRAIL_WITHOUT_LOG_GROUP",
        "fail",
        "fail",
    )
    idle_arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:idle"
    idle = {GROUP_ARN: a_group(filters=()), idle_arn: a_group(arn=idle_arn, name="idle")}
    yield Case(
        "filters on a log group that no trail writes to",
        whole_account(log_groups=idle),
        bad,
        "metric_filter FILTER_MISSING",
        "fail",
        "fail",
    )
    infrequent = whole_account(log_groups={GROUP_ARN: a_group(log_class="INFREQUENT_ACCESS")})
    yield Case("a log group of another class", infrequent, bad, "log_group LOG_GROUP_CLASS_UNSUPPORTED", "pass", "pass")
    yield Case(
        "a log group that is gone",
        whole_account(log_groups={GROUP_ARN: None}),
        bad,
        "log_group LOG_GROUP_MISSING",
        "fail",
        "fail",
    )
    yield Case("no trail", whole_account(trails=(), log_groups={}), bad, "trail TRAIL_MISSING", "fail", "fail")


def called_non_compliant() -> Iterator[Case]:
    """Called non-compliant, though it works, or may."""
    good, ours_warned = "compliant", "metric_filter FILTER_FIELD_SELECTION"
    # The spelling
    for name, pattern, prowler, steampipe in (
        ("another order", any_of(SEVEN_NAMES[::-1]), "pass", "fail"),
        ("no white space", "".join(SEVEN.split()), "pass", "pass"),
        ("much white space", SEVEN.replace(" ", "\n  "), "pass", "pass"),
        ("quoted names", any_of(SEVEN_NAMES, clause='($.eventName = "{name}")'), "pass", "fail"),
        ("bracketed fields", any_of(SEVEN_NAMES, clause="($.['eventName'] = {name})"), "fail", "fail"),
        ("extra parentheses", "{ (" + SEVEN[2:-2] + ") }", "pass", "pass"),
        ("parentheses around names", any_of(SEVEN_NAMES, clause="(($.eventName = {name}))"), "pass", "pass"),
        ("no parentheses", any_of(SEVEN_NAMES, clause="$.eventName = {name}"), "pass", "pass"),
        ("the seven", SEVEN, "pass", "pass"),
        ("a superset", any_of([*SEVEN_NAMES, "AssociateSecurityGroupVpc"]), "pass", "pass"),
        ("the source, too", '{ ($.eventSource = "ec2.amazonaws.com") && (' + SEVEN[2:-2] + ") }", "pass", "pass"),
    ):
        yield Case(name, with_pattern(pattern), good, "", prowler, steampipe)
    # One event of a later benchmark is a warning.
    yield Case("exactly the six", with_pattern(SIX), good, "metric_filter FILTER_EVENTS_UNCOVERED", "pass", "fail")
    one_each = with_filters(*(a_filter(any_of([name]), name) for name in SEVEN_NAMES))
    yield Case("one filter for each event", one_each, good, "", "fail", "fail")
    yield Case("a metric value of 5", both(metric_value="5"), good, "", "pass", "pass")
    for statistic in ("Average", "Minimum", "Maximum"):
        yield Case(
            f"{statistic} of a metric that holds only ones",
            with_alarm(statistic=statistic),
            good,
            "alarm ALARM_STATISTIC",
            "pass",
            "pass",
        )
    yield Case(
        "a selection of the own account's events",
        both(field_selection_criteria=f'@aws.account = "{ACCOUNT}"'),
        good,
        ours_warned,
        "pass",
        "pass",
    )
    by_name = both(dimensions={"EventName": "$.eventName"})
    one_each_name = tuple(an_alarm(name=name, dimensions={"EventName": name}) for name in SEVEN_NAMES)
    yield Case(
        "an alarm for each value of a dimension",
        dataclasses.replace(by_name, alarms={REGION: one_each_name}),
        good,
        "",
        "pass",
        "pass",
    )
    yield Case("more than 0", with_alarm(comparison="GreaterThanThreshold", threshold=0.0), good, "", "pass", "pass")
    yield Case("missing data is missing", with_alarm(treat_missing_data="missing"), good, "", "pass", "pass")
    # The trail
    yield Case("advanced selectors", with_trail(selectors=ADVANCED), good, "", "pass", "fail")
    not_read_only = selected(MANAGEMENT, FieldSelector("readOnly", {"Equals": ("false",)}))
    yield Case("advanced selectors for writes", with_trail(selectors=not_read_only), good, "", "pass", "fail")
    no_keys = selected(MANAGEMENT, FieldSelector("eventSource", {"NotEquals": ("kms.amazonaws.com",)}))
    yield Case("advanced selectors without KMS", with_trail(selectors=no_keys), good, "", "pass", "fail")
    two = EventSelectors(
        advanced=(
            not_read_only.advanced[0],
            selected(FieldSelector("eventCategory", {"Equals": ("Data",)})).advanced[0],
        )
    )
    yield Case("several advanced selectors", with_trail(selectors=two), good, "", "pass", "fail")
    yield Case(
        "an organisation's trail, its group elsewhere",
        member(),
        "covered_elsewhere",
        "log_group LOG_GROUP_IN_OTHER_ACCOUNT",
        "fail",
        "fail",
    )
    # The order and number of things
    first_in_vain = with_filters(a_filter(SEVEN, "in_vain", metric_name="unwatched"), *BOTH_FILTERS)
    yield Case("the first filter lacks an alarm, a later one has it", first_in_vain, good, "", "pass", "pass")
    crowd = [
        a_filter("{ $.errorCode = AccessDenied }", f"other{number}", metric_name=f"other{number}")
        for number in range(98)
    ]
    yield Case("filters beyond the first page", with_filters(*crowd, *BOTH_FILTERS), good, "", "pass", "pass")
    others = [an_alarm(name=f"other{number}", metric_name=f"other{number}") for number in range(200)]
    yield Case("alarms beyond the first page", with_alarms(*others, an_alarm()), good, "", "pass", "pass")
    dotted = {"Trigger.MetricName": ["security_group_changes_metric"]}
    filtered = a_subscription(filter_policy=dotted, filter_policy_scope="MessageBody")
    yield Case(f"filter policy {dotted}", with_subscriptions(filtered), good, "", "pass", "pass")
    many = with_subscriptions(*[PENDING] * 100, a_subscription())
    yield Case(
        "a confirmed subscriber on the second page", many, good, "subscription SUBSCRIPTION_PENDING", "pass", "pass"
    )
    # What was denied
    yield from unreadable()


def member() -> Observation:
    """A member of an organisation, whose trail writes to the management account's log group."""
    return whole_account(
        trails=(
            a_trail(
                arn=f"arn:aws:cloudtrail:{REGION}:{OTHER_ACCOUNT}:trail/org",
                is_organization=True,
                log_group_arn=f"arn:aws:logs:{REGION}:{OTHER_ACCOUNT}:log-group:org:*",
            ),
        ),
        log_groups={},
        alarms={},
        topics={},
    )


def unreadable() -> Iterator[Case]:
    """One call denied or cut short, all else as it should be."""
    for gap in (DENIED, dataclasses.replace(DENIED, code="RESPONSE_INCOMPLETE")):
        for name, observation, link, prowler, steampipe in one_gap(gap):
            yield Case(f"{gap.code}: {name}", observation, "unknown", f"{link} {gap.code}", prowler, steampipe)


def one_gap(gap: Gap) -> Iterator[tuple[str, Observation, str, str, str]]:
    yield "the trails", whole_account(trails=gap), "trail", "unknown", "unknown"
    yield "the trail's status", with_trail(status=gap), "trail", "pass", "unknown"
    yield "the trail's selectors", with_trail(selectors=gap), "trail", "pass", "unknown"
    yield "the log group", whole_account(log_groups={GROUP_ARN: gap}), "log_group", "unknown", "unknown"
    yield "its class", whole_account(log_groups={GROUP_ARN: a_group(log_class=gap)}), "log_group", "pass", "pass"
    yield (
        "its filters",
        whole_account(log_groups={GROUP_ARN: a_group(filters=gap)}),
        "metric_filter",
        "unknown",
        "unknown",
    )
    yield "the alarms", whole_account(alarms={REGION: gap}), "alarm", "unknown", "unknown"
    yield "the mute rules", whole_account(mute_rules={REGION: gap}), "alarm", "pass", "pass"
    yield "the alarm's history", with_alarm(history=gap), "alarm", "pass", "pass"
    yield "the topic", whole_account(topics={TOPIC_ARN: gap}), "topic", "pass", "unknown"
    yield "its attributes", with_topic(policy=gap, key=gap), "topic", "pass", "pass"
    yield "its key", with_topic(key_id="1234", key=gap), "topic", "pass", "pass"
    yield "the key's policy", whole_account(topics={TOPIC_ARN: an_encrypted_topic(policy=gap)}), "topic", "pass", "pass"
    yield "its subscribers", with_topic(subscriptions=gap), "subscription", "pass", "unknown"
    filtered = with_subscriptions(a_subscription(filter_policy=gap))
    yield "a subscriber's filter policy", filtered, "subscription", "pass", "pass"


def alone(name: str, *texts: str, **changes: object) -> Observation:
    """An account with an alarm for one of the other controls, and filters with these texts."""
    control = CONTROLS[name]
    filters = [a_filter(text, f"f{number}", metric_name=control.metric_name) for number, text in enumerate(texts)]
    account = with_alarms(an_alarm(name=control.alarm_name, metric_name=control.metric_name, **dict(changes)))
    return dataclasses.replace(account, log_groups={GROUP_ARN: a_group(*filters)})


def other_controls() -> Iterator[Case]:
    """The worst of the other fourteen controls."""
    bad, filters, trail = "non_compliant", "metric_filter ", "trail TRAIL_"

    def case(title: str, name: str, observation: Observation, decided_by: str, *others: str, ours: str = bad) -> Case:
        return Case(title, observation, ours, decided_by, *others, CONTROLS[name])

    denied, sign_ins = CONTROLS["unauthorized_api_calls"], CONTROLS["console_signin_without_mfa"]
    (everything,) = denied.prescriptions["cis_v1_5_0"].texts
    both = [one.text for one in denied.filters]
    yield case(
        "denied calls: the text of CIS v1.3.0 to v1.5.0, which matches nearly every record",
        denied.name,
        alone(denied.name, everything),
        filters + "FILTER_TOO_BROAD",
        *("pass", "pass"),
    )
    yield case(
        "denied calls: UnauthorizedOperation without the star, which EC2 never answers",
        denied.name,
        alone(denied.name, both[1].replace("*Unauth", "Unauth")),
        filters + "FILTER_NARROWED",
        *("fail", "fail"),
    )
    excluded = both[1].replace(" }", ' && ($.userIdentity.invokedBy != "config.amazonaws.com") }')
    yield case(
        "denied calls: an exclusion of a service, which excludes every other caller",
        denied.name,
        alone(denied.name, excluded),
        filters + "FILTER_NARROWED",
        *("pass", "pass"),
    )
    yield case(
        "denied calls: 5 on average, when each writes 1",
        denied.name,
        alone(denied.name, *both, statistic="Average", threshold=5.0),
        "alarm ALARM_THRESHOLD",
        *("pass", "pass"),
    )
    writes = (a_trail(selectors=EventSelectors(basic=(BasicSelector("WriteOnly", True),))),)
    yield case(
        "denied calls: a trail of write events only",
        denied.name,
        dataclasses.replace(alone(denied.name, *both), trails=writes),
        trail + "EVENTS_EXCLUDED",
        *("pass", "fail"),
    )
    (root,) = (one.text for one in CONTROLS["root_usage"].filters)
    yield case(
        "root: a trail of write events only",
        "root_usage",
        dataclasses.replace(alone("root_usage", root), trails=writes),
        trail + "EVENTS_EXCLUDED",
        *("pass", "fail"),
    )
    yield case(
        "root: a trail of one region that is not where root is recorded",
        "root_usage",
        dataclasses.replace(alone("root_usage", root), trails=(a_trail(is_multi_region=False),)),
        trail + "SINGLE_REGION",
        *("pass", "fail"),
    )
    keys = CONTROLS["kms_key_disable_or_delete"]
    without_keys = EventSelectors(basic=(BasicSelector("All", True, ("kms.amazonaws.com",)),))
    yield case(
        "keys: a trail that leaves out the events of KMS",
        keys.name,
        dataclasses.replace(alone(keys.name, keys.filters[0].text), trails=(a_trail(selectors=without_keys),)),
        trail + "EVENTS_EXCLUDED",
        *("pass", "pass"),
    )
    yield case(
        "sign-ins without MFA: CIS's text without its last parenthesis",
        sign_ins.name,
        alone(sign_ins.name, sign_ins.filters[1].text.replace('"Success") }', '"Success"}')),
        filters + "FILTER_PATTERN_INVALID",
        *("pass", "pass"),
        ours="unknown",
    )
    routes = CONTROLS["route_table_changes"]
    yield case(
        "route tables: CIS's own text",
        routes.name,
        alone(routes.name, routes.filters[0].text),
        "",
        *("fail", "pass"),
        ours="compliant",
    )
    organization = CONTROLS["organizations_changes"]
    yield case(
        "the organization: CIS's own text",
        organization.name,
        alone(organization.name, organization.filters[0].text),
        "",
        *("fail", "pass"),
        ours="compliant",
    )


CASES = [*called_compliant(), *called_non_compliant(), *other_controls()]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_verdict_is_right_where_others_err(case: Case) -> None:
    verdict = judge(case.observation, case.control)
    assert verdict.verdict == case.verdict
    told = next((link for link in verdict.links if link.status != "pass"), None)
    assert (f"{told.link} {told.code}" if told else "") == case.decided_by
    assert {opinion.auditor: opinion.verdict for opinion in verdict.other_auditors} == {
        "prowler": case.prowler,
        "steampipe": case.steampipe,
    }


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_reason_is_a_sentence_and_what_is_broken_has_a_fix(case: Case) -> None:
    verdict = judge(case.observation, case.control)
    for sentence in (verdict.reason, *(link.detail for link in verdict.links)):
        assert sentence[0].isupper() or sentence.startswith(("some:Call", "email"))
        assert sentence.endswith(".")
    if case.verdict != "compliant":
        assert verdict.fix
    for link in verdict.links:
        assert link.code in (*CODES[link.link], *COMMON_CODES, "LOG_GROUP_IN_OTHER_ACCOUNT")
        assert bool(link.fix) == (link.status != "pass")


def test_the_whole_account_is_compliant_for_everybody() -> None:
    verdict = judge(whole_account(), SECURITY_GROUP_CHANGES)
    assert verdict.verdict == "compliant"
    assert [link.status for link in verdict.links] == ["pass"] * 6
    assert {assessment.status for assessment in verdict.standards} == {"pass", "no_finding"}
    assert not any(opinion.differs for opinion in verdict.other_auditors)
