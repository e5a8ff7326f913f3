# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written to bring an account to what was asked for, and what is left as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Key, Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.publish_policy import KEY_SID, TOPIC_SID
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import Change, Plan
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import (
    ALARM,
    DEFAULT_POLICY,
    DENIED,
    DESCRIPTION,
    GROUP,
    GROUP_ARN,
    METRIC,
    OTHER_ACCOUNT,
    TOPIC_ARN,
    alarm,
    bare,
    converged,
    desired,
    metric_filter,
    patterns,
    plan,
    subscription,
    topic,
)

SIX, SEVEN = patterns().values()


def only_change(plan: Plan) -> Change:
    (change,) = plan.changes
    return change


def with_filters(*filters: Any) -> Observation:
    return converged(log_groups={GROUP_ARN: replace(GROUP, filters=filters)})


def with_alarm(**fields: Any) -> Observation:
    return converged(alarms={"eu-west-1": (alarm(**fields),)})


def with_topic(**fields: Any) -> Observation:
    return converged(topics={TOPIC_ARN: topic(**fields)})


def test_a_bare_account_gets_everything_in_the_order_to_write_it() -> None:
    result = plan(bare(), desired())
    assert [(change.resource, change.action, change.name) for change in result.changes] == [
        ("topic", "create", "alerts"),
        ("subscription", "create", "email security@example.com"),
        ("metric_filter", "create", METRIC),
        ("metric_filter", "create", METRIC + "_cis_v5"),
        ("alarm", "create", ALARM),
    ]
    assert (result.blocked, result.topic_arn, result.pending) == ("", TOPIC_ARN, ())
    assert all(change.before == {} and change.after for change in result.changes)


def test_the_settings_are_those_of_the_benchmarks_remediation() -> None:
    _topic, _subscription, six, _seven, new_alarm = plan(bare(), desired()).changes
    assert six.settings == {
        "log_group_name": "cloudtrail",
        "filter_name": METRIC,
        "filter_pattern": SIX,
        "metric_transformation": {"metric_name": METRIC, "metric_namespace": "CISBenchmark", "metric_value": "1"},
    }
    assert new_alarm.settings == {
        "name": ALARM,
        "description": DESCRIPTION,
        "metric_name": METRIC,
        "namespace": "CISBenchmark",
        "statistic": "Sum",
        "period": 300,
        "threshold": 1,
        "comparison": "GreaterThanOrEqualToThreshold",
        "evaluation_periods": 1,
        "treat_missing_data": "notBreaching",
        "alarm_actions": [TOPIC_ARN],
        "ok_actions": [],
        "insufficient_data_actions": [],
    }


def test_a_converged_account_gets_nothing() -> None:
    result = plan(converged(), desired())
    assert (result.changes, result.kept, result.pending, result.blocked) == ((), (), (), "")


@pytest.mark.parametrize(
    ("benchmarks", "names"),
    [
        (["security_hub"], [METRIC]),
        (["cis_v1_2_0", "cis_v4_0_0"], [METRIC]),
        (["cis_v5_0_0"], [METRIC + "_cis_v5"]),
        (["cis_v7_0_0", "cis_v1_4_0"], [METRIC, METRIC + "_cis_v5"]),
    ],
)
def test_each_pattern_that_a_benchmark_asks_for_has_its_filter(benchmarks: list[str], names: list[str]) -> None:
    changes = plan(bare(), desired(benchmarks=benchmarks)).changes
    assert [change.name for change in changes if change.resource == "metric_filter"] == names


@pytest.mark.parametrize(
    "found",
    [
        metric_filter(METRIC, SIX.replace(" ", "  ")),
        metric_filter(METRIC, SIX, metric_value="1.0"),
        metric_filter(METRIC, SIX, metric_value="1", default_value=None),
    ],
)
def test_a_filter_that_says_the_same_stays(found: Any) -> None:
    assert plan(with_filters(found, metric_filter(METRIC + "_cis_v5", SEVEN)), desired()).changes == ()


