# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role, through ansible-playbook as users run it: what it writes, and what it leaves alone."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from account_builder import ALARM, FILTERS, LOG_GROUP, METRIC, SIX_EVENTS, TOPIC, Builder
from faulty_accounts import copy_to
from harness import REGION, PlaybookRun, Sandbox, accounts_inventory, later, run_playbook

POLICIES = Path(__file__).parents[2] / "docs" / "policies"
READ = "Read the account and plan the changes"
AGAIN = "Read the account again"
WRITE = "Apply the planned changes"
SHOW = "Show the planned changes"
EMAIL = {"protocol": "email", "endpoint": "security@example.com"}

ROLE = """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.own: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  roles:
    - aws_cis.monitoring.cis_sg_monitoring
"""

RunRole = Callable[..., PlaybookRun]


@pytest.fixture
def builder(sandbox: Sandbox, account: str) -> Builder:
    """A bare account: a trail with its log group, and nothing else."""
    builder = Builder(sandbox, account)
    builder.trail()
    sandbox.clear_calls()
    return builder


@pytest.fixture
def run_role(sandbox: Sandbox, account: str, ansible_playbook: Any) -> RunRole:
    def run(
        *arguments: str, playbook: str = ROLE, environment: dict[str, str] | None = None, **variables: Any
    ) -> PlaybookRun:
        sandbox.clear_calls()
        named = {f"cis_sg_monitoring_{name}": value for name, value in {"subscriptions": [EMAIL], **variables}.items()}
        inventory = accounts_inventory(sandbox.url, {"production": account}, **named)
        return ansible_playbook(playbook, inventory, *arguments, env=environment)

    return run


@dataclass(frozen=True)
class FirstRun:
    """The role's first run in a bare account: the account afterwards, what the run said, and its calls."""

    account: str
    said: PlaybookRun
    calls: list[dict[str, Any]]


