# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cloudwatchlogs_metric_filter and its _info module against both emulators.

moto appends copies when a filter is changed and knows no missing group, so it has a say in creating and deleting only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from account_builder import LOG_GROUP, SIX_EVENTS, Builder
from ansible_collections.aws_cis.monitoring.plugins.modules import (
    cloudwatchlogs_metric_filter,
    cloudwatchlogs_metric_filter_info,
)
from harness import REGION, Moto, Sandbox
from module_runner import ModuleRunner

NAME = "sg-changes"
OTHER = "{ $.eventName = Other }"
TRANSFORMATION = {"metric_name": "changes", "metric_namespace": "CISBenchmark", "metric_value": "1"}
WANTED: dict[str, Any] = {
    "log_group_name": LOG_GROUP,
    "filter_name": NAME,
    "filter_pattern": SIX_EVENTS,
    "metric_transformation": TRANSFORMATION,
}
ABSENT = {"log_group_name": LOG_GROUP, "filter_name": NAME, "state": "absent"}
MOTOS_ACCOUNT = "123456789012"
EMULATORS = ("sandbox", "moto")


def transformation(**fields: Any) -> dict[str, Any]:
    """What a task asks for in a transformation that differs in these fields."""
    return {"metric_transformation": {**TRANSFORMATION, **fields}}


@pytest.fixture
def emulator(request: pytest.FixtureRequest) -> Sandbox | Moto:
    """The sandbox, unless the test is parametrized with another one."""
    return request.getfixturevalue(getattr(request, "param", "sandbox"))


@pytest.fixture
def account(emulator: Sandbox | Moto) -> str:
    return emulator.new_account() if isinstance(emulator, Sandbox) else MOTOS_ACCOUNT


@pytest.fixture
def builder(emulator: Sandbox | Moto, account: str) -> Builder:
    """An account with the log group and nothing else."""
    builder = Builder(emulator, account)
    builder.client("logs").create_log_group(logGroupName=LOG_GROUP)
    return builder


@pytest.fixture
def metric_filter(emulator: Sandbox | Moto, account: str, builder: Builder) -> ModuleRunner:
    return ModuleRunner(cloudwatchlogs_metric_filter, emulator.url, account)


@pytest.fixture
def info(emulator: Sandbox | Moto, account: str, builder: Builder) -> ModuleRunner:
    return ModuleRunner(cloudwatchlogs_metric_filter_info, emulator.url, account)


def filters_of(builder: Builder, group: str = LOG_GROUP) -> dict[str, dict[str, Any]]:
    pages = builder.client("logs").get_paginator("describe_metric_filters").paginate(logGroupName=group)
    return {one["filterName"]: one for page in pages for one in page["metricFilters"]}