@pytest.mark.parametrize(
    ("found", "before", "after"),
    [
        (metric_filter(METRIC, "{ $.a = 1 }"), {"filter_pattern": "{ $.a = 1 }"}, {"filter_pattern": SIX}),
        (metric_filter(METRIC, SIX, metric_value="0"), {"metric_value": "0"}, {"metric_value": "1"}),
        (
            metric_filter(METRIC, SIX, metric_namespace="X"),
            {"metric_namespace": "X"},
            {"metric_namespace": "CISBenchmark"},
        ),
        (metric_filter(METRIC, SIX, default_value=0.0), {"default_value": 0.0}, {"default_value": None}),
        (metric_filter(METRIC, SIX, unit="Count"), {"unit": "Count"}, {"unit": None}),
        (metric_filter(METRIC, SIX, dimensions={"U": "$.u"}), {"dimensions": {"U": "$.u"}}, {"dimensions": {}}),
        (
            replace(metric_filter(METRIC, SIX), apply_on_transformed_logs=True),
            {"apply_on_transformed_logs": True},
            {"apply_on_transformed_logs": False},
        ),
        (
            replace(metric_filter(METRIC, SIX), field_selection_criteria="@aws.region = 'x'"),
            {"field_selection_criteria": "@aws.region = 'x'"},
            {"field_selection_criteria": None},
        ),
        (
            replace(metric_filter(METRIC, SIX), emit_system_field_dimensions=("@aws.region",)),
            {"emit_system_field_dimensions": ["@aws.region"]},
            {"emit_system_field_dimensions": []},
        ),
    ],
)
def test_a_filter_that_differs_is_updated(found: Any, before: Any, after: Any) -> None:
    change = only_change(plan(with_filters(found, metric_filter(METRIC + "_cis_v5", SEVEN)), desired()))
    assert (change.resource, change.action, change.name) == ("metric_filter", "update", METRIC)
    assert (change.before, change.after) == (before, after)


def test_the_hundred_and_first_filter_blocks() -> None:
    others = [metric_filter(f"other-{number}", "{ $.a = 1 }") for number in range(99)]
    result = plan(with_filters(*others), desired())
    assert "has 99 metric filters and needs 2 more, but the maximum is 100." in result.blocked
    assert result.changes == ()
    assert plan(with_filters(*others), desired(benchmarks=["security_hub"])).blocked == ""


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("metric_name", "other", "metric_name"),
        ("metric_namespace", "LogMetrics", "namespace"),
        ("statistic", "Average", "statistic"),
        ("period", 60, "period"),
        ("threshold", 1000.0, "threshold"),
        ("comparison", "GreaterThanThreshold", "comparison"),
        ("evaluation_periods", 3, "evaluation_periods"),
        ("treat_missing_data", "breaching", "treat_missing_data"),
        ("extended_statistic", "p99", "extended_statistic"),
        ("unit", "Count", "unit"),
        ("dimensions", {"User": "x"}, "dimensions"),
    ],
)
def test_an_alarm_that_differs_is_updated(field: str, value: Any, shown: str) -> None:
    change = only_change(plan(with_alarm(**{field: value}), desired()))
    assert (change.resource, change.action, change.name) == ("alarm", "update", ALARM)
    assert change.before == {shown: value}
    assert list(change.after) == [shown]
    assert change.summary == f"Update alarm {ALARM}: {shown}"


@pytest.mark.parametrize(("datapoints", "changes"), [(None, 0), (1, 0), (2, 1)])
def test_datapoints_to_alarm_matter_if_they_are_not_the_periods(datapoints: int | None, changes: int) -> None:
    assert len(plan(with_alarm(datapoints_to_alarm=datapoints), desired()).changes) == changes


def test_what_an_alarm_has_besides_is_written_as_it_was() -> None:
    observation = with_alarm(
        alarm_actions=("arn:aws:lambda:eu-west-1:111122223333:function:page",),
        ok_actions=("arn:aws:sns:eu-west-1:111122223333:calm",),
        insufficient_data_actions=("arn:aws:sns:eu-west-1:111122223333:blind",),
        description="Ours",
    )
    change = only_change(plan(observation, desired()))
    assert change.after == {"alarm_actions": ["arn:aws:lambda:eu-west-1:111122223333:function:page", TOPIC_ARN]}
    assert change.settings["alarm_actions"] == change.after["alarm_actions"]
    assert change.settings["ok_actions"] == ["arn:aws:sns:eu-west-1:111122223333:calm"]
    assert change.settings["insufficient_data_actions"] == ["arn:aws:sns:eu-west-1:111122223333:blind"]
    assert change.settings["description"] == "Ours"


def test_an_alarm_without_room_for_our_action_blocks() -> None:
    actions = tuple(f"arn:aws:sns:eu-west-1:111122223333:t{number}" for number in range(5))
    assert "already has 5 actions" in plan(with_alarm(alarm_actions=actions), desired()).blocked