@pytest.fixture(scope="module")
def first_run(sandbox_process: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """The run that all tests go on from which ask what comes after it."""
    account = sandbox_process.new_account()
    Builder(sandbox_process, account).trail()
    inventory = accounts_inventory(
        sandbox_process.url, {"production": account}, cis_sg_monitoring_subscriptions=[EMAIL]
    )
    sandbox_process.clear_calls()
    said = run_playbook(ROLE, tmp_path_factory.mktemp("first_run"), inventory)
    assert said.rc == 0, said.stdout
    return FirstRun(account, said, sandbox_process.calls(account))


@pytest.fixture
def remediated(sandbox: Sandbox, first_run: FirstRun, account: str) -> Builder:
    """The account, as the first run leaves one."""
    copy_to(sandbox, first_run.account, account)
    sandbox.clear_calls()
    return Builder(sandbox, account)


def topic_arn(account: str, name: str = TOPIC) -> str:
    return f"arn:aws:sns:{REGION}:{account}:{name}"


def filters_of(builder: Builder) -> dict[str, dict[str, Any]]:
    found = builder.client("logs").describe_metric_filters(logGroupName=LOG_GROUP)["metricFilters"]
    return {one["filterName"]: one for one in found}


def alarm_of(builder: Builder, name: str = ALARM) -> dict[str, Any]:
    [alarm] = builder.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(alarm)


def subscribers_of(builder: Builder, arn: str) -> set[str]:
    found = builder.client("sns").list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    return {one["Endpoint"] for one in found}


class TestBareAccount:
    @pytest.mark.smoke
    def test_check_mode_shows_all_and_writes_nothing(
        self, sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
    ) -> None:
        run = run_role("--check", "--diff")

        assert run.rc == 0, run.stdout
        assert run.stats["production"]["changed"] == 1
        shown = run.result(READ)["diff"]
        assert [diff["after_header"] for diff in shown] == [
            f"topic {TOPIC}",
            "subscription email security@example.com",
            *(f"metric filter {name}" for name in FILTERS),
            f"alarm {ALARM}",
        ]
        assert all(diff["before"] == "" and diff["after"] for diff in shown)
        assert shown[2]["after"]["filter_pattern"] == SIX_EVENTS
        assert sandbox.calls(account), "the test must see the role's calls"
        assert sandbox.writing_calls(account) == []

    def test_defaults_are_the_benchmarks_remediation(
        self, account: str, remediated: Builder, first_run: FirstRun
    ) -> None:
        filters = filters_of(remediated)
        assert {name: one["filterPattern"] for name, one in filters.items()} == FILTERS
        assert [one["metricTransformations"] for one in filters.values()] == [[METRIC], [METRIC]]
        alarm = alarm_of(remediated)
        expected = {
            "Namespace": "CISBenchmark",
            "MetricName": "security_group_changes_metric",
            "Statistic": "Sum",
            "Period": 300,
            "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "EvaluationPeriods": 1,
            "TreatMissingData": "notBreaching",
            "AlarmActions": [topic_arn(account)],
            "ActionsEnabled": True,
        }
        assert {name: alarm[name] for name in expected} == expected
        assert subscribers_of(remediated, topic_arn(account)) == {"security@example.com"}
        again = first_run.said.result(AGAIN)
        [warning] = again["warnings"]
        assert "security@example.com" in warning
        by = datetime.fromisoformat(again["plan"]["pending"][0]["confirm_by"])
        assert timedelta(hours=47) < by - datetime.now(tz=UTC) <= timedelta(hours=48)
        assert f", at the latest at {by:%Y-%m-%dT%H:%M:%SZ}. " in warning

    def test_who_did_not_confirm_in_two_days_is_asked_again(
        self, sandbox: Sandbox, account: str, remediated: Builder, run_role: RunRole
    ) -> None:
        with later(sandbox, hours=49):
            assert subscribers_of(remediated, topic_arn(account)) == set()
            again = run_role()

            assert sandbox.writing_calls(account) == ["sns:Subscribe"]
            [change] = again.result(READ)["plan"]["changes"]
            assert "expired unconfirmed after 48 hours" in change["summary"]
            [asked] = again.result(WRITE)["results"]
            assert asked["_ansible_item_label"] == change["summary"]
            assert again.result(AGAIN)["warnings"]
            assert subscribers_of(remediated, topic_arn(account)) == {"security@example.com"}

    def test_who_has_yet_to_confirm_is_named_in_every_run_though_somebody_else_is_told(
        self, sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
    ) -> None:
        hook = {"protocol": "https", "endpoint": "https://127.0.0.1:9/hook?key=secret"}
        run_role(subscriptions=[EMAIL, hook])
        sandbox.confirm(topic_arn(account), EMAIL["endpoint"])

        for arguments in ([], ["--check"]):
            run = run_role(*arguments, subscriptions=[EMAIL, hook])
            assert (run.rc, run.stats["production"]["changed"]) == (0, 0)
            assert run.result(READ)["plan"]["obstacles"] == []
            [warning] = run.result(READ)["warnings"]
            assert "https://127.0.0.1/***." in warning
            assert EMAIL["endpoint"] not in warning
            assert run.results(AGAIN) == []
            assert sandbox.writing_calls(account) == []

    def test_again_changes_nothing_in_either_mode(
        self, sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
    ) -> None:
        # Values that are no text (f02) converge too.
        options: dict[str, Any] = {"tags": {"team": "security", "cost": 42, "on": True}, "topic_display_name": "CIS"}
        assert run_role(**options).stats["production"]["changed"] > 0
        sandbox.confirm(topic_arn(account), EMAIL["endpoint"])

        for arguments in ([], ["--check", "--diff"]):
            run = run_role(*arguments, **options)
            assert run.rc == 0, run.stdout
            assert run.stats["production"]["changed"] == 0
            assert sandbox.writing_calls(account) == []
            assert run.result(READ)["plan"]["obstacles"] == []
        tags = builder.client("sns").list_tags_for_resource(ResourceArn=topic_arn(account))["Tags"]
        expected = {"team": "security", "cost": "42", "on": "True"}
        assert {tag["Key"]: tag["Value"] for tag in tags} == expected
        arn = alarm_of(builder)["AlarmArn"]
        tags = builder.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
        assert {tag["Key"]: tag["Value"] for tag in tags} == expected

    def test_one_benchmark_alone_needs_one_filter(self, builder: Builder, run_role: RunRole) -> None:
        run_role(benchmarks=["security_hub"])
        assert list(filters_of(builder)) == ["security_group_changes_metric"]


class TestDriftedAccount:
    def test_disabled_actions_are_enabled_and_nothing_else_is_written(
        self, sandbox: Sandbox, account: str, remediated: Builder, run_role: RunRole
    ) -> None:
        remediated.client("cloudwatch").disable_alarm_actions(AlarmNames=[ALARM])

        assert run_role("--check").stats["production"]["changed"] == 1
        assert alarm_of(remediated)["ActionsEnabled"] is False
        run = run_role()

        assert run.stats["production"]["changed"] == 1
        assert sandbox.writing_calls(account) == ["cloudwatch:EnableAlarmActions"]
        assert alarm_of(remediated)["ActionsEnabled"] is True

    def test_siblings_and_other_subscribers_stay(self, account: str, builder: Builder, run_role: RunRole) -> None:
        for name in (
            "security_group_changes",
            "security_group_changes_metric_",
            "security_group_changes_metric_cis_v5x",
        ):
            builder.metric_filter(name, "{ $.eventName = Other }")
        arn = builder.topic()
        builder.client("sns").subscribe(TopicArn=arn, Protocol="email", Endpoint="someone@example.com")
        others = filters_of(builder)

        run_role()

        filters = filters_of(builder)
        assert {name: filters[name] for name in others} == others
        assert {"someone@example.com", "security@example.com"} < subscribers_of(builder, arn)

    def test_other_actions_of_the_alarm_stay(self, account: str, builder: Builder, run_role: RunRole) -> None:
        pager = builder.client("sns").create_topic(Name="pager")["TopicArn"]
        builder.alarm(pager, namespace="Misspelt")

        run_role()

        assert set(alarm_of(builder)["AlarmActions"]) == {pager, topic_arn(account)}
        assert alarm_of(builder)["Namespace"] == "CISBenchmark"

    def test_a_policy_that_shuts_cloudwatch_out_gets_one_statement_more(
        self, sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
    ) -> None:
        arn = builder.client("sns").create_topic(Name=TOPIC)["TopicArn"]
        other = {
            "Sid": "Theirs",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": arn,
        }
        policy = {"Version": "2012-10-17", "Statement": [other]}
        builder.client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy)
        )

        run_role()

        text = builder.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
        statements = json.loads(text)["Statement"]
        assert statements[0] == other
        assert statements[1]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert run_role().stats["production"]["changed"] == 0