class TestCycle:
    @pytest.mark.smoke
    @pytest.mark.parametrize("emulator", EMULATORS, indirect=True)
    def test_siblings_whose_names_share_a_prefix_change_nothing(
        self, builder: Builder, metric_filter: ModuleRunner
    ) -> None:
        for sibling in ("sg", "sg-changes-too", "SG-changes", "a-sg-changes"):
            builder.metric_filter(sibling, OTHER)
        siblings = filters_of(builder)

        for options, changes in ((WANTED, True), (WANTED, False), (ABSENT, True), (ABSENT, False)):
            before = filters_of(builder)
            predicted = metric_filter(check_mode=True, **options)
            assert filters_of(builder) == before, "check mode wrote"
            result = metric_filter(**options)

            assert (predicted["changed"], result["changed"]) == (changes, changes), (options, result)
            after = filters_of(builder)
            assert (NAME in after) is (options is WANTED)
            assert {name: after.get(name) for name in siblings} == siblings

    @pytest.mark.parametrize("emulator", EMULATORS, indirect=True)
    def test_check_mode_predicts_result_and_diff(self, builder: Builder, metric_filter: ModuleRunner) -> None:
        for options in (WANTED, WANTED, ABSENT, ABSENT):
            metric_filter.both_ways(**options)

    @pytest.mark.smoke
    def test_check_mode_and_an_unchanged_filter_write_nothing(
        self, sandbox: Sandbox, account: str, builder: Builder, metric_filter: ModuleRunner
    ) -> None:
        metric_filter(check_mode=True, **WANTED)
        metric_filter(**ABSENT)
        assert sandbox.writing_calls(account) == ["logs:CreateLogGroup"]
        metric_filter(**WANTED)
        sandbox.clear_calls()

        metric_filter(**WANTED)
        metric_filter(check_mode=True, **{**WANTED, "filter_pattern": OTHER})
        metric_filter(check_mode=True, **ABSENT)

        assert sandbox.calls(account), "the test must see the module's calls"
        assert sandbox.writing_calls(account) == []

    def test_the_result_is_what_aws_has(self, builder: Builder, metric_filter: ModuleRunner) -> None:
        result = metric_filter(**WANTED)

        created = result["metric_filter"].pop("creation_time")
        assert created.endswith("Z")
        assert result["metric_filter"] == WANTED
        described = filters_of(builder)[NAME]
        assert described["filterPattern"] == SIX_EVENTS
        assert described["metricTransformations"][0]["metricValue"] == "1"
        assert metric_filter(**WANTED)["metric_filter"]["creation_time"] == created
        assert metric_filter(**ABSENT)["metric_filter"] == {}

    def test_the_transformation_is_returned_as_the_stock_module_does(self, metric_filter: ModuleRunner) -> None:
        wanted = {**WANTED, **transformation(default_value=3.1415, unit="Count", metric_namespace="A.B-c_d/1#2:x")}
        transformations = [wanted["metric_transformation"]]
        for options in (wanted, wanted, {**ABSENT}):
            assert metric_filter.both_ways(**options)["metric_filters"] == transformations
        assert metric_filter.both_ways(**ABSENT)["metric_filters"] == []

    def test_the_diff_has_the_whole_filter_before_and_after(self, metric_filter: ModuleRunner) -> None:
        bare = {name: value for name, value in WANTED.items() if name != "log_group_name"}

        created = metric_filter(**WANTED)["diff"]
        changed = metric_filter(**{**WANTED, "filter_pattern": OTHER})["diff"]
        deleted = metric_filter(**ABSENT)["diff"]

        assert (created["before"], created["after"]) == ({}, bare)
        assert (changed["before"], changed["after"]) == (bare, {**bare, "filter_pattern": OTHER})
        assert (deleted["before"], deleted["after"]) == ({**bare, "filter_pattern": OTHER}, {})
        assert created["after_header"] == f"metric filter {NAME} of {LOG_GROUP}"


CHANGES: dict[str, dict[str, Any]] = {
    "pattern": {"filter_pattern": OTHER},
    "pattern of everything": {"filter_pattern": ""},
    "name of the metric": transformation(metric_name="Changes"),
    "namespace": transformation(metric_namespace="cisbenchmark"),
    "value": transformation(metric_value="2.5"),
    "value from a field": transformation(metric_value="$.size"),
    "default value": transformation(default_value=0),
    "unit": transformation(unit="Count"),
    "dimension": transformation(dimensions={"eventName": "$.eventName"}),
    "transformed logs": {"apply_on_transformed_logs": True},
    "field selection": {"field_selection_criteria": '@aws.account = "111122223333"'},
    "system fields": {"emit_system_field_dimensions": ["@aws.account", "@aws.region"]},
}