def test_disabled_actions_are_enabled() -> None:
    change = only_change(plan(with_alarm(actions_enabled=False), desired()))
    assert (change.resource, change.action, change.name) == ("alarm_actions", "enable", ALARM)
    assert (change.before, change.after) == ({"actions_enabled": False}, {"actions_enabled": True})


def test_a_composite_alarm_of_the_name_blocks() -> None:
    assert "is a composite alarm" in plan(with_alarm(rule='ALARM("x")', metric_name=None), desired()).blocked


@pytest.mark.parametrize("arn", ["PendingConfirmation", f"{TOPIC_ARN}:0-1"])
def test_a_subscription_that_is_there_is_not_made_again(arn: str) -> None:
    result = plan(with_topic(subscriptions=(subscription(arn=arn),)), desired())
    assert result.changes == ()
    is_pending = arn == "PendingConfirmation"
    asked_for = {"protocol": "email", "endpoint": "security@example.com", "topic_arn": TOPIC_ARN}
    asked_for["confirm_by"] = f"{converged().read_at + timedelta(hours=48):%Y-%m-%dT%H:%M:%SZ}"
    assert result.pending == ((asked_for,) if is_pending else ())


@pytest.mark.parametrize(
    "others",
    [(), (subscription("other@example.com"),), (subscription(protocol="email-json"),)],
)
def test_a_subscription_that_is_missing_is_made(others: Any) -> None:
    change = only_change(plan(with_topic(subscriptions=others), desired()))
    assert (change.resource, change.action) == ("subscription", "create")
    assert change.settings == {"protocol": "email", "topic_arn": TOPIC_ARN, "position": 0}


def test_who_is_listed_as_deleted_is_asked_again() -> None:
    change = only_change(plan(with_topic(subscriptions=(subscription(arn="Deleted"),)), desired()))
    assert (change.resource, change.action) == ("subscription", "renew")
    assert change.settings == {"protocol": "email", "topic_arn": TOPIC_ARN, "position": 0}


@pytest.mark.parametrize("arn", ["PendingConfirmation", f"{TOPIC_ARN}:0-2"])
def test_who_was_deleted_and_asked_again_is_not_asked_a_third_time(arn: str) -> None:
    listed = (subscription(arn=arn), subscription(arn="Deleted"))
    assert plan(with_topic(subscriptions=listed), desired()).changes == ()


def test_an_endpoint_whose_password_sns_stars_out_is_the_one_asked_for() -> None:
    listed = subscription("https://user:****@hooks.example.com/sns", "https")
    hook = {"protocol": "https", "endpoint": "https://user:secret@hooks.example.com/sns"}
    assert plan(with_topic(subscriptions=(listed,)), desired(subscriptions=[hook])).changes == ()
    removed = plan(with_topic(subscriptions=(listed,)), desired(state="absent", subscriptions=[hook]))
    assert not removed.kept
    other = {"protocol": "https", "endpoint": "https://user:secret@hooks.example.com/other"}
    assert only_change(plan(with_topic(subscriptions=(listed,)), desired(subscriptions=[other]))).action == "create"


@pytest.mark.parametrize("observation", [bare(), with_topic(subscriptions=(subscription(arn="Deleted"),))])
def test_nobody_to_tell_blocks(observation: Observation) -> None:
    assert "no one would be notified" in plan(observation, desired(subscriptions=[])).blocked


@pytest.mark.parametrize("arn", ["PendingConfirmation", f"{TOPIC_ARN}:0-2"])
def test_a_subscriber_whom_somebody_else_asked_will_do(arn: str) -> None:
    observation = with_topic(subscriptions=(subscription("other@example.com", arn=arn),))
    assert plan(observation, desired(subscriptions=[])).blocked == ""


def test_an_alarm_gets_the_tags_that_it_lacks() -> None:
    observation = replace(
        with_topic(tags={"team": "b", "cost": "1"}), alarms={"eu-west-1": (alarm(tags={"team": "a", "theirs": "x"}),)}
    )
    change = only_change(plan(observation, desired(tags={"team": "b", "cost": 1})))
    assert (change.resource, change.action, change.control) == ("alarm_tags", "update", "security_group_changes")
    assert (change.before, change.after) == ({"tags": {"team": "a"}}, {"tags": {"team": "b", "cost": "1"}})
    assert change.settings == {"alarm_name": ALARM, "tags": {"team": "b", "cost": "1"}}