class TestExistingTopic:
    def test_only_the_subscription_asked_for_is_added(
        self, sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
    ) -> None:
        arn = builder.client("sns").create_topic(Name="central")["TopicArn"]

        run = run_role(topic_arn=arn, tags={"team": "x"}, topic_display_name="x")

        assert run.rc == 0, run.stdout
        assert [call for call in sandbox.writing_calls(account) if call.startswith("sns:")] == ["sns:Subscribe"]
        assert alarm_of(builder)["AlarmActions"] == [arn]
        assert run_role(topic_arn=arn).stats["production"]["changed"] == 0


class TestAbsent:
    def test_removes_what_it_made_and_nothing_else(
        self, sandbox: Sandbox, account: str, remediated: Builder, run_role: RunRole
    ) -> None:
        remediated.metric_filter("security_group_changes", SIX_EVENTS)

        assert run_role("--check", "--diff", state="absent").stats["production"]["changed"] == 1
        assert sandbox.writing_calls(account) == []
        run = run_role(state="absent")

        assert run.rc == 0, run.stdout
        deleted = [one["_ansible_item_label"].split()[:2] for one in run.result(WRITE)["results"]]
        assert deleted == [["Delete", kind] for kind in ("alarm", "metric", "topic")]
        assert list(filters_of(remediated)) == ["security_group_changes"]
        assert remediated.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
        assert remediated.client("sns").list_topics()["Topics"] == []
        again = run_role(state="absent")
        assert (again.rc, again.stats["production"]["changed"]) == (0, 0)
        assert sandbox.writing_calls(account) == []

    def test_a_topic_that_another_alarm_uses_is_kept_and_that_is_said(
        self, account: str, remediated: Builder, run_role: RunRole
    ) -> None:
        remediated.client("cloudwatch").put_metric_alarm(
            AlarmName="theirs",
            Namespace="Theirs",
            MetricName="x",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[topic_arn(account)],
        )

        run = run_role(state="absent")

        assert run.rc == 0, run.stdout
        [said] = run.result("Show what is kept")["msg"]
        assert TOPIC in said
        assert "theirs" in said
        assert len(remediated.client("sns").list_topics()["Topics"]) == 1
        assert alarm_of(remediated, "theirs")

    def test_a_topic_given_by_its_arn_is_kept(self, account: str, builder: Builder, run_role: RunRole) -> None:
        arn = builder.client("sns").create_topic(Name="central")["TopicArn"]
        run_role(topic_arn=arn)

        run_role(state="absent", topic_arn=arn)

        assert [one["TopicArn"] for one in builder.client("sns").list_topics()["Topics"]] == [arn]


