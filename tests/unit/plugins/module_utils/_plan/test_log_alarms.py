# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log alarms of a plan: created, updated, left as is, deleted, and what stands in their way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    Alarm,
    LogQuery,
    Observation,
    Role,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.description import is_ours
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import Desired
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.destination import destination
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.log_query import log_query
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.plan import plan as plan_at
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import Plan
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.sought import sought
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.summary import cost
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import parse
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import (
    ACCOUNT,
    ALARM,
    DENIED,
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
    plan,
    rest_of,
    topic,
)
from environment import ROOT

NAME = f"{ALARM}_log"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT.id}:role/log-alarms"
SERVICES = ("logs.amazonaws.com", "cloudwatch.amazonaws.com")


def trust(*services: str, **condition: Any) -> dict[str, Any]:
    conditions = {"Condition": condition} if condition else {}
    statement = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole", **conditions}
    return {"Version": "2012-10-17", "Statement": [statement]}


ROLE = Role(ROLE_ARN, trust(*SERVICES))


def wanting(**options: Any) -> Desired:
    return desired(**{"log_alarms": True, "log_alarms_role": "log-alarms", **options})


def planned(observation: Observation, **options: Any) -> Plan:
    return plan(replace(observation, log_alarms_role=ROLE), wanting(**options))


def log_alarm(**fields: Any) -> Alarm:
    """The log alarm as CloudWatch has it after the changes of a plan."""
    [change] = planned(converged()).changes
    written = change.settings
    query = LogQuery(
        text=written["query_string"],
        log_groups=tuple(written["log_groups"]),
        role=written["query_role_arn"],
        schedule=written["schedule_expression"],
        start_offset=written["start_time_offset"],
        lines=written["log_lines"],
        lines_role=written["log_lines_role_arn"],
    )
    whole = alarm(
        arn=f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT.id}:alarm:{NAME}",
        name=NAME,
        metric_name=None,
        metric_namespace=None,
        statistic=None,
        period=None,
        evaluation_periods=None,
        description=written["description"],
        log_query=query,
        tags={},
    )
    return replace(whole, **fields)


def with_log_alarm(**fields: Any) -> Observation:
    return converged(alarms={"eu-west-1": (alarm(tags={}), log_alarm(**fields))})


class TestPresent:
    def test_there_are_none_unless_they_are_requested(self) -> None:
        assert plan(converged(), desired()).changes == ()
        assert "log_alarm" not in {one.resource for one in plan(bare(), desired()).changes}

    def test_one_is_created_with_the_alarm(self) -> None:
        *_others, alarm_change, change = planned(bare()).changes
        assert (alarm_change.resource, alarm_change.name) == ("alarm", ALARM)
        assert (change.resource, change.action, change.name) == ("log_alarm", "create", NAME)
        assert change.summary == f"Create log alarm {NAME}"
        assert change.settings["query_role_arn"] == change.settings["log_lines_role_arn"] == ROLE_ARN
        assert change.settings["log_groups"] == ["cloudtrail"]
        assert change.settings["alarm_actions"] == [TOPIC_ARN]
        assert change.settings["query_string"] == log_query(
            *(parse(one.text) for one in SECURITY_GROUP_CHANGES.filters[:2])
        )
        assert change.settings["log_lines"] == 50
        assert is_ours(change.settings["description"])

    def test_its_cost_is_announced(self) -> None:
        *_filters, alarms = cost(planned(bare())).partition(", 1 alarm (")
        assert alarms.endswith(") and 1 log alarm (billed monthly, and by the data that its query scans).")

    def test_the_query_reaches_back_past_the_delivery(self) -> None:
        overrides = {"security_group_changes": {"period": 600, "evaluation_periods": 2, "threshold": 5}}
        [change] = [one for one in planned(bare(), overrides=overrides).changes if one.resource == "log_alarm"]
        assert change.settings["start_time_offset"] == 1200 + 900
        assert change.settings["threshold"] == 5

    def test_a_second_run_changes_nothing(self) -> None:
        assert planned(with_log_alarm()).changes == ()

    def test_groups_by_arn_are_the_same(self) -> None:
        query = replace(log_alarm().log_query, log_groups=(f"{GROUP_ARN}:*",))  # type: ignore[type-var]
        assert planned(with_log_alarm(log_query=query)).changes == ()

    def test_what_differs_is_updated_and_actions_of_others_stay(self) -> None:
        query = replace(log_alarm().log_query, lines=0, lines_role="")  # type: ignore[type-var]
        found = with_log_alarm(log_query=query, actions_enabled=False, ok_actions=("arn:aws:sns:eu-west-1:1:x",))
        [change] = planned(found).changes
        assert change.summary == f"Update log alarm {NAME}: log_lines, log_lines_role_arn, actions_enabled"
        assert change.before == {"log_lines": 0, "log_lines_role_arn": "", "actions_enabled": False}
        assert change.settings["ok_actions"] == ["arn:aws:sns:eu-west-1:1:x"]

    def test_the_topic_is_added_to_the_actions_of_others(self) -> None:
        [change] = planned(with_log_alarm(alarm_actions=("arn:aws:lambda:eu-west-1:1:function:x",))).changes
        assert change.after == {"alarm_actions": sorted(["arn:aws:lambda:eu-west-1:1:function:x", TOPIC_ARN])}

    def test_its_tags_are_those_of_the_alarm(self) -> None:
        tagged = converged(alarms={"eu-west-1": (alarm(tags={"team": "a"}), log_alarm(tags={"team": "b", "x": "y"}))})
        tagged = replace(tagged, topics={TOPIC_ARN: topic(tags={"team": "a"})})
        [change] = planned(tagged, tags={"team": "a"}).changes
        assert (change.before, change.after) == ({"tags": {"team": "b"}}, {"tags": {"team": "a"}})

    def test_another_kind_of_alarm_with_its_name_blocks(self) -> None:
        found = converged(alarms={"eu-west-1": (alarm(), alarm(name=NAME))})
        assert planned(found).blocked.startswith(f"Alarm {NAME} in eu-west-1 is not a log alarm.")

    def test_a_filter_that_logs_insights_cannot_express_is_a_remark(self) -> None:
        found, rest = replace(bare(), log_alarms_role=ROLE), rest_of(bare(), wanting())
        wanted = replace(rest.desired.wanted[0], filters={"theirs": "{ $.eventName = %SecurityGroup% }"})
        rest = replace(rest, desired=replace(rest.desired, wanted=(wanted,)))
        result = plan_at(found, rest, destination(found, rest.desired))
        assert [one.resource for one in result.changes] == ["topic", "subscription", "metric_filter", "alarm"]
        assert result.remarks[0].startswith(
            "security_group_changes gets no log alarm, since Logs Insights cannot express its metric filter: AWS"
        )