@pytest.mark.parametrize(("value", "text"), [(42, "42"), (True, "True"), (1.5, "1.5"), (None, "None")])
def test_tags_are_text_as_amazon_aws_writes_them(value: Any, text: str) -> None:
    observation = replace(with_topic(tags={"a": text}), alarms={"eu-west-1": (alarm(tags={"a": text}),)})
    assert plan(observation, desired(tags={"a": value})).changes == ()


def test_a_subscription_that_is_asked_for_twice_is_made_once() -> None:
    twice = [{"protocol": "email", "endpoint": "a@example.com"}, {"protocol": "email", "endpoint": " a@example.com"}]
    assert only_change(plan(with_topic(), desired(subscriptions=twice))).resource == "subscription"


def test_a_subscription_says_where_it_was_asked_for() -> None:
    asked = [{"protocol": "email", "endpoint": f"{name}@example.com"} for name in ("a", "a", "b", "c")]
    found = with_topic(subscriptions=(subscription("b@example.com"),))
    changes = plan(found, desired(subscriptions=asked)).changes
    assert [asked[change.settings["position"]]["endpoint"] for change in changes] == ["a@example.com", "c@example.com"]


def test_a_telephone_number_is_compared_as_sns_keeps_it() -> None:
    observation = with_topic(subscriptions=(subscription("+15550100", "sms"),))
    assert plan(observation, desired(subscriptions=[{"protocol": "sms", "endpoint": "+1 555-0100"}])).changes == ()


def test_a_topic_has_the_display_name_and_the_tags_asked_for() -> None:
    observation = with_topic(display_name="Old", tags={"team": "a", "theirs": "x"})
    change, _of_alarm = plan(observation, desired(topic_display_name="New", tags={"team": "b", "cost": "1"})).changes
    assert (change.resource, change.action) == ("topic", "update")
    assert change.before == {"display_name": "Old", "tags": {"team": "a"}}
    assert change.after == {"display_name": "New", "tags": {"team": "b", "cost": "1"}}
    assert change.settings == {"name": "alerts", "display_name": "New", "tags": {"team": "b", "cost": "1"}}


def test_tags_and_display_name_that_are_not_asked_for_stay() -> None:
    tags = {"theirs": "x", "ours": "1"}
    observation = replace(with_topic(display_name="Theirs", tags=tags), alarms={"eu-west-1": (alarm(tags=tags),)})
    assert plan(observation, desired(tags={"ours": "1"})).changes == ()


def test_a_policy_that_keeps_alarms_out_gets_our_statement_and_keeps_theirs() -> None:
    theirs = {
        "Sid": "Theirs",
        "Effect": "Allow",
        "Principal": {"AWS": OTHER_ACCOUNT},
        "Action": "sns:Publish",
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Id": "x", "Statement": [theirs]}
    change = only_change(plan(with_topic(policy=policy), desired()))
    assert (change.resource, change.action, change.before) == ("topic_policy", "update", {"policy": policy})
    merged = change.after["policy"]
    assert (merged["Id"], merged["Statement"][0]) == ("x", theirs)
    assert merged["Statement"][1] == {
        "Sid": TOPIC_SID,
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": TOPIC_ARN,
        "Condition": {
            "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:*"},
            "StringEquals": {"aws:SourceAccount": "111122223333"},
        },
    }
    assert plan(with_topic(policy=merged), desired()).changes == ()


def test_an_older_statement_of_ours_is_replaced() -> None:
    older = {
        "Sid": TOPIC_SID,
        "Effect": "Allow",
        "Principal": {"Service": "x"},
        "Action": "sns:Publish",
        "Resource": TOPIC_ARN,
    }
    change = only_change(plan(with_topic(policy={"Statement": older}), desired()))
    assert [one["Principal"] for one in change.after["policy"]["Statement"]] == [
        {"Service": "cloudwatch.amazonaws.com"}
    ]


def test_our_statement_is_not_written_again_where_a_denial_outweighs_it() -> None:
    denial = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}
    policy = {**DEFAULT_POLICY, "Statement": [*DEFAULT_POLICY["Statement"], denial]}
    merged = only_change(plan(with_topic(policy=policy), desired())).after["policy"]
    assert plan(with_topic(policy=merged), desired()).changes == ()


def test_a_url_is_shown_without_what_may_be_a_secret() -> None:
    hook = {"protocol": "https", "endpoint": "https://alerts.example.com/hook?key=secret"}
    change = only_change(plan(with_topic(), desired(subscriptions=[hook])))
    assert change.after["endpoint"] == "https://alerts.example.com/***"
    assert "secret" not in repr(change)
    asked = subscription(hook["endpoint"], "https", arn="PendingConfirmation")
    [pending] = plan(with_topic(subscriptions=(asked,)), desired(subscriptions=[hook])).pending
    assert pending["endpoint"] == "https://alerts.example.com/***"