class TestStops:
    def test_without_a_qualifying_trail_the_message_lists_each_and_nothing_is_written(
        self, sandbox: Sandbox, account: str, run_role: RunRole
    ) -> None:
        builder = Builder(sandbox, account)
        builder.trail(multi_region=False, logging=False)
        builder.client("cloudtrail").create_trail(Name="second", S3BucketName="bucket", IsMultiRegionTrail=True)

        run = run_role()

        assert run.rc == 2
        message = run.result("Fail if prerequisites are missing")["msg"]
        for part in ("management-events", "only one region", "not logging", "second", "log group"):
            assert part in message
        assert sandbox.writing_calls(account) == []

    WRONG: ClassVar[dict[str, tuple[dict[str, Any], str]]] = {
        "benchmark": ({"benchmarks": ["cis_v9_0_0"]}, "cis_v9_0_0"),
        "state": ({"state": "gone"}, "gone"),
        "subscriber": ({"subscriptions": [{"protocol": "email"}]}, "endpoint"),
        "protocol": ({"subscriptions": [{"protocol": "pigeon", "endpoint": "roof"}]}, "pigeon"),
    }

    def test_a_wrong_variable_fails_before_anything_is_read(self, sandbox: Sandbox, ansible_playbook: Any) -> None:
        accounts = {host: sandbox.new_account() for host in self.WRONG}
        inventory = accounts_inventory(sandbox.url, accounts)
        for host, (variables, _said) in self.WRONG.items():
            inventory["all"]["hosts"][host] |= {f"cis_sg_monitoring_{name}": value for name, value in variables.items()}

        run = ansible_playbook(ROLE, inventory)

        for host, (_variables, said) in self.WRONG.items():
            assert run.stats[host]["failures"] == 1
            [told] = run.results("Set up the CIS monitoring of security group changes in an AWS account", host)
            assert said in told["msg"]
            assert sandbox.calls(accounts[host]) == []

    def test_a_log_group_that_does_not_exist_is_named(self, account: str, builder: Builder, run_role: RunRole) -> None:
        run = run_role("--check", log_group_name="missing-group")
        assert run.rc == 2
        message = run.result("Fail if prerequisites are missing")["msg"]
        assert "missing-group" in message
        assert REGION in message


class TestCheckModeByKeyword:
    """The mode is the task's, whatever the command line says."""

    BLOCK = """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.aws: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  tasks:
    - check_mode: true
      block:
        - ansible.builtin.import_role:
            name: aws_cis.monitoring.cis_sg_monitoring
    - ansible.builtin.include_role:
        name: aws_cis.monitoring.cis_sg_monitoring
        apply:
          check_mode: true
      vars:
        cis_sg_monitoring_state: absent
"""

    def test_true_shows_and_writes_nothing(self, sandbox: Sandbox, account: str, run_role: RunRole) -> None:
        builder = Builder(sandbox, account)
        builder.whole()
        builder.client("logs").delete_metric_filter(logGroupName=LOG_GROUP, filterName=next(iter(FILTERS)))

        run = run_role(playbook=self.BLOCK)

        assert run.rc == 0, run.stdout
        present, absent = run.results(READ)
        assert (present["check_mode"], absent["check_mode"]) == (True, True)
        for plan, shown in zip((present["plan"], absent["plan"]), run.results(SHOW), strict=True):
            told = "; ".join(change["summary"] for change in plan["changes"])
            assert shown["msg"].startswith(f"production: would change: {told}")
        assert (len(present["diff"]), len(absent["diff"])) == (2, 2)  # the topic has another subscriber
        assert sandbox.writing_calls(account) == []

    def test_false_writes_in_spite_of_the_command_line(self, account: str, builder: Builder, run_role: RunRole) -> None:
        run = run_role("--check", playbook=ROLE.replace("  roles:", "  check_mode: false\n  roles:"))
        assert run.rc == 0, run.stdout
        assert set(filters_of(builder)) == set(FILTERS)
        assert alarm_of(builder)