class TestComparison:
    @pytest.mark.parametrize("change", CHANGES)
    def test_every_field_is_compared_written_and_dropped_when_left_out(
        self, builder: Builder, metric_filter: ModuleRunner, change: str
    ) -> None:
        metric_filter(**WANTED)
        original = filters_of(builder)[NAME]
        options = {**WANTED, **CHANGES[change]}

        result = metric_filter.both_ways(**options)
        assert result["changed"] is True
        for option, value in CHANGES[change].items():
            assert result["metric_filter"][option] == value
        again = metric_filter.both_ways(**options)
        assert again["changed"] is False, again
        assert metric_filter.both_ways(**WANTED)["changed"] is True
        assert {**filters_of(builder)[NAME], "creationTime": 0} == {**original, "creationTime": 0}

    @pytest.mark.parametrize(
        ("one", "same"),
        [
            (transformation(metric_value="1"), transformation(metric_value=1)),
            (transformation(metric_value="1"), transformation(metric_value=1.0)),
            (transformation(metric_value="1"), transformation(metric_value="1.0")),
            (transformation(metric_value="2.50"), transformation(metric_value=2.5)),
            (transformation(default_value=0), transformation(default_value="0.0")),
            (transformation(), transformation(unit="None")),
            (transformation(), transformation(dimensions={})),
            ({}, {"apply_on_transformed_logs": False, "field_selection_criteria": ""}),
            ({}, {"emit_system_field_dimensions": []}),
            (
                {"emit_system_field_dimensions": ["@aws.account", "@aws.region"]},
                {"emit_system_field_dimensions": ["@aws.region", "@aws.account"]},
            ),
            ({}, {"filter_pattern": SIX_EVENTS.replace(" ", "")}),
            ({}, {"filter_pattern": f"\n  {SIX_EVENTS}  ".replace("||", "\n  ||\t")}),
        ],
    )
    def test_what_means_the_same_is_no_change(
        self, sandbox: Sandbox, account: str, metric_filter: ModuleRunner, one: dict[str, Any], same: dict[str, Any]
    ) -> None:
        assert metric_filter(**{**WANTED, **one})["changed"] is True
        sandbox.clear_calls()

        assert metric_filter(**{**WANTED, **same})["changed"] is False
        assert sandbox.writing_calls(account) == []

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (transformation(), transformation(default_value=0)),
            (
                transformation(dimensions={"EventName": "$.eventName"}),
                transformation(dimensions={"eventName": "$.eventName"}),
            ),
            (
                transformation(dimensions={"Name": "$.eventName"}),
                transformation(dimensions={"Name": "$.eventname"}),
            ),
            (transformation(metric_value="$.size"), transformation(metric_value="$.Size")),
            ({"filter_pattern": '{ $.a = "x y" }'}, {"filter_pattern": '{ $.a = "x  y" }'}),
            ({"filter_pattern": "{ $.a = x }"}, {"filter_pattern": '{ $.a = "x" }'}),
            (
                {"filter_pattern": SIX_EVENTS},
                {"filter_pattern": SIX_EVENTS.replace("(", "((", 1).replace(")", "))", 1)},
            ),
        ],
    )
    def test_what_means_something_else_is_a_change(
        self, metric_filter: ModuleRunner, one: dict[str, Any], other: dict[str, Any]
    ) -> None:
        metric_filter(**{**WANTED, **one})
        assert metric_filter(**{**WANTED, **other})["changed"] is True

    def test_the_case_of_dimensions_reaches_aws(self, builder: Builder, metric_filter: ModuleRunner) -> None:
        dimensions = {"eventName": "$.eventName", "Event_source": "$.eventSource", "REGION": "$.awsRegion"}
        metric_filter(**{**WANTED, **transformation(dimensions=dimensions)})
        assert filters_of(builder)[NAME]["metricTransformations"][0]["dimensions"] == dimensions


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "ARN as log group": ({"log_group_name": "arn:aws:logs:us-east-1:1:log-group:g"}, "an ARN. Give the name"),
    "name of the log group": ({"log_group_name": "my group"}, "log_group_name is 'my group'"),
    "name with a colon": ({"filter_name": "a:b"}, "filter_name is 'a:b'"),
    "name with a star": ({"filter_name": "a*"}, "filter_name is 'a*'"),
    "empty name": ({"filter_name": ""}, "filter_name is ''"),
    "long name": ({"filter_name": "x" * 513}, "1 to 512 characters"),
    "pattern": ({"filter_pattern": "{ $.eventName = }"}, "at character 17"),
    "long pattern": ({"filter_pattern": "x" * 1025}, "1025 characters"),
    "metric": (transformation(metric_name="a$b"), "metric_name is 'a$b'"),
    "namespace": (transformation(metric_namespace="a*b"), "metric_namespace is 'a*b'"),
    "value": (transformation(metric_value="one"), "metric_value is 'one'"),
    "empty value": (transformation(metric_value=""), "metric_value"),
    "four dimensions": (transformation(dimensions=dict.fromkeys("abcd", "$.a")), "4 dimensions"),
    "dimensions and system fields": (
        {
            **transformation(dimensions=dict.fromkeys("ab", "$.a")),
            "emit_system_field_dimensions": ["@aws.account", "@aws.region"],
        },
        "4 dimensions",
    ),
    "dimensions and default": (transformation(dimensions={"a": "$.a"}, default_value=0), "mutually exclusive"),
    "dimension that is no field": (transformation(dimensions={"a": "b"}), "dimension a is 'b'"),
    "dimensions of a text": ({**transformation(dimensions={"a": "$.a"}), "filter_pattern": "ERROR"}, "patterns have"),
    "unit": (transformation(unit="count"), "unit"),
    "system field": ({"emit_system_field_dimensions": ["@aws.colour"]}, "@aws.colour"),
    "no pattern": ({"filter_pattern": None}, "filter_pattern is not set, or null"),
    "no transformation": ({"metric_transformation": None}, "metric_transformation is not set, or null"),
    "no name of the metric": (transformation(metric_name=None), "metric_name is ''"),
    "test_with_aws alone": ({"test_with_aws": True}, "test_events"),
    "event that is none": ({"test_events": [{"event": ["x"], "matches": True}]}, "Test event 1 is ['x']"),
}