@pytest.mark.parametrize(
    ("observation", "endpoint", "may_be_dropped"),
    [
        (with_topic(), {"protocol": "email", "endpoint": "a@example.com"}, True),
        (with_topic(), {"protocol": "sms", "endpoint": "+15550100"}, False),
        (bare(topics={TOPIC_ARN: topic(subscriptions=())}), {"protocol": "email", "endpoint": "a@example.com"}, False),
    ],
)
def test_who_may_have_been_asked_before_is_said_to_be(
    observation: Observation, endpoint: dict[str, str], may_be_dropped: bool
) -> None:
    changes = plan(observation, desired(subscriptions=[endpoint])).changes
    [summary] = [change.summary for change in changes if change.resource == "subscription"]
    assert ("expired unconfirmed" in summary) == may_be_dropped


KEY = Key("1234", "arn:aws:kms:eu-west-1:111122223333:key/1234", "CUSTOMER", "Enabled", {"Statement": []})
USABLE = replace(KEY, policy={"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]})


def test_a_topic_is_encrypted_with_a_key_that_cloudwatch_may_use() -> None:
    change = only_change(plan(converged(keys={"alias/k": USABLE}), desired(kms_key_id="alias/k")))
    assert (change.resource, change.action, change.name) == ("topic_encryption", "update", "alerts")
    assert (change.before, change.after) == ({}, {"kms_key_id": "alias/k"})


def test_another_name_of_the_key_is_no_change() -> None:
    encrypted = topic(key_id="1234", key=USABLE)
    observation = converged(keys={"alias/k": USABLE}, topics={TOPIC_ARN: encrypted})
    assert plan(observation, desired(kms_key_id="alias/k")).changes == ()


def test_a_statement_that_is_missing_blocks_until_it_is_to_be_added() -> None:
    observation = converged(keys={"1234": KEY})
    blocked = plan(observation, desired(kms_key_id="1234"))
    assert blocked.changes == ()
    assert f'"Sid": "{KEY_SID}"' in blocked.blocked
    assert "update_key_policy" in blocked.blocked

    of_key, of_topic = plan(observation, desired(kms_key_id="1234", update_key_policy=True)).changes
    assert (of_key.resource, of_key.before) == ("key_policy", {"policy": {"Statement": []}})
    assert [one["Sid"] for one in of_key.after["policy"]["Statement"]] == [KEY_SID]
    assert of_topic.resource == "topic_encryption"


@pytest.mark.parametrize(
    ("key", "words"),
    [(None, "does not exist"), (DENIED, "was denied"), (replace(USABLE, state="Disabled"), "is in state Disabled")],
)
def test_a_key_that_does_not_do_blocks_whatever_is_to_be_added(key: Any, words: str) -> None:
    result = plan(bare(keys={"1234": key}), desired(kms_key_id="1234", update_key_policy=True))
    assert words in result.blocked
    assert result.changes == ()


def test_a_new_topic_of_an_organization_gets_its_statement() -> None:
    changes = plan(bare(), desired(organization_id="o-a1b2c3d4e5")).changes
    [change] = [change for change in changes if change.resource == "topic_policy"]
    [statement] = change.after["policy"]["Statement"]
    assert statement["Condition"]["StringEquals"] == {"aws:SourceOrgID": "o-a1b2c3d4e5"}


CENTRAL = "arn:aws:sns:eu-west-1:444455556666:central"


def test_a_topic_given_by_its_arn_is_left_alone_but_for_the_subscriptions() -> None:
    central = topic(arn=CENTRAL, policy={"Statement": []}, display_name="Theirs", subscriptions=())
    observation = bare(topics={CENTRAL: central})
    wanted = desired(topic_arn=CENTRAL, topic_display_name="Ours", tags={"a": "b"})
    changes = [change for change in plan(observation, wanted).changes if change.resource != "metric_filter"]
    assert [(change.resource, change.action) for change in changes] == [
        ("subscription", "create"),
        ("alarm", "create"),
        ("alarm_tags", "update"),
    ]
    assert changes[1].settings["alarm_actions"] == [CENTRAL]


def test_an_unreadable_topic_does_not_matter_if_nobody_is_to_be_subscribed() -> None:
    unread = topic(arn=CENTRAL, policy=DENIED, key=DENIED, subscriptions=DENIED)
    observation = bare(topics={CENTRAL: unread})
    wanted = desired(topic_arn=CENTRAL, subscriptions=[])
    assert plan(observation, wanted).blocked == ""
    wanted = desired(topic_arn=CENTRAL)
    assert "sns:Something for x was denied." in plan(observation, wanted).blocked


@pytest.mark.parametrize(
    ("observation", "options", "words"),
    [
        (bare(topics={CENTRAL: None}), {"topic_arn": CENTRAL}, "does not exist"),
        (
            bare(),
            {"topic_arn": CENTRAL.replace("eu-west-1", "us-east-1")},
            "is in region us-east-1, but log group and alarm are in eu-west-1",
        ),
        (bare(trails=()), {}, "has no trail"),
        (bare(alarms={"eu-west-1": DENIED}), {}, "sns:Something for x was denied."),
        (with_topic(policy=DENIED, key=DENIED), {}, "sns:Something for x was denied."),
        (with_topic(tags=DENIED), {"tags": {"a": "b"}}, "sns:Something for x was denied."),
        (with_alarm(tags=DENIED), {"tags": {"a": "b"}}, "sns:Something for x was denied."),
        (with_topic(subscriptions=DENIED), {}, "sns:Something for x was denied."),
    ],
)
def test_what_stands_in_the_way_is_said_and_nothing_is_planned(
    observation: Observation, options: dict[str, Any], words: str
) -> None:
    result = plan(observation, desired(**options))
    assert words in result.blocked
    assert result.changes == ()


def test_the_plan_is_plain_data() -> None:
    result = plan(bare(), desired()).as_dict()
    assert set(result) == {
        "state",
        "account",
        "region",
        "log_group",
        "blocked",
        "changes",
        "kept",
        "covered",
        "topic_arn",
        "pending",
    }
    assert result["log_group"] == {
        "name": "cloudtrail",
        "arn": GROUP_ARN,
        "account": "111122223333",
        "region": "eu-west-1",
    }
    fields = ["resource", "action", "name", "summary", "before", "after", "settings", "control"]
    assert list(result["changes"][0]) == fields


QUEUE = {"protocol": "sqs", "endpoint": "arn:aws:sqs:eu-west-1:111122223333:alarms"}


def of_queue(**fields: Any) -> Observation:
    return with_topic(subscriptions=(subscription(QUEUE["endpoint"], "sqs", **fields),))


@pytest.mark.parametrize(
    ("is_raw", "requested", "summary"),
    [
        (False, True, "Enable raw message delivery of subscription sqs"),
        (True, False, "Disable raw message delivery of subscription sqs"),
        (True, True, ""),
        (False, False, ""),
        (True, None, ""),
    ],
)
def test_raw_delivery_is_changed_where_it_differs(is_raw: bool, requested: bool | None, summary: str) -> None:
    changes = plan(
        of_queue(raw_delivery=is_raw), desired(subscriptions=[{**QUEUE, "raw_message_delivery": requested}])
    ).changes
    if not summary:
        assert changes == ()
        return
    [change] = changes
    assert change.summary.startswith(summary)
    assert (change.resource, change.action) == ("subscription", "update")
    assert (change.before, change.after) == ({"raw_message_delivery": is_raw}, {"raw_message_delivery": requested})
    assert change.settings == {"protocol": "sqs", "topic_arn": TOPIC_ARN, "position": 0}


def test_a_new_subscription_is_raw_from_the_start() -> None:
    change = only_change(plan(with_topic(), desired(subscriptions=[{**QUEUE, "raw_message_delivery": True}])))
    assert (change.action, change.after["raw_message_delivery"]) == ("create", True)


def test_raw_delivery_that_can_not_be_read_blocks_only_where_it_is_requested() -> None:
    unread = of_queue(raw_delivery=DENIED, filter_policy=DENIED)
    assert plan(unread, desired(subscriptions=[QUEUE])).changes == ()
    blocked = plan(unread, desired(subscriptions=[{**QUEUE, "raw_message_delivery": True}])).blocked
    assert "was denied" in blocked


def test_what_is_pending_shows_no_delivery() -> None:
    pending = of_queue(arn="PendingConfirmation")
    assert plan(pending, desired(subscriptions=[{**QUEUE, "raw_message_delivery": True}])).changes == ()


def test_mail_is_never_raw() -> None:
    asked = {"protocol": "email", "endpoint": "security@example.com", "raw_message_delivery": True}
    assert "SNS offers it for sqs, http, https only" in plan(converged(), desired(subscriptions=[asked])).blocked