def test_a_real_run_with_diff_shows_what_check_mode_shows(builder: Builder, run_role: RunRole) -> None:
    shown = run_role("--check", "--diff").result(READ)["diff"]
    lines = run_role("--diff").result(SHOW)["msg"]
    assert [f"+++ {diff['after_header']}" for diff in shown] == [line for line in lines if line.startswith("+++ ")]
    assert {"+statistic: Sum", f"+filter_pattern: {SIX_EVENTS}"} <= set(lines)


class TestRefused:
    """What can't be written is refused in check mode too, and before anything is written."""

    REFUSED: ClassVar[dict[str, tuple[dict[str, Any], str]]] = {
        "topic": ({"topic_name": "alerts.fifo"}, "FIFO topic"),
        "firehose": (
            {"subscriptions": [{"protocol": "firehose", "endpoint": "arn:aws:firehose:us-east-1:1:deliverystream/x"}]},
            "requires a role",
        ),
        "nobody": ({"subscriptions": []}, "no one would be notified"),
        "suffix": ({"filter_name": "f" * 510}, "1 to 512 characters"),
        "group": ({"log_group_name": "idle"}, "No trail writes to log group"),
    }

    @pytest.mark.parametrize("arguments", [[], ["--check"]])
    def test_in_both_modes(self, sandbox: Sandbox, ansible_playbook: Any, arguments: list[str]) -> None:
        accounts = {host: sandbox.new_account() for host in self.REFUSED}
        inventory = accounts_inventory(sandbox.url, accounts, cis_sg_monitoring_subscriptions=[EMAIL])
        for host, (variables, _said) in self.REFUSED.items():
            inventory["all"]["hosts"][host] |= {f"cis_sg_monitoring_{name}": value for name, value in variables.items()}
            builder = Builder(sandbox, accounts[host])
            builder.trail()
            builder.client("logs").create_log_group(logGroupName="idle")
        sandbox.clear_calls()

        run = ansible_playbook(ROLE, inventory, *arguments)

        for host, (_variables, said) in self.REFUSED.items():
            assert said in run.result("Fail if prerequisites are missing", host)["msg"]
        assert sandbox.writing_calls() == []


class TestConverges:
    """What SNS lists in its own way, or late, is no difference for ever."""

    def list_as(self, sandbox: Sandbox, account: str, pattern: str, replacement: str, **fault: Any) -> None:
        sandbox.fault(
            account=account,
            service="sns",
            action="ListSubscriptionsByTopic",
            rewrite=(pattern, replacement),
            **fault,
        )

    @pytest.mark.slow
    def test_a_password_that_sns_stars_out(
        self, sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
    ) -> None:
        hook = {"protocol": "https", "endpoint": " https://user:secret@hooks.example.com/sns "}
        self.list_as(sandbox, account, ":secret@", ":****@")
        runs = [run_role(subscriptions=[hook]), run_role(subscriptions=[hook])]
        assert [run.rc for run in runs] == [0, 0], runs[0].stdout
        assert runs[1].stats["production"]["changed"] == 0
        assert run_role(state="absent", subscriptions=[hook]).rc == 0
        assert builder.client("sns").list_topics()["Topics"] == []

    @pytest.mark.slow
    def test_a_list_that_lags_behind(
        self, sandbox: Sandbox, account: str, builder: Builder, first_run: FirstRun, run_role: RunRole
    ) -> None:
        listed = sum(call["action"] == "ListSubscriptionsByTopic" for call in first_run.calls)
        self.list_as(sandbox, account, "<member>.*</member>", "", after=listed - 1, times=1)
        run = run_role()
        assert run.rc == 0, run.stdout
        assert run.result(AGAIN)["attempts"] == 2

    def test_who_unsubscribed_is_asked_again(
        self, sandbox: Sandbox, account: str, remediated: Builder, run_role: RunRole
    ) -> None:
        self.list_as(sandbox, account, "<SubscriptionArn>[^<]*<", "<SubscriptionArn>Deleted<", times=2)
        run = run_role()
        assert run.rc == 0, run.stdout
        assert sandbox.writing_calls(account) == ["sns:Subscribe"]
        assert run.result(AGAIN)["plan"]["pending"]