class TestValidation:
    @pytest.mark.parametrize("check_mode", [True, False])
    @pytest.mark.parametrize("fault", FAULTS)
    def test_what_aws_would_reject_fails_before_a_call(
        self, sandbox: Sandbox, account: str, metric_filter: ModuleRunner, fault: str, check_mode: bool
    ) -> None:
        sandbox.clear_calls()
        options, said = FAULTS[fault]

        result = metric_filter(check_mode=check_mode, **{**WANTED, **options})

        assert result["failed"] is True
        assert said in result["msg"]
        assert sandbox.calls(account) == []

    def test_all_faults_are_said_at_once(self, metric_filter: ModuleRunner) -> None:
        message = metric_filter(**{**WANTED, "filter_name": "a:b", "filter_pattern": "{"})["msg"]
        assert "filter_name is 'a:b'" in message
        assert "filter_pattern does not parse" in message

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_a_missing_log_group_is_named_with_region_and_account(
        self, sandbox: Sandbox, account: str, builder: Builder, metric_filter: ModuleRunner, check_mode: bool
    ) -> None:
        builder.client("logs").create_log_group(logGroupName="missing-not")
        sandbox.clear_calls()

        message = metric_filter(check_mode=check_mode, **{**WANTED, "log_group_name": "missing"})["msg"]

        for part in ("missing does not exist", REGION, account):
            assert part in message
        assert sandbox.writing_calls(account) == []

    def test_nothing_is_there_to_delete_in_a_missing_log_group(self, metric_filter: ModuleRunner) -> None:
        result = metric_filter.both_ways(**{**ABSENT, "log_group_name": "missing"})
        assert (result["changed"], result["metric_filter"]) == (False, {})

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_a_log_class_that_takes_no_filters_is_named(
        self, sandbox: Sandbox, account: str, builder: Builder, metric_filter: ModuleRunner, check_mode: bool
    ) -> None:
        builder.client("logs").create_log_group(logGroupName="cheap", logGroupClass="INFREQUENT_ACCESS")
        sandbox.clear_calls()

        message = metric_filter(check_mode=check_mode, **{**WANTED, "log_group_name": "cheap"})["msg"]

        assert "cheap in us-east-1 is of class INFREQUENT_ACCESS" in message
        assert sandbox.writing_calls(account) == []

    def test_a_full_log_group_takes_changes_but_no_new_filter(
        self, sandbox: Sandbox, account: str, builder: Builder, metric_filter: ModuleRunner
    ) -> None:
        for number in range(99):
            builder.metric_filter(f"filter-{number}", OTHER)
        assert metric_filter(**WANTED)["changed"] is True
        sandbox.clear_calls()

        for check_mode in (True, False):
            message = metric_filter(check_mode=check_mode, **{**WANTED, "filter_name": "one-more"})["msg"]
            assert "has 100 metric filters" in message
            assert LOG_GROUP in message
        assert sandbox.writing_calls(account) == []
        assert metric_filter(**{**WANTED, "filter_pattern": OTHER})["changed"] is True
        builder.client("logs").delete_metric_filter(logGroupName=LOG_GROUP, filterName="filter-0")
        assert metric_filter(**{**WANTED, "filter_name": "one-more"})["changed"] is True