class TestExisting:
    def test_it_goes_with_the_path_that_counts(self) -> None:
        others = metric_filter("their_filter", SECURITY_GROUP_CHANGES.filters[1].text, metric_name="theirs")
        six = metric_filter("their_six", SECURITY_GROUP_CHANGES.filters[0].text, metric_name="theirs")
        their_topic = f"arn:aws:sns:eu-west-1:{ACCOUNT.id}:theirs"
        found = bare(
            log_groups={GROUP_ARN: replace(GROUP, filters=(others, six))},
            alarms={"eu-west-1": (alarm(name="their_alarm", metric_name="theirs", alarm_actions=(their_topic,)),)},
            topics={TOPIC_ARN: None, their_topic: topic(their_topic, name="theirs")},
        )
        result = planned(found, existing="reuse", subscriptions=[])
        [change] = result.changes
        assert [one.resource for one in result.kept] == ["notification_path"]
        assert (change.name, change.settings["alarm_actions"]) == (NAME, [their_topic])


class TestTopic:
    ONE_ALARM = f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT.id}:alarm:{ALARM}"

    def policy(self, source: str) -> dict[str, Any]:
        condition = {"ArnEquals": {"aws:SourceArn": source}}
        principal = {"Service": "cloudwatch.amazonaws.com"}
        allowed = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": TOPIC_ARN}
        return {"Version": "2012-10-17", "Statement": [{**allowed, "Condition": condition}]}

    def test_the_policy_of_ours_also_allows_the_log_alarm(self) -> None:
        narrow = converged(topics={TOPIC_ARN: topic(policy=self.policy(self.ONE_ALARM))})
        assert plan(narrow, desired()).changes == ()
        assert [one.resource for one in planned(narrow).changes] == ["topic_policy", "log_alarm"]

    def test_one_of_others_that_does_not_is_a_remark(self) -> None:
        narrow = converged(topics={TOPIC_ARN: topic(policy=self.policy(self.ONE_ALARM))})
        result = planned(narrow, topic_name=None, topic_arn=TOPIC_ARN)
        assert [one.resource for one in result.changes] == ["log_alarm"]
        assert result.remarks == (
            f"The policy of topic {TOPIC_ARN} does not allow cloudwatch.amazonaws.com to publish for log alarm {NAME}. "
            "Allow it there.",
        )
        wide = converged(topics={TOPIC_ARN: topic(policy=self.policy(f"{self.ONE_ALARM}*"))})
        assert planned(wide, topic_name=None, topic_arn=TOPIC_ARN).remarks == ()