class TestOwnPath:
    """What else there is in an account decides nothing about what the role made."""

    @pytest.mark.slow
    def test_the_member_of_a_central_topic(
        self, sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
    ) -> None:
        central = f"arn:aws:sns:{REGION}:999988887777:central"
        sandbox.fault(account=account, service="sns", about=central, code="AuthorizationError", status=403)
        runs = [run_role(topic_arn=central, subscriptions=[]), run_role(topic_arn=central, subscriptions=[])]
        assert [run.rc for run in runs] == [0, 0], runs[0].stdout
        assert runs[1].stats["production"]["changed"] == 0
        assert runs[1].result(READ)["plan"]["obstacles"] == []

    @pytest.mark.slow
    def test_a_foreign_topic_and_one_without_subscriber_beside_ours(
        self, sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
    ) -> None:
        central = f"arn:aws:sns:{REGION}:999988887777:central"
        sandbox.fault(account=account, service="sns", about=central, code="AuthorizationError", status=403)
        old = builder.client("sns").create_topic(Name="a-old")["TopicArn"]
        builder.alarm(old)
        run = run_role()
        assert run.rc == 0, run.stdout
        builder.alarm(central)
        run = run_role()
        assert run.rc == 0, run.stdout
        assert set(alarm_of(builder)["AlarmActions"]) == {central, topic_arn(account)}
        assert EMAIL["endpoint"] in run.result(AGAIN)["warnings"][0]

    def test_what_keeps_our_own_message_back_fails(
        self, sandbox: Sandbox, account: str, remediated: Builder, run_role: RunRole
    ) -> None:
        sandbox.confirm(topic_arn(account), EMAIL["endpoint"])
        sns = remediated.client("sns")
        [subscription] = sns.list_subscriptions_by_topic(TopicArn=topic_arn(account))["Subscriptions"]
        sns.set_subscription_attributes(
            SubscriptionArn=subscription["SubscriptionArn"],
            AttributeName="FilterPolicy",
            AttributeValue='{"kind": ["other"]}',
        )
        for arguments in ([], ["--check"]):
            run = run_role(*arguments)
            assert run.rc == 2
            assert "drops the alarm's message" in run.result("that the alarms reach a subscriber")["msg"]


def test_a_second_account_on_one_host_leaves_nothing_of_the_first(
    sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
) -> None:
    """In a loop over accounts, whose `item` is in the credentials: the role's own loops must not take it."""
    whole = Builder(sandbox, sandbox.new_account())
    whole.whole()
    playbook = f"""
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.aws:
      access_key: "{{{{ item }}}}"
      secret_key: sandbox
      region: {REGION}
      endpoint_url: {sandbox.url}
  tasks:
    - ansible.builtin.include_role:
        name: aws_cis.monitoring.cis_sg_monitoring
      loop: ["{account}", "{whole.account}"]
    - name: Last
      ansible.builtin.debug:
        msg: "{{{{ [cis_sg_monitoring_before.account.id, cis_sg_monitoring_after.account.id] }}}}"
"""
    run = run_role(playbook=playbook, subscriptions=[])
    assert run.rc == 2, "nobody is to be told"
    run = run_role(playbook=playbook)
    assert run.rc == 0, run.stdout
    assert "already in use" not in run.stderr
    assert set(filters_of(builder)) == set(FILTERS)
    assert run.result("Last")["msg"] == [whole.account, whole.account]


def test_no_default_leads_a_stock_module_elsewhere(
    sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
) -> None:
    """They act with the connection of the plan: neither their own defaults nor the environment count."""
    other = sandbox.new_account()
    keys = f"{{access_key: '{other}', secret_key: x}}"
    own = f"    amazon.aws.cloudwatch_metric_alarm: {keys}\n    community.aws.sns_topic: {keys}\n  roles:"
    # community.aws.sns_topic is not in this group.
    of_others = ROLE.replace("group/aws_cis.monitoring.own", "group/amazon.aws.aws")
    environment = {
        "AWS_ACCESS_KEY_ID": other,
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": REGION,
        "AWS_URL": sandbox.url,
    }
    for playbook in (of_others, ROLE.replace("  roles:", own)):
        run = run_role(playbook=playbook, environment=environment)
        assert run.rc == 0, run.stdout
        assert sandbox.calls(other) == []
        assert "sns:CreateTopic" in sandbox.writing_calls(account)
        assert run_role(playbook=playbook, environment=environment, state="absent").rc == 0
        assert sandbox.calls(other) == []
        assert {"sns:DeleteTopic", "cloudwatch:DeleteAlarms"} <= set(sandbox.writing_calls(account))