def several(**patterns: str) -> dict[str, Any]:
    """What a task asks for that names its filters and their patterns."""
    own = [{"filter_name": name, "filter_pattern": one, **transformation()} for name, one in patterns.items()]
    return {"log_group_name": LOG_GROUP, "filters": own}


class TestSeveral:
    def test_they_are_written_by_one_task_and_read_back_at_once(
        self, sandbox: Sandbox, account: str, builder: Builder, metric_filter: ModuleRunner
    ) -> None:
        metric_filter(**several(kept=OTHER, changed="{ $.a = 1 }"))
        wanted = several(kept=OTHER, changed=OTHER, new=OTHER)
        result = metric_filter.both_ways(**wanted)
        assert result["changed"] is True
        assert [one["filter_name"] for one in result["filters"]] == ["kept", "changed", "new"]
        assert all(one["creation_time"] for one in result["filters"])
        assert [(bool(one["before"]), bool(one["after"])) for one in result["diff"]] == [(True, True)] * 2 + [
            (False, True)
        ]
        assert sandbox.writing_calls(account).count("logs:PutMetricFilter") == 4, "two were there"
        assert {name: one["filterPattern"] for name, one in filters_of(builder).items()} == dict.fromkeys(
            ("kept", "changed", "new"), OTHER
        )
        sandbox.clear_calls()
        assert metric_filter(**wanted)["changed"] is False
        assert [call["action"] for call in sandbox.calls(account)] == ["DescribeLogGroups", "DescribeMetricFilters"]

    def test_they_are_deleted_by_one_task(self, builder: Builder, metric_filter: ModuleRunner) -> None:
        for name in ("one", "two", "other"):
            builder.metric_filter(name, OTHER)
        absent = [{"filter_name": name} for name in ("one", "two", "gone")]
        result = metric_filter.both_ways(log_group_name=LOG_GROUP, filters=absent, state="absent")
        assert (result["changed"], result["filters"]) == (True, [])
        assert list(filters_of(builder)) == ["other"]

    @pytest.mark.parametrize(
        ("wanted", "said"),
        [
            (several(good=OTHER, bad="{"), "filter_pattern does not parse"),
            (
                {"log_group_name": LOG_GROUP, "filters": [several(a=OTHER)["filters"][0] for _unused in "ab"]},
                "more than one entry for a.",
            ),
            ({"log_group_name": LOG_GROUP, "filters": [{"filter_name": "a"}]}, "filter_pattern is not set"),
            ({**several(a=OTHER), "filter_name": "b"}, "mutually exclusive"),
            ({"log_group_name": LOG_GROUP}, "one of the following is required: filter_name, filters"),
        ],
    )
    def test_nothing_is_asked_if_one_is_wrong(
        self, sandbox: Sandbox, account: str, metric_filter: ModuleRunner, wanted: dict[str, Any], said: str
    ) -> None:
        sandbox.clear_calls()
        result = metric_filter(**wanted)
        assert result["failed"] is True
        assert said in result["msg"]
        assert sandbox.calls(account) == []

    def test_nothing_is_written_where_there_is_no_room_for_all(
        self, sandbox: Sandbox, account: str, builder: Builder, metric_filter: ModuleRunner
    ) -> None:
        for number in range(99):
            builder.metric_filter(f"filter-{number}", OTHER)
        sandbox.clear_calls()
        message = metric_filter(**several(one=OTHER, two=OTHER))["msg"]
        assert "has 99 metric filters of at most 100, so that two cannot be created" in message
        assert sandbox.writing_calls(account) == []


EVENTS = [
    {"name": "a group is created", "event": {"eventName": "CreateSecurityGroup"}, "matches": True},
    {"name": "groups are listed", "event": '{"eventName": "DescribeSecurityGroups"}', "matches": False},
]
WRONG = {"name": "a rule is edited", "event": {"eventName": "ModifySecurityGroupRules"}, "matches": True}


