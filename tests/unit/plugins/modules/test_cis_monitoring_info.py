# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module's arguments and result, and that both are what its documentation says."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from ansible_collections.aws_cis.monitoring.plugins.modules import cis_monitoring_info
from ansible_collections.aws_cis.monitoring.tests.unit.documentation import documented, options_of, specified
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws

ACCOUNT = "111122223333"
NO_TRAIL = {
    "sts:GetCallerIdentity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/u"},
    "cloudtrail:DescribeTrails": {"trailList": []},
    "cloudwatch:DescribeAlarms": {"MetricAlarms": [], "CompositeAlarms": []},
}


def validated(**parameters: Any) -> Any:
    return ArgumentSpecValidator(cis_monitoring_info.ARGUMENT_SPEC).validate(parameters)


def run(**parameters: Any) -> dict[str, Any]:
    result = validated(**parameters)
    assert result.error_messages == []
    task = Task(result.validated_parameters, False, False, FakeAws(NO_TRAIL), warn=pytest.fail)  # type: ignore[arg-type]
    return cis_monitoring_info.run(task)


def test_the_options_are_documented_as_they_are() -> None:
    assert documented(options_of(cis_monitoring_info)) == specified(cis_monitoring_info.ARGUMENT_SPEC)


def test_the_result_has_the_keys_that_are_documented() -> None:
    result = run()
    returned = yaml.safe_load(cis_monitoring_info.RETURN)
    assert set(result) == {*returned, "changed"} - {"packed"}
    for key in ("account", "evidence"):
        assert set(result[key]) == set(returned[key]["contains"])
    (control,) = result["controls"]
    assert set(control) | {"history"} == set(returned["controls"]["contains"])
    documented_control = returned["controls"]["contains"]
    for link in control["links"]:
        assert set(link) | {"findings", "consequence"} == set(documented_control["links"]["contains"])
    for key, sometimes in (("cases", {"condition", "example"}), ("standards", {"why"}), ("other_auditors", {"why"})):
        assert all(set(entry) | sometimes == set(documented_control[key]["contains"]) for entry in control[key]), key


def test_the_examples_are_valid_tasks() -> None:
    for task in yaml.safe_load(cis_monitoring_info.EXAMPLES):
        arguments = task.get("aws_cis.monitoring.cis_monitoring_info")
        if arguments:
            arguments.pop("region", None)  # one of amazon.aws's
            assert validated(**arguments).error_messages == []


def test_the_summary_says_it_in_one_line() -> None:
    assert run()["summary"] == (
        f"Account {ACCOUNT}: non compliant. The account has no trail, which the benchmark requires as the "
        "source of the events."
    )


def test_the_time_of_reading_is_in_utc() -> None:
    assert run()["read_at"].endswith("Z")


def test_a_benchmark_that_there_is_not_is_refused() -> None:
    assert "benchmark" in " ".join(validated(benchmark="cis_v9").error_messages)


class TestControls:
    @pytest.mark.parametrize("controls", ["all", ["security_group_changes"], "security_group_changes", ["all", "all"]])
    def test_a_list_a_name_or_all(self, controls: Any) -> None:
        names = [entry["control"] for entry in run(controls=controls)["controls"]]
        assert names == (list(CONTROLS) if "all" in controls else ["security_group_changes"])

    def test_it_is_security_group_changes_unless_said(self) -> None:
        assert [entry["control"] for entry in run()["controls"]] == ["security_group_changes"]

    @pytest.mark.parametrize("controls", [["no_such_control"], "none"])
    def test_another_name_is_refused(self, controls: Any) -> None:
        with pytest.raises(TaskError, match=r"Unknown control '(no_such_control|none)'"):
            run(controls=controls)

    def test_a_number_of_the_benchmark_is_taken(self) -> None:
        [entry] = run(controls=["CloudWatch.10"])["controls"]
        assert entry["control"] == "security_group_changes"

    def test_none_at_all_is_refused(self) -> None:
        with pytest.raises(TaskError, match="controls is empty"):
            run(controls=[])

    def test_a_control_that_the_benchmark_lacks_is_refused_and_left_out_of_all(self) -> None:
        with pytest.raises(TaskError, match="cis_v1_2_0 does not have the control organizations_changes"):
            run(controls=["all", "organizations_changes"], benchmark="cis_v1_2_0")
        result = run(controls="all", benchmark="cis_v1_2_0")
        assert [entry["control"] for entry in result["controls"]] == list(CONTROLS)[:14]
        assert result["left_out"] == ["organizations_changes"]
        assert run(controls="all", benchmark="cis_v1_3_0")["left_out"] == []