@pytest.mark.parametrize(
    "in_worker", [pytest.param(True, id="worker"), pytest.param(False, id="process", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize(
    "earlier", [pytest.param(0, marks=pytest.mark.slow), 1, pytest.param(2, marks=pytest.mark.slow)]
)
def test_credentials_that_change_stop_the_run_before_the_next_write(
    sandbox: Sandbox, account: str, builder: Builder, ansible_playbook: Any, earlier: int, in_worker: bool
) -> None:
    """Such as a profile that is renewed after the account was read. Both accounts are named."""
    other = sandbox.new_account()
    sandbox.fault(
        account=account,
        service="sts",
        action="GetCallerIdentity",
        rewrite=(f"<Account>{account}", f"<Account>{other}"),
        after=1 + earlier,
    )
    sandbox.clear_calls()
    inventory = accounts_inventory(
        sandbox.url,
        {"production": account},
        cis_sg_monitoring_subscriptions=[EMAIL],
        aws_cis_monitoring_in_worker=in_worker,
    )
    keys = [inventory["all"]["hosts"]["production"].pop(f"aws_{name}_key") for name in ("access", "secret")]
    environment = dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), keys, strict=True))

    run = ansible_playbook(ROLE, inventory, env=environment)

    assert run.rc == 2
    said = [item.get("msg", "") for item in run.result(WRITE)["results"]]
    assert said[:-1] == [""] * earlier
    assert f"credentials of account {other}, but must act on account {account}" in said[-1]
    assert sandbox.writing_calls(account) == ["sns:CreateTopic", "sns:Subscribe"][:earlier]


def test_the_calls_are_those_of_the_policies(
    sandbox: Sandbox, account: str, builder: Builder, run_role: RunRole
) -> None:
    """Check mode needs audit.json and what planning reads; set-up and teardown need a policy each in addition."""
    planning = {"cloudwatch:ListTagsForResource", "sns:ListTagsForResource"}
    options: dict[str, Any] = {"tags": {"team": "security"}}

    run_role("--check", **options)
    assert _made(sandbox, account) <= _allowed("audit") | planning
    run_role(**options)
    made = _made(sandbox, account)
    assert made <= _allowed("audit", "remediate")
    assert {"logs:PutMetricFilter", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "sns:CreateTopic"} <= made
    _are_in_scope(builder)
    [topic] = builder.client("sns").list_topics()["Topics"]
    sandbox.confirm(topic["TopicArn"], EMAIL["endpoint"])  # one that is pending is not unsubscribed
    run_role(**options, state="absent")
    made = _made(sandbox, account)
    assert made <= _allowed("audit", "teardown")
    assert {"logs:DeleteMetricFilter", "cloudwatch:DeleteAlarms", "sns:DeleteTopic", "sns:Unsubscribe"} <= made


def _are_in_scope(builder: Builder) -> None:
    """What was created has names that both policies allow to create and to delete."""
    [alarm] = builder.client("cloudwatch").describe_alarms()["MetricAlarms"]
    [topic] = builder.client("sns").list_topics()["Topics"]
    [group] = builder.client("logs").describe_log_groups()["logGroups"]
    created = {
        "cloudwatch": (alarm["AlarmArn"], "cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"),
        "sns": (topic["TopicArn"], "sns:CreateTopic", "sns:DeleteTopic"),
        "logs": (group["arn"].removesuffix(":*"), "logs:PutMetricFilter", "logs:DeleteMetricFilter"),
    }
    for arn, create, delete in created.values():
        assert any(fnmatch.fnmatchcase(arn, scope) for scope in _scopes("remediate", create)), arn
        assert any(fnmatch.fnmatchcase(arn, scope) for scope in _scopes("teardown", delete)), arn


def _scopes(policy: str, action: str) -> list[str]:
    statements = json.loads((POLICIES / f"{policy}.json").read_text())["Statement"]
    [resources] = [statement["Resource"] for statement in statements if action in statement["Action"]]
    return list(resources)


def _allowed(*policies: str) -> set[str]:
    read = [json.loads((POLICIES / f"{policy}.json").read_text()) for policy in policies]
    return {action for policy in read for statement in policy["Statement"] for action in statement["Action"]}


def _made(sandbox: Sandbox, account: str) -> set[str]:
    return {f"{call['service']}:{call['action']}" for call in sandbox.calls(account)}