class TestTestEvents:
    @pytest.mark.parametrize("with_aws", [False, True])
    def test_right_ones_let_the_task_go_on(
        self, sandbox: Sandbox, account: str, metric_filter: ModuleRunner, with_aws: bool
    ) -> None:
        """Whatever number AWS gives the first event: its API Reference shows 0, the reference of its CLI 1."""
        sandbox.fault(account=account, action="TestMetricFilter", rewrite=('"eventNumber": ?1', '"eventNumber": 0'))

        result = metric_filter(**WANTED, test_events=EVENTS, test_with_aws=with_aws)

        assert result["changed"] is True
        asked = [call["action"] for call in sandbox.calls(account) if call["action"] == "TestMetricFilter"]
        assert len(asked) == (1 if with_aws else 0)

    @pytest.mark.parametrize("check_mode", [True, False])
    @pytest.mark.parametrize(("with_aws", "where"), [(False, "here"), (True, "by AWS")])
    def test_a_wrong_one_is_named_and_nothing_written(
        self,
        sandbox: Sandbox,
        account: str,
        metric_filter: ModuleRunner,
        with_aws: bool,
        where: str,
        check_mode: bool,
    ) -> None:
        sandbox.clear_calls()

        events = [*EVENTS, WRONG]
        message = metric_filter(check_mode, **WANTED, test_events=events, test_with_aws=with_aws)["msg"]

        assert message == (
            f"Test event 3 (a rule is edited) does not match the pattern when evaluated {where}, but it must match."
        )
        assert sandbox.writing_calls(account) == []

    def test_aws_is_asked_about_fifty_at_a_time(
        self, sandbox: Sandbox, account: str, metric_filter: ModuleRunner
    ) -> None:
        many = [{"event": {"eventName": "CreateSecurityGroup"}, "matches": True}] * 100
        last = {"name": "last", "event": {"eventName": "Other"}, "matches": True}

        message = metric_filter(**WANTED, test_events=[*many, last], test_with_aws=True)["msg"]

        assert message.startswith("Test event 101 (last) does not match")
        assert [call["action"] for call in sandbox.calls(account)].count("TestMetricFilter") == 3


class TestErrors:
    def test_throttling_is_retried(self, sandbox: Sandbox, account: str, metric_filter: ModuleRunner) -> None:
        for action in ("PutMetricFilter", "DescribeMetricFilters"):
            sandbox.fault(account=account, service="logs", action=action, code="ThrottlingException", times=2)

        assert metric_filter(**WANTED)["changed"] is True

    @pytest.mark.parametrize(
        ("action", "options", "said"),
        [
            (
                "PutMetricFilter",
                WANTED,
                f"Could not create or update metric filter {NAME} of log group {LOG_GROUP} in {REGION}",
            ),
            (
                "DeleteMetricFilter",
                ABSENT,
                f"Could not delete metric filter {NAME} of log group {LOG_GROUP} in {REGION}",
            ),
            ("DescribeLogGroups", WANTED, f"Could not read log group {LOG_GROUP} in {REGION}"),
            ("DescribeMetricFilters", ABSENT, f"Could not read metric filters, logGroupName {LOG_GROUP}"),
            ("TestMetricFilter", {**WANTED, "test_events": EVENTS, "test_with_aws": True}, "Could not test the filter"),
        ],
    )
    def test_an_error_says_what_was_tried_on_what(
        self,
        sandbox: Sandbox,
        account: str,
        metric_filter: ModuleRunner,
        action: str,
        options: Mapping[str, Any],
        said: str,
    ) -> None:
        metric_filter(**WANTED if options == ABSENT else ABSENT)
        sandbox.fault(
            account=account, action=action, code="OperationAbortedException", message="Another call is under way."
        )

        result = metric_filter(**options)

        assert result["msg"].startswith(said)
        assert result["msg"].endswith("OperationAbortedException: Another call is under way.")
        assert result["error_code"] == "OperationAbortedException"

    @pytest.mark.parametrize(
        ("action", "options", "said"),
        [
            ("PutMetricFilter", WANTED, [f"Could not create or update metric filter {NAME}", "AccessDeniedException"]),
            ("DescribeLogGroups", WANTED, ["logs:DescribeLogGroups", LOG_GROUP, "denied"]),
            ("DescribeMetricFilters", WANTED, ["logs:DescribeMetricFilters", LOG_GROUP, "denied"]),
        ],
    )
    def test_a_denial_names_call_and_resource(
        self,
        sandbox: Sandbox,
        account: str,
        metric_filter: ModuleRunner,
        action: str,
        options: Mapping[str, Any],
        said: list[str],
    ) -> None:
        sandbox.fault(account=account, action=action, code="AccessDeniedException", message="User is not authorized.")

        message = metric_filter(**options)["msg"]

        assert [part for part in said if part not in message] == []

    @pytest.mark.parametrize("action", ["DescribeLogGroups", "DescribeMetricFilters"])
    def test_an_answer_cut_short_is_not_taken_for_nothing_there(
        self, sandbox: Sandbox, account: str, metric_filter: ModuleRunner, action: str
    ) -> None:
        metric_filter(**WANTED)
        sandbox.clear_calls()
        sandbox.fault(account=account, action=action, truncate=True)

        result = metric_filter(**{**WANTED, "filter_pattern": OTHER})

        assert result["error_code"] == "RESPONSE_INCOMPLETE"
        assert sandbox.writing_calls(account) == []