class TestRole:
    @pytest.mark.parametrize("role", ["log-alarms", ROLE_ARN])
    def test_name_and_arn_are_the_same(self, role: str) -> None:
        assert planned(converged(), log_alarms_role=role).changes[0].settings["query_role_arn"] == ROLE_ARN

    def test_a_name_is_enough_for_a_role_with_a_path(self) -> None:
        arn = f"arn:aws:iam::{ACCOUNT.id}:role/service/log-alarms"
        found = replace(converged(), log_alarms_role=Role(arn, ROLE.trust_policy))
        [change] = plan(found, wanting()).changes
        assert change.settings["query_role_arn"] == arn

    @pytest.mark.parametrize("role", ["arn:aws:iam::1:role/x", "arn:aws:iam::111122223333:user/x", "a b", "x" * 65])
    def test_what_is_no_role_is_refused(self, role: str) -> None:
        blocked = planned(converged(), log_alarms_role=role).blocked
        assert blocked == f"log_alarms_role is {role!r}, which is neither the name nor the ARN of an IAM role."

    def test_it_must_be_named(self) -> None:
        assert "requires log_alarms_role" in plan(converged(), desired(log_alarms=True)).blocked

    def test_one_of_another_account_blocks(self) -> None:
        arn = f"arn:aws:iam::{OTHER_ACCOUNT}:role/log-alarms"
        assert planned(converged(), log_alarms_role=arn).blocked.startswith(
            f"Role {arn} is not of account {ACCOUNT.id}."
        )

    def test_one_that_does_not_exist_blocks(self) -> None:
        assert plan(converged(), wanting()).blocked.startswith(f"Role {ROLE_ARN} does not exist.")

    @pytest.mark.parametrize("lacking", SERVICES)
    def test_one_that_a_service_cannot_assume_blocks(self, lacking: str) -> None:
        role = Role(ROLE_ARN, trust(*(one for one in SERVICES if one != lacking)))
        blocked = plan(replace(converged(), log_alarms_role=role), wanting()).blocked
        assert blocked.startswith(f"The trust policy of role {ROLE_ARN} does not allow {lacking} to assume it")

    def test_conditions_for_the_account_are_met(self) -> None:
        policy = trust(*SERVICES, StringEquals={"aws:SourceAccount": ACCOUNT.id})
        result = plan(replace(converged(), log_alarms_role=Role(ROLE_ARN, policy)), wanting())
        assert (result.blocked, result.remarks) == ("", ())

    def test_the_documented_trust_policy_does(self) -> None:
        policy = json.loads((ROOT / "docs" / "policies" / "log_alarms_role_trust.json").read_text())
        result = plan(replace(converged(), log_alarms_role=Role(ROLE_ARN, policy)), wanting())
        assert (result.blocked, result.remarks) == ("", ())

    def test_a_condition_that_may_not_be_met_is_not_known(self) -> None:
        policy = trust(*SERVICES, ArnLike={"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:*:alarm:security*"})
        result = plan(replace(converged(), log_alarms_role=Role(ROLE_ARN, policy)), wanting())
        assert [one.resource for one in result.changes] == ["log_alarm"]
        assert "logs.amazonaws.com and cloudwatch.amazonaws.com" in result.remarks[0]

    def test_one_that_cannot_be_read_is_not_known(self) -> None:
        result = plan(replace(converged(), log_alarms_role=DENIED), wanting())
        assert [one.settings["query_role_arn"] for one in result.changes] == [ROLE_ARN]
        assert result.remarks[0].startswith(f"Whether the log alarms can use role {ROLE_ARN} could not be determined: ")

    def test_it_is_read_by_its_name_where_it_is_needed(self) -> None:
        def named(asked_for: Desired) -> Any:
            found = sought(ACCOUNT, asked_for, destination(converged(), asked_for))
            assert found
            return found.log_alarms_role, NAME in found.alarm_names

        assert named(wanting(log_alarms_role=ROLE_ARN)) == ("log-alarms", True)
        assert named(desired(log_alarms_role=ROLE_ARN)) == (None, False)
        assert named(desired(state="absent")) == (None, True)


class TestRefusals:
    def test_a_name_that_is_too_long(self) -> None:
        overrides = {"security_group_changes": {"alarm_name": "x" * 252}}
        blocked = planned(bare(), overrides=overrides).blocked
        assert "with 256 characters, but CloudWatch accepts at most 255. Set a shorter alarm_name." in blocked

    def test_a_name_that_another_alarm_has(self) -> None:
        controls = ["security_group_changes", "vpc_changes"]
        blocked = planned(bare(), controls=controls, overrides={"vpc_changes": {"alarm_name": NAME}}).blocked
        assert f"2 alarms would have the name {NAME}." in blocked


class TestAbsent:
    def test_ours_is_deleted_first_and_the_topic_with_it(self) -> None:
        found = replace(with_log_alarm(), topic_users={TOPIC_ARN: (ALARM, NAME)})
        changes = plan(found, desired(state="absent")).changes
        assert [(one.resource, one.action) for one in changes][:2] == [("log_alarm", "delete"), ("alarm", "delete")]
        assert changes[-1].resource == "topic"

    @pytest.mark.parametrize(
        "theirs", [log_alarm(description="theirs"), alarm(name=NAME, metric_name=METRIC)], ids=["log", "metric"]
    )
    def test_one_of_others_is_kept_and_so_is_the_topic(self, theirs: Alarm) -> None:
        found = converged(alarms={"eu-west-1": (alarm(), theirs)}, topic_users={TOPIC_ARN: (ALARM, NAME)})
        result = plan(found, desired(state="absent"))
        assert [one.resource for one in result.kept] == ["log_alarm", "topic"]
        assert result.kept[0].why.startswith(f"Alarm {NAME} is kept: ")
