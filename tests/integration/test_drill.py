# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drill at each depth, through ansible-playbook, until its message arrives; and what an interrupted one leaves."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from account_builder import ALARM, FILTERS, LOG_GROUP, Builder
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from harness import PlaybookRun, Sandbox, accounts_inventory, meanwhile, processes_in

POLICIES = Path(__file__).parents[2] / "docs" / "policies"
DRILL = "aws_cis.monitoring.drill"
LEFTOVER = "cis-monitoring-drill-leftover"

RunDrill = Callable[..., PlaybookRun]


@pytest.fixture(scope="module")
def sandbox_process() -> Iterator[Sandbox]:
    """A sandbox of its own, since these tests put its clock forward."""
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def drill(sandbox: Sandbox, account: str, ansible_playbook: Any, tmp_path: Path) -> RunDrill:
    def run(*arguments: str, **variables: Any) -> PlaybookRun:
        sandbox.clear_calls()
        named = {f"cis_monitoring_drill_{name}": value for name, value in variables.items()}
        hosts = accounts_inventory(
            sandbox.url,
            {"production": account},
            cis_monitoring_drill_interval=1,
            cis_monitoring_report_dir=str(tmp_path / "reports"),
            **named,
        )
        return ansible_playbook(DRILL, hosts, *arguments)

    return run


def time_passing(sandbox: Sandbox, builder: Builder) -> AbstractContextManager[None]:
    """Let the alarm's period pass whenever it has gone off: AWS evaluates alarms all the time, the sandbox does not."""

    def pass_time(over: threading.Event) -> None:
        while not over.wait(0.3):
            alarms = builder.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
            if alarms and not over.wait(3):
                sandbox.tick(301)

    return meanwhile(pass_time)


def told(run: PlaybookRun) -> dict[str, Any]:
    return dict(run.result("Keep the result")["ansible_facts"]["cis_monitoring_drill_result"])


def legs(run: PlaybookRun) -> dict[str, str]:
    return {leg["leg"]: leg["status"] for leg in told(run)["legs"]}


class TestPattern:
    def test_aws_tries_the_filters_and_nothing_is_written(
        self, sandbox: Sandbox, account: str, builder: Builder, drill: RunDrill
    ) -> None:
        """By the records' text: AWS's documents do not agree on the number of the first one.

        The trail is an organization's, whose log group has the events of every account.
        """
        sandbox.fault(account=account, action="TestMetricFilter", rewrite=('"eventNumber": ?', '"eventNumber": 9'))
        organization = ('"IsOrganizationTrail": ?false', '"IsOrganizationTrail": true')
        sandbox.fault(account=account, action="DescribeTrails", rewrite=organization)

        run = drill()

        assert run.rc == 0, run.stdout
        assert legs(run) == {"pattern": "pass"}
        assert told(run)["legs"][0]["detail"].endswith("receives the events of every account of the organization.")
        found = run.result("Plan the drill")["drill"]["pattern"]
        assert (found["records"], len(found["filters"])) == (50, 2)
        assert (found["missed"], found["later_missed"], found["also_matched"], found["differences"]) == ([], [], [], [])
        assert [call["action"] for call in sandbox.calls(account)].count("TestMetricFilter") == 2
        assert sandbox.writing_calls(account) == []

    def test_a_filter_that_misses_an_event_fails(self, builder: Builder, drill: RunDrill) -> None:
        for name in FILTERS:
            builder.client("logs").delete_metric_filter(logGroupName=LOG_GROUP, filterName=name)
        builder.metric_filter("half", "{ $.eventName = *SecurityGroup && $.userIdentity.type != Root }")

        run = drill()

        assert run.rc == 2
        assert legs(run) == {"pattern": "fail"}
        found = run.result("Plan the drill")["drill"]["pattern"]
        assert "CreateSecurityGroup by root" in found["missed"]
        assert "CreateSecurityGroup by an assumed role" not in found["missed"]
        assert found["also_matched"] == ["CreateCacheSecurityGroup by a user with the CLI"]

    def test_an_account_without_a_filter_says_what_is_missing(self, sandbox: Sandbox, drill: RunDrill) -> None:
        run = drill()
        assert run.rc == 2
        assert "no metric filter for this control" in told(run)["summary"]