OF_DROPS = {"metric_name": "Dropped", "metric_namespace": "Network"}
FOUND: list[tuple[dict[str, Any], int]] = [
    ({}, 62),
    ({"log_group_name": LOG_GROUP}, 60),
    ({"log_group_name": "second"}, 2),
    ({"filter_name": "sg-05"}, 1),
    ({"filter_name": "sg"}, 1),
    ({"filter_name": "sg-"}, 0),
    ({"filter_name_prefix": "sg"}, 61),
    ({"filter_name_prefix": "sg-0"}, 10),
    ({"log_group_name": LOG_GROUP, "filter_name_prefix": "sg-5"}, 10),
    ({"log_group_name": LOG_GROUP, "filter_name": "sg"}, 0),
    (OF_DROPS, 2),
    ({**OF_DROPS, "metric_name": "dropped"}, 0),
    ({**OF_DROPS, "filter_name_prefix": "d"}, 1),
    ({**OF_DROPS, "log_group_name": LOG_GROUP}, 0),
    ({**OF_DROPS, "log_group_name": "second"}, 2),
]


class TestInfo:
    @pytest.fixture
    def filled(self, builder: Builder) -> Builder:
        """Two log groups; the first has more filters than a page."""
        for number in range(60):
            builder.metric_filter(f"sg-{number:02}", OTHER)
        logs = builder.client("logs")
        logs.create_log_group(logGroupName="second")
        metric = {"metricName": "Dropped", "metricNamespace": "Network", "metricValue": "1", "defaultValue": 0}
        for name in ("sg", "drops"):
            logs.put_metric_filter(
                logGroupName="second", filterName=name, filterPattern="", metricTransformations=[metric]
            )
        return builder

    @pytest.mark.parametrize("emulator", EMULATORS, indirect=True)
    def test_finds_over_all_pages(self, filled: Builder, info: ModuleRunner) -> None:
        for options, count in FOUND:
            result = info.both_ways(**options)

            assert result["changed"] is False
            assert "diff" not in result
            found = [(one["log_group_name"], one["filter_name"]) for one in result["metric_filters"]]
            assert len(found) == count, options
            assert found == sorted(set(found))

    def test_shows_what_the_module_takes(self, metric_filter: ModuleRunner, info: ModuleRunner) -> None:
        """What is listed can be given to cloudwatchlogs_metric_filter, which then changes nothing."""
        fields = {
            **transformation(unit="Count", dimensions={"eventName": "$.eventName"}),
            "apply_on_transformed_logs": True,
            "field_selection_criteria": '@aws.region = "us-east-1"',
            "emit_system_field_dimensions": ["@aws.account"],
        }
        put = metric_filter(**{**WANTED, **fields})["metric_filter"]

        [shown] = info(log_group_name=LOG_GROUP)["metric_filters"]

        assert shown == put
        del shown["creation_time"]
        assert metric_filter(**shown)["changed"] is False

    def test_default_value_zero_is_shown(self, filled: Builder, info: ModuleRunner) -> None:
        [shown] = info(filter_name="drops")["metric_filters"]
        assert shown["metric_transformation"]["default_value"] == 0
        assert "unit" not in shown["metric_transformation"]

    def test_a_missing_log_group_fails(self, info: ModuleRunner) -> None:
        result = info(log_group_name="missing")
        assert result["failed"] is True
        assert f"Log group missing does not exist in region {REGION}" in result["msg"]