class TestControls:
    """An account in which something is installed for every control."""

    @pytest.fixture
    def every(self, sandbox: Sandbox, account: str) -> Builder:
        builder = Builder(sandbox, account)
        builder.trail()
        builder.every_control()
        sandbox.clear_calls()
        return builder

    def test_the_filters_of_all_are_tried_in_a_call_each(
        self, sandbox: Sandbox, account: str, every: Builder, drill: RunDrill
    ) -> None:
        run = drill("-e", "cis_monitoring_controls=all", "-e", "cis_monitoring_benchmark=cis_v7_0_0")

        assert run.rc == 0, run.stdout
        found = run.result("Plan the drill")["drill"]
        assert {one["control"]: one["outcome"] for one in found["controls"]} == dict.fromkeys(CONTROLS, "passed")
        for one in found["controls"]:
            result = one["pattern"]
            assert (result["missed"], result["also_matched"], result["differences"]) == ([], [], []), one["control"]
        filters = every.client("logs").describe_metric_filters(logGroupName=LOG_GROUP)["metricFilters"]
        assert [call["action"] for call in sandbox.calls(account)].count("TestMetricFilter") == len(filters)
        assert sandbox.writing_calls(account) == []

    def test_the_chosen_alarms_go_off_one_by_one_and_each_message_is_shown(
        self, sandbox: Sandbox, account: str, every: Builder, drill: RunDrill
    ) -> None:
        chosen = ["root_usage", "vpc_changes"]
        with time_passing(sandbox, every):
            run = drill(
                "-v",  # a single screen would not have both messages
                "-e",
                json.dumps({"cis_monitoring_controls": chosen}),
                depth="notification",
                confirm=True,
                arrival_queue=True,
                timeout=60,
            )

        assert run.rc == 0, run.stdout
        assert set(legs(run).values()) == {"pass"}
        mails = {one["control"]: one["message"]["mail"] for one in told(run)["controls"]}
        assert all(f"Message of {name}, as its recipient sees it:" in run.stderr for name in chosen)
        assert list(mails) == chosen
        for name, mail in mails.items():
            assert f"- Name: {CONTROLS[name].alarm_name}" in mail
            assert any(f"DRILL of {name}, no event occurred." in line for line in mail)
        nothing_is_left(every)
        made = {f"{call['service']}:{call['action']}" for call in sandbox.calls(account)}
        assert made - {"sns:ListTopics"} <= allowed(), "but for what this test itself asks"

    def test_the_full_depth_says_what_it_is_not_for(self, every: Builder, drill: RunDrill) -> None:
        [vpc] = every.client("ec2").describe_vpcs()["Vpcs"]
        chosen = json.dumps({"cis_monitoring_controls": ["security_group_changes", "vpc_changes"]})

        run = drill("--check", "-e", chosen, depth="full", vpc_id=vpc["VpcId"])

        assert run.rc == 2
        planned = run.result("Plan the drill")["drill"]
        assert {one["control"]: one["outcome"] for one in planned["controls"]} == {
            "security_group_changes": "planned",
            "vpc_changes": "not_drilled",
        }
        assert "Use depth notification for this control" in told(run)["summary"]


class TestNotification:
    def test_the_message_arrives_and_everything_is_removed(
        self, sandbox: Sandbox, account: str, builder: Builder, drill: RunDrill
    ) -> None:
        with time_passing(sandbox, builder):
            run = drill(depth="notification", confirm=True, arrival_queue=True, timeout=60)

        assert run.rc == 0, run.stdout
        expected = dict.fromkeys(("pattern", "alarm", "action", "message", "return"), "pass")
        assert legs(run) == expected
        message = told(run)["message"]
        assert ALARM in message["subject"]
        assert "DRILL" in json.loads(message["text"])["NewStateReason"]
        assert [one["status"] for one in told(run)["subscribers"]] == ["accepted"]
        nothing_is_left(builder)
        assert "message: after" in run.stderr, "progress is shown, and what is on stdout stays JSON"

    @pytest.mark.slow
    def test_the_audit_reports_the_last_drill_of_each_depth(
        self, sandbox: Sandbox, account: str, builder: Builder, drill: RunDrill, ansible_playbook: Any, tmp_path: Path
    ) -> None:
        reports = tmp_path / "reports"
        with time_passing(sandbox, builder):
            assert drill(depth="notification", confirm=True, timeout=60).rc == 0
        drill()
        (reports / "drills" / "999900001111.json").write_text("{")

        run = ansible_playbook(
            "aws_cis.monitoring.audit",
            accounts_inventory(sandbox.url, {"production": account}, cis_monitoring_report_dir=str(reports)),
        )

        assert run.rc == 0, run.stdout
        assert "999900001111.json is ignored" in " ".join((run.stdout + run.stderr).split())
        [found] = json.loads((reports / "latest" / "report.json").read_text())["accounts"]
        assert [(one["depth"], one["outcome"]) for one in found["drills"]] == [
            ("pattern", "passed"),
            ("notification", "passed"),
        ]
        seconds = {leg["leg"]: leg["seconds"] for leg in found["drills"][1]["legs"]}
        assert seconds["action"] >= seconds["alarm"] >= 0
        page = (reports / "latest" / "report.html").read_text()
        rows = re.findall(r"<th scope=\"row\">(.*?)</th><td>(.*?)</td><td>(.*?)</td>", page.partition("Last drills")[2])
        assert rows == [("production", "pattern", "passed"), ("production", "notification", "passed")]

    def test_check_mode_says_what_it_would_do_and_writes_nothing(
        self, sandbox: Sandbox, account: str, builder: Builder, drill: RunDrill, tmp_path: Path
    ) -> None:
        run = drill("--check", depth="notification", arrival_queue=True)

        assert run.rc == 0, run.stdout
        assert not (tmp_path / "reports").exists()
        assert "production: Set alarm" in run.stderr
        assert legs(run) == {"pattern": "pass"}
        assert sandbox.calls(account)
        assert sandbox.writing_calls(account) == []

    def test_without_confirmation_nothing_is_written(
        self, sandbox: Sandbox, account: str, builder: Builder, drill: RunDrill
    ) -> None:
        run = drill(depth="notification")
        assert run.rc == 2
        assert "Set confirm to true" in run.stdout
        assert sandbox.writing_calls(account) == []

    def test_an_alarm_that_is_in_alarm_is_left_alone(
        self, sandbox: Sandbox, account: str, builder: Builder, drill: RunDrill
    ) -> None:
        builder.client("cloudwatch").set_alarm_state(AlarmName=ALARM, StateValue="ALARM", StateReason="stuck")
        run = drill(depth="notification", confirm=True)
        assert run.rc == 2
        assert "is already in ALARM" in told(run)["summary"]
        assert sandbox.writing_calls(account) == []

    @pytest.mark.slow
    def test_what_an_interrupted_drill_left_is_removed(
        self, sandbox: Sandbox, builder: Builder, drill: RunDrill
    ) -> None:
        topic = builder.client("sns").list_topics()["Topics"][0]["TopicArn"]
        url = builder.client("sqs").create_queue(QueueName=LEFTOVER)["QueueUrl"]
        got = builder.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        builder.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=got["QueueArn"])

        with time_passing(sandbox, builder):
            run = drill(depth="notification", confirm=True, timeout=60)

        assert run.rc == 0, run.stdout
        assert set(told(run)["leftovers_removed"]) == {f"queue {LEFTOVER}", f"subscription of queue {LEFTOVER}"}
        nothing_is_left(builder)

    def test_a_failure_on_the_way_leaves_nothing(self, sandbox: Sandbox, builder: Builder, drill: RunDrill) -> None:
        sandbox.fault(service="cloudwatch", action="SetAlarmState", status=403, code="AccessDenied")

        run = drill(depth="notification", confirm=True, arrival_queue=True)

        assert run.rc == 2
        assert "Could not set alarm" in run.stdout
        sandbox.clear_faults()
        nothing_is_left(builder)


def allowed(*names: str) -> set[str]:
    """What the policies allow, those of the audit and of the drill unless others are named."""
    policies = [json.loads((POLICIES / f"{name}.json").read_text()) for name in names or ("audit", "drill")]
    return {action for policy in policies for statement in policy["Statement"] for action in statement["Action"]}


class TestFull:
    @pytest.fixture
    def vpc(self, builder: Builder) -> str:
        [vpc] = builder.client("ec2").describe_vpcs()["Vpcs"]
        return str(vpc["VpcId"])

    def test_a_security_group_is_made_and_its_message_arrives(
        self, sandbox: Sandbox, account: str, builder: Builder, drill: RunDrill, vpc: str
    ) -> None:
        with time_passing(sandbox, builder):
            run = drill(depth="full", confirm=True, arrival_queue=True, vpc_id=vpc, timeout=60)

        assert run.rc == 0, run.stdout
        way = ("pattern", "record", "metric", "alarm", "action", "message", "return")
        assert legs(run) == dict.fromkeys(way, "pass")
        assert "The CreateSecurityGroup record" in told(run)["legs"][1]["detail"]
        latencies = [leg["seconds"] for leg in told(run)["legs"][1:]]
        assert latencies == sorted(latencies), "each leg is seen after the one before it"
        assert json.loads(told(run)["message"]["text"])["NewStateValue"] == "ALARM"
        nothing_is_left(builder)
        made = [f"{call['service']}:{call['action']}" for call in sandbox.calls(account)]
        assert set(made) - {"sns:ListTopics"} <= allowed(), "but for what this test itself asks"
        # Nothing more is allowed than what is called at this depth or the other, and tags, which go with what is made.
        not_called = allowed("drill") - set(made)
        assert not_called == {"cloudwatch:SetAlarmState", "ec2:CreateTags", "sqs:TagQueue"}
        assert [call for call in made if call.endswith("SecurityGroup")] == [
            "ec2:CreateSecurityGroup",
            "ec2:DeleteSecurityGroup",
        ]

    def test_a_record_that_does_not_come_fails_and_leaves_nothing(
        self, builder: Builder, drill: RunDrill, vpc: str
    ) -> None:
        builder.client("cloudtrail").stop_logging(Name="management-events")

        run = drill(depth="full", confirm=True, arrival_queue=True, vpc_id=vpc, timeout=2)

        assert run.rc == 2
        assert legs(run) == {"pattern": "pass", "record": "fail"}
        assert "CloudTrail delivered no record" in told(run)["summary"]
        nothing_is_left(builder)

    def test_a_vpc_that_does_not_exist_fails_before_anything_is_written(
        self, sandbox: Sandbox, account: str, builder: Builder, drill: RunDrill
    ) -> None:
        run = drill(depth="full", confirm=True, vpc_id="vpc-0123456789abcdef0")
        assert run.rc == 2
        assert "VPC vpc-0123456789abcdef0" in run.stdout
        assert sandbox.writing_calls(account) == []

    def test_check_mode_writes_nothing(
        self, sandbox: Sandbox, account: str, builder: Builder, drill: RunDrill, vpc: str
    ) -> None:
        run = drill("--check", depth="full", vpc_id=vpc)
        assert run.rc == 0, run.stdout
        assert f"in VPC {vpc}" in run.stderr
        assert sandbox.writing_calls(account) == []

    def test_what_a_killed_drill_left_the_next_one_removes(
        self, sandbox: Sandbox, builder: Builder, drill: RunDrill, vpc: str
    ) -> None:
        ec2 = builder.client("ec2")
        tags = [{"Key": "cis-monitoring-drill", "Value": "true"}]
        specification = [{"ResourceType": "security-group", "Tags": tags}]
        ec2.create_security_group(GroupName=LEFTOVER, Description="left", VpcId=vpc, TagSpecifications=specification)
        # Somebody's own: the name alone, or the tag alone, is not a drill's.
        ec2.create_security_group(GroupName="cis-monitoring-drill-mine", Description="kept", VpcId=vpc)
        ec2.create_security_group(GroupName="mine", Description="kept", VpcId=vpc, TagSpecifications=specification)
        sandbox.tick(301)  # their records have set off the alarm
        builder.client("cloudtrail").stop_logging(Name="management-events")

        run = drill(depth="full", confirm=True, vpc_id=vpc, timeout=2)

        assert [one.split()[:2] for one in told(run)["leftovers_removed"]] == [["security", "group"]]
        names = {group["GroupName"] for group in ec2.describe_security_groups()["SecurityGroups"]}
        assert names == {"default", "mine", "cis-monitoring-drill-mine"}


class TestInterrupted:
    """The drill waits for the message of a topic whose policy lets nobody publish, until it is interrupted."""

    @pytest.fixture
    def interrupt(self, builder: Builder, drill: RunDrill, tmp_path: Path) -> Callable[[int], None]:
        def interrupt(number: int) -> None:
            drilling = threading.Thread(target=lambda: drill(depth="notification", confirm=True, arrival_queue=True))
            drilling.start()
            deadline = time.monotonic() + 60
            while len(subscribers(builder)) < 2 and time.monotonic() < deadline:
                time.sleep(0.1)
            assert len(subscribers(builder)) == 2, "the drill has subscribed its queue"
            for process in processes_in(tmp_path):
                os.kill(process, number)
            drilling.join()
            while processes_in(tmp_path) and time.monotonic() < deadline:
                time.sleep(0.1)  # a worker may outlive Ansible

        deny_publishing(builder)
        return interrupt

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["by Ctrl-C", "by a supervisor"])
    def test_a_drill_that_is_asked_to_end_removes_what_it_made(
        self, builder: Builder, interrupt: Callable[[int], None], number: int
    ) -> None:
        interrupt(number)
        nothing_is_left(builder)

    def test_what_may_be_a_running_drills_is_left_and_named(
        self, sandbox: Sandbox, builder: Builder, interrupt: Callable[[int], None], drill: RunDrill
    ) -> None:
        interrupt(signal.SIGKILL)
        sandbox.tick(301)

        run = drill(depth="notification", confirm=True, timeout=1)

        assert told(run)["leftovers_removed"] == []
        assert [one.partition(" cis-")[0] for one in told(run)["in_use"]] == ["queue", "subscription of queue"]
        assert all("Another drill may use it until 2" in one for one in told(run)["in_use"])
        assert len(subscribers(builder)) == 2


@pytest.mark.slow
def test_a_drill_leaves_the_queue_of_one_that_runs(sandbox: Sandbox, builder: Builder, drill: RunDrill) -> None:
    """The first one waits for its message while the second one begins and ends."""
    deny_publishing(builder)
    options = {"depth": "notification", "confirm": True}
    first = threading.Thread(target=lambda: drill(arrival_queue=True, timeout=60, **options))
    first.start()
    alarms = builder.client("cloudwatch").describe_alarms
    deadline = time.monotonic() + 60
    while not alarms(StateValue="ALARM")["MetricAlarms"] and time.monotonic() < deadline:
        time.sleep(0.1)
    sandbox.tick(301)

    second = drill(timeout=1, **options)

    assert first.is_alive()
    assert len(subscribers(builder)) == 2
    assert told(second)["leftovers_removed"] == []
    assert [one.partition(" cis-")[0] for one in told(second)["in_use"]] == ["queue", "subscription of queue"]
    first.join()
    nothing_is_left(builder)


def deny_publishing(builder: Builder) -> None:
    """Let no message reach the topic."""
    [topic] = builder.client("sns").list_topics()["Topics"]
    nobody = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic["TopicArn"]}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [nobody]})
    builder.client("sns").set_topic_attributes(
        TopicArn=topic["TopicArn"], AttributeName="Policy", AttributeValue=policy
    )


def subscribers(builder: Builder) -> list[dict[str, Any]]:
    [topic] = builder.client("sns").list_topics()["Topics"]
    return list(builder.client("sns").list_subscriptions_by_topic(TopicArn=topic["TopicArn"])["Subscriptions"])


def nothing_is_left(builder: Builder) -> None:
    queues = builder.client("sqs").list_queues().get("QueueUrls", [])
    assert [url.rpartition("/")[2] for url in queues] == ["inbox"]
    assert [one["Endpoint"].rpartition(":")[2] for one in subscribers(builder)] == ["inbox"]
    groups = builder.client("ec2").describe_security_groups()["SecurityGroups"]
    assert [group for group in groups if group["GroupName"] != "default"] == []
